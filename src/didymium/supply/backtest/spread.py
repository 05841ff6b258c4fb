"""What the model could give: backtests over the ranges of all parameters, not at their values alone."""

from __future__ import annotations

from typing import Final

import numpy as np
import polars as pl

from didymium.supply.backtest.compare import backtests, given, measure, play, rows, story
from didymium.supply.sweep.draws import hypercube
from didymium.supply.sweep.ranges import read_ranges, spans

#: Share of the draws below and above the range that is shown.
TAIL: Final = 0.05


def ranged(draws: int = 60, seed: int = 0) -> pl.DataFrame:
    """`backtests` with model_low and model_high (5 and 95 % of the draws), and overlaps: do both ranges meet?

    Every parameter with a range is drawn, each on its own, as in a sweep; throughputs and what given.csv holds are not.
    """
    bounds = {event: _draws(event, draws, seed) for event in rows()["scenario"].unique(maintain_order=True)}
    taken = {event: iter(found) for event, found in bounds.items()}
    lows, highs = zip(*(next(taken[event]) for event in rows()["scenario"]), strict=True)
    frame = backtests().with_columns(model_low=pl.Series(lows), model_high=pl.Series(highs))
    meet = (pl.col("model_low") <= pl.col("observed_high")) & (pl.col("model_high") >= pl.col("observed_low"))
    return frame.with_columns(overlaps=meet)


def _draws(event: str, draws: int, seed: int) -> list[tuple[float, float]]:
    """Low and high of each row of an event, in the order of rows.csv."""
    known, held = story(event), given(event)
    drawn = [one for one in spans(known, read_ranges(), held) if one.of == "parameter"]
    mine = rows().filter(pl.col("scenario") == event).to_dicts()
    found = []
    for values in hypercube(drawn, draws, seed):
        parameters = {one.item: float(value) for one, value in zip(drawn, values, strict=True)}
        played = play(known, {**held, **parameters})
        found.append([measure(played, row) for row in mine])
    low, high = np.quantile(np.array(found), [TAIL, 1.0 - TAIL], axis=0, method="nearest")
    return list(zip(low.tolist(), high.tolist(), strict=True))
