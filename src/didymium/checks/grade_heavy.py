"""A high-coercivity magnet grade against a declaration without dysprosium or terbium."""

from __future__ import annotations

import polars as pl

from didymium.checks.base import Check, Row


def weight() -> pl.Expr:
    """By the table magnet_grades, EH and AH need 2.5 % Dy+Tb even with grain-boundary diffusion, UH 1.2 %, SH 0.3 %;
    H can do without (fine grain). So a denial is impossible for UH and up (ratio 10; grades are also overstated by
    sellers), unlikely for SH (ratio 2.5), nothing for H. A list of parts that names Nd and Fe but no Dy says half as
    much. Naming Dy or Tb speaks for the label."""
    top = pl.col("magnet_suffix").is_in(["UH", "EH", "AH", "TH", "VH"])
    high = pl.col("magnet_suffix") == "SH"
    silent_list = pl.col("itemised") & ~pl.col("states_heavy")
    return (
        pl.when(pl.col("magnet_suffix").is_null() | pl.col("composition").is_null())
        .then(None)
        .when(top & pl.col("denies_heavy"))
        .then(1.0)
        .when(top & silent_list)
        .then(0.6)
        .when(high & pl.col("denies_heavy"))
        .then(0.4)
        .when(high & silent_list)
        .then(0.2)
        .when((top | high) & pl.col("states_heavy"))
        .then(-0.3)
        .when(pl.col("states_heavy"))
        .then(-0.2)
    )


def because(row: Row) -> str:
    grade = f"N{row['magnet_energy_mgoe']}{row['magnet_suffix']}"
    if row["states_heavy"]:
        return f"Grade {grade}, and the declared composition names Dy or Tb: “{row['composition']}”."
    return f"Grade {grade} needs dysprosium or terbium; the declared composition has none: “{row['composition']}”."


CHECK = Check(
    name="grade_heavy",
    question="composition",
    datum="grade",
    asks="Does the magnet grade allow a composition without Dy and Tb?",
    weight=weight,
    because=because,
    source="reference table magnet_grades (maker's table; contents general knowledge)",
)
