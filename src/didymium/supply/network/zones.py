"""Areas joined into zones: those that no control tells apart share one price (up to freight), so they are one zone.

Two areas belong together where every control has both of them on the same side: both or neither among those it is taken
from, both or neither among those it is aimed at. The result is the coarsest split in which every control runs between
whole zones; it is exact up to the cost of transport within a zone.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import replace

from didymium.supply.network.model import Activity, Addition, Network, Node, Use


def partition(areas: Iterable[str], sides: Iterable[frozenset[str]]) -> dict[str, str]:
    """Area -> zone. sides: sets of areas that a control or the caller tells apart. A zone is named after its only area,
    or `rest` for the zone with most areas, else after its areas joined by +."""
    all_areas = list(areas)
    marks = list(sides)
    groups: dict[tuple[bool, ...], list[str]] = {}
    for area in all_areas:
        groups.setdefault(tuple(area in side for side in marks), []).append(area)
    biggest = max(groups.values(), key=len)
    return {
        area: area if len(group) == 1 else "rest" if group is biggest else "+".join(group)
        for group in groups.values()
        for area in group
    }


def contract(network: Network, zone_of: Mapping[str, str]) -> Network:
    """The network with its zones renamed and joined: tonnes, capacities and uses add up, stocks keep their months of use.

    KeyError where a zone of the network has no new name.
    """
    zones = tuple(dict.fromkeys(zone_of[zone] for zone in network.zones))
    capacity: dict[Node, float] = {}
    for (stage, zone), t in network.capacity.items():
        key = (stage, zone_of[zone])
        capacity[key] = capacity.get(key, 0.0) + t
    return replace(
        network,
        zones=zones,
        activities=_merged_activities(network.activities, zone_of),
        uses=_merged_uses(network.uses, zone_of),
        months_held=_merged_stocks(network, zone_of),
        capacity=capacity,
        additions=tuple(_moved(addition, zone_of) for addition in network.additions),
        members={zone: _members(network, zone, zone_of) for zone in zones},
    )


def _members(network: Network, zone: str, zone_of: Mapping[str, str]) -> tuple[str, ...]:
    return tuple(area for old in network.zones if zone_of[old] == zone for area in network.members.get(old, (old,)))


def _moved(addition: Addition, zone_of: Mapping[str, str]) -> Addition:
    stage, place = addition.group
    group = addition.group if stage == "mine" else (stage, zone_of[place])
    return replace(addition, group=group, zone=zone_of[addition.zone])


def _merged_activities(activities: Iterable[Activity], zone_of: Mapping[str, str]) -> tuple[Activity, ...]:
    """Activities that do the same in the same zone become one; routes that only differed in where they cross a border too."""
    alike: dict[tuple[object, ...], list[Activity]] = {}
    for one in activities:
        flows = tuple((good, zone_of[zone], kg) for good, zone, kg in one.flows)
        groups = (_group(one.group, zone_of), _group(one.second_group, zone_of))
        # Routes of one feed that end in the same zone are one route, in use where any of them is.
        same_way = None if one.stage == "separation" else one.sets
        alike.setdefault((one.stage, one.item, zone_of[one.zone], flows, *groups, same_way), []).append(one)
    return tuple(_joint(ones, zone_of) for ones in alike.values())


def _group(group: Node | None, zone_of: Mapping[str, str]) -> Node | None:
    return (group[0], zone_of[group[1]]) if group else None


def _joint(ones: list[Activity], zone_of: Mapping[str, str]) -> Activity:
    """Activities that are the same in the new zones, as one."""
    first = ones[0]
    most = max if first.stage == "separation" else sum
    return replace(
        first,
        zone=zone_of[first.zone],
        flows=tuple((good, zone_of[zone], kg) for good, zone, kg in first.flows),
        group=_group(first.group, zone_of),
        second_group=_group(first.second_group, zone_of),
        base=sum(one.base for one in ones),
        spare=most(one.spare for one in ones),
        sets=next((one.sets for one in ones if one.sets), None),
        cost=min(one.cost for one in ones),
    )


def _merged_uses(uses: Iterable[Use], zone_of: Mapping[str, str]) -> tuple[Use, ...]:
    merged: dict[tuple[object, ...], Use] = {}
    for use in uses:
        zone = zone_of[use.zone]
        moved = Use(use.sector, use.good, zone, use.t, use.elasticity, use.trend, use.loss, use.parts)
        key = (moved.sector, moved.good, moved.zone, moved.elasticity, moved.parts, moved.trend, moved.loss)
        known = merged.get(key)
        merged[key] = replace(moved, t=moved.t + known.t) if known else moved
    return tuple(merged.values())


def taken(network: Network) -> dict[Node, float]:
    """Node -> t/month used in the base month, by activities and by final uses."""
    found: dict[Node, float] = {}
    for activity in network.activities:
        for good, zone, kg in activity.flows:
            if kg < 0:
                found[good, zone] = found.get((good, zone), 0.0) - kg * activity.base
    for use in network.uses:
        found[use.good, use.zone] = found.get((use.good, use.zone), 0.0) + use.t
    return found


def _merged_stocks(network: Network, zone_of: Mapping[str, str]) -> dict[Node, float]:
    """Months of use of the joint zone: the mean of its areas, weighted by use."""
    used, weights, months = taken(network), dict[Node, float](), dict[Node, float]()
    for (good, zone), held in network.months_held.items():
        key, weight = (good, zone_of[zone]), used.get((good, zone), 0.0)
        weights[key] = weights.get(key, 0.0) + weight
        months[key] = months.get(key, 0.0) + weight * held
    return {key: months[key] / weight if weight else 0.0 for key, weight in weights.items()}
