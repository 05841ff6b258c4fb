"""History of trade flows: what the exporter shipped under the code in the years before (shipped BACI flows)."""

from __future__ import annotations

from functools import cache

import polars as pl

from didymium.reference import table
from didymium.screening.enrich.lookup import attach


@cache
def _before() -> pl.DataFrame:
    """hs6, claimed_origin, year -> flow_before_kg: mean of the three calendar years before, years without trade as 0."""
    yearly = (
        table("trade")
        .drop_nulls("net_kg")
        .group_by("hs6", pl.col("exporter").alias("claimed_origin"), pl.col("year").cast(pl.Int32))
        .agg(kg=pl.col("net_kg").sort().sum())
    )
    shifted = pl.concat(yearly.with_columns(year=pl.col("year") + shift) for shift in (1, 2, 3))
    return shifted.group_by("hs6", "claimed_origin", "year").agg(flow_before_kg=pl.col("kg").sort().sum() / 3.0)


def add_flows(rows: pl.DataFrame) -> pl.DataFrame:
    """Adds flow_now_kg (the line itself) and flow_before_kg (null = none on record) for aggregate rows only."""
    flow = pl.col("aggregate").fill_null(value=False)
    rows = attach(
        rows.with_columns(year=pl.col("date").dt.year().cast(pl.Int32)), _before(), on=["hs6", "claimed_origin", "year"]
    ).drop("year")
    return rows.with_columns(
        flow_now_kg=pl.when(flow).then("net_kg"), flow_before_kg=pl.when(flow).then("flow_before_kg")
    )
