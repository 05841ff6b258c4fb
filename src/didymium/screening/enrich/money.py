"""Customs value in US dollars and per kilogram."""

from __future__ import annotations

from functools import cache
from typing import Final

import polars as pl

from didymium.reference import table
from didymium.screening.enrich.lookup import attach

#: Currency taken where none is stated; the rows say so in `currency_assumed`.
ASSUMED_CURRENCY: Final = "USD"


@cache
def _rates() -> pl.DataFrame:
    """currency, year, units_per_usd: annual averages, first and last year carried on so that every year answers."""
    known = table("fx").select("currency", pl.col("year").cast(pl.Int32), pl.col("units_per_usd").cast(pl.Float64))
    years = pl.DataFrame({"year": pl.int_range(1990, 2101, eager=True, dtype=pl.Int32)})
    grid = known.select("currency").unique().join(years, how="cross").sort("currency", "year")
    filled = grid.join(known, on=["currency", "year"], how="left").with_columns(
        pl.col("units_per_usd").fill_null(strategy="forward").fill_null(strategy="backward").over("currency")
    )
    dollars = years.with_columns(currency=pl.lit("USD"), units_per_usd=pl.lit(1.0))
    return pl.concat([filled.filter(pl.col("currency") != "USD"), dollars.select(filled.columns)])


@cache
def _local_dex() -> pl.DataFrame:
    """country, year -> log10 of the units of its own currency for one dollar, at least 0; countries without one are left out."""
    places = table("countries").select(country="iso2", currency="currency").drop_nulls()
    return (
        _rates()
        .join(places, on="currency")
        .select("country", "year", dex=pl.col("units_per_usd").log10().clip(lower_bound=0.0))
    )


def add_money(rows: pl.DataFrame) -> pl.DataFrame:
    """Adds value_usd, usd_per_kg (null where the currency is unknown to the rate table), currency_assumed and other_dex: by
    how many dex a value taken for dollars is too high where it is in the currency of the country of dispatch or of
    destination, whichever is the smaller unit; null = neither is known.

    Source of rates: table `fx` (annual averages; a month can stray from its year, see its `confidence`).
    """
    rows = rows.with_columns(
        currency_assumed=pl.col("currency").is_null(),
        _currency=pl.col("currency").fill_null(ASSUMED_CURRENCY),
        _year=pl.col("date").dt.year().cast(pl.Int32),
    )
    rows = attach(rows, _rates().rename({"currency": "_currency", "year": "_year"}), on=["_currency", "_year"])
    ends = []
    for end in ("export_country", "import_country"):
        rows = attach(rows, _local_dex().rename({"country": end, "year": "_year", "dex": f"_{end}"}), on=[end, "_year"])
        ends.append(f"_{end}")
    value_usd = pl.col("value") / pl.col("units_per_usd")
    rows = rows.with_columns(other_dex=pl.max_horizontal(ends)).drop(ends)
    return rows.with_columns(value_usd=value_usd, usd_per_kg=value_usd / pl.col("net_kg")).drop(
        "_currency", "_year", "units_per_usd"
    )
