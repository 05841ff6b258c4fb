"""The evidence waterfall: prior, each check's weight in bans, and the probability they lead to."""

from __future__ import annotations

import math
from dataclasses import dataclass

from didymium.plots import svg
from didymium.plots.scale import Linear, step_ticks
from didymium.screening.report import words
from didymium.screening.views import Finding


@dataclass(frozen=True, slots=True)
class Layout:
    """Sizes in px. `stacked` puts names above the bars, for small screens."""

    width: int
    row: int
    left: float
    right: float
    stacked: bool


WIDE = Layout(690, 30, 256, 604, stacked=False)
SMALL = Layout(326, 44, 4, 270, stacked=True)
TOP = 30


@dataclass(frozen=True, slots=True)
class Step:
    """One bar: from `start` to `end` in bans; `found` is where it would end undamped (None = nothing was damped)."""

    label: str
    note: str
    start: float
    end: float
    found: float | None
    kind: str  # prior | against | for | silent | total


def steps(finding: Finding) -> list[Step]:
    """Prior, evidence in the order of the finding, what limits took away, the result."""
    at = finding.prior_bans
    rows = [Step("prior", "before looking", 0.0, at, None, "prior")]
    for item in finding.evidence:
        counted = item.counted_bans
        found = at + item.weight_bans if abs(item.weight_bans - counted) >= 0.005 else None
        speaks = counted or item.weight_bans
        kind = "against" if speaks > 0 else "for" if speaks < 0 else "silent"
        rows.append(Step(item.check.replace("_", " "), item.question, at, at + counted, found, kind))
        at += counted
    if abs(finding.posterior_bans - at) >= 0.005:
        kind = "against" if finding.posterior_bans > at else "for"
        rows.append(Step("limits", "and calibration", at, finding.posterior_bans, None, kind))
    rows.append(Step("result", words.probability(finding.probability), 0.0, finding.posterior_bans, None, "total"))
    return rows


def waterfall(finding: Finding, layout: Layout = WIDE) -> str:
    """The waterfall as SVG. Zero bans is even odds; right speaks against the label, left for it."""
    rows = steps(finding)
    ends = [value for row in rows for value in (row.start, row.end, row.found) if value is not None]
    low, high = min(0.0, *ends), max(0.0, *ends)
    room = max(0.15, 0.06 * (high - low))
    x = Linear(low - room, high + room, layout.left, layout.right)
    bottom = TOP + layout.row * len(rows)
    marks = [_axis(x, bottom, layout)]
    for index, row in enumerate(rows):
        y = TOP + layout.row * index
        marks.append(_bar(row, x, y, layout) + _names(row, y, layout))
        if index + 2 < len(rows):
            marks.append(svg.line(x(row.end), y + layout.row - 7, x(row.end), y + layout.row + 7, "join"))
    label = (
        f"Evidence waterfall in bans: prior {words.bans(finding.prior_bans)}, {len(finding.evidence)} checks, "
        f"result {words.bans(finding.posterior_bans)}, probability {words.probability(finding.probability)}"
    )
    return svg.document(layout.width, bottom + 52, label, *marks)


def _axis(x: Linear, bottom: float, layout: Layout) -> str:
    marks = []
    free = math.inf  # where the probability to the right of this tick begins
    for tick in reversed(step_ticks(x.low, x.high, 5 if layout.stacked else 8)):
        at, chance = x(tick), words.probability(1 / (1 + 10**-tick))
        half = svg.text_width(chance, 12) / 2
        marks.append(svg.line(at, TOP - 4, at, bottom, "zero" if tick == 0 else "grid"))
        shown = words.bans(tick).rstrip("0").rstrip(".") if tick else "0"
        marks.append(svg.text(at, bottom + 16, shown, "tick", "middle"))
        if at + half <= free:
            marks.append(svg.text(at, bottom + 31, chance, "tick", "middle"))
            free = at - half - 4
    if layout.stacked:
        marks.append(
            svg.text(layout.width - 2, bottom + 46, "bans (log10 of the odds), and as a probability", "tick", "end")
        )
        names = ("← for the label", "against the label →")
    else:
        marks.append(svg.text(layout.left - 28, bottom + 16, "bans (log10 of the odds)", "tick", "end"))
        marks.append(svg.text(layout.left - 28, bottom + 31, "as a probability", "tick", "end"))
        names = ("← speaks for the label", "speaks against the label →")
    marks.append(svg.text(layout.left, 16, names[0], "t-for"))
    marks.append(svg.text(layout.width - 2 if layout.stacked else layout.right, 16, names[1], "t-against", "end"))
    return "".join(marks)


def _bar(row: Step, x: Linear, y: float, layout: Layout) -> str:
    left, right = sorted((x(row.start), x(row.end)))
    top, high = y + (layout.row - 23 if layout.stacked else 7), 16.0
    bar = svg.el("rect", x=left, y=float(top), width=max(1.5, right - left), height=high, class_=f"bar {row.kind}")
    if row.found is None:
        return bar
    tip, base = sorted((x(row.found), x(row.end)))
    return bar + svg.el("rect", x=tip, y=top + 2.0, width=base - tip, height=high - 4, class_=f"found {row.kind}")


def _names(row: Step, y: float, layout: Layout) -> str:
    """The row's name, its note, what counts and, where damped, what was found."""
    strong = "strong" if row.kind in ("total", "prior") else ""
    counted = words.bans(row.end if row.kind == "total" else row.end - row.start)
    found = "" if row.found is None else f"found {words.bans(row.found - row.start)}"
    if layout.stacked:
        name, extra = svg.shorten(row.label, 150, 14), f"{row.note} {found}".strip()
        return (
            svg.text(0, y + 15, name, f"halo {strong}".strip())
            + svg.text(svg.text_width(name, 14) + 8, y + 15, extra, "halo note")
            + svg.text(layout.width - 1, y + 15, counted, f"halo num {strong}".strip(), "end")
        )
    marks = [
        svg.text(layout.left - 12, y + 19, row.note, "note", "end"),
        svg.text(0, y + 19, svg.shorten(row.label, 164, 14), strong),
        svg.text(layout.width - 1, y + (14 if found else 19), counted, f"num {strong}".strip(), "end"),
    ]
    if found:
        marks.append(svg.text(layout.width - 1, y + 27, found, "note num", "end"))
    return "".join(marks)
