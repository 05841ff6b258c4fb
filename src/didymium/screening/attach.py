"""Attaching a closed profile to wide rows: the second half of the wide row, still row-local once the profile is fixed."""

from __future__ import annotations

from dataclasses import dataclass

import polars as pl

from didymium.screening import closing
from didymium.screening.enrich.lookup import attach
from didymium.screening.profile import PARCEL_LINKS

FEATURES = {
    "seller": "seller_sector",
    "buyer": "buyer_sector",
    "mode": "mode",
    "package": "package_kind",
    "mass": "mass_class",
}


@dataclass(frozen=True, slots=True)
class Profile:
    """The closed tables of a profile; see `closing` for each."""

    price: tuple[tuple[tuple[str, ...], pl.DataFrame], ...]
    density: tuple[tuple[tuple[str, ...], pl.DataFrame], ...]
    circumstances: dict[str, pl.DataFrame]
    trade: pl.DataFrame
    goods: pl.DataFrame
    trade_bans: pl.DataFrame
    parcels: pl.DataFrame
    origins: pl.DataFrame
    hubs: pl.DataFrame


def _least(keys: tuple[str, ...]) -> int:
    return closing.MIN_NARROW_PEERS if "claimed_origin" in keys else closing.MIN_PEERS


def close(counts: dict[str, pl.DataFrame]) -> Profile:
    """Close the merged counts of `profile.Counter.tables`."""
    price_levels = (("peer", "claimed_origin", "year"), ("peer", "year"), ("peer",))
    density_levels = (("peer", "package_kind"), ("peer",))
    bans = closing.circumstance_bans(counts["features"])
    return Profile(
        price=tuple(
            (keys, closing.robust_centre(counts["price"], keys, "peer_price", _least(keys))) for keys in price_levels
        ),
        density=tuple(
            (keys, closing.robust_centre(counts["density"], keys, "peer_density")) for keys in density_levels
        ),
        circumstances={
            name: bans.filter(pl.col("feature") == name).select(
                "goods_class", pl.col("value").alias(column), pl.col("bans").alias(f"{name}_bans")
            )
            for name, column in FEATURES.items()
        },
        trade=closing.party_trade(counts["parties"]),
        goods=closing.party_goods(counts["parties"]),
        trade_bans=closing.trade_bans(counts["parties"]),
        parcels=closing.parcel_windows(counts["parcels"]),
        origins=counts["origins"].select(
            "claimed_origin", "stage", "plant_group", "year", origin_year_t=pl.col("grams") / 1e6
        ),
        hubs=closing.hub_rises(counts["hubs"]),
    )


def attach_profile(wide: pl.DataFrame, profile: Profile) -> pl.DataFrame:
    """Wide rows with every profile column the checks read; rows in = rows out, order kept."""
    rows = wide.with_columns(year=pl.col("date").dt.year().cast(pl.Int32), half_year=pl.col("month") // 6)
    rows = _widest_first(rows, profile.price, "peer_price")
    rows = _widest_first(rows.with_columns(pl.col("package_kind").fill_null("")), profile.density, "peer_density")
    rows = rows.with_columns(pl.col("package_kind").replace({"": None}))
    for name, column in FEATURES.items():
        rows = attach(rows, profile.circumstances[name], on=["goods_class", column])
    for side in ("seller", "buyer"):
        rows = _attach_side(rows, profile, side)
    rows = _attach_parcels(rows, profile.parcels)
    rows = attach(rows, profile.origins, on=["claimed_origin", "stage", "plant_group", "year"])
    return attach(rows, profile.hubs, on=["claimed_origin", "hs6", "half_year"])


def _widest_first(
    rows: pl.DataFrame, levels: tuple[tuple[tuple[str, ...], pl.DataFrame], ...], prefix: str
) -> pl.DataFrame:
    """Attach every level and keep the narrowest that has enough peers; PREFIX_level says which (0 = narrowest)."""
    names = [f"{prefix}_{part}" for part in ("centre_log", "scale_dex", "lines")]
    for level, (keys, table) in enumerate(levels):
        rows = attach(rows, table.rename({name: f"{name}_{level}" for name in names}), on=list(keys))
    n = len(levels)
    return rows.with_columns(
        *(pl.coalesce(f"{name}_{level}" for level in range(n)).alias(name) for name in names),
        pl.coalesce(
            pl.when(pl.col(f"{names[2]}_{level}").is_not_null()).then(pl.lit(level, dtype=pl.Int8))
            for level in range(n)
        ).alias(f"{prefix}_level"),
    ).drop(f"{name}_{level}" for name in names for level in range(n))


def _attach_side(rows: pl.DataFrame, profile: Profile, side: str) -> pl.DataFrame:
    """Adds what the profile knows of the party of one side, of the party with these goods, and of the trade."""
    party = f"{side}_party"
    # The tables hold the parties of the whole file; a join on those of the batch alone is much cheaper.
    met = rows.select(party=party).drop_nulls().unique()

    def of(table: pl.DataFrame, *keys: str) -> pl.DataFrame:
        chosen = table.filter(pl.col("side") == side).drop("side")
        if "party" in chosen.columns:
            chosen = chosen.join(met, on="party", how="semi")
        renames = {c: (party if c == "party" else f"{side}_{c}") for c in chosen.columns if c not in keys}
        return chosen.rename(renames)

    rows = attach(rows, of(profile.trade), on=party)
    rows = attach(rows, of(profile.goods, "goods_class"), on=[party, "goods_class"])
    rows = rows.with_columns(known=pl.col(f"{side}_ree_lines") > 0)
    return attach(rows, of(profile.trade_bans, "goods_class", "known"), on=["goods_class", "known"]).drop("known")


def _attach_parcels(rows: pl.DataFrame, parcels: pl.DataFrame) -> pl.DataFrame:
    """parcel_lines over any link; parcel_consignors to one consignee or address; parcel_consignees at one address."""
    columns = ("parcel_lines", "parcel_grams", "parcel_consignors", "parcel_consignees")
    for link in PARCEL_LINKS:
        renamed = parcels.rename({"link": link} | {c: f"{c}|{link}" for c in columns})
        rows = attach(rows, renamed, on=[link, "month"])
    consignee_side = [link for link in PARCEL_LINKS if not link.startswith("exporter")]
    return rows.with_columns(
        parcel_lines=pl.max_horizontal(f"parcel_lines|{link}" for link in PARCEL_LINKS).fill_null(1),
        parcel_kg=(pl.max_horizontal(f"parcel_grams|{link}" for link in PARCEL_LINKS) / 1e3).fill_null(
            pl.col("net_kg")
        ),
        parcel_consignors=pl.max_horizontal(f"parcel_consignors|{link}" for link in consignee_side).fill_null(0),
        parcel_consignees=pl.col("parcel_consignees|importer_address_key").fill_null(0),
    ).drop(f"{c}|{link}" for c in columns for link in PARCEL_LINKS)
