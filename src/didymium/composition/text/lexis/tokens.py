"""What a text is cut into: tokens, and the values they carry."""

from __future__ import annotations

import re
from functools import lru_cache
from typing import Any, NamedTuple

from didymium.composition.chemistry import (
    Formula,
)
from didymium.composition.text.lexis.names import Word


class Token(NamedTuple):
    """kind: one letter (see names.KINDS and SIGNS). value: depends on kind. start, end: place in the normalised text."""

    kind: str
    value: Any
    start: int
    end: int


class Element(NamedTuple):
    """symbol; named: by name, not by symbol; slip: what was repaired; otherwise: the word it is if no figure is near."""

    symbol: str
    named: bool = False
    slip: str = ""
    otherwise: Word | None = None


class Compound(NamedTuple):
    """formula; named: by name (zirconia); slip: what was repaired; twin: the element that capitals can mean too (CO)."""

    formula: Formula
    named: bool = False
    slip: str = ""
    twin: str = ""


class Group(NamedTuple):
    """Element symbols written together without amounts (PrNd, DyFe, (Nd,Pr)); text as written; slip: what was repaired."""

    symbols: tuple[str, ...]
    text: str
    slip: str = ""


class Number(NamedTuple):
    """value; half: half a unit of the last place; other: the value where the mark means the other thing, else None;
    mark: the mark that is open or taken as decimal.
    """

    value: float
    half: float
    other: float | None
    mark: str


@lru_cache(maxsize=32_768)
def number(text: str) -> Number:
    """A number as written: `1,234.5`, `99,95`, `1.234.567`; NaN where the marks make no number."""
    body, _, power = text.lower().partition("e")
    marks = [c for c in body if c in ".,"]
    other: float | None = None
    mark = marks[-1] if marks else ""
    groups = re.fullmatch(r"[1-9]\d{0,2}([.,])\d{3}(?:\1\d{3})*", body)
    if len(set(marks)) == 2:
        whole, _, decimals = body.rpartition(mark)
        good = re.fullmatch(r"\d{1,3}([.,])\d{3}(?:\1\d{3})*", whole) and mark not in whole
        plain = re.sub("[.,]", "", whole) + "." + decimals if good else "nan"
    elif len(marks) > 1:
        plain = re.sub("[.,]", "", body) if groups else "nan"
        decimals = ""
    else:
        plain = body.replace(",", ".")
        decimals = plain.partition(".")[2]
        if groups:
            other = float(re.sub("[.,]", "", body))
    value = float(plain + (f"e{power}" if power and plain != "nan" else ""))
    return Number(value, 0.5 * 10.0 ** -len(decimals), other, mark)
