"""What drives the answer: Spearman rank correlation of every range with outcomes of the draws.

Ranks, because outcomes bend and break (stock-outs, rationing) and a rank correlation only asks whether more of the one
goes with more of the other. It sees no range whose effect turns round in its middle, and no two ranges that act together only.
"""

from __future__ import annotations

from typing import Final

import numpy as np
import polars as pl

from didymium.supply.network.layout import Floats
from didymium.supply.sweep.outcomes import NODE
from didymium.supply.sweep.ranges import Range

#: Share of the draws at either end whose median outcome is shown.
_END: Final = 0.2
#: Outcomes whose interquartile range over their largest amount is below this do not move: nothing drives them.
_STILL: Final = 1e-4


def tornado(found: pl.DataFrame, ranges: tuple[Range, ...], values: Floats) -> pl.DataFrame:
    """By outcome, zone, stage, item and range: rank_correlation, largest amount first; values: draws x ranges.

    at_low, at_high: median outcome in the fifth of draws where the range was lowest and highest; median: of all; noise: amount
    that a range without any effect stays below in 19 of 20 cases. Outcomes that do not move are left out.
    """
    parts, ranked = [], dict[bytes, Ranked]()
    for (outcome, *node, unit), rows in found.group_by("outcome", *NODE, "unit", maintain_order=True):
        good = rows.filter(pl.col("value").is_finite())
        y = good["value"].to_numpy()
        spread = np.subtract(*np.quantile(y, [0.75, 0.25])) if len(y) >= 10 else 0.0
        if spread <= _STILL * max(float(np.abs(y).max(initial=0.0)), 1e-9):
            continue
        draws = good["draw"].to_numpy()
        if draws.tobytes() not in ranked:  # most outcomes have a figure in the same draws
            ranked[draws.tobytes()] = Ranked(values[draws])
        parts.append(
            _bars(ranked[draws.tobytes()], y).with_columns(
                pl.Series("range", [one.name for one in ranges]),
                *(
                    pl.lit(word).alias(key)
                    for key, word in zip(("outcome", *NODE, "unit"), (outcome, *node, unit), strict=True)
                ),
            )
        )
    if not parts:
        return pl.DataFrame(schema=_SCHEMA)
    keys = ["outcome", *NODE]
    strength = pl.col("rank_correlation").abs()
    return pl.concat(parts).select(*_SCHEMA).sort(*keys, strength, descending=[False] * len(keys) + [True])


class Ranked:
    """Values of all ranges in some draws: ranks about their mean, sums of squares, and the order of the draws."""

    def __init__(self, x: Floats) -> None:
        ranks = np.column_stack([pl.Series(column).rank("average").to_numpy() for column in x.T])
        self.centred = ranks - ranks.mean(axis=0)
        self.squares = (self.centred**2).sum(axis=0)
        self.order = np.argsort(x, axis=0)


def _bars(x: Ranked, y: Floats) -> pl.DataFrame:
    count = len(y)
    ranks = pl.Series(y).rank("average").to_numpy()
    b = ranks - ranks.mean()
    size = np.sqrt(x.squares * (b**2).sum())
    correlation = np.divide(b @ x.centred, size, out=np.zeros(len(size)), where=size > 0)
    order, end = x.order, max(int(_END * count), 1)
    low, high = np.median(y[order[:end]], axis=0), np.median(y[order[-end:]], axis=0)
    return pl.DataFrame({
        "rank_correlation": correlation, "at_low": low, "at_high": high,
        "median": np.full(len(low), np.median(y)), "noise": np.full(len(low), 1.96 / np.sqrt(count - 1)),
        "draws": np.full(len(low), count),
    })  # fmt: skip


_SCHEMA: Final = {
    "outcome": pl.String, "zone": pl.String, "stage": pl.String, "item": pl.String, "range": pl.String,
    "rank_correlation": pl.Float64, "at_low": pl.Float64, "median": pl.Float64, "at_high": pl.Float64, "unit": pl.String,
    "noise": pl.Float64, "draws": pl.Int64,
}  # fmt: skip
