"""Monthly corridors of what is quoted itself (oxides, a few metals), with lag, and beyond the last quotation."""

from __future__ import annotations

from typing import Final

import polars as pl

from didymium.errors import ReferenceDataError
from didymium.reference.load import table
from didymium.reference.stages import FIRST_MONTH, LAST_MONTH

#: The act that parted the market into an inside and an outside; its dates and elements stand in `control_items`.
SPLITTING_ACT: Final = "CN-2025-18"


def quoted_corridors() -> pl.DataFrame:
    """quoted (material id), market, month, low, high (USD/kg), basis, source: corridors of what is quoted itself."""
    yearly = _yearly()
    months = pl.DataFrame({"month": pl.int_range(FIRST_MONTH, LAST_MONTH + 1, eager=True, dtype=pl.Int32)})
    grid = yearly.select("quoted").unique().join(months, how="cross").with_columns(year=pl.col("month") // 12)
    spread, recalled = parameter("within_year"), parameter("recalled")
    filled = (
        grid.join(yearly, on=["quoted", "year"], how="left")
        .sort("quoted", "month")
        .with_columns(middle=pl.when(pl.col("month") % 12 == 6).then(pl.col("average")))
        .with_columns(line=pl.col("middle").log().interpolate().exp().over("quoted"))
        .with_columns(line=pl.coalesce("line", "average"))
    )
    around = filled.with_columns(
        low=pl.when(pl.col("recalled")).then(pl.col("low") / recalled).otherwise(
            pl.min_horizontal("low", "line") / spread
        ),
        high=pl.when(pl.col("recalled")).then(pl.col("high") * recalled).otherwise(
            pl.max_horizontal("high", "line") * spread
        ),
        basis=pl.when(pl.col("recalled")).then(pl.lit("recalled")).when(pl.col("low").is_not_null()).then(
            pl.lit("quoted")
        ),
    )  # fmt: skip
    return _split_markets(_with_lag(_carried_on(around)))


def _yearly() -> pl.DataFrame:
    """quoted, year, low, high, average, recalled, source: the range of each year; averages of all vintages count."""
    rows = table("prices").filter(pl.col("kind").is_in(["annual_average", "recalled_range"]))
    recalled = pl.col("kind") == "recalled_range"
    kept = rows.with_columns(year=pl.col("period_start").dt.year().cast(pl.Int32), recalled=recalled).filter(
        ~pl.col("recalled") | pl.col("recalled").all().over("material", "year")
    )
    return kept.group_by(pl.col("material").alias("quoted"), "year").agg(
        pl.col("low_usd_per_kg").min().alias("low"),
        pl.col("high_usd_per_kg").max().alias("high"),
        average=(pl.col("low_usd_per_kg").min() * pl.col("high_usd_per_kg").max()).sqrt(),
        recalled=pl.col("recalled").all(),
        source=pl.col("source").unique().sort().str.join(" | "),
    )


def _carried_on(around: pl.DataFrame) -> pl.DataFrame:
    """After the last quotation of a material its corridor goes on, and widens with the root of the time."""
    last = pl.col("month").filter(pl.col("basis").is_not_null()).max().over("quoted")
    beyond = ((pl.col("month") - last).clip(lower_bound=0) / 12.0).sqrt() * parameter("widening_per_root_year")
    return (
        around.sort("quoted", "month")
        .with_columns(widening=beyond.exp())
        .with_columns(pl.col("low", "high", "source").forward_fill().over("quoted"))
        .with_columns(pl.col("low", "high", "source").backward_fill().over("quoted"))
        .with_columns(
            low=pl.col("low") / pl.col("widening"),
            high=pl.col("high") * pl.col("widening"),
            spans=(pl.col("basis") != "quoted").all().over("quoted").fill_null(value=True),
            basis=pl.col("basis").fill_null("extrapolated"),
        )
    )


def _with_lag(around: pl.DataFrame) -> pl.DataFrame:
    """Goods are invoiced at prices of up to `lag_months` before."""
    window = int(parameter("lag_months")) + 1
    return around.with_columns(
        low=pl.col("low").rolling_min(window, min_samples=1).over("quoted", order_by="month"),
        high=pl.col("high").rolling_max(window, min_samples=1).over("quoted", order_by="month"),
    )


def _split_markets(around: pl.DataFrame) -> pl.DataFrame:
    """From its control on, an element has a price inside and a wider range outside."""
    columns = ["quoted", "market", "month", "low", "high", "basis", "source"]
    rows = around.with_columns(element=pl.col("quoted").str.split("_").list.first()).join(
        _controlled_since(), on="element", how="left"
    )
    split = pl.col("since").is_not_null() & (pl.col("month") >= pl.col("since"))
    inside = rows.with_columns(market=pl.when(split).then(pl.lit("inside")).otherwise(pl.lit("any")))
    return pl.concat([inside.select(columns), _outside(rows.filter(split)).select(columns)])


def _controlled_since() -> pl.DataFrame:
    """element (lower case), since (month): first month of control of each element by the splitting act."""
    control = table("control_items").filter(pl.col("instrument") == SPLITTING_ACT).drop_nulls("valid_from")
    first = pl.col("valid_from").min()
    return control.group_by(pl.col("element").str.to_lowercase()).agg(
        since=first.dt.year().cast(pl.Int32) * 12 + first.dt.month().cast(pl.Int32) - 1
    )


def _outside(rows: pl.DataFrame) -> pl.DataFrame:
    """The outside market: the low end stays that of the inside, because most volume moved near it.

    The high end follows the dated quotations where there are any by then, else `outside_multiple` times the inside
    (once, where the range recalled for the element spans both markets already).
    """
    high = pl.col("high")
    multiple = pl.when("spans").then(1.0).otherwise(parameter("outside_multiple"))
    return (
        rows.join(_outside_quotes(), on="quoted", how="left")
        .with_columns(seen=(pl.col("quote_from") <= pl.col("month")).fill_null(value=False))
        .group_by("quoted", "month", "low", "high", "basis", "source", "widening", "spans")
        .agg(
            quoted_high=pl.col("quote_high").filter("seen").max(),
            quote_source=pl.col("quote_source").filter("seen").sort().first(),
        )
        .with_columns(
            market=pl.lit("outside"),
            high=pl.when(pl.col("quoted_high").is_not_null())
            .then(pl.max_horizontal(high, pl.col("quoted_high") * pl.col("widening")))
            .otherwise(high * multiple),
            source=pl.concat_str("source", "quote_source", separator=" | ", ignore_nulls=True),
        )
    )


def _outside_quotes() -> pl.DataFrame:
    rows = table("prices").filter(pl.col("market") == "outside")
    start = pl.col("period_start")
    return rows.select(
        quoted="material",
        quote_from=start.dt.year().cast(pl.Int32) * 12 + start.dt.month().cast(pl.Int32) - 1,
        quote_high="high_usd_per_kg",
        quote_source="source",
    )


def parameter(name: str) -> float:
    """A parameter of the corridors, from `price_rules`. Errors: ReferenceDataError where it is not there."""
    rows = table("price_rules").filter((pl.col("applies_to") == "parameter") & (pl.col("value") == name))
    if rows.is_empty():
        raise ReferenceDataError(f"the parameter {name!r} is missing.", file="price_rules.csv", column="value")
    return float(rows["factor_low"][0])
