"""Where the batches run: on this machine, or on a Ray cluster. Both give the same bytes."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from typing import Protocol

import polars as pl

from didymium.screening.attach import Profile

Progress = Callable[[str, int, int | None], None]


class Source(Protocol):
    """Anything that yields canonical declarations in batches, as often as asked, in the same order."""

    def batches(self, batch_rows: int) -> Iterator[pl.DataFrame]:
        """Canonical declarations, `batch_rows` at a time."""
        ...


@dataclass(frozen=True)
class Scored:
    """What an engine hands back.

    best: the best rows in order with `rank`, identity, bans per check and question, probability.
    lines: rows screened. expected_false: sum of their probabilities.
    profile: the closed profile. price_counts: its price histogram counts, for plots.
    """

    best: pl.DataFrame
    lines: int
    expected_false: float
    profile: Profile
    price_counts: pl.DataFrame


__all__ = ["Progress", "Scored", "Source"]
