"""Can the grade of an NdFeB magnet be had with the dysprosium and terbium that were measured?

UH and above (25 kOe and more) are not made without heavy rare earths, not even by grain-boundary diffusion (table
magnet_grades); up to SH fine-grained magnets without them are sold, so their absence contradicts nothing.
"""

from __future__ import annotations

from typing import Final

import polars as pl

from didymium.composition.assay.data import rule
from didymium.composition.assay.goods_tests import COLUMNS
from didymium.reference import table

_HIGH: Final = ("UH", "EH", "AH")
_WITH_HEAVY: Final = ("SH", *_HIGH)
_OTHER: Final = {"Dy": "Tb", "Tb": "Dy"}


def tests(rows: pl.DataFrame, heads: pl.DataFrame) -> pl.DataFrame:
    """rows: judged rows of the chosen reading. -> rows for Dy and Tb of graded magnets: out where both are absent from a
    high grade, open where one was not measured or is uncertain, in where the grade may hold what was found."""
    one = _heavy(rows.filter(~pl.col("blocked") & pl.col("first")), heads)
    made = pl.concat([_lacking(one), _held(one)])
    above = pl.col("v") - rule("sigma_limit") * pl.col("s") > pl.col("high")
    bans = (
        pl.when(pl.col("state") == "out").then(1.0)
        .when(pl.col("state") == "open").then(0.0)
        .when(above).then(0.5)
        .otherwise(-0.2)
    )  # fmt: skip
    return made.with_columns(
        test=pl.lit("grade"), low=pl.lit(rule("gbd_level")), bans=bans, l=pl.lit(None, dtype=pl.Float64)
    ).select(COLUMNS)


def _heavy(rows: pl.DataFrame, heads: pl.DataFrame) -> pl.DataFrame:
    """Per sample and element (Dy, Tb) of magnets whose grade may hold them: v, s, u (the most it can be), low (surely below
    the level), unsure (neither surely below nor above), bare (censored), most_pct of the grade, state of the row so far."""
    suffixes = table("magnet_grades").select("suffix", most_pct=pl.col("dy_tb_max_wt_pct"))
    graded = heads.filter(pl.col("suffix").is_in(_WITH_HEAVY)).select("sample", "suffix").join(suffixes, on="suffix")
    heavy = rows.drop("suffix").join(graded, on="sample").filter(pl.col("key").is_in(list(_OTHER)))
    level, most = rule("gbd_level"), pl.coalesce("upper", pl.col("x") + rule("sigma_limit") * pl.col("sigma"))
    found = pl.coalesce("x", "least")
    small = found.is_null() | (found < level)
    low = (most <= level + 1e-9) & ~pl.col("partial")
    return heavy.group_by("sample", "key").agg(
        pl.col("suffix", "most_pct", "state").first(),
        low=low.any(),
        unsure=(small & ~low).all(),
        bare=pl.col("upper").is_not_null().all(),
        v=found.max(),
        s=pl.col("sigma").max(),
        u=pl.when(small).then(most).min(),
    )


def _lacking(one: pl.DataFrame) -> pl.DataFrame:
    """High grades in which neither element is surely there."""
    both = one.filter(pl.col("suffix").is_in(_HIGH)).group_by("sample").agg(
        met=pl.len(), all_low=pl.col("low").all(), none=(pl.col("low") | pl.col("unsure")).all()
    )  # fmt: skip
    rows = one.join(both.filter("none"), on="sample")
    out, alone = (pl.col("met") == 2) & pl.col("all_low"), pl.col("met") == 1
    rows = rows.filter(out | alone | pl.col("unsure"))
    why = (
        pl.when(out).then(None)
        .when(alone).then(pl.lit("other_half"))
        .when("bare").then(pl.lit("limit"))
        .otherwise(pl.lit("precision"))
    )  # fmt: skip
    asked = pl.when(alone & pl.col("low")).then(pl.col("key").replace(_OTHER)).otherwise("key")
    return rows.select(
        "sample", key=asked, state=pl.when(out).then(pl.lit("out")).otherwise(pl.lit("open")), why=why,
        v=pl.when(~alone).then("v"), s=pl.when(~alone).then("s"), u=pl.when(~alone).then("u"),
        high=pl.lit(None, dtype=pl.Float64),
    )  # fmt: skip


def _held(one: pl.DataFrame) -> pl.DataFrame:
    """Dy or Tb found in a grade that may hold it, where no other rule spoke."""
    found = one.filter((pl.col("v") >= rule("gbd_level")) & pl.col("state").is_null())
    return found.select(
        "sample", "key", "v", "s", state=pl.lit("in"), why=pl.lit(None, dtype=pl.String),
        u=pl.lit(None, dtype=pl.Float64), high="most_pct",
    ).select("sample", "key", "state", "why", "v", "s", "u", "high")  # fmt: skip
