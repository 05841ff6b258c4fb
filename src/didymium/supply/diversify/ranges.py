"""Table supply_decisions, and draws from it: every range is a triangle of low, most likely and high."""

from __future__ import annotations

from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

from didymium.errors import ReferenceDataError
from didymium.reference import table

Floats = NDArray[np.float64]


class Range(NamedTuple):
    """Low, most likely and high, in the unit of the table."""

    low: float
    mid: float
    high: float

    def at(self, u: Floats) -> Floats:
        """Values of the triangle at these probabilities (inverse of its distribution); mid everywhere where it has no width."""
        width = self.high - self.low
        if width <= 0:
            return np.full_like(u, self.mid)
        peak = (self.mid - self.low) / width
        rising = self.low + np.sqrt(u * width * (self.mid - self.low))
        falling = self.high - np.sqrt((1.0 - u) * width * (self.high - self.mid))
        return np.where(u < peak, rising, falling)


def ranges(name: str, item: str = "") -> Range:
    """One row of supply_decisions. ReferenceDataError where it is missing or out of order."""
    for row in table("supply_decisions").iter_rows(named=True):
        if (row["name"], row["item"]) == (name, item):
            found = Range(row["low"], row["mid"], row["high"])
            if not found.low <= found.mid <= found.high:
                raise ReferenceDataError(
                    f"{name} {item}: {found.low:g}, {found.mid:g}, {found.high:g} do not rise.".replace(" :", ":"),
                    file="supply_decisions.csv",
                    fix="Let low <= mid <= high.",
                )
            return found
    raise ReferenceDataError(
        f"{name} {item} is missing.".replace("  ", " "),
        file="supply_decisions.csv",
        fix="Add the row, or install again.",
    )


def latin(draws: int, columns: int, seed: int) -> Floats:
    """Latin hypercube on (0, 1): in each column every one of `draws` equal slices holds exactly one draw."""
    random = np.random.default_rng(seed)
    slices = np.array([random.permutation(draws) for _ in range(columns)], float).reshape(columns, draws).T
    return (slices + random.random((draws, columns))) / draws
