"""Which goods of the network an entry of a list of controlled items means, and which areas its countries are."""

from __future__ import annotations

import re
from collections.abc import Iterable
from functools import cache
from typing import Final

from didymium.controls.model import Item
from didymium.reference import content_hash
from didymium.supply.network import areas_network
from didymium.supply.network.tables import area_of
from didymium.supply.scenario.goods import contents

#: Forms of goods that the network carries, by stage. Crystals, phosphors, powders for fuel and the like are none of them.
STAGE_OF: Final = {
    "ore": "ore", "oxide": "oxide", "compound": "oxide", "metal": "metal", "metal powder": "metal", "alloy": "metal",
    "permanent magnet": "magnet", "scrap": "swarf",
}  # fmt: skip
#: Forms that stand for know-how and machines: they hold up new capacity instead of flows.
KNOW_HOW: Final = frozenset({"technology", "service", "equipment"})
_FAMILIES: Final = {"SmCo": ("S",), "NdFeB": ("N", "H")}
#: Defence buyers of the United States have an area of their own; to trade law they are in the United States.
DEFENCE: Final = "USDEF"


@cache
def _contents(_hash: str) -> dict[str, frozenset[str]]:
    return contents(areas_network())


def goods_of(item: Item) -> tuple[frozenset[str], str]:
    """Names of the goods an entry reaches, and "" or why it reaches none."""
    if item.particles_below_um is not None or item.treo_below_wt_pct is not None or item.limits:
        return frozenset(), "only goods of a certain grade, which the network does not tell apart"
    stages = {STAGE_OF[form] for form in item.forms if form in STAGE_OF}
    if "raw mixture" in item.forms:  # mixed compounds of what is listed; raw is ore where ore is meant too
        stages.add("ore" if stages <= {"ore"} else "oxide")
    if not stages:
        return frozenset(), f"{', '.join(item.forms) or 'goods named by words'}: nothing the network carries"
    elements = {*item.elements, *item.named, *(part for alloy in item.alloys for part in _symbols(alloy))}
    held = _contents(content_hash())
    found = frozenset(good for good, inside in held.items() if _meant(good, inside, item, stages, elements))
    return found, "" if found else f"{', '.join(sorted(elements)) or 'its goods'}: the network has none of that form"


def _meant(good: str, inside: frozenset[str], item: Item, stages: set[str], elements: set[str]) -> bool:
    stage, _, name = good.partition(":")
    if stage not in stages:
        return False
    if stage == "magnet" and item.families:
        grades = [grade for family in item.families for grade in _FAMILIES.get(family, ())]
        return name in grades and (not item.elements or bool(inside & set(item.elements)))
    return item.rare_earths or bool(inside & elements)


def _symbols(alloy: str) -> list[str]:
    """Symbols of an alloy such as DyFe."""
    return re.findall(r"[A-Z][a-z]?", alloy)


def areas_of(countries: Iterable[str]) -> tuple[frozenset[str], list[str]]:
    """Areas that are these countries (the United States: defence buyers too), and countries that are only part of an area."""
    known, found, part = area_of(), set[str](), []
    for country in countries:
        area = known.get(country, "ROW")
        if area == country:
            found |= {area, DEFENCE} if area == "US" else {area}
        else:
            part.append(country)
    return frozenset(found), part
