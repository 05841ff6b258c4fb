"""The other control: chips. What both sides lose while chips do not pass, as data, growing to the full loss over months.

The two losses are added: that a plant without magnets needs no chips either is not counted.
"""

from __future__ import annotations

import numpy as np

from didymium.supply.diversify.ranges import Floats, ranges

#: Names of the sides in supply_decisions: the target of the control of rare earths is the side that restricts chips.
SIDES = ("target", "controller")
CASES = ("low", "mid", "high")


def chip_losses(months: int, passes: float) -> dict[str, dict[str, Floats]]:
    """side -> case -> MUSD by month while this share of chips passes (1 = no control of chips).

    The low case takes the low loss and the slow ramp, the high case the high loss and the fast one.
    """
    found: dict[str, dict[str, Floats]] = {}
    for side in SIDES:
        loss, ramp = ranges("chip_loss", side), ranges("chip_ramp", side)
        slow_first = dict(zip(CASES, (ramp.high, ramp.mid, ramp.low), strict=True))
        found[side] = {
            case: (1.0 - passes) * full * np.minimum((np.arange(months) + 1.0) / max(slow_first[case], 1.0), 1.0)
            for case, full in zip(CASES, loss, strict=True)
        }
    return found
