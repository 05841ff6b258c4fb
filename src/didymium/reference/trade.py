"""World trade by year: flows between countries, and what each country took in and gave out.

Masses are gross masses of compounds and metals, not oxide equivalents: never add them to mine figures.
"""

from __future__ import annotations

import polars as pl

from didymium.errors import UsageError
from didymium.reference.load import table


def flows(year_from: int, year_to: int) -> pl.DataFrame:
    """Flows of the years, both ends inclusive: year, hs6, exporter, importer, value_usd, net_kg (null = not known).

    Where several vintages of BACI hold a year, the newest stands; other sources are never mixed in.
    Errors: UsageError where the reference holds no flow of these years.
    """
    rows = newest_baci()
    found = rows.filter(pl.col("year").is_between(year_from, year_to))
    if found.is_empty():
        held = sorted(rows["year"].unique())
        raise UsageError(
            f"the reference holds no trade flows of {year_from} to {year_to}; it holds {held[0]} to {held[-1]}.",
            fix="Choose a year in that range, or bring a newer release with `didymium reference import baci FILE`.",
        )
    return found.select("year", "hs6", "exporter", "importer", "value_usd", "net_kg")


def newest_baci() -> pl.DataFrame:
    """The table `trade`, BACI only, one vintage a year: the last in alphabetical order."""
    rows = table("trade").filter(pl.col("vintage").str.starts_with("BACI"))
    return rows.filter(pl.col("vintage") == pl.col("vintage").max().over("year"))


def trade_balance() -> pl.DataFrame:
    """Per country, hs6 and year what went out and came in.

    country, hs6, year; export_kg, import_kg (sums of known quantities, 0 where none), export_usd, import_usd;
    balance_kg = import_kg - export_kg; unknown_quantity: flows whose quantity is not known, which the sums miss.
    Sums are rounded to 0.001, so that they do not hang on the order of adding.
    """
    rows = newest_baci()
    sides = [
        rows.select(
            "hs6",
            "year",
            country=pl.col(own),
            export_kg=pl.col("net_kg") if own == "exporter" else pl.lit(0.0),
            import_kg=pl.col("net_kg") if own == "importer" else pl.lit(0.0),
            export_usd=pl.col("value_usd") if own == "exporter" else pl.lit(0.0),
            import_usd=pl.col("value_usd") if own == "importer" else pl.lit(0.0),
            unknown=pl.col("net_kg").is_null().cast(pl.Int64),
        )
        for own in ("exporter", "importer")
    ]
    summed = (
        pl.concat(sides)
        .group_by("country", "hs6", "year")
        .agg(
            pl.col("export_kg", "import_kg", "export_usd", "import_usd").sum().round(3),
            unknown_quantity=pl.col("unknown").sum(),
        )
    )
    return summed.with_columns(balance_kg=(pl.col("import_kg") - pl.col("export_kg")).round(3)).sort(
        "country", "hs6", "year"
    )
