"""When each measure is in force: the days of its life cut into windows that follow one another without a gap.

Two times: the day asked about, and the day of knowledge. An act counts from its publication on. Rules:
in force from the first to the last day, both inclusive; a suspension takes the measure out from its own first to its
last day and then lets it come back by itself; `terminates` and `replaces` end it on the day before, for good; `extends`
moves the last day of its target. Before its first day a measure is not in force, whatever else covers the day. What
follows a suspension whose end nobody has confirmed is `unverified`; where another act ended it, its end is sure.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterable
from typing import Final, Literal

import msgspec

from didymium.controls.model import Instrument, Measure

State = Literal["in force", "suspended", "not yet in force", "ended", "unverified"]
DAY: Final = dt.timedelta(days=1)
FIRST, LAST = dt.date.min, dt.date.max


class Window(msgspec.Struct, frozen=True, gc=False):
    """One stretch of days of one measure. first, last: inclusive; dt.date.min and max stand for open ends.

    by: the act that suspended, ended or left it unverified; why: the missing fact of an unverified stretch.
    """

    first: dt.date
    last: dt.date
    state: State
    by: str = ""
    why: str = ""


class _Stop(msgspec.Struct, frozen=True):
    act: str
    first: dt.date
    last: dt.date
    sure: bool


def hit_id(act: Instrument, measure: Measure) -> str:
    """`act#article`, or `act` where a measure is the whole act."""
    return f"{act.id}#{measure.article}" if measure.article else act.id


def known(acts: Iterable[Instrument], day: dt.date) -> list[Instrument]:
    """The acts that were public on a day."""
    return [act for act in acts if act.known_from <= day]


def windows_of(act: Instrument, measure: Measure, acts: Iterable[Instrument]) -> list[Window]:
    """All days of one measure, given the acts that are known: windows in order, total and without overlap."""
    acts = list(acts)
    first = measure.valid_from or act.valid_from
    last = _end(act.id, measure.valid_to or act.valid_to, acts, hit_id(act, measure))
    begin, end = first or FIRST, last or LAST
    if begin > end:
        return [Window(FIRST, LAST, "ended", act.id)]
    marks = {begin, FIRST}
    if end != LAST:
        marks.add(end + DAY)
    if act.unverified_before and act.unverified_before > FIRST:
        marks.add(act.unverified_before)
    if act.unverified_after:
        marks.add(act.unverified_after + DAY)
    stops = _stops(act, measure, acts)
    for stop in stops:
        marks.add(stop.first)
        if stop.last != LAST:
            marks.add(stop.last + DAY)
    days = sorted(marks)
    stretches = [(day, days[i + 1] - DAY if i + 1 < len(days) else LAST) for i, day in enumerate(days)]
    return _joined([_window(a, b, act, begin, end, stops) for a, b in stretches])


def _window(first: dt.date, last: dt.date, act: Instrument, begin: dt.date, end: dt.date, stops: list[_Stop]) -> Window:
    """State of a stretch within which nothing changes."""
    if first < begin:
        if act.unverified_before and first < act.unverified_before:
            return Window(first, last, "unverified", act.id, f"since when {act.id} has been in force")
        return Window(first, last, "not yet in force", act.id)
    if first > end:
        return Window(first, last, "ended", act.id)
    for stop in stops:
        if stop.first <= first <= stop.last:
            return Window(first, last, "suspended", stop.act)
    if act.status == "unverified":
        return Window(
            first, last, "unverified", act.id, f"whether {act.id} is in force (dates or effect not confirmed)"
        )
    if act.unverified_after and first > act.unverified_after:
        return Window(first, last, "unverified", act.id, f"what follows {act.id} after {act.unverified_after}")
    before = [stop for stop in stops if stop.last < first and not stop.sure]
    if before:
        stop = max(before, key=lambda s: s.last)
        return Window(first, last, "unverified", stop.act, f"whether {stop.act} was extended beyond {stop.last}")
    return Window(first, last, "in force", act.id)


def _stops(act: Instrument, measure: Measure, acts: list[Instrument]) -> list[_Stop]:
    """Suspensions of a measure, by first day."""
    out = []
    for other in acts:
        if any(r.type == "suspends" and _reaches(r.target, act.id, measure.article) for r in other.relations):
            last = _end(other.id, other.valid_to, acts, other.id)
            longer = [a for a in acts if any(r.type == "extends" and r.target == other.id for r in a.relations)]
            latest = max(longer, key=lambda a: a.known_from, default=other)
            begin, end, open_from = other.valid_from or FIRST, last or LAST, latest.unverified_after
            if begin <= end:  # one that was ended before it began never was
                out.append(_Stop(other.id, begin, end, sure=open_from is None or end < open_from))
    return sorted(out, key=lambda stop: stop.first)


def _end(act_id: str, last: dt.date | None, acts: list[Instrument], target: str) -> dt.date | None:
    """Last day of an act or measure after what extends and what ends it."""
    article = target.partition("#")[2] or None
    touching = [
        (other, relation.type)
        for other in sorted(acts, key=lambda a: a.known_from)
        for relation in other.relations
        if _reaches(relation.target, act_id, article)
    ]
    for other, what in touching:
        if what == "extends":
            last = other.valid_to
    for other, what in touching:  # after all extensions: what is ended does not come back
        if what in ("terminates", "replaces") and other.valid_from:
            last = min(last or LAST, other.valid_from - DAY)
    return last


def _reaches(target: str, act_id: str, article: str | None) -> bool:
    act, _, named = target.partition("#")
    return act == act_id and (not named or named == article)


def _joined(windows: list[Window]) -> list[Window]:
    """Neighbours that say the same become one."""
    out: list[Window] = []
    for window in windows:
        if out and (out[-1].state, out[-1].by, out[-1].why) == (window.state, window.by, window.why):
            out[-1] = msgspec.structs.replace(out[-1], last=window.last)
        else:
            out.append(window)
    return out


def state_on(windows: list[Window], day: dt.date) -> Window:
    """The window that holds a day."""
    return next(window for window in windows if window.first <= day <= window.last)
