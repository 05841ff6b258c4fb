"""What a check is: one question asked of every consignment, answered in bans by a row-local expression.

A weight is log10 of P(observation | label false) / P(observation | label true). Positive speaks against the label,
negative for it, null is silence (nothing to say, or nothing to say it with). Absence never counts.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Any, Literal

import polars as pl

Question = Literal["contents", "composition", "origin", "behaviour"]
#: What was looked at. Checks that look at the same datum say partly the same thing and are damped together.
Datum = Literal[
    "words", "value", "packing", "people", "circumstances", "parts", "grade", "plant", "route", "history", "sample"
]
Row = Mapping[str, Any]


@dataclass(frozen=True, slots=True)
class Check:
    """One check.

    name: as it stands in evidence and in the docs.
    question: which of the four questions it serves.
    datum: what it looks at; decides which checks are damped together (see screening/weigh.py).
    asks: the question in one sentence.
    weight: builds the Polars expression of the weight in bans (Float64, null = silent); row-local, no aggregate.
    because: builds the evidence sentence from one wide row (a mapping); called only for rows that are shown.
    source: where the numbers come from.
    """

    name: str
    question: Question
    datum: Datum
    asks: str
    weight: Callable[[], pl.Expr]
    because: Callable[[Row], str]
    source: str

    @property
    def needs(self) -> tuple[str, ...]:
        """Columns of the wide row the weight reads; every one always exists, any may be null."""
        return tuple(sorted(set(self.weight().meta.root_names())))
