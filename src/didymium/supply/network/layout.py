"""Where everything stands in the linear programme: nodes, groups, tranches, arcs, uses and stocks as numbered arrays."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Final

import numpy as np
from numpy.typing import NDArray

from didymium.supply.network.calibrate import Calibrated
from didymium.supply.network.model import Node
from didymium.supply.network.zones import taken

Floats = NDArray[np.float64]
Ints = NDArray[np.intp]

#: Price over base price between the steps of demand; 1 is a bound, so use at base prices is exactly that of the base month.
DEMAND_BOUNDS: Final = (
    26.0, 14.0, 8.5, 5.8, 4.2, 3.2, 2.5, 2.0, 1.65, 1.38, 1.18, 1.07, 1.0, 0.93, 0.83, 0.68, 0.5, 0.33,
)  # fmt: skip
#: What is left above the highest bound pays the choke price, spread over these multiples of it so that no sector is the
#: first to lose everything.
CHOKES: Final = (1.4, 1.1, 0.9, 0.75)
#: Months of use in the pipeline of a stocked good at least; they also pin its price between two steps of demand.
PIPELINE: Final = 0.1
#: Price over expected price of the steps of stocks held; 1 is the stock of the base month.
STOCK_LEVELS: Final = (
    16.0, 9.5, 6.2, 4.5, 3.5, 2.7, 2.15, 1.75, 1.47, 1.28, 1.15, 1.07, 1.025,
    1.0, 0.975, 0.93, 0.86, 0.76, 0.62,
)  # fmt: skip


def stock_steps(eta: float) -> Floats:
    """Widths of the steps of stock held, as shares of the stock at the expected price.

    A step stands for the prices up to the geometric means with its neighbours, so the stock of the base month lies inside
    the step of level 1 and the price of the base month is exact; the first step holds what no price brings out.
    """
    levels = np.array(STOCK_LEVELS)
    bounds = [*np.sqrt(levels[:-1] * levels[1:]), levels[-1] * 0.9]
    return np.diff(np.concatenate([[0.0], np.power(bounds, -eta)]))


def demand_steps(elasticity: Floats, choke: float) -> tuple[Floats, Floats]:
    """Price over base price of each step, falling, and its width as a share of base use, one row per elasticity.

    Steps run between DEMAND_BOUNDS and pay the geometric mean of their bounds; below `choke` only the bounds that fit are used.
    """
    bounds = np.array([bound for bound in DEMAND_BOUNDS if bound < 0.75 * choke])
    upto = bounds[None, :] ** -elasticity[:, None]
    inner = np.diff(upto, axis=1)
    outer = np.repeat(upto[:, :1] / len(CHOKES), len(CHOKES), axis=1)
    levels = np.concatenate([np.array(CHOKES) * choke, np.sqrt(bounds[:-1] * bounds[1:])])
    return levels, np.concatenate([outer, inner], axis=1)


@dataclass(slots=True)
class Layout:
    """Numbered parts of one calibrated network. Prices USD/kg, amounts t/month; arrays are in the order of their lists."""

    calibrated: Calibrated
    choke: float = 40.0
    stock_eta: float = 0.96
    nodes: list[Node] = field(default_factory=list)
    at: dict[Node, int] = field(default_factory=dict)
    groups: list[Node] = field(default_factory=list)
    group_at: dict[Node, int] = field(default_factory=dict)
    arcs: list[tuple[str, str, str]] = field(default_factory=list)
    stocks: Ints = field(default_factory=lambda: np.zeros(0, np.intp))
    used: dict[Node, float] = field(default_factory=dict)

    def __post_init__(self) -> None:
        network = self.calibrated.network
        self.nodes = list(self.calibrated.net)
        self.at = {node: i for i, node in enumerate(self.nodes)}
        loaded = [group for one in network.activities for group, _ in one.groups()]
        self.groups = list(dict.fromkeys(loaded))
        self.group_at = {group: i for i, group in enumerate(self.groups)}
        self.arcs = [
            (good.name, start, end)
            for good in network.goods
            if good.traded
            for start in network.zones
            for end in network.zones
            if start != end and (good.name, start) in self.at and (good.name, end) in self.at
        ]
        used = self.used = taken(network)
        held = network.months_held
        self.stocks = np.array(
            [i for i, n in enumerate(self.nodes) if held.get(n, 0) > 0 and used.get(n, 0) > 0], np.intp
        )

    def price(self) -> Floats:
        """Base price by node."""
        return np.array([self.calibrated.price[node] for node in self.nodes])

    def stock_target(self) -> Floats:
        """t in stock in the base month, by stocked node."""
        used, held = self.used, self.calibrated.network.months_held
        return np.array([used[self.nodes[i]] * max(held.get(self.nodes[i], 0.0), PIPELINE) for i in self.stocks])

    def use_rate(self) -> Floats:
        """t/month used in the base month, by stocked node."""
        return np.array([self.used[self.nodes[i]] for i in self.stocks])

    def demand_curves(self) -> tuple[Floats, Floats]:
        """Levels of the steps, and their widths by use: the sum over the sectors of a use, see `demand_steps`."""
        levels, width = self._part_steps()
        total = np.zeros((len(self.calibrated.network.uses), len(levels)))
        np.add.at(total, [u for u, _, _, _ in self.demand_parts()], width)
        return levels, total

    def _part_steps(self) -> tuple[Floats, Floats]:
        """Levels of the steps, and their widths by part, as shares of the use."""
        parts = self.demand_parts()
        levels, width = demand_steps(np.array([elasticity for _, _, _, elasticity in parts]), self.choke)
        return levels, width * np.array([share for _, _, share, _ in parts])[:, None]

    def demand_parts(self) -> list[tuple[int, str, float, float]]:
        """Number of the use, sector, share of the use at base price, elasticity: one row per sector of every use."""
        uses = enumerate(self.calibrated.network.uses)
        return [(u, *curve) for u, use in uses for curve in use.curves]

    def step_shares(self) -> Floats:
        """Share of each part (rows as in `demand_parts`) in each step of its use."""
        (_, own), (_, total) = self._part_steps(), self.demand_curves()
        whole = total[[u for u, _, _, _ in self.demand_parts()]]
        return np.asarray(np.divide(own, whole, out=np.zeros_like(own), where=whole > 0))

    def arc_freight(self) -> Floats:
        """USD/kg by arc."""
        return np.array([self.calibrated.freight[good] for good, _, _ in self.arcs])

    def arc_base(self) -> Floats:
        """t/month by arc in the base month: what a zone exports goes to importers in proportion to what they import.

        Unlike flows of a solution, which another optimum could replace, these are unique.
        """
        net = self.calibrated.net
        bought: dict[str, float] = {}
        for (good, _), t in net.items():
            bought[good] = bought.get(good, 0.0) + max(-t, 0.0)
        return np.array(
            [
                max(net[good, a], 0.0) * max(-net[good, b], 0.0) / bought[good] if bought[good] > 0 else 0.0
                for good, a, b in self.arcs
            ]
        )
