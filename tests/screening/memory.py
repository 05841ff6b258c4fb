"""A source of declarations in memory, split where a test wants it, and the run of the local engine over it."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from itertools import pairwise

import polars as pl

from didymium.screening.engines import Scored, local


@dataclass(frozen=True)
class InMemory:
    """Canonical declarations; `cuts` are the row numbers before which a new batch begins, else batches are as asked."""

    rows: pl.DataFrame
    cuts: tuple[int, ...] = ()

    def batches(self, batch_rows: int) -> Iterator[pl.DataFrame]:
        if not self.cuts:
            yield from self.rows.iter_slices(batch_rows)
            return
        edges = sorted({0, *self.cuts, self.rows.height})
        for start, end in pairwise(edges):
            yield self.rows.slice(start, end - start)


def scored(rows: pl.DataFrame, cuts: Sequence[int] = (), *, prior: float = 0.02, limit: int = 10_000) -> Scored:
    source = InMemory(rows, tuple(cuts))
    return local.run([source], prior=prior, limit=limit, batch_rows=10_000, progress=lambda *_: None)
