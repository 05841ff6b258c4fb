"""Far more in a year from this origin under this code than in the years before."""

from __future__ import annotations

import polars as pl

from didymium.checks.base import Check, Row
from didymium.units import mass


def weight() -> pl.Expr:
    """Trade flows of a year against the mean of the exporter's last three years under the same code, where history is
    known (shipped trade since 1995, or the file). Thirty times as much and above 1,000 t: a wrong code or unit is then
    more likely than a new mine (ratio 5); ten times: ratio 2. A thousand times and above 10 000 t
    (2.6 % of the world's mine output of 2024, USGS MCS 2026) no new source can be: ratio 40."""
    rise = pl.col("flow_now_kg") / pl.col("flow_before_kg")
    return (
        pl.when(
            ~pl.col("aggregate").fill_null(value=False)
            | (pl.col("flow_now_kg") < 1e6)
            | pl.col("claimed_origin").is_null()
        )
        .then(None)
        .when((rise > 1000) & (pl.col("flow_now_kg") > 1e7))
        .then(1.6)
        .when(pl.col("origin_rank") >= 2)
        .then(0.0)
        .when((rise > 30) | pl.col("flow_before_kg").is_null())
        .then(0.7)
        .when(rise > 10)
        .then(0.3)
    )


def because(row: Row) -> str:
    before = mass(row["flow_before_kg"]) if row["flow_before_kg"] is not None else "nothing on record"
    return (
        f"{row['claimed_origin_name']} shipped {mass(row['flow_now_kg'])} under {row['hs6']} in {row['date'].year}; "
        f"a mean year of the three before has {before}."
    )


CHECK = Check(
    name="volume_jump",
    question="contents",
    datum="history",
    asks="Is the year's flow in line with the years before?",
    weight=weight,
    because=because,
    source="reference table trade (BACI)",
)
