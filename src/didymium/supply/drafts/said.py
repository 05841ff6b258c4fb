"""What the entities of a report are in the network: areas, goods, mines and plants. Nothing is resolved that is not named."""

from __future__ import annotations

import re
from dataclasses import dataclass
from functools import cache
from typing import Any, Final

from didymium.reference import content_hash, table
from didymium.supply.drafts.legal_goods import DEFENCE, areas_of
from didymium.supply.drafts.reports import Entity, Report
from didymium.supply.network.tables import ELEMENTS

_STATES: Final = frozenset({"STATE", "GOV", "GOV_BODY", "BLOC"})
_HABITS: Final = {"united states": "US", "us": "US", "u.s.": "US", "america": "US", "burma": "MM", "myanmar": "MM",
                  "vietnam": "VN", "uk": "GB", "britain": "GB", "south korea": "KR", "korea": "KR", "russia": "RU",
                  "european union": "EU", "eu": "EU", "taiwan": "TW", "laos": "LA"}  # fmt: skip
#: What words say about a stage: goods, and places of work.
_GOODS: Final = (("magnet", "magnet"), ("concentrate", "ore"), ("ore", "ore"), ("swarf", "swarf"), ("scrap", "swarf"))
_WORK: Final = (("magnet", "magnet"), ("separat", "separation"), ("refin", "separation"), ("metal", "metal"),
                ("recycl", "recycling"), ("mine", "mine"), ("mining", "mine"), ("quarr", "mine"))  # fmt: skip


@dataclass(frozen=True, slots=True)
class Goods:
    """What a shock on routes is aimed at."""

    elements: tuple[str, ...]
    stages: tuple[str, ...]
    items: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Plant:
    """What an outage stops."""

    stages: tuple[str, ...]
    items: tuple[str, ...] = ()
    areas: tuple[str, ...] = ()


def entities(report: Report, value: Any) -> list[Entity]:
    """The entities of a role; words that are no entity give none."""
    ids = value if isinstance(value, list) else [value]
    return [entity for one in ids for entity in report.entities if entity.id == one]


def words_of(report: Report, value: Any) -> str:
    """A role as words."""
    if isinstance(value, dict):
        return str(value.get("text", ""))
    found = entities(report, value)
    return ", ".join(one.canonical for one in found) if found else ("" if value is None else str(value))


def countries_named(report: Report, value: Any) -> tuple[str, ...]:
    """Areas of the states (or their bodies) named; () where one is none, or is not named."""
    found: list[str] = []
    for one in entities(report, value):
        if one.named and re.search(
            r"\b(american|united states|u\.?s\.?)\b.*\b(military|defen[cs]e)", one.canonical.casefold()
        ):
            found.append(DEFENCE)
            continue
        code = _country(one) if one.named and one.type in _STATES else None
        areas = ("EU",) if code == "EU" else tuple(sorted(areas_of([code])[0])) if code else ()
        if not areas:
            return ()
        found += areas
    return tuple(dict.fromkeys(found))


def _country(one: Entity) -> str | None:
    """ISO code of a state, or of the state that a body of it names in brackets."""
    inside = re.search(r"\(([^()]+)\)\s*$", one.canonical)
    name = (inside[1] if inside else one.canonical).strip().casefold()
    return _HABITS.get(name) or _names(content_hash()).get(name)


@cache
def _names(_hash: str) -> dict[str, str]:
    rows = table("countries").select("iso2", "name").rows()
    return {name.casefold(): code for code, name in rows} | {code.casefold(): code for code, _ in rows}


def goods_named(report: Report, value: Any) -> Goods | None:
    """Goods of the materials or products named; None where the network has none of them.

    Without a word on the form, elements mean oxides and metals; rare earths as a whole mean magnets too.
    """
    elements, stages, whole = set[str](), dict[str, None](), False
    for one in entities(report, value):
        held = elements_of(one)
        if held is None:
            continue
        elements |= held
        name = one.canonical.casefold()
        said = [stage for word, stage in _GOODS if re.search(rf"\b{word}", name)]
        whole |= held == set(ELEMENTS) and not said
        stages |= dict.fromkeys(said or ("oxide", "metal"))
    if not elements:
        return None
    if whole:
        stages |= {"magnet": None}
    ordered = tuple(element for element in ELEMENTS if element in elements)
    return Goods(() if elements == set(ELEMENTS) else ordered, tuple(stages))


def elements_of(one: Entity) -> set[str] | None:
    """Elements of the model in a material: by its symbols or formula, or all for rare earths as such; None = it is none."""
    code = one.kb or ""
    if code == "REE" or (re.search(r"\brare[- ]earth", one.canonical.casefold()) and not code):
        return set(ELEMENTS)
    found = set(re.findall(r"[A-Z][a-z]?", re.sub(r"_.*", "", code))) & set(ELEMENTS)
    return found or None


def plant_named(report: Report, args: dict[str, Any]) -> Plant | None:
    """The mine or plant of an outage: a feed by its name, or a country together with what stands still there."""
    named = [one for role in ("facility", "actor", "object", "origin") for one in entities(report, args.get(role))]
    feeds = table("feeds")["feed"].unique().sort().to_list()
    for one in named:
        name = one.canonical.casefold()
        hit = [feed for feed in feeds if re.sub(r"\s*\(.*", "", feed).casefold() in name]
        if hit and one.named:
            return Plant(("mine",), tuple(hit))
    words = " ".join(one.canonical for one in named).casefold()
    stage = next((stage for word, stage in _WORK if word in words), None)
    places = [role for role in ("origin", "location", "place", "actor") if countries_named(report, args.get(role))]
    if stage is None or not places:
        return None
    return Plant((stage,), areas=countries_named(report, args.get(places[0])))
