"""What a row is compared with: peers, circumstances, parties, parcels, origins and hubs of the same file, in pandas."""

from __future__ import annotations

import numpy as np
import pandas as pd

from benchmarks.pandas_peer.words import REE
from didymium.checks.structuring import DEAR_USD_PER_KG, PARCEL_KG
from didymium.screening import closing
from didymium.screening.profile import BIN_DEX, CONTROL_DATE

FEATURES = {
    "seller": "seller_sector",
    "buyer": "buyer_sector",
    "mode": "mode",
    "package": "package_kind",
    "mass": "mass_class",
}
LINKS = ("importer_party", "importer_address_key", "end_user_party", "exporter_party")


def attach(d: pd.DataFrame) -> pd.DataFrame:
    """Wide rows of a whole file -> the same rows with what the rest of the file says."""
    d = d.copy()
    d["controlled"] = d["date"].dt.date >= CONTROL_DATE
    d["grams"] = (d["net_kg"].clip(upper=1e9) * 1000).round().astype("int64")
    d["rare_class"] = d["goods_class"].isin(REE)
    d = _peers(d)
    for name, column in FEATURES.items():
        d = _circumstance(d, name, column)
    for side in ("seller", "buyer"):
        d = _party(d, side)
    d = _parcels(d)
    asked = d[d["origin_rank"].notna()]
    keys = ["claimed_origin", "stage", "plant_group", "year"]
    d = d.merge((asked.groupby(keys)["grams"].sum() / 1e6).rename("origin_year_t").reset_index(), how="left", on=keys)
    return _hubs(d)


def _centre(d: pd.DataFrame, values: pd.Series, keys: list[str], name: str, least: int) -> pd.DataFrame:
    """Median, scaled median absolute deviation and number of lines per group, per row; missing below `least` lines."""
    bins = (values / BIN_DEX).round()
    groups = [d[k] for k in keys]

    def lower_median(some: pd.Series) -> pd.Series:
        middle = some.groupby(groups).quantile(0.5, interpolation="lower").rename("m")
        joined = d[keys].merge(middle.reset_index(), how="left", on=keys)["m"]
        return joined.set_axis(d.index)

    centre = lower_median(bins)
    spread = lower_median((bins - centre).abs())
    lines = bins.groupby(groups).transform("count")
    enough = lines >= least
    out = pd.DataFrame(
        {f"{name}_centre": centre * BIN_DEX, f"{name}_scale": spread * BIN_DEX * 1.4826, f"{name}_lines": lines}
    )
    return out.where(enough)


def _peers(d: pd.DataFrame) -> pd.DataFrame:
    price = [(["peer", "claimed_origin", "year"], closing.MIN_NARROW_PEERS), (["peer", "year"], closing.MIN_PEERS),
             (["peer"], closing.MIN_PEERS)]  # fmt: skip
    levels = [_centre(d, d["price_log"], keys, "peer_price", least) for keys, least in price]
    dense = np.log10(d["kg_per_l"].where(d["kg_per_l"] > 0))
    kinds = d.assign(package_kind=d["package_kind"].fillna(""))
    dense_levels = [
        _centre(kinds, dense, keys, "peer_density", closing.MIN_PEERS) for keys in (["peer", "package_kind"], ["peer"])
    ]
    for some in (levels, dense_levels):
        best = some[0]
        for wider in some[1:]:
            best = best.fillna(wider)
        d[best.columns] = best
    return d


def _circumstance(d: pd.DataFrame, name: str, column: str) -> pd.DataFrame:
    known = d[d[column].notna()]
    shrink, imitation = closing.SHRINK_LINES, closing.IMITATION[name]
    overall = known[column].value_counts(normalize=True)
    rare = known.loc[known["rare_class"], column].value_counts().reindex(overall.index, fill_value=0)
    share_ree = (rare + shrink * overall) / (rare.sum() + shrink)
    front = closing.ANY_TRADE if name in {"seller", "buyer"} else 0.0
    share_false = (1 - front) * share_ree + front / len(overall)
    goods = known[~known["rare_class"]].groupby(["goods_class", column]).size().rename("n").reset_index()
    total = goods.groupby("goods_class")["n"].transform("sum")
    share = (goods["n"] + shrink * goods[column].map(overall)) / (total + shrink)
    goods[f"{name}_bans"] = np.log10(imitation + (1 - imitation) * goods[column].map(share_false) / share)
    return d.merge(goods.drop(columns="n"), how="left", on=["goods_class", column])


def _party(d: pd.DataFrame, side: str) -> pd.DataFrame:
    """Lines of the row's party, of rare earths and of the same goods, in all and before the control; trade_bans."""
    party = f"{side}_party"
    known = d.loc[d[party].notna(), [party, "goods_class", "rare_class", "controlled"]]
    early = ~known["controlled"]
    counts = {"lines": 1, "ree_lines": known["rare_class"], "before": early, "ree_before": known["rare_class"] & early}
    flags = pd.DataFrame({party: known[party]} | counts).astype(dict.fromkeys(counts, "int64"))
    trade = flags.groupby(party).sum()
    same = known.groupby([party, "goods_class"]).agg(same_lines=("controlled", "size"), late=("controlled", "sum"))
    same["same_before"] = same["same_lines"] - same.pop("late")
    d = d.merge(trade.add_prefix(f"{side}_").reset_index(), how="left", on=party)
    d = d.merge(same.add_prefix(f"{side}_").reset_index(), how="left", on=[party, "goods_class"])
    bans = _trade_bans(known.assign(ree_lines=known[party].map(trade["ree_lines"])), side)
    d["_known"] = (d[f"{side}_ree_lines"] > 0).where(d[party].notna()).astype("boolean")
    return d.merge(bans, how="left", on=["goods_class", "_known"]).drop(columns="_known")


def _trade_bans(known: pd.DataFrame, side: str) -> pd.DataFrame:
    shrink, mixed = closing.SHRINK_LINES, closing.UNKNOWN_PARTY
    rare = known[known["rare_class"]]
    other = known[~known["rare_class"]].assign(hit=lambda x: x["ree_lines"] > 0)
    base = min(max(other["hit"].mean(), 0.01), 0.99)
    p_ree = ((rare["ree_lines"] > 1).sum() + shrink * base) / (len(rare) + shrink)
    by = other.groupby("goods_class")["hit"].agg(["sum", "size"])
    p_goods = (by["sum"] + shrink * base) / (by["size"] + shrink)
    out = [
        pd.DataFrame(
            {
                "goods_class": by.index,
                "_known": flag,
                f"{side}_trade_bans": np.log10(mixed + (1 - mixed) * ratio).to_numpy(),
            }
        )
        for flag, ratio in ((True, p_ree / p_goods), (False, (1 - p_ree) / (1 - p_goods)))
    ]
    return pd.concat(out).astype({"_known": "boolean"})


def _parcels(d: pd.DataFrame) -> pd.DataFrame:
    small = d[d["rare_earth_goods"] & (d["net_kg"] <= PARCEL_KG) & (d["usd_per_kg"] >= DEAR_USD_PER_KG)]
    small = small.assign(consignor=small["exporter_party"], consignee=small["importer_party"])
    columns = ["month", "grams", "consignor", "consignee"]
    links = pd.concat([small[columns].assign(link=small[name]) for name in LINKS]).dropna(subset="link")
    around = pd.concat([links.assign(month=links["month"] + shift) for shift in (-1, 0, 1)])
    keys = ["link", "month"]
    window = around.groupby(keys).agg(
        lines=("grams", "size"),
        grams=("grams", "sum"),
        consignors=("consignor", "nunique"),
        consignees=("consignee", "nunique"),
    )
    found = {}
    for name in LINKS:
        rows = d[[name, "month"]].rename(columns={name: "link"}).merge(window.reset_index(), how="left", on=keys)
        found[name] = rows.set_axis(d.index)
    d["parcel_lines"] = pd.concat([f["lines"] for f in found.values()], axis=1).max(axis=1).fillna(1)
    receiving = [f["consignors"] for name, f in found.items() if not name.startswith("exporter")]
    d["parcel_consignors"] = pd.concat(receiving, axis=1).max(axis=1).fillna(0)
    d["parcel_consignees"] = found["importer_address_key"]["consignees"].fillna(0)
    return d


def _hubs(d: pd.DataFrame) -> pd.DataFrame:
    keys = ["claimed_origin", "hs6", "half_year"]
    rare = d[d["rare_earth_goods"] & d["claimed_origin"].notna()]
    now = (rare.groupby(keys)["grams"].sum() / 1e3).rename("hub_now_kg").reset_index()
    earlier = pd.concat([now.assign(half_year=now["half_year"] + shift) for shift in (1, 2, 3, 4)])
    before = earlier.groupby(keys)["hub_now_kg"].sum().rename("hub_before_kg").reset_index()
    known = (before["half_year"] - now["half_year"].min()).clip(0, 4)
    before["hub_before_kg"] = (before["hub_before_kg"] / known).where(known >= 2)
    return d.merge(now.merge(before, how="left", on=keys), how="left", on=keys)
