"""Small multiples of prices: one panel per good, one line per zone, bands where a sweep gives them."""

from __future__ import annotations

import datetime as dt
import itertools
import math
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Final

import polars as pl

from didymium.plots import svg, words
from didymium.plots.scale import Linear, years_between
from didymium.supply.report import names
from didymium.supply.report.sankey import style
from didymium.supply.running import Result

WIDTH, HEIGHT = 328, 190
LEFT, RIGHT, TOP, BOTTOM = 44.0, 100.0, 30.0, 22.0
LABEL_GAP: Final = 13.0
#: A price that leaves this range around that without control moves; others are folded away.
STILL: Final = (0.9, 1.1)
STAGES: Final = ("oxide", "metal", "magnet")
#: Percentiles of the outer and the inner band of a fan.
FANS: Final = (("p05", "p95"), ("p25", "p75"))

Series = list[tuple[dt.date, float | None]]
Band = list[tuple[dt.date, float, float]]


@dataclass(slots=True)
class Line:
    """One zone: USD/kg (or another unit) by month (None = rationed), and where it is rationed, at what price at least.

    bands: outer, inner.
    """

    zone: str
    values: Series
    free: Series
    rationed: Series
    bands: tuple[Band, ...] = ()


@dataclass(frozen=True, slots=True)
class Panel:
    """A picture, and whether its price moves by more than STILL."""

    stage: str
    picture: str
    moves: bool


def panels(result: Result, zones: Mapping[str, str], bands: pl.DataFrame | None = None) -> list[Panel]:
    """A panel for every oxide, metal and magnet, in the order of the network. bands: prices of a sweep."""
    made = []
    for stage in STAGES:
        rows = result.prices.filter(pl.col("stage") == stage)
        for item in rows["item"].unique(maintain_order=True).to_list():
            lines = [_line(rows, item, zone, bands) for zone in zones]
            made.append(Panel(stage, panel(names.good(stage, item), lines, zones), any(map(_moves, lines))))
    return made


def _line(rows: pl.DataFrame, item: str, zone: str, bands: pl.DataFrame | None) -> Line:
    own = rows.filter((pl.col("item") == item) & (pl.col("zone") == zone)).sort("month")
    months = own["month"].to_list()

    def series(column: str) -> Series:
        return list(zip(months, own[column].to_list(), strict=True))

    found = Line(zone, series("usd_per_kg"), series("no_control_usd_per_kg"), series("at_least_usd_per_kg"))
    if bands is not None and own.height:
        named = {"zone": zone, "stage": own["stage"][0], "item": item}
        here = bands.filter(*(pl.col(key) == value for key, value in named.items())).sort("month")
        found.bands = tuple(
            [(month, *(math.inf if end is None else end for end in ends)) for month, *ends in rows.rows()]
            for rows in (here.select("month", f"usd_per_kg_{low}", f"usd_per_kg_{high}") for low, high in FANS)
        )
    return found


def _moves(line: Line) -> bool:
    for (_, price), (_, free), (_, least) in zip(line.values, line.free, line.rationed, strict=True):
        if least is not None or (price is not None and free and not STILL[0] <= price / free <= STILL[1]):
            return True
    return False


def panel(title: str, lines: Sequence[Line], zones: Mapping[str, str], unit: str = "USD/kg") -> str:
    """One good: dashed = the same zone without control (that of the dearest zone); bar at the top = rationed."""
    colours = style(list(zones))
    months = [month for month, _ in lines[0].values]
    across = _days(months)
    up = Linear(0.0, _top(lines), HEIGHT - BOTTOM, TOP)
    marks = [
        svg.text(0.0, 14.0, svg.shorten(f"{title}, {unit}", WIDTH - 4, 12), "strong label"),
        *_axes(across, up, months),
    ]
    marks.extend(_fans(lines, across, up, colours))
    dearest = max(lines, key=lambda line: max(_known(line.values + line.rationed), default=0.0))
    marks.extend(svg.el("path", d=svg.path(piece), class_="free") for piece in _pieces(dearest.free, across, up))
    for line in lines:
        cls = colours[line.zone]
        marks.extend(
            svg.el("path", d=svg.path(piece), class_=f"line {cls}") for piece in _pieces(line.values, across, up)
        )
        marks.extend(
            svg.el("path", d=svg.path(piece), class_=f"rationed {cls}") for piece in _pieces(line.rationed, across, up)
        )
    marks.extend(_labels(lines, zones, up, colours))
    said = "; ".join(_said(line, zones, unit) for line in lines)
    return svg.document(WIDTH, HEIGHT, f"{title}: {said}", *marks)


def _fans(lines: Sequence[Line], across: Linear, up: Linear, colours: Mapping[str, str]) -> list[str]:
    """Bands of each zone, cut at the top of the axis (rationed draws lie above); one zone of several that share a band."""
    marks: list[str] = []
    drawn: list[tuple[Band, ...]] = []
    for line in lines:
        if not line.bands or any(_alike(line.bands[0], other[0], up) for other in drawn):
            continue
        drawn.append(line.bands)
        for n, band in enumerate(line.bands):
            upper = [(across(day.toordinal()), up(min(high, up.high))) for day, _, high in band]
            lower = [(across(day.toordinal()), up(min(low, up.high))) for day, low, _ in reversed(band)]
            marks.append(svg.el("path", d=svg.path(upper + lower, close=True), class_=f"fan{n} {colours[line.zone]}"))
    return marks


def _alike(one: Band, other: Band, up: Linear) -> bool:
    """Whether two bands lie over each other: their edges are less than 4 px apart on average."""
    apart = [
        abs(up(min(a, up.high)) - up(min(b, up.high)))
        for x, y in zip(one, other, strict=True)
        for a, b in zip(x[1:], y[1:], strict=True)
    ]
    return sum(apart) <= 4.0 * len(apart)


def _known(series: Series) -> list[float]:
    return [value for _, value in series if value is not None]


def _top(lines: Sequence[Line]) -> float:
    """Top of the axis: a tenth above all that is drawn, bands cut at three times the lines."""
    highest = max((v for line in lines for v in _known(line.values + line.free + line.rationed)), default=1.0)
    highs = (high for line in lines for band in line.bands for _, _, high in band if math.isfinite(high))
    widest = max(highs, default=0.0)
    return 1.1 * max(highest, min(widest, 3.0 * highest), 1e-9)


def _days(months: Sequence[dt.date]) -> Linear:
    first, last = months[0].toordinal(), months[-1].toordinal()
    return Linear(float(first), float(max(last, first + 1)), LEFT, WIDTH - RIGHT)


def _axes(across: Linear, up: Linear, months: Sequence[dt.date]) -> list[str]:
    step = next(s * 10.0**p for p in range(-4, 8) for s in (1, 2, 5) if up.high / (s * 10.0**p) <= 4)
    marks = []
    for i in range(int(up.high / step + 1e-9) + 1):
        y = up(i * step)
        marks.append(svg.line(LEFT, y, WIDTH - RIGHT, y, "axis" if i == 0 else "grid"))
        marks.append(svg.text(LEFT - 5, y + 4, words.figure(i * step) if i else "0", "tick", "end"))
    years = years_between(months[0], months[-1])
    ticks = [(months[0], f"{months[0]:%Y-%m}"), *((day, str(day.year)) for day in years if day != months[0])]
    last = -1e9
    for day, said in ticks:
        x = across(day.toordinal())
        marks.append(svg.line(x, HEIGHT - BOTTOM, x, HEIGHT - BOTTOM + 4, "axis"))
        if x - last > 50 and x < WIDTH - RIGHT + 10:
            marks.append(svg.text(x, HEIGHT - 5.0, said, "tick", "start" if last < 0 else "middle"))
            last = x
    return marks


def _pieces(series: Series, across: Linear, up: Linear) -> list[list[tuple[float, float]]]:
    """Stretches of known values in px; a lone month becomes a short dash."""
    pieces = []
    for known, run in itertools.groupby(series, key=lambda pair: pair[1] is not None):
        if known:
            spots = [(across(day.toordinal()), up(value)) for day, value in run if value is not None]
            pieces.append(spots if len(spots) > 1 else [(spots[0][0] - 3, spots[0][1]), (spots[0][0] + 3, spots[0][1])])
    return pieces


def _labels(lines: Sequence[Line], zones: Mapping[str, str], up: Linear, colours: Mapping[str, str]) -> list[str]:
    """Names of zones at the ends of their lines, kept apart."""
    ends = []
    for line in lines:
        price, least = line.values[-1][1], line.rationed[-1][1]
        value = price if price is not None else least
        if value is not None:
            ends.append((up(value), line.zone, price is None))
    ends.sort()
    marks, y = [], TOP - LABEL_GAP
    room = HEIGHT - BOTTOM - LABEL_GAP * (len(ends) - 1)
    for i, (at, zone, rationed) in enumerate(ends):
        y = max(min(at, room + LABEL_GAP * i), y + LABEL_GAP)
        said = f"{zones[zone]}{', rationed' if rationed else ''}"
        said = svg.shorten(said, RIGHT - 8, 12)
        marks.append(svg.text(WIDTH - RIGHT + 6, y + 4, said, f"label t-{colours[zone]}"))
    return marks


def _said(line: Line, zones: Mapping[str, str], unit: str) -> str:
    known = _known(line.values)
    rationed = len(_known(line.rationed))
    price = f"{words.figure(min(known))} to {words.figure(max(known))} {unit}" if known else "no price"
    return f"{zones[line.zone]} {price}" + (f", rationed in {rationed} months" if rationed else "")
