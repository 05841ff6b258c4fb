"""The linear programme of one month in HiGHS: built once, then only bounds, costs and right-hand sides change.

    max  sum level P0 demand + sum level E stock - sum cost activity - sum (freight + tax) arc
    node      opening + release + made + in - used - out - demand - stock >= 0   (the rest is thrown away; dual = price >= 0)
    group     sum load activity <= capacity
    new ore   sent on routes - dug by additions <= 0
    quota     sum of arcs aimed at <= tonnes
    origin    sent to the destination - made in the zone <= 0     (an oxide: sent in any form)

Amounts in t/month, prices in USD/kg, so welfare in kUSD a month. Columns and rows: see `matrix`.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Final

import highspy
import numpy as np
from numpy.typing import NDArray

from didymium.supply.network.layout import Floats, Layout
from didymium.supply.solve.errors import SolveError
from didymium.supply.solve.matrix import OriginRule, Shape

#: Columns handed over at a time: HiGHS sorts their numbers on every call, which takes less than half as long in parts.
_AT_ONCE: Final = 512


def _parts(numbers: NDArray[np.int32]) -> Iterator[NDArray[np.int32]]:
    for start in range(0, len(numbers), _AT_ONCE):
        yield numbers[start : start + _AT_ONCE]


class Quiet(highspy.Highs):
    """Without callbacks: nothing here listens, and setting them makes HiGHS print a banner on stdout."""

    def __init__(self) -> None:
        super().__init__()  # type: ignore[no-untyped-call]

    def enableCallbacks(self) -> None:  # noqa: N802  (name given by highspy)
        """Enable none."""


@dataclass(slots=True)
class Month:
    """The solution of one month: amounts by column, prices by node, thrown away by node, duals of quotas, reduced costs of arcs,
    and welfare in kUSD (the optimum)."""

    x: Floats
    price: Floats
    discard: Floats
    quota_dual: Floats
    rule_dual: Floats
    arc_reduced: Floats
    welfare: float


class Programme(Shape):
    """One HiGHS model for one layout and one set of quota rows and origin rules."""

    def __init__(self, layout: Layout, quotas: list[NDArray[np.intp]], rules: list[OriginRule]) -> None:
        super().__init__(layout, quotas, rules)
        self._highs = Quiet()
        for option, value in (("output_flag", False), ("threads", 1), ("solver", "simplex"), ("presolve", "off")):
            self._highs.setOptionValue(option, value)
        self._highs.passModel(self.model())
        self._upper, self._cost = np.zeros(self.columns), self.cost.copy()
        self._row_numbers = np.arange(self.rows, dtype=np.int32)
        self.solved_again = 0
        # The tolerances of the solver are absolute: amounts go in as multiples of a unit that makes a usual use about 100.
        sizes = [use.t for use in layout.calibrated.network.uses if use.t > 0]
        self.unit = float(10.0 ** np.round(np.log10(np.median(sizes) / 100.0))) if sizes else 1.0

    def set_month(self, upper: Floats, cost: Floats, row_lower: Floats, row_upper: Floats) -> None:
        """New bounds (t), costs (USD/kg) and right-hand sides (t); everything else of the model stays."""
        upper, row_lower, row_upper = upper / self.unit, row_lower / self.unit, row_upper / self.unit
        moved = np.flatnonzero(upper != self._upper).astype(np.int32)
        for part in _parts(moved):
            self._highs.changeColsBounds(len(part), part, np.zeros(len(part)), upper[part])
        dearer = np.flatnonzero(cost != self._cost).astype(np.int32)
        for part in _parts(dearer):
            self._highs.changeColsCost(len(part), part, cost[part])
        self._upper, self._cost = upper, cost
        self._highs.changeRowsBounds(self.rows, self._row_numbers, row_lower, row_upper)  # type: ignore[attr-defined]

    def solve(self, what: str) -> Month:
        """The optimum from the last basis. SolveError naming `what` where a second try from no basis finds none either."""
        highs = self._highs
        highs.run()
        if highs.getModelStatus() != highspy.HighsModelStatus.kOptimal:
            self.solved_again += 1
            highs.clearSolver()
            highs.run()
            status = highs.getModelStatus()
            if status != highspy.HighsModelStatus.kOptimal:
                raise SolveError(
                    f"{what}: the solver ended with {highs.modelStatusToString(status)!r}, not with an optimum.",
                    fix="Look for a capacity or use in the scenario or the overlay that is out of proportion.",
                )
        solution = highs.getSolution()
        dual, activity = np.array(solution.row_dual), np.array(solution.row_value)
        return Month(
            np.fromiter(solution.col_value, np.float64, self.columns) * self.unit, np.maximum(dual[self.node_rows], 0.0),
            activity[self.node_rows] * self.unit, -dual[self.quota_rows], -dual[self.rule_rows], self._reduced(dual),
            -highs.getObjectiveValue() * self.unit,
        )  # fmt: skip

    def _reduced(self, dual: Floats) -> Floats:
        """USD/kg by arc: its cost less what the rows it stands in are worth (the solver's own list of all columns is slower)."""
        reduced = self._cost[self.arcs] + dual[self.arc_from] - dual[self.arc_to]
        for arcs, worth in zip(self._quotas, dual[self.quota_rows], strict=True):
            reduced[arcs] -= worth
        for (numbers, kg), worth in zip(self._rule_arcs, dual[self.rule_rows], strict=True):
            reduced[numbers] -= worth * kg
        return np.asarray(reduced)

    def row_rent(self, month: Month) -> Floats:
        """USD/kg by arc that quota rows and origin rules add to its reduced cost."""
        rent = np.zeros(self.arcs.stop - self.arcs.start)
        for arcs, dual in zip(self._quotas, month.quota_dual, strict=True):
            rent[arcs] += dual
        for (numbers, kg), dual in zip(self._rule_arcs, month.rule_dual, strict=True):
            rent[numbers] += dual * kg
        return rent

    def basis(self) -> highspy.HighsBasis:
        """The basis of the last optimum."""
        return self._highs.getBasis()

    def start_from(self, basis: highspy.HighsBasis) -> None:
        """Begin from a basis, so that a run gives the same whatever was solved before."""
        self._highs.clearSolver()  # factors and weights of earlier solves could lead to another of several optima
        self._highs.setBasis(basis)
