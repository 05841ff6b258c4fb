"""A scenario from the law: the measures of one issuer in force over some months, as shocks on the goods and routes they reach.

A licence duty says that somebody decides; how much passes then is a parameter (assumed.toml), and so is what a control of
technology holds up. A prohibition without exceptions is a ban. Windows of force come from `controls.windows`: a suspended
stretch is no shock, and one whose end or extension nobody has confirmed waits in the file for a person to decide.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, replace
from typing import Final

from didymium.controls import Ruleset, ruleset
from didymium.controls.model import Instrument, Measure, Movement
from didymium.controls.windows import Window, hit_id
from didymium.errors import UsageError
from didymium.supply.drafts.assumed import Assumed, assumed
from didymium.supply.drafts.draft import Draft, Drawn, months_between, some
from didymium.supply.drafts.legal_goods import DEFENCE, KNOW_HOW, areas_of, goods_of
from didymium.supply.network.tables import BASE_YEAR, ELEMENTS, areas
from didymium.supply.scenario import Shock

_MILITARY: Final = frozenset({"military", "military strength", "defence procurement"})
_BASE: Final = dt.date(BASE_YEAR, 1, 1)
_STATES: Final = ("in force", "suspended", "unverified")
#: Parameter that says how much licences let pass, by stage.
_LICENCE: Final = {"oxide": "licence_materials", "metal": "licence_materials", "swarf": "licence_materials",
                   "magnet": "licence_magnets", "ore": "licence_ore"}  # fmt: skip


@dataclass(frozen=True, slots=True)
class _Piece:
    """What one measure does for some days: `kind` of shock on a route, or technology; goods by name."""

    kind: str
    first: dt.date
    last: dt.date
    waits: str
    origin: frozenset[str]
    destination: frozenset[str]
    goods: frozenset[str]
    act: Instrument
    measure: str
    text: str
    dual: bool = False


def from_regime(
    issuer: str,
    start: dt.date,
    end: dt.date,
    *,
    known_on: dt.date | None = None,
    held: Mapping[str, float] | None = None,
    rules: Ruleset | None = None,
    unconfirmed: bool = False,
) -> Draft:
    """The controls of an issuer (ISO 3166-1 alpha-2) over the months of start to end, both counted.

    known_on: only acts public on that day count, None = all. held: values of parameters of assumed.toml. rules: other acts than
    the shipped ones. unconfirmed: take what may be in force as in force, instead of letting it wait. UsageError for an issuer
    without acts, or months out of order. Measures that reach nothing the network knows are in `left_out` with the reason.
    """
    known, day = rules or ruleset(), known_on or dt.date.max
    issuers = sorted({act.issuer for act, _ in known.asked})
    if issuer not in issuers:
        raise UsageError(f"there are no acts of {issuer!r}.", fix=f"Issuers: {', '.join(issuers)}.")
    count = months_between(start, end)
    if not 1 <= count <= 240:
        raise UsageError(
            f"{start:%Y-%m} to {end:%Y-%m} are {count} months.", fix="Allowed: 1 to 240; --from before --to."
        )
    draft = Draft(
        title=f"Controls of {issuer} in force from {start:%Y-%m} to {end:%Y-%m}",
        summary="Dates, goods and routes are those of the acts; how much licences let pass is assumed.",
        start=start.replace(day=1), months=count,
        source=f"control acts of {issuer} ({known.hash})" + (f" as known on {known_on}" if known_on else ""),
        separate=tuple(dict.fromkeys(("CN", *(area for area in (issuer,) if area in areas())))),
    )  # fmt: skip
    last = (end.replace(day=28) + dt.timedelta(days=4)).replace(day=1) - dt.timedelta(days=1)
    pieces = [
        piece
        for act, measure in known.asked
        if act.issuer == issuer and act.known_from <= day
        for piece in _pieces(act, measure, known.windows(act, measure, day), (draft.start, last), draft)
    ]
    for one in _drawn([*pieces, *_military(pieces, known, issuer)], assumed(held)):
        sure = f"Taken as in force, though {one.waits}."
        draft.add(replace(one, rests_on=(*one.rests_on, sure), waits="") if one.waits and unconfirmed else one)
    draft.sort()
    return draft


def _pieces(
    act: Instrument, measure: Measure, windows: Iterable[Window], span: tuple[dt.date, dt.date], draft: Draft
) -> Iterator[_Piece]:
    what = hit_id(act, measure)
    inside = [w for w in windows if w.state in _STATES and w.last >= span[0] and w.first <= span[1]]
    if not inside:
        return
    reason = _no_shock(measure)
    if reason:
        draft.left_out.append((what, reason))
        return
    for window in inside:
        if window.state == "suspended":
            draft.left_out.append((what, f"suspended from {window.first} to {_until(window.last)} by {window.by}"))
            continue
        if window.first <= _BASE and window.state == "in force":
            draft.left_out.append(
                (what, f"in force all through {BASE_YEAR}: flows and plants of the base already stand under it")
            )
            continue
        waits = f"it is not known {window.why}" if window.state == "unverified" else ""
        if not waits and measure.asks_status:
            waits = f"it is not known how much it spares ({measure.asks_status})"
        for way in measure.movements:
            yield from _way(act, measure, way, window, waits, draft)


def _until(day: dt.date) -> str:
    return "an open end" if day == dt.date.max else str(day)


def _no_shock(measure: Measure) -> str:
    """Why a measure is none that the network could feel; "" where it is one."""
    if measure.outcome in ("goods licence", "notify"):
        return f"a {measure.outcome}: nothing is held back by it"
    if measure.party is not None:
        return "named parties: the network knows none"
    if measure.dual_use:
        return "" if _defence(measure) else "end users that the network does not tell apart"
    if measure.stated:
        return f"only goods with {', '.join(measure.stated)}, which the network does not know"
    if measure.end_use is not None and not _defence(measure):
        return f"end uses that the network does not tell apart: {', '.join(measure.end_use.uses)}"
    return ""


def _defence(measure: Measure) -> bool:
    """Does it reach military users in the United States, the only ones with an area of their own?"""
    uses = measure.end_use.uses if measure.end_use else []
    return bool(_MILITARY & set(uses)) and any("US" in way.enters for way in measure.movements)


def _way(
    act: Instrument, measure: Measure, way: Movement, window: Window, waits: str, draft: Draft
) -> Iterator[_Piece]:
    """What a measure does on one of its ways, entry by entry; entries may begin later than the act."""
    what = hit_id(act, measure)
    route = (
        _abroad(act, measure, way) if way.leaves_not or not (way.leaves or measure.places) else _across(measure, way)
    )
    if route is None:
        draft.left_out.append((what, "goods passed on abroad: importing areas are one market in the network"))
        return
    kind, origin, destination, part = route
    if part:
        draft.left_out.append((what, f"{some(part)}: only part of an area of the network"))
    if not origin or (way.enters and not destination):
        return
    days = (window.first, window.last, waits)
    if measure.dual_use:
        yield _Piece(kind, *days, origin, destination, frozenset(), act, what, measure.text, dual=True)
    for item in measure.items:
        first, last = max(window.first, item.valid_from or dt.date.min), min(window.last, item.valid_to or dt.date.max)
        if first > last:
            continue
        days = (first, last, waits)
        if item.forms and set(item.forms) <= KNOW_HOW:
            yield _Piece("technology", *days, frozenset(), _but(origin), frozenset(), act, what, measure.text)
            continue
        goods, reason = goods_of(item)
        if reason:
            draft.left_out.append((f"{act.id} {item.item}", reason))
        else:
            yield _Piece(kind, *days, origin, destination, goods, act, what, measure.text)


_Route = tuple[str, frozenset[str], frozenset[str], list[str]]


def _across(measure: Measure, way: Movement) -> _Route:
    """Kind of shock, areas that goods leave and enter (none = all others), countries that are only part of an area."""
    origin, part = areas_of(_origin(measure, way))
    destination, missing = areas_of(way.enters)
    if way.enters_not:
        destination = _but(areas_of(way.enters_not)[0] | origin)
    if _defence(measure):
        destination &= {DEFENCE}
    return "ban" if measure.outcome == "prohibited" else "licence", origin, destination, [*part, *missing]


def _abroad(act: Instrument, measure: Measure, way: Movement) -> _Route | None:
    """Goods of the issuer that others pass on; None where the network cannot tell whom a rule for them reaches."""
    origin, (destination, part) = areas_of([act.issuer])[0], areas_of(way.enters)
    military = any(step.end_use and _MILITARY & set(step.end_use.uses) for step in measure.escalations)
    if military or _defence(measure):
        return "re_export", origin, frozenset([DEFENCE]), []
    return ("re_export", origin, destination, part) if destination and measure.outcome == "prohibited" else None


def _but(origin: frozenset[str]) -> frozenset[str]:
    return frozenset(areas()) - origin


def _origin(measure: Measure, way: Movement) -> list[str]:
    """Countries that goods may not come from: those they leave, of origin, or where they were made."""
    if measure.places is not None:
        return list(measure.places.countries)
    return way.leaves or way.origin or way.origin_not


def _military(pieces: list[_Piece], known: Ruleset, issuer: str) -> Iterator[_Piece]:
    """What bans of all listed items for military users mean, list by list: while both are in force."""
    lists = {act.id for act, _ in known.asked if act.issuer == issuer and act.kind == "dual-use list"}
    for ban in [one for one in pieces if one.dual]:
        for one in pieces:
            first, last = max(one.first, ban.first), min(one.last, ban.last)
            if one.act.id in lists and one.goods and first <= last:
                words = f"{ban.text} (goods of {one.act.id})"
                yield replace(
                    ban, first=first, last=last, waits=one.waits or ban.waits, goods=one.goods, text=words, dual=False
                )


def _drawn(pieces: Iterable[_Piece], parameters: Mapping[str, Assumed]) -> Iterator[Drawn]:
    """Pieces of the same days, route and stage as one shock."""
    groups: dict[tuple[object, ...], list[_Piece]] = {}
    for one in pieces:
        stages = sorted({_class(good) for good in one.goods}) or ([""] if one.kind == "technology" else [])
        for stage in stages:
            days = (one.kind, one.first, one.last, one.waits, one.origin, one.destination)
            groups.setdefault((*days, stage, "" if one.kind == "technology" else one.act.id), []).append(one)
    for key, ones in groups.items():
        yield _one(str(key[6]), ones, parameters)


def _class(good: str) -> str:
    stage = good.partition(":")[0]
    return "material" if stage in ("oxide", "metal") else stage


def _one(stage: str, ones: list[_Piece], parameters: Mapping[str, Assumed]) -> Drawn:
    first = ones[0]
    goods = sorted({good for one in ones for good in one.goods if _class(good) == stage})
    acts = sorted({one.act.id for one in ones})
    known, value, path = None, None, tuple[float, ...]()
    if first.kind in ("licence", "technology"):
        name = "technology_blocked" if first.kind == "technology" else _LICENCE[goods[0].partition(":")[0]]
        known = parameters[name]
        value, path = known.value, known.path
    elif first.kind == "re_export":
        value = 0.0
    stages = tuple(dict.fromkeys(good.partition(":")[0] for good in goods))
    shock = Shock(
        kind=first.kind,  # type: ignore[arg-type]
        start=max(first.first, dt.date(1990, 1, 1)), end=None if first.last == dt.date.max else first.last,
        stages=stages,  # type: ignore[arg-type]
        elements=_elements(goods), items=_items(stage, goods), value=value, path=path,
        origin=_ordered(first.origin), destination=_ordered(first.destination) if first.kind != "technology" else (),
        areas=_ordered(first.destination) if first.kind == "technology" else (),
        why=f"{', '.join(acts)}: {_words(ones)}",
    )  # fmt: skip
    return Drawn(shock, _rests_on(ones), (known,) if known else (), first.waits)


def _ordered(found: frozenset[str]) -> tuple[str, ...]:
    return tuple(area for area in areas() if area in found)


def _elements(goods: list[str]) -> tuple[str, ...]:
    """Elements of oxides and metals: a metal of several (NdPr) is aimed at by any of them."""
    oxides = {good.partition(":")[2] for good in goods if good.startswith("oxide:")}
    return tuple(element for element in ELEMENTS if element in oxides)


def _items(stage: str, goods: list[str]) -> tuple[str, ...]:
    """Grades of magnets and kinds of swarf by name; where only metals are meant, those."""
    if stage in ("magnet", "swarf") or (stage == "material" and not any(good.startswith("oxide:") for good in goods)):
        return tuple(good.partition(":")[2] for good in goods)
    return ()


def _words(ones: list[_Piece]) -> str:
    """What the measures say: one by its own words, several by the titles of their acts."""
    texts, titles = sorted({one.text for one in ones}), sorted({one.act.title for one in ones})
    return texts[0] if len(texts) == 1 else "; ".join(titles)


def _rests_on(ones: list[_Piece]) -> tuple[str, ...]:
    """Measures, their words and their sources."""
    lines = [f"{some(one.measure for one in ones)}: {_words(ones)}"]
    for act in {one.act.id: one.act for one in ones}.values():
        sure = f"; confidence {act.confidence}" + (f" {act.confidence_note}" if act.confidence_note else "")
        lines.append(f"{act.id} published {act.published or 'on a day not stated'}{sure}")
        lines.append(f"Source: {(act.sources or [act.source_note or 'not stated'])[0]}")
    return tuple(lines)
