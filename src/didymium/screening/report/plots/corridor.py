"""The price corridor through time: declared material and rivals as bands, this consignment as the one bold mark."""

from __future__ import annotations

import datetime as dt
import itertools
import math
from collections.abc import Sequence

from didymium.plots import svg
from didymium.plots.scale import Linear, Log, log_domain, years_between
from didymium.screening.report import words
from didymium.screening.views import Corridor, CorridorPoint, Finding

WIDTH, HEIGHT, LEFT, RIGHT, TOP, BOTTOM = 690, 340, 58, 480, 62, 306
BEFORE, AFTER = dt.timedelta(days=5 * 365), dt.timedelta(days=550)
RIVALS = 3


def at_date(corridor: Corridor, date: dt.date) -> tuple[float, float] | None:
    """Low and high in USD/kg on a date: between two points on the log scale; None outside the corridor's dates."""
    points = sorted(corridor.points, key=lambda point: point.date)
    for before, after in itertools.pairwise(points):
        if before.date <= date <= after.date:
            share = (date - before.date).days / max(1, (after.date - before.date).days)
            return (
                before.low_usd_per_kg ** (1 - share) * after.low_usd_per_kg**share,
                before.high_usd_per_kg ** (1 - share) * after.high_usd_per_kg**share,
            )
    same = [point for point in points if point.date == date]
    return (same[0].low_usd_per_kg, same[0].high_usd_per_kg) if same else None


def reading(finding: Finding) -> str:
    """One sentence that puts the consignment beside the declared corridor; empty where either is missing."""
    if not finding.corridors or not finding.usd_per_kg:
        return ""
    corridor = finding.corridors[0]
    band = at_date(corridor, finding.date) or _nearest(corridor, finding.date)
    if band is None:
        return ""
    low, high = band
    own = finding.usd_per_kg
    said = f"{words.figure(low, 2)} to {words.figure(high, 2)}{words.THIN}USD/kg for {corridor.material}"
    if own < low:
        return f"{words.usd_per_kg(own)} is {words.figure(low / own, 2)} times under the corridor of {said}."
    if own > high:
        return f"{words.usd_per_kg(own)} is {words.figure(own / high, 2)} times over the corridor of {said}."
    return f"{words.usd_per_kg(own)} lies inside the corridor of {said}."


def _nearest(corridor: Corridor, date: dt.date) -> tuple[float, float] | None:
    """The corridor's last word within two years of the date, for dates past its end."""
    near = [point for point in corridor.points if abs((point.date - date).days) <= 730]
    best = min(near, key=lambda point: (abs((point.date - date).days), point.date), default=None)
    return (best.low_usd_per_kg, best.high_usd_per_kg) if best else None


def _window(corridor: Corridor, start: dt.date, end: dt.date) -> list[CorridorPoint]:
    """Usable points inside the window, with one neighbour on either side so that the band reaches the edge."""
    points = sorted((p for p in corridor.points if 0 < p.low_usd_per_kg <= p.high_usd_per_kg), key=lambda p: p.date)
    inside = [index for index, point in enumerate(points) if start <= point.date <= end]
    if inside:
        return points[max(0, inside[0] - 1) : inside[-1] + 2]
    before = [point for point in points if point.date < start][-1:]
    after = [point for point in points if point.date > end][:1]
    return before + after if before and after else []


def corridor_plot(finding: Finding) -> str | None:
    """The plot as SVG; None where no corridor has a point near the consignment's date."""
    start, end = finding.date - BEFORE, finding.date + AFTER
    bands = [(corridor, _window(corridor, start, end)) for corridor in finding.corridors[: RIVALS + 1]]
    bands = [(corridor, points) for corridor, points in bands if points]
    if not bands:
        return None
    first = min(points[0].date for _, points in bands)
    last = max(points[-1].date for _, points in bands)
    start = max(start, min(first, finding.date - dt.timedelta(days=180)))
    end = min(end, max(last, finding.date + dt.timedelta(days=180)))
    prices = [price for _, points in bands for p in points for price in (p.low_usd_per_kg, p.high_usd_per_kg)]
    own = finding.usd_per_kg if finding.usd_per_kg and finding.usd_per_kg > 0 else None
    y = Log(*log_domain([*prices, own] if own else prices), BOTTOM, TOP)
    x = Linear(start.toordinal(), end.toordinal(), LEFT, RIGHT)
    declared = finding.corridors[0].material
    label = (
        f"Price corridor of {declared} in USD per kg on a logarithmic axis, {start.isoformat()} to {end.isoformat()}"
    )
    return svg.document(
        WIDTH,
        HEIGHT,
        f"{label}. {reading(finding)}",
        _axes(x, y, start, end),
        _bands(bands, declared, x, y),
        _controls(finding.control_dates, x, start, end),
        _labels(bands, declared, y),
        _own(finding.date, own, x, y),
    )


def _axes(x: Linear, y: Log, start: dt.date, end: dt.date) -> str:
    marks = [svg.text(0, 14, "USD/kg, log axis", "tick")]
    for tick in y.ticks():
        marks.append(svg.line(LEFT, y(tick), RIGHT, y(tick), "grid"))
        marks.append(svg.text(LEFT - 8, y(tick) + 4, words.figure(tick), "tick", "end"))
    for year in years_between(start, end):
        at = x(year.toordinal())
        marks.append(svg.line(at, BOTTOM, at, BOTTOM + 5, "axis"))
        marks.append(svg.text(at, BOTTOM + 20, str(year.year), "tick", "middle"))
    marks.append(svg.line(LEFT, BOTTOM, RIGHT, BOTTOM, "axis"))
    return "".join(marks)


def _bands(bands: Sequence[tuple[Corridor, list[CorridorPoint]]], declared: str, x: Linear, y: Log) -> str:
    """The bands in a nested viewport, which cuts them at the edges of the plot."""
    marks = []
    for corridor, points in reversed(bands):
        spots = [(x(p.date.toordinal()) - LEFT, y(p.low_usd_per_kg) - TOP, y(p.high_usd_per_kg) - TOP) for p in points]
        if len(spots) == 1:
            at, low, high = spots[0]
            spots = [(at - 9, low, high), (at + 9, low, high)]
        outline = [(at, high) for at, _, high in spots] + [(at, low) for at, low, _ in reversed(spots)]
        cls = "band declared" if corridor.material == declared else "band rival"
        marks.append(svg.el("path", d=svg.path(outline, close=True), class_=cls))
    size = {"x": LEFT, "y": TOP, "width": RIGHT - LEFT, "height": BOTTOM - TOP}
    return svg.el("svg", *marks, **size)


def _controls(dates: Sequence[tuple[dt.date, str]], x: Linear, start: dt.date, end: dt.date) -> str:
    """Control dates as thin rules, their names staggered over three rows above the plot."""
    marks = []
    ends = [-math.inf] * 3
    for date, name in sorted(dates):
        if not start <= date <= end:
            continue
        at = x(date.toordinal())
        shown = svg.shorten(f"{date.isoformat()} {name}", 330, 12)
        width = svg.text_width(shown, 12)
        left = min(at - 3, WIDTH - width)
        row = next((index for index in (2, 1, 0) if ends[index] < left), None)
        marks.append(svg.line(at, TOP - 4 - 15 * (2 - (row if row is not None else 2)), at, BOTTOM, "control"))
        if row is not None:
            ends[row] = left + width + 8
            marks.append(svg.text(left, TOP - 8 - 15 * (2 - row), shown, "note"))
    return "".join(marks)


def _labels(bands: Sequence[tuple[Corridor, list[CorridorPoint]]], declared: str, y: Log) -> str:
    """Names beside the bands' right ends, pushed apart where they would touch."""
    wanted = []
    for corridor, points in bands:
        point = points[-1]
        middle = y(math.sqrt(point.low_usd_per_kg * point.high_usd_per_kg))
        head = "declared: " if corridor.material == declared else "could be: "
        wanted.append((min(max(middle, TOP + 6), BOTTOM - 16), head, corridor, point))
    wanted.sort(key=lambda item: item[0])
    marks, free = [], TOP - 10.0
    for middle, head, corridor, point in wanted:
        rows = svg.wrap(head + corridor.material, WIDTH - RIGHT - 20, 14, 2)
        rows.append(f"{words.figure(point.low_usd_per_kg, 2)} to {words.figure(point.high_usd_per_kg, 2)} USD/kg")
        top = max(free, middle - 8 * (len(rows) - 1))
        cls = "t-for" if head == "declared: " else "t-against"
        marks.append(svg.line(RIGHT + 1, middle, RIGHT + 12, top + 4, "lead"))
        for index, row in enumerate(rows):
            marks.append(svg.text(RIGHT + 15, top + 8 + 15 * index, row, cls if index < len(rows) - 1 else "note"))
        free = top + 15 * len(rows) + 6
    return "".join(marks)


def _own(date: dt.date, own: float | None, x: Linear, y: Log) -> str:
    at = x(date.toordinal())
    if own is None:
        return svg.line(at, TOP, at, BOTTOM, "own-line") + svg.text(
            at - 6, TOP + 14, "this consignment: no unit value", "strong", "end"
        )
    spot, name = y(own), f"this consignment {words.usd_per_kg(own)}"
    left_side = at - LEFT > svg.text_width(name, 14, strong=True) + 14
    under = spot < TOP + 24
    return "".join(
        (
            svg.line(LEFT, spot, at, spot, "own-line"),
            svg.el("circle", cx=at, cy=spot, r=6.5, class_="own"),
            svg.text(
                at - 12 if left_side else at + 12,
                spot + (20 if under else -9),
                name,
                "halo strong",
                "end" if left_side else "start",
            ),
        )
    )
