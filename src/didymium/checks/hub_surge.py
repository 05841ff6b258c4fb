"""Flow through a place without plants that rises after a control took effect elsewhere."""

from __future__ import annotations

import polars as pl

from didymium.checks.base import Check, Row
from didymium.units import figure


def weight() -> pl.Expr:
    """Half a year of rare earths claimed from a country with no plant of that stage, against the half-year mean of the
    two years before, in this file. Three times as much after 2025-04-04 (Chinese controls on seven elements): ratio 4;
    ten times: ratio 8. Growth elsewhere, or before, has other reasons: ratio 1.5."""
    rise = pl.col("hub_now_kg") / pl.col("hub_before_kg")
    no_plant = pl.col("origin_rank") == 0
    controlled = pl.col("date") >= pl.date(2025, 4, 4)
    return (
        pl.when(~no_plant | pl.col("hub_before_kg").is_null() | (pl.col("hub_now_kg") < 1000))
        .then(None)
        .when((rise > 10) & controlled)
        .then(0.9)
        .when((rise > 3) & controlled)
        .then(0.6)
        .when(rise > 3)
        .then(0.18)
    )


def because(row: Row) -> str:
    return (
        f"{row['claimed_origin_name']} has no plant for these goods on record; lines of this file claim "
        f"{figure(row['hub_now_kg'])} kg from it in this half-year against {figure(row['hub_before_kg'])} kg in a "
        "mean half-year of the two years before."
    )


CHECK = Check(
    name="hub_surge",
    question="origin",
    datum="history",
    asks="Did flow through a place without plants rise after a control elsewhere?",
    weight=weight,
    because=because,
    source="the file itself; control date of Announcement 18/2025 (reference table control_items)",
)
