"""Many small lots of linked parties."""

from __future__ import annotations

import polars as pl

from didymium.checks.base import Check, Row
from didymium.units import mass

#: Parcels: lots a person can carry and the post takes (30 kg with packing), below the usual drum of 25 kg; the parcels
#: of T06 held 0.5 to 2 kg.
PARCEL_KG = 20.0
#: Below this unit value nobody splits a lot [USD/kg].
DEAR_USD_PER_KG = 50.0


#: Trades by name whose parcels of rare earths are their ordinary business.
RARE_EARTH_TRADES = ("rare_earth", "nonferrous", "magnet", "laboratory")


def weight() -> pl.Expr:
    """Parcels of dear rare earths (above 50 USD/kg, up to PARCEL_KG) of one HS6 that share a consignee, a consignor or an
    address within three months (typology T06: small parcels, many times, changing channels; 60 parcels, 9 consignors,
    one telephone). A lot split below a limit is small by definition, lawful lots seldom are: a lone parcel has ratio 1
    all the same, because most of those are samples. Several consignees at one address served by several consignors:
    ratio 30. Four or more parcels from three or more consignors: ratio 10, from two: ratio 6, from one: ratio 2.5, for
    laboratories reorder. A trading house that gathers parcels is odder than a maker that buys samples (times or divided
    by 1.6); scientific suppliers reorder most (divided by 5), but from one
    catalogue, not from three consignors (divided by 1.6). Below 0.2 kg it is a sample (divided by 2.5). Cheap goods
    are not split (divided by 10), and a lot too large for a parcel was not split: ratio 0.01. Who splits to stay unseen
    states the usual price or less; a price above the corridor, where a control has parted the market, is a shortage paid
    for in the open (divided by 3)."""
    lines, consignors = pl.col("parcel_lines"), pl.col("parcel_consignors")
    base = (
        pl.when((pl.col("parcel_consignees") >= 2) & (consignors >= 2) & (lines >= 3))
        .then(1.5)
        .when((consignors >= 3) & (lines >= 4))
        .then(1.0)
        .when((consignors >= 2) & (lines >= 4))
        .then(0.8)
        .when(lines >= 4)
        .then(0.4)
        .when(lines >= 2)
        .then(0.3)
        .otherwise(0.0)
    )
    science = pl.any_horizontal(
        pl.col(c).is_in(["laboratory", "scientific"]) for c in ("seller_sector", "buyer_sector")
    )
    buyer = (
        pl.when(science.fill_null(value=False))
        .then(pl.when(consignors >= 3).then(-0.2).otherwise(-0.7))
        .when(pl.col("buyer_sector") == "trading")
        .then(0.2)
        .when(pl.col("buyer_sector").is_not_null())
        .then(-0.2)
        .otherwise(0.0)
    )
    seller = (
        pl.when(pl.col("seller_sector").is_in(RARE_EARTH_TRADES))
        .then(-0.3)
        .when(pl.col("seller_sector").is_not_null())
        .then(0.2)
        .otherwise(0.0)
    )
    size = pl.when(pl.col("net_kg") < 0.2).then(-0.4).otherwise(0.0)
    cheap = pl.when(pl.col("usd_per_kg") < DEAR_USD_PER_KG).then(-1.0).otherwise(0.0)
    openly_dear = pl.col("market_split") & (pl.col("usd_per_kg") > pl.col("corridor_high_usd_per_kg"))
    dear = pl.when(openly_dear.fill_null(value=False)).then(-0.5).otherwise(0.0)
    flow = pl.col("aggregate").fill_null(value=False)
    return (
        pl.when(~pl.col("rare_earth_goods") | flow)
        .then(None)
        .when(pl.col("net_kg") > PARCEL_KG)
        .then(-2.0)
        .otherwise(base + buyer + seller + size + cheap + dear)
    )


def because(row: Row) -> str:
    if row["net_kg"] > PARCEL_KG:
        return f"{mass(row['net_kg'])} in one lot is no parcel split below a limit."
    return (
        f"{row['parcel_lines']} parcels of dear rare earths, {mass(row['parcel_kg'])} in all, from "
        f"{row['parcel_consignors']} consignor(s) to {row['parcel_consignees']} consignee(s), share a party or an address "
        "with this one within three months."
    )


CHECK = Check(
    name="structuring",
    question="behaviour",
    datum="history",
    asks="Is a larger lot split into small ones among linked parties?",
    weight=weight,
    because=because,
    source="typology T06 (official statement, July 2025)",
)
