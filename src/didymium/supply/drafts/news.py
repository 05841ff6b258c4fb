"""Draft shocks from reported events. Whatever is only feared, denied, weighed or undated is no shock, and is listed with why.

A shock needs: an event that the text itself asserts, or a source in a position to know reports; a country or plant by
name; goods that the network carries; and a day. How much of a flow a licence lets pass, how much of an output a stop costs
and how long it lasts are parameters (assumed.toml) unless the text says so. Prices and shortages are no shocks: they stand
in the draft as observations to hold the result against.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterable, Mapping
from dataclasses import replace
from typing import Any, Final

import msgspec

from didymium.errors import UsageError
from didymium.supply.drafts.assumed import Assumed, assumed
from didymium.supply.drafts.draft import Draft, Drawn, months_between, some
from didymium.supply.drafts.reports import Event, Report, day_of
from didymium.supply.drafts.said import Goods, countries_named, goods_named, plant_named, words_of
from didymium.supply.scenario import Shock
from didymium.units import month_index, month_start

#: Factuality that makes a fact of the past or an order for a day to come; all else is talk.
_FACT: Final = frozenset({"asserted", "reported", "committed"})
_IN_FORCE: Final = frozenset({"in_force", "announced"})
_SUPPLY: Final = frozenset({"IMPOSE_EXPORT_CONTROL", "EASE_EXPORT_CONTROL", "SUSPEND_CONTROL", "LIFT_CONTROL", "SET_QUOTA",
                            "TARIFF", "SUPPLY_DISRUPTION", "CLOSE_CAPACITY"})  # fmt: skip
#: Events of supply that are no shock, and why.
_NEVER: Final = {
    "RESUME_LICENSING": "how much will pass is not said: change the path of the licence yourself",
    "LICENCE_GRANTED": "single decisions: they are within what licences let pass",
    "LICENCE_REFUSED": "single decisions: they are within what licences let pass",
    "OPEN_CAPACITY": "new plants are projects of table supply_projects",
}
_OBSERVED: Final = frozenset({"SHORTAGE", "PRICE_RISE", "PRICE_FALL"})
_BAN_WORDS: Final = ("ban", "bars", "barred", "prohibit", "halt", "embargo", "no export", "stop", "禁止", "封锁")


class _NoShock(Exception):  # noqa: N818  (it is no error: it says why an event is no shock)
    """Why an event is no shock."""


def from_news(
    reports: Iterable[Report],
    *,
    start: dt.date | None = None,
    end: dt.date | None = None,
    held: Mapping[str, float] | None = None,
) -> Draft:
    """A draft scenario from reports. start, end: first and last month, None = the first shock, and 24 months.

    held: values of parameters of assumed.toml. What two reports say alike is one shock with both quotations. UsageError where
    no report is given, or the months are out of order. A draft may hold no shock at all: then everything is in `left_out`.
    """
    known, parameters, ends = list(reports), assumed(held), list[tuple[Report, Event]]()
    if not known:
        raise UsageError("there is no report.", fix="Name one or more files.")
    draft = Draft("", "", dt.date(1990, 1, 1), 1, "; ".join(report.source() for report in known))
    for report in known:
        _read(report, parameters, draft, ends)
    for report, event in ends:
        _ended(report, event, draft)
    draft.shocks = _merged(draft.shocks)
    draft.sort()
    first = start or min((one.shock.start for one in draft.shocks), default=_published(known))
    last = end or month_start(month_index(first) + 23)
    if not 1 <= months_between(first, last) <= 240:
        raise UsageError(f"{first:%Y-%m} to {last:%Y-%m} cannot be run.", fix="Allowed: 1 to 240 months.")
    draft.start, draft.months = first.replace(day=1), months_between(first, last)
    draft.title = f"Draft from {len(known)} report{'s' if len(known) > 1 else ''}"
    draft.summary = f"{sum(not one.waits for one in draft.shocks)} shocks as reported, not checked by anybody."
    return draft


def _published(reports: list[Report]) -> dt.date:
    return min((day for one in reports if (day := one.published)), default=dt.date.today())  # noqa: DTZ011


def _read(report: Report, parameters: Mapping[str, Assumed], draft: Draft, ends: list[tuple[Report, Event]]) -> None:
    other = [event.type for event in report.events if event.type not in (*_SUPPLY, *_NEVER, *_OBSERVED)]
    if other:
        draft.left_out.append((report.file, f"events that move no goods by themselves: {some(other, 9)}"))
    for event in report.events:
        what = f"{report.file} {event.type} “{event.trigger.text}”"
        try:
            if event.type in _OBSERVED:
                _certain(event)
                draft.remarks.append(f"{report.sentence(event.trigger)} ({report.source()})")
            elif event.type in _NEVER:
                raise _NoShock(_NEVER[event.type])
            elif event.type in ("SUSPEND_CONTROL", "LIFT_CONTROL"):
                _certain(event)
                ends.append((report, event))
            elif event.type in _SUPPLY:
                draft.add(_shock(report, event, parameters))
        except _NoShock as why:
            draft.left_out.append((what, str(why)))
    for claim in report.claims:
        if claim.metric.startswith("price") and claim.polarity == "+" and not claim.status and claim.span:
            draft.remarks.append(f"{report.sentence(claim.span)} ({report.source()})")
    draft.remarks = list(dict.fromkeys(draft.remarks))


def _certain(event: Event) -> None:
    """_NoShock where the event is not one that happened or was ordered."""
    if event.same_as:
        raise _NoShock(f"told before, as {event.same_as} of the same report")
    if event.polarity == "-":
        raise _NoShock("the text says that it did not or will not happen")
    if event.factuality not in _FACT:
        raise _NoShock(f"not a fact of the text but {event.factuality.replace('_', ' ')}")
    stage = event.gta.stage if event.gta else None
    if stage is not None and stage not in _IN_FORCE:
        raise _NoShock(f"not in force: {stage.replace('_', ' ')}")


def _shock(report: Report, event: Event, parameters: Mapping[str, Assumed]) -> Drawn:
    _certain(event)
    day, waits = _day(report, event)
    used: tuple[Assumed, ...]
    if event.type in ("SUPPLY_DISRUPTION", "CLOSE_CAPACITY"):
        shock, used = _outage(report, event, day, parameters)
    elif event.type == "SET_QUOTA":
        shock, used = _quota(report, event, day), ()
    elif event.type == "TARIFF":
        shock, used = _tariff(report, event, day), ()
    else:
        shock, used = _control(report, event, day, parameters)
    return Drawn(shock, _quoted(report, event), used, waits)


def _quoted(report: Report, event: Event) -> tuple[str, str]:
    return f"“{report.sentence(event.trigger)}”", f"Source: {report.source()}; {event.factuality}"


def _day(report: Report, event: Event) -> tuple[dt.date, str]:
    """The day of an event, and why it waits where only the report is dated."""
    known = next((time.value for time in report.times if time.id == event.time), "")
    day = day_of(known)
    if day:
        return day, ""
    if known.endswith("_REF") or not known:
        if report.published is None:
            raise _NoShock("no day is said")
        said = f"the text says no day ({known})" if known else "the text says no day"
        return report.published, f"{said}; that of the report stands in its place"
    raise _NoShock(f"no day is said, only {known}")


def _control(
    report: Report, event: Event, day: dt.date, parameters: Mapping[str, Assumed]
) -> tuple[Shock, tuple[Assumed, ...]]:
    origin, destination = _route(report, event)
    goods = _goods(report, event)
    said = f"{event.trigger.text} {words_of(report, event.args.get('measure'))}".lower()
    if event.type == "EASE_EXPORT_CONTROL":
        used = parameters["eased_share"]
    elif any(word in said for word in _BAN_WORDS):
        return _aimed("ban", day, goods, origin=origin, destination=destination), ()
    else:
        used = parameters["licence_magnets" if goods.stages == ("magnet",) else "licence_materials"]
    value = {"path": used.path} if used.path else {"value": used.value}
    return _aimed("licence", day, goods, origin=origin, destination=destination, **value), (used,)


def _aimed(kind: str, day: dt.date, goods: Goods, **rest: Any) -> Shock:
    return Shock(
        kind=kind, start=day, elements=goods.elements, stages=goods.stages, items=goods.items, why="as reported", **rest  # type: ignore[arg-type]
    )  # fmt: skip


def _route(report: Report, event: Event) -> tuple[tuple[str, ...], tuple[str, ...]]:
    """Areas that goods leave and enter; whom a control is aimed at must be a country, or nobody in particular."""
    origin = countries_named(report, event.args.get("origin") or event.args.get("actor"))
    if not origin:
        raise _NoShock("whose control it is, is not said, or is no country of the network")
    aimed = event.args.get("target") or event.args.get("destination")
    destination = countries_named(report, aimed)
    if aimed and not destination:
        raise _NoShock(f"aimed at {words_of(report, aimed)} only, whom the network does not tell apart")
    return origin, destination


def _goods(report: Report, event: Event) -> Goods:
    said = next((event.args[role] for role in ("material", "product", "object") if event.args.get(role)), None)
    if said is None:
        raise _NoShock("which goods, is not said")
    goods = goods_named(report, said)
    if goods is None:
        raise _NoShock(f"{words_of(report, said)}: no goods of the network")
    return goods


def _figure(report: Report, event: Event, metrics: tuple[str, ...], units: tuple[str, ...]) -> float | None:
    """A figure of that kind in the sentence of the event."""
    sentence = report.sentence(event.trigger)
    for claim in report.claims:
        fits = claim.unit in units and any(claim.metric.startswith(metric) for metric in metrics)
        sure = claim.polarity == "+" and not claim.status
        if fits and sure and claim.span is not None and claim.span.text in sentence:
            return claim.value
    return None


def _quota(report: Report, event: Event, day: dt.date) -> Shock:
    said = f"{report.sentence(event.trigger)} {words_of(report, event.args.get('measure'))}".lower()
    if "export" not in said and "出口" not in said:
        raise _NoShock("a quota of production: the base already has one, and what it allows beyond is not said")
    tonnes = _figure(report, event, ("volume",), ("t", "t/a"))
    if tonnes is None:
        raise _NoShock("no volume is said")
    origin, destination = _route(report, event)
    return _aimed(
        "quota", day, _goods(report, event), origin=origin, destination=destination, value=tonnes, unit="t per year"
    )


def _tariff(report: Report, event: Event, day: dt.date) -> Shock:
    """On imports of the actor from the target, or on exports of the actor where the text says export."""
    percent = _figure(report, event, ("tariff", "duty", "levy", "rate"), ("percent",))
    if percent is None:
        raise _NoShock("no rate is said")
    actor, target = (countries_named(report, event.args.get(role)) for role in ("actor", "target"))
    if not actor:
        raise _NoShock("whose tariff it is, is not said")
    out = "export" in report.sentence(event.trigger).lower()
    origin, destination = (actor, target) if out else (target, actor)
    goods = _goods(report, event)
    return _aimed(
        "tariff", day, goods, origin=origin, destination=destination, value=percent / 100, unit="share of price"
    )


def _outage(
    report: Report, event: Event, day: dt.date, parameters: Mapping[str, Assumed]
) -> tuple[Shock, tuple[Assumed, ...]]:
    plant = plant_named(report, event.args)
    if plant is None:
        raise _NoShock("no mine or plant of the network is named, nor a country with what stands still there")
    percent = _figure(report, event, ("share", "output", "cut", "loss"), ("percent",))
    days = _figure(report, event, ("duration",), ("day",))
    months = _figure(report, event, ("duration",), ("month",))
    lasts = days if days is not None else 30.4 * months if months is not None else None
    length = parameters["outage_days"]
    share = percent / 100 if percent is not None else parameters["outage_share"].last
    until = None if event.type == "CLOSE_CAPACITY" else day + dt.timedelta(days=round(lasts or length.last) - 1)
    shock = Shock(
        kind="outage", start=day, end=until, stages=plant.stages, # type: ignore[arg-type]
        items=plant.items, areas=plant.areas, value=min(share, 1.0),
        why="as reported",
    )  # fmt: skip
    length_said = until is None or lasts is not None
    return shock, (*(() if percent is not None else (parameters["outage_share"],)), *(() if length_said else (length,)))


def _ended(report: Report, event: Event, draft: Draft) -> None:
    """A control lifted or suspended ends the shocks of this draft that it is said to be about."""
    what = f"{report.file} {event.type} “{event.trigger.text}”"
    try:
        (origin, destination), goods, (day, waits) = _route(report, event), _goods(report, event), _day(report, event)
        if waits:
            raise _NoShock(waits)
    except _NoShock as why:
        draft.left_out.append((what, str(why)))
        return
    hit = [
        number
        for number, one in enumerate(draft.shocks)
        if one.shock.origin == origin and one.shock.start < day and one.shock.end is None
        and (not destination or one.shock.destination == destination)
        and set(one.shock.elements) <= set(goods.elements) and set(one.shock.stages) <= set(goods.stages)
    ]  # fmt: skip
    if not hit:
        draft.left_out.append((what, "no shock of this draft is the control that it ends"))
    for number in hit:
        one = draft.shocks[number]
        ended = Shock(
            **{name: getattr(one.shock, name) for name in Shock.__struct_fields__} | {"end": day - dt.timedelta(1)}
        )
        draft.shocks[number] = replace(one, shock=ended, rests_on=(*one.rests_on, *_quoted(report, event)))


def _merged(shocks: list[Drawn]) -> list[Drawn]:
    """Shocks that say the same become one with all their quotations; of two days of one month the later one, since a report
    that knows the month only stands at its first day."""
    found: dict[Shock, Drawn] = {}
    for one in shocks:
        key = msgspec.structs.replace(one.shock, start=one.shock.start.replace(day=1))
        known = found.get(key)
        if known is None:
            found[key] = one
            continue
        lines = tuple(dict.fromkeys((*known.rests_on, *one.rests_on)))
        later = max(known.shock, one.shock, key=lambda shock: shock.start)
        found[key] = replace(known, shock=later, rests_on=lines, waits=known.waits and one.waits)
    return list(found.values())
