"""A party of many lines ships or buys these goods this once."""

from __future__ import annotations

import polars as pl

from didymium.checks.base import Check, Row


def weight() -> pl.Expr:
    """A seller with at least eight lines in the file, none other of this class of goods: a cover is often a one-off
    (ratio 1.6), but so is an odd order. Usual goods say nothing: a cover is best among its like. That a house of another
    trade ships them says cover_story too, so the two share a datum."""
    lines, same = pl.col("seller_lines"), pl.col("seller_same_lines")
    return pl.when(pl.col("rare_earth_goods") | lines.is_null() | (lines < 8)).then(None).when(same <= 1).then(0.2)


def because(row: Row) -> str:
    return f"The seller has {row['seller_lines']} lines in this file, {row['seller_same_lines']} of these goods."


CHECK = Check(
    name="first_trade",
    question="contents",
    datum="people",
    asks="Are these the goods the seller usually ships?",
    weight=weight,
    because=because,
    source="the file itself",
)
