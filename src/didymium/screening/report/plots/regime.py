"""The regime timeline: what a law asks through time, one bar a measure, and the day of the consignment as one bold rule.

Solid: in force. Hatched outline: suspended. Dotted outline: not confirmed. Dark: applies to the consignment (red where it
prohibits); light: may apply, or stands beside it. A pointed end goes on beyond the axis.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Final

from didymium.plots import svg
from didymium.plots.scale import Linear, years_between
from didymium.screening.report import measures, words
from didymium.screening.report.measures import Group
from didymium.screening.views import Law, LawSpan


@dataclass(frozen=True, slots=True)
class Layout:
    """Sizes in px; `bar`: top of the bar within its row; `stacked`: names above the bars, for small screens."""

    width: int
    left: float
    right: float
    row: int
    bar: float
    stacked: bool


WIDE: Final = Layout(690, 220, 682, 46, 6.0, stacked=False)
SMALL: Final = Layout(326, 4, 320, 74, 37.0, stacked=True)
TOP, HIGH, TIP, NEAR, MOST = 32, 16.0, 6.0, 24.0, 12
FIRST_YEAR: Final = 2020
YEAR: Final = 365
#: An act that ends decades from now must not squeeze the years that matter.
AHEAD: Final = 10 * YEAR


@dataclass(frozen=True, slots=True)
class Piece:
    """The visible part of one span in px. before, after: it goes on beyond that edge."""

    span: LawSpan
    left: float
    right: float
    before: bool
    after: bool


def regime_plot(law: Law, layout: Layout = WIDE) -> str | None:
    """The timeline as SVG; None where the finding has no measure."""
    found = measures.groups(law)
    if not found:
        return None
    shown = found[:MOST]
    start, end = axis(law, shown)
    x = Linear(start.toordinal(), end.toordinal(), layout.left, layout.right)
    bottom = float(TOP + layout.row * len(shown))
    day = x(law.day.toordinal())
    bars, names = [], []
    for index, group in enumerate(shown):
        y = TOP + layout.row * index
        pieces = cut(group.first.spans, x)
        bars += [_bar(piece, y + layout.bar, _tone(group)) for piece in pieces]
        names.append(_names(group, y, layout) + _said(group, pieces, day, y + layout.bar, layout))
    more = len(found) - len(shown)
    note = svg.text(0, bottom + 36, f"and {more} more, in the words", "note") if more else ""
    return svg.document(
        layout.width,
        int(bottom) + (44 if more else 26),
        _label(law, shown, start, end),
        _years(start, end, x, bottom),
        *bars,
        _day(law.day, day, len(shown), layout),
        *names,
        note,
    )


def axis(law: Law, found: Sequence[Group]) -> tuple[dt.date, dt.date]:
    """First and last day of the axis: from 2020, or the year of the first window where that is later, to a year after the
    later of the consignment's day and the last change. Goods licences, old and without end, do not stretch it."""
    counted = [group for group in found if group.first.standing != "beside"] or found
    spans = [span for group in counted for span in group.first.spans]
    firsts = [span.first for span in spans if span.first]
    changes = [date for span in spans for date in (span.first, span.last) if date]
    year = max(FIRST_YEAR, min(date.year for date in firsts)) if firsts else FIRST_YEAR
    start = dt.date(max(1, min(year, _moved(law.day, -90).year)), 1, 1)
    last = min(max([law.day, *changes]), _moved(law.day, AHEAD))
    return start, _moved(last, YEAR)


def _moved(date: dt.date, by: int) -> dt.date:
    """A date some days away, kept within the calendar."""
    return dt.date.fromordinal(min(max(date.toordinal() + by, 1), dt.date.max.toordinal()))


def cut(spans: Sequence[LawSpan], x: Linear) -> list[Piece]:
    """The parts of spans inside the axis, at least 2 px wide. A last day belongs to its span."""
    pieces = []
    for span in spans:
        first = span.first.toordinal() if span.first else -1
        after = span.last is None or span.last.toordinal() >= x.high
        last = x.high if span.last is None else min(span.last.toordinal() + 1, x.high)
        if last <= x.low or first >= x.high or last <= first:
            continue
        left = x(max(first, x.low))
        pieces.append(Piece(span, left, max(left + 2, x(last)), first < x.low, after))
    return pieces


def _tone(group: Group) -> str:
    """dark: applies; ban: applies and prohibits; pale: anything else."""
    if group.first.standing != "applies":
        return "pale"
    return "ban" if group.first.outcome == "prohibited" else "dark"


def _bar(piece: Piece, top: float, tone: str) -> str:
    left, right, middle, low = piece.left, piece.right, top + HIGH / 2, top + HIGH
    tip = min(TIP, (right - left) / 3)
    inner_left, inner_right = left + tip * piece.before, right - tip * piece.after
    outline = [(inner_left, top), (inner_right, top)]
    outline += [(right, middle)] * piece.after + [(inner_right, low), (inner_left, low)]
    outline += [(left, middle)] * piece.before
    state = {"in force": f"span {tone}", "suspended": "span off"}.get(piece.span.state, "span open")
    hatch = _hatch(inner_left, inner_right, top) if piece.span.state == "suspended" else ""
    return svg.el("path", d=svg.path(outline, close=True), class_=state) + hatch


def _hatch(left: float, right: float, top: float) -> str:
    """Slanting lines cut at the edges of a bar, without a pattern that would need an id."""
    lines = []
    for step in range(int((right - left + HIGH) / 7)):
        foot = left + 7 * (step + 1) - HIGH  # the line rises from (foot, low) to (foot + HIGH, top)
        a, b = max(foot, left), min(foot + HIGH, right)
        if a < b:
            lines.append(svg.path([(a, top + HIGH - (a - foot)), (b, top + HIGH - (b - foot))]))
    return svg.el("path", d="".join(lines), class_="hatch") if lines else ""


def _names(group: Group, y: float, layout: Layout) -> str:
    """What the bar is: its id, what it asks and how it stands."""
    strong = "strong" if group.first.standing == "applies" else ""
    note = f"{group.first.outcome}, {'beside it' if group.first.standing == 'beside' else group.first.standing}"
    room = layout.width if layout.stacked else layout.left - 12
    top = y + 14 if layout.stacked else y + 18
    return svg.text(0, top, svg.shorten(group.name, room, 14), f"halo {strong}".strip()) + svg.text(
        0, top + 15, svg.shorten(note, room, 12), "halo note"
    )


def _said(group: Group, pieces: Sequence[Piece], day: float, top: float, layout: Layout) -> str:
    """Each piece's state in or beside it, and under the bar the days on which something changes."""
    if not pieces:
        said = _elsewhere(group.first.spans)
        return svg.text(layout.left, top + 12, svg.shorten(said, layout.right - layout.left, 12), "note halo")
    cls = f"note on-{_tone(group)}"
    states = [_state(index, pieces, day, top, cls, layout) for index in range(len(pieces))]
    begins = [
        _begins(piece) + ("" if state else f" {piece.span.state}") for piece, state in zip(pieces, states, strict=True)
    ]
    return "".join(states) + _dates(pieces, begins, day, top + HIGH + 13, layout)


def _elsewhere(spans: Sequence[LawSpan]) -> str:
    return f"{measures.windows(list(spans))} (not shown)" if spans else "no day in force on record"


def _state(index: int, pieces: Sequence[Piece], day: float, top: float, cls: str, layout: Layout) -> str:
    """The state in the wider part beside the day's rule, else before the first or after the last piece; else nothing."""
    piece = pieces[index]
    state, left, right = piece.span.state, piece.left, piece.right
    width = svg.text_width(state, 12)
    parts = [(left, day - 3), (day + 3, right)] if left < day < right else [(left, right)]
    a, b = max(parts, key=lambda part: part[1] - part[0])
    if b - a >= width + 2 * TIP:
        return svg.text((a + b) / 2, top + 12, state, cls if state == "in force" else "note halo", "middle")
    if index == 0 and left - width - 6 >= layout.left and not left - width - 9 < day < left:
        return svg.text(left - 5, top + 12, state, "note halo", "end")
    last = index == len(pieces) - 1
    if last and right + width + 6 <= layout.right and not right < day < right + width + 9:
        return svg.text(right + 5, top + 12, state, "note halo")
    return ""


def _dates(pieces: Sequence[Piece], begins: Sequence[str], day: float, y: float, layout: Layout) -> str:
    """First days under the left ends, moved where the next end or the day's rule is in the way. Then the very last day."""
    marks, free = [], layout.left - 2
    ends = [piece.left for piece in pieces[1:]] + [layout.right]
    for text, piece, following in zip(begins, pieces, ends, strict=True):
        width = svg.text_width(text, 12)
        spots = [min(piece.left, layout.right - width), piece.left - width]
        spots += [day - width - 5] if piece.left - width < day - width - 5 < piece.left else []
        spots += [day + 6] if 0 < day - piece.left < NEAR or (piece.before and piece.left < day) else []
        fit = [spot for spot in spots if spot >= free and spot + width <= layout.right]
        clear = [spot for spot in fit if not spot - 4 < day < spot + width + 4]
        best = [spot for spot in clear if spot + width + 6 <= following or spot < piece.left] or clear or fit
        if best:
            marks.append(svg.text(best[0], y, text, "tick halo"))
            free = best[0] + width + 6
    last = pieces[-1]
    if not last.after and last.span.last:
        text = f"to {last.span.last}"
        left = min(max(free, last.right - svg.text_width(text, 12)), layout.right - svg.text_width(text, 12))
        if left >= free:
            marks.append(svg.text(left, y, text, "tick halo"))
    return "".join(marks)


def _begins(piece: Piece) -> str:
    if piece.span.first is None:
        return "first day not on record"
    return f"since {piece.span.first}" if piece.before else str(piece.span.first)


def _years(start: dt.date, end: dt.date, x: Linear, bottom: float) -> str:
    marks = []
    for year in years_between(start, end):
        at = x(year.toordinal())
        marks.append(svg.line(at, TOP - 4, at, bottom, "grid"))
        marks.append(svg.text(max(at, 14.0), bottom + 16, str(year.year), "tick", "middle"))
    marks.append(svg.line(x.start, bottom, x.end, bottom, "axis"))
    return "".join(marks)


def _day(date: dt.date, at: float, rows: int, layout: Layout) -> str:
    """The one bold rule, with its date above it; on small screens it is thin where names stand."""
    name = f"{words.day(date)}, this consignment"
    half = svg.text_width(name, 14, strong=True) / 2
    middle = min(max(at, half), layout.width - half)
    bottom = float(TOP + rows * layout.row)
    runs = [(TOP - 12.0, bottom)]
    if layout.stacked:
        bars = [TOP + layout.row * row + layout.bar for row in range(rows)]
        runs = [(TOP - 12.0, TOP - 2.0), *((bar - 4, bar + HIGH + 4) for bar in bars)]
    return (
        svg.line(at, TOP - 12, at, bottom, "zero")
        + "".join(svg.line(at, top, at, low, "day-gap") for top, low in runs)
        + "".join(svg.line(at, top, at, low, "own-rule") for top, low in runs)
        + svg.text(middle, 14, name, "halo strong", "middle")
    )


def _label(law: Law, shown: Sequence[Group], start: dt.date, end: dt.date) -> str:
    said = "; ".join(
        f"{group.name} ({group.first.outcome}, {group.first.standing}): {measures.windows(group.first.spans)}"
        for group in shown
    )
    return f"Timeline of measures from {start} to {end}; the consignment is of {law.day}. {said}."
