"""Draws: a Latin hypercube over all ranges, and what one draw makes of parameters and shocks."""

from __future__ import annotations

import datetime as dt
import math
import zlib
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Final

import msgspec
import numpy as np

from didymium.supply.network.layout import Floats
from didymium.supply.scenario import Scenario
from didymium.supply.scenario.shock import KINDS, Shock
from didymium.supply.sweep.ranges import Range

#: No shock is made to last beyond this day; scenarios begin in 2060 at the latest and run for 20 years.
_LATEST: Final = dt.date(2100, 12, 31)


@dataclass(frozen=True, slots=True)
class Draw:
    """One draw. parameters: overrides for `prepare`; loss: factor on what a missing kg costs."""

    scenario: Scenario
    parameters: dict[str, float] = field(default_factory=dict)
    loss: float = 1.0


def hypercube(ranges: Sequence[Range], draws: int, seed: int) -> Floats:
    """Values drawn, draws x ranges: each range is cut into as many equal parts as there are draws, and each part is hit once.

    The numbers of a range come from the seed and its name alone, so holding one range leaves the draws of the others as they are.
    """
    found = np.empty((draws, len(ranges)))
    for column, one in enumerate(ranges):
        random = np.random.default_rng([seed, zlib.crc32(one.name.encode())])
        found[:, column] = quantile(one, (random.permutation(draws) + random.random(draws)) / draws)
    return found


def quantile(one: Range, share: Floats) -> Floats:
    """The value below which that share of the draws lies: middle at 0.5; on a scale of ratios where low is above zero."""
    ends = np.array([one.low, one.middle, one.high])
    ratios = one.low > 0
    value = np.interp(share, [0.0, 0.5, 1.0], np.log(ends) if ratios else ends)
    # exp(log(x)) may step outside by rounding
    return np.asarray(np.clip(np.exp(value) if ratios else value, one.low, one.high))


def made(scenario: Scenario, ranges: Iterable[Range], values: Iterable[float], held: Mapping[str, float]) -> Draw:
    """The scenario, parameters and loss factor of one draw; held: parameters that are not drawn."""
    parameters, factors, loss = dict(held), dict[int, dict[str, float]](), 1.0
    for one, value in zip(ranges, values, strict=True):
        if one.of == "parameter":
            parameters[one.item] = float(value)
        elif one.of == "loss":
            loss = float(value)
        else:
            number, what = one.item.split(" ", 1)
            factors.setdefault(int(number), {})[what] = float(value)
    shocks = tuple(
        _moved(shock, factors[number]) if number in factors else shock
        for number, shock in enumerate(scenario.shock, start=1)
    )
    return Draw(msgspec.structs.replace(scenario, shock=shocks), parameters, loss)


def _moved(shock: Shock, factor: Mapping[str, float]) -> Shock:
    """The shock with its value, pace and length changed; values stay within what its kind allows."""
    needs, times = KINDS[shock.kind], factor.get("value", 1.0)
    changed: dict[str, object] = {}
    path = _paced(shock.path, factor.get("pace", 1.0))
    if path:
        changed["path"] = tuple(min(max(value * times, needs.low), needs.high) for value in path)
    if shock.value is not None:
        changed["value"] = min(max(shock.value * times, needs.low), needs.high)
    if shock.end is not None and "lasts" in factor:
        days = round(((shock.end - shock.start).days + 1) * factor["lasts"])
        latest = max((_LATEST - shock.start).days, 0)
        changed["end"] = shock.start + dt.timedelta(days=min(max(days, 1) - 1, latest))
    return msgspec.structs.replace(shock, **changed)


def _paced(path: tuple[float, ...], pace: float) -> tuple[float, ...]:
    """A path that takes `pace` times as long; months in between are interpolated, first and last value stay."""
    if len(path) < 2 or pace == 1.0:
        return path
    months = min(max(math.ceil((len(path) - 1) * pace), 1), 240)
    at = np.minimum(np.arange(months + 1) / pace, len(path) - 1)
    return tuple(float(value) for value in np.interp(at, np.arange(len(path)), path))
