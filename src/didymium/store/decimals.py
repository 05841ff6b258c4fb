"""Decimals that stay exact: reading, adding, writing, and a column type for both databases.

PostgreSQL keeps them as NUMERIC. SQLite has no exact decimals, so they are canonical text there; sums are made in Python
with a context that raises where anything would have to be rounded. Floats never enter: 0.1 is not a float.
"""

from __future__ import annotations

import decimal
import re
from collections.abc import Iterable
from decimal import Decimal
from typing import Any, Final

from sqlalchemy import Numeric, Text
from sqlalchemy.engine import Dialect
from sqlalchemy.types import TypeDecorator, TypeEngine

#: Raises decimal.Inexact instead of rounding. 400 digits: factors of 33 digits, a few of them multiplied, a long sum.
EXACT: Final = decimal.Context(
    prec=400, traps=[decimal.Inexact, decimal.InvalidOperation, decimal.DivisionByZero, decimal.Overflow]
)
ZERO: Final = Decimal(0)
#: Digits a single figure may have before and after the point; 10^15 kg is more than the crust holds in any mine.
WHOLE, PLACES = 15, 18
_WRITTEN: Final = re.compile(rf"[+-]?0*\d{{1,{WHOLE}}}(?:\.\d{{1,{PLACES}}}0*)?", re.ASCII)


def parse(value: object) -> Decimal | None:
    """A figure as written: '400.1', 12, Decimal('0.5'), or a float that a YAML or JSON reader made of one (its shortest form
    is what was written). None where it is no plain decimal number, or one with too many digits.
    """
    if isinstance(value, bool) or not isinstance(value, str | int | float | Decimal):
        return None
    if isinstance(value, Decimal):
        text = plain(value) if value.is_finite() and abs(value.adjusted()) < 50 else ""
    else:
        text = repr(value) if isinstance(value, float) else str(value)
    found = _WRITTEN.fullmatch(text.strip()) if len(text) <= 80 else None
    return Decimal(text.strip()) if found else None


def plain(value: Decimal) -> str:
    """Canonical text: no exponent, no final zeros, no minus before zero. 1E+3 -> '1000', 0.10 -> '0.1'.

    ValueError for what is not finite or has an exponent of hundreds: such text would fill memory.
    """
    if not value.is_finite() or abs(value.adjusted()) > 300:
        raise ValueError(f"{value} is no number that can be kept")
    text = format(value, "f")
    text = text.rstrip("0").rstrip(".") if "." in text else text
    return "0" if text in ("-0", "") else text


def total(values: Iterable[Decimal]) -> Decimal:
    """Exact sum of any number of decimals; 0 for none."""
    result = ZERO
    for value in values:
        result = EXACT.add(result, value)
    return result


def times(first: Decimal, *more: Decimal) -> Decimal:
    """Exact product; decimal.Inexact where it would take more than 400 digits."""
    for factor in more:
        first = EXACT.multiply(first, factor)
    return first


def percent(value: Decimal) -> Decimal:
    """A percentage as a share, exactly: 99.5 -> 0.995."""
    return value.scaleb(-2, EXACT)


class Exact(TypeDecorator[Decimal]):
    """A column of exact decimals: NUMERIC in PostgreSQL, canonical text in SQLite. Null stays null."""

    impl = Text
    cache_ok = True

    def load_dialect_impl(self, dialect: Dialect) -> TypeEngine[Any]:
        """NUMERIC without limits where the database has it."""
        return dialect.type_descriptor(Numeric() if dialect.name == "postgresql" else Text())

    def process_bind_param(self, value: Any, dialect: Dialect) -> object:
        """Only finite Decimals go in: a float is a mistake in the program."""
        if value is None:
            return None
        if not isinstance(value, Decimal) or not value.is_finite():
            raise TypeError(f"{value!r} is no finite Decimal")
        return value if dialect.name == "postgresql" else plain(value)

    def process_result_value(self, value: Any, _: Dialect) -> Decimal | None:
        """A Decimal, whatever the database keeps."""
        return None if value is None else Decimal(plain(Decimal(value)))
