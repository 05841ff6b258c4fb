"""The price corridor of the declared material in the month of the declaration."""

from __future__ import annotations

from functools import cache

import polars as pl

from didymium.reference import table
from didymium.reference.prices import corridors
from didymium.screening.enrich.lookup import attach


@cache
def _monthly() -> pl.DataFrame:
    """material, month -> lowest low and highest high over the markets (inside and outside the controlling country)."""
    return (
        corridors()
        .group_by("material", "month")
        .agg(
            corridor_low_usd_per_kg=pl.col("low_usd_per_kg").min(),
            corridor_high_usd_per_kg=pl.col("high_usd_per_kg").max(),
        )
    )


@cache
def _static() -> pl.DataFrame:
    """material -> one range for goods whose price is not followed by month."""
    return (
        table("materials")
        .select(
            "material",
            static_low=pl.col("price_low_usd_per_kg").cast(pl.Float64),
            static_high=pl.col("price_high_usd_per_kg").cast(pl.Float64),
        )
        .drop_nulls("static_low")
    )


def add_corridor(rows: pl.DataFrame) -> pl.DataFrame:
    """Adds corridor_low_usd_per_kg and corridor_high_usd_per_kg of the declared material; null = no price known.

    Also price_log: log10 of the unit value over the middle of the corridor (over 1 USD/kg where there is none), which
    is what peers are compared on, so that a market that moves does not make its own outliers.
    """
    rows = attach(attach(rows, _monthly(), on=["material", "month"]), _static(), on="material")
    low = pl.coalesce("corridor_low_usd_per_kg", "static_low")
    high = pl.coalesce("corridor_high_usd_per_kg", "static_high")
    rows = rows.with_columns(corridor_low_usd_per_kg=low, corridor_high_usd_per_kg=high).drop(
        "static_low", "static_high"
    )
    middle = ((pl.col("corridor_low_usd_per_kg").log10() + pl.col("corridor_high_usd_per_kg").log10()) / 2).fill_null(0)
    unit_value = pl.when(pl.col("usd_per_kg") > 0).then(pl.col("usd_per_kg").log10())
    return rows.with_columns(corridor_middle_log=middle, price_log=unit_value - middle)
