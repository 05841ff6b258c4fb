"""The declared composition holds rare earths and the papers do not speak of them, or the reverse."""

from __future__ import annotations

import polars as pl

from didymium.checks.base import Check, Row

#: Goods of a kind that may hold so much rare-earth oxide hold them as a matter of course (motors, loudspeakers) [wt%].
BEARING_PCT = 2.0


def weight() -> pl.Expr:
    """A composition is written by whoever analysed the goods, the description by whoever sells them. Rare earths in the
    composition of goods whose kind holds less than BEARING_PCT of them: ratio 3 only, for papers that own up to them hide
    little, and a slip is as likely as a lie (goods that hold them lawfully are known as such and left out). A composition
    of another material under a rare-earth name: ratio 6."""
    reads = pl.col("parts_rare_earth") | pl.col("composition_names_rare_earth").fill_null(value=False)
    other = pl.col("composition_material").is_not_null() & ~pl.col("composition_family").is_in(
        ["ree", "magnet_ree", "ree_bearing"]
    )
    bearing = (pl.col("family") == "ree_bearing") | (pl.col("reo_high_pct") >= BEARING_PCT).fill_null(value=False)
    # Goods that hold rare earths by nature share the code, whatever the words; the goods themselves only without words.
    cover = pl.col("reported_cover").fill_null(value=False) & pl.col("from_text")
    may_bear = (pl.col("code_bears_rare_earths").fill_null(value=False) & ~cover) | (
        ~pl.col("from_text") & pl.col("code_holds_rare_earths").fill_null(value=False)
    )
    from_it = pl.col("material_from") == "composition"
    return (
        pl.when(pl.col("composition").is_null() | from_it)
        .then(None)
        .when(~pl.col("rare_earth_goods") & ~bearing & reads)
        .then(pl.when(may_bear).then(0.0).otherwise(0.5))
        .when(pl.col("rare_earth_goods") & ~reads & other)
        .then(0.8)
        .when(pl.col("rare_earth_goods") & reads)
        .then(-0.05)
    )


def because(row: Row) -> str:
    return f"The composition reads “{row['composition']}”; the papers say {row['goods_text']} (code {row['hs6']})."


CHECK = Check(
    name="composition_goods",
    question="contents",
    datum="words",
    asks="Does the declared composition belong to the declared goods?",
    weight=weight,
    because=because,
    source="reference tables materials, lexicon; typology T08",
)
