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

#: Lots too small to be worth a cover [kg].
SAMPLE_KG = 25.0
#: What parties can count together [bans].
MOST_PEOPLE = 1.1


def weight() -> pl.Expr:
    """Parties: how often do rare-earth consignments have this seller's and this buyer's trade, or a party that also
    trades rare earths, against consignments of the declared goods; measured in the file (see screening/closing.py, which
    bounds what a good fit can clear). A party's trade and what it ships are one fact, so the weaker counts half. Lane:
    loot leaves where rare earths are mined or made and goes where they are used; a source without any stage: ratio
    0.3, a destination without: 0.5. Goods that look like loose powder are the covers on record (T01, T08, T10, T12, T16);
    closed articles and ingots hide rare earths seldom, and a sample below SAMPLE_KG is not worth a cover. Rare-earth
    houses lawfully ship other goods too, so parties count a ratio of 12 at most."""
    people = pl.sum_horizontal(_side("seller"), _side("buyer"))
    # Under a code that may lawfully hold rare earths, parties of that trade are no surprise where words are missing.
    open_code = ~pl.col("from_text") & pl.col("code_holds_rare_earths").fill_null(value=False)
    people = pl.when(open_code).then(people.clip(upper_bound=0.2)).otherwise(people)
    lane = pl.when(~pl.col("source_has_rare_earths")).then(-0.5).otherwise(0.0) + pl.when(
        ~pl.col("destination_has_rare_earths")
    ).then(-0.3).otherwise(0.0)
    looks = (
        pl.when(pl.col("possible_cover").fill_null(value=False))
        .then(0.15)
        .when(pl.col("appearance").is_in(EASY))
        .then(0.05)
        .when(pl.col("appearance").is_in(HARD))
        .then(-0.3)
        .otherwise(0.0)
    )
    small = pl.when(pl.col("net_kg") < SAMPLE_KG).then(-0.5).otherwise(0.0)
    return pl.when(~pl.col("rare_earth_goods")).then(
        bounded(people.clip(upper_bound=MOST_PEOPLE) + lane + looks + small, -0.9, 1.5)
    )


def _side(side: str) -> pl.Expr:
    trade, other = pl.col(f"{side}_bans").fill_null(0.0), pl.col(f"{side}_trade_bans").fill_null(0.0)
    same_sign = trade * other > 0
    stronger = pl.when(trade.abs() >= other.abs()).then(trade).otherwise(other)
    return pl.when(same_sign).then(stronger + 0.5 * (trade + other - stronger)).otherwise(trade + other)


def because(row: Row) -> str:
    said = []
    for side, word in (("seller", "seller"), ("buyer", "buyer")):
        lines = row[f"{side}_ree_lines"] or 0
        if lines > 0:
            said.append(f"the {word} has {lines} other lines of rare earths or their magnets in this file")
        sector = row[f"{side}_sector"]
        if sector:
            said.append(f"the {word}'s name tells of {sector.replace('_', ' ')}")
    if row["source_has_rare_earths"] is False:
        said.append("no stage of the rare-earth chain runs where the goods come from")
    if row["destination_has_rare_earths"] is False:
        said.append("no stage of the rare-earth chain runs where they go")
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
