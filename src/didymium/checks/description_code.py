"""The words and the code speak of different materials."""

from __future__ import annotations

import polars as pl

from didymium.checks.base import Check, Row
from didymium.checks.likelihood import fits_code

_REE = ("ree", "magnet_ree")


def weight() -> pl.Expr:
    """Rare earths in the words under a code for other goods, or the reverse: one in 15 false labels slips so, one in
    200 true ones (a clerk's error rarely crosses the border between rare earths and soap). Another heading within
    ordinary goods is a common error (misclassification runs at several per cent of lines in published customs audits)
    and says little. Agreement speaks faintly for the label, because a liar agrees with himself too."""
    same, heading = fits_code("description_hs6")
    words_ree = pl.col("description_family").is_in(_REE)
    code_ree = pl.col("code_family").is_in(_REE)
    named = (
        (pl.col("description_specificity") >= 2) & pl.col("description_hs6").is_not_null() & pl.col("hs6").is_not_null()
    )
    return (
        pl.when(~named)
        .then(None)
        .when(same)
        .then(-0.10)
        .when(pl.col("code_family").is_null())
        .then(pl.when(words_ree).then(0.4).otherwise(0.1))
        .when(words_ree & pl.col("code_holds_rare_earths"))
        .then(0.1)
        .when(words_ree & ~code_ree)
        .then(1.2)
        .when(~words_ree & code_ree)
        .then(0.8)
        .when(heading)
        .then(0.0)
        .otherwise(0.3)
    )


def because(row: Row) -> str:
    if row["weight_bans"] < 0:
        return f"The description ({row['description_material_name']}) and code {row['hs6']} speak of the same goods."
    return (
        f"The description names {row['description_material_name']}, usual under {row['description_hs6_text']}; "
        f"declared is code {row['hs6']}, usual for {row['code_goods_text']}."
    )


CHECK = Check(
    name="description_code",
    question="contents",
    datum="words",
    asks="Do the words and the code speak of the same material?",
    weight=weight,
    because=because,
    source="reference tables materials, lexicon, hs_codes",
)
