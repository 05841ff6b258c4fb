"""What the bags say against what the papers say."""

from __future__ import annotations

import polars as pl

from didymium.checks.base import Check, Row
from didymium.checks.likelihood import fits_code

_REE = ("ree", "magnet_ree")


def weight() -> pl.Expr:
    """Viet Nam 2021: rare-earth ore in bags printed with a rice brand (typology T10). Foreign bags are also reused
    lawfully, so a plain mismatch between ordinary goods has a likelihood ratio of about 3 only; rare earths on the bag
    and not in the papers have no innocent routine (ratio 25; 5 where the word is vague). Bags of another rare earth than
    the papers' (lutetium in papers of ytterbium) are seldom mixed up: ratio 5 (own estimate, as no case is on
    record). Papers that own up to
    rare earths in rice bags hide nothing: ratio 1.6. Goods the reference does not list cannot be told from their bags."""
    same, heading = fits_code("label_hs6")
    clear = pl.col("label_specificity") >= 2
    label_ree = pl.col("label_family").is_in(_REE)
    papers_ree = pl.col("rare_earth_goods")
    known = pl.col("label_hs6").is_not_null() & (clear | label_ree)
    listed = pl.col("material").is_not_null() | pl.col("code_family").is_not_null()
    bits, papers_bits = pl.col("label_rare_earth_bits"), pl.col("rare_earth_bits")
    other_element = (bits > 0) & (papers_bits > 0) & ((bits & papers_bits) == 0)
    agrees = same | (pl.col("label_material") == pl.col("material"))
    return (
        pl.when(~known)
        .then(None)
        .when(label_ree & papers_ree & other_element & clear)
        .then(0.7)
        .when(label_ree & ~papers_ree & ~clear)
        .then(0.7)
        .when(~label_ree & ~listed)
        .then(None)
        .when(agrees)
        .then(-0.12)
        .when(label_ree & ~papers_ree)
        .then(1.4)
        .when(~label_ree & papers_ree)
        .then(0.2)
        .when(heading | (label_ree & papers_ree))
        .then(0.15)
        .otherwise(0.5)
    )


def because(row: Row) -> str:
    if row["weight_bans"] < 0:
        return f"The packages are printed “{row['label_text']}”, which agrees with the papers."
    return f"The packages are printed “{row['label_text']}”; the papers say {row['goods_text']} (code {row['hs6']})."


CHECK = Check(
    name="label_goods",
    question="contents",
    datum="words",
    asks="Do the packages say what the papers say?",
    weight=weight,
    because=because,
    source="typologies T10 (court record, Viet Nam 2021-2025) and T12; lexicon",
)
