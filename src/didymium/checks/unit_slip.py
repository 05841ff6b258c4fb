"""Measured figures that fit the declared ones only if the unit of one of them is wrong."""

from __future__ import annotations

import polars as pl

from didymium.checks.base import Check, Row


def weight() -> pl.Expr:
    """A factor of 10 000 (wt% for ppm) or element for oxide is a slip of a laboratory or a clerk, not a lie: the sample
    says nothing until it is settled. Kept visible with a ratio of 1.1, because somebody must ask."""
    return pl.when(pl.col("assay_unit_slip")).then(0.04)


def because(row: Row) -> str:
    return f"{row['assay_reason']} Only another unit or basis would make the figures fit: ask the laboratory."


CHECK = Check(
    name="unit_slip",
    question="composition",
    datum="sample",
    asks="Do samples fit only in another unit or basis?",
    weight=weight,
    because=because,
    source="the assays and the declared composition; composition/assay/rules.csv",
)
