"""One way to write a record as bytes, so that a hash of it means something: sorted keys, ASCII, no spaces, no floats."""

from __future__ import annotations

import datetime as dt
import json
from decimal import Decimal

from didymium.store.decimals import plain


def canonical(value: object) -> str:
    """JSON with sorted keys, escaped to ASCII; decimals and dates as text. TypeError for floats and anything else."""
    return json.dumps(_plain(value), sort_keys=True, ensure_ascii=True, separators=(",", ":"), allow_nan=False)


def _plain(value: object) -> object:
    if value is None or isinstance(value, str | bool | int):
        return value
    if isinstance(value, Decimal):
        return plain(value)
    if isinstance(value, dt.date):
        return value.isoformat()
    if isinstance(value, dict):
        return {str(key): _plain(one) for key, one in value.items()}
    if isinstance(value, list | tuple):
        return [_plain(one) for one in value]
    raise TypeError(f"{type(value).__name__} has no canonical form")
