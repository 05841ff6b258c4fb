"""The chain outside the controlling areas, pooled into one place and cut into periods: what a choice of projects can feed.

Ore to oxide to metal to magnet, with the capacities, recipes and reaches of the network, but without prices, freight and
borders between allies, and with foresight within a period. Only goods on a way to a use with a stated loss are kept. What a
market does is not chosen here but taken from the network without the choice, future by future: what users want (who has adapted
is no longer short), what goes into stocks, what direct uses buy, how far N grades stand in for heat-proof ones. So it is a proxy;
the choice is weighed again in the network.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from didymium.supply.diversify.curve import loss_steps
from didymium.supply.diversify.ranges import Floats
from didymium.supply.diversify.site import Site
from didymium.supply.network.model import Activity, Network
from didymium.supply.scenario.effects import Effects
from didymium.supply.solve.roll import Path
from didymium.supply.solve.shortages import served


@dataclass(slots=True)
class Chain:
    """goods: rows of balances. ways: activities with the numbers of their tranches. groups: stages with capacity, pooled.

    new_ore: feeds that projects dig; fresh: by way, the feed if it is a route of new ore only. valued: goods whose want costs
    something. period: number of the period of each month.
    """

    site: Site
    goods: list[str]
    ways: list[tuple[Activity, list[int]]]
    groups: list[str]
    new_ore: list[str]
    fresh: list[str | None]
    valued: list[str]
    period: NDArray[np.intp]

    @property
    def periods(self) -> int:
        """How many periods."""
        return int(self.period[-1]) + 1

    def summed(self, monthly: Floats) -> Floats:
        """Sums over the months of each period; first axis is months."""
        found = np.zeros((self.periods, *monthly.shape[1:]))
        np.add.at(found, self.period, monthly)
        return found


def chain(site: Site, period_months: int = 6) -> Chain:
    """The pooled chain of a site. period_months: length of a period; the last one may be shorter."""
    layout = site.ready.roller.layout
    network, period = layout.calibrated.network, np.arange(site.months) // period_months
    inside = [one for one in network.activities if _within(one, site.outside)]
    valued = {use.good for use in network.uses if use.zone in site.outside and use.loss > 0}
    goods = _on_the_way(inside, valued)
    mined = dict.fromkeys(a.group[1] for a in network.additions if a.group[0] == "mine" and a.zone in site.outside)
    new_ore = [feed for feed in mined if f"ore:{feed}" in goods]
    tranches: dict[tuple[int, str | None], list[int]] = {}
    for j, part in enumerate(layout.calibrated.tranches):
        one = network.activities[part.activity]
        if part.kind == "new" and (one.stage == "mine" or one.feed not in new_ore):
            continue  # new ore is a column of its own
        tranches.setdefault((part.activity, one.feed if part.kind == "new" else None), []).append(j)
    ways, fresh = [], list[str | None]()
    for (i, feed), numbers in tranches.items():
        one = network.activities[i]
        if _within(one, site.outside) and any(good in goods for good, _, kg in one.flows if kg > 0):
            ways.append((one, numbers))
            fresh.append(feed)
    groups = list(dict.fromkeys(group[0] for one, _ in ways for group, _ in one.groups()))
    return Chain(site, goods, ways, groups, new_ore, fresh, [good for good in goods if good in valued], period)


def _within(one: Activity, zones: tuple[str, ...]) -> bool:
    return all(zone in zones for _, zone, _ in one.flows) and all(group[1] in zones for group, _ in one.groups())


def _on_the_way(activities: list[Activity], valued: set[str]) -> list[str]:
    """Goods that end, after any number of steps, in a good of `valued`."""
    found = dict.fromkeys(sorted(valued))
    before = -1
    while before != len(found):
        before = len(found)
        for one in activities:
            if any(good in found for good, _, kg in one.flows if kg > 0):
                found.update(dict.fromkeys(good for good, _, kg in one.flows if kg < 0))
    return list(found)


def losses(chain: Chain, path: Path) -> list[list[tuple[Floats, Floats]]]:
    """Steps of loss (t, USD/kg) by valued good and period, for what users want in that path of the network."""
    layout, found = chain.site.ready.roller.layout, []
    _, width = layout.demand_curves()
    uses = layout.calibrated.network.uses
    for good in chain.valued:
        mine = [u for u, use in enumerate(uses) if use.good == good and use.zone in chain.site.outside]
        loss, t = np.array([uses[u].loss for u in mine]), chain.summed(path.wanted[:, mine])
        found.append([loss_steps(t[p], width[mine], loss) for p in range(chain.periods)])
    return found


def elsewhere(chain: Chain, path: Path) -> Floats:
    """t of each good that direct uses buy and that goes into stocks (negative: comes out) outside, by period, as in that path."""
    roller = chain.site.ready.roller
    layout, found = roller.layout, np.zeros((chain.site.months, len(chain.goods)))
    at = {good: g for g, good in enumerate(chain.goods)}
    for s, n in enumerate(layout.stocks):
        good, zone = layout.nodes[n]
        if zone in chain.site.outside and good in at:
            found[:, at[good]] += path.closing[:, s] - path.opening[:, s]
    bought = served(roller, path)
    for u, use in enumerate(layout.calibrated.network.uses):
        if use.zone in chain.site.outside and use.good in at and use.good not in chain.valued:
            found[:, at[use.good]] += bought[:, u]
    return chain.summed(found)


def rooms(chain: Chain, effects: Effects, path: Path) -> Floats:
    """t that each way can do in each period: base, and what it can grow into month by month; thrift as far as in that path."""
    movement, months = chain.site.ready.roller.movement, chain.site.months
    pace, month = movement.pace, np.arange(months)[:, None]
    reach = np.where(movement.grows, np.minimum(movement.step * (month + 1), movement.room), movement.room)
    spread = np.minimum(pace.hg_limit, pace.hg_share + (pace.hg_trend + pace.hg_growth) * month) / pace.hg_share
    reach = np.where(movement.diffusion, movement.room * spread, reach)
    factor = effects.tranche_factor
    finite = np.isfinite(reach)
    some = np.where(finite, reach, 0.0) * np.where(np.isfinite(factor), factor, 1.0)
    shut = np.isfinite(factor) & (factor <= 0)
    monthly = np.where(finite, some, np.where(shut, 0.0, np.inf))
    done = np.array([step.x[chain.site.ready.roller.programme.tranches] for step in path.months])
    limits = [(done if one.stage == "thrift" else monthly)[:, numbers].sum(axis=1) for one, numbers in chain.ways]
    return chain.summed(np.array(limits).T)


def capacities(chain: Chain, effects: Effects) -> Floats:
    """t of capacity by period and stage, without projects."""
    layout = chain.site.ready.roller.layout
    network, found = layout.calibrated.network, np.zeros((chain.site.months, len(chain.groups)))
    for g, (stage, zone) in enumerate(layout.groups):
        if zone in chain.site.outside and stage in chain.groups:
            room = network.capacity.get((stage, zone), 0.0)
            found[:, chain.groups.index(stage)] += room * effects.group_factor[:, g]
    return chain.summed(found)


def imports(chain: Chain, effects: Effects) -> Floats:
    """t of each good that controls let out of the controlling areas, by period; inf = not controlled."""
    layout = chain.site.ready.roller.layout
    caps = effects.arc_cap(layout.arc_base())
    found = np.zeros((chain.site.months, len(chain.goods)))
    for i, (good, start, end) in enumerate(layout.arcs):
        if good in chain.goods and start not in chain.site.outside and end in chain.site.outside:
            found[:, chain.goods.index(good)] += caps[:, i]
    return chain.summed(found)


def gains(chain: Chain, late: NDArray[np.intp]) -> Floats:
    """t that each project adds, by period, project and row (groups, then feeds of new ore), if it succeeds."""
    site, rows = chain.site, [*chain.groups, *chain.new_ore]
    network: Network = site.ready.roller.layout.calibrated.network
    found = np.zeros((site.months, len(site.projects), len(rows)))
    for a, (i, addition) in enumerate(zip(site.part_project, network.additions, strict=True)):
        row = addition.group[1] if addition.group[0] == "mine" else addition.group[0]
        if row in rows and addition.zone in site.outside:
            share = site.output(site.projects[i], int(late[i])) * site.ready.effects.addition_factor[:, a]
            found[:, i, rows.index(row)] += addition.t * share
    return chain.summed(found)
