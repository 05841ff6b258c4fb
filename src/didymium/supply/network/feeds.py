"""Mines and separation: each feed of table feeds is dug where it lies and separated by the routes open to it.

Joint production: a feed gives its oxides in the fixed ratio of its deposit, times recovery. A route is a light circuit in one
area and, for Sm to Lu and Y, a heavy circuit in the same area, where it is done now, or none (the heavy part then stays
mixed and unsold). Only feeds that cross a border in the base year may change the area of their light circuit.
"""

from __future__ import annotations

from typing import Any

import polars as pl

from didymium.errors import ReferenceDataError
from didymium.reference import table
from didymium.supply.network.model import Activity, Node
from didymium.supply.network.tables import LIGHT, MONTHS, Parameters, area_of, kept, patterns


def activities(parameters: Parameters, year: int) -> list[Activity]:
    """Mines and routes of all feeds of the year; ReferenceDataError where the table has none."""
    rows = _feeds(year)
    if not rows:
        raise ReferenceDataError(f"no feed of {year}.", file="feeds.csv", fix="Add rows, or choose another year.")
    places, shares, found = area_of(), patterns(), list[Activity]()
    light, heavy = _separators("separation_light"), _separators("separation_heavy")
    for row in rows:
        mine = places[row["mined_in"]]
        pattern = {element: share * row["recovery"] for element, share in shares[row["deposit"]].items()}
        base = row["t_reo"] / MONTHS
        home = places[row["separated_in"]]
        used = (home, home if row["separates"] == "all" else None)
        found.append(_mine(row, mine, base, parameters))
        # What is dug and separated in one area has never crossed a border as ore, and is not taken to begin with it.
        places_open = [home] if mine == home else light
        for where in dict.fromkeys((used, *_routes(places_open, heavy, used))):
            found.append(_route(row["feed"], mine, where, pattern, base if where == used else 0.0, parameters))
    return found


@kept
def _feeds(year: int) -> list[dict[str, Any]]:
    return table("feeds").filter(pl.col("year") == year).to_dicts()


@kept
def _separators(stage: str) -> list[str]:
    """Areas with capacity of that stage, now or by a project."""
    now = table("supply_stages").filter(pl.col("stage") == stage)["area"]
    later = table("supply_projects").filter((pl.col("adds_to") == stage) & (pl.col("p_success") > 0))["area"]
    return list(dict.fromkeys([*now, *later]))


def _routes(light: list[str], heavy: list[str], used: tuple[str, str | None]) -> list[tuple[str, str | None]]:
    """(light circuit, heavy circuit or None) that a feed could take: heavy in the same area, or where it goes now, or nowhere."""
    found: list[tuple[str, str | None]] = []
    for place in light:
        found.append((place, None))
        found += [(place, other) for other in dict.fromkeys((place, used[1])) if other in heavy]
    return found


def _mine(row: dict[str, Any], zone: str, base: float, parameters: Parameters) -> Activity:
    """A mine under quota grows with it, and adds little beyond it whatever the price."""
    quota = f"{row['quota']} quota" if row["quota"] else "free"
    steps = tuple((float(value), share) for value, share in parameters.items("mine_close").items())
    return Activity(
        "mine", row["feed"], zone, ((f"ore:{row['feed']}", zone, 1.0),), base, 0.0,
        spare=base * parameters.get("mine_spare", quota), close=steps, feed=row["feed"],
        trend=parameters.get("mine_trend", quota) / 100.0,
    )  # fmt: skip


def _route(
    feed: str, mine: str, where: tuple[str, str | None], pattern: dict[str, float], base: float, parameters: Parameters
) -> Activity:
    """One route; load: t of light capacity per t of feed, second load: t of Sm to Lu and Y per t of feed."""
    place, heavy_place = where
    heavy = sum(share for element, share in pattern.items() if element not in LIGHT)
    flows = [(f"ore:{feed}", mine, -1.0)]
    flows += [(f"oxide:{element}", place, share) for element, share in pattern.items() if element in LIGHT]
    cost = parameters.get("conversion", "separation_light")
    second: Node | None = None
    if heavy_place is not None:
        flows += [
            (f"oxide:{element}", heavy_place, share) for element, share in pattern.items() if element not in LIGHT
        ]
        cost += heavy * parameters.get("conversion", "separation_heavy")
        second = ("separation_heavy", heavy_place)
    return Activity(
        "separation", feed, place, tuple(flows), base, cost, spare=float("inf"), group=("separation_light", place),
        second_group=second, second_load=heavy, sets=f"ore:{feed}" if base else None, feed=feed,
    )  # fmt: skip
