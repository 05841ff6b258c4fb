"""Columns that tell what relabelling would pay on the route and month of a consignment; null without a file."""

from __future__ import annotations

from typing import Final

import polars as pl

#: Columns added to a batch before enrichment.
INCENTIVE: Final[dict[str, pl.DataType]] = {
    "incentive_bans": pl.Float64(),
    "incentive_usd_per_kg": pl.Float64(),  # expected USD per kg REO of what pays most for a lot of that mass
    "incentive_goods": pl.String(),
}


def with_incentive(rows: pl.DataFrame) -> pl.DataFrame:
    """The columns of INCENTIVE exist; null where there is no file."""
    missing = {name: dtype for name, dtype in INCENTIVE.items() if name not in rows.columns}
    return rows.with_columns(pl.lit(None, dtype=dtype).alias(name) for name, dtype in missing.items())
