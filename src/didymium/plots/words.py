"""Figures, dates and countries as a reader sees them: thin-space thousands, ISO dates, names with codes.

Every function returns plain text (no markup). None gives the words `not stated`.
"""

from __future__ import annotations

import datetime as dt
import math
import re
from collections.abc import Mapping
from typing import Any, TypeVar

import msgspec

from didymium import units

RecordT = TypeVar("RecordT", bound=msgspec.Struct)

THIN = "\u202f"  # narrow no-break space: groups digits and never breaks a line
MINUS = "\u2212"
NOT_STATED = "not stated"

_UNSEEN = re.compile(
    "[\x00-\x08\x0b-\x1f\x7f-\x9f\u061c\u200b\u200e\u200f\u2028-\u202e\u2060-\u2069\ud800-\udfff\ufeff\ufff9-\uffff]"
)
_URL = re.compile(r"https?://[^\s<>\"'`{}|\\^]+[^\s<>\"'`{}|\\^.,;:)\]]")


def visible(text: str) -> str:
    """Text in which control, zero-width and direction-override characters show as `[U+202E]`, so none can mislead."""
    return _UNSEEN.sub(lambda found: f"[U+{ord(found.group()):04X}]", text)


def visible_all(value: Any) -> Any:
    """The same for every text inside nested lists and mappings; other values stay as they are."""
    if isinstance(value, str):
        return visible(value)
    if isinstance(value, dict):
        return {visible_all(key): visible_all(item) for key, item in value.items()}
    if isinstance(value, (list, tuple)):
        return [visible_all(item) for item in value]
    return value


def _joined(text: str) -> str:
    """Text of `units` with its blanks made unbreakable and a true minus sign."""
    return text.replace("\u2009", THIN).replace(" ", THIN).replace("-", MINUS)


def figure(x: float | None, digits: int = 3) -> str:
    """A number to `digits` significant digits, its whole part always kept: 40712.3 -> `40 712`."""
    return NOT_STATED if x is None or not math.isfinite(x) else _joined(units.figure(x, digits))


def whole(n: int) -> str:
    """A count with thin-space thousands."""
    return f"{n:,}".replace(",", THIN)


def mass(kg: float | None) -> str:
    """Mass in g, kg or t, whichever reads best, with its unit."""
    return NOT_STATED if kg is None or not math.isfinite(kg) else _joined(units.mass(kg))


def usd(value: float | None) -> str:
    """Money in USD."""
    return NOT_STATED if value is None or not math.isfinite(value) else f"{figure(value)}{THIN}USD"


def usd_per_kg(value: float | None) -> str:
    """Unit value in USD/kg."""
    return NOT_STATED if value is None or not math.isfinite(value) else f"{figure(value)}{THIN}USD/kg"


def day(value: object) -> str:
    """ISO date."""
    return value.isoformat() if isinstance(value, dt.date) else NOT_STATED if value in (None, "") else str(value)


def country(code: object, names: Mapping[str, str]) -> str:
    """`Namibia (NA)`; the code alone where the name is not known."""
    if code in (None, ""):
        return NOT_STATED
    name = names.get(str(code))
    return f"{name} ({code})" if name else str(code)


def parts(text: str) -> list[tuple[str, str | None]]:
    """Text cut into (piece, link): link is the URL where the piece is one (http and https only), else None."""
    cut: list[tuple[str, str | None]] = []
    at = 0
    for found in _URL.finditer(text):
        cut.append((text[at : found.start()], None))
        cut.append((found.group(), found.group()))
        at = found.end()
    cut.append((text[at:], None))
    return [piece for piece in cut if piece[0]]


def clean(record: RecordT) -> RecordT:
    """A copy of a record with every text made visible (see `visible`)."""
    return msgspec.convert(visible_all(msgspec.to_builtins(record)), type(record))
