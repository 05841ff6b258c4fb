"""A controlled element above its working level that the papers neither name nor imply."""

from __future__ import annotations

import polars as pl

from didymium.checks.base import Check, Row


def weight() -> pl.Expr:
    """Lawful goods carry traces; a controlled element above 0.1 wt% (an assumption: Announcement 18/2025 states no
    threshold) that neither composition, description, grade nor code names is how licences are avoided (typology T02).
    Bans from the size of the reading against lawful impurities; a grade that takes Dy and Tb implies them."""
    return pl.col("controlled_undeclared_bans")


def because(row: Row) -> str:
    return str(row["assay_reason"])


CHECK = Check(
    name="controlled_undeclared",
    question="composition",
    datum="sample",
    asks="Is a controlled element in the goods that the papers are silent on?",
    weight=weight,
    because=because,
    source="the assays; reference tables control_items and control_windows as of the date; typology T02",
)
