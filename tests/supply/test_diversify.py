"""Choices of projects: against trying all of them, budgets, needs, bounds by duals, and what must not matter."""

from __future__ import annotations

import datetime as dt
from dataclasses import replace
from itertools import product

import numpy as np
import polars as pl
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from didymium.errors import ReferenceDataError, UsageError
from didymium.supply.diversify import diversify, portfolio
from didymium.supply.diversify.chain import chain
from didymium.supply.diversify.curve import STEPS, loss_steps
from didymium.supply.diversify.futures import Futures, futures
from didymium.supply.diversify.greedy import greedy, without_idle
from didymium.supply.diversify.milp import WORST, Choice, cvar
from didymium.supply.diversify.projects import Project, check_needs
from didymium.supply.diversify.ranges import Range, latin
from didymium.supply.diversify.site import ease, site

DAY = dt.date(2026, 1, 1)
DRAWS, MONTHS = 5, 36
TOLERANCE = 2e-4  # the gap of the search, and rounding


def model(projects: tuple[Project, ...], scenario: str = "full_stop", averse: float = 0.5) -> Choice:
    place = site(scenario, projects, MONTHS)
    # The same future for a project wherever it stands in the list and whatever it is called.
    order = sorted(range(len(projects)), key=lambda i: (projects[i].cost_musd, projects[i].title))
    drawn, back = futures([projects[i] for i in order], DRAWS, seed=3), np.argsort(order)
    future = Futures(drawn.relief, drawn.succeeds[:, back], drawn.late[:, back] // 3, drawn.seed)
    committed = np.array([project.committed for project in projects], bool)
    return Choice(chain(place, 12), future, list(place.paths(future, committed)), averse)


@pytest.fixture(scope="module")
def choice() -> Choice:
    return model(portfolio(DAY))


@pytest.fixture(scope="module")
def few() -> Choice:
    """A magnet plant that needs metal, metal, two others; everything that stands anyway."""
    names = {"ten_x", "lcm_lacq", "la_rochelle", "mp_heavy"}
    known = [p for p in portfolio(DAY) if p.committed or p.name in names]
    here = {p.name for p in known}
    needs = {"ten_x": (("lcm_lacq",),)}
    needy = [replace(p, needs=needs.get(p.name, tuple(tuple(set(g) & here) for g in p.needs))) for p in known]
    return model(tuple(needy))


def allowed(choice: Choice, built: np.ndarray, budget: float) -> bool:
    projects = choice.chain.site.projects
    names = {p.name for p, b in zip(projects, built, strict=True) if b > 0.5}
    cost = sum(p.cost_musd for p, b in zip(projects, built, strict=True) if b > 0.5 and not p.committed)
    met = all(set(g) & names for p in projects if p.name in names and not p.committed for g in p.needs)
    return cost <= budget + 1e-6 and met


@pytest.mark.parametrize("budget", [0.0, 200.0, 300.0, 1400.0, 1600.0])
def test_the_choice_is_the_best_of_all(few: Choice, budget: float) -> None:
    projects = few.chain.site.projects
    open_ = [i for i, project in enumerate(projects) if not project.committed]
    best = np.inf
    for bits in product((0.0, 1.0), repeat=len(open_)):
        built = np.array([float(project.committed) for project in projects])
        built[open_] = bits
        if allowed(few, built, budget):
            best = min(best, few.given(built).objective)
    found = few.best(budget)
    assert allowed(few, found.built, budget)
    assert found.objective == pytest.approx(best, rel=TOLERANCE)


def test_a_larger_budget_is_never_worse_and_needs_hold(choice: Choice) -> None:
    last = np.inf
    for budget in (0.0, 150.0, 400.0, 1500.0, 3000.0, 1e5):
        found = without_idle(choice, choice.best(budget))
        assert allowed(choice, found.built, budget)
        assert found.objective <= last * (1 + TOLERANCE)
        assert found.gap <= TOLERANCE
        assert found.objective == pytest.approx(0.5 * found.lost.mean() + 0.5 * cvar(found.lost))
        last = found.objective


def test_the_greedy_way_is_allowed_and_not_better_than_the_best(choice: Choice) -> None:
    built, steps = greedy(choice, 1500.0)
    assert allowed(choice, built, 1500.0)
    assert sum(step.cost_musd for step in steps) <= 1500.0
    assert choice.given(built).objective >= choice.best(1500.0).objective * (1 - TOLERANCE)
    rates = [step.avoided_musd / step.cost_musd for step in steps]
    assert rates[0] >= 0.95 * max(rates)  # not always the largest: a project may open the way for another


def test_duals_bound_what_a_project_adds(choice: Choice) -> None:
    projects = choice.chain.site.projects
    built = np.array([float(project.committed) for project in projects])
    none = choice.given(built)
    gained = 0
    for i, project in enumerate(projects):
        if not project.committed:
            more = built.copy()
            more[i] = 1.0
            avoided = none.objective - choice.given(more).objective
            assert -1e-6 * none.objective <= avoided <= none.project_value[i] + 1e-6 * none.objective
            gained += avoided > 1.0
    assert gained >= 2
    assert (none.good_value >= 0).all()


def test_names_and_order_change_nothing() -> None:
    known = portfolio(DAY)
    names = {p.name: f"x{i}" for i, p in enumerate(known)}
    other = tuple(
        replace(p, name=names[p.name], needs=tuple(tuple(names[n] for n in g) for g in p.needs))
        for p in reversed(known)
    )
    one, two = model(known).best(700.0), model(other).best(700.0)
    assert two.objective == pytest.approx(one.objective, rel=TOLERANCE)


@given(st.lists(st.floats(0, 1e6), min_size=1, max_size=60))
def test_the_worst_fifth_is_not_below_the_mean(lost: list[float]) -> None:
    worst = cvar(np.array(lost))
    assert worst >= np.mean(lost) - 1e-6 * (1 + max(lost))
    assert worst <= max(lost) + 1e-6 * (1 + max(lost))


def test_a_fifth_that_cuts_a_draw() -> None:
    assert cvar(np.array([1.0, 2.0, 3.0])) == pytest.approx(3.0)
    assert cvar(np.arange(1.0, 8.0)) == pytest.approx((7.0 + 0.4 * 6.0) / (WORST * 7))


@given(st.integers(1, 8), st.data())
@settings(max_examples=60)
def test_loss_steps_keep_totals_and_rise(uses: int, data: st.DataObject) -> None:
    draw = np.random.default_rng(data.draw(st.integers(0, 10_000)))
    width = draw.random((uses, 12))
    width *= (1.3 / width.sum(axis=1))[:, None]
    wanted, loss = draw.random(uses) * 100, draw.random(uses) * 1e4
    t, usd_per_kg = loss_steps(wanted, width, loss)
    assert len(t) <= STEPS
    assert t.sum() == pytest.approx(wanted.sum())
    assert t @ usd_per_kg == pytest.approx(wanted @ loss)
    assert (np.diff(usd_per_kg) >= -1e-9).all()


@given(st.integers(1, 200), st.integers(0, 99))
@settings(max_examples=30)
def test_draws_are_a_latin_hypercube(draws: int, seed: int) -> None:
    u = latin(draws, 3, seed)
    assert (np.sort(np.floor(u * draws), axis=0) == np.arange(draws)[:, None]).all()
    triangle = Range(1.0, 2.0, 6.0)
    values = triangle.at(u[:, 0])
    assert ((values >= 1.0) & (values <= 6.0)).all()
    assert Range(3.0, 3.0, 3.0).at(u[:, 0]) == pytest.approx(3.0)


def test_a_triangle_has_its_mean() -> None:
    assert Range(1.0, 2.0, 6.0).at(latin(5000, 1, 1)[:, 0]).mean() == pytest.approx(3.0, abs=0.01)


def test_futures_follow_the_odds() -> None:
    known = portfolio(DAY)
    found = futures(known, 400, seed=5)
    assert found.succeeds.mean(axis=0) == pytest.approx([p.p for p in known], abs=0.003)
    committed = np.array([p.committed for p in known])
    assert (found.late[:, committed] == 0).all()
    assert found.late[:, ~committed].max() > 12
    assert (futures(known, 400, seed=5).late == found.late).all()


def test_easing_goes_from_the_scenario_to_the_base_flow(choice: Choice) -> None:
    place = choice.chain.site
    base, effects = place.ready.roller.layout.arc_base(), place.ready.effects
    assert (ease(effects, 0.0, base).arc_share == effects.arc_share).all()
    caps = ease(effects, 1.0, base).arc_share
    assert (caps[np.isfinite(caps)] == 1.0).all()


def test_a_late_project_ramps_later(choice: Choice) -> None:
    place = choice.chain.site
    project = next(p for p in place.projects if p.name == "lcm_lacq")
    usual, late = place.output(project, 0), place.output(project, 5)
    assert late[5:] == pytest.approx(usual[:-5])
    assert usual.max() == 1.0


def test_decisions_in_time() -> None:
    early, late = (
        {p.name: p for p in portfolio(dt.date(2024, 1, 1))},
        {p.name: p for p in portfolio(dt.date(2030, 1, 1))},
    )
    assert not early["kalgoorlie"].committed
    assert late["ten_x"].committed
    now = {p.name: p for p in portfolio(dt.date(2028, 1, 1))}
    assert now["js_link"].committed
    assert now["vinton"].committed  # on the very day
    assert now["nolans"].start >= 2028 * 12 + 30


def test_needs_that_cannot_be() -> None:
    base = portfolio(DAY)[-1]
    a, b = (replace(base, name=n, needs=((m,),), committed=False) for n, m in (("a", "b"), ("b", "a")))
    with pytest.raises(ReferenceDataError, match="can never stand"):
        check_needs([a, b])
    with pytest.raises(ReferenceDataError, match="is no project"):
        check_needs([replace(a, needs=(("nowhere",),))])


@pytest.mark.parametrize(
    ("budget", "averse", "draws"), [(-1.0, 0.5, 5), (np.nan, 0.5, 5), (1.0, 1.5, 5), (1.0, 0.5, 0)]
)
def test_what_cannot_be_asked(budget: float, averse: float, draws: int) -> None:
    with pytest.raises(UsageError, match="Allowed"):
        diversify("full_stop", budget, averse=averse, draws=draws, months=6)


def test_a_whole_plan() -> None:
    plan = diversify("full_stop", 500.0, months=48, draws=6, seed=2)
    outcome = {row["choice"]: row for row in plan.outcome.iter_rows(named=True)}
    assert outcome["none"]["cost_musd"] == 0
    assert outcome["chosen"]["cost_musd"] <= 500
    assert outcome["chosen"]["proxy_mean_musd"] <= outcome["none"]["proxy_mean_musd"]
    assert outcome["chosen"]["network_mean_musd"] < outcome["none"]["network_mean_musd"]
    assert all(row["network_worst_fifth_musd"] >= row["network_mean_musd"] for row in outcome.values())
    assert plan.proxy_over_network is not None
    chosen = plan.projects.filter("chosen")
    assert chosen["cost_musd"].sum() == pytest.approx(outcome["chosen"]["cost_musd"])
    assert chosen["network_avoided_musd"].null_count() == 0
    metal = plan.network_values.filter((pl.col("stage") == "metal") & (pl.col("item") == "NdPr"))
    assert metal["usd_per_kg"][0] > metal["noise_usd_per_kg"][0]
