"""Net import reliance: net imports over apparent consumption, in REO, as a range of what is known.

    reliance = (I - E) / (P + I - E)        I imports, E exports, P mine production, all t REO

Trade is weighed gross, as compounds and metals, and mine figures are REO: each gross tonne becomes low to high tonnes of
REO by the factors that U.S. imports had by tariff line (table `products`; USGS Minerals Yearbook 2022, tables 6 and 7).
Flows without mass are between nothing and their value at a low price. Ores travel under other codes and are not in it, so
a country that ships concentrate as ore looks more self-sufficient than it is, and some concentrate travels under the metal
code, whose factor is too high for it. Stocks are not known and count as none.
"""

from __future__ import annotations

from collections.abc import Collection
from typing import Final

import polars as pl

from didymium.reference import table
from didymium.reference.trade import newest_baci
from didymium.supply.concentration import parameters
from didymium.supply.concentration.production import production

#: What is known or not, in words of the column `meaning`.
RELIES: Final = "relies on imports"
MINES_NOTHING: Final = "mines nothing: all it uses comes from imports, stocks or recycling"
EXPORTS: Final = "net exporter"
EITHER: Final = "importer or exporter, depending on what the compounds contain"
NOTHING: Final = "no consumption visible: exports exceed what is mined and imported"


def import_reliance(
    mine_production: pl.DataFrame | None = None, *, members: Collection[str] = (), name: str = ""
) -> pl.DataFrame:
    """One row per country and year of the trade table for which mine figures of that year exist.

    country, year; production_low_t, production_high_t (over vintages; 0 where no vintage names the country);
    imports_low_t, imports_high_t, exports_low_t, exports_high_t (t REO); reliance_low, reliance_high (0..1; 0 = net
    exporter; 1 where nothing is mined and something may be used; null = apparent consumption is not positive at that end);
    meaning; unknown_mass (flows).
    members: countries to be taken as one, called `name`, without the trade among them; then only that row per year.
    """
    mined = _mined(production() if mine_production is None else mine_production, members, name)
    trade = newest_baci().filter(pl.col("year").is_in(mined["year"].unique().to_list()))
    sides = [_side(trade, own, other, label, members, name) for own, other, label in _SIDES]
    both = sides[0].join(sides[1], on=["country", "year"], how="full", coalesce=True)
    amounts = [column for column in both.columns if column not in ("country", "year")]
    full = both.with_columns(pl.col(amounts).fill_null(0.0)).join(
        mined.drop_nulls("country"), on=["country", "year"], how="left"
    )
    return _reliance(full.with_columns(pl.col("production_low_t", "production_high_t").fill_null(0.0)))


_SIDES: Final = (("importer", "exporter", "imports"), ("exporter", "importer", "exports"))


def stated_reliance(country: str) -> pl.DataFrame:
    """What sources state as net import reliance of a country: year, low, high (0..1), note, source, vintage."""
    rows = table("other_figures").filter(
        pl.col("measure").str.starts_with("net import reliance") & (pl.col("country") == country)
    )
    return rows.select(
        "year", pl.col("low", "high") / 100.0, pl.concat_str("measure", "note", separator=", ", ignore_nulls=True).alias("note"),
        "source", "vintage",
    )  # fmt: skip


def eu_members() -> list[str]:
    """Alpha-2 of the members of the European Union today (table `countries`), also for earlier years."""
    return table("countries").filter(pl.col("in_eu"))["iso2"].sort().to_list()


def reo_factors() -> pl.DataFrame:
    """hs6, low, high: kg REO per kg gross, over the tariff lines of the code; `table products`."""
    return (
        table("products")
        .filter(pl.col("reo_factor") > 0)
        .group_by("hs6")
        .agg(factor_low=pl.col("reo_factor").min(), factor_high=pl.col("reo_factor").max())
    )


def _mined(rows: pl.DataFrame, members: Collection[str], name: str) -> pl.DataFrame:
    """country, year, production_low_t, production_high_t; a row without country for each year that has any figure."""
    known = rows.filter(pl.col("area") == "country").drop_nulls("t_reo")
    if members:
        inside = known.filter(pl.col("country").is_in(list(members)))
        known = pl.concat(
            [
                inside.group_by("year", "vintage").agg(pl.col("t_reo").sum()).with_columns(country=pl.lit(name)),
                known.select("year", "vintage", "t_reo", country=pl.lit(None, pl.String)),
            ],
            how="diagonal",
        )
    return known.group_by("country", "year").agg(
        production_low_t=pl.col("t_reo").min(), production_high_t=pl.col("t_reo").max()
    )


def _side(trade: pl.DataFrame, own: str, other: str, label: str, members: Collection[str], name: str) -> pl.DataFrame:
    """country, year, {label}_low_t, {label}_high_t, {label}_unknown."""
    flows = trade
    if members:
        outside = pl.col(own).is_in(list(members)) & ~pl.col(other).is_in(list(members))
        flows = trade.filter(outside).with_columns(pl.lit(name).alias(own))
    price = pl.col("value_usd") / pl.col("net_kg")
    cheap = (
        trade.filter(pl.col("net_kg") > 0)
        .group_by("hs6", "year")
        .agg(cheap=price.quantile(parameters.value("price_low_quantile")))
    )
    placed = flows.join(reo_factors(), on="hs6", how="left").join(cheap, on=["hs6", "year"], how="left")
    known = pl.col("net_kg").fill_null(0.0)
    most = pl.coalesce("net_kg", pl.col("value_usd") / pl.col("cheap")).fill_null(0.0)
    return (
        placed.sort(own, "year", other, "hs6")
        .group_by(pl.col(own).alias("country"), "year", maintain_order=True)
        .agg(
            (known * pl.col("factor_low") / 1000.0).sum().alias(f"{label}_low_t"),
            (most * pl.col("factor_high") / 1000.0).sum().alias(f"{label}_high_t"),
            pl.col("net_kg").is_null().sum().cast(pl.Float64).alias(f"{label}_unknown"),
        )
    )


def _reliance(full: pl.DataFrame) -> pl.DataFrame:
    """Reliance grows with net imports and falls with production, so its ends are at the ends of the amounts."""
    net_low = pl.col("imports_low_t") - pl.col("exports_high_t")
    net_high = pl.col("imports_high_t") - pl.col("exports_low_t")
    no_mine = (pl.col("production_high_t") == 0) & (net_high > 0)
    low = pl.when(no_mine).then(1.0).otherwise(_ratio(net_low, pl.col("production_high_t")))
    high = _ratio(net_high, pl.col("production_low_t"))
    meaning = (
        pl.when(no_mine)
        .then(pl.lit(MINES_NOTHING))
        .when(net_low >= 0)
        .then(pl.lit(RELIES))
        .when(pl.col("production_high_t") + net_high <= 0)
        .then(pl.lit(NOTHING))
        .when(net_high <= 0)
        .then(pl.lit(EXPORTS))
        .otherwise(pl.lit(EITHER))
    )
    return full.select(
        "country", "year", "production_low_t", "production_high_t", "imports_low_t", "imports_high_t",
        "exports_low_t", "exports_high_t",
        reliance_low=low, reliance_high=high, meaning=meaning,
        unknown_mass=(pl.col("imports_unknown") + pl.col("exports_unknown")).cast(pl.Int64),
    ).sort("country", "year")  # fmt: skip


def _ratio(net: pl.Expr, mined: pl.Expr) -> pl.Expr:
    """0 for a net exporter with consumption left; null without any consumption; 1 where nothing is mined."""
    return pl.when(mined + net > 0).then((net / (mined + net)).clip(0.0, 1.0))
