"""Month after month: set the bounds of a month from state and effects, solve, move the state on."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from highspy import HighsBasis

from didymium.supply.network.layout import Floats, Layout
from didymium.supply.scenario.effects import Effects, none
from didymium.supply.solve.lp import Month, Programme
from didymium.supply.solve.state import Movement, Pace, State
from didymium.units import month_start


@dataclass(slots=True)
class Path:
    """Solutions of all months. Rows are months: opening stock t by stocked node, wanted t by use, arc caps t and tax USD/kg;
    supplied: less opening stock and releases, t by node."""

    start: int
    months: list[Month]
    opening: Floats
    closing: Floats
    wanted: Floats
    arc_cap: Floats
    arc_tax: Floats
    stock_wish: Floats
    supplied: Floats

    def prices(self) -> Floats:
        """USD/kg, months x nodes."""
        return np.array([month.price for month in self.months])


class Roller:
    """One model for one layout and one structure of quotas and rules; runs as many scenarios of that structure as asked."""

    def __init__(self, layout: Layout, pace: Pace, like: Effects | None = None) -> None:
        effects = like if like is not None else none(layout, 1)
        self.layout, self.pace = layout, pace
        self.programme = Programme(
            layout, [arcs for arcs, _ in effects.quotas], [rule[:3] for rule in effects.origin_rules]
        )
        self.movement = Movement(layout, pace)
        network = layout.calibrated.network
        self._use_t = np.array([use.t for use in network.uses])
        self._growth = np.array([1.0 + use.trend for use in network.uses])
        self._mine_growth = np.array(
            [1.0 + network.activities[part.activity].trend for part in layout.calibrated.tranches]
        )
        self._capacity = np.array([network.capacity.get(group, 0.0) for group in layout.groups])
        self._target = layout.stock_target()
        self._arc_base = layout.arc_base()
        self._from = np.array([layout.at[good, a] for good, a, _ in layout.arcs], np.intp)
        activities = network.activities
        self._way_base = np.array([activities[part.activity].base for part in layout.calibrated.tranches])
        self._additions = np.array([(a.start, a.ramp, a.t) for a in network.additions], float).reshape(-1, 3)
        self._to_groups = np.zeros((len(network.additions), len(layout.groups)))
        self._to_mines = np.zeros((len(network.additions), len(layout.calibrated.tranches)))
        for a, addition in enumerate(network.additions):
            if addition.group in layout.group_at:
                self._to_groups[a, layout.group_at[addition.group]] = 1.0
            for j in self._mine_parts(addition.group):
                self._to_mines[a, j] = 1.0
        self._basis = self._base_basis()

    def _mine_parts(self, group: tuple[str, str]) -> list[int]:
        """The new tranche of the mine of the feed that a project digs."""
        ones = self.layout.calibrated.network.activities
        parts = [
            (j, ones[part.activity]) for j, part in enumerate(self.layout.calibrated.tranches) if part.kind == "new"
        ]
        return [j for j, one in parts if ("mine", one.feed) == group and one.stage == "mine"]

    def _base_basis(self) -> HighsBasis:
        self._set(self.movement.begin(), self._free(1), 0, 0, projects=False)
        self.programme.solve("base month")
        return self.programme.basis()

    def _free(self, months: int) -> Effects:
        """No control, in the structure of this roller."""
        effects = none(self.layout, months)
        rows = self.programme
        count = rows.quota_rows.stop - rows.quota_rows.start
        effects.quotas = [(np.zeros(0, np.intp), np.full(months, np.inf)) for _ in range(count)]
        off = np.zeros(months, bool)
        effects.origin_rules = [("", "", (), off) for _ in range(rows.rule_rows.stop - rows.rule_rows.start)]
        return effects

    def run(self, start: int, months: int, effects: Effects | None = None, *, projects: bool = True) -> Path:
        """All months from month index `start`; effects None = no control. SolveError where a month has no optimum."""
        effects = effects if effects is not None else self._free(months)
        self.programme.start_from(self._basis)
        state, found, opening, closing, wanted, taxes, supplied = self.movement.begin(), [], [], [], [], [], []
        caps = effects.arc_cap(self._arc_base)
        last = self.movement.price
        for t in range(months):
            tax = effects.arc_tax[t] + effects.arc_rate[t] * last[self._from]
            wants = self._set(state, effects, t, start + t, projects=projects, tax=tax, cap=caps[t])
            month = self.programme.solve(f"{month_start(start + t):%Y-%m}")
            left = month.x[self.programme.stock].reshape(len(self.layout.stocks), -1).sum(axis=1)
            found.append(month)
            opening.append(state.stock)
            closing.append(left)
            wanted.append(wants)
            taxes.append(tax)
            given = -effects.release[t]
            given[self.layout.stocks] -= state.stock
            supplied.append(given)
            state = self.movement.after(state, month.price, month.x[self.programme.tranches], left)
            last = month.price
        wish = effects.wish[:, self.layout.stocks]
        return Path(
            start,
            found,
            np.array(opening),
            np.array(closing),
            np.array(wanted),
            caps,
            np.array(taxes),
            wish,
            np.array(supplied),
        )

    def _set(
        self, state: State, effects: Effects, t: int, month: int, *, projects: bool,
        tax: Floats | None = None, cap: Floats | None = None,
    ) -> Floats:  # fmt: skip
        """Bounds, costs and right-hand sides of month t of the effects; gives back t wanted by use."""
        rows, layout = self.programme, self.layout
        wanted: Floats = self._use_t * self._growth ** (t / 12.0) * state.adapted * effects.use_factor[t]
        added, mine_added = self._added(effects, t, month, projects=projects)
        upper, cost = np.empty(rows.columns), rows.cost.copy()
        upper[rows.tranches] = self._rooms(state, effects, t, mine_added)
        upper[rows.arcs] = np.inf if cap is None else cap
        cost[rows.arcs] = rows.freight + (0.0 if tax is None else tax)
        upper[rows.demand] = (wanted[:, None] * rows.demand_width).ravel()
        target = self._target * effects.wish[t][layout.stocks]
        upper[rows.stock] = (target[:, None] * rows.stock_width[None, :]).ravel()
        cost[rows.stock] = -(state.expected[:, None] * rows.stock_levels[None, :]).ravel()
        lower, top = np.full(rows.rows, -np.inf), np.full(rows.rows, np.inf)
        lower[rows.node_rows] = -effects.release[t]
        lower[layout.stocks] -= state.stock
        top[rows.group_rows] = (self._capacity + added) * effects.group_factor[t]
        top[rows.ore_rows] = 0.0
        top[rows.quota_rows] = [limit[t] for _, limit in effects.quotas]
        top[rows.rule_rows] = [0.0 if on[t] else np.inf for *_, on in effects.origin_rules]
        rows.set_month(upper, cost, lower, top)
        return wanted

    def _rooms(self, state: State, effects: Effects, t: int, mine_added: Floats) -> Floats:
        factor = effects.tranche_factor[t]
        room = self.movement.tranche_room(state) * self._mine_growth ** (t / 12.0) + mine_added
        room = np.where(np.isinf(room), np.where(factor > 0, np.inf, 0.0), np.where(np.isinf(room), 0.0, room) * factor)
        share = effects.way_share[t]
        controlled = np.isfinite(share)
        if controlled.any():
            room = np.where(controlled, np.minimum(room, np.where(controlled, share, 0.0) * self._way_base), room)
        return np.asarray(room)

    def _added(self, effects: Effects, t: int, month: int, *, projects: bool) -> tuple[Floats, Floats]:
        """New capacity by group, and new ore by tranche, t/month: linear ramps from the month of first output."""
        start, ramp, full = self._additions.T
        share = np.clip((month - start + 1.0) / ramp, 0.0, 1.0) if projects else np.zeros(len(full))
        t_more = share * full * effects.addition_factor[t]
        return t_more @ self._to_groups, t_more @ self._to_mines
