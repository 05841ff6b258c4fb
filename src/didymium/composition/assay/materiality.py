"""What a difference weighs: is the label false in a way that matters to customs?

The verdict is literal; papers in lawful trade are not. Contents are rounded, copied from specifications and typed from
certificates of other lots (about a tenth off), `Nd 31 %` means Nd and Pr, a formula names the material, 99.9 % is the share
of the rare earths. So a weight compares the logarithm of a content with what an honest trader would have written
(rules.csv, interchangeable.csv, separation.csv), and only rare earths, or goods of another class, weigh much:
- the pattern: contents of groups of interchangeable rare earths, as written or scaled to the declared sum;
- the sum of the declared rare earths;
- a controlled element that papers which itemise the contents leave out.
"""

from __future__ import annotations

from math import pi, sqrt
from typing import Final

import polars as pl

from didymium.composition.assay import weights
from didymium.composition.assay.controlled import elements_on
from didymium.composition.assay.data import rows as data_rows
from didymium.composition.assay.data import rule
from didymium.reference import table

_TOTALS: Final = ("TREO", "TREM")
_HEAVY: Final = ("Dy", "Tb")


def weighed(judged: pl.DataFrame, heads: pl.DataFrame) -> pl.DataFrame:
    """judged: rows with state, test and bans of the literal comparison. -> the same rows, bans by what matters.

    Rows left open weigh nothing; rows that fit speak for the label as before; rows outside at least weight_out."""
    concerned = (pl.col("state") == "out") | (
        (pl.col("state") == "in") & (pl.col("test") == "room") & (pl.col("room_v") >= rule("goods_reo_several"))
    )
    samples = judged.filter(concerned)["sample"].unique()
    places = judged["sample"].is_in(samples.implode()).arg_true()
    bans = judged["bans"].cast(pl.Float64).clip(upper_bound=0.0)
    if not places.is_empty():
        bans = bans.scatter(places, _judged(judged[places], heads)["bans"])
    return judged.with_columns(bans=bans)


def _judged(judged: pl.DataFrame, heads: pl.DataFrame) -> pl.DataFrame:
    """As `weighed`, for samples in which something differs or may be hidden."""
    claimed = heads.select("sample", "itemised", "described", "goods", "goods_high", "goods_family", "tre")
    rows = judged.drop("tre").join(claimed, on="sample", how="left", maintain_order="left")
    groups = data_rows("interchangeable.csv").select("element", "group")
    group = pl.col("key").replace_strict(groups["element"], groups["group"], default=pl.col("key"))
    joined = _with_partners(_with_groups(rows.with_columns(group=group)))
    none_said = pl.col("itemised") & ~pl.col("speaks") & ~pl.col("rare_named") & ~pl.col("covers")
    joined = joined.with_columns(none_said=none_said)
    out = (pl.col("state") == "out").fill_null(value=False)
    is_rare = pl.col("rare") | pl.col("key").is_in(_TOTALS) | pl.col("key").str.contains("+", literal=True)
    differs = (
        pl.when(pl.col("test") == "level").then(_left_out())
        .when((pl.col("test") == "declared") & is_rare).then(pl.coalesce("group_bans", _total()))
        .when(pl.col("test") == "declared").then(_other_class())
        .when((pl.col("test") == "room") & pl.col("rare")).then(_room())
        .otherwise(pl.col("bans").clip(upper_bound=rule("weight_minor")))
    )  # fmt: skip
    hidden = (pl.col("test") == "room") & pl.col("rare") & pl.col("none_said") & (pl.col("state") == "in")
    hidden = hidden & pl.col("x").is_not_null() & (pl.col("room_v") >= rule("goods_reo_several"))
    told = differs.fill_null(0.0).clip(rule("weight_out"), rule("weight_high"))
    new = pl.when(out | hidden.fill_null(value=False)).then(told)
    kept = pl.col("bans").clip(upper_bound=0.0)
    return joined.with_columns(bans=new.otherwise(kept)).select(judged.columns)


def started(v: pl.Expr, low: pl.Expr, high: pl.Expr, spread: pl.Expr, rel: float) -> pl.Expr:
    """Bans of a content outside an interval: honest papers scatter by `rel` in the logarithm of (content + trade_abs),
    beside the uncertainty of the measurement; false ones hold anything, evenly in wt% or in its logarithm."""
    start = rule("trade_abs")
    size = v.clip(0.0) + start
    above, below = size.log() - (high + start).log(), (low + start).log() - size.log()
    sigma = (rel**2 + (spread * size.pow(-1)) ** 2).sqrt()
    t = pl.max_horizontal(above, below, pl.lit(0.0)) * sigma.pow(-1)
    true = (t**2 * -0.5).exp() * sigma.pow(-1) * (1.0 / sqrt(2.0 * pi))
    false = 0.005 * size + 0.5 / weights.LN_DECADES
    return weights.bounded(false * true.clip(1e-6).pow(-1))


def _spread(sigma: str, v: str) -> pl.Expr:
    """Measurement, and of surface readings the geometry."""
    geometry = pl.when("surface_only").then(rule("surface_rel")).otherwise(0.0) * pl.col(v)
    return (pl.col(sigma) ** 2 + geometry**2).sqrt()


def _with_groups(rows: pl.DataFrame) -> pl.DataFrame:
    """Adds group_bans to rows with a declared rare-earth content: the heavier of pattern and sum; null for others.

    A group is compared with all its measured members, the undeclared too, or with the declared ones alone, or scaled to the
    declared sum of the sample: the mildest counts, for each is a usual way to write it. A sum (`Nd+Pr`) stands for its members.
    """
    bounds = _bounds(rows)
    if bounds.is_empty():
        return rows.with_columns(group_bans=pl.lit(None, dtype=pl.Float64))
    met = _found(rows)
    whole = met.group_by("sample").agg(all_e=pl.col("e").sum(), all_oxide=pl.col("oxide").sum())
    both = bounds.join(met, on=["sample", "group"]).join(whole, on="sample")
    return rows.join(_group_bans(both), on=["sample", "share", "group"], how="left", maintain_order="left")


def _bounds(rows: pl.DataFrame) -> pl.DataFrame:
    """sample, share, group -> declared low and high, own (what the declared members hold), nominal, pure, summed, as_oxide."""
    figured = rows.filter((pl.col("test") == "declared") & ~pl.col("blocked") & pl.col("v").is_not_null())
    sums = figured.filter(pl.col("summed") & pl.col("key").str.contains("+", literal=True))
    single = figured.filter("rare").with_columns(is_sum=pl.lit(value=False))
    said = pl.concat([single, sums.with_columns(is_sum=pl.lit(value=True))], how="diagonal")
    said = said.with_columns(group=pl.when("is_sum").then(_group_of(pl.col("key"))).otherwise("group"))
    alone = ~pl.col("is_sum")
    return said.group_by("sample", "share", "group").agg(
        *(pl.coalesce(pl.col(c).filter("is_sum").max(), pl.col(c).filter(alone).sum()).alias(c) for c in ("low", "high")),
        own=pl.col("v").filter(alone).sum(), nominal=pl.col("nominal").any(), pure=pl.col("pure").any(),
        as_oxide=(pl.col("is_sum") & pl.col("as_oxide").fill_null(value=False)).any(),
        summed=pl.col("is_sum").any(),
    )  # fmt: skip


def _found(rows: pl.DataFrame) -> pl.DataFrame:
    """sample, group -> what is measured of it: e and s (wt% of elements, sigma), oxide, share_e and share_s (% of TREO)."""
    read = rows.filter(pl.col("first") & ~pl.col("blocked") & pl.col("rare") & pl.col("x").is_not_null())
    e, s = (pl.col(c) * pl.col("scale").fill_null(1.0) for c in ("x", "sigma"))
    return read.group_by("sample", "group").agg(
        e=e.sum(), oxide=(e * pl.col("to_oxide")).sum(), s=(s**2).sum().sqrt(),
        share_e=pl.col("share_x").sum(), share_s=(pl.col("share_sigma") ** 2).sum().sqrt(),
        surface_only=pl.col("surface_only").any(),
    )  # fmt: skip


def _group_of(key: pl.Expr) -> pl.Expr:
    """Group of a declared sum: that of its members where it is one, else its own name."""
    groups = data_rows("interchangeable.csv")["group"].unique().to_list()
    known = {"+".join(sorted(g.split("+"))): g for g in groups}
    return key.replace(list(known), list(known.values()))


def _group_bans(both: pl.DataFrame) -> pl.DataFrame:
    """sample, share, group, group_bans."""
    low, high = pl.col("low"), pl.col("high")
    wide = pl.col("nominal") & ~pl.col("share")
    step = pl.when("as_oxide").then(pl.col("e") * pl.col("oxide").pow(-1)).otherwise(1.0)
    share = pl.col("share")
    set_ = both.with_columns(
        low=low * pl.when(wide).then(rule("nominal_low")).otherwise(1.0) * pl.when(share).then(1.0).otherwise(step),
        high=(
            high * pl.when(wide).then(rule("nominal_high")).otherwise(1.0) * pl.when(share).then(1.0).otherwise(step)
        ).clip(upper_bound=100.0),
        v=pl.when(share).then("share_e").otherwise("e"), spread=pl.when(share).then("share_s").otherwise("s"),
        own=pl.when("summed").then(pl.when(share).then("share_e").otherwise("e")).otherwise("own"),
    )  # fmt: skip
    set_ = set_.with_columns(spread=_spread("spread", "v"))
    over = ["sample", "share"]
    declared = ((pl.col("low") + pl.col("high")) * 0.5).sum().over(over)
    found = pl.col("v").sum().over(over)
    scaled = pl.col("v") * declared * pl.when(share).then(found).otherwise("all_e").clip(1e-9).pow(-1)
    rel = rule("trade_rel")
    ways = [started(v, pl.col("low"), pl.col("high"), pl.col("spread"), rel) for v in (pl.col("v"), pl.col("own"))]
    by_scale = started(scaled, pl.col("low"), pl.col("high"), pl.col("spread"), rel)
    pattern = pl.min_horizontal(*ways, pl.when(~share).then(by_scale))
    least = pl.when("nominal").then(0.0).otherwise(pl.col("low").sum().over(over))
    spread = (pl.col("spread") ** 2).sum().over(over).sqrt()
    most = pl.col("high").sum().over(over)
    sums = (found, pl.col("own").sum().over(over))
    as_written = pl.min_horizontal(*(started(one, least, most, spread, rel) for one in sums))
    purity = started(pl.col("all_oxide"), pl.lit(rule("pure_least_reo")), pl.lit(1e3), spread, rel)
    total = pl.when(share).then(None).when("pure").then(purity).otherwise(as_written)
    main = pl.col("v") == pl.col("v").max().over(over)
    bans = pl.max_horizontal(pattern, pl.when(main).then(total))
    return set_.with_columns(group_bans=bans).select("sample", "share", "group", "group_bans")


def _with_partners(rows: pl.DataFrame) -> pl.DataFrame:
    """Adds partner: a member of the row's group is declared or named, so that this one is no surprise; near: the declared or
    named rare earths include a neighbour in separation; rare_named: a measured rare earth is named."""
    places = data_rows("separation.csv").select("element", place=pl.col("place").cast(pl.Int32))
    place = pl.col("key").replace_strict(places["element"], places["place"], default=None)
    rows = rows.with_columns(place=place)
    known = pl.col("rare") & ((pl.col("test") == "declared") & (pl.col("v") >= 5) | pl.col("named") | pl.col("hinted"))
    said = rows.filter(known).select("sample", "group", other="place").unique()
    partner = said.select("sample", "group").unique().with_columns(partner=pl.lit(value=True))
    near = rows.filter(pl.col("test").is_in(["level", "room"]) & pl.col("rare")).select("sample", "row", "place")
    near = near.join(said, on="sample").filter((pl.col("place") - pl.col("other")).abs() <= rule("neighbours"))
    near = near.select("sample", "row").unique().with_columns(near=pl.lit(value=True))
    joined = rows.join(partner, on=["sample", "group"], how="left", maintain_order="left")
    joined = joined.join(near, on=["sample", "row"], how="left", maintain_order="left")
    told = rows.filter(pl.col("rare") & (pl.col("named") | pl.col("hinted"))).select("sample").unique()
    joined = joined.join(
        told.with_columns(rare_named=pl.lit(value=True)), on="sample", how="left", maintain_order="left"
    )
    return joined.with_columns(pl.col("partner", "near", "rare_named").fill_null(value=False))


def _left_out() -> pl.Expr:
    """A controlled or denied element. Papers that do not itemise imply nothing; the grade of a magnet implies Dy and Tb up to
    what table magnet_grades gives for it."""
    grades = table("magnet_grades").select("suffix", most="dy_tb_max_wt_pct")
    most = pl.col("suffix").replace_strict(grades["suffix"], grades["most"], default=None, return_dtype=pl.Float64)
    magnet = pl.col("key").is_in(_HEAVY) & (pl.col("goods").fill_null("").str.starts_with("ndfeb") | most.is_not_null())
    full = weights.undeclared(pl.col("x"), pl.col("sigma"))
    beside = rule("working_level") * most.clip(rule("working_level")).pow(-1)
    by_grade = weights.undeclared(pl.col("x") * beside, pl.col("sigma") * beside)
    stated = pl.max_horizontal("limit", "room_share_pct")
    room = pl.max_horizontal(stated.fill_null(rule("neighbour_room")), pl.lit(rule("neighbour_least")))
    expected = pl.col("near") & (pl.col("share_x") <= pl.min_horizontal(pl.lit(rule("neighbour_room")), room))
    silent = ~pl.col("speaks") & ~pl.col("rare_named") & pl.col("goods_family").is_null()
    minor = full.clip(upper_bound=rule("weight_minor"))
    return (
        pl.when("denied").then(full)
        .when(~pl.col("itemised") & magnet & most.is_not_null()).then(by_grade)
        .when(expected.fill_null(value=False)).then(minor)
        .when(~pl.col("itemised") & pl.col("described") & silent).then(full.clip(upper_bound=rule("weight_class")))
        .when(~pl.col("itemised")).then(minor)
        .otherwise(full)
    )  # fmt: skip


def _room() -> pl.Expr:
    """An undeclared rare earth that was no controlled element on the day; one that is today weighs as one."""
    shadow = pl.col("cover").is_not_null() & (pl.col("x") < rule("shadow_material"))
    usual = pl.col("goods_high").fill_null(0.0)
    kind = pl.when("none_said").then(usual).otherwise(pl.max_horizontal(pl.col("limit"), usual))
    size = started(pl.col("room_v"), pl.lit(0.0), kind, pl.col("room_s"), rule("room_rel"))
    today = pl.when(pl.col("key").is_in(list(elements_on(None)))).then(_left_out())
    by_size = pl.when(shadow | pl.col("partner") | ~pl.col("itemised")).then(0.0).otherwise(size)
    return pl.max_horizontal(by_size, pl.when(~shadow).then(today))


def _total() -> pl.Expr:
    """TREO or TREM, which of metals is often the sum of the elements; for a purity anything saleable will do."""
    low = pl.when("pure").then(pl.min_horizontal("low", pl.lit(rule("pure_least_reo")))).otherwise("low")
    spread = _spread("s", "v")
    by_oxides = started(pl.col("v"), low, pl.col("high"), spread, rule("trade_rel"))
    by_metals = started(pl.col("tre"), low, pl.col("high"), spread, rule("trade_rel"))
    return pl.min_horizontal(by_oxides, by_metals)


def _other_class() -> pl.Expr:
    """Something else than a rare earth: minor, but where the goods hold too little of what they are declared to be."""
    lacks = (pl.col("low") >= rule("class_main")) & (pl.col("v") < rule("class_share") * pl.col("low"))
    lacks = lacks & pl.col("firm") & ~pl.col("nominal")
    return pl.when(lacks).then(rule("weight_class")).otherwise(pl.col("bans").clip(upper_bound=rule("weight_minor")))
