"""A question of the whole sample: do the named goods hold what was measured?

Goods whose kind holds no rare earths (iron oxide) with rare earths in them; separated rare earths and magnets without
the rare earth they are named after.
"""

from __future__ import annotations

from typing import Final

import polars as pl

from didymium.composition.assay.claim_frames import ClaimFrames
from didymium.composition.assay.data import rare_earths, rule

_SEPARATED: Final = ("separation", "metal", "metal making", "magnet")
_MAIN_SHARE: Final = 0.2
#: Columns of the rows these tests make; see judge.
COLUMNS: Final = ("sample", "key", "test", "state", "why", "v", "s", "low", "high", "bans", "u", "l")


def tests(rows: pl.DataFrame, heads: pl.DataFrame, claims: ClaimFrames) -> pl.DataFrame:
    """rows: judged rows of the chosen reading, blocked ones left out. -> one row per sample and element tested."""
    once = rows.filter(~pl.col("blocked") & pl.col("first") & pl.col("primary"))
    rare = once.filter(pl.col("rare") | (pl.col("key") == "TREO") & ~pl.col("summed"))
    return pl.concat([_plain(rare, heads, claims), _named(rare, heads, claims)])


def _contents(rare: pl.DataFrame) -> pl.DataFrame:
    """Per sample: content of rare-earth oxides (readings above the range of their method as the end of the range), its
    sigma, the most it can be, and whether a lower bound only."""
    oxide, sigma = pl.coalesce("x", "least") * pl.col("to_oxide"), pl.col("sigma") * pl.col("to_oxide")
    single, firm = pl.col("rare"), pl.col("why").fill_null("").is_in(["overlap", "slip"]).not_()
    by_total = pl.col("key") == "TREO"
    return rare.group_by("sample").agg(
        summed_reo=oxide.filter(single & firm).sum(),
        summed_var=(sigma**2).filter(single & firm).sum(),
        total_reo=pl.col("x").filter(by_total).max(),
        total_var=(pl.col("sigma") ** 2).filter(by_total).max(),
        hidden=(pl.col("upper") * pl.col("to_oxide")).filter(single).sum() + oxide.filter(single & ~firm).sum(),
        lower_bound=pl.col("partial").any(),
    ).with_columns(
        reo=pl.max_horizontal("summed_reo", "total_reo"),
        reo_sigma=pl.when(pl.col("total_reo") >= pl.col("summed_reo")).then("total_var").otherwise("summed_var").sqrt(),
    )  # fmt: skip


def _main(rare: pl.DataFrame, samples: pl.DataFrame) -> pl.DataFrame:
    """Rare earths that make up a fifth or more of those found, per sample; TREO where nothing else was reported."""
    found = rare.join(samples, on="sample", how="semi").with_columns(v=pl.coalesce("x", "least"))
    found = found.filter(pl.col("v").is_not_null())
    size = pl.col("v") * pl.col("to_oxide")
    singles = found.filter("rare").filter(size >= _MAIN_SHARE * size.sum().over("sample"))
    totals = found.filter(pl.col("key") == "TREO").join(singles, on="sample", how="anti")
    return (
        pl.concat([singles, totals])
        .select("sample", "key", "v", s="sigma", l="least")
        .unique(["sample", "key"], maintain_order=True)
    )


def _own(rare: pl.DataFrame) -> pl.DataFrame:
    """sample, key, v, s, l: what was measured of each rare earth by itself."""
    seen = rare.filter(pl.col("rare") & (pl.col("x").is_not_null() | pl.col("least").is_not_null()))
    return seen.select("sample", "key", v=pl.coalesce("x", "least"), s="sigma", l="least").unique(
        ["sample", "key"], keep="first", maintain_order=True
    )


def _plain(rare: pl.DataFrame, heads: pl.DataFrame, claims: ClaimFrames) -> pl.DataFrame:
    """Rare earths in goods whose kind holds none, where nothing in the papers speaks of them."""
    claimed = claims.figures.filter("positive").select("claim", told=pl.col("key").str.split("+")).explode("told")
    claimed = claimed.filter(pl.col("told").is_in([*rare_earths(), "TREO", "TREM"])).select("claim").unique()
    claimed = claimed.with_columns(told=pl.lit(value=True))
    asked = (
        heads.filter("plain")
        .join(claimed, on="claim", how="left")
        .select("sample", "told", "goods_high")
        .join(_contents(rare), on="sample")
    )
    kind = pl.col("goods_high").fill_null(0.0)
    least = pl.col("reo") - rule("sigma_limit") * pl.col("reo_sigma").fill_null(0.0)
    state = (
        pl.when((least > rule("goods_reo_firm") + kind) & (least > 2.0 * kind)).then(pl.lit("out"))
        .when(least > rule("goods_reo_open") + kind).then(pl.lit("open"))
        .otherwise(pl.lit("in"))
    )  # fmt: skip
    judged = asked.select("sample", "told", state=state, high=kind, total="reo", total_sigma="reo_sigma")
    guilty = _main(rare, judged.filter(pl.col("state") != "in")).join(judged, on="sample")
    clean = judged.filter(pl.col("state") == "in").with_columns(
        key=pl.lit("TREO"), v=pl.col("total"), s=pl.col("total_sigma"), l=pl.lit(None, dtype=pl.Float64)
    )
    made = pl.concat(
        [
            guilty.select("sample", "key", "v", "s", "l", "state", "high", "told", "total"),
            clean.select("sample", "key", "v", "s", "l", "state", "high", "told", "total"),
        ]
    )
    several = (pl.col("total") - pl.col("high")) * (1.0 / rule("goods_reo_several"))
    bans = (
        pl.when(pl.col("told").is_not_null() & (pl.col("state") != "in")).then(rule("weight_out"))
        .when(pl.col("state") == "out").then(rule("weight_high"))
        .when(pl.col("state") == "open").then((several**2 * 1.5).clip(0.0, rule("weight_high")))
        .otherwise(-0.8)
    )  # fmt: skip
    return made.with_columns(
        test=pl.lit("goods"), why=pl.when(pl.col("state") == "open").then(pl.lit("goods")), low=pl.lit(0.0), bans=bans,
        u=pl.lit(None, dtype=pl.Float64),
    ).select(COLUMNS)  # fmt: skip


def _named(rare: pl.DataFrame, heads: pl.DataFrame, claims: ClaimFrames) -> pl.DataFrame:
    """Separated rare earths, metals and magnets known by name alone: half of what they hold must be there."""
    figured = claims.figures.filter("positive").select("claim").unique()
    separate = pl.col("goods_family").is_in(["ree", "magnet_ree"]) & pl.col("goods_stage").is_in(_SEPARATED)
    asked = heads.filter(separate & (pl.col("goods_specific") >= 2)).join(figured, on="claim", how="anti")
    asked = asked.select("sample", "claim", "goods_low", "goods_high", "goods_family")
    names = claims.listed.filter("named").select("claim", "key", is_named=pl.lit(value=True))
    judged = _name_states(rare.join(asked, on="sample").join(names, on=["claim", "key"], how="left"))
    keys = asked.join(names, on="claim").filter(pl.col("key").is_in(list(rare_earths()))).select("sample", "key")
    unknown = pl.lit(None, dtype=pl.Float64)
    said = keys.join(judged.filter(pl.col("met")), on="sample").join(_own(rare), on=["sample", "key"], how="left")
    said = said.with_columns(pl.when(pl.col("state") == "in").then(c).alias(c) for c in ("v", "s", "l"))
    found = _main(rare, judged.filter(pl.col("state") == "out")).join(judged, on="sample")
    columns = ["sample", "key", "state", "why", "v", "s", "l", "goods_low", "goods_high"]
    made = pl.concat([found.select(columns), said.select(columns)]).unique(
        ["sample", "key"], keep="first", maintain_order=True
    )
    bans = pl.when(pl.col("state") == "out").then(2.0).when(pl.col("state") == "in").then(-0.5).otherwise(0.0)
    return made.with_columns(
        test=pl.lit("name"), low=pl.col("goods_low"), high=pl.col("goods_high"), bans=bans, u=unknown,
    ).select(COLUMNS)  # fmt: skip


def _name_states(rows: pl.DataFrame) -> pl.DataFrame:
    """Per sample: met (a named rare earth was looked for), state, why (slip: it fits if ppm was meant for wt%; partial; range:
    above the range of the method, which may be half or not); in a magnet any rare earth may stand for the named one."""
    own = (
        pl.col("is_named").fill_null(value=False) | (pl.col("goods_family") == "magnet_ree") | (pl.col("key") == "TREO")
    )
    size, spread = pl.col("x") * pl.col("to_oxide"), rule("sigma_limit") * pl.col("sigma") * pl.col("to_oxide")
    sizes = rows.group_by("sample", maintain_order=True).agg(
        pl.col("goods_low").first(), pl.col("goods_high").first(), met=own.any(), part=pl.col("partial").any(),
        most=(size + spread).filter(own).sum() + (pl.col("upper") * pl.col("to_oxide")).filter(own).sum(),
        ends=(pl.col("least") * pl.col("to_oxide")).filter(own).sum(), ranged=(own & pl.col("least").is_not_null()).any(),
        found=size.filter(own).sum(), others=(size - spread).filter(~own).sum(),
    )  # fmt: skip
    share, step = rule("name_share"), rule("slip_factor")
    lacking = pl.col("met") & (pl.col("most") < share * pl.col("goods_low"))
    slip = lacking & (pl.col("most") * step).is_between(share * pl.col("goods_low"), 1.2 * pl.col("goods_high"))
    pushed = ~pl.col("met") & (pl.col("others") > share * pl.col("goods_high"))
    ranged = pl.col("ranged") & (pl.col("found") + pl.col("ends") < share * pl.col("goods_low"))
    why = (
        pl.when(slip).then(pl.lit("slip"))
        .when(lacking & pl.col("part")).then(pl.lit("partial"))
        .when(pl.col("met") & ranged).then(pl.lit("range"))
    )  # fmt: skip
    state = (
        pl.when(why.is_not_null()).then(pl.lit("open"))
        .when(lacking | pushed).then(pl.lit("out"))
        .when("met").then(pl.lit("in"))
    )  # fmt: skip
    return sizes.with_columns(state=state, why=why).filter(pl.col("state").is_not_null())
