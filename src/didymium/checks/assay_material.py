"""Measured contents that are not those of the declared kind of goods."""

from __future__ import annotations

import polars as pl

from didymium.checks.base import Check, Row


def weight() -> pl.Expr:
    """Rare earths in goods whose kind holds none, other goods than the named material, elements for which the declared
    figures leave no room: bans as in assay_declared, for the kind of goods rather than for a figure."""
    return pl.col("assay_material_bans")


def because(row: Row) -> str:
    return str(row["assay_reason"])


CHECK = Check(
    name="assay_material",
    question="contents",
    datum="sample",
    asks="Do samples hold what goods of the declared kind hold?",
    weight=weight,
    because=because,
    source="the assays; reference table materials; composition/assay/signatures.csv",
)
