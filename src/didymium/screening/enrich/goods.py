"""What the papers say the goods are: words, codes and composition brought to one list of materials."""

from __future__ import annotations

from functools import cache
from typing import Final

import polars as pl

from didymium.reference import table
from didymium.reference.words import normal_form, pattern

#: Families of the table `materials` that hold rare earths as traded goods.
RARE_EARTH_FAMILIES: Final = ("ree", "magnet_ree")

#: Words in a description decide before composition, label and code: they name the goods, the code only their drawer.
_ORDER: Final = ("description", "composition", "label")


@cache
def _lexicon() -> pl.DataFrame:
    """term (as looked for), material, strength: longer and more specific terms win."""
    words = table("lexicon").select("term", "material", pl.col("specificity").cast(pl.Int32))
    return (
        words.with_columns(term=pl.col("term").map_elements(pattern, return_dtype=pl.String))
        .filter(pl.col("term").str.strip_chars() != "")
        .sort("term", "specificity", "material", descending=[False, True, False])
        .unique("term", keep="first", maintain_order=True)
        .with_columns(strength=pl.col("term").str.strip_chars().str.len_bytes().cast(pl.Int32))
    )


def read_goods(texts: pl.Series) -> pl.DataFrame:
    """Materials named in distinct texts.

    Returns text, material (of the longest known term; null = nothing known named), specificity (1 generic .. 3 exact),
    rare_earth_named (a rare-earth material is named anywhere in the text), rare_earths (how many different ones).
    """
    lexicon = _lexicon()
    frame = texts.alias("text").to_frame().with_columns(norm=normal_form(pl.col("text")))
    hits = (
        frame.select("text", term=pl.col("norm").str.extract_many(lexicon["term"].to_list(), overlapping=True))
        .explode("term")
        .drop_nulls("term")
        .join(lexicon, on="term", how="inner")
        .join(_families(), on="material", how="left")
    )
    best = (
        hits.sort("text", "strength", "specificity", "material", descending=[False, True, True, False])
        .group_by("text", maintain_order=True)
        .agg(
            pl.col("material").first(),
            pl.col("specificity").first(),
            rare_earth_named=pl.col("family").is_in(RARE_EARTH_FAMILIES).any(),
            rare_earths=pl.col("material").filter(pl.col("family").is_in(RARE_EARTH_FAMILIES)).n_unique(),
        )
    )
    return frame.select("text").join(best, on="text", how="left", maintain_order="left")


@cache
def _families() -> pl.DataFrame:
    return table("materials").select("material", "family")


@cache
def materials() -> pl.DataFrame:
    """The columns of `materials` that checks read, one row per material."""
    covers = table("look_alikes").select(pl.col("cover").unique(), reported_cover=pl.lit(value=True))
    rows = table("materials").join(covers, left_on="material", right_on="cover", how="left")
    return rows.select(
        "material",
        "reported_cover",
        "family",
        "stage",
        "form",
        "appearance",
        "light_heavy",
        pl.col("hs6").alias("material_hs6"),
        pl.col("bulk_density_low_g_cm3").cast(pl.Float64).alias("bulk_low_kg_l"),
        pl.col("bulk_density_high_g_cm3").cast(pl.Float64).alias("bulk_high_kg_l"),
        pl.col("reo_low_pct").cast(pl.Float64),
        pl.col("reo_high_pct").cast(pl.Float64),
    )


@cache
def code_materials() -> pl.DataFrame:
    """Per HS6: code_material (null where several are usual), code_family (the rarest-earth family usual there)."""
    usual = (
        table("materials")
        .select("material", "family", hs6=pl.col("hs6").str.split("|"))
        .explode("hs6")
        .drop_nulls("hs6")
        .filter(pl.col("hs6") != "")
    )
    order = {"ree": 0, "magnet_ree": 1, "ree_bearing": 2, "look_alike": 3, "goods": 4}
    return (
        usual.with_columns(order=pl.col("family").replace_strict(order, default=5, return_dtype=pl.Int32))
        .sort("hs6", "order", "material")
        .group_by("hs6", maintain_order=True)
        .agg(
            code_material=pl.when(pl.len() == 1).then(pl.col("material").first()),
            code_family=pl.col("family").first(),
            code_families=pl.col("family").n_unique(),
        )
    )
