"""The network of the reference tables, one zone per area: feeds, separation, metal, magnets, recycling, uses, stocks.

The base month is a twelfth of the base year. Magnets follow from their uses, metals from magnets, swarf from magnets;
what feeds give of an element beyond that is its direct use. The area without a stated base output makes the rest.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace
from typing import Any, Final

import polars as pl

from didymium.reference import table
from didymium.supply.network import balance, feeds, magnets, recycling
from didymium.supply.network.consistency import check_tables
from didymium.supply.network.model import Activity, Addition, Good, Network, Node, Use
from didymium.supply.network.tables import BASE_YEAR, ELEMENTS, MONTHS, Parameters, areas, base_prices, kept
from didymium.supply.network.zones import taken
from didymium.units import month_index

METALS: Final = ("NdPr", "Dy", "Tb", "Sm")
GRADES: Final = ("N", "H", "S")


def areas_network(overrides: Mapping[str, float] | None = None, year: int = BASE_YEAR) -> Network:
    """The whole network, one zone per area of supply_areas. overrides: parameters, see `Parameters`.

    Errors: ReferenceDataError for a table that lacks something; BalanceError where the base month cannot be.
    """
    check_tables()
    parameters, prices = Parameters(overrides), base_prices(year)
    magnetic = magnets.activities(parameters, prices)
    made = (*feeds.activities(parameters, year), *magnetic, *recycling.activities(parameters, magnetic))
    uses = magnet_uses(parameters)
    network = Network(
        zones=areas(),
        goods=_goods(made, prices),
        activities=made,
        uses=(*uses, *_direct_uses(made, uses, parameters)),
        months_held={},
        capacity=_capacity(parameters),
        additions=additions(),
        freight=parameters.get("freight"),
        freight_share=parameters.get("freight_share"),
        feed_area={one.feed: one.zone for one in made if one.stage == "mine" and one.feed},
        members={area: (area,) for area in areas()},
    )
    balance.check(network)
    return replace(network, months_held=_months_held(network, parameters))


def _goods(made: tuple[Activity, ...], prices: dict[str, float]) -> tuple[Good, ...]:
    names = dict.fromkeys(good for one in made for good, _, _ in one.flows)
    ores = [name for name in names if name.startswith("ore:")]
    return (
        *(Good(f"oxide:{element}", prices[element]) for element in ELEMENTS),
        *(Good(f"metal:{metal}", None) for metal in METALS),
        *(Good(f"magnet:{grade}", None) for grade in GRADES),
        *(Good(name, None, stocked=False) for name in names if name.startswith("swarf:")),
        *(Good(ore, None, traded=False, stocked=False) for ore in ores),
    )


def magnet_uses(parameters: Parameters) -> tuple[Use, ...]:
    """Uses of magnets by sector, grade and area (supply_sectors x supply_splits)."""
    factor, growth = parameters.get("elasticity_factor"), parameters.get("trend_factor") / 100.0
    return tuple(
        Use(row["sector"], row["product"], row["area"], row["t_per_year"] * row["share"] / MONTHS,
            row["elasticity"] * factor, row["trend_pct_per_year"] * growth, row["loss_usd_per_kg"] or 0.0)
        for row in _magnet_rows()
        if row["t_per_year"] * row["share"] > 0
    )  # fmt: skip


@kept
def _magnet_rows() -> list[dict[str, Any]]:
    return table("supply_sectors").join(table("supply_splits"), left_on="sector", right_on="user").to_dicts()


@kept
def _direct_rows() -> tuple[dict[str, list[dict[str, Any]]], dict[str, list[tuple[str, float]]]]:
    """Element -> a row per sector, and user -> areas with their shares."""
    by_element: dict[str, list[dict[str, Any]]] = {}
    for row in table("supply_direct_uses").iter_rows(named=True):
        by_element.setdefault(row["element"], []).append(row)
    splits: dict[str, list[tuple[str, float]]] = {}
    for user, area, share in table("supply_splits").select("user", "area", "share").rows():
        splits.setdefault(user, []).append((area, share))
    return by_element, splits


def _direct_uses(made: tuple[Activity, ...], uses: tuple[Use, ...], parameters: Parameters) -> list[Use]:
    """What the base supply of an element leaves after metals, split over areas; BalanceError where that is less than nothing.

    All direct uses of an element in an area are one use, whose demand is the sum of the curves of its sectors.
    """
    factor = parameters.get("elasticity_factor")
    left = balance.sums(_bare(made, uses))
    by_element, splits = _direct_rows()
    found = []
    for element, rows in by_element.items():
        good = f"oxide:{element}"
        parts = tuple((row["sector"], row["share"], row["elasticity"] * factor) for row in rows if row["share"] > 0)
        trend = sum(row["share"] * row["trend_pct_per_year"] for row in rows) / 100.0
        supply, use = left.get(good, (0.0, 0.0))
        if use > supply:
            raise balance.BalanceError(
                f"balance {good}: magnets take {use * MONTHS:,.1f} t a year, sources give {supply * MONTHS:,.1f}: "
                f"{(use - supply) * MONTHS:,.1f} t a year have no source.",
                fix="Add a source (table feeds), or lower the use of magnets (supply_sectors, supply_recipes).",
            )
        found += [
            Use(
                "direct",
                good,
                area,
                (supply - use) * share,
                sum(part * elasticity for _, part, elasticity in parts),
                trend,
                parts=parts,
            )
            for area, share in splits[rows[0]["user"]]
        ]
    return found


def _bare(made: tuple[Activity, ...], uses: tuple[Use, ...]) -> Network:
    return Network(areas(), tuple(Good(f"oxide:{element}", 1.0) for element in ELEMENTS) + tuple(
        Good(name, None, traded=not name.startswith("ore:"))
        for name in dict.fromkeys(good for one in made for good, _, _ in one.flows)
        if not name.startswith("oxide:")
    ), made, uses, {}, {})  # fmt: skip


@kept
def _stages() -> list[tuple[str, str, float | None, float, float | None]]:
    columns = ("stage", "area", "low_t_per_year", "capacity_t_per_year", "high_t_per_year")
    return table("supply_stages").select(columns).rows()


def _capacity(parameters: Parameters) -> dict[Node, float]:
    """t/month by stage and area; outside China within the range of the table, at the place that a parameter names."""
    places, found = parameters.items("capacity"), dict[Node, float]()
    for stage, area, low, t, high in _stages():
        place = 0.0 if area == "CN" else places.get(f"{stage} outside", 0.0)
        end = low if place < 0 else high
        found[stage, area] = (t if end is None else t + abs(place) * (end - t)) / MONTHS
    return found


@kept
def additions() -> tuple[Addition, ...]:
    """Projects of supply_projects at their expected capacity (capacity x probability of success)."""
    rows = table("supply_projects").filter(pl.col("p_success") > 0)
    return tuple(
        Addition(
            row["project"],
            ("mine", row["feed"]) if row["adds_to"] == "mine" else (row["adds_to"], row["area"]),
            row["t_per_year"] * row["p_success"] / MONTHS,
            month_index(row["first_output"]),
            row["ramp_months"],
            row["area"],
        )
        for row in rows.iter_rows(named=True)
    )


def _months_held(network: Network, parameters: Parameters) -> dict[Node, float]:
    """Months of use in stock: of the good itself where a parameter names it, else of its stage, in China or outside."""
    held = parameters.items("stock_months")
    stocked = {good.name: good.stage for good in network.goods if good.stocked}

    def months(good: str, zone: str) -> float:
        where = "CN" if zone == "CN" else "outside"
        return held.get(f"{where} {good}", held[f"{where} {stocked[good]}"])

    return {(good, zone): months(good, zone) for good, zone in taken(network) if good in stocked}
