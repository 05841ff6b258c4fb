"""Fan charts of shortages: what share of its want a sector goes without, by month and zone, over the draws of a sweep."""

from __future__ import annotations

import datetime as dt
from collections.abc import Mapping
from typing import Final

import polars as pl

from didymium.supply.report import names
from didymium.supply.report.multiples import FANS, Band, Line, Series, panel
from didymium.supply.running import Result

#: Sectors of which 95 in 100 draws stay below this share in every month are not drawn.
SHOWN: Final = 0.02
MOST: Final = 24
_NODE: Final = ("zone", "sector", "stage", "item")


def sector_panels(result: Result, zones: Mapping[str, str], bands: pl.DataFrame) -> tuple[list[str], int]:
    """A picture per magnet sector and grade, and one per oxide for all its direct uses (they share one demand), those that
    miss most first; and how many more there are. bands: shortages of a sweep; without rows there is no picture."""
    if bands.is_empty():
        return [], 0
    worst = bands.group_by("sector", "stage", "item").agg(
        pl.col("short_share_p95").max(), pl.col("short_share_p50").max(), pl.col("extra_short_t_p95").max()
    )
    shown = worst.filter((pl.col("short_share_p95").fill_null(1.0) >= SHOWN) & (pl.col("extra_short_t_p95") > 0))
    # the sectors of one oxide have the same share: the first by name stands for all
    what = pl.when(pl.col("stage") == "magnet").then(pl.col("sector")).otherwise(pl.lit(""))
    shown = shown.sort("sector").with_columns(what=what).unique(["what", "stage", "item"], keep="first")
    shown = shown.sort("short_share_p50", "stage", "item", "sector", descending=[True, False, False, False])
    titles = names.sectors()
    made = []
    for sector, stage, item in shown.head(MOST).select("sector", "stage", "item").rows():
        lines = [_line(result.shortages, bands, zone, (sector, stage, item)) for zone in zones]
        made.append(panel(_title(sector, stage, item, titles), [one for one in lines if one.values], zones, "%"))
    return made, max(0, shown.height - MOST)


def _title(sector: str, stage: str, item: str, titles: Mapping[str, str]) -> str:
    good = names.good(stage, item)
    return f"{names.sector(sector, titles)}, {item} magnets" if stage == "magnet" else f"{good}, direct uses"


def _line(rows: pl.DataFrame, bands: pl.DataFrame, zone: str, node: tuple[str, str, str]) -> Line:
    here = dict(zip(_NODE, (zone, *node), strict=True))
    own = rows.filter(*(pl.col(key) == value for key, value in here.items())).sort("month")
    months = own["month"].to_list()
    values = _shares(months, own["short_t"].to_list(), own["wanted_t"].to_list())
    free = _shares(months, own["no_control_short_t"].to_list(), own["wanted_t"].to_list())
    drawn = bands.filter(*(pl.col(key) == value for key, value in here.items())).sort("month")
    nothing: Series = [(month, None) for month in months]
    return Line(
        zone, values, free, nothing, tuple(_fan(drawn, low, high) for low, high in FANS) if drawn.height else ()
    )


def _shares(months: list[dt.date], part: list[float], whole: list[float]) -> Series:
    """Per cent; None where nothing is wanted."""
    return [(month, 100 * a / b if b > 0 else None) for month, a, b in zip(months, part, whole, strict=True)]


def _fan(rows: pl.DataFrame, low: str, high: str) -> Band:
    ends = rows.select("month", f"short_share_{low}", f"short_share_{high}").rows()
    return [(month, 100 * (a or 0.0), 100 * (1.0 if b is None else b)) for month, a, b in ends]
