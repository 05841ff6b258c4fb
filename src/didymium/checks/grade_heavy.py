"""A declaration without dysprosium or terbium against the magnet grade."""

from __future__ import annotations

import polars as pl

from didymium.checks.base import Check, Row

#: Grades that are not made without Dy or Tb (table magnet_grades).
NEEDS_HEAVY = ("SH", "UH", "EH", "AH", "TH", "VH")


def weight() -> pl.Expr:
    """Papers that say a magnet is free of Dy and Tb: half of the false magnet papers are about its composition (the rest
    about origin), and a third of those say so in words, the others lower the grade or leave Dy out, so 1 in 6; two in five
    lawful magnets have none, and one in ten of these boasts of it on customs papers, so 1 in 25: ratio 4
    (own estimates of all these shares). By the table
    magnet_grades, EH and AH need 2.5 % Dy+Tb even with grain-boundary diffusion, UH 1.2 %, SH 0.3 %. So with a denial a
    grade of UH and up is impossible (sellers overstate grades, so ratio 3 on top). H magnets of fine grain are sold on
    having none, so there a denial says nothing; SH ones hardly exist, and are as odd as any other. A list of parts that
    names Nd and Fe but no Dy is only odd beside such a grade: ratio 4 and 1.6. Naming Dy or Tb speaks for the label."""
    top = pl.col("magnet_suffix").is_in(["UH", "EH", "AH", "TH", "VH"]).fill_null(value=False)
    high = (pl.col("magnet_suffix") == "SH").fill_null(value=False)
    fine_grain = (pl.col("magnet_suffix") == "H").fill_null(value=False)
    silent_list = pl.col("itemised") & ~pl.col("states_heavy")
    return (
        pl.when(pl.col("composition").is_null())
        .then(None)
        .when(top & pl.col("denies_heavy"))
        .then(1.1)
        .when(pl.col("denies_heavy") & fine_grain)
        .then(None)
        .when("denies_heavy")
        .then(0.6)
        .when(pl.col("magnet_suffix").is_null())
        .then(None)
        .when(top & silent_list)
        .then(0.6)
        .when(high & silent_list)
        .then(0.2)
        .when((top | high) & pl.col("states_heavy"))
        .then(-0.3)
        .when(pl.col("states_heavy"))
        .then(-0.2)
    )


def because(row: Row) -> str:
    suffix = row["magnet_suffix"]
    if row["denies_heavy"] and suffix not in NEEDS_HEAVY:
        return f"The papers say that the magnets have no Dy and Tb: “{row['composition']}”."
    grade = f"N{row['magnet_energy_mgoe']}{suffix}"
    if row["states_heavy"]:
        return f"Grade {grade}, and the declared composition names Dy or Tb: “{row['composition']}”."
    return f"Grade {grade} needs dysprosium or terbium; the declared composition has none: “{row['composition']}”."


CHECK = Check(
    name="grade_heavy",
    question="composition",
    datum="grade",
    asks="Do the papers deny Dy and Tb, and does the magnet grade allow that?",
    weight=weight,
    because=because,
    source="reference table magnet_grades (maker's table; contents general knowledge)",
)
