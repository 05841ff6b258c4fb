"""A rare-earth trader whose goods turn into look-alikes after a control."""

from __future__ import annotations

import polars as pl

from didymium.checks.base import Check, Row


def weight() -> pl.Expr:
    """A seller most of whose lines before the control of 2025-04-04 were rare earths and this line, after it, is a
    look-alike it had not shipped before. Ratio 2.2, for traders hurt by a
    control look for other goods; nothing where it shipped them before too. It rests on the seller's trade, as
    cover_story does, so the two share a datum."""
    mostly = (pl.col("seller_ree_before") >= 3) & (pl.col("seller_ree_before") * 2 >= pl.col("seller_before"))
    mostly = mostly.fill_null(value=False)  # an unknown seller has no history
    after = pl.col("date") >= pl.date(2025, 4, 4)
    return (
        pl.when(pl.col("rare_earth_goods") | ~after | ~mostly)
        .then(None)
        .when(pl.col("seller_same_before").fill_null(0) == 0)
        .then(0.35)
        .otherwise(0.0)
    )


def because(row: Row) -> str:
    return (
        f"Before 2025-04-04 the seller shipped {row['seller_ree_before']} lines of rare earths out of "
        f"{row['seller_before']}; these goods ({row['goods_text']}) it had shipped "
        f"{row['seller_same_before'] or 0} times."
    )


CHECK = Check(
    name="code_switch",
    question="contents",
    datum="people",
    asks="Did a rare-earth trader turn to look-alike goods after a control?",
    weight=weight,
    because=because,
    source="the file itself; control date of Announcement 18/2025 (reference table control_items)",
)
