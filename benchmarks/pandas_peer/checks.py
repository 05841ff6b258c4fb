"""The weights in bans of every check, and how they are combined, in pandas. Missing = silent.

A comparison with a missing value is False here, and takes no branch in the product either. Where the negation of such a
comparison is asked, what is missing is asked first.
"""

from __future__ import annotations

from typing import Any

import numpy as np
import pandas as pd

from benchmarks.pandas_peer.words import REE
from didymium.checks import composition_goods as cg
from didymium.checks import cover_form as cf
from didymium.checks import cover_story as cs
from didymium.checks import grade_label as gl
from didymium.checks import grade_use, likelihood, mass_balance
from didymium.checks import packing_density as pd_
from didymium.checks import peer_value as pv
from didymium.checks import structuring as st
from didymium.checks import unit_value as uv
from didymium.screening import weigh as w
from didymium.screening.enrich.price import SPECIAL_GRADE

Row = pd.DataFrame
NONE = np.nan


def choose(*branches: tuple[Any, Any], default: Any = NONE) -> np.ndarray:
    """The value of the first condition that holds."""
    return np.select([np.asarray(c, dtype=bool) for c, _ in branches], [v for _, v in branches], default)


def _lawful(deviation: Any, scale: Any) -> Any:
    nu = likelihood.LAWFUL_NU
    peak = {4.0: 0.375, 6.0: 0.38273}[nu]
    return peak / scale * (1.0 + (deviation / scale) ** 2 / nu) ** (-(nu + 1.0) / 2.0)


def _even(deviation: Any, low: float, high: Any, edge: float = 0.5, above: float | None = None) -> Any:
    fall = np.maximum(low - deviation, 0.0) / edge + np.maximum(deviation - high, 0.0) / (above or edge)
    return 10.0**-fall / (high - low)


def _bans(honest: float, other: Any, lawful: Any) -> Any:
    return np.log10(honest + (1.0 - honest) * other / lawful)


def _among_kinds(d: Row, lawful: Any, deviation: Any) -> Any:
    share = np.where(~d["from_text"] & d["code_holds"], likelihood.OTHER_KIND, 0.0)
    return (1.0 - share) * lawful + share * _even(deviation, -2.0, 2.0)


def _other_currency(d: Row, lawful: Any, deviation: Any) -> Any:
    share = np.where(d["currency_assumed"], uv.OTHER_CURRENCY, 0.0)
    return (1.0 - share) * lawful + share * _even(deviation, -0.1, d["other_dex"].fillna(uv.OTHER_DEX) + 0.1)


def _small(d: Row) -> Any:
    return np.log10(uv.SMALL_KG / d["net_kg"]).clip(0.0, 3.0)


# --- contents ---------------------------------------------------------------------------------------------------------


def description_code(d: Row) -> np.ndarray:
    words, code = d["description_family"].isin(REE), d["code_family"].isin(REE)
    unknown = d["code_family"].isna()
    named = (d["description_specificity"] >= 2) & d["description_codes"].notna()
    return choose(
        (~named, NONE), (d["description_same"], -0.10), (unknown & words, 0.4), (unknown, 0.1),
        (words & d["code_holds"], 0.1), (words & ~code, 1.2), (~words & code, 0.8), (d["description_heading"], 0.0), default=0.3,
    )  # fmt: skip


def label_goods(d: Row) -> np.ndarray:
    clear = d["label_specificity"] >= 2
    label, papers = d["label_family"].isin(REE), d["rare_earth_goods"]
    known = d["label_codes"].notna() & (clear | label)
    listed = d["material"].notna() | d["code_family"].notna()
    agrees = d["label_same"] | (d["label_material"] == d["material"])
    return choose(
        (~known, NONE), (label & papers & d["label_other_element"] & clear, 0.7), (label & ~papers & ~clear, 0.7),
        (~label & ~listed, NONE), (agrees, -0.12), (label & ~papers, 1.4), (~label & papers, 0.2),
        (d["label_heading"] | (label & papers), 0.15), default=0.5,
    )  # fmt: skip


def composition_goods(d: Row) -> np.ndarray:
    reads = (d["parts_rare_earth"] == True) | (d["composition_rare_earths"] > 0)  # noqa: E712  (may be missing)
    other = d["composition_material"].notna() & (d["composition_specificity"] >= 2)
    other &= ~d["composition_family"].isin([*REE, "ree_bearing"])
    rare, bearing = d["rare_earth_goods"], (d["family"] == "ree_bearing") | (d["reo_high_pct"] >= cg.BEARING_PCT)
    cover = d["reported_cover"] & d["from_text"]
    may_bear = (d["code_bears"] & ~cover) | (~d["from_text"] & d["code_holds"])
    return choose(
        (d["composition"].isna() | (d["material_from"] == "composition"), NONE),
        (~rare & ~bearing & reads, np.where(may_bear, 0.0, 0.5)),
        (rare & ~reads & other, 0.8), (rare & reads, -0.05),
    )  # fmt: skip


def _dear(d: Row, usual: float) -> np.ndarray:
    words = d["description"].fillna("") + " " + d["composition"].fillna("") + " " + d["grade"].fillna("")
    return choose(
        (d["market_split"], uv.SHORTAGE_MOST), (words.str.contains(SPECIAL_GRADE), uv.SPECIAL_MOST), default=usual
    )


def _cheap(deviation: Any) -> np.ndarray:
    return np.where(deviation < -uv.GIVEN_AWAY_DEX, uv.GIVEN_AWAY_MOST, uv.CHEAP_MOST)


def unit_value(d: Row) -> np.ndarray:
    log, low, high = (np.log10(d[c]) for c in ("usd_per_kg", "corridor_low", "corridor_high"))
    rare = d["rare_earth_goods"]
    deviation = np.maximum(log - high, 0.0) - np.maximum(low - log, 0.0)
    scale = (uv.SPREAD_DEX + uv.SMALL_DEX * _small(d)) * np.where(rare & (deviation > 0), 2.0, 1.0)
    width = (high - low).clip(0.0, 3.0)
    lawful = _other_currency(d, _lawful(deviation, scale) * scale / (scale + width), deviation)
    false_ree = _other_currency(d, _even(deviation, -2.0, 1.0) * 3.0 / (3.0 + width), deviation)
    false_other = _other_currency(d, _even(deviation, -0.3, 1.9, above=1.0) * 2.2 / (2.2 + width), deviation)
    ree = _bans(0.6, false_ree, lawful)
    ree = np.clip(ree, -0.22, np.where(deviation > 0, _dear(d, 0.6), _cheap(deviation)))
    other = _bans(0.5, false_other, lawful).clip(-0.3, 1.6)
    bans = np.where(rare, ree, other)
    bans = np.where(deviation == 0, np.minimum(bans, 0.0), bans)
    surely = d["from_text"] | (d["code_families"] == 1) | d["corridor_of_code"]
    own_peers = ~rare & d["peer_price_lines"].notna()
    return np.where(surely & ~own_peers & (d["usd_per_kg"] > 0), bans, NONE)


def peer_value(d: Row) -> np.ndarray:
    deviation = d["price_log"] - d["peer_price_centre"]
    scale = d["peer_price_scale"].clip(lower=pv.LEAST_DEX) + uv.SMALL_DEX * _small(d)
    scale = scale * (1.0 + 3.0 / d["peer_price_lines"])
    slips = likelihood.SLIP_SHARE
    lawful = (1.0 - slips) * _lawful(deviation, scale) + slips * _even(deviation, -3.0, 3.0)
    lawful = _other_currency(d, _among_kinds(d, lawful, deviation), deviation)
    ree = _bans(0.7, _other_currency(d, _even(deviation, -2.0, 1.0), deviation), lawful)
    other = _bans(0.5, _other_currency(d, _even(deviation, 0.0, 1.3, above=1.0), deviation), lawful)
    inside = (d["usd_per_kg"] >= d["corridor_low"]) & (d["usd_per_kg"] <= d["corridor_high"])
    rare = d["rare_earth_goods"]
    sample = ~rare & (d["net_kg"] < pv.SAMPLE_KG) & (d["value_usd"] < pv.SAMPLE_USD)
    return choose(
        (sample, other.clip(-0.3, 0.2)), (d["corridor_of_code"] & inside, NONE),
        (rare & inside, ree.clip(-0.15, 0.1)),
        (rare, np.clip(ree, -0.15, np.where(deviation > 0, _dear(d, 0.5), _cheap(deviation)))),
        default=other.clip(-0.3, 2.3),
    )  # fmt: skip


def packing_density(d: Row) -> np.ndarray:
    log = np.log10(d["kg_per_l"].where(d["kg_per_l"] > 0))
    low, high = np.log10(d["bulk_low"]), np.log10(d["bulk_high"])
    middle = d["peer_density_centre"].fillna((low + high) / 2 + pd_.FILL_MIDDLE_DEX)
    peers = d["peer_density_scale"].clip(lower=0.04) * (1.0 + 3.0 / d["peer_density_lines"])
    scale = peers.fillna(((high - low) / 4 + pd_.FILL_DEX).clip(0.12, 0.6)) + pd_.SMALL_DEX * _small(d)
    deviation = log - middle
    odd = pd_.LOOSE_SHARE * _even(deviation, -0.6, 0.0) + pd_.TIGHT_SHARE * _even(deviation, 0.0, 0.6)
    lawful = (1 - pd_.LOOSE_SHARE - pd_.TIGHT_SHARE) * _lawful(deviation, scale) + odd
    lawful = _among_kinds(d, lawful, deviation)
    hidden = _bans(0.30, _even(log, -0.35, 0.55, 0.15), lawful).clip(-0.4, 1.7)
    family = _bans(0.8, _even(deviation, -0.5, 0.5), lawful).clip(-0.1, 0.6)
    return np.where(d["rare_earth_goods"], family, hidden)


def label_mass(d: Row) -> np.ndarray:
    times, lot = d["kg_per_package"] / d["label_kg"], d["net_kg"] / d["label_kg"]
    agrees = ((times >= 0.88) & ((times - times.round()).abs() <= 0.12)) | ((lot - 1.0).abs() <= 0.05)
    silent = ~(d["label_kg"] > 0) | d["kg_per_package"].isna()
    loose = d["package_kind"].isin(["bulk", "container", "pallet", "crate"])
    return choose((silent, NONE), (agrees, -0.05), (loose, 0.0), default=0.35)


def balance(d: Row) -> np.ndarray:
    ratio = d["gross_over_net"]
    heavy = d["kg_per_package"] > d["package_kind"].map(mass_balance.HEAVIEST_KG)
    return choose((ratio < 0.9995, 0.7), ((ratio > 2) & (d["net_kg"] > 100), 0.4), (heavy, 0.3), (ratio.notna(), 0.0))


def cover_story(d: Row) -> np.ndarray:
    people: Any = 0.0
    for side in ("seller", "buyer"):
        one, two = d[f"{side}_bans"].fillna(0.0), d[f"{side}_trade_bans"].fillna(0.0)
        strong, weak = one.where(one.abs() >= two.abs(), two), two.where(one.abs() >= two.abs(), one)
        people = people + strong + weak.where(one * two <= 0, 0.5 * weak)
    people = people.clip(upper=np.where(~d["from_text"] & d["code_holds"], 0.2, cs.MOST_PEOPLE))
    lane = np.where(d["source_without"], -0.5, 0.0) + np.where(d["destination_without"], -0.3, 0.0)
    looks = choose(
        (d["possible_cover"], 0.15),
        (d["appearance"].isin(cs.EASY), 0.05),
        (d["appearance"].isin(cs.HARD), -0.3),
        default=0.0,
    )
    small = np.where(d["net_kg"] < cs.SAMPLE_KG, -0.5, 0.0)
    total = (people + lane + looks + small).clip(-0.9, 1.5)
    return np.where(d["rare_earth_goods"], NONE, total)


def cover_form(d: Row) -> np.ndarray:
    parts = d[["mode_bans", "package_bans", "mass_bans"]]
    total = parts.sum(axis=1)
    bans = np.minimum(np.maximum(total, -0.4), np.where(d["net_kg"] < cf.SAMPLE_KG, 0.2, 0.9))
    return np.where(~d["rare_earth_goods"] & parts.notna().any(axis=1), bans, NONE)


def first_trade(d: Row) -> np.ndarray:
    asked = ~d["rare_earth_goods"] & (d["seller_lines"] >= 8)
    return np.where(asked & (d["seller_same_lines"] <= 1), 0.2, NONE)


def code_switch(d: Row) -> np.ndarray:
    mostly = (d["seller_ree_before"] >= 3) & (d["seller_ree_before"] * 2 >= d["seller_before"])
    silent = d["rare_earth_goods"] | ~d["controlled"] | ~mostly
    return choose((silent, NONE), (d["seller_same_before"].fillna(0) == 0, 0.35), default=0.0)


# --- composition ------------------------------------------------------------------------------------------------------


def composition_possible(d: Row) -> np.ndarray:
    # One end of the range may be missing; the other is then asked alone.
    treo = d["treo_pct"].where(~d["stage"].isin(["metal", "alloy", "magnet"]))
    outside = pd.concat([d["reo_low_pct"] - treo, treo - d["reo_high_pct"]], axis=1).max(axis=1)
    named = d["rare_earth_goods"] & d["from_text"]
    total = d["stated_sum_pct"]
    return choose(
        (named & (outside > 15), 0.7), (named & (outside > 5), 0.15), (total > 110, 0.7), (total > 102, 0.4),
        (outside.notna() & d["rare_earth_goods"], -0.05), (total.notna(), 0.0),
    )  # fmt: skip


def grade_heavy(d: Row) -> np.ndarray:
    top, high = d["magnet_suffix"].isin(["UH", "EH", "AH", "TH", "VH"]), d["magnet_suffix"] == "SH"
    silent_list, says = d["itemised"] & ~d["states_heavy"], d["states_heavy"]
    return choose(
        (d["composition"].isna(), NONE), (top & d["denies_heavy"], 1.1),
        (d["denies_heavy"] & (d["magnet_suffix"] == "H"), NONE), (d["denies_heavy"], 0.6),
        (d["magnet_suffix"].isna(), NONE), (top & silent_list, 0.6), (high & silent_list, 0.2),
        ((top | high) & says, -0.3), (says, -0.2),
    )  # fmt: skip


def same_grade(d: Row) -> np.ndarray:
    papers, label = d["magnet_suffix"].map(gl.HEAT), d["label_suffix"].map(gl.HEAT)
    same = (d["label_energy"] == d["magnet_energy"]) & (papers == label)
    return choose((papers.isna() | label.isna(), NONE), (label > papers, 1.5), (same, -0.05), default=0.7)


def grade_for_use(d: Row) -> np.ndarray:
    cold = d["magnet_suffix"].isin(["", "M"])
    hot = d["use"].str.contains(grade_use.HOT, na=False)
    return choose((d["magnet_suffix"].isna(), NONE), (hot & cold, 0.25), (hot, -0.08))


# --- origin -----------------------------------------------------------------------------------------------------------


def origin_stage(d: Row) -> np.ndarray:
    rank, home, net = d["origin_rank"], d["claimed_origin"] == "CN", d["net_kg"]
    claimed = choose(
        (rank == 0, 1.2), ((rank == 2) & (net > 1000), 0.6), ((rank == 2) & (net > 100), 0.3), (rank == 2, 0.15),
        (rank == 1, 0.1), (home, -0.8), default=-0.15,
    )  # fmt: skip
    dispatch = choose((rank == 0, 0.3), (home, -0.5), default=0.0)
    return np.where(rank.isna(), NONE, np.where(d["origin_is_dispatch"], dispatch, claimed))


def origin_capacity(d: Row) -> np.ndarray:
    load = d["origin_year_t"] / (d["origin_supply_t"] + 1.0)
    matters = (d["net_kg"] / 1e3 >= 0.1 * d["origin_year_t"]) & (d["net_kg"] >= 1000)
    asked = d["origin_rank"].notna() & d["origin_supply_t"].notna() & matters
    return choose((~asked, NONE), (load > 4, 1.0), (load > 1.5, 0.5))


def route(d: Row) -> np.ndarray:
    origin, loading, dispatch = d["claimed_origin"], d["loading_country"], d["export_country"]
    abroad, near, guess = origin.notna() & (origin != "CN"), d["shares_border"], d["origin_is_dispatch"]
    made = d["made_in"].notna() & (d["made_in"] != origin) & ~guess
    elsewhere = loading.notna() & dispatch.notna() & (loading != dispatch)
    from_china = loading.isin(["CN", "HK", "MO"]) & (dispatch.isna() | elsewhere)
    return choose(
        (~d["rare_earth_goods"] | origin.isna(), NONE), (made, 1.3),
        (abroad & from_china & (loading != "CN"), np.where(dispatch.isna(), 0.3, 0.8)),
        (abroad & from_china, np.where(near, 0.8, 1.5)),
        (abroad & d["transit_china"], np.where(near, 0.6, np.where(guess, 1.0, 1.3))),
        (abroad & d["transit_hub"], np.where(guess, 0.2, 0.5)),
        (abroad & (dispatch == "CN"), 0.5), (elsewhere, np.where(near, 0.0, 0.7)), (loading.notna() & (loading != origin), 0.0),
        ((loading == origin) & d["transit_countries"].isna(), -0.1),
    )  # fmt: skip


def producer_place(d: Row) -> np.ndarray:
    def place(role: str) -> tuple[np.ndarray, np.ndarray, pd.Series]:
        hints = d[f"{role}_countries"]
        hints = hints.where(hints != "")
        pairs = zip(hints, d["claimed_origin"], strict=True)
        allows = np.array([h == h and o == o and o in h for h, o in pairs])
        return hints.notna().to_numpy() & ~allows, allows, hints.str.contains("CN", regex=False, na=False)

    abroad, local, china = place("producer")
    seller_abroad, _, seller_china = place("exporter")
    return choose(
        (~d["rare_earth_goods"] | d["origin"].isna(), NONE), (abroad & china, 1.2), (abroad, 0.6),
        (seller_abroad & seller_china & ~abroad & ~local, 0.35), (local, -0.2),
    )  # fmt: skip


def hub_surge(d: Row) -> np.ndarray:
    rise = d["hub_now_kg"] / d["hub_before_kg"]
    silent = (d["origin_rank"] > 0) | d["hub_before_kg"].isna() | (d["hub_now_kg"] < 1000)
    late = d["controlled"]
    return choose((silent, NONE), ((rise > 10) & late, 0.9), ((rise > 3) & late, 0.6), (rise > 3, 0.18))


# --- behaviour --------------------------------------------------------------------------------------------------------


def structuring(d: Row) -> np.ndarray:
    lines, consignors = d["parcel_lines"], d["parcel_consignors"]
    base = choose(
        ((d["parcel_consignees"] >= 2) & (consignors >= 2) & (lines >= 3), 1.5), ((consignors >= 3) & (lines >= 4), 1.0),
        ((consignors >= 2) & (lines >= 4), 0.8), (lines >= 4, 0.4), (lines >= 2, 0.3), default=0.0,
    )  # fmt: skip
    science = d[["seller_sector", "buyer_sector"]].isin(["laboratory", "scientific"]).any(axis=1)
    buyer = choose(
        (science, np.where(consignors >= 3, -0.2, -0.7)),
        (d["buyer_sector"] == "trading", 0.2),
        (d["buyer_sector"].notna(), -0.2),
        default=0.0,
    )
    seller = choose(
        (d["seller_sector"].isin(st.RARE_EARTH_TRADES), -0.3), (d["seller_sector"].notna(), 0.2), default=0.0
    )
    size = np.where(d["net_kg"] < 0.2, -0.4, 0.0)
    cheap = np.where(d["usd_per_kg"] < 50.0, -1.0, 0.0)
    dear = np.where(d["market_split"] & (d["usd_per_kg"] > d["corridor_high"]), -0.5, 0.0)
    return choose(
        (~d["rare_earth_goods"], NONE),
        (d["net_kg"] > st.PARCEL_KG, -2.0),
        default=base + buyer + seller + size + cheap + dear,
    )


#: Name in the product -> (question, datum, weight). Not here: checks of samples and of trade flows,
#: and one that reads compositions by the grammar, which would be the same code on both sides (`OTHERS`).
OTHERS = (
    "assay_contents", "assay_declared", "assay_heavy", "assay_material", "code_dodge", "controlled_undeclared", "incentive",
    "magnet_balance", "pattern_class", "unit_slip", "volume_jump",
)  # fmt: skip
CHECKS = {
    "description_code": ("contents", "words", description_code), "label_goods": ("contents", "words", label_goods),
    "composition_goods": ("contents", "words", composition_goods), "unit_value": ("contents", "value", unit_value),
    "peer_value": ("contents", "value", peer_value), "packing_density": ("contents", "packing", packing_density),
    "label_mass": ("contents", "words", label_mass), "mass_balance": ("contents", "packing", balance),
    "cover_story": ("contents", "people", cover_story), "cover_form": ("contents", "circumstances", cover_form),
    "first_trade": ("contents", "people", first_trade), "code_switch": ("contents", "people", code_switch),
    "composition_possible": ("composition", "parts", composition_possible), "grade_heavy": ("composition", "grade", grade_heavy),
    "grade_label": ("composition", "grade", same_grade), "grade_use": ("composition", "grade", grade_for_use),
    "origin_stage": ("origin", "plant", origin_stage),
    "origin_capacity": ("origin", "plant", origin_capacity), "route": ("origin", "route", route),
    "producer_place": ("origin", "people", producer_place), "hub_surge": ("origin", "history", hub_surge),
    "structuring": ("behaviour", "history", structuring),
}  # fmt: skip


def weigh(bans: pd.DataFrame, rare: pd.Series, prior: float) -> pd.Series:
    """Probability that the label is false, from one column of bans per check."""
    terms: Any = 0.0
    for question, share in w.SHARES.items():
        data: dict[str, list[str]] = {}
        for name, (asked, datum, _) in CHECKS.items():
            if asked == question:
                data.setdefault(datum, []).append(name)
        total: Any = 0.0
        for names in data.values():
            against, speaking_for = bans[names].clip(lower=0).fillna(0), bans[names].clip(upper=0).fillna(0)
            for part, strongest in ((against, against.max(axis=1)), (speaking_for, speaking_for.min(axis=1))):
                total = total + strongest + w.HALF * (part.sum(axis=1) - strongest)
        term = share * 10.0 ** (total.clip(-w.LIMIT, w.LIMIT) / w.TEMPERATURE)
        terms = terms + term.where(rare | (question not in w.RARE_EARTHS_ONLY), 0.0)
    odds = prior / (1 - prior) * terms
    return odds / (1 + odds)
