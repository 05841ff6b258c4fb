"""Ports, dispatch and transit that do not fit the claimed origin."""

from __future__ import annotations

import polars as pl

from didymium.checks.base import Check, Row


def weight() -> pl.Expr:
    """Loaded in a third country: goods loaded in China under another origin are the pattern of T03
    and T18 (a contractor repacked with forged labels, then transshipped), ratio 30; in
    Hong Kong or Macao 6, or 2 where no dispatch is stated; loaded elsewhere than the
    country of dispatch, ratio 5; where no dispatch is stated a third port is what re-export looks like, and says
    nothing. Transit through China of goods said to come from elsewhere: ratio 20, for hardly any supply line leads
    through the largest producer; through Hong Kong or Macao, which tranship for everybody: ratio 3. `Made in` on
    the bag against the origin: ratio 20. Dispatch, port and origin in one country speak for the label. Inland
    neighbours lawfully use each other's ports: halved by land."""
    origin = pl.col("claimed_origin")
    abroad = origin.is_not_null() & (origin != "CN")
    loading = pl.col("loading_country")
    made = (pl.col("made_in") != origin) & pl.col("made_in").is_not_null() & ~pl.col("origin_is_dispatch")
    near = pl.col("shares_border").fill_null(value=False) | pl.col("origin_landlocked").fill_null(value=False)
    dispatch = pl.col("export_country")
    from_china = loading.is_in(["CN", "HK", "MO"]) & (dispatch.is_null() | (dispatch != loading))
    from_hub = pl.when(dispatch.is_null()).then(0.3).otherwise(0.8)
    return (
        pl.when(~pl.col("rare_earth_goods") | origin.is_null())
        .then(None)
        .when(made)
        .then(1.3)
        .when(abroad & from_china)
        .then(pl.when(loading != "CN").then(from_hub).when(near).then(0.8).otherwise(1.5))
        .when(abroad & pl.col("transit_china").fill_null(value=False))
        .then(pl.when(near).then(0.6).when("origin_is_dispatch").then(1.0).otherwise(1.3))
        .when(abroad & pl.col("transit_hub").fill_null(value=False))
        .then(pl.when("origin_is_dispatch").then(0.2).otherwise(0.5))
        .when(abroad & (dispatch == "CN"))
        .then(0.5)
        .when(loading != dispatch)
        .then(pl.when(near).then(0.0).otherwise(0.7))
        .when(loading != origin)
        .then(0.0)
        .when((loading == origin) & pl.col("transit").is_null())
        .then(-0.1)
    )


def because(row: Row) -> str:
    origin = row["claimed_origin_name"]
    if row["made_in"] and row["made_in"] != row["claimed_origin"] and not row["origin_is_dispatch"]:
        return f"The packages say made in {row['made_in_name']}; the papers say origin {origin}."
    parts = [f"loaded in {row['loading_country_name']} ({row['port_loading']})" if row["port_loading"] else None,
             f"in transit through {row['transit']}" if row["transit"] else None]  # fmt: skip
    how = ", ".join(p for p in parts if p) or "no port stated"
    return f"Origin {origin}, {how}."


CHECK = Check(
    name="route",
    question="origin",
    datum="route",
    asks="Do ports, dispatch, transit and label fit the claimed origin?",
    weight=weight,
    because=because,
    source="typologies T03 (official statement, July 2025) and T18 (indictment, 2022)",
)
