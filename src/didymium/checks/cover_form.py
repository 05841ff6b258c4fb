"""Lot size, packages and carriage that fit rare earths better than the declared goods."""

from __future__ import annotations

import polars as pl

from didymium.checks.base import Check, Row
from didymium.checks.likelihood import bounded
from didymium.units import figure

#: Lots too small to be worth a cover: 25 kg of the usual hidden oxides are worth 50 to 10 000 USD [kg].
SAMPLE_KG = 25.0


def weight() -> pl.Expr:
    """Half a tonne of bricks by air, nickel powder in two-kilogram lots: mode, kind of package and lot size measured in
    the file as in cover_story. They hang together (air freight is small), so their sum is bounded at a ratio of 8. Below
    SAMPLE_KG it is a sample of the goods, and too little to hide: ratio 1.6 at most."""
    total = pl.sum_horizontal("mode_bans", "package_bans", "mass_bans")
    most = pl.when(pl.col("net_kg") < SAMPLE_KG).then(0.2).otherwise(0.9)
    anything = pl.any_horizontal(pl.col(c).is_not_null() for c in ("mode_bans", "package_bans", "mass_bans"))
    return pl.when(~pl.col("rare_earth_goods") & anything).then(bounded(total, -0.4, most))


def because(row: Row) -> str:
    verdict = "fit rare earths better than" if row["weight_bans"] > 0 else "fit"
    parts = [
        f"{figure(row['net_kg'])} kg",
        row["package_kind"] and f"in {row['package_kind']}s",
        row["mode"] and f"by {row['mode']}",
    ]
    lot = " ".join(p for p in parts if p)
    return f"{lot}: lot size, packing and carriage {verdict} {row['goods_text']}, by the lines of this file."


CHECK = Check(
    name="cover_form",
    question="contents",
    datum="circumstances",
    asks="Do lot size, packing and carriage fit the declared goods?",
    weight=weight,
    because=because,
    source="the file itself",
)
