"""Percentile bands over the draws of a sweep. What never happens, or has no price, counts as beyond every number.

Percentiles are those of draws that occurred (the nearest, never a mean of two), so a band is null exactly where so many
draws have no number: rationed, or no stock-out within the months of the run.
"""

from __future__ import annotations

from pathlib import Path
from typing import Final

import polars as pl

from didymium.supply.sweep import folder

#: Percentiles, and how columns call them.
LEVELS: Final = ((0.05, "p05"), (0.25, "p25"), (0.5, "p50"), (0.75, "p75"), (0.95, "p95"))
#: Dates of table stock_outs.
EVENTS: Final = ("mean_stock_out", "firms_10_pct_stop", "firms_25_pct_stop", "firms_50_pct_stop")
#: Rows whose percentiles are taken at once; some hundred MB.
_ROWS_AT_ONCE: Final = 3_000_000


def _percentiles(column: str, name: str) -> list[pl.Expr]:
    """name_p05 ... name_p95; null (no number) lies above all."""
    values = pl.col(column).fill_null(float("inf"))
    found = (values.quantile(level, interpolation="nearest") for level, _ in LEVELS)
    return [
        pl.when(one.is_finite()).then(one).alias(f"{name}_{short}")
        for one, (_, short) in zip(found, LEVELS, strict=True)
    ]


def prices(out: Path) -> pl.DataFrame:
    """By month, zone, stage, item: usd_per_kg and ratio (over no control of the same draw) at each level, rationed_share
    of the draws (null bands begin there), and draws."""
    keys = ["month", "zone", "stage", "item"]
    return _by_zone(
        out, "prices", keys, [
            *_percentiles("usd_per_kg", "usd_per_kg"), *_percentiles("ratio", "ratio"),
            pl.col("rationed").mean().alias("rationed_share"), pl.len().alias("draws"),
        ],
    )  # fmt: skip


def shortages(out: Path) -> pl.DataFrame:
    """By month, zone, sector, stage, item, at each level: short_share of what is wanted, extra_short_t and
    extra_lost_musd over no control. Null where nothing is wanted, or no loss per kg is known."""
    keys = ["month", "zone", "sector", "stage", "item"]
    columns = ("short_share", "extra_short_t", "extra_lost_musd")
    bands = [one for column in columns for one in _percentiles(column, column)]
    return _by_zone(out, "shortages", keys, [*bands, pl.len().alias("draws")])


def stock_outs(out: Path, months: int) -> pl.DataFrame:
    """By zone, stage, item and event (`EVENTS`): month_p05 ... month_p95 (dates), share of draws in which it happens within
    the months of the run, draws."""
    keys = ["zone", "stage", "item"]
    long = folder.scan(out, "stock_outs").unpivot(
        EVENTS, index=[*keys, "draw"], variable_name="event", value_name="when"
    )
    days = long.with_columns(days=pl.col("when").cast(pl.Int32).cast(pl.Float64))
    bands = days.group_by(*keys, "event").agg(
        *_percentiles("days", "month"),
        share=pl.col("when").is_not_null().mean(),
        draws=pl.len(),
        within_months=pl.lit(months),
    )
    dates = pl.col("^month_p..$").cast(pl.Int32).cast(pl.Date)
    order = pl.col("event").replace_strict({name: number for number, name in enumerate(EVENTS)}, return_dtype=pl.UInt8)
    return bands.with_columns(dates).sort(*keys, order).collect()


def _by_zone(out: Path, table: str, keys: list[str], bands: list[pl.Expr]) -> pl.DataFrame:
    """Zone by zone, and for many draws some months at a time, so that memory does not grow with the draws."""
    rows = folder.scan(out, table)
    zones = rows.select(pl.col("zone").unique()).collect()["zone"].sort()
    months = rows.select(pl.col("month").unique()).collect()["month"].sort()
    count = rows.select(pl.len()).collect().item()
    size = max(len(months) * _ROWS_AT_ONCE * len(zones) // max(count, 1), 1)
    parts = [
        rows.filter(
            (pl.col("zone") == zone) & pl.col("month").is_between(months[a], months[min(a + size, len(months)) - 1])
        )
        .group_by(keys)
        .agg(bands)
        .collect()
        for zone in zones
        for a in range(0, len(months), size)
    ]
    return pl.concat(parts).sort(keys)
