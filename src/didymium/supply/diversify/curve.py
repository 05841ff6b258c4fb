"""What it costs to leave so much of a magnet unserved: the demand curves of its users, read as one rising curve of loss.

As a good becomes scarce its price climbs, and those leave first who bid least, not those who lose least. So the steps of demand
of all users, lowest bid first, give the loss of every further tonne. Where a later step would lose less per tonne than an
earlier one the two are averaged (a linear programme would otherwise take the cheaper one first).
"""

from __future__ import annotations

import numpy as np

from didymium.supply.diversify.ranges import Floats

#: Steps left of a curve; more change the loss by less than the width of a step.
STEPS = 5


def loss_steps(wanted: Floats, width: Floats, loss: Floats) -> tuple[Floats, Floats]:
    """t and USD/kg of each step of loss, cheapest first.

    wanted: t by use; width: share of use by use and step of demand, highest bid first, summing to 1 or more (what lies above 1
    is use that only low prices call up, and no loss); loss: USD/kg by use.
    """
    upto = np.minimum(np.cumsum(width, axis=1), 1.0)
    inside = np.diff(upto, axis=1, prepend=0.0) * wanted[:, None]
    t, value = inside.sum(axis=0)[::-1], (inside * loss[:, None]).sum(axis=0)[::-1]
    return _shortened(*_rising(t, value))


def _rising(t: Floats, value: Floats) -> tuple[list[float], list[float]]:
    """Neighbouring steps joined until the loss per t rises from step to step."""
    tonnes: list[float] = []
    values: list[float] = []
    for one, worth in zip(t, value, strict=True):
        if one <= 0:
            continue
        tonnes.append(float(one))
        values.append(float(worth))
        while len(tonnes) > 1 and values[-1] / tonnes[-1] <= values[-2] / tonnes[-2]:
            last_t, last = tonnes.pop(), values.pop()
            tonnes[-1] += last_t
            values[-1] += last
    return tonnes, values


def _shortened(tonnes: list[float], values: list[float]) -> tuple[Floats, Floats]:
    """At most STEPS steps: the two neighbours that together are smallest are joined first; totals stay."""
    while len(tonnes) > STEPS:
        i = min(range(len(tonnes) - 1), key=lambda k: tonnes[k] + tonnes[k + 1])
        tonnes[i : i + 2] = [tonnes[i] + tonnes[i + 1]]
        values[i : i + 2] = [values[i] + values[i + 1]]
    t, value = np.array(tonnes), np.array(values)
    return t, np.divide(value, t, out=np.zeros_like(t), where=t > 0)
