"""Shocks on routes: bans, licences, delays, re-export rules, leaks, quotas, tariffs, rules of origin.

Each gives back how many arcs and routes it hit, so that a shock aimed at nothing can be refused.
"""

from __future__ import annotations

import numpy as np

from didymium.supply.network.layout import Floats
from didymium.supply.scenario import calendar
from didymium.supply.scenario.effects import Aim

#: Share of the base flow below which users begin to want more stock.
_ALARM = 0.95


def cap(aim: Aim) -> int:
    """A share of the base flow passes; days before the first and after the last day count in full."""
    share, months = _share(aim), aim.effects.months
    mixed = np.where(aim.force > 0, (1.0 - aim.force) + aim.force * share, np.inf)
    if aim.shock.kind == "delay":
        mixed = np.where(share >= 1.0, np.full(months, np.inf), mixed)
    caps, hit = aim.effects.arc_share, 0
    for i, (good, _, end) in aim.arcs():
        caps[:, i] = np.minimum(caps[:, i], mixed)
        aim.alarm(good, end, mixed < _ALARM)
        hit += 1
    return hit + _ways(aim, mixed)


def _share(aim: Aim) -> Floats:
    if aim.shock.kind == "ban":
        return np.zeros(aim.effects.months)
    if aim.shock.kind == "delay":
        return calendar.delay(aim.shock, aim.scenario.start, aim.effects.months)
    return aim.values()


def _ways(aim: Aim, mixed: Floats) -> int:
    """Ore crosses a border on its way to a separator: the same cap on every route of a feed into the destination."""
    goods, (start, end) = aim.goods(), aim.route()
    hit = 0
    for j, tranche in enumerate(aim.layout.calibrated.tranches):
        one = aim.network.activities[tranche.activity]
        if one.stage != "separation" or f"ore:{one.feed}" not in goods:
            continue
        dug = next((zone for good, zone, _ in one.flows if good == f"ore:{one.feed}"), one.zone)
        if dug in start and one.zone in end and dug != one.zone:
            aim.effects.way_share[:, j] = np.minimum(aim.effects.way_share[:, j], mixed)
            hit += 1
    return hit


def leak(aim: Aim) -> int:
    """A share of the base flow passes in spite of bans and licences (not of quotas, which count all that passes)."""
    numbers = [i for i, _ in aim.arcs()]
    aim.effects.arc_leak[:, numbers] += (aim.force * (aim.shock.value or 0.0))[:, None]
    return len(numbers)


def quota(aim: Aim) -> int:
    """One row over all arcs aimed at; in a month covered in part, the base flow of the other days is allowed besides."""
    arcs = list(aim.arcs())
    if not arcs:
        return 0
    numbers = np.array([i for i, _ in arcs], np.intp)
    t = aim.values() / (1.0 if aim.shock.unit == "t per month" else 12.0)
    free = float(aim.layout.arc_base()[numbers].sum())
    aim.effects.quotas.append((numbers, np.where(aim.force > 0, aim.force * t + (1 - aim.force) * free, np.inf)))
    for _, (good, _, end) in arcs:
        aim.alarm(good, end, aim.force > 0)
    return len(arcs)


def tariff(aim: Aim) -> int:
    """USD/kg, or a share of the price where the goods come from in the month before."""
    target = aim.effects.arc_tax if aim.shock.unit == "USD/kg" else aim.effects.arc_rate
    numbers = [i for i, _ in aim.arcs()]
    target[:, numbers] += aim.amount()[:, None]
    return len(numbers)


def origin_rule(aim: Aim) -> int:
    """What `origin` sends to `destination` is at most what it makes itself, by good and zone; others send nothing."""
    goods, (start, end) = aim.goods(), aim.route()
    on = aim.force > 0
    for good in sorted(goods):
        for zone in sorted(start - end):
            aim.effects.origin_rules.append((good, zone, tuple(sorted(end)), on))
    caps = aim.effects.arc_share
    for i, (good, a, b) in enumerate(aim.layout.arcs):
        if good in goods and b in end and a not in start | end:
            caps[:, i] = np.minimum(caps[:, i], np.where(on, 1.0 - aim.force, np.inf))
            aim.alarm(good, b, on)
    return len(goods) * len(end)


ROUTES = {
    "ban": cap, "licence": cap, "delay": cap, "re_export": cap, "leak": leak, "quota": quota, "tariff": tariff,
    "origin_rule": origin_rule,
}  # fmt: skip
