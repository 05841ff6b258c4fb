"""Twelve months of declared mass from an origin against what its plants can make."""

from __future__ import annotations

import polars as pl

from didymium.checks.base import Check, Row
from didymium.units import figure

#: A line answers for an excess from this share of the year's mass on.
SHARE_THAT_MATTERS = 0.1


def weight() -> pl.Expr:
    """All lines of the file that claim this origin, stage and element group in the year, against the capacity on
    record (none where no plant is on record; the question is left where a plant's capacity is not known) plus
    everything the country imported under the same code that year. Above 1.5 times (stocks, gross against
    REO mass): ratio 3; above 4 times: ratio 10. Lines below a tenth of the year's mass, or below a tonne, did not
    make the excess. A file is a part of the trade, so staying below says nothing."""
    load = pl.col("origin_year_t") / (pl.col("origin_supply_t") + 1.0)
    matters = (pl.col("net_kg") / 1e3 >= SHARE_THAT_MATTERS * pl.col("origin_year_t")) & (pl.col("net_kg") >= 1000)
    return (
        pl.when(pl.col("origin_rank").is_null() | pl.col("origin_supply_t").is_null() | ~matters)
        .then(None)
        .when(load > 4)
        .then(1.0)
        .when(load > 1.5)
        .then(0.5)
    )


def because(row: Row) -> str:
    own = row["origin_supply_t"] - row["origin_import_t"]
    return (
        f"Lines of this file claim {figure(row['origin_year_t'])} t of this stage from {row['claimed_origin_name']} in "
        f"{row['date'].year}; plants on record there can make {figure(own)} t a year, and imports of the same code came to "
        f"{figure(row['origin_import_t'])} t."
    )


CHECK = Check(
    name="origin_capacity",
    question="origin",
    datum="plant",
    asks="Can the claimed country make as much as is declared from it?",
    weight=weight,
    because=because,
    source="reference tables facilities (capacity) and trade (imports, CEPII BACI)",
)
