"""The rare-earth pattern: declared class or reference samples as a band, declared as open and measured as filled marks."""

from __future__ import annotations

import itertools
import math
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Final

from didymium.composition.pattern.table import ELEMENTS
from didymium.plots import svg
from didymium.plots.scale import Log, log_domain
from didymium.screening.report import words
from didymium.screening.views import PatternBand, PatternReading, PatternView


@dataclass(frozen=True, slots=True)
class Layout:
    """Sizes in px; `stagger` sets the names of elements in two rows; radius: of the marks."""

    width: int
    height: int
    left: float
    right: float
    stagger: bool
    size: int
    radius: float


WIDE: Final = Layout(690, 340, 58, 500, stagger=False, size=14, radius=5.0)
SMALL: Final = Layout(326, 320, 34, 212, stagger=True, size=12, radius=4.0)
TOP: Final = 34
#: CSS classes of a band and of its name, by what it says of the label.
_BANDS: Final = {"for": "declared", "against": "rival", "": "seen"}
_NAMES: Final = {"for": "t-for", "against": "t-against", "": "t-seen"}


def pattern_plot(view: PatternView, layout: Layout = WIDE) -> str | None:
    """The plot as SVG; None where fewer than two elements were measured."""
    readings = {name: reading for name, reading in view.measured.items() if name in ELEMENTS and reading.value > 0}
    declared = {name: reading for name, reading in view.declared.items() if name in ELEMENTS and reading.value > 0}
    if len(readings) < 2:
        return None
    bottom = layout.height - (50 if layout.stagger else 36)
    y = Log(*log_domain(_heights(readings, declared, view.bands)), bottom, TOP)
    x = {
        name: layout.left + (at + 0.5) * (layout.right - layout.left) / len(ELEMENTS)
        for at, name in enumerate(ELEMENTS)
    }
    ordered = sorted(view.bands, key=lambda band: band.speaks != "against")
    return svg.document(
        layout.width,
        layout.height,
        _label(view, readings, declared),
        _axes(x, y, view.reference, layout, bottom),
        *(_band(band, x, y, layout) for band in ordered),
        _curve(declared, x, y, "own-line") + _marks(declared, x, y, "place way", layout.radius + 3),
        _curve(readings, x, y, "axis") + _marks(readings, x, y, "own", layout.radius),
        _names(view, readings, declared, y, layout),
    )


def _heights(
    measured: Mapping[str, PatternReading], declared: Mapping[str, PatternReading], bands: Sequence[PatternBand]
) -> list[float]:
    """Every height that must be inside; a band is cut three decades away from the marks."""
    own = [end for of in (measured, declared) for reading in of.values() for end in _ends(reading)]
    least, most = min(own) / 1000, max(own) * 1000
    edges = [end for band in bands for pair in band.ends.values() for end in pair if end > 0]
    return own + [min(max(end, least), most) for end in edges]


def _ends(reading: PatternReading) -> list[float]:
    return [end for end in (reading.value, reading.low, reading.high) if end is not None and end > 0]


def _label(view: PatternView, measured: Mapping[str, PatternReading], declared: Mapping[str, PatternReading]) -> str:
    shown = ", ".join(
        f"{name} {'below ' if reading.at_most else ''}{words.figure(reading.value)}"
        for name, reading in measured.items()
    )
    beside = "; ".join(
        [f"declared {len(declared)} elements"] * bool(declared) + [f"band of {band.name}" for band in view.bands]
    )
    return (
        f"Rare-earth pattern relative to {view.reference} on a logarithmic axis. Measured: {shown}."
        f"{f' Beside it: {beside}.' if beside else ''}"
    )


def _axes(x: Mapping[str, float], y: Log, reference: str, layout: Layout, bottom: float) -> str:
    marks = [svg.text(0, 14, svg.shorten(f"log axis, times {reference}", layout.width, 12), "tick")]
    for tick in y.ticks():
        marks.append(svg.line(layout.left, y(tick), layout.right, y(tick), "grid"))
        marks.append(svg.text(layout.left - 6, y(tick) + 4, _power(tick), "tick", "end"))
    for at, name in enumerate(ELEMENTS):
        lower = layout.stagger and at % 2
        marks.append(svg.line(x[name], bottom, x[name], bottom + (18 if lower else 5), "axis"))
        marks.append(svg.text(x[name], bottom + (32 if lower else 19), name, "tick", "middle"))
    marks.append(svg.line(layout.left, bottom, layout.right, bottom, "axis"))
    return "".join(marks)


def _power(tick: float) -> str:
    """10⁵ for round powers from a thousand on, which have no room as figures."""
    exponent = round(math.log10(tick))
    if abs(exponent) < 3 or not math.isclose(tick, 10.0**exponent):
        return words.figure(tick)
    return "10" + str(exponent).translate(str.maketrans("-0123456789", "⁻⁰¹²³⁴⁵⁶⁷⁸⁹"))


def _band(band: PatternBand, x: Mapping[str, float], y: Log, layout: Layout) -> str:
    """The band as one shape per run of neighbouring elements, cut at the edges of the plot."""
    marks = []
    half = (layout.right - layout.left) / len(ELEMENTS) / 2
    for known, run in itertools.groupby(ELEMENTS, key=lambda name: name in band.ends):
        names = list(run)
        if not known:
            continue
        spots = [(x[name], *(_inside(y, end) for end in band.ends[name])) for name in names]
        if len(spots) == 1:
            at, low, high = spots[0]
            spots = [(at - half * 0.8, low, high), (at + half * 0.8, low, high)]
        outline = [(at, high) for at, _, high in spots] + [(at, low) for at, low, _ in reversed(spots)]
        marks.append(svg.el("path", d=svg.path(outline, close=True), class_=f"band {_BANDS[band.speaks]}"))
    return "".join(marks)


def _inside(y: Log, value: float) -> float:
    return y(min(max(value, y.low), y.high))


def _curve(readings: Mapping[str, PatternReading], x: Mapping[str, float], y: Log, cls: str) -> str:
    """Lines between neighbouring elements that are both measured: a gap or a limit is not bridged."""
    pairs = [
        (one, two)
        for one, two in itertools.pairwise(ELEMENTS)
        if one in readings and two in readings and not readings[one].at_most and not readings[two].at_most
    ]
    return "".join(svg.line(x[one], y(readings[one].value), x[two], y(readings[two].value), cls) for one, two in pairs)


def _marks(readings: Mapping[str, PatternReading], x: Mapping[str, float], y: Log, cls: str, radius: float) -> str:
    """Discs with their errors; a limit is a bar with a triangle that points to where the value lies."""
    marks = []
    for name, reading in readings.items():
        at, spot = x[name], y(reading.value)
        if reading.at_most:
            tip = [(at - 5, spot + 3), (at + 5, spot + 3), (at, spot + 12)]
            marks.append(svg.line(at - 6, spot, at + 6, spot, "axis"))
            marks.append(svg.el("path", d=svg.path(tip, close=True), class_=cls))
            continue
        if reading.low and reading.high and y(reading.low) - y(reading.high) > 2 * radius:
            marks.append(svg.line(at, _inside(y, reading.low), at, _inside(y, reading.high), "axis"))
        marks.append(svg.el("circle", cx=at, cy=spot, r=radius, class_=cls))
    return "".join(marks)


def _names(
    view: PatternView,
    measured: Mapping[str, PatternReading],
    declared: Mapping[str, PatternReading],
    y: Log,
    layout: Layout,
) -> str:
    """Names beside the right ends, with lead lines, pushed apart where they would touch."""
    wanted = [(_right_end(measured, y), "measured", "strong")]
    if declared:
        wanted.append((_right_end(declared, y), "declared (open marks)", ""))
    for band in view.bands:
        last = [name for name in ELEMENTS if name in band.ends]
        if last:
            low, high = band.ends[last[-1]]
            wanted.append(((_inside(y, low) + _inside(y, high)) / 2, band.name, _NAMES[band.speaks]))
    wanted.sort(key=lambda item: item[0])
    room, step = layout.width - layout.right - 18, layout.size + 2
    rows = [svg.wrap(name, room, layout.size, 4) for _, name, _ in wanted]
    marks, free = [], float(TOP - 8)
    below = sum(len(row) * step + 6 for row in rows)
    for (spot, _, cls), row in zip(wanted, rows, strict=True):
        top = max(free, min(spot - step * len(row) / 2, layout.height - below))
        marks.append(svg.line(layout.right + 1, spot, layout.right + 11, top + step * len(row) / 2, "lead"))
        note = "" if layout.size == 14 else "note "
        marks += [
            svg.text(layout.right + 14, top + step * (index + 0.8), text, (note + cls).strip())
            for index, text in enumerate(row)
        ]
        free = top + step * len(row) + 6
        below -= step * len(row) + 6
    return "".join(marks)


def _right_end(readings: Mapping[str, PatternReading], y: Log) -> float:
    return y(readings[[name for name in ELEMENTS if name in readings][-1]].value)
