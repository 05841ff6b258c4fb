"""The choice as one mixed-integer programme in HiGHS: the chain of every future and period, and one yes or no per project.

    min  (1 - a) mean_d L_d + a (v + mean_d z_d / (1 - 0.8))         z_d >= L_d - v, z_d >= 0     (mean of the worst fifth)
    L_d = sum loss x unserved                                        MUSD
    good, d, p      made + imported + unserved - used >= wanted + what direct uses and stocks take
    stage, d, p     load <= capacity + sum gain x                    ore likewise, for what projects dig
    sum cost x <= budget;   x_i <= sum of x_j over each group of needs

With x given it is a linear programme; its duals say what a tonne of a good or of capacity is worth.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import highspy
import numpy as np
from numpy.typing import NDArray

from didymium.supply.diversify.block import Block, blocks
from didymium.supply.diversify.chain import Chain
from didymium.supply.diversify.futures import Futures
from didymium.supply.diversify.ranges import Floats
from didymium.supply.solve.errors import SolveError
from didymium.supply.solve.lp import Quiet
from didymium.supply.solve.roll import Path

#: Share of the futures that count as bad: CVaR of 80 % is the mean of the worst fifth.
WORST = 0.2
#: A project that avoids less than this share of its cost is left out, so that ties do not spend the budget.
TIE = 1e-3


@dataclass(slots=True)
class Solution:
    """built: 1 or 0 by project. lost: MUSD by draw. objective: MUSD, see `Choice.weighed`. gap: share of it not proven.

    good_value, stage_value: USD/kg of one more t by period and good, or stage; project_value: MUSD, a bound on what it adds.
    """

    built: Floats
    lost: Floats
    objective: float
    gap: float
    good_value: Floats
    stage_value: Floats
    project_value: Floats


class Choice:
    """One model of a chain and its futures; solved for a budget, or for a given choice."""

    def __init__(self, chain: Chain, futures: Futures, paths: Sequence[Path], averse: float) -> None:
        self.chain, self.futures, self.averse = chain, futures, averse
        self.block: Block = blocks(chain, futures, paths)
        self.projects = len(chain.site.projects)
        self._committed = np.array([float(project.committed) for project in chain.site.projects])
        self._highs = Quiet()
        for option, value in (("output_flag", False), ("threads", 1), ("mip_rel_gap", 1e-4), ("time_limit", 300.0)):
            self._highs.setOptionValue(option, value)
        self._costs = np.array([0.0 if p.committed else p.cost_musd for p in chain.site.projects])
        self._highs.passModel(self._model())
        self._integers(on=False)

    def _model(self) -> highspy.HighsLp:
        block, n, d = self.block, self.projects, self.futures.draws
        columns = n + 1 + d + block.columns
        budget, bad = block.rows, block.rows + 1
        needs = [(i, group) for i, p in enumerate(self.chain.site.projects) if not p.committed for group in p.needs]
        self._need_rows = np.arange(bad + d, bad + d + len(needs), dtype=np.int32)
        entries = [(block.row, block.column + n + 1 + d, block.value), (block.x_row, block.x_column, block.x_value)]
        cost = self._costs
        entries.append((np.full(n, budget), np.arange(n), cost))
        loss_at, loss_draw = np.flatnonzero(block.loss), block.draw[np.flatnonzero(block.loss)]
        entries.append((bad + loss_draw, loss_at + n + 1 + d, -block.loss[loss_at]))
        entries.append((bad + np.arange(d), np.full(d, n), np.ones(d)))
        entries.append((bad + np.arange(d), n + 1 + np.arange(d), np.ones(d)))
        names = {p.name: i for i, p in enumerate(self.chain.site.projects)}
        for k, (i, group) in enumerate(needs):
            places = np.array([i, *(names[name] for name in group)])
            entries.append((np.full(len(places), bad + d + k), places, np.array([-1.0, *np.ones(len(group))])))
        lower = np.concatenate([block.lower, [-np.inf], np.zeros(d + len(needs))])
        upper = np.concatenate([block.upper, [np.inf], np.full(d + len(needs), np.inf)])
        last_resort = (block.cost - block.loss) / d
        price = np.concatenate([
            TIE * cost, [self.averse], np.full(d, self.averse / WORST / d), (1 - self.averse) / d * block.loss + last_resort,
        ])  # fmt: skip
        col_upper = np.concatenate([np.ones(n), np.full(1 + d, np.inf), block.col_upper])
        col_lower = np.concatenate([self._committed, np.zeros(1 + d + block.columns)])
        return _highs_model(columns, price, (col_lower, col_upper), (lower, upper), entries)

    def _integers(self, *, on: bool) -> None:
        kind = highspy.HighsVarType.kInteger if on else highspy.HighsVarType.kContinuous
        for i in range(self.projects):
            self._highs.changeColIntegrality(i, kind)

    def _limits(self, budget_musd: float, needs: float) -> None:
        """Budget, and the lower side of the rows of needs (0 = they hold, -inf = they do not)."""
        self._highs.changeRowBounds(self.block.rows, -np.inf, budget_musd)
        for row in self._need_rows:
            self._highs.changeRowBounds(int(row), needs, np.inf)

    def best(self, budget_musd: float, start: Floats | None = None) -> Solution:
        """The best choice within the budget. start: a choice to begin from. SolveError where none is found in time."""
        n = np.arange(self.projects, dtype=np.int32)
        self._highs.changeColsBounds(len(n), n, self._committed, np.ones(len(n)))
        self._limits(budget_musd, 0.0)
        self._integers(on=True)
        if start is not None:
            self._highs.setSolution(len(n), n, start)
        self._run("choice of projects")
        built = np.round(np.array(self._highs.getSolution().col_value)[: self.projects])
        gap = float(self._highs.getInfo().mip_gap)
        self._integers(on=False)
        found = self.given(built)
        found.gap = gap
        return found

    def given(self, built: Floats) -> Solution:
        """What is lost with this choice, whatever it costs and needs; with duals."""
        n = np.arange(self.projects, dtype=np.int32)
        self._highs.changeColsBounds(len(n), n, built, built)
        self._limits(np.inf, -np.inf)
        self._run("choice as given")
        solution, block, first = self._highs.getSolution(), self.block, self.projects + 1 + self.futures.draws
        x, dual = np.array(solution.col_value), np.array(solution.row_dual)
        lost = np.asarray(np.bincount(block.draw, block.loss * x[first:], self.futures.draws), np.float64)
        reduced = np.array(solution.col_dual)[: self.projects]
        return Solution(
            built, lost, self.weighed(lost), 0.0, block.by_good(dual), block.by_stage(dual), TIE * self._costs - reduced
        )

    def weighed(self, lost: Floats) -> float:
        """MUSD: the mean over draws and the mean of the worst fifth, weighed by the aversion to risk."""
        return (1 - self.averse) * float(lost.mean()) + self.averse * cvar(lost)

    def _run(self, what: str) -> None:
        self._highs.run()
        status = self._highs.getModelStatus()
        if status != highspy.HighsModelStatus.kOptimal:
            words = self._highs.modelStatusToString(status)
            raise SolveError(f"{what}: the solver ended with {words!r}, not with an optimum.", fix="Take fewer draws.")


def cvar(lost: Floats, worst: float = WORST) -> float:
    """Mean of the worst share of the draws (a draw that is cut by the share counts in part)."""
    falling, left, total = np.sort(lost)[::-1], worst * len(lost), 0.0
    for value in falling:
        weight = min(left, 1.0)
        total, left = total + weight * float(value), left - weight
        if left <= 1e-12:
            break
    return total / (worst * len(lost))


def _highs_model(
    columns: int,
    cost: Floats,
    bounds: tuple[Floats, Floats],
    sides: tuple[Floats, Floats],
    entries: Sequence[tuple[NDArray[np.intp], NDArray[np.intp], Floats]],
) -> highspy.HighsLp:
    """A model from (row, column, value) parts."""
    row, column, value = (np.concatenate([np.asarray(part[k]) for part in entries]) for k in range(3))
    order = np.lexsort((row, column))
    model = highspy.HighsLp()
    model.num_col_, model.num_row_ = columns, len(sides[0])
    model.col_cost_, (model.col_lower_, model.col_upper_) = cost, bounds
    model.row_lower_, model.row_upper_ = sides
    model.a_matrix_.format_ = highspy.MatrixFormat.kColwise
    model.a_matrix_.start_ = np.searchsorted(column[order], np.arange(columns + 1)).astype(np.int32)
    model.a_matrix_.index_, model.a_matrix_.value_ = row[order].astype(np.int32), value[order]
    return model
