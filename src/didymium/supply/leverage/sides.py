"""Losses of both sides of a control, MUSD a month, always against the same network without control.

Target (zones that no control comes from): output that users of magnets lose, and what imports cost more. Controller: export
revenue that is missing, at the price inside. Gains stay negative: a floor at nothing would hide that a control can pay.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from didymium.supply.diversify.ranges import Floats
from didymium.supply.network.model import Network
from didymium.supply.scenario import Scenario
from didymium.supply.scenario.goods import zones_in
from didymium.supply.solve.roll import Path, Roller
from didymium.supply.solve.shortages import served

#: Kinds of shocks whose origin is the side that controls.
CONTROLS = ("ban", "licence", "delay", "quota", "origin_rule")


@dataclass(frozen=True, slots=True)
class Sides:
    """Zones of the side that controls and of its target."""

    controller: tuple[str, ...]
    target: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Losses:
    """MUSD by month. output, bill: of the target; revenue: of the controller; market: MUSD a year of exports that adapted
    users would no longer buy, at base prices (what the controller has lost for good by then)."""

    output: Floats
    bill: Floats
    revenue: Floats
    market: Floats


def sides(scenario: Scenario, network: Network) -> Sides:
    """Who controls, and who is its target: all zones that no control of flows comes from."""
    origins = {area for shock in scenario.shock if shock.kind in CONTROLS for area in shock.origin}
    controller = zones_in(network, origins)
    return Sides(
        tuple(z for z in network.zones if z in controller), tuple(z for z in network.zones if z not in controller)
    )


def losses(roller: Roller, who: Sides, path: Path, free: Path) -> Losses:
    """Losses by month of a controlled path against the one without control."""
    layout = roller.layout
    uses = layout.calibrated.network.uses
    loss = np.array([use.loss if use.zone in who.target else 0.0 for use in uses])
    short, usual = (np.maximum(p.wanted - served(roller, p), 0.0) for p in (path, free))
    outward = np.array([a in who.controller and b in who.target for _, a, b in layout.arcs])
    start = np.array([layout.at[good, a] for good, a, _ in layout.arcs], np.intp)
    end = np.array([layout.at[good, b] for good, _, b in layout.arcs], np.intp)

    def traded(p: Path, at: np.ndarray[tuple[int], np.dtype[np.intp]]) -> Floats:
        t = np.array([month.x[roller.programme.arcs] for month in p.months])
        return np.asarray((t * np.minimum(p.prices()[:, at], _ceiling(roller)[at]) * outward).sum(axis=1) / 1000.0)

    bought = np.array([month.x[roller.programme.arcs] * outward for month in path.months])
    dearer = np.minimum(path.prices(), _ceiling(roller))[:, end] - free.prices()[:, end]
    left = 1.0 - np.divide(path.wanted, free.wanted, out=np.ones_like(path.wanted), where=free.wanted > 0)
    return Losses(
        ((short - usual) @ loss) / 1000.0,
        (bought * dearer).sum(axis=1) / 1000.0,
        traded(free, start) - traded(path, start),
        12.0 * (left * _sold(roller, who)[None, :]).sum(axis=1),
    )


def _ceiling(roller: Roller) -> Floats:
    """USD/kg by node from which on buyers are rationed: prices above it are not paid by anybody who is served."""
    return roller.layout.price() * roller.pace.rationing


def _sold(roller: Roller, who: Sides) -> Floats:
    """MUSD a month that each use of the target buys from the controller in the base month (its share of what is imported)."""
    layout = roller.layout
    network, base, found = layout.calibrated.network, layout.arc_base(), np.zeros(len(layout.calibrated.network.uses))
    flow: dict[tuple[str, str], float] = {}
    for (good, a, b), t in zip(layout.arcs, base, strict=True):
        if a in who.controller and b in who.target:
            flow[good, b] = flow.get((good, b), 0.0) + float(t)
    for (good, zone), t in flow.items():
        users = [u for u, use in enumerate(network.uses) if (use.good, use.zone) == (good, zone)]
        total = sum(network.uses[u].t for u in users)
        for u in users:
            share = network.uses[u].t / total if total > 0 else 0.0
            found[u] = min(t, total) * share * layout.calibrated.price[good, zone] / 1000.0
    return found
