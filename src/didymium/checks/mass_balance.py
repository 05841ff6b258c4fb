"""Net, gross and packages that cannot all be true."""

from __future__ import annotations

import polars as pl

from didymium.checks.base import Check, Row
from didymium.units import figure

#: More than this in one package of the kind is not handled as one piece [kg]; common handling limits, generous.
HEAVIEST_KG = {
    "bag": 100.0,
    "carton": 120.0,
    "box": 300.0,
    "drum": 1200.0,
    "parcel": 80.0,
    "pail": 60.0,
    "big bag": 2200.0,
}


def weight() -> pl.Expr:
    """Net above gross is impossible; half of such lines are clerks swapping the fields, so a ratio of 5. A tare
    above the goods themselves happens with samples, shields and gas bottles only. A bag of a tonne is a wrong
    count or a wrong kind. A plausible balance is no evidence: a liar weighs too."""
    ratio = pl.col("gross_over_net")
    heaviest = pl.col("package_kind").replace_strict(HEAVIEST_KG, default=None, return_dtype=pl.Float64)
    return (
        pl.when(ratio < 0.9995)
        .then(0.7)
        .when((ratio > 2.0) & (pl.col("net_kg") > 100))
        .then(0.4)
        .when(pl.col("kg_per_package") > heaviest)
        .then(0.3)
        .when(ratio.is_not_null())
        .then(0.0)
    )


def because(row: Row) -> str:
    if row["gross_over_net"] is not None and (row["gross_over_net"] < 0.9995 or row["gross_over_net"] > 2.0):
        return f"Net {figure(row['net_kg'])} kg against gross {figure(row['gross_kg'])} kg."
    if row["kg_per_package"] is not None:
        return f"{figure(row['kg_per_package'])} kg in each {row['package_kind'] or 'package'}."
    return f"Net {figure(row['net_kg'])} kg and gross {figure(row['gross_kg'])} kg balance."


CHECK = Check(
    name="mass_balance",
    question="contents",
    datum="packing",
    asks="Can net, gross and packages all be true?",
    weight=weight,
    because=because,
    source="arithmetic; usual handling limits of packages",
)
