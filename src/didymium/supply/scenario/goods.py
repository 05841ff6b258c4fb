"""Which goods, arcs and activities a shock is aimed at."""

from __future__ import annotations

from collections.abc import Iterable

from didymium.supply.network.model import Activity, Network
from didymium.supply.scenario.shock import Shock

#: Goods that cross borders; a shock that names no stage is aimed at all of them.
TRADED_STAGES = ("oxide", "metal", "magnet", "swarf")


def contents(network: Network) -> dict[str, frozenset[str]]:
    """Good -> elements in it: oxides by name, metals and magnets by what they are made from, ore and swarf by what comes out."""
    found: dict[str, frozenset[str]] = {
        good.name: frozenset([good.item]) for good in network.goods if good.stage == "oxide"
    }
    steps = dict.fromkeys(step for one in network.activities if (step := _passes_on(one)))  # the same in many zones
    for _ in range(3):
        for goods, parts in steps:
            _gather(found, goods, parts)
    return {good.name: found.get(good.name, frozenset()) for good in network.goods}


def _passes_on(one: Activity) -> tuple[tuple[str, ...], tuple[str, ...]] | None:
    """Goods, and the goods whose elements they hold."""
    inputs = tuple([good for good, _, kg in one.flows if kg < 0])
    outputs = tuple([good for good, _, kg in one.flows if kg > 0])
    if one.stage in ("metal", "magnet"):
        return tuple([good for good in outputs if good.startswith(f"{one.stage}:")]), inputs
    return (inputs, outputs) if one.stage in ("separation", "recycling") else None


def _gather(found: dict[str, frozenset[str]], goods: Iterable[str], parts: Iterable[str]) -> None:
    held = frozenset().union(*(found.get(part, frozenset()) for part in parts))
    for good in goods:
        found[good] = found.get(good, frozenset()) | held


def aimed(shock: Shock, network: Network, held: dict[str, frozenset[str]]) -> set[str]:
    """Names of the goods that a shock on routes is aimed at."""
    stages = shock.stages or TRADED_STAGES
    return {
        good.name
        for good in network.goods
        if good.stage in stages
        and (not shock.items or good.item in shock.items)
        and (not shock.elements or held[good.name] & set(shock.elements))
    }


def zones_in(network: Network, areas: Iterable[str]) -> set[str]:
    """Zones that consist of these areas only; a zone that is cut by the set is not in it."""
    wanted = set(areas)
    return {zone for zone in network.zones if set(network.members.get(zone, (zone,))) <= wanted}


def route(shock: Shock, network: Network) -> tuple[set[str], set[str]]:
    """Zones that goods leave and enter. One side empty = all zones that are not on the other side; both empty = all."""
    everything = set(network.zones)
    start, end = zones_in(network, shock.origin), zones_in(network, shock.destination)
    if not shock.origin:
        start = everything - end if shock.destination else everything
    if not shock.destination:
        end = everything - start if shock.origin else everything
    return start, end


def sides(shocks: Iterable[Shock]) -> list[frozenset[str]]:
    """Sets of areas that the shocks tell apart, for `network.partition`. Mines are told apart by their feeds."""
    found = []
    for shock in shocks:
        at_mines_only = shock.kind == "outage" and set(shock.stages) == {"mine"}
        aimed_at = (shock.origin, shock.destination, () if at_mines_only else shock.areas)
        found += [frozenset(areas) for areas in aimed_at if areas]
    return found
