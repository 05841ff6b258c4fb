"""A declared composition that chemistry does not allow: more than a whole, or a rare-earth content out of reach."""

from __future__ import annotations

import polars as pl

from didymium.checks.base import Check, Row
from didymium.units import figure


def weight() -> pl.Expr:
    """Parts above 102 % are a slip in most cases (basis mixed, digits), a lie in some: ratio 3 to 6. A TREO content
    outside the material's range by more than 15 points (a carbonate of 90 % REO is no carbonate): ratio 5; by more than
    5 points: ratio 1.4, for intermediates are sold wet and contents quoted on a dry or an oxide basis."""
    total = pl.col("stated_sum_pct")
    low, high = pl.col("reo_low_pct"), pl.col("reo_high_pct")
    # A metal gives more oxide than its own mass; traders write TREO for its total of rare-earth metals all the same.
    of_metal = pl.col("stage").is_in(["metal", "alloy", "magnet"]).fill_null(value=False)
    treo = pl.when(~of_metal).then("treo_pct")
    outside = pl.max_horizontal(low - treo, treo - high)
    return (
        pl.when(pl.col("rare_earth_goods") & pl.col("from_text") & (outside > 15))
        .then(0.7)
        .when(pl.col("rare_earth_goods") & pl.col("from_text") & (outside > 5))
        .then(0.15)
        .when(total > 110)
        .then(0.7)
        .when(total > 102)
        .then(0.4)
        .when(outside.is_not_null() & pl.col("rare_earth_goods"))
        .then(-0.05)
        .when(total.is_not_null())
        .then(0.0)
    )


def because(row: Row) -> str:
    if row["treo_pct"] is not None and row["reo_low_pct"] is not None:
        return (
            f"Declared TREO {figure(row['treo_pct'])} %; {row['material_name']} holds {figure(row['reo_low_pct'])} to "
            f"{figure(row['reo_high_pct'])} % REO."
        )
    return f"The declared parts add up to {figure(row['stated_sum_pct'])} %: “{row['composition']}”."


CHECK = Check(
    name="composition_possible",
    question="composition",
    datum="parts",
    asks="Does chemistry allow the declared composition?",
    weight=weight,
    because=because,
    source="reference table materials (REO equivalent of each material)",
)
