"""What relabelling pays: from price wedges of a run to USD per kg REO by element, route and month, risk included.

A control that binds parts the market: outside pays more than inside and freight. Whoever carries goods past it under a false
label earns, per kg and with p the chance of being caught,

    expected = (1 - p) * outside * (1 - discount) - inside - freight - cost - p * fine * inside

Goods without lawful papers sell at a discount; a catch takes the goods and a fine in multiples of their value inside.
The chance at which expected is nothing is `breakeven_caught`: with no chance assumed, it says how bold one has to be.
Parameters relabel_* of table supply_parameters, with source and range. Duties and tariffs on the true goods are not paid, those
on cover goods are within cost. This is an incentive, not an observation: it says where to look, and speaks against nobody.
Single consignments: `incentive_lots`.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Final

import polars as pl

from didymium.reference import table
from didymium.supply.network.tables import Parameters, recipe
from didymium.supply.running import Result

#: Ways of relabelling: behind other goods, or as goods of a third country.
WAYS: Final = ("cover", "third_country")
STAGES: Final = ("oxide", "metal", "magnet")
#: USD/kg beyond freight that counts as a wedge; less is rounding of the solver.
_NOTHING: Final = 1e-6
ROUTE: Final = ("from_zone", "to_zone")


def incentives(result: Result, parameters: Mapping[str, float] | None = None) -> pl.DataFrame:
    """By month, element, route (zones), good and way: what relabelling pays. parameters: as given to `run`.

    Only routes and months with a wedge above freight are listed. A good of several elements has a row for each, with the same
    USD per kg of all the REO in it. outside_rationed: no price outside is known, only that it is at least `outside_usd_per_kg`,
    so all gains are at least what is shown. gain: when not caught; expected: as above; expected_low and _high: with all four
    relabel parameters at the worse and at the better end of their ranges (prices as in the run); breakeven_caught: null where
    nothing is gained even when not caught; pays: expected above 0. market_t_reo: what the zone of destination imported of the
    good in the base month, so what it could take; expected_musd_per_month: expected on that. Prices in USD/kg of the good, the
    rest in USD/kg REO.
    """
    known = Parameters(parameters)
    goods = _goods(result.prices)
    routes = _routes(result.prices, known).join(goods, on=["stage", "item"])
    routes = routes.join(_markets(result.flows), on=["stage", "item", "to_zone"], how="left")
    ways = pl.concat(
        [routes.with_columns(way=pl.lit(way), caught=pl.lit(known.get("relabel_caught", way))) for way in WAYS]
    )
    middle = {way: _terms(known, way) for way in WAYS}
    outside, inside, freight = _parts()
    columns = [
        (outside - inside).alias("wedge_usd_per_kg_reo"),
        freight.alias("transport_usd_per_kg_reo"),
        _by_way(middle, _gain).alias("gain_usd_per_kg_reo"),
        _by_way(middle, _expected).alias("expected_usd_per_kg_reo"),
        _by_way({way: _ends(known, way, parameters or {}, worse=True) for way in WAYS}, _expected).alias(
            "expected_low_usd_per_kg_reo"
        ),
        _by_way({way: _ends(known, way, parameters or {}, worse=False) for way in WAYS}, _expected).alias(
            "expected_high_usd_per_kg_reo"
        ),
        _by_way(middle, _breakeven).alias("breakeven_caught"),
    ]
    expected, market = pl.col("expected_usd_per_kg_reo"), pl.col("imports_t").fill_null(0.0) * pl.col("reo_kg_per_kg")
    found = ways.with_columns(*columns, market_t_reo=market).with_columns(
        pays=expected > 0, expected_musd_per_month=expected * pl.col("market_t_reo") / 1000.0
    )
    return found.explode("element").select(
        "month", "element", *ROUTE, "stage", "item", "way", "inside_usd_per_kg", "outside_usd_per_kg", "outside_rationed",
        "reo_kg_per_kg", "wedge_usd_per_kg_reo", "transport_usd_per_kg_reo", "gain_usd_per_kg_reo", "caught",
        "expected_usd_per_kg_reo", "expected_low_usd_per_kg_reo", "expected_high_usd_per_kg_reo", "breakeven_caught", "pays",
        "market_t_reo", "expected_musd_per_month",
    ).sort("month", "element", *ROUTE, "expected_usd_per_kg_reo", descending=[False] * 4 + [True])  # fmt: skip


def _goods(prices: pl.DataFrame) -> pl.DataFrame:
    """stage, item, elements and kg REO per kg of the goods that carry rare earths between zones."""
    pairs = prices.select("stage", "item").unique(maintain_order=True).filter(pl.col("stage").is_in(STAGES)).rows()
    rows = []
    for stage, item in pairs:
        held = _contents(f"{stage}:{item}")
        rows.append((stage, item, sorted(held), sum(held.values()) if stage == "magnet" else 1.0))
    return pl.DataFrame(
        rows,
        schema={"stage": pl.String, "item": pl.String, "element": pl.List(pl.String), "reo_kg_per_kg": pl.Float64},
        orient="row",
    )


def _contents(good: str) -> dict[str, float]:
    """Element -> kg REO per kg of an oxide, metal (counted as contained oxide) or magnet, by table supply_recipes."""
    stage, item = good.split(":", 1)
    if stage == "oxide":
        return {item: 1.0}
    found: dict[str, float] = {}
    for part, kg in recipe(good).items():
        for element, share in _contents(part).items():
            found[element] = found.get(element, 0.0) + kg * share
    return found


def _markets(flows: pl.DataFrame) -> pl.DataFrame:
    """t that a zone imported of a good in the base month (base flows are the same in every month)."""
    first = flows.filter(pl.col("month") == pl.col("month").min())
    return first.group_by("stage", "item", "to_zone").agg(imports_t=pl.col("base_t").sum())


def _routes(prices: pl.DataFrame, known: Parameters) -> pl.DataFrame:
    """Pairs of zones by month and good whose price outside is above that inside and freight. A rationed price counts as its
    limit where goods are to go; goods that are rationed where they would be bought are not for sale."""
    rows = prices.filter(pl.col("stage").is_in(STAGES))
    keys = ["month", "stage", "item"]
    freight = known.get("freight") + known.get("freight_share") * pl.col("base_usd_per_kg").min().over("stage", "item")
    start = rows.select(
        *keys,
        pl.col("zone").alias("from_zone"),
        pl.col("usd_per_kg").alias("inside_usd_per_kg"),
        freight.alias("freight"),
    ).filter(pl.col("inside_usd_per_kg").is_not_null())
    end = rows.select(
        *keys, pl.col("zone").alias("to_zone"), pl.coalesce("usd_per_kg", "at_least_usd_per_kg").alias("outside_usd_per_kg"),
        pl.col("rationed").alias("outside_rationed"),
    )  # fmt: skip
    wedge = pl.col("outside_usd_per_kg") - pl.col("inside_usd_per_kg")
    return start.join(end, on=keys).filter(
        (pl.col("from_zone") != pl.col("to_zone")) & (wedge > pl.col("freight") * (1 + _NOTHING) + _NOTHING)
    )  # fmt: skip


@dataclass(frozen=True, slots=True)
class _Terms:
    """What one way of relabelling costs; cost in USD/kg REO."""

    discount: float
    cost: float
    caught: float
    fine: float


def _by_way(terms: Mapping[str, _Terms], what: Callable[[_Terms], pl.Expr]) -> pl.Expr:
    return pl.coalesce(pl.when(pl.col("way") == way).then(what(one)) for way, one in terms.items())


def _terms(known: Parameters, way: str) -> _Terms:
    return _Terms(*(known.get(*key) for key in _keys(way)))


def _keys(way: str) -> tuple[tuple[str, str], ...]:
    return ("relabel_discount", ""), ("relabel_cost", way), ("relabel_caught", way), ("relabel_fine", "")


def _ends(known: Parameters, way: str, held: Mapping[str, float], *, worse: bool) -> _Terms:
    """All four at their worse (higher) or better end; a parameter that the caller set, or without a range, stays."""
    column = "high" if worse else "low"
    rows = {
        f"{name} {item or ''}".strip(): end
        for name, item, end in table("supply_parameters").select("name", "item", column).rows()
    }
    ends = []
    for name, item in _keys(way):
        key = f"{name} {item}".strip()
        end = None if key in held else rows.get(key)
        ends.append(known.get(name, item) if end is None else end)
    return _Terms(*ends)


def _parts() -> tuple[pl.Expr, pl.Expr, pl.Expr]:
    """Outside, inside and freight in USD/kg REO."""
    reo = pl.col("reo_kg_per_kg")
    return pl.col("outside_usd_per_kg") / reo, pl.col("inside_usd_per_kg") / reo, pl.col("freight") / reo


def _gain(one: _Terms) -> pl.Expr:
    outside, inside, freight = _parts()
    return outside * (1 - one.discount) - inside - freight - one.cost


def _expected(one: _Terms) -> pl.Expr:
    outside, inside, _ = _parts()
    return _gain(one) - one.caught * (outside * (1 - one.discount) + one.fine * inside)


def _breakeven(one: _Terms) -> pl.Expr:
    """The chance of being caught at which `_expected` is nothing; null where `_gain` is not above nothing."""
    outside, inside, _ = _parts()
    gain = _gain(one)
    return pl.when(gain > 0).then(gain / (outside * (1 - one.discount) + one.fine * inside))
