"""Shape and coefficients of the programme of one month: which column and row stands for what.

Columns in this order: tranches, arcs, demand steps, stock steps. Rows: nodes, capacity groups, new ore by feed, quotas, rules
of origin.
"""

from __future__ import annotations

from typing import Final

import highspy
import numpy as np
from numpy.typing import NDArray

from didymium.supply.network.content import oxide_content
from didymium.supply.network.layout import STOCK_LEVELS, Floats, Layout, stock_steps

OriginRule = tuple[str, str, tuple[str, ...]]
Entry = tuple[int, int, float]
_INFINITY: Final = highspy.kHighsInf


class Shape:
    """Slices of columns and rows, curves, and costs that no month changes, for one layout, its quota rows and origin rules."""

    def __init__(self, layout: Layout, quotas: list[NDArray[np.intp]], rules: list[OriginRule]) -> None:
        self.layout, self._quotas, self._rules = layout, quotas, rules
        held = (
            oxide_content(layout.calibrated.network) if any(good.startswith("oxide:") for good, _, _ in rules) else {}
        )
        self._rule_arcs = [self._sent(rule, held) for rule in rules]
        network, price = layout.calibrated.network, layout.price()
        self.use_node = np.array([layout.at[use.good, use.zone] for use in network.uses], np.intp)
        self.arc_from = np.array([layout.at[good, a] for good, a, _ in layout.arcs], np.intp)
        self.arc_to = np.array([layout.at[good, b] for good, _, b in layout.arcs], np.intp)
        self.demand_levels, self.demand_width = layout.demand_curves()
        self.stock_levels = np.array(STOCK_LEVELS)
        self.stock_width = stock_steps(layout.stock_eta)
        self.freight = layout.arc_freight()
        self._count()
        self.cost = np.zeros(self.columns)
        self.cost[self.tranches] = [tranche.cost for tranche in layout.calibrated.tranches]
        self.cost[self.demand] = -(price[self.use_node][:, None] * self.demand_levels[None, :]).ravel()

    def _count(self) -> None:
        layout = self.layout
        sizes = (
            len(layout.calibrated.tranches),
            len(layout.arcs),
            self.demand_width.size,
            len(layout.stocks) * len(STOCK_LEVELS),
        )
        ends = np.cumsum(sizes)
        self.tranches, self.arcs, self.demand, self.stock = (
            slice(int(end - size), int(end)) for end, size in zip(ends, sizes, strict=True)
        )
        self.columns = int(ends[-1])
        feeds = layout.calibrated.network.new_ore()
        heights = np.cumsum([len(layout.nodes), len(layout.groups), len(feeds), len(self._quotas), len(self._rules)])
        self.node_rows, self.group_rows, self.ore_rows, self.quota_rows, self.rule_rows = (
            slice(int(a), int(b)) for a, b in zip([0, *heights[:-1]], heights, strict=True)
        )
        self.rows = int(heights[-1])

    def entries(self) -> Floats:
        """Column, row and coefficient of all entries of the matrix, one row each."""
        layout, network = self.layout, self.layout.calibrated.network
        found: list[Entry] = []
        for j, tranche in enumerate(layout.calibrated.tranches):
            one = network.activities[tranche.activity]
            found += [(j, layout.at[good, zone], kg) for good, zone, kg in one.flows]
            found += [(j, self.group_rows.start + layout.group_at[group], load) for group, load in one.groups() if load]
        found += self._new_ore_entries()
        for i, (good, a, b) in enumerate(layout.arcs):
            column = self.arcs.start + i
            found += [(column, layout.at[good, a], -1.0), (column, layout.at[good, b], 1.0)]
        for q, arcs in enumerate(self._quotas):
            found += [(self.arcs.start + int(i), self.quota_rows.start + q, 1.0) for i in arcs]
        for r, rule in enumerate(self._rules):
            found += self._rule_entries(r, rule)
        steps = [
            np.column_stack(
                [np.arange(part.start, part.stop), np.repeat(nodes, height), np.full(len(nodes) * height, -1.0)]
            )
            for part, nodes, height in (
                (self.demand, self.use_node, len(self.demand_levels)),
                (self.stock, layout.stocks, len(STOCK_LEVELS)),
            )
        ]
        return np.concatenate([np.array(found, np.float64).reshape(-1, 3), *steps])

    def _new_ore_entries(self) -> list[Entry]:
        """Routes take at most the new ore that is dug, feed by feed."""
        calibrated, found = self.layout.calibrated, []
        row = {feed: self.ore_rows.start + r for r, feed in enumerate(calibrated.network.new_ore())}
        for j, tranche in enumerate(calibrated.tranches):
            one = calibrated.network.activities[tranche.activity]
            if tranche.kind == "new" and one.feed:
                found.append((j, row[one.feed], -1.0 if one.stage == "mine" else 1.0))
        return found

    def _sent(
        self, rule: OriginRule, held: dict[str, dict[str, float]]
    ) -> tuple[NDArray[np.intp], NDArray[np.float64]]:
        """Arcs on which a zone sends the good to its destinations, and kg of it per kg: an oxide counts in whatever holds it."""
        good, zone, ends = rule
        found = [
            (i, kg)
            for i, (name, a, b) in enumerate(self.layout.arcs)
            if a == zone and b in ends and (kg := held.get(name, {}).get(good, float(name == good))) > 0
        ]
        return np.array([i for i, _ in found], np.intp), np.array([kg for _, kg in found], float)

    def _rule_entries(self, r: int, rule: OriginRule) -> list[Entry]:
        good, zone, _ = rule
        layout, row = self.layout, self.rule_rows.start + r
        found = [(self.arcs.start + int(i), row, float(kg)) for i, kg in zip(*self._rule_arcs[r], strict=True)]
        for j, tranche in enumerate(layout.calibrated.tranches):
            for name, place, kg in layout.calibrated.network.activities[tranche.activity].flows:
                if (name, place) == (good, zone) and kg > 0:
                    found.append((j, row, -kg))
        return found

    def model(self) -> highspy.HighsLp:
        """All bounds of columns 0, all balances without opening stock: `Programme.set_month` fills them."""
        entries = self.entries()
        order = np.lexsort((entries[:, 1], entries[:, 0]))
        entries = entries[order]
        model = highspy.HighsLp()
        model.num_col_, model.num_row_ = self.columns, self.rows
        model.col_cost_ = self.cost
        model.col_lower_, model.col_upper_ = np.zeros(self.columns), np.zeros(self.columns)
        lower, upper = np.full(self.rows, -_INFINITY), np.full(self.rows, _INFINITY)
        lower[self.node_rows] = 0.0
        upper[self.group_rows.start :] = 0.0
        model.row_lower_, model.row_upper_ = lower, upper
        model.a_matrix_.format_ = highspy.MatrixFormat.kColwise
        starts = np.searchsorted(entries[:, 0], np.arange(self.columns + 1))
        model.a_matrix_.start_ = starts.astype(np.int32)
        model.a_matrix_.index_ = entries[:, 1].astype(np.int32)
        model.a_matrix_.value_ = entries[:, 2]
        return model
