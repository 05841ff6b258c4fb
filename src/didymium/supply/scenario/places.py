"""Shocks that act in a place: outages, changes of demand, stock releases, and technology that may not leave.

As in `routes`, each gives back how many things it hit, so that a shock aimed at nothing can be refused.
"""

from __future__ import annotations

import numpy as np

from didymium.supply.network.model import Activity
from didymium.supply.scenario.effects import Aim

#: Stages of work other than mines.
_WORK = ("separation", "metal", "magnet", "recycling")


def _hit(one: Activity, aim: Aim) -> bool:
    """Is the activity one that the outage stops? Mines by the area of their feed, others by their zone."""
    shock = aim.shock
    if one.stage not in (shock.stages or ("mine", *_WORK)) or (shock.items and one.item not in shock.items):
        return False
    if one.stage == "mine":
        return not shock.areas or aim.network.feed_area.get(one.feed or "", one.zone) in shock.areas
    return one.zone in aim.places()


def outage(aim: Aim) -> int:
    """Output in use shrinks by the share lost, and so does the capacity of its place; what is spare there may fill in."""
    left = 1.0 - np.clip(aim.amount(), 0.0, 1.0)
    hit = [_hit(one, aim) for one in aim.network.activities]
    for j, tranche in enumerate(aim.layout.calibrated.tranches):
        if hit[tranche.activity]:
            aim.effects.tranche_factor[:, j] *= left
    if aim.shock.items:
        return sum(hit)
    ones = zip(aim.network.activities, hit, strict=True)
    groups = {group for one, is_hit in ones if is_hit for group, _ in one.groups() if group[1] in aim.places()}
    for g, group in enumerate(aim.layout.groups):
        if group in groups:
            aim.effects.group_factor[:, g] *= left
    return sum(hit)


def demand(aim: Aim) -> int:
    """Use at base price changes by the fraction."""
    zones, goods, sectors, hit = aim.places(), aim.goods(), aim.shock.sectors, 0
    for u, use in enumerate(aim.network.uses):
        if use.zone in zones and use.good in goods and (not sectors or use.sector in sectors):
            aim.effects.use_factor[:, u] *= 1.0 + aim.amount()
            hit += 1
    return hit


def stock_release(aim: Aim) -> int:
    """Tonnes of each good aimed at come to market, shared over the zones they are released in."""
    zones, goods, hit = aim.places(), aim.goods(), 0
    for n, (good, zone) in enumerate(aim.layout.nodes):
        if good in goods and zone in zones:
            aim.effects.release[:, n] += aim.amount() / len(zones)
            hit += 1
    return hit


def technology(aim: Aim) -> int:
    """New capacity of the stages in these areas is blocked for that share."""
    zones, stages, hit = aim.places(), aim.shock.stages or _WORK, 0
    for a, addition in enumerate(aim.network.additions):
        if addition.zone in zones and addition.group[0].split("_")[0] in stages:
            aim.effects.addition_factor[:, a] *= 1.0 - np.clip(aim.amount(), 0.0, 1.0)
            hit += 1
    return hit


PLACES = {"outage": outage, "demand": demand, "stock_release": stock_release, "technology": technology}
