"""Closing the counts of a profile to the small tables that are attached to every row before the checks run."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Final

import polars as pl

from didymium.screening.profile import BIN_DEX

#: A peer group speaks from this many lines on; below it the wider group is asked.
MIN_PEERS: Final = 12
#: A group narrowed by origin needs more, for a few lies of one origin would set its median.
MIN_NARROW_PEERS: Final = 60
#: Pseudo-lines by which a share seen in few lines is drawn to the share in the whole file.
SHRINK_LINES: Final = 20.0
#: Share of false labels that imitate the cover goods in a circumstance as well as lawful traders do. A lot is made to
#: look like its cover (packages, lot size), but somebody must send it and somebody must want it.
IMITATION: Final[dict[str, float]] = {"seller": 0.6, "buyer": 0.6, "mode": 0.8, "package": 0.85, "mass": 0.85}
#: Of the parties that are not the cover's usual ones, how many are of any trade at all (fronts, general traders).
ANY_TRADE: Final = 0.4
#: Where a party's other trade is asked, how often a false label goes through parties without rare-earth trade.
UNKNOWN_PARTY: Final = 0.7
RARE_EARTH_CLASSES: Final = ("ree", "magnet_ree")


def robust_centre(counts: pl.DataFrame, keys: Sequence[str], prefix: str, least: int = MIN_PEERS) -> pl.DataFrame:
    """Median and scale (1.4826 times the median absolute deviation) [dex] per group from histogram counts.

    counts: keys + bin + lines. Returns keys, PREFIX_centre_log, PREFIX_scale_dex, PREFIX_lines for groups of `least` lines up.
    """
    keys = list(keys)
    merged = counts.group_by([*keys, "bin"]).agg(pl.col("lines").sum())
    centre = _weighted_median(merged, keys).rename({"median": "centre"})
    spread = merged.join(centre, on=keys).with_columns(bin=(pl.col("bin") - pl.col("centre")).abs())
    scale = _weighted_median(spread.group_by([*keys, "bin"]).agg(pl.col("lines").sum()), keys)
    return (
        centre.join(scale.rename({"median": "mad"}).drop("total"), on=keys)
        .filter(pl.col("total") >= least)
        .select(
            *keys,
            (pl.col("centre") * BIN_DEX).alias(f"{prefix}_centre_log"),
            (pl.col("mad") * BIN_DEX * 1.4826).alias(f"{prefix}_scale_dex"),
            pl.col("total").alias(f"{prefix}_lines"),
        )
    )


def _weighted_median(counts: pl.DataFrame, keys: list[str]) -> pl.DataFrame:
    running = counts.sort([*keys, "bin"]).with_columns(
        upto=pl.col("lines").cum_sum().over(keys), total=pl.col("lines").sum().over(keys)
    )
    return (
        running.filter(pl.col("upto") * 2 >= pl.col("total"))
        .group_by(keys, maintain_order=True)
        .agg(pl.col("bin").first().alias("median"), pl.col("total").first())
    )


def circumstance_bans(features: pl.DataFrame) -> pl.DataFrame:
    """Weight of each circumstance: do consignments of rare earths have it more often than consignments of these goods?

    features: goods_class, feature, value, lines. Returns goods_class, feature, value, bans for goods that are no rare
    earths. bans = log10(i + (1 - i) p_false / p_goods), i = IMITATION of the feature, so a perfect fit never clears a
    label by more than log10(i). p_false is the share among rare-earth lines; for the trade of parties ANY_TRADE of it is
    spread evenly over all trades, for a party that has no business with the goods is odd whatever its trade. Shares are
    shrunk to the file's own by SHRINK_LINES, so a circumstance met three times says little.
    """
    features = features.filter(pl.col("feature").is_in(list(IMITATION)))
    overall = features.group_by("feature", "value").agg(pl.col("lines").sum().alias("n_value"))
    overall = overall.with_columns(
        p=pl.col("n_value") / pl.col("n_value").sum().over("feature"), even=1.0 / pl.len().over("feature")
    )
    is_ree = pl.col("goods_class").is_in(RARE_EARTH_CLASSES)
    ree = features.filter(is_ree).group_by("feature", "value").agg(pl.col("lines").sum().alias("n_ree"))
    n_ree = features.filter(is_ree).group_by("feature").agg(pl.col("lines").sum().alias("total_ree"))
    goods = features.filter(~is_ree)
    n_goods = goods.group_by("goods_class", "feature").agg(pl.col("lines").sum().alias("total_goods"))
    table = (
        goods.join(overall, on=["feature", "value"])
        .join(ree, on=["feature", "value"], how="left")
        .join(n_ree, on="feature", how="left")
        .join(n_goods, on=["goods_class", "feature"])
        .with_columns(pl.col("n_ree").fill_null(0), pl.col("total_ree").fill_null(0))
    )
    share_ree = (pl.col("n_ree") + SHRINK_LINES * pl.col("p")) / (pl.col("total_ree") + SHRINK_LINES)
    any_trade = pl.when(pl.col("feature").is_in(["seller", "buyer"])).then(ANY_TRADE).otherwise(0.0)
    share_false = (1 - any_trade) * share_ree + any_trade * pl.col("even")
    share_goods = (pl.col("lines") + SHRINK_LINES * pl.col("p")) / (pl.col("total_goods") + SHRINK_LINES)
    imitation = pl.col("feature").replace_strict(IMITATION, return_dtype=pl.Float64)
    return table.select(
        "goods_class", "feature", "value", bans=(imitation + (1 - imitation) * share_false / share_goods).log10()
    )


def party_trade(parties: pl.DataFrame) -> pl.DataFrame:
    """side, party -> lines, ree_lines and the same before the control date (before, ree_before)."""
    is_ree, before = pl.col("goods_class").is_in(RARE_EARTH_CLASSES), ~pl.col("controlled")
    lines = pl.col("lines")
    return parties.group_by("side", "party").agg(
        lines=lines.sum(),
        ree_lines=lines.filter(is_ree).sum(),
        before=lines.filter(before).sum(),
        ree_before=lines.filter(is_ree & before).sum(),
    )


def party_goods(parties: pl.DataFrame) -> pl.DataFrame:
    """side, party, goods_class -> same_lines, same_before."""
    return parties.group_by("side", "party", "goods_class").agg(
        same_lines=pl.col("lines").sum(), same_before=pl.col("lines").filter(~pl.col("controlled")).sum()
    )


def trade_bans(parties: pl.DataFrame) -> pl.DataFrame:
    """side, goods_class, known -> trade_bans: does the party also trade rare earths, against what is usual for the goods?

    For rare-earth lines a party counts as known from its second such line on, so that a line is not its own evidence.
    Shares are shrunk and mixed as in `circumstance_bans`.
    """
    parties = parties.group_by("side", "party", "goods_class").agg(pl.col("lines").sum())
    is_ree = pl.col("goods_class").is_in(RARE_EARTH_CLASSES)
    total = parties.group_by("side", "party").agg(ree_lines=pl.col("lines").filter(is_ree).sum())
    joined = parties.join(total, on=["side", "party"]).with_columns(
        known=pl.when(is_ree).then(pl.col("ree_lines") > 1).otherwise(pl.col("ree_lines") > 0), ree=is_ree
    )
    hits = (pl.col("lines") * pl.col("known")).sum()
    overall = joined.filter(~pl.col("ree")).group_by("side").agg(base=hits / pl.col("lines").sum())
    ree = joined.filter("ree").group_by("side").agg(ree_hits=hits, ree_total=pl.col("lines").sum())
    goods = joined.filter(~pl.col("ree")).group_by("side", "goods_class").agg(hits=hits, total=pl.col("lines").sum())
    base = pl.col("base").clip(0.01, 0.99)
    shares = (
        goods.join(overall, on="side")
        .join(ree, on="side", how="left")
        .with_columns(
            p_goods=(pl.col("hits") + SHRINK_LINES * base) / (pl.col("total") + SHRINK_LINES),
            p_ree=(pl.col("ree_hits").fill_null(0) + SHRINK_LINES * base)
            / (pl.col("ree_total").fill_null(0) + SHRINK_LINES),
        )
    )

    def mixed(p: pl.Expr, q: pl.Expr) -> pl.Expr:
        return (UNKNOWN_PARTY + (1 - UNKNOWN_PARTY) * p / q).log10()

    return pl.concat(
        shares.select("side", "goods_class", known=pl.lit(value), trade_bans=mixed(p, q))
        for value, p, q in (
            (True, pl.col("p_ree"), pl.col("p_goods")),
            (False, 1 - pl.col("p_ree"), 1 - pl.col("p_goods")),
        )
    )


def parcel_windows(parcels: pl.DataFrame) -> pl.DataFrame:
    """link, month -> parcel_lines, parcel_grams, parcel_consignors, parcel_consignees over three months.

    The three are the month before, the month and the month after; parties not stated are not counted as parties.
    """
    shifted = pl.concat(parcels.with_columns(month=pl.col("month") + shift) for shift in (-1, 0, 1))

    def distinct(name: str) -> pl.Expr:
        return pl.col(name).filter(pl.col(name) != 0).n_unique().cast(pl.Int64)

    return shifted.group_by("link", "month").agg(
        parcel_lines=pl.col("lines").sum(),
        parcel_grams=pl.col("grams").sum(),
        parcel_consignors=distinct("consignor"),
        parcel_consignees=distinct("consignee"),
    )


def hub_rises(hubs: pl.DataFrame) -> pl.DataFrame:
    """claimed_origin, hs6, half_year -> hub_now_kg and hub_before_kg, the mean of the four half-years before.

    hub_before_kg is null where the file holds fewer than two half-years before this one, or none with such trade.
    """
    earlier = pl.concat(hubs.with_columns(half_year=pl.col("half_year") + shift) for shift in (1, 2, 3, 4))
    before = earlier.group_by("claimed_origin", "hs6", "half_year").agg(before=pl.col("grams").sum())
    known = (pl.col("half_year") - pl.col("half_year").min()).clip(0, 4)
    return (
        hubs.with_columns(known=known)
        .join(before, on=["claimed_origin", "hs6", "half_year"], how="left")
        .select(
            "claimed_origin",
            "hs6",
            "half_year",
            hub_now_kg=pl.col("grams") / 1e3,
            hub_before_kg=pl.when(pl.col("known") >= 2).then(pl.col("before") / 1e3 / pl.col("known")),
        )
    )
