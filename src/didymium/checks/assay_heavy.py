"""Dysprosium and terbium measured in a magnet against its grade and the declared composition."""

from __future__ import annotations

import polars as pl

from didymium.checks.base import Check, Row
from didymium.units import figure

#: Most Dy+Tb a grade is made with, without grain-boundary diffusion [wt%] (table magnet_grades).
MOST = {"": 0.5, "M": 1.0, "H": 2.5, "SH": 4.5, "UH": 6.5, "EH": 9.0, "AH": 11.0}
#: Least Dy+Tb a grade needs, with grain-boundary diffusion [wt%] (the same table).
LEAST = {"SH": 0.3, "UH": 1.2, "EH": 2.5, "AH": 3.5}


def weight() -> pl.Expr:
    """More than 0.3 wt% Dy+Tb in a magnet whose papers deny them: ratio 40 (the controlled elements, typology T02). More
    than the grade is ever made with, by 0.3 points: ratio 10; by 0.1, where the method sees all: ratio 2.5. Less than the
    grade needs: ratio 2, grades are overstated for sale. Within what the grade takes: ratio 0.4. Readings an overlapping
    line may have made are left out (iron sits on dysprosium in handheld XRF), so silence of such an instrument is no zero:
    only ICP and LIBS speak for the label."""
    measured = pl.col("measured_dy_tb_pct")
    most = pl.col("magnet_suffix").replace_strict(MOST, default=None, return_dtype=pl.Float64)
    least = pl.col("magnet_suffix").replace_strict(LEAST, default=None, return_dtype=pl.Float64)
    sees_all = pl.col("measured_method").str.contains("ICP|LIBS")
    return (
        pl.when(measured.is_null() | (pl.col("family") != "magnet_ree"))
        .then(None)
        .when(pl.col("denies_heavy") & (measured > 0.3))
        .then(1.6)
        .when(measured > most + 0.3)
        .then(1.0)
        .when(sees_all & (measured > most + 0.1))
        .then(0.4)
        .when(pl.col("itemised") & ~pl.col("states_heavy") & (measured > 0.6))
        .then(0.7)
        .when(sees_all & (measured < 0.7 * least))
        .then(0.3)
        .when(sees_all & (pl.col("denies_heavy") | (measured <= most)))
        .then(-0.4)
    )


def because(row: Row) -> str:
    grade = f"N{row['magnet_energy_mgoe']}{row['magnet_suffix']}" if row["magnet_suffix"] is not None else "not stated"
    papers = f"“{row['composition']}”" if row["composition"] else "no composition"
    return (
        f"Measured {figure(row['measured_dy_tb_pct'])} wt% Dy+Tb by {row['measured_method'] or 'a method not stated'}; "
        f"grade {grade}, declared {papers}."
    )


CHECK = Check(
    name="assay_heavy",
    question="composition",
    datum="sample",
    asks="Do measured Dy and Tb fit the magnet grade and the declared composition?",
    weight=weight,
    because=because,
    source="the assays; reference tables magnet_grades, xrf_overlaps; typology T02 (official statement, July 2025)",
)
