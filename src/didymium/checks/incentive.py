"""Would it pay to carry rare earths on this route this month under another label? Only with `--incentive FILE`."""

from __future__ import annotations

import polars as pl

from didymium.checks.base import Check, Row
from didymium.units import figure


def weight() -> pl.Expr:
    """The bans of the file (table supply_parameters, relabel_bans: 0.3 at most by default). Reasoned: of lines on such routes
    about as many are lawful as elsewhere, and whoever hides goods chooses them; never more than twice as likely."""
    return pl.when(pl.col("incentive_bans") > 0).then("incentive_bans")


def because(row: Row) -> str:
    return (
        f"By the supply scenario, {row['incentive_goods']} carried on this route in this month under another label would earn "
        f"about {figure(row['incentive_usd_per_kg'])} USD per kg REO after risk. This says where to look, and nothing about "
        "the parties."
    )


CHECK = Check(
    name="incentive",
    question="contents",
    datum="route",
    asks="Would hiding rare earths on this route and month pay?",
    weight=weight,
    because=because,
    source="price wedges of a supply scenario (docs/supply_sweep.md), file given by the user",
)
