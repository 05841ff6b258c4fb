"""Keeping the best of many batches in bounded memory, the same whatever the order and size of the batches."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Final

import polars as pl

from didymium.screening.enrich.lookup import own_copy

#: Order of findings: most probable first, then by identity, so that equal rows never depend on their place in a file.
ORDER: Final = ("probability", "declaration_id", "item_no", "file_no", "source_row")
_DESCENDING: Final = (True, False, False, False, False)
#: Probabilities are summed in this unit, as integers, so that the sum does not depend on the order.
_UNIT: Final = 1e-9


def ranked(rows: pl.DataFrame) -> pl.DataFrame:
    """Rows in the order of findings."""
    return rows.sort(ORDER, descending=_DESCENDING, nulls_last=True)


@dataclass
class Best:
    """Collects scored batches; keeps `limit` rows, counts all."""

    limit: int
    rows: pl.DataFrame | None = None
    lines: int = 0
    _expected: int = 0
    _waiting: list[pl.DataFrame] = field(default_factory=list)

    def add(self, scored: pl.DataFrame) -> None:
        """Take in one scored batch."""
        self.lines += scored.height
        self._expected += int((scored["probability"] / _UNIT).round().cast(pl.Int64).sum())
        if scored.height > self.limit:
            scored = ranked(scored).head(self.limit)
        if self.rows is not None and self.rows.height == self.limit:
            scored = scored.filter(pl.col("probability") >= self.rows["probability"][-1])
        self._waiting.append(own_copy(scored))
        if sum(frame.height for frame in self._waiting) >= 2 * self.limit:
            self._settle()

    def _settle(self) -> None:
        frames = ([] if self.rows is None else [self.rows]) + self._waiting
        if frames:
            self.rows = own_copy(ranked(pl.concat(frames)).head(self.limit))
        self._waiting = []

    @property
    def expected_false(self) -> float:
        """Sum of the probabilities of all rows seen: how many labels are expected to be false."""
        return self._expected * _UNIT

    def result(self) -> pl.DataFrame:
        """The best rows in order, with `rank` from 1; without any other column if no batch came."""
        self._settle()
        rows = pl.DataFrame() if self.rows is None else self.rows
        return rows.with_row_index("rank", offset=1)
