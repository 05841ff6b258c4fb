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
Row = Mapping[str, Any]


@dataclass(frozen=True, slots=True)
class Check:
    """One check.

    name: as it stands in evidence and in the docs.
    question: which of the four questions it serves.
    asks: the question in one sentence.
    needs: columns of the wide row the expression reads; every one always exists, any may be null.
    weight: builds the Polars expression of the weight in bans (Float64, null = silent); row-local, no aggregate.
    because: builds the evidence sentence from one wide row (a mapping); called only for rows that are shown.
    source: where the numbers come from.
    """

    name: str
    question: Question
    asks: str
    needs: tuple[str, ...]
    weight: Callable[[], pl.Expr]
    because: Callable[[Row], str]
    source: str
