"""Look-alike goods shipped by or to parties, or along lanes, of the rare-earth trade."""

from __future__ import annotations

import polars as pl

from didymium.checks.base import Check, Row
from didymium.checks.likelihood import bounded

#: Appearances under which loose rare earths can travel unseen, and those they cannot (they must be opened to be used).
EASY = (
    "white_powder",
    "grey_metal_powder",
    "brown_red_powder",
    "black_powder",
    "coloured_powder",
    "clay",
    "granules",
    "crystals",
    "liquid_paste",
    "scrap",
    "sand",
)
HARD = ("article", "metal_pieces", "stone", "liquid", "food")


def weight() -> pl.Expr:
    """Each circumstance is a likelihood ratio measured in the file: how often do rare-earth consignments have this
    seller's trade, this buyer's trade, this lane, or a party that also trades rare earths, against consignments of the
    declared goods (see screening/closing.py; a smuggler imitates the cover in half the cases, so a good fit clears
    little). Goods that look like loose powder are the covers on record (T01, T08, T10, T12, T16); closed articles and
    ingots hide rare earths seldom."""
    people = pl.sum_horizontal("seller_bans", "buyer_bans", "seller_trade_bans", "buyer_trade_bans", "lane_bans")
    looks = (
        pl.when(pl.col("reported_cover").fill_null(value=False))
        .then(0.2)
        .when(pl.col("appearance").is_in(EASY))
        .then(0.1)
        .when(pl.col("appearance").is_in(HARD))
        .then(-0.3)
        .otherwise(0.0)
    )
    anything = pl.any_horizontal(
        pl.col(c).is_not_null()
        for c in ("seller_bans", "buyer_bans", "seller_trade_bans", "buyer_trade_bans", "lane_bans")
    )
    return pl.when(~pl.col("rare_earth_goods") & anything).then(bounded(people + looks, -1.0, 2.0))


def because(row: Row) -> str:
    said = []
    for side, word in (("seller", "seller"), ("buyer", "buyer")):
        lines = row[f"{side}_ree_lines"] or 0
        if lines > 0:
            said.append(f"the {word} has {lines} other lines of rare earths or their magnets in this file")
        sector = row[f"{side}_sector"]
        if sector:
            said.append(f"the {word}'s name tells of {sector.replace('_', ' ')}")
    if row["lane_bans"] is not None and row["lane_bans"] > 0.05:
        said.append(f"{row['lane']} is a lane of the rare-earth trade more than of these goods")
    elif row["lane_bans"] is not None and row["lane_bans"] < -0.05:
        said.append(f"{row['lane']} is a lane of these goods more than of rare earths")
    text = "; ".join(said) if said else "nothing in parties or lane stands out"
    return f"Declared {row['goods_text']}: {text}."


CHECK = Check(
    name="cover_story",
    question="contents",
    datum="people",
    asks="Are look-alike goods moving between parties, places or plants of the rare-earth trade?",
    weight=weight,
    because=because,
    source="the file itself; typologies T01, T08, T10, T12, T16; reference table look_alikes",
)
