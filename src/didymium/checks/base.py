"""What a check is: one question asked of every consignment, answered in bans by a row-local expression.

A weight is log10 of P(observation | label false) / P(observation | label true). Positive speaks against the label,
negative for it, null is silence (nothing to say, or nothing to say it with). Absence never counts.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any, Literal

import polars as pl

Question = Literal["contents", "composition", "origin", "behaviour"]
#: What was looked at. Checks that look at the same datum say partly the same thing and are damped together.
Datum = Literal[
    "words", "value", "packing", "people", "circumstances", "parts", "grade", "plant", "route", "history", "sample"
]
Row = Mapping[str, Any]
#: Stages of named expressions; each stage may read the columns of those before it, and may replace them.
Steps = Sequence[Mapping[str, pl.Expr]]


def _no_steps() -> Steps:
    return ()


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
    steps: columns worked out before the weight, stage by stage, and dropped after it; their names begin with that of the
        check and a dot. Polars works a part of an expression out again wherever it stands, so what is used in several
        places belongs here.
    """

    name: str
    question: Question
    datum: Datum
    asks: str
    weight: Callable[[], pl.Expr]
    because: Callable[[Row], str]
    source: str
    steps: Callable[[], Steps] = _no_steps

    @property
    def needs(self) -> tuple[str, ...]:
        """Columns of the wide row the weight reads; every one always exists, any may be null."""
        read = {
            name for stage in self.steps() for expression in stage.values() for name in expression.meta.root_names()
        }
        own = {name for stage in self.steps() for name in stage}
        return tuple(sorted((read | set(self.weight().meta.root_names())) - own))
