"""The mass printed on a package against net mass per package."""

from __future__ import annotations

import polars as pl

from didymium.checks.base import Check, Row
from didymium.units import figure


def weight() -> pl.Expr:
    """Bags printed for other goods carry another mass (the rice bags of T10 were 50 kg). Pallets and crates hold
    several bags, so a whole multiple agrees, and so does the mass of the whole lot. Rounded part-bags allow 12 %.
    A bag that was printed for other goods bears their name and their mass: one fact, so with label_goods the weaker
    counts half (same datum)."""
    times = pl.col("kg_per_package") / pl.col("label_kg")
    lot = pl.col("net_kg") / pl.col("label_kg")
    whole = (times >= 0.88) & ((times - times.round()).abs() <= 0.12)
    agrees = whole | ((lot - 1.0).abs() <= 0.05)
    loose = pl.col("package_kind").is_in(["bulk", "container", "pallet", "crate"])
    return (
        pl.when(pl.col("label_kg").is_null() | pl.col("kg_per_package").is_null() | (pl.col("label_kg") <= 0))
        .then(None)
        .when(agrees)
        .then(-0.05)
        .when(loose)
        .then(0.0)
        .otherwise(0.35)
    )


def because(row: Row) -> str:
    per = f"{figure(row['kg_per_package'])} kg a package ({figure(row['net_kg'])} kg in {figure(row['packages'])})"
    if row["weight_bans"] < 0:
        return f"Printed {figure(row['label_kg'])} kg a package; declared {per}: they agree."
    return f"Printed {figure(row['label_kg'])} kg a package; declared {per}."


CHECK = Check(
    name="label_mass",
    question="contents",
    datum="words",
    asks="Does the mass printed on a package agree with the declared mass per package?",
    weight=weight,
    because=because,
    source="typology T10 (court record, Viet Nam 2021-2025)",
)
