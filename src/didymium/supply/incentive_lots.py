"""Consignments whose relabelling would pay in a run: a prior that screening may use, from `incentive.incentives`."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import Final

import polars as pl

from didymium.errors import UsageError
from didymium.supply.incentive import ROUTE
from didymium.supply.network.tables import Parameters, area_of

_ROW: Final = "__row"
#: Columns that are added, each with relabel_ before it.
_ADDED: Final = ("element", "stage", "item", "way", "usd_per_kg_reo", "usd", "pays", "bans")


def lots_that_pay(
    lots: pl.DataFrame,
    found: pl.DataFrame,
    zones: Mapping[str, Iterable[str]],
    parameters: Mapping[str, float] | None = None,
) -> pl.DataFrame:
    """Lots with what they would pay if they were relabelled rare earths: a prior for screening, whatever their label says.

    lots: date, export_country, import_country (ISO 3166-1 alpha-2), net_kg; with a column `element` only that element is
    looked at, else whatever pays most for a lot of that size. found: of `incentives`; zones: of the same `Result`.
    One row per lot in the same order, with added
    relabel_element, _stage, _item, _way, _usd_per_kg_reo: what pays most, expected;
    relabel_usd: net_kg at that, or the month's market where it is less, less the fixed cost of a consignment;
    relabel_pays; relabel_bans: 0 to parameter relabel_bans, by how far the break-even chance of being caught lies above the
    assumed one. False and 0 where no control parts the route. Null where the run says nothing: a month outside it, a country
    or mass that is not known. UsageError for a missing column.
    """
    needed = ("date", "export_country", "import_country", "net_kg")
    missing = [name for name in needed if name not in lots.columns]
    if missing:
        raise UsageError(
            f"lots have no column {', '.join(missing)}.", fix=f"Needed: {', '.join(needed)}; element if known."
        )
    known = Parameters(parameters)
    by = ["month", *ROUTE, *(["element"] if "element" in lots.columns else [])]
    keyed = lots.with_row_index(_ROW).with_columns(
        __month=pl.col("date").cast(pl.Date).dt.truncate("1mo"),
        __from_zone=_zone("export_country", zones),
        __to_zone=_zone("import_country", zones),
    )
    left = ["__month", *(f"__{name}" for name in ROUTE), *by[1 + len(ROUTE) :]]
    joined = keyed.join(_candidates(found, by), left_on=left, right_on=by, how="left")
    weighed = _weighed(joined, found, known).sort(_ROW, "relabel_usd", descending=[False, True], nulls_last=True)
    best = weighed.unique(_ROW, keep="first", maintain_order=True)
    assert best.height == lots.height
    return best.select(*lots.columns, *(f"relabel_{name}" for name in _ADDED))


def prior_table(
    found: pl.DataFrame, zones: Mapping[str, Iterable[str]], parameters: Mapping[str, float] | None = None
) -> pl.DataFrame:
    """What `didymium screen --incentive` reads: a row per month, route and good that pays, with its countries.

    month; from_countries, to_countries (ISO 3166-1 alpha-2); goods in words; usd_per_kg_reo expected; market_kg REO that the
    destination takes in a month; fixed_usd a consignment; bans, 0 to parameter relabel_bans, as in `lots_that_pay`.
    """
    known = Parameters(parameters)
    rows = _candidates(found, ["month", *ROUTE]).with_columns(
        goods=pl.format("{} {}", "relabel_stage", "relabel_item"),
        market_kg=pl.col("market_t_reo") * 1000.0, fixed_usd=pl.lit(known.get("relabel_fixed")), bans=_bans(known),
        from_countries=_members("from_zone", zones), to_countries=_members("to_zone", zones),
    )  # fmt: skip
    return rows.select(
        "month", *ROUTE, "from_countries", "to_countries", "goods", pl.col("relabel_usd_per_kg_reo").alias("usd_per_kg_reo"),
        "market_kg", "fixed_usd", "bans",
    ).sort("month", *ROUTE, "goods")  # fmt: skip


def _members(column: str, zones: Mapping[str, Iterable[str]]) -> pl.Expr:
    places = area_of()
    countries = {zone: sorted(c for c, area in places.items() if area in set(areas)) for zone, areas in zones.items()}
    return pl.col(column).replace_strict(countries, return_dtype=pl.List(pl.String))


def _bans(known: Parameters) -> pl.Expr:
    """0 to relabel_bans, by how far the break-even chance of being caught lies above the assumed one."""
    above = (pl.col("breakeven_caught") - pl.col("caught")) / (1.0 - pl.col("caught"))
    return above.clip(0.0, 1.0) * known.get("relabel_bans")


def _candidates(found: pl.DataFrame, by: list[str]) -> pl.DataFrame:
    """Goods that pay, with the better of their ways; goods of several elements once, unless elements are asked for."""
    goods = found.filter("pays").sort("expected_usd_per_kg_reo", descending=True, maintain_order=True)
    one_each = goods.unique([*by, "stage", "item"], keep="first", maintain_order=True)
    return one_each.select(
        *by, pl.col("element").alias("relabel_element"), pl.col("stage").alias("relabel_stage"),
        pl.col("item").alias("relabel_item"), pl.col("way").alias("relabel_way"),
        pl.col("expected_usd_per_kg_reo").alias("relabel_usd_per_kg_reo"), "breakeven_caught", "caught", "market_t_reo",
    )  # fmt: skip


def _zone(column: str, zones: Mapping[str, Iterable[str]]) -> pl.Expr:
    zone_of = {area: zone for zone, areas in zones.items() for area in areas}
    countries = {country: zone_of[area] for country, area in area_of().items() if area in zone_of}
    return pl.col(column).replace_strict(countries, default=None, return_dtype=pl.String)


def _weighed(joined: pl.DataFrame, found: pl.DataFrame, known: Parameters) -> pl.DataFrame:
    """relabel_usd, _pays, _bans; false and 0 where the run covers the lot and no control parts its route."""
    covered = (
        pl.col("__month").is_between(found["month"].min(), found["month"].max())
        & pl.col("__from_zone").is_not_null() & pl.col("__to_zone").is_not_null() & pl.col("net_kg").is_not_null()
    )  # fmt: skip
    kg = pl.when(pl.col("net_kg").is_not_null()).then(pl.min_horizontal("net_kg", pl.col("market_t_reo") * 1000.0))
    usd = kg * pl.col("relabel_usd_per_kg_reo") - known.get("relabel_fixed")
    pays = (pl.col("relabel_usd") > 0).fill_null(value=False)
    return joined.with_columns(relabel_usd=usd).with_columns(
        relabel_pays=pl.when(covered).then(pays),
        relabel_bans=pl.when(covered).then(pl.when(pays).then(_bans(known)).otherwise(0.0)),
    )
