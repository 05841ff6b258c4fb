"""GeoPolRisk: geopolitical supply risk of imports, for every country and year at once.

For importer c and year y, with P mine production [t REO], q [t] and v [USD] of the trade in rare-earth compounds and
metals (all codes of table `trade`), w political instability (0 calm to 1):

    hhi(y)           = sum of P^2 / (sum of P)^2
    import_risk(c,y) = sum over partners p of q(p->c) w(p,y) / (sum of q + P(c,y))
    score            = hhi x import_risk
    price            = sum of v / sum of q                    [USD/kg]; v of all flows, also of those without mass
    cf               = score x price / copper factor          [kg Cu-eq/kg]

Method: Koyamparambath and others 2024 (JOSS, doi 10.21105/joss.09600), from the published description. A partner that is
not rated counts 0.5; a flow without mass counts 0 t; a country without mine figure produces 0 t.
Weaknesses of the method, kept: mine stage only; gross tonnes of compounds are added to tonnes REO; a country that exports
unrefined ore scores near 0. What it does not know is shown beside it: `unrated_share`, `unknown_mass`.
"""

from __future__ import annotations

from collections.abc import Collection, Mapping
from typing import Final

import polars as pl

from didymium.reference.trade import newest_baci
from didymium.supply.concentration import parameters
from didymium.supply.concentration.governance import newest_governance
from didymium.supply.concentration.production import edition, production

#: The published package rates no partner called Taiwan (its trade code is S19): there it counts 0.5.
UNRATED_AS_PUBLISHED: Final = frozenset({"TW"})
_KEY: Final = ["year", "vintage"]


def geopolrisk(
    mine_production: pl.DataFrame | None = None,
    *,
    unrated: Collection[str] = (),
    groups: Mapping[str, Collection[str]] | None = None,
) -> pl.DataFrame:
    """One row per importing country, year and vintage of mine production, sorted.

    country (alpha-2, or the name of a group), year, vintage; hhi, import_risk, score (0..1), price_usd_per_kg,
    cf_kg_cu_eq_per_kg; imports_t (gross), production_t (REO; null = no figure, counts 0), unrated_share (share of
    imports_t whose partner counts 0.5), unknown_mass (flows without mass). import_risk and what follows is null where
    neither import nor production has a mass; price and cf where no import has one. Years with trade and mine figures.

    mine_production: rows as `production.COLUMNS` (None = the reference table, all vintages). unrated: partners taken as
    not rated, UNRATED_AS_PUBLISHED for the figures of the published package. groups: name -> members that count as one
    importer (trade within the group is left out), as {"EU": ...}.
    """
    mined = _mined(production() if mine_production is None else mine_production)
    trade = newest_baci().filter(pl.col("year").is_in(mined["year"].unique().to_list()))
    flows = _rated(trade, unrated)
    imports = [_imports(flows)]
    producers = [mined.select("country", *_KEY, "t_reo")]
    for name, members in (groups or {}).items():
        inside = pl.col("importer").is_in(list(members)) & ~pl.col("exporter").is_in(list(members))
        imports.append(_imports(flows.filter(inside).with_columns(importer=pl.lit(name))))
        own = mined.filter(pl.col("country").is_in(list(members)))
        summed = own.group_by(_KEY, maintain_order=True).agg(pl.col("t_reo").sum())
        producers.append(summed.select(pl.lit(name).alias("country"), *_KEY, "t_reo"))
    worlds = mined.group_by(_KEY, maintain_order=True).agg(
        hhi=(pl.col("t_reo") ** 2).sum() / pl.col("t_reo").sum() ** 2
    )
    joined = pl.concat(imports).join(worlds, on="year", how="inner")
    full = joined.join(pl.concat(producers), on=["country", *_KEY], how="left")
    return _scores(full.rename({"t_reo": "production_t"})).sort("country", *_KEY)


def newest(table: pl.DataFrame) -> pl.DataFrame:
    """Of each country and year the newest vintage, with score_low and score_high over all of them."""
    order = {name: place for place, name in enumerate(sorted(table["vintage"].unique(), key=edition))}
    ranked = table.with_columns(
        order=pl.col("vintage").replace_strict(order, return_dtype=pl.Int64),
        score_low=pl.col("score").min().over("country", "year"),
        score_high=pl.col("score").max().over("country", "year"),
    )
    return ranked.filter(pl.col("order") == pl.col("order").max().over("country", "year")).drop("order")


def _mined(rows: pl.DataFrame) -> pl.DataFrame:
    """Countries with a mine figure. A vintage and year without any is left out."""
    typed = rows.with_columns(pl.col("t_reo").cast(pl.Float64))
    known = typed.filter(pl.col("area") == "country").drop_nulls("t_reo").sort("vintage", "year", "country")
    return known.filter(pl.col("t_reo").sum().over(_KEY) > 0)


def _rated(trade: pl.DataFrame, unrated: Collection[str]) -> pl.DataFrame:
    """Flows with q [t], usd, w and whether w is a rating."""
    rated = newest_governance().filter(~pl.col("country").is_in(list(unrated)))
    joined = trade.sort("importer", "year", "exporter", "hs6").join(
        rated, left_on=["exporter", "year"], right_on=["country", "year"], how="left", maintain_order="left"
    )
    return joined.select(
        "importer",
        "exporter",
        "year",
        q=pl.col("net_kg").fill_null(0.0) / 1000.0,
        usd=pl.col("value_usd").fill_null(0.0),
        unknown=pl.col("net_kg").is_null(),
        rated=pl.col("instability").is_not_null(),
        w=pl.col("instability").fill_null(parameters.value("instability_unknown")),
    )


def _imports(flows: pl.DataFrame) -> pl.DataFrame:
    """Sums per importer and year, in the order of the flows, so that they do not hang on threads."""
    return (
        flows.group_by("importer", "year", maintain_order=True)
        .agg(
            weighted=(pl.col("q") * pl.col("w")).sum(),
            imports_t=pl.col("q").sum(),
            usd=pl.col("usd").sum(),
            unrated_t=pl.col("q").filter(~pl.col("rated")).sum(),
            unknown_mass=pl.col("unknown").sum().cast(pl.Int64),
        )
        .rename({"importer": "country"})
    )


def _scores(full: pl.DataFrame) -> pl.DataFrame:
    supply = pl.col("imports_t") + pl.col("production_t").fill_null(0.0)
    some_import = pl.col("imports_t") > 0
    copper = parameters.value("copper_factor")
    return (
        full.with_columns(
            import_risk=pl.when(supply > 0).then(pl.col("weighted") / supply),
            price_usd_per_kg=pl.when(some_import).then(pl.col("usd") / (pl.col("imports_t") * 1000.0)),
            unrated_share=pl.when(some_import).then(pl.col("unrated_t") / pl.col("imports_t")),
        )
        .with_columns(score=pl.col("hhi") * pl.col("import_risk"))
        .with_columns(cf_kg_cu_eq_per_kg=pl.col("score") * pl.col("price_usd_per_kg") / copper)
        .select(
            "country", "year", "vintage", "hhi", "import_risk", "score", "price_usd_per_kg", "cf_kg_cu_eq_per_kg",
            "imports_t", "production_t", "unrated_share", "unknown_mass",
        )
    )  # fmt: skip
