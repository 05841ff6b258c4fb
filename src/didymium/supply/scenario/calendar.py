"""Shocks by month: values of a path, months that a shock covers only in part, months before and after it."""

from __future__ import annotations

import calendar
import datetime as dt

import numpy as np
from numpy.typing import NDArray

from didymium.supply.scenario.shock import Shock
from didymium.units import month_index, month_start


def in_force(shock: Shock, start: dt.date, months: int) -> NDArray[np.float64]:
    """Share of the days of each month in which the shock is in force, 0 to 1. start: first month of the scenario."""
    first, found = month_index(start), np.zeros(months)
    for t in range(months):
        opens = month_start(first + t)
        days = calendar.monthrange(opens.year, opens.month)[1]
        closes = opens + dt.timedelta(days=days)
        begin = max(shock.start, opens)
        end = min(shock.end + dt.timedelta(days=1), closes) if shock.end else closes
        found[t] = max((end - begin).days, 0) / days
    return found


def values(shock: Shock, start: dt.date, months: int, default: float = 0.0) -> NDArray[np.float64]:
    """The value of the shock in each month by its path (the last value holds on), its value, or the default."""
    if not shock.path:
        return np.full(months, default if shock.value is None else shock.value)
    offset = month_index(start) - month_index(shock.start)
    places = np.clip(np.arange(months) + offset, 0, len(shock.path) - 1)
    return np.array(shock.path)[places]


def delay(shock: Shock, start: dt.date, months: int) -> NDArray[np.float64]:
    """Share of the usual flow that arrives while a delay of `value` months begins: nothing, then all."""
    since = np.arange(months) + month_index(start) - month_index(shock.start)
    return np.clip(since + 1 - (shock.value or 0.0), 0.0, 1.0)
