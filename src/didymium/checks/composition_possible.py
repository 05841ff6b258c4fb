"""A declared composition that chemistry does not allow: more than a whole, or a rare-earth content out of reach."""

from __future__ import annotations

import polars as pl

from didymium.checks.base import Check, Row
from didymium.units import figure


def weight() -> pl.Expr:
    """Parts above 102 % are a slip in most cases (basis mixed, digits), a lie in some: ratio 3 to 6. A TREO content
    outside the material's range by more than a tenth of the range's width (a carbonate of 90 % REO is no carbonate):
    ratio 6; ranges are those of `materials`, which are wide."""
    total = pl.col("stated_sum_pct")
    low, high = pl.col("reo_low_pct"), pl.col("reo_high_pct")
    slack = (high - low) * 0.1 + 1.0
    treo = pl.col("treo_pct")
    outside = (treo < low - slack) | (treo > high + slack)
    return (
        pl.when(treo.is_not_null() & pl.col("rare_earth_goods") & outside)
        .then(0.8)
        .when(total > 110)
        .then(0.7)
        .when(total > 102)
        .then(0.4)
        .when(treo.is_not_null() & pl.col("rare_earth_goods") & low.is_not_null())
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
