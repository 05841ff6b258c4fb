"""What goes from month to month: stocks, expected prices, adapted demand, reach of mines and routes, diffusion."""

from __future__ import annotations

from collections import Counter
from dataclasses import dataclass

import numpy as np

from didymium.supply.network.layout import Floats, Layout
from didymium.supply.network.tables import Parameters


@dataclass(frozen=True, slots=True)
class Pace:
    """How fast things change, per month (parameters of the same names)."""

    expectation: float = 0.11
    adjustment: float = 0.05
    elasticity_long: float = 0.57
    mine_ramp: float = 0.02
    route_shift: float = 0.04
    scrap_ramp: float = 0.02
    dy_for_tb_ramp: float = 0.01
    hg_share: float = 0.3
    hg_trend: float = 0.006
    hg_growth: float = 0.04
    hg_limit: float = 0.9
    rationing: float = 10.0
    stock_out: float = 0.35
    precaution: float = 1.4
    cover_spread: float = 0.6

    @classmethod
    def of(cls, parameters: Parameters) -> Pace:
        """From the parameters of a run."""
        return cls(**{name: parameters.get(name) for name in cls.__dataclass_fields__})


@dataclass(slots=True)
class State:
    """stock t, expected USD/kg by stocked node; adapted: factor by use; reach t/month and diffused share by tranche."""

    stock: Floats
    expected: Floats
    adapted: Floats
    reach: Floats
    diffused: Floats


class Movement:
    """The laws of motion for one layout."""

    def __init__(self, layout: Layout, pace: Pace) -> None:
        self.layout, self.pace = layout, pace
        network = layout.calibrated.network
        parts = [(part, network.activities[part.activity]) for part in layout.calibrated.tranches]
        feeds = {one.feed: one.base for one in network.activities if one.stage == "mine"}
        self.price = layout.price()
        self.use_node = np.array([layout.at[use.good, use.zone] for use in network.uses], np.intp)
        self.room = np.array([part.room for part, _ in parts])
        grows = [part.kind == "spare" and one.stage in ("mine", "separation", "scrap", "switch") for part, one in parts]
        self.grows = np.array(grows, bool)
        self.step = np.zeros(len(parts))
        ways = Counter(one.feed for part, one in parts if part.kind == "spare" and one.stage == "separation")
        for j, (part, one) in enumerate(parts):
            if not grows[j]:
                continue
            if one.stage == "switch":
                self.step[j] = pace.dy_for_tb_ramp * part.room
            elif one.stage == "scrap":
                self.step[j] = pace.scrap_ramp * network.capacity.get(("scrap", one.zone), 0.0)
            else:
                share = pace.mine_ramp if one.stage == "mine" else pace.route_shift / ways[one.feed]
                self.step[j] = share * feeds.get(one.feed, one.base)
                self.room[j] = min(part.room, feeds.get(one.feed, np.inf)) if one.stage == "separation" else part.room
        self.diffusion = np.array([part.kind == "diffusion" for part, _ in parts], bool)
        heavy = [[layout.at[good, zone] for good, zone, kg in one.flows if kg < 0 and good in ("metal:Dy", "metal:Tb")]
                 for _, one in parts]  # fmt: skip
        self._weight = np.zeros((int(self.diffusion.sum()), len(layout.nodes)))
        for row, nodes in enumerate(heavy[j] for j in range(len(parts)) if self.diffusion[j]):
            self._weight[row, nodes] = 1.0 / len(nodes) if nodes else 0.0

    def begin(self) -> State:
        """The state of the base month."""
        layout = self.layout
        parts = len(layout.calibrated.tranches)
        return State(
            layout.stock_target(), self.price[layout.stocks].copy(), np.ones(len(layout.calibrated.network.uses)),
            self.step.copy(), np.full(parts, self.pace.hg_share),
        )  # fmt: skip

    def tranche_room(self, state: State) -> Floats:
        """t/month by tranche that the state allows (inf = open)."""
        room = np.where(self.grows, np.minimum(state.reach, self.room), self.room)
        grown = state.diffused / self.pace.hg_share if self.pace.hg_share > 0 else np.ones_like(room)
        return np.where(self.diffusion, room * grown, room)

    def after(self, state: State, price: Floats, tranche_t: Floats, closing: Floats) -> State:
        """The state a month later, given prices by node, activity by tranche and closing stocks."""
        pace, base = self.pace, self.price
        ratio = np.clip(price / base, 1.0 / pace.rationing, pace.rationing)
        stocks = self.layout.stocks
        kept = base[stocks] * ratio[stocks]
        expected = state.expected ** (1 - pace.expectation) * kept**pace.expectation
        pull = ratio[self.use_node] ** (-pace.elasticity_long * pace.adjustment)
        reach = np.where(self.grows, np.clip(tranche_t, 0.0, None) + self.step, 0.0)
        return State(
            np.maximum(closing, 0.0), expected, state.adapted ** (1 - pace.adjustment) * pull,
            np.minimum(reach, np.where(self.grows, self.room, np.inf)), self._spread(state.diffused, ratio),
        )  # fmt: skip

    def _spread(self, diffused: Floats, ratio: Floats) -> Floats:
        """Diffusion grows by a trend, and faster where heavy rare earths are dearer than in the base month (fully at twice)."""
        pace, grown = self.pace, diffused.copy()
        dearer = np.clip(self._weight @ ratio - 1.0, 0.0, 1.0)
        more = diffused[self.diffusion] + pace.hg_trend + pace.hg_growth * dearer
        grown[self.diffusion] = np.minimum(pace.hg_limit, more)
        return grown
