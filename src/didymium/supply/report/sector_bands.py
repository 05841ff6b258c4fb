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
    """A picture per sector and good, those that miss most first, and how many more there are. Sectors of one good whose bands
    are the same are drawn once. bands: shortages of a sweep; without rows there is no picture."""
    if bands.is_empty():
        return [], 0
    shown = _shown(bands)
    titles = names.sectors()
    made = []
    for sectors, stage, item in shown[:MOST]:
        lines = [_line(result.shortages, bands, zone, (sectors[0], stage, item)) for zone in zones]
        title = f"{_good(stage, item)}: {', '.join(names.sector(one, titles) for one in sectors)}"
        made.append(panel(title, [one for one in lines if one.values], zones, "%"))
    return made, max(0, len(shown) - MOST)


def _shown(bands: pl.DataFrame) -> list[tuple[list[str], str, str]]:
    """Sectors, stage and item of each picture, those whose median draw misses most first."""
    alike: dict[tuple[str, str, tuple[tuple[float, ...], ...]], list[str]] = {}
    columns = ["short_share_p05", "short_share_p50", "short_share_p95"]
    ordered = bands.sort("sector", "zone", "month")
    for (sector, stage, item), rows in ordered.group_by("sector", "stage", "item", maintain_order=True):
        worst = rows["short_share_p95"].fill_null(1.0).max()
        if isinstance(worst, float) and worst >= SHOWN and (rows["extra_short_t_p95"] > 0).any():
            shares = tuple(rows.select(pl.col(columns).fill_null(1.0).round(4)).rows())
            alike.setdefault((str(stage), str(item), shares), []).append(str(sector))
    found = sorted((-max(row[1] for row in key[2]), sectors, key[0], key[1]) for key, sectors in alike.items())
    return [(sectors, stage, item) for _, sectors, stage, item in found]


def _good(stage: str, item: str) -> str:
    return f"{item} magnets" if stage == "magnet" else item


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
