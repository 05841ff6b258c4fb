"""Nothing at that stage runs in the claimed country on that date."""

from __future__ import annotations

import polars as pl

from didymium.checks.base import Check, Row


def weight() -> pl.Expr:
    """Processing origin is an origin, so the question is only whether a plant of the declared stage and element
    group is on record in that month. None on record: ratio 16 where an origin is claimed (the facility table
    misses some small plants, and a dispatch country is sometimes written as origin), ratio 2 where only the
    country of dispatch is known, which a trading hub may be. Pilot plants make kilograms to a few tonnes, and grow
    faster than tables: ratio 2 above 100 kg, 4 above a tonne. Stocks after a closure: ratio 1.3. A commercial plant
    speaks for the label, most of all in the controlling country itself: nobody forges a Chinese origin to leave China.
    Trade flows record dispatch: ratio
    1.6 for a flow from a country without a plant, 1.25 from a re-export hub; but no hub re-exports a thousand
    tonnes a year of what is not made there: ratio 10."""
    rank = pl.col("origin_rank")
    home = pl.col("claimed_origin") == "CN"
    claimed = (
        pl.when(rank == 0)
        .then(1.2)
        .when((rank == 2) & (pl.col("net_kg") > 1000))
        .then(0.6)
        .when((rank == 2) & (pl.col("net_kg") > 100))
        .then(0.3)
        .when(rank == 2)
        .then(0.15)
        .when(rank == 1)
        .then(0.1)
        .when(home)
        .then(-0.8)
        .otherwise(-0.15)
    )
    dispatch = pl.when(rank == 0).then(0.3).when(home).then(-0.5).otherwise(0.0)
    flow = (
        pl.when((rank == 0) & (pl.col("net_kg") > 1e6) & ~pl.col("origin_hub"))
        .then(1.0)
        .when((rank == 0) & pl.col("origin_hub"))
        .then(0.1)
        .when(rank == 0)
        .then(0.2)
        .when(rank == 3)
        .then(-0.3)
        .otherwise(0.0)
    )
    return (
        pl.when(rank.is_null())
        .then(None)
        .when(pl.col("aggregate").fill_null(value=False))
        .then(flow)
        .when("origin_is_dispatch")
        .then(dispatch)
        .otherwise(claimed)
    )


def because(row: Row) -> str:
    what = f"{row['stage']} of {row['plant_group_text']}"
    where = row["claimed_origin_name"]
    rank = row["origin_rank"]
    if rank == 0:
        dispatch = row["origin_is_dispatch"] or row["aggregate"]
        lead = "The country of dispatch is" if dispatch else "Claimed origin"
        return f"{lead} {where}: no plant on record for {what} there in {row['date']:%B %Y}."
    kind = {1: "stocks of a closed plant only", 2: "pilot plants only"}.get(rank, "commercial plants")
    return f"{where}, {what}, {row['date']:%B %Y}: {kind} on record ({row['origin_evidence']})."


CHECK = Check(
    name="origin_stage",
    question="origin",
    datum="plant",
    asks="Does a plant of that stage run in the claimed country on that date?",
    weight=weight,
    because=because,
    source="reference tables facilities, country_stage, country_stage_elements",
)
