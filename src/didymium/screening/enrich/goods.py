"""What the papers say the goods are: words, codes and composition brought to one list of materials."""

from __future__ import annotations

from functools import cache
from typing import Final

import polars as pl

from didymium.composition.chemistry import RARE_EARTHS
from didymium.reference import table
from didymium.reference.words import normal_form, pattern

#: Families of the table `materials` that hold rare earths as traded goods.
RARE_EARTH_FAMILIES: Final = ("ree", "magnet_ree")

#: Subheadings under which rare earths or their magnets are what one expects first.
RARE_EARTH_FIRST: Final = ("280530", "284610", "284690", "850511", "261220", "360690")

#: Words in a description decide before composition, label and code: they name the goods, the code only their drawer.
_ORDER: Final = ("description", "composition", "label")


#: What follows names the use, not the goods: "zinc oxide for ceramic glaze" is no glaze. (Han: 用于; the use of 陶瓷用
#: stands before the goods, where the longer term wins anyway.)
_USE: Final = (
    r" (?:for|pour|para|für|fuer|zur|zum|per|для|cho|dùng|untuk|bagi|as per|used in|in)(?: .*)?$|用于.*$|สำหรับ.*$"
)
#: What makes texts of the same goods differ and says nothing about them: "lot 12345", "PO 77-2". In normal form.
_NUMBERED: Final = r" (?:lot|batch|po|p o|order|invoice|inv|ref|serial|s n|批号|批次)(?: no| nr| number)?(?: \d+)+ "


#: Shapes between the name of a magnet material and "magnets". In normal form.
_SHAPES: Final = (
    r" (?:arc|axial|ball|bar|block|cube|countersunk|cylinder|cylindrical|disc|disk|flat|multipole|plate|pot|radial|"
    r"rectangular|ring|rod|round|segment|small|sphere|square|strong|tile)( magnets? )"
)


@cache
def _lexicon() -> pl.DataFrame:
    """term (as looked for), material, strength: more specific terms win, then longer ones."""
    words = table("lexicon").select("term", "material", pl.col("specificity").cast(pl.Int32))
    return (
        words.with_columns(term=pl.col("term").map_elements(pattern, return_dtype=pl.String))
        .filter(pl.col("term").str.strip_chars() != "")
        .sort("term", "specificity", "material", descending=[False, True, False])
        .unique("term", keep="first", maintain_order=True)
        .with_columns(strength=pl.col("term").str.strip_chars().str.len_bytes().cast(pl.Int32))
    )


def read_goods(texts: pl.Series) -> pl.DataFrame:
    """Materials named in distinct texts, in front of the words that tell the use; behind them only if none is in front.

    Returns text, material (of the longest known term; null = nothing known named), specificity (1 generic .. 3 exact),
    rare_earth_named (a rare-earth material is named anywhere in the text), rare_earths (how many different ones).
    """
    lexicon = _lexicon()
    terms = lexicon["term"].to_list()
    frame = (
        texts.alias("text")
        .to_frame()
        .with_columns(norm=normal_form(pl.col("text")).str.replace_all(_NUMBERED, " ").str.replace_all(_SHAPES, "$1"))
    )
    norms = frame.select(pl.col("norm").unique()).with_row_index("text_no")
    head = pl.concat_str(pl.col("norm").str.replace(_USE, ""), pl.lit(" "))
    # Both in one piece: making the automaton of all terms costs as much as searching 150 000 texts with it.
    texts_searched = pl.concat([norms["norm"], norms.select(head.alias("norm"))["norm"]], rechunk=True)
    terms_found = texts_searched.to_frame("t").select(pl.col("t").str.extract_many(terms, overlapping=True))["t"]
    found = norms.with_columns(whole=terms_found.head(norms.height), head=terms_found.tail(norms.height))
    hits = (
        found.select(
            "text_no",
            term=pl.when(pl.col("head").list.len() > 0).then("head").otherwise("whole"),
            behind=pl.col("head").list.len() == 0,
        )
        .explode("term", empty_as_null=True)
        .drop_nulls("term")
        .join(lexicon, on="term", how="inner")
        .join(_families(), on="material", how="left")
        .with_columns(specificity=pl.when("behind").then(1).otherwise("specificity"))
    )
    best = (
        hits.sort("text_no", "specificity", "strength", "material", descending=[False, True, True, False])
        .group_by("text_no", maintain_order=True)
        .agg(
            pl.col("material").first(),
            pl.col("specificity").first(),
            rare_earth_named=pl.col("family").is_in(RARE_EARTH_FAMILIES).any(),
            rare_earths=pl.col("material").filter(pl.col("family").is_in(RARE_EARTH_FAMILIES)).n_unique(),
        )
    )
    named = norms.join(best, on="text_no", how="left").drop("text_no")
    return frame.join(named, on="norm", how="left", maintain_order="left").drop("norm")


@cache
def _families() -> pl.DataFrame:
    return table("materials").select("material", "family")


@cache
def materials() -> pl.DataFrame:
    """The columns of `materials` that checks read, one row per material.

    rare_earth_bits: one bit for each rare earth of the material, in the order of RARE_EARTHS; 0 = none, or more than two,
    for then the table lists the usual ones only (mixed carbonate, rare-earth targets).
    """
    covers = (
        table("look_alikes")
        .group_by("cover")
        .agg(possible_cover=pl.lit(value=True), reported_cover=(pl.col("reliability") != "C").any())
        .rename({"cover": "material"})
    )
    rows = table("materials").join(covers, on="material", how="left")
    bits = {symbol: 1 << at for at, symbol in enumerate(RARE_EARTHS)}
    elements = pl.col("elements").fill_null("").str.split("|")
    own = elements.list.eval(pl.element().replace_strict(bits, default=None, return_dtype=pl.Int32()).drop_nulls())
    return rows.select(
        "material",
        "possible_cover",
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
        rare_earth_bits=pl.when(own.list.len() <= 2).then(own.list.sum()).otherwise(0),
    )


@cache
def code_materials() -> pl.DataFrame:
    """Per HS6: code_material (null where several are usual), code_family, code_families (how many are usual).

    code_family is a rare-earth family only for codes that hold rare earths first of all; ferro-alloys n.e.s. or scrap may
    hold them, but most lots under such a code do not.
    """
    usual = (
        table("materials")
        .select("material", "family", hs6=pl.col("hs6").str.split("|"))
        .explode("hs6")
        .drop_nulls("hs6")
        .filter(pl.col("hs6") != "")
    )
    order = {"ree": 0, "magnet_ree": 1, "look_alike": 2, "goods": 3, "ree_bearing": 4}
    rank = pl.col("family").replace_strict(order, default=5, return_dtype=pl.Int32)
    elsewhere = pl.col("family").is_in(RARE_EARTH_FAMILIES) & ~pl.col("hs6").is_in(RARE_EARTH_FIRST)
    return (
        usual.with_columns(order=pl.when(elsewhere).then(9).otherwise(rank))
        .sort("hs6", "order", "material")
        .group_by("hs6", maintain_order=True)
        .agg(
            code_material=pl.when(pl.len() == 1).then(pl.col("material").first()),
            code_family=pl.col("family").first(),
            code_families=pl.col("family").n_unique(),
            code_holds_rare_earths=pl.col("family").is_in(RARE_EARTH_FAMILIES).any(),
            code_bears_rare_earths=(pl.col("family") == "ree_bearing").any(),
        )
    )
