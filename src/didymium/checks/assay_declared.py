"""Measured contents that are not the declared ones."""

from __future__ import annotations

import polars as pl

from didymium.checks.base import Check, Row


def weight() -> pl.Expr:
    """Bans come from comparing every declared figure with what was measured (composition/assay/weights.py): lawful
    scatter of method, sampling, rounding and trade usage against contents that could be anything; the strongest element
    counts, for elements of one analysis hang together."""
    return pl.col("assay_declared_bans")


def because(row: Row) -> str:
    return str(row["assay_reason"])


CHECK = Check(
    name="assay_declared",
    question="composition",
    datum="sample",
    asks="Do samples hold the declared contents?",
    weight=weight,
    because=because,
    source="the assays and the declared composition; composition/assay/rules.csv and methods.csv",
)
