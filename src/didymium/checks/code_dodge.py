"""Controlled rare earths under a neighbouring tariff line that no control names."""

from __future__ import annotations

import polars as pl

from didymium.checks.base import Check, Row


def weight() -> pl.Expr:
    """The words name a rare earth that is controlled that day; the declared line holds others, or ferrite. A clerk picks the
    wrong line of a heading in a few lines of a hundred (misclassification in published customs audits), whatever the goods;
    who dodges a licence does so by choice and keeps the words true, or nearly. Ratio 2.2: one false label in ten of those
    under control against a clerk's one in twenty-two (our judgement; no published figure). Never a word for the label."""
    return pl.when(pl.col("dodged_elements") != "").then(0.35)


def because(row: Row) -> str:
    elements = row["dodged_elements"].replace("|", ", ")
    return (
        f"The goods named are {row['material_name']} ({elements} is controlled on {row['date']}); "
        f"declared is line {row['hs_code']}, {row['line_goods']}."
    )


CHECK = Check(
    name="code_dodge",
    question="contents",
    datum="words",
    asks="Do controlled rare earths travel under a neighbouring line that escapes the control?",
    weight=weight,
    because=because,
    source="instruments of control in force that day; reference table hs_codes",
)
