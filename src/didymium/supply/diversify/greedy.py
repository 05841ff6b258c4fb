"""Step by step: pay next for what avoids most loss per dollar, together with what it needs. Begins the search, and explains.

Loss is convex in the projects, so the dual of a project bounds what it can add: bundles with a bound below the best gain found
are not tried.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from didymium.supply.diversify.milp import TIE, Choice, Solution
from didymium.supply.diversify.projects import Project
from didymium.supply.diversify.ranges import Floats


@dataclass(frozen=True, slots=True)
class Step:
    """Projects paid for together, what they cost, and MUSD of (weighed) loss that they avoid after the steps before."""

    projects: tuple[str, ...]
    cost_musd: float
    avoided_musd: float


def greedy(choice: Choice, budget_musd: float) -> tuple[Floats, list[Step]]:
    """The choice and its steps; stops where nothing affordable avoids loss."""
    projects = choice.chain.site.projects
    built = np.array([float(project.committed) for project in projects])
    now, left, steps = choice.given(built), budget_musd, list[Step]()
    while True:
        best: tuple[float, Floats, Step] | None = None
        bundles = [b for i in np.flatnonzero(built < 0.5) if (b := bundle(projects, built, int(i))) is not None]
        bound = [sum(now.project_value[i] for i in b) / _cost(projects, b) for b in bundles]
        for k in np.argsort(bound, kind="stable")[::-1]:
            cost = _cost(projects, bundles[k])
            if cost > left or (best is not None and bound[k] <= best[0]):
                continue
            more = built.copy()
            more[list(bundles[k])] = 1.0
            avoided = now.objective - choice.given(more).objective
            if avoided > TIE * cost and (best is None or avoided / cost > best[0]):
                names = tuple(projects[i].name for i in sorted(bundles[k]))
                best = (avoided / cost, more, Step(names, cost, avoided))
        if best is None:
            return built, steps
        built, left = best[1], left - best[2].cost_musd
        steps.append(best[2])
        now = choice.given(built)


def _cost(projects: tuple[Project, ...], numbers: frozenset[int]) -> float:
    return max(sum(projects[i].cost_musd for i in numbers), 1e-9)


def bundle(projects: tuple[Project, ...], built: Floats, first: int) -> frozenset[int] | None:
    """A project with the cheapest projects that it needs and that do not stand yet; None where needs lead back to it."""
    at = {project.name: i for i, project in enumerate(projects)}
    found = {first}
    pending = [first]
    while pending:
        for group in projects[pending.pop()].needs:
            places = [at[name] for name in group]
            if any(built[i] > 0.5 or i in found for i in places):
                continue
            cheapest = min(places, key=lambda i: projects[i].cost_musd)
            found.add(cheapest)
            pending.append(cheapest)
    standing = {i for i in range(len(projects)) if built[i] > 0.5}
    while True:  # does the bundle stand without a circle?
        names = {projects[i].name for i in standing}
        ready = {i for i in found - standing if all(set(group) & names for group in projects[i].needs)}
        if not ready:
            return frozenset(found) if found <= standing else None
        standing |= ready


def without_idle(choice: Choice, best: Solution) -> Solution:
    """The choice without projects that avoid nothing in it and that none of the others needs, dearest first."""
    projects = choice.chain.site.projects
    order = sorted(np.flatnonzero(best.built > 0.5), key=lambda i: -projects[i].cost_musd)
    for i in order:
        less = best.built.copy()
        less[i] = 0.0
        names = {project.name for k, project in enumerate(projects) if less[k] > 0.5}
        needed = any(
            not set(group) & names
            for k, p in enumerate(projects)
            if less[k] > 0.5 and not p.committed
            for group in p.needs
        )
        if projects[i].committed or needed:
            continue
        found = choice.given(less)
        if found.objective <= best.objective + TIE * projects[i].cost_musd:
            found.gap, best = best.gap, found
    return best
