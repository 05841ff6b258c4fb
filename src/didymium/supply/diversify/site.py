"""A scenario with every project in it, switched on and off by draw: one model for all choices and all futures."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from pathlib import Path as File

import numpy as np
from numpy.typing import NDArray

from didymium.errors import UsageError
from didymium.supply.diversify.futures import Futures
from didymium.supply.diversify.projects import Project
from didymium.supply.diversify.ranges import Floats
from didymium.supply.network import areas_network
from didymium.supply.network.model import Network
from didymium.supply.running import Prepared, prepare
from didymium.supply.scenario import Scenario
from didymium.supply.scenario.effects import Effects
from didymium.supply.scenario.goods import zones_in
from didymium.supply.solve.roll import Path
from didymium.supply.solve.shortages import served
from didymium.units import month_index

Bools = NDArray[np.bool_]


@dataclass(slots=True)
class Site:
    """outside: zones that no control of flows comes from; their loss counts. part_project: project of each addition."""

    ready: Prepared
    projects: tuple[Project, ...]
    outside: tuple[str, ...]
    part_project: NDArray[np.intp]

    @property
    def start(self) -> int:
        """Month index of the first month."""
        return month_index(self.ready.scenario.start)

    @property
    def months(self) -> int:
        """Months of the run."""
        return self.ready.effects.months

    def output(self, project: Project, late: int) -> Floats:
        """Share of its capacity by month: a linear ramp from first output, `late` months after its start."""
        since = np.arange(self.months) + self.start - project.start - late + 1
        return np.asarray(np.clip(since / project.ramp, 0.0, 1.0))

    def effects(self, relief: float, built: Bools, late: NDArray[np.intp]) -> Effects:
        """The scenario with controls eased by `relief`, and the projects in `built`, late by so many months."""
        eased = ease(self.ready.effects, relief, self.ready.roller.layout.arc_base())
        factor = eased.addition_factor.copy()
        for a, i in enumerate(self.part_project):
            project = self.projects[i]
            usual = self.output(project, 0)
            share = np.divide(self.output(project, int(late[i])), usual, out=np.zeros_like(usual), where=usual > 0)
            factor[:, a] *= share if built[i] else 0.0
        return replace(eased, addition_factor=factor)

    def run(self, effects: Effects) -> Path:
        """Months of the network."""
        return self.ready.roller.run(self.start, self.months, effects)

    def lost_musd(self, path: Path) -> Floats:
        """Output lost outside by users of magnets, MUSD by month; uses without a stated loss count nothing."""
        network = self.ready.roller.layout.calibrated.network
        loss = np.array([use.loss if use.zone in self.outside else 0.0 for use in network.uses])
        gap = np.maximum(path.wanted - served(self.ready.roller, path), 0.0)
        return np.asarray(gap @ loss / 1000.0)

    def paths(self, futures: Futures, built: Bools) -> Iterator[Path]:
        """The network in every future, with these projects built where they succeed."""
        for d in range(futures.draws):
            yield self.run(self.effects(float(futures.relief[d]), built & futures.succeeds[d], futures.late[d]))

    def losses(self, futures: Futures, built: Bools) -> Floats:
        """MUSD lost by draw over all months."""
        return np.array([self.lost_musd(path).sum() for path in self.paths(futures, built)])


def ease(effects: Effects, relief: float, base: Floats) -> Effects:
    """Caps and quotas moved by `relief` (0 to 1) of the way to the base flow; what allows more than that stays."""

    def shares(caps: Floats) -> Floats:
        tight = caps < 1.0
        return np.where(tight, caps + relief * (1.0 - np.where(tight, caps, 0.0)), caps)

    quotas = [
        (arcs, np.where(limit < base[arcs].sum(), limit + relief * (base[arcs].sum() - limit), limit))
        for arcs, limit in effects.quotas
    ]
    return replace(effects, arc_share=shares(effects.arc_share), way_share=shares(effects.way_share), quotas=quotas)


def site(
    scenario: str | File | Scenario,
    projects: Sequence[Project],
    months: int,
    network: Network | None = None,
) -> Site:
    """The scenario on a network with all projects as additions. network: one zone per area; None = the reference base.

    UsageError where the controls leave no zone outside, or switch projects off.
    """
    whole = network if network is not None else areas_network()
    ready = prepare(
        scenario, months, network=replace(whole, additions=tuple(a for p in projects for a in p.additions()))
    )
    if not ready.scenario.projects:
        raise UsageError(f"scenario {ready.scenario.name} has no projects.", fix="Let it say projects = true.")
    joined = ready.roller.layout.calibrated.network
    origins = {
        o for shock in ready.scenario.shock if shock.kind in ("ban", "licence", "delay", "quota") for o in shock.origin
    }
    outside = tuple(zone for zone in joined.zones if zone not in zones_in(joined, origins))
    if not outside:
        raise UsageError(
            "every zone controls its exports: nobody is left whose loss could count.", fix="Use another scenario."
        )
    numbers = [i for i, project in enumerate(projects) for _ in project.parts]
    return Site(ready, tuple(projects), outside, np.array(numbers, np.intp))
