"""The packages bear another magnet grade than the papers."""

from __future__ import annotations

import polars as pl

from didymium.checks.base import Check, Row

#: Suffixes by rising coercivity, and so by rising dysprosium and terbium (table magnet_grades).
HEAT = {"": 0, "M": 1, "H": 2, "SH": 3, "UH": 4, "VH": 5, "EH": 5, "AH": 6, "TH": 6}


def weight() -> pl.Expr:
    """Makers print the grade on the cartons, papers are written by whoever ships. A hotter grade on the package than in
    the papers is how Dy and Tb are declared away (typology T02): one such lie in ten leaves the true label on, and a
    lawful carton of another grade (reused, mixed pallet) is met in perhaps one lot in 300, so ratio 30. A cooler or another
    grade on the package points to a mix-up rather than to hidden metal: ratio 5. The same grade twice: a liar who
    prints labels prints them right, so faintly for."""
    papers, label = _heat("magnet_suffix"), _heat("label_suffix")
    same = (pl.col("label_energy_mgoe") == pl.col("magnet_energy_mgoe")) & (papers == label)
    return (
        pl.when(pl.col("label_energy_mgoe").is_null() | papers.is_null() | label.is_null())
        .then(None)
        .when(label > papers)
        .then(1.5)
        .when(same)
        .then(-0.05)
        .otherwise(0.7)
    )


def _heat(column: str) -> pl.Expr:
    return pl.col(column).replace_strict(HEAT, default=None, return_dtype=pl.Int32)


def because(row: Row) -> str:
    papers = f"N{row['magnet_energy_mgoe']}{row['magnet_suffix']}"
    label = f"N{row['label_energy_mgoe']}{row['label_suffix']}"
    if row["weight_bans"] < 0:
        return f"Papers and packages give the same grade, {papers}."
    hotter = (
        ", which takes more dysprosium or terbium" if HEAT[row["label_suffix"]] > HEAT[row["magnet_suffix"]] else ""
    )
    return f"The papers give grade {papers}, the packages are printed {label}{hotter} (“{row['label_text']}”)."


CHECK = Check(
    name="grade_label",
    question="composition",
    datum="grade",
    asks="Do the packages bear the magnet grade of the papers?",
    weight=weight,
    because=because,
    source="reference table magnet_grades; typology T02 (official statement, July 2025)",
)
