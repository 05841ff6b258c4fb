"""A scenario written out for one layout: caps, costs, rows and factors by month, ready for the solver.

Every array has one row per month. A value that changes nothing is infinite for caps, 0 for costs and tonnes, 1 for factors.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, field

import numpy as np
from numpy.typing import NDArray

from didymium.supply.network.layout import Floats, Layout
from didymium.supply.network.model import Network
from didymium.supply.scenario import calendar
from didymium.supply.scenario.goods import aimed, route, zones_in
from didymium.supply.scenario.shock import Scenario, Shock

Bools = NDArray[np.bool_]
Rule = tuple[str, str, tuple[str, ...], Bools]


@dataclass(slots=True)
class Effects:
    """What changes, by month and arc, tranche, group, use, addition or node.

    arc_share, way_share: of the base flow of an arc, or of a route of ore over a border; arc_leak: of the base flow, on top.
    arc_rate: tax as a share of price; arc_tax: USD/kg. release: t. wish: times the stock users want. quotas: arcs, and t by
    month for all of them. origin_rules: good, zone, destinations, in force by month.
    """

    months: int
    arc_share: Floats
    arc_leak: Floats
    arc_rate: Floats
    arc_tax: Floats
    way_share: Floats
    tranche_factor: Floats
    group_factor: Floats
    use_factor: Floats
    addition_factor: Floats
    release: Floats
    wish: Floats
    quotas: list[tuple[NDArray[np.intp], Floats]] = field(default_factory=list)
    origin_rules: list[Rule] = field(default_factory=list)

    def arc_cap(self, base: Floats) -> Floats:
        """t by month and arc: share of the base flow plus leak; infinite where nothing is controlled."""
        free = np.isinf(self.arc_share)
        return np.where(free, np.inf, (np.where(free, 0.0, self.arc_share) + self.arc_leak) * base[None, :])


def none(layout: Layout, months: int) -> Effects:
    """The effects of no shock at all."""
    network = layout.calibrated.network
    arcs, tranches = (months, len(layout.arcs)), (months, len(layout.calibrated.tranches))
    nodes = (months, len(layout.nodes))
    return Effects(
        months, np.full(arcs, np.inf), np.zeros(arcs), np.zeros(arcs), np.zeros(arcs), np.full(tranches, np.inf),
        np.ones(tranches), np.ones((months, len(layout.groups))), np.ones((months, len(network.uses))),
        np.ones((months, len(network.additions))), np.zeros(nodes), np.ones(nodes),
    )  # fmt: skip


@dataclass(slots=True)
class Aim:
    """One shock aimed at one layout. force: share of each month in which it holds; held: good -> elements in it."""

    effects: Effects
    shock: Shock
    scenario: Scenario
    layout: Layout
    force: Floats
    held: dict[str, frozenset[str]]
    precaution: float

    @property
    def network(self) -> Network:
        """The network of the layout."""
        return self.layout.calibrated.network

    def goods(self) -> set[str]:
        """Names of the goods it is aimed at."""
        return aimed(self.shock, self.network, self.held)

    def route(self) -> tuple[set[str], set[str]]:
        """Zones that goods leave and enter; a re-export rule holds for all zones that are neither origin nor destination."""
        start, end = route(self.shock, self.network)
        if self.shock.kind == "re_export":
            start = set(self.network.zones) - zones_in(self.network, self.shock.origin) - end
        return start, end

    def arcs(self) -> Iterator[tuple[int, tuple[str, str, str]]]:
        """Number and (good, from, to) of the arcs it is aimed at."""
        goods, (start, end) = self.goods(), self.route()
        for i, (good, a, b) in enumerate(self.layout.arcs):
            if good in goods and a in start and b in end:
                yield i, (good, a, b)

    def places(self) -> set[str]:
        """Zones in which a shock without a route acts; all where it names none."""
        return zones_in(self.network, self.shock.areas) if self.shock.areas else set(self.network.zones)

    def values(self, default: float = 0.0) -> Floats:
        """Its value in each month."""
        return calendar.values(self.shock, self.scenario.start, self.effects.months, default)

    def amount(self) -> Floats:
        """Its value in each month times the share of the month in which it holds; 1 where it names no value."""
        return self.force * self.values(default=1.0)

    def alarm(self, good: str, zone: str, when: Bools) -> None:
        """Users there want more stock in those months."""
        node = self.layout.at[good, zone]
        wish = self.effects.wish[:, node]
        self.effects.wish[:, node] = np.maximum(wish, np.where(when, self.precaution, 1.0))
