"""From declarations to one wide row each, in pandas."""

from __future__ import annotations

import re
from functools import cache
from typing import Final

import numpy as np
import pandas as pd
import polars as pl

from benchmarks.pandas_peer import words
from benchmarks.pandas_peer.words import REE, per_distinct
from didymium.composition.chemistry import RARE_EARTHS
from didymium.reference import table
from didymium.reference.prices import corridors
from didymium.reference.stages import stage_months
from didymium.reference.trade import trade_balance

ROLES: Final = ("exporter", "importer", "end_user", "producer")
_FIRST_OF_ALL: Final = ("280530", "284610", "284690", "850511", "261220", "360690")
_PURE_CODES: Final = ("280530", "284610", "284690")
_STAGES: Final = {
    "mining": ("mine", "concentrate"),
    "concentrate": ("mine", "concentrate", "cracking_leaching", "separation", "phosphor_other"),
    "separation": ("separation", "phosphor_other"),
    "metal making": ("separation", "metal", "phosphor_other"),
    "metal": ("metal", "alloy"),
    "alloy": ("alloy", "metal", "magnet_sintered"),
    "magnet": ("magnet_sintered", "magnet_bonded", "alloy"),
}
_CODE_STAGE: Final = {"280530": "metal", "284610": "concentrate", "284690": "concentrate", "850511": "magnet", "253090": "mining",
                      "261220": "mining"}  # fmt: skip


def enrich(d: pd.DataFrame) -> pd.DataFrame:
    """Canonical declarations -> the same rows with the wide columns the checks read."""
    d = d.copy()
    d["hs6"] = d["hs_code"].str[:6]
    d["year"] = d["date"].dt.year
    d["month"] = d["year"] * 12 + d["date"].dt.month - 1
    d["half_year"] = d["month"] // 6
    for add in (money, texts, goods, packing, people, route, magnets, origin, lane, corridor):
        d = add(d)
    rare = d["rare_earth_goods"]
    d["goods_class"] = d["family"].where(rare, "heading " + d["hs6"].str[:4])
    d["peer"] = d["material"].where(d["from_text"] & d["material"].notna(), "code " + d["hs6"])
    d["mass_class"] = np.floor(np.log10(d["net_kg"]) * 2).astype(int).astype(str)
    return d


def money(d: pd.DataFrame) -> pd.DataFrame:
    rates = (
        table("fx")
        .select("currency", "year", "units_per_usd")
        .to_pandas()
        .pivot(index="year", columns="currency", values="units_per_usd")
    )
    rates = rates.reindex(range(1990, 2101)).ffill().bfill()
    rates["USD"] = 1.0
    long = rates.stack().rename("rate").reset_index()
    d["currency_assumed"] = d["currency"].isna()
    d["_currency"] = d["currency"].fillna("USD")
    d = d.merge(long, how="left", left_on=["_currency", "year"], right_on=["currency", "year"], suffixes=("", "_r"))
    d["value_usd"] = d["value"] / d["rate"]
    d["usd_per_kg"] = d["value_usd"] / d["net_kg"]
    own = table("countries").select("iso2", "currency").to_pandas().dropna().set_index("iso2")["currency"]
    dex = np.log10(rates).clip(lower=0.0).stack()
    ends = [
        dex.reindex(pd.MultiIndex.from_arrays([d["year"], d[end].map(own)])).to_numpy()
        for end in ("export_country", "import_country")
    ]
    d["other_dex"] = np.fmax(*ends)
    return d.drop(columns=["_currency", "rate", "currency_r"])


def texts(d: pd.DataFrame) -> pd.DataFrame:
    for column, name in (("description", "description"), ("composition", "composition"), ("label_text", "label")):
        found = per_distinct(d[column], words.goods, ["material", "specificity", "rare_earths"])
        d[[f"{name}_{c}" for c in found.columns]] = found
    d[["stated_sum_pct", "treo_pct", "parts_rare_earth"]] = per_distinct(
        d["composition"], words.composition, ["sum", "treo", "names"]
    )
    d[["made_in", "label_kg"]] = per_distinct(d["label_text"], words.label, ["made_in", "kg"])
    mixture = (d["composition_rare_earths"] > 1) | d["treo_pct"].notna()
    d["composition_material"] = d["composition_material"].where(~mixture)
    return d


@cache
def _materials() -> pd.DataFrame:
    look_alikes = table("look_alikes")
    rows = table("materials").to_pandas().set_index("material")
    rows["possible_cover"] = rows.index.isin(look_alikes["cover"].to_list())
    rows["reported_cover"] = rows.index.isin(look_alikes.filter(pl.col("reliability") != "C")["cover"].to_list())
    return rows.rename(
        columns={"hs6": "codes", "bulk_density_low_g_cm3": "bulk_low", "bulk_density_high_g_cm3": "bulk_high"}
    )


@cache
def _codes() -> pd.DataFrame:
    usual = _materials().reset_index()[["material", "family", "codes"]].dropna()
    usual["hs6"] = usual["codes"].str.split("|")
    usual = usual.explode("hs6")
    usual = usual[usual["hs6"] != ""]
    order = {"ree": 0, "magnet_ree": 1, "look_alike": 2, "goods": 3, "ree_bearing": 4}
    rare = usual["family"].isin(REE)
    usual["order"] = usual["family"].map(order).fillna(5).where(~(rare & ~usual["hs6"].isin(_FIRST_OF_ALL)), 9)
    usual["rare"], usual["bears"] = rare, usual["family"] == "ree_bearing"
    by = usual.sort_values(["hs6", "order", "material"]).groupby("hs6")
    out = by.agg(
        code_material=("material", "first"), n=("material", "size"), code_family=("family", "first"),
        code_families=("family", "nunique"), code_holds=("rare", "any"), code_bears=("bears", "any"),
    )  # fmt: skip
    out["code_material"] = out["code_material"].where(out["n"] == 1)
    return out.drop(columns="n")


def fits(d: pd.DataFrame, name: str) -> None:
    """Adds NAME_same and NAME_heading: is the code, or its heading, usual for the material? False where none is named."""
    pairs = d[[f"{name}_codes", "hs6"]].drop_duplicates().dropna()
    listed = [("|" + c + "|", h) for c, h in zip(pairs[f"{name}_codes"], pairs["hs6"], strict=True)]
    pairs[f"{name}_same"] = [f"|{h}|" in c for c, h in listed]
    pairs[f"{name}_heading"] = [f"|{h[:4]}" in c for c, h in listed]
    joined = d[[f"{name}_codes", "hs6"]].merge(pairs, how="left", on=[f"{name}_codes", "hs6"])
    for c in ("same", "heading"):
        d[f"{name}_{c}"] = joined[f"{name}_{c}"].fillna(value=False).astype(bool).to_numpy()


def goods(d: pd.DataFrame) -> pd.DataFrame:
    codes = _codes().reindex(d["hs6"]).set_axis(d.index)
    for c in codes.columns:
        d[c] = codes[c].fillna(value=False).astype(bool) if c in {"code_holds", "code_bears"} else codes[c]
    known = _materials()
    for name in ("description", "label", "composition"):
        named = known.reindex(d[f"{name}_material"]).set_axis(d.index)
        d[f"{name}_family"], d[f"{name}_codes"] = named["family"], named["codes"]
        fits(d, name)
    supported = {
        name: d[f"{name}_material"].where(d[f"{name}_heading"] | (d[f"{name}_family"].isin(REE) & d["code_holds"]))
        for name in ("composition", "label")
    }
    clear = d["description_specificity"] >= 2
    sources = {
        "description": d["description_material"].where(clear), **supported, "code": d["code_material"],
        "words": d["description_material"].where(~clear),
    }  # fmt: skip
    d["material"], d["material_from"] = (
        pd.Series(None, index=d.index, dtype="str"),
        pd.Series(None, index=d.index, dtype="str"),
    )
    for name, material in sources.items():
        open_ = d["material"].isna() & material.notna()
        d["material"], d["material_from"] = (
            d["material"].where(~open_, material),
            d["material_from"].where(~open_, name),
        )
    of = known.reindex(d["material"]).set_axis(d.index)
    for c in ("stage", "appearance", "light_heavy", "bulk_low", "bulk_high", "reo_low_pct", "reo_high_pct"):
        d[c] = of[c]
    for c in ("possible_cover", "reported_cover"):
        d[c] = of[c].fillna(value=False).astype(bool)
    rare = {m: {e for e in str(elements).split("|") if e in RARE_EARTHS} for m, elements in known["elements"].items()}
    rare = {m: found if len(found) <= 2 else set() for m, found in rare.items()}
    pairs = zip(d["label_material"].map(rare), d["material"].map(rare), strict=True)
    d["label_other_element"] = [
        bool(isinstance(a, set) and isinstance(b, set) and a and b and not a & b) for a, b in pairs
    ]
    vague = (d["material_from"] == "words") & d["code_family"].notna()
    d["family"] = of["family"].where(~vague).fillna(d["code_family"]).fillna(of["family"]).fillna("goods")
    d["rare_earth_goods"] = d["family"].isin(REE)
    d["from_text"] = d["material_from"].isin(["description", "composition", "label"])
    return d


def packing(d: pd.DataFrame) -> pd.DataFrame:
    d["kg_per_l"] = (d["net_kg"] / d["volume_m3"] / 1000).where(d["volume_m3"] > 0)
    d["kg_per_package"] = (d["net_kg"] / d["packages"]).where(d["packages"] > 0)
    d["gross_over_net"] = (d["gross_kg"] / d["net_kg"]).where(d["gross_kg"] > 0)
    return d


def people(d: pd.DataFrame) -> pd.DataFrame:
    for role in ROLES:
        d[[f"{role}_party", f"{role}_countries", f"{role}_sector"]] = per_distinct(
            d[role], words.party, ["p", "c", "s"]
        )
    d["seller_party"] = d["exporter_party"].fillna(d["producer_party"])
    d["buyer_party"] = d["importer_party"].fillna(d["end_user_party"])
    d["seller_sector"] = d["exporter_sector"].fillna(d["producer_sector"])
    d["buyer_sector"] = d["end_user_sector"].fillna(d["importer_sector"])
    tidy = re.compile(r"^no\.? ?|[\W_]+")
    d[["importer_address_key"]] = per_distinct(
        d["importer_address"], lambda t: (tidy.sub("", t.lower()) or None,), ["k"]
    )
    return d


def route(d: pd.DataFrame) -> pd.DataFrame:
    d["loading_country"] = d["port_loading"].str[:2]
    d["origin_is_dispatch"] = d["origin"].isna()
    claimed = d["origin"].fillna(d["export_country"])
    for role in ("exporter", "producer"):
        claimed = claimed.fillna(d[f"{role}_countries"].where(d[f"{role}_countries"].str.len() == 2))
    d["claimed_origin"] = claimed
    transit = d["transit_countries"].str.upper()
    d["transit_china"] = transit.str.contains(r"(?:^|[^A-Z])CN(?:$|[^A-Z])", na=False)
    d["transit_hub"] = transit.str.contains(r"(?:^|[^A-Z])(?:HK|MO)(?:$|[^A-Z])", na=False)
    borders = {
        (a, b)
        for a, some in table("countries").select("iso2", "neighbours").iter_rows()
        for b in (some or "").split("|")
    }
    pairs = zip(d["claimed_origin"], d["loading_country"], strict=True)
    inland = set(table("countries").filter(pl.col("landlocked"))["iso2"])
    d["shares_border"] = [pair in borders or pair[0] in inland for pair in pairs]
    return d


_GRADE: Final = r"(?i)(?:^|[^A-Z0-9])N ?-?([2-5][0-9])[ -]?(SH|UH|EH|AH|TH|VH|M|H)?(?:$|[^A-Z0-9])"
_NO_HEAVY: Final = (
    r"(?i)不含镝|无镝|無鏑|不含重稀土|ディスプロシウムフリー|\b(?:dy|dysprosium|hree|heavy rare earth)s?[ -]?free\b|"
    r"\b(?:no|without|w/o|free of|sans|ohne|sin|sem) (?:dy|dysprosium|heavy rare earth)|"
    r"\bDy ?(?:<|≤|<=|=|:)? ?0[.,]0+ ?%|\bDy ?(?:<|≤|<=) ?0[.,]1"
)
_SAYS_HEAVY: Final = r"\b(?:Dy|Tb|HRE|HREE) ?[:=]? ?(?:0[.,][1-9]|[1-9][0-9]?)|镝 ?[0-9]|铽 ?[0-9]"


def magnets(d: pd.DataFrame) -> pd.DataFrame:
    for c in ("magnet_suffix", "label_suffix"):
        d[c] = pd.Series(None, index=d.index, dtype="str")
    d["magnet_energy"] = d["label_energy"] = np.nan
    for c in ("denies_heavy", "states_heavy", "itemised"):
        d[c] = False
    of = d[d["hs6"].isin(["850511", "850519", "850590", "720299"]) | (d["family"] == "magnet_ree")]
    if of.empty:
        return d
    papers = of[["grade", "description"]].apply(lambda row: " ; ".join(row.dropna()), axis=1).str.extract(_GRADE)
    label = of["label_text"].str.extract(_GRADE)
    stated = papers[0].notna()
    first = papers.where(stated, label)
    for name, grade in (("magnet", first), ("label", label.where(stated))):
        d.loc[of.index, f"{name}_energy"] = grade[0].astype(float)
        d.loc[of.index, f"{name}_suffix"] = grade[1].fillna("").str.upper().where(grade[0].notna())
    d.loc[of.index, "denies_heavy"] = of["composition"].str.contains(_NO_HEAVY, na=False)
    d.loc[of.index, "states_heavy"] = of["composition"].str.contains(_SAYS_HEAVY, na=False)
    d.loc[of.index, "itemised"] = of["composition"].str.contains(
        r"(?:Nd|PrNd|NdPr|TRE|REE?|Pr) ?[:=]? ?[0-9]", na=False
    )
    return d


@cache
def _can_make() -> pd.DataFrame:
    pairs = pd.DataFrame(
        [(goods, stage) for goods, some in _STAGES.items() for stage in some], columns=["declared", "stage"]
    )
    months = stage_months().select("country", "stage", "group", "month", "status", "capacity_t_per_year").to_pandas()
    ranked = months.merge(pairs, on="stage")
    ranked["origin_rank"] = ranked["status"].map({"commercial": 3, "pilot": 2, "tail": 1}).fillna(0)
    keys = ["country", "declared", "group", "month"]
    by = ranked[ranked["origin_rank"] > 0].groupby(keys)
    out = by.agg(origin_rank=("origin_rank", "max"))
    out["capacity"] = by["capacity_t_per_year"].sum(min_count=1).where(by["capacity_t_per_year"].count() == by.size())
    out.index.names = ["claimed_origin", "stage", "plant_group", "month"]
    return out.reset_index()


@cache
def _imports() -> pd.DataFrame:
    yearly = trade_balance().select("country", "hs6", "year", "import_kg").to_pandas()
    sums = (yearly.groupby(["country", "hs6", "year"])["import_kg"].sum() / 1e3).unstack("year")
    for year in range(sums.columns.max() + 1, 2031):
        sums[year] = sums[sums.columns[sums.columns <= yearly["year"].max()].max()]
    return sums.stack().rename("origin_import_t").rename_axis(["claimed_origin", "hs6", "year"]).reset_index()


def origin(d: pd.DataFrame) -> pd.DataFrame:
    d["stage"] = d["stage"].fillna(d["hs6"].map(_CODE_STAGE).where(d["rare_earth_goods"]))
    split = d["stage"].isin(["separation", "metal", "metal making"])
    d["plant_group"] = np.select(
        [(d["stage"] == "magnet") & (d["material"] == "smco_magnet"), (d["stage"] == "magnet") & d["material"].notna(),
         split & (d["light_heavy"] == "HREE"), split & (d["light_heavy"] == "LREE")],
        ["SmCo", "NdFeB", "HREE", "LREE"], "ANY",
    )  # fmt: skip
    d = d.merge(_can_make(), how="left", on=["claimed_origin", "stage", "plant_group", "month"])
    d = d.merge(_imports(), how="left", on=["claimed_origin", "hs6", "year"])
    asked = d["rare_earth_goods"] & d["stage"].isin(list(_STAGES)) & d["claimed_origin"].notna()
    d["origin_rank"] = d["origin_rank"].fillna(0).where(asked)
    d["origin_supply_t"] = d["capacity"].mask(d["origin_rank"] == 0, 0.0) + d["origin_import_t"]
    return d


def lane(d: pd.DataFrame) -> pd.DataFrame:
    months = stage_months().filter(pl.col("status").is_in(["commercial", "pilot"]))
    runs = set(months.select("country", "month").iter_rows())
    ends = {
        "source": d["export_country"].fillna(d["origin"]).fillna(d["loading_country"]),
        "destination": d["import_country"],
    }
    for side, country in ends.items():
        d[f"{side}_without"] = [c == c and (c, m) not in runs for c, m in zip(country, d["month"], strict=True)]
    return d


def corridor(d: pd.DataFrame) -> pd.DataFrame:
    monthly = corridors().select("material", "month", "market", "low_usd_per_kg", "high_usd_per_kg").to_pandas()
    ends = {"low": ("low_usd_per_kg", "min"), "high": ("high_usd_per_kg", "max"), "market_split": ("market", "nunique")}
    by_month = monthly.groupby(["material", "month"]).agg(**ends).reset_index()
    m = _materials()
    trade = m[m["family"].isin(REE) & m["stage"].isin(["concentrate", "separation", "metal making", "metal"])]
    trade = trade[(trade["confidence"] != "low") & (trade["form"] != "residue")]
    usual = trade["codes"].str.split("|").explode().rename("hs6").reset_index()
    usual = usual[usual["hs6"].isin(_PURE_CODES)]
    envelope = (
        by_month.merge(usual, on="material")
        .groupby(["hs6", "month"])
        .agg(env_low=("low", "min"), env_high=("high", "max"))
    )
    d = d.merge(by_month, how="left", on=["material", "month"]).merge(
        envelope.reset_index(), how="left", on=["hs6", "month"]
    )
    fixed = m.reindex(d["material"]).set_axis(d.index)
    stated = fixed["price_low_usd_per_kg"].notna()
    low = d["low"].fillna(fixed["price_low_usd_per_kg"])
    high = d["high"].fillna(fixed["price_high_usd_per_kg"].where(stated))
    d["market_split"] = d["market_split"] > 1
    d["corridor_of_code"] = low.isna() & d["env_low"].notna()
    d["corridor_low"], d["corridor_high"] = low.fillna(d["env_low"]), high.fillna(d["env_high"])
    middle = ((np.log10(low) + np.log10(high)) / 2).fillna(0)
    d["price_log"] = np.log10(d["usd_per_kg"].where(d["usd_per_kg"] > 0)) - middle
    return d.drop(columns=["low", "high", "env_low", "env_high"])
