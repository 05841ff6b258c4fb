"""What the samples of a consignment hold: the figures screening reads, what it could be instead, and what was not sought."""

from __future__ import annotations

from typing import Final

import polars as pl

from didymium.composition.assay.data import rows as data_rows
from didymium.composition.assay.data import rule

_MEASURED: Final = ("measured_reo_pct", "measured_doubtful_pct", "measured_dy_tb_pct", "measured_method")


def added(picked: pl.DataFrame, judged: pl.DataFrame, heads: pl.DataFrame) -> pl.DataFrame:
    """picked: one row per consignment, with its deciding sample. Adds the columns of _MEASURED, could_be and unsought."""
    read = judged.filter(~pl.col("blocked") & pl.col("first") & pl.col("primary") & ~pl.col("summed"))
    joined = picked.join(_measured(read, heads), on="consignment", how="left")
    return joined.join(_could_be(read, picked), on="sample", how="left").join(
        _unsought(read, picked), on="sample", how="left"
    )


def _measured(read: pl.DataFrame, heads: pl.DataFrame) -> pl.DataFrame:
    """Per consignment, of its richest sample: REO of firm readings [wt%], of doubtful ones (an overlapping
    X-ray line can make them, and they are too small to matter anyhow), Dy+Tb as element, method.

    Readings of a coating are left out; a consignment in which no rare earth was looked for has no row.
    """
    rows = read.filter(pl.col("rare") | (pl.col("key") == "TREO"))
    oxide, firm = (
        pl.coalesce("x", "least") * pl.col("to_oxide"),
        pl.col("cover").is_null() | (pl.col("x") >= rule("shadow_material")),
    )
    rare, heavy = pl.col("rare"), pl.col("key").is_in(["Dy", "Tb"])
    sums = rows.group_by("sample", maintain_order=True).agg(
        summed=pl.when(rare & firm).then(oxide).sum(),
        total=pl.when(pl.col("key") == "TREO").then("x").max(),
        measured_doubtful_pct=pl.when(rare & ~firm).then(oxide).sum(),
        measured_dy_tb_pct=pl.when(heavy & firm).then("x").sum(),
        measured_method=pl.col("method").min(),
    )
    sums = sums.with_columns(measured_reo_pct=pl.max_horizontal("summed", "total"))
    sums = sums.join(heads.select("sample", "consignment"), on="sample")
    order = sums.sort("consignment", "measured_reo_pct", "sample", descending=[False, True, False])
    return order.unique("consignment", keep="first", maintain_order=True).select("consignment", *_MEASURED)


def _could_be(read: pl.DataFrame, picked: pl.DataFrame) -> pl.DataFrame:
    """sample, could_be: the first material of signatures.csv all of whose windows the contents of a false lot meet."""
    signs = data_rows("signatures.csv").with_columns(pl.col("low", "high").cast(pl.Float64))
    order = signs.select("material").unique(maintain_order=True).with_row_index("place")
    signs = signs.join(order, on="material").with_columns(need=pl.len().over("material"))
    bad = picked.filter(pl.col("verdict") == "inconsistent").select("sample")
    rows = (
        read.join(bad, on="sample", how="semi").filter(pl.col("x").is_not_null()).select("sample", "key", "x", "rare")
    )
    single = pl.col("x").max().over("sample", "key") == pl.col("x")
    rows = rows.filter(single).unique(["sample", "key"], keep="first")
    key = pl.col("key")
    rare = rows.filter("rare").group_by("sample").agg(
        TRE=pl.col("x").sum(), main=pl.col("x").max(), Sm=pl.when(key.is_in(["Sm", "Gd"])).then("x").sum(),
        NdPr=pl.when(key.is_in(["Nd", "Pr"])).then("x").sum(),
    ).filter(pl.col("TRE") > 0)  # fmt: skip
    share = [(100.0 * pl.col(c) * pl.col("TRE").pow(-1)).alias(f"{c}_of_TRE") for c in ("main", "Sm", "NdPr")]
    sums = rare.select("sample", "TRE", *share).unpivot(index="sample", variable_name="quantity", value_name="x")
    others = rows.filter(~pl.col("rare") & key.is_in(signs["quantity"].unique().implode())).select(
        "sample", quantity="key", x="x"
    )
    met = (
        pl.concat([sums, others])
        .join(signs, on="quantity")
        .filter(pl.col("x").is_between(pl.col("low"), pl.col("high")))
    )
    full = (
        met.group_by("sample", "place", "name")
        .agg(n=pl.len(), need=pl.col("need").first())
        .filter(pl.col("n") == pl.col("need"))
    )
    return full.sort("sample", "place").unique("sample", keep="first").select("sample", could_be="name")


def _unsought(read: pl.DataFrame, picked: pl.DataFrame) -> pl.DataFrame:
    """sample, unsought: Dy and Tb of an NdFeB magnet that nobody looked for, in words; '' = none."""
    magnets = picked.filter(pl.col("magnet") & pl.col("goods").fill_null("").str.starts_with("ndfeb")).select("sample")
    looked = read.join(magnets, on="sample", how="semi").group_by("sample").agg(
        dy=(pl.col("key") == "Dy").any(), tb=(pl.col("key") == "Tb").any()
    )  # fmt: skip
    words = (
        pl.when(~pl.col("dy") & ~pl.col("tb")).then(pl.lit("Dy and Tb"))
        .when(~pl.col("dy")).then(pl.lit("Dy")).when(~pl.col("tb")).then(pl.lit("Tb")).otherwise(pl.lit(""))
    )  # fmt: skip
    return looked.select("sample", unsought=words)
