"""A sintered magnet declared with less rare earth than its phase needs."""

from __future__ import annotations

import polars as pl

from didymium.checks.base import Check, Row
from didymium.units import figure

#: Nd in Nd2Fe14B [wt%]; sintering needs more, 29 to 33 in trade magnets.
PHASE_PCT = 26.7
#: Below the phase by this a rounded figure does not explain it [points].
ROUNDING_PCT = 0.7


def weight() -> pl.Expr:
    """The magnetic phase holds 26.7 wt% rare earths (as Nd; periodictable), and a sintered magnet needs some points more,
    so a list of parts that adds up to less leaves rare earths out: Dy and Tb are the ones worth leaving out (typology
    T02). Ratio 10; lists that leave out cobalt or copper are common, lists that leave out a quarter of the rare earths
    are not. An ordinary total is what true lists and good lies have: nothing. Bonded magnets are another matter (binder,
    other powders)."""
    total = pl.col("magnet_ree_pct")
    return (
        pl.when(total.is_null() | (pl.col("material") != "ndfeb_magnet"))
        .then(None)
        .when(total < PHASE_PCT - ROUNDING_PCT)
        .then(1.0)
    )


def because(row: Row) -> str:
    return (
        f"The declared parts hold {figure(row['magnet_ree_pct'])} wt% rare earths (“{row['composition']}”); the magnetic "
        f"phase alone needs {PHASE_PCT}, sintered magnets hold 29 to 33."
    )


CHECK = Check(
    name="magnet_balance",
    question="composition",
    datum="parts",
    asks="Do the declared parts of a sintered magnet hold the rare earths it needs?",
    weight=weight,
    because=because,
    source="stoichiometry of Nd2Fe14B (periodictable 2.1.0); typology T02 (official statement, July 2025)",
)
