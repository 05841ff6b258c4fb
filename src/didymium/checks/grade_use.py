"""A magnet grade too weak against heat for the declared use."""

from __future__ import annotations

import polars as pl

from didymium.checks.base import Check, Row

#: Uses whose magnets see 120 to 180 C in service and are bought with SH, UH or EH coercivity (traction, direct-drive
#: generators, hot motors); a plain N or M grade there is either not for that use or not that grade.
HOT = (
    r"(?i)traction|\bEV\b|electric vehicle|wind (?:turbine|power|gen)|generator|high temp|aerospace|actuator|servo|"
    r"牵引|电动汽车|风力|风电|高温|永磁电机"
)


def weight() -> pl.Expr:
    """A grade declared too low hides Dy and Tb (typology T02). Plain N and M grades lose their magnetism at the
    working temperature of these uses: ratio 1.8, for use fields are filled carelessly. A hot grade for a hot use:
    faintly for."""
    cold = pl.col("magnet_suffix").is_in(["", "M"])
    hot_use = pl.col("use").str.contains(HOT)
    return (
        pl.when(pl.col("magnet_suffix").is_null() | pl.col("use").is_null())
        .then(None)
        .when(hot_use & cold)
        .then(0.25)
        .when(hot_use & ~cold)
        .then(-0.08)
    )


def because(row: Row) -> str:
    grade = f"N{row['magnet_energy_mgoe']}{row['magnet_suffix']}"
    if row["weight_bans"] > 0:
        return f"Grade {grade} works to 80 or 100 °C; the declared use is “{row['use']}”, which runs hotter."
    return f"Grade {grade} suits the declared use “{row['use']}”."


CHECK = Check(
    name="grade_use",
    question="composition",
    datum="grade",
    asks="Does the magnet grade stand the heat of the declared use?",
    weight=weight,
    because=because,
    source="reference table magnet_grades (maximum working temperatures)",
)
