"""`diversify`: from a scenario and a budget to a choice of projects, weighed again in the network."""

from __future__ import annotations

import datetime as dt
import math
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path as File

import numpy as np
import polars as pl
from numpy.typing import NDArray

from didymium.errors import UsageError
from didymium.supply.diversify.chain import chain
from didymium.supply.diversify.futures import Futures, futures
from didymium.supply.diversify.greedy import Step, greedy, without_idle
from didymium.supply.diversify.milp import Choice, Solution, cvar
from didymium.supply.diversify.projects import Project, check_needs, portfolio
from didymium.supply.diversify.ranges import Floats
from didymium.supply.diversify.site import Site, site
from didymium.supply.diversify.values import by_dual, by_network
from didymium.supply.network.model import Network
from didymium.supply.scenario import Scenario, load
from didymium.units import month_start


@dataclass(slots=True)
class Plan:
    """A choice and what it is worth. Losses: output lost outside by users of magnets over all months, MUSD.

    projects: one row each, with `network_avoided_musd`: more loss in the network if this one were dropped (null: not chosen).
    outcome: per choice (none, chosen, greedy, all) mean and worst fifth, by the proxy and by the network. draws: per future.
    values, network_values: see `values`. steps: the greedy way. gap: share of the objective not proven.
    """

    scenario: Scenario
    decide: dt.date
    budget_musd: float
    averse: float
    projects: pl.DataFrame
    outcome: pl.DataFrame
    draws: pl.DataFrame
    values: pl.DataFrame
    network_values: pl.DataFrame
    steps: list[Step]
    gap: float

    @property
    def proxy_over_network(self) -> float | None:
        """Loss avoided by the choice as the proxy sees it, over what the network says; None where the network sees none."""
        rows = {row["choice"]: row for row in self.outcome.iter_rows(named=True)}
        seen = rows["none"]["network_mean_musd"] - rows["chosen"]["network_mean_musd"]
        hoped = rows["none"]["proxy_mean_musd"] - rows["chosen"]["proxy_mean_musd"]
        return float(hoped / seen) if seen > 0 else None


def diversify(  # noqa: PLR0913  (all but two by name)
    scenario: str | File | Scenario,
    budget_musd: float,
    *,
    months: int = 60,
    decide: dt.date | None = None,
    draws: int = 40,
    seed: int = 1,
    averse: float = 0.5,
    projects: Sequence[Project] | None = None,
    network: Network | None = None,
) -> Plan:
    """Choose projects that keep (1 - averse) x mean + averse x worst fifth of the losses smallest within the budget.

    decide: day of decision, None = first day of the scenario; projects that give output by then stand and cost nothing more.
    projects, network: others than those of the reference base. Errors: UsageError, ReferenceDataError, SolveError.
    """
    story = load(scenario)
    day = story.start if decide is None else decide
    _check(budget_musd, averse)
    known = tuple(projects) if projects is not None else portfolio(day)
    check_needs(known)
    place, future = site(story, known, months, network), futures(known, draws, seed)
    committed = np.array([project.committed for project in known], bool)
    paths = list(place.paths(future, committed))
    choice = Choice(chain(place), future, paths, averse)
    greedy_built, steps = greedy(choice, budget_musd)
    best = without_idle(choice, choice.best(budget_musd, greedy_built))
    sets = {
        "none": committed,
        "chosen": best.built > 0.5,
        "greedy": greedy_built > 0.5,
        "all": np.ones(len(known), bool),
    }
    proxy = {name: choice.given(built.astype(float)) for name, built in sets.items()}
    lost = {"none": np.array([place.lost_musd(path).sum() for path in paths])}
    for name, built in sets.items():
        like = next((other for other in lost if (sets[other] == built).all()), None)
        lost[name] = lost[like] if like else place.losses(future, built)
    neutral = Choice(choice.chain, future, paths, 0.0)
    return Plan(
        scenario=story,
        decide=day,
        budget_musd=budget_musd,
        averse=averse,
        projects=_projects(place, future, sets["chosen"], lost["chosen"], proxy["none"], steps),
        outcome=_outcome(known, sets, proxy, lost),
        draws=_draws(future, proxy, lost),
        values=by_dual(neutral, neutral.given(committed.astype(float))),
        network_values=by_network(place, committed, choice.chain.goods),
        steps=steps,
        gap=best.gap,
    )


def _check(budget_musd: float, averse: float) -> None:
    if not (math.isfinite(budget_musd) and 0 <= budget_musd <= 1e6):
        raise UsageError(f"the budget is {budget_musd} MUSD.", fix="Allowed: 0 to 1,000,000.")
    if not 0 <= averse <= 1:
        raise UsageError(f"the aversion to risk is {averse}.", fix="Allowed: 0 (mean only) to 1 (worst fifth only).")


def _projects(
    place: Site, future: Futures, chosen: NDArray[np.bool_], lost: Floats, none: Solution, steps: list[Step]
) -> pl.DataFrame:
    order = {name: n for n, step in enumerate(steps, start=1) for name in step.projects}
    rows = []
    for i, project in enumerate(place.projects):
        avoided = None
        if chosen[i] and not project.committed:
            without = chosen.copy()
            without[i] = False
            avoided = float((place.losses(future, without) - lost).mean())
        rows.append(
            {
                "project": project.name,
                "title": project.title,
                "areas": ", ".join(dict.fromkeys(part.area for part in project.parts)),
                "adds": ", ".join(part.group[0] for part in project.parts),
                "committed": project.committed,
                "chosen": bool(chosen[i]) and not project.committed,
                "cost_musd": 0.0 if project.committed else project.cost_musd,
                "p_success": project.p,
                "first_output": month_start(project.start),
                "needs": "; ".join(" or ".join(group) for group in project.needs),
                "greedy_step": order.get(project.name),
                "proxy_at_most_musd": float(max(none.project_value[i], 0.0)),
                "network_avoided_musd": avoided,
            }
        )
    return pl.DataFrame(rows, schema_overrides={"greedy_step": pl.Int64, "network_avoided_musd": pl.Float64})


def _outcome(
    projects: tuple[Project, ...],
    sets: dict[str, NDArray[np.bool_]],
    proxy: dict[str, Solution],
    lost: dict[str, Floats],
) -> pl.DataFrame:
    cost = np.array([0.0 if project.committed else project.cost_musd for project in projects])
    return pl.DataFrame(
        [
            {
                "choice": name,
                "cost_musd": float(cost @ built),
                "proxy_mean_musd": float(proxy[name].lost.mean()),
                "proxy_worst_fifth_musd": cvar(proxy[name].lost),
                "network_mean_musd": float(lost[name].mean()),
                "network_worst_fifth_musd": cvar(lost[name]),
            }
            for name, built in sets.items()
        ]
    )


def _draws(future: Futures, proxy: dict[str, Solution], lost: dict[str, Floats]) -> pl.DataFrame:
    columns = {"draw": np.arange(future.draws), "relief": future.relief}
    for name in ("none", "chosen"):
        columns |= {f"proxy_{name}_musd": proxy[name].lost, f"network_{name}_musd": lost[name]}
    return pl.DataFrame(columns)
