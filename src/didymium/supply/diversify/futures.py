"""Futures of a choice: how far controls ease, which projects fail, and how late the others come.

Failure, delay and easing are independent. The same futures are used for every choice, so that choices differ by nothing else.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from didymium.errors import UsageError
from didymium.supply.diversify.projects import Project
from didymium.supply.diversify.ranges import Floats, latin, ranges


@dataclass(frozen=True, slots=True)
class Futures:
    """relief: share of the way back to the base flow, by draw. succeeds, late: by draw and project; late in whole months."""

    relief: Floats
    succeeds: NDArray[np.bool_]
    late: NDArray[np.intp]
    seed: int

    @property
    def draws(self) -> int:
        """How many futures."""
        return len(self.relief)


def futures(projects: Sequence[Project], draws: int, seed: int) -> Futures:
    """Latin-hypercube draws of supply_decisions and of the probabilities of success; committed projects are not late.

    UsageError for a number of draws that is not 1 to 2000.
    """
    if not 1 <= draws <= 2000:
        raise UsageError(f"draws is {draws}.", fix="Allowed: 1 to 2000.")
    u = latin(draws, 1 + 2 * len(projects), seed)
    count = len(projects)
    chance, late = np.array([project.p for project in projects]), ranges("delay").at(u[:, 1 + count :])
    open_ = np.array([not project.committed for project in projects], bool)
    return Futures(
        ranges("relief").at(u[:, 0]),
        u[:, 1 : 1 + count] < chance,
        np.where(open_, np.round(late), 0).astype(np.intp),
        seed,
    )
