"""Rows of the two tables by month: which firms stop for want of what, and which sectors go without."""

from __future__ import annotations

import datetime as dt
from collections.abc import Mapping
from typing import Any, Final

import polars as pl

from didymium.supply.report import names
from didymium.supply.report.grid import Grid, Row, cells, grid, stretch
from didymium.supply.running import Result

#: Goods that firms hold and stop for; swarf is held by recyclers only.
HELD: Final = ("oxide", "metal", "magnet")
#: A firm stops where it meets less of its need than this (as in `solve.stocks`).
MET: Final = 0.95
#: Sectors whose worst month stays below this share are not shown.
SHOWN_SHARE: Final = 0.02
MOST_ROWS: Final = 40


def calendar(result: Result, zones: Mapping[str, str]) -> tuple[Grid, int]:
    """Goods for want of which firms stop, by month, earliest first; and how many more rows there are than are shown."""
    months = result.prices["month"].unique().sort().to_list()
    each = stretch(months)
    keys = ["zone", "stage", "item"]
    firms = result.firms.filter(pl.col("stage").is_in(HELD))
    stopped = firms.group_by(*keys, "month").agg(share=(pl.col("share_met") < MET).mean())
    shares = _by_month(stopped, keys, "share")
    out = result.stocks.filter(pl.col("out"))
    marked: dict[tuple[str, ...], set[dt.date]] = {}
    for zone, stage, item, month in out.select(*keys, "month").rows():
        marked.setdefault((zone, stage, item), set()).add(month)
    dates = {(row["zone"], row["stage"], row["item"]): row for row in result.stock_outs.iter_rows(named=True)}
    hit = [
        key for key in dates if key[1] in HELD and (max(shares.get(key, {}).values(), default=0) > 0 or key in marked)
    ]
    hit.sort(key=lambda key: (_first(dates[key]), -sum(shares.get(key, {}).values())))
    rows = [
        Row(
            names.good(key[1], key[2]),
            zones.get(key[0], key[0]),
            cells(months, shares.get(key, {}), frozenset(marked.get(key, ())), each),
            _dated(dates[key]),
        )
        for key in hit[:MOST_ROWS]
    ]
    return grid(months, rows, each), max(0, len(hit) - MOST_ROWS)


def _first(row: Mapping[str, Any]) -> dt.date:
    dates = [row["firms_10_pct_stop"], row["mean_stock_out"]]
    return min((date for date in dates if date is not None), default=dt.date.max)


def _dated(row: Mapping[str, Any]) -> str:
    said = [
        f"{words} {row[name]:%Y-%m}"
        for words, name in (
            ("a tenth", "firms_10_pct_stop"),
            ("half", "firms_50_pct_stop"),
            ("mean stock", "mean_stock_out"),
        )
        if row[name] is not None
    ]
    return "; ".join(said) or "less than a tenth"


def sectors(result: Result, zones: Mapping[str, str]) -> tuple[Grid, int]:
    """Share of what a sector wants that it misses because of the controls, worst first; and how many rows are left out.

    Magnets of a sector are taken together. Direct uses of an element are one demand in the model, split by fixed shares: its
    sectors miss the same share, so they stand in one row per element, for a shortage of one is not made good by others.
    """
    months = result.shortages["month"].unique().sort().to_list()
    each = stretch(months)
    keys = ["what", "who", "zone"]
    magnets = pl.col("stage") == "magnet"
    named = missing(result).with_columns(
        what=pl.when(magnets).then(pl.lit("magnets")).otherwise(pl.col("item")),
        who=pl.when(magnets).then(pl.col("sector")).otherwise(pl.lit("")),
    )
    summed = named.group_by(*keys, "month").agg(pl.col("missing_t", "wanted_t").sum()).filter(pl.col("wanted_t") > 0)
    shares = _by_month(summed.with_columns(share=pl.col("missing_t") / pl.col("wanted_t")), keys, "share")
    hit = [key for key, by in shares.items() if max(by.values()) >= SHOWN_SHARE]
    hit.sort(key=lambda key: (key[0] != "magnets", -max(shares[key].values()), key))
    users = dict(
        named.filter(~magnets)
        .group_by("item", maintain_order=True)
        .agg(pl.col("sector").unique(maintain_order=True))
        .rows()
    )
    titles = names.sectors()
    rows = [
        Row(
            names.sector(who, titles) if who else f"{what}: {', '.join(s.replace('_', ' ') for s in users[what])}",
            zones.get(zone, zone),
            cells(months, shares[what, who, zone], frozenset(), each),
        )
        for what, who, zone in hit[:MOST_ROWS]
    ]
    return grid(months, rows, each), max(0, len(hit) - MOST_ROWS)


def missing(result: Result) -> pl.DataFrame:
    """Shortages with missing_t: what is short beyond what is short without control, never below nothing."""
    gap = pl.col("short_t") - pl.col("no_control_short_t")
    return result.shortages.with_columns(missing_t=pl.max_horizontal(gap, 0.0))


def _by_month(frame: pl.DataFrame, keys: list[str], value: str) -> dict[tuple[str, ...], dict[dt.date, float]]:
    found: dict[tuple[str, ...], dict[dt.date, float]] = {}
    for *key, month, share in frame.sort(*keys, "month").select(*keys, "month", value).rows():
        found.setdefault(tuple(key), {})[month] = share
    return found
