"""Exact bounds of shares and of the Herfindahl-Hirschman index where amounts are intervals and a rest is not split.

An amount lies between low and high (equal where it is stated as one figure). `rest` is what a source gives for all
others together: at best spread so thinly that its squares vanish, at worst all in one country that is not named.
Units cancel: amounts may be tonnes, kilotonnes or per cent, as long as all are the same.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import Final

import numpy as np
from numpy.typing import NDArray

Floats = NDArray[np.float64]
#: So many intervals are tried at both ends in every combination; the narrower ones beyond are bounded by their shares.
MOST_CORNERS: Final = 14


def share_bounds(low: Floats, high: Floats, rest_low: float = 0.0, rest_high: float = 0.0) -> tuple[Floats, Floats]:
    """Lowest and highest share (0..1) of each supplier: its own end against the opposite ends of all others.

    Both arrays have one figure per supplier. A share is 0 where nothing at all is supplied.
    """
    others_high = high.sum() - high + rest_high
    others_low = low.sum() - low + rest_low
    return _ratio(low, low + others_high), _ratio(high, high + others_low)


def hhi_bounds(low: Floats, high: Floats, rest_low: float = 0.0, rest_high: float = 0.0) -> tuple[float, float]:
    """Lowest and highest possible HHI (0..1). (nan, nan) where nothing is supplied, whatever the intervals.

    Sum of squares over square of sum is quasi-convex in the amounts. Its maximum therefore lies at a corner of the box
    of intervals; its minimum has every amount at the same level, or at the end of its interval that is nearest to it.
    """
    if high.sum() + rest_high <= 0:
        return float("nan"), float("nan")
    return _lowest(low, high, rest_high), _highest(np.append(low, rest_low), np.append(high, rest_high))


def weighted_bounds(
    shares_low: Floats, shares_high: Floats, weight_low: Floats, weight_high: Floats, rest_high: float = 0.0
) -> tuple[float, float]:
    """Bounds of the sum of squared shares times weight (>= 0), from bounds of both; a rest weighs up to `rest_high`.

    Conservative: the bounds hold, but need not be reached, for shares cannot all be high at once.
    """
    lowest = float((shares_low**2 * weight_low).sum())
    return lowest, float((shares_high**2 * weight_high).sum()) + rest_high


def _lowest(low: Floats, high: Floats, rest: float) -> float:
    """Minimum over the box, with the rest spread thinly (it counts in the sum only)."""
    best = float("inf")
    ends = np.unique(np.concatenate([low, high]))
    for before, after in zip([0.0, *ends], [*ends, float("inf")], strict=True):
        inside = (low <= before) & (high >= after)  # free to move on this stretch of levels
        fixed = np.where(high <= before, high, low)[~inside]
        squares, total = float((fixed**2).sum()), float(fixed.sum()) + rest
        stationary = squares / total if total > 0 else before
        level = min(max(stationary, before), after)
        for tried in {before, level} | ({after} if np.isfinite(after) else set()):
            amounts = np.clip(tried, low, high)
            whole = float(amounts.sum()) + rest
            if whole > 0:
                best = min(best, float((amounts**2).sum()) / whole**2)
    return best


def _highest(low: Floats, high: Floats) -> float:
    """Maximum over the corners of the box."""
    loose = np.flatnonzero(high > low)
    if loose.size > MOST_CORNERS:
        return min(1.0, float((share_bounds(low, high)[1] ** 2).sum()))
    corners = ((np.arange(2**loose.size)[:, None] >> np.arange(loose.size)) & 1).astype(bool)
    amounts = np.broadcast_to(low, (corners.shape[0], low.size)).copy()
    amounts[:, loose] = np.where(corners, high[loose], low[loose])
    totals = amounts.sum(axis=1)
    some = totals > 0
    return float(((amounts[some] ** 2).sum(axis=1) / totals[some] ** 2).max())


def hhi(amounts: Sequence[float]) -> float:
    """HHI (0..1) of amounts that are all known; nan where they sum to 0."""
    low = np.asarray(amounts, dtype=float)
    return hhi_bounds(low, low)[1]


def _ratio(part: Floats, whole: Floats) -> Floats:
    return np.divide(part, whole, out=np.zeros_like(part), where=whole > 0)
