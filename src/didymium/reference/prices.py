"""Price corridors by month: the range in which honest goods of a material change hands.

Quotations (table `prices`) give corridors of the quoted oxides and metals; every other material is priced by what it
contains (table `price_rules`). A corridor is wide on purpose: it must hold month, purity, lot size and contract lag.
"""

from __future__ import annotations

from functools import cache
from typing import Final

import polars as pl

from didymium.reference.load import content_hash, table
from didymium.reference.quotes import quoted_corridors


def corridors() -> pl.DataFrame:
    """One row per material, market and month, 1995-01 to 2030-12.

    material: id in `materials`; market: any, or inside and outside China for what holds controlled elements, since
    their control; month: year * 12 + month - 1 (Int32); low_usd_per_kg, high_usd_per_kg; basis: quoted, recalled
    (yearly ranges before 2021), derived (from contents), extrapolated (after the last quotation, widening); source.
    Materials without a rule have no rows: see `without_rule`.
    """
    return _corridors(content_hash())


#: Weakest basis of the contents counts.
_RANK: Final = {"quoted": 0, "recalled": 1, "extrapolated": 2}
_COLUMNS: Final = ("material", "market", "month", "low_usd_per_kg", "high_usd_per_kg", "basis", "source")


@cache
def _corridors(_hash: str) -> pl.DataFrame:
    base, parts = quoted_corridors(), contents()
    months = base.select("month").unique()
    flat = (
        parts.filter(pl.col("quoted").is_null())
        .join(months, how="cross")
        .with_columns(
            market=pl.lit("any"), low_usd_per_kg="add_low", high_usd_per_kg="add_high", basis=pl.lit("derived"),
            source="reason",
        )
    )  # fmt: skip
    derived = _derived(parts.drop_nulls("quoted"), base)
    return pl.concat([derived.select(_COLUMNS), flat.select(_COLUMNS)]).sort("material", "market", "month")


def _derived(parts: pl.DataFrame, base: pl.DataFrame) -> pl.DataFrame:
    """Corridors of what is priced by its contents."""
    priced = parts.join(_both_markets(parts, base), on=["material", "quoted"], how="inner")
    low, high = pl.col("content_low") * pl.col("low"), pl.col("content_high") * pl.col("high")
    kept = ("factor_low", "factor_high", "add_low", "add_high", "reason")
    basis = pl.col("basis")
    summed = priced.group_by("material", "market", "month").agg(
        low=pl.when(pl.col("sums").first()).then(low.sum()).otherwise(low.min()),
        high=pl.when(pl.col("sums").first()).then(high.sum()).otherwise(high.max()),
        alone=(pl.len() == 1) & (pl.col("quoted") == pl.col("material")).all(),
        basis=basis.max_by(basis.replace_strict(_RANK, return_dtype=pl.Int32)),
        source=pl.col("source").unique().sort().head(3).str.join(" | "),
        **{name: pl.col(name).first() for name in kept},
    )
    return summed.with_columns(
        low_usd_per_kg=(pl.col("low") * pl.col("factor_low") + pl.col("add_low")).round_sig_figs(6),
        high_usd_per_kg=(pl.col("high") * pl.col("factor_high") + pl.col("add_high")).round_sig_figs(6),
        basis=pl.when(pl.col("alone") | (basis != "quoted")).then("basis").otherwise(pl.lit("derived")),
        source=pl.concat_str("source", pl.lit("; "), "reason"),
    )


def _both_markets(parts: pl.DataFrame, base: pl.DataFrame) -> pl.DataFrame:
    """Per material and quoted content one market throughout: where one content is split, all of them are."""
    pairs = parts.drop_nulls("quoted").select("material", "quoted")
    joined = pairs.join(base, on="quoted", how="inner")
    split = joined.filter(pl.col("market") != "any").select("material", "month").unique()
    whole = joined.filter(pl.col("market") == "any")
    doubled = whole.join(split, on=["material", "month"], how="semi").drop("market")
    markets = pl.DataFrame({"market": ["inside", "outside"]})
    return pl.concat(
        [
            joined.filter(pl.col("market") != "any"),
            whole.join(split, on=["material", "month"], how="anti"),
            doubled.join(markets, how="cross").select(joined.columns),
        ]
    )


def contents() -> pl.DataFrame:
    """What each material is priced by: one row per material and quoted content.

    quoted: id of a quoted material, null = priced by a fixed range; content_low, content_high: kg of it per kg;
    sums: the contents add up (else each is a possible whole); factor_low, factor_high, add_low, add_high, reason.
    """
    rules = table("price_rules").rename({"add_low_usd_per_kg": "add_low", "add_high_usd_per_kg": "add_high"})
    own = rules.filter(pl.col("applies_to") == "material").rename({"value": "material"})
    by_form = rules.filter(pl.col("applies_to") == "form").rename({"value": "form"})
    materials = table("materials").filter(pl.col("family").is_in(["ree", "magnet_ree", "ree_bearing"]))
    general = (
        materials.join(own, on="material", how="anti")
        .join(by_form.drop("source", "vintage", "confidence"), on="form", how="inner")
        .with_columns(symbol=pl.col("elements").str.to_lowercase().str.split("|"))
        .explode("symbol", empty_as_null=True)
        .with_columns(
            quoted=pl.concat_str("symbol", pl.lit("_oxide")),
            content_low=pl.col("reo_low_pct") / 100.0,
            content_high=pl.col("reo_high_pct") / 100.0,
            sums=pl.lit(value=False),
        )
    )
    named = own.with_columns(part=pl.col("contents").replace("none", None).str.split("|")).explode(
        "part", empty_as_null=True
    )
    pieces = pl.col("part").str.extract_groups(r"^(\w+):([\d.]+)-([\d.]+)$").struct
    listed = named.with_columns(
        quoted=pieces.field("1"),
        content_low=pieces.field("2").cast(pl.Float64),
        content_high=pieces.field("3").cast(pl.Float64),
        sums=pl.lit(value=True),
    )
    columns = ["material", "quoted", "content_low", "content_high", "sums", "factor_low", "factor_high", "add_low",
               "add_high", "reason"]  # fmt: skip
    return pl.concat([listed.select(columns), general.select(columns)])


def without_rule() -> list[str]:
    """Rare-earth materials that no rule prices, in alphabetical order."""
    materials = table("materials").filter(pl.col("family").is_in(["ree", "magnet_ree"]))
    return sorted(set(materials["material"]) - set(contents()["material"]))
