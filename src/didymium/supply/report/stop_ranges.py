"""When firms stop, as ranges over the draws of a sweep: one bar per good, from the earliest months to the latest."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any, Final

import polars as pl

from didymium.plots import svg
from didymium.plots.scale import Linear
from didymium.supply.report import names
from didymium.supply.report.shortage import HELD
from didymium.units import month_index

WIDTH, LABELS, PLOT = 328, 150.0, 124.0
ROW, TOP, BOTTOM = 20.0, 30.0, 24.0
EVENT: Final = "firms_10_pct_stop"
#: Goods whose firms stop in fewer draws are left out.
LEAST_SHARE: Final = 0.05
#: Goods in one panel.
MOST: Final = 16
_ENDS: Final = ("month_p05", "month_p25", "month_p50", "month_p75", "month_p95")


@dataclass(frozen=True, slots=True)
class _Bar:
    """ends: months of the five percentiles since the first (None = not within the run)."""

    title: str
    ends: tuple[int | None, ...]
    share: float


def stop_ranges(months: Sequence[dt.date], stops: pl.DataFrame, zones: Mapping[str, str]) -> list[str]:
    """A picture per zone, goods with the earliest median first; none for zones whose firms stop in less than 1 draw of 20."""
    if stops.is_empty():
        return []
    wanted = (pl.col("event") == EVENT) & pl.col("stage").is_in(HELD) & (pl.col("share") >= LEAST_SHARE)
    rows = stops.filter(wanted)
    made = []
    for zone, title in zones.items():
        bars = _bars(rows.filter(pl.col("zone") == zone).iter_rows(named=True), months[0])[:MOST]
        if bars:
            made.append(_panel(title, bars, months))
    return made


def _panel(title: str, bars: Sequence[_Bar], months: Sequence[dt.date]) -> str:
    height = TOP + ROW * len(bars) + BOTTOM
    across = Linear(0.0, float(max(len(months) - 1, 1)), LABELS, LABELS + PLOT)
    marks = [svg.text(0.0, 14.0, svg.shorten(title, WIDTH - 4.0, 12), "strong label"), *_axis(months, across, height)]
    for n, bar in enumerate(bars):
        marks += _drawn(bar, TOP + ROW * (n + 0.5), across)
    said = "; ".join(f"{bar.title}: {100 * bar.share:.0f} % of draws" for bar in bars)
    return svg.document(WIDTH, int(height), f"{title}: month in which a tenth of firms stop. {said}", *marks)


def _bars(rows: Iterable[dict[str, Any]], first: dt.date) -> list[_Bar]:
    bars = []
    for row in rows:
        ends = tuple(None if row[end] is None else month_index(row[end]) - month_index(first) for end in _ENDS)
        bars.append(_Bar(names.good(row["stage"], row["item"]).partition(" (")[0], ends, row["share"]))
    late = 10**6  # not within the run: after all others
    return sorted(bars, key=lambda bar: (late if bar.ends[2] is None else bar.ends[2], -bar.share, bar.title))


def _axis(months: Sequence[dt.date], across: Linear, height: float) -> list[str]:
    """A rule at the first month and at every January; labels where there is room."""
    marks, last = [], -1e9
    for n, month in enumerate(months):
        if n and month.month != 1:
            continue
        x = across(float(n))
        marks.append(svg.line(x, TOP, x, height - BOTTOM, "grid"))
        if x - last > 54 and x < LABELS + PLOT + 10:
            marks.append(svg.text(x, height - 6.0, f"{month:%Y-%m}", "tick", "middle" if n else "start"))
            last = x
    return marks


def _drawn(bar: _Bar, y: float, across: Linear) -> list[str]:
    """Thin: 5 to 95 %, thick: 25 to 75 %, dot: median; what does not happen within the run reaches the edge and ends open."""

    def at(n: int) -> float:
        end = bar.ends[n]
        return across(across.high) if end is None else across(float(end))

    marks = [svg.text(0.0, y + 4, svg.shorten(bar.title, LABELS - 4.0, 12), "label")]
    half = 2.0  # a month is a stretch, not a point
    marks.append(svg.line(at(0) - half, y, at(4) + half, y, "span"))
    if bar.ends[1] is not None:
        marks.append(svg.line(at(1) - half, y, at(3) + half, y, "core"))
    if bar.ends[2] is not None:
        marks.append(svg.el("circle", cx=at(2), cy=y, r=4.0, class_="mid"))
    if bar.ends[4] is None:
        edge = at(4)
        marks.append(svg.el("path", d=svg.path([(edge + 4, y - 4), (edge + 9, y), (edge + 4, y + 4)]), class_="free"))
    return [*marks, svg.text(float(WIDTH), y + 4, f"{100 * bar.share:.0f} %", "tick", "end")]
