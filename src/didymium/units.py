"""Units of mass and volume, month numbers, and how figures are written in sentences.

Factors: UN/CEFACT Recommendation 20 (codes of units, rev. 17, 2021); pound 0.45359237 kg and ounce 28.349523125 g
exactly (international yard and pound agreement 1959); US gallon 231 in3 exactly.
"""

from __future__ import annotations

import datetime as dt
import math
from collections.abc import Mapping
from typing import Final

_POUND: Final = 0.45359237
_FOOT3: Final = 0.028316846592

#: kg in one unit. Keys are lower case; UN/CEFACT Rec 20 codes stand beside the usual words.
KG_PER: Final[Mapping[str, float]] = {
    "kg": 1.0, "kgm": 1.0, "kgs": 1.0, "kilo": 1.0, "kilogram": 1.0, "kilograms": 1.0, "kilogramme": 1.0,
    "千克": 1.0, "公斤": 1.0,
    "g": 0.001, "grm": 0.001, "gram": 0.001, "grams": 0.001, "克": 0.001,
    "mg": 1e-6, "mgm": 1e-6,
    "t": 1000.0, "tne": 1000.0, "tonne": 1000.0, "tonnes": 1000.0, "mt": 1000.0,
    "metric ton": 1000.0, "metric tons": 1000.0,
    "吨": 1000.0, "kt": 1e6, "ktn": 1e6,
    "dtn": 100.0, "quintal": 100.0,
    "lb": _POUND, "lbs": _POUND, "lbr": _POUND, "pound": _POUND, "pounds": _POUND,
    "oz": _POUND / 16, "onz": _POUND / 16, "ounce": _POUND / 16, "ounces": _POUND / 16,
    "short ton": 2000 * _POUND, "stn": 2000 * _POUND, "long ton": 2240 * _POUND, "ltn": 2240 * _POUND,
    "cwt": 100 * _POUND, "cwa": 100 * _POUND, "cwi": 112 * _POUND,
}  # fmt: skip

#: m3 in one unit, keys as above.
M3_PER: Final[Mapping[str, float]] = {
    "m3": 1.0, "mtq": 1.0, "m³": 1.0, "cbm": 1.0,
    "cubic meter": 1.0, "cubic meters": 1.0, "cubic metre": 1.0, "cubic metres": 1.0,
    "l": 0.001, "ltr": 0.001, "litre": 0.001, "litres": 0.001, "liter": 0.001, "liters": 0.001,
    "dm3": 0.001, "dmq": 0.001,
    "cm3": 1e-6, "cmq": 1e-6, "ml": 1e-6, "mlt": 1e-6,
    "hl": 0.1, "hlt": 0.1,
    "ft3": _FOOT3, "ftq": _FOOT3, "cft": _FOOT3, "cubic feet": _FOOT3, "cubic foot": _FOOT3,
    "in3": _FOOT3 / 1728, "inq": _FOOT3 / 1728,
    "gal": 231 * _FOOT3 / 1728, "gll": 231 * _FOOT3 / 1728,
}  # fmt: skip

_THIN_SPACE: Final = "\u2009"


def lookup(table: Mapping[str, float], unit: str) -> float | None:
    """Factor of a unit as written (any case, blanks around it, a final point); None = not known."""
    return table.get(unit.strip().rstrip(".").lower())


def month_index(date: dt.date) -> int:
    """Months since year 0, so that differences are whole months: 2024-03 -> 24290."""
    return date.year * 12 + date.month - 1


def month_start(index: int) -> dt.date:
    """First day of the month that `month_index` numbers."""
    return dt.date(index // 12, index % 12 + 1, 1)


def figure(x: float, digits: int = 3) -> str:
    """A number for a sentence: `digits` significant digits, thin-space thousands, never fewer than its whole part.

    12345.6 -> '12 346', 0.0012345 -> '0.00123', 3 -> '3'. Very small or very large numbers become powers of ten.
    Raises ValueError for NaN and infinities: they have no place in a sentence.
    """
    if not math.isfinite(x):
        raise ValueError(f"{x} is not a number that can be shown")
    if x == 0:
        return "0"
    exponent = math.floor(math.log10(abs(x)))
    if exponent >= 15 or exponent < -6:
        mantissa, _, power = f"{x:.{digits - 1}e}".partition("e")
        return f"{mantissa}×10^{int(power)}"
    decimals = max(digits - 1 - exponent, 0)
    text = f"{x:,.{decimals}f}"
    if "." in text:
        text = text.rstrip("0").rstrip(".")
    return text.replace(",", _THIN_SPACE)


def figure_range(low: float, high: float, digits: int = 3) -> str:
    """A range for a sentence: '14-22'; one figure where both ends read the same."""
    left, right = figure(low, digits), figure(high, digits)
    return left if left == right else f"{left}-{right}"


def mass(kg: float) -> str:
    """A mass for a sentence in g, kg or t: 40700000 -> '40 700 t'."""
    size = abs(kg)
    if size >= 10_000:
        return f"{figure(kg / 1000)} t"
    if 0 < size < 1:
        return f"{figure(kg * 1000)} g"
    return f"{figure(kg)} kg"


def iso(date: dt.date) -> str:
    """ISO 8601 date."""
    return date.isoformat()
