"""What must hold on any network: equilibrium of the base month, balances, wedges, rents, and what tightening may do."""

from __future__ import annotations

import datetime as dt
from dataclasses import replace

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from didymium.supply.network import Addition, Network, calibrate, check
from didymium.supply.network.layout import Layout
from didymium.supply.scenario import Scenario, Shock
from didymium.supply.scenario.compiled import compiled
from didymium.supply.scenario.effects import Effects
from didymium.supply.solve.roll import Path, Roller
from tests.supply.networks import STILL, networks, relabelled

START = 2025 * 12
MONTHS = 4
SOME = settings(max_examples=40)


def scenario(share: float | None, quota: float | None = None, tariff: float = 0.0) -> Scenario:
    day = dt.date(2025, 1, 1)
    shocks = [Shock(kind="licence", start=day, origin=("A",), value=share)] if share is not None else []
    if quota is not None:
        shocks.append(Shock(kind="quota", start=day, origin=("A",), value=quota, unit="t per month"))
    if tariff:
        shocks.append(Shock(kind="tariff", start=day, origin=("A",), value=tariff, unit="USD/kg"))
    return Scenario(title="", summary="", start=day, shock=tuple(shocks))


def play(network: Network, story: Scenario, months: int = MONTHS) -> tuple[Roller, Path, Effects]:
    layout = Layout(calibrate(network))
    effects = compiled(story, layout, months)
    roller = Roller(layout, STILL, effects)
    return roller, roller.run(START, months, effects), effects


@SOME
@given(networks())
def test_base_month_reproduces_base_prices(network: Network) -> None:
    check(network)
    roller, path, _ = play(network, scenario(None))
    assert path.prices() == pytest.approx(np.broadcast_to(roller.layout.price(), path.prices().shape), rel=1e-7)


CONTROLS = st.tuples(st.floats(0, 1.2), st.one_of(st.none(), st.floats(0, 200)), st.floats(0, 20))


@SOME
@given(networks(), CONTROLS)
def test_balances_close_prices_are_not_negative_and_wedges_add_up(network: Network, control: tuple) -> None:
    roller, path, _ = play(network, scenario(*control))
    layout, rows = roller.layout, roller.programme
    at = layout.at
    steps, height = len(rows.demand_levels), len(rows.stock_levels)
    for t, month in enumerate(path.months):
        assert (month.price >= 0).all()
        left = np.zeros(len(layout.nodes))
        left[layout.stocks] += path.opening[t]
        for j, part in enumerate(layout.calibrated.tranches):
            for good, zone, kg in network.activities[part.activity].flows:
                left[at[good, zone]] += kg * month.x[j]
        for i, (good, a, b) in enumerate(layout.arcs):
            carried = month.x[rows.arcs][i]
            left[at[good, a]] -= carried
            left[at[good, b]] += carried
            if carried > 1e-6:
                wedge = month.price[at[good, b]] - month.price[at[good, a]]
                rent = max(-month.arc_reduced[i], 0.0) + rows.row_rent(month)[i]
                assert wedge == pytest.approx(rows.freight[i] + path.arc_tax[t][i] + rent, abs=1e-6)
                binding = carried >= path.arc_cap[t][i] - 1e-6 or control[1] is not None
                assert rent <= 1e-6 or binding
        np.subtract.at(left, rows.use_node, month.x[rows.demand].reshape(-1, steps).sum(axis=1))
        left[layout.stocks] -= month.x[rows.stock].reshape(-1, height).sum(axis=1)
        size = 1e-7 * max(1.0, month.x.max())
        discard = month.discard - path.supplied[t]
        assert left == pytest.approx(discard, abs=size)
        assert (discard >= -size).all()
        assert (month.price[discard > 1e-3 + size] <= 1e-6).all()  # what is thrown away is worth nothing


@SOME
@given(networks(), st.floats(0, 1), st.floats(0, 1))
def test_tighter_never_gains(network: Network, one: float, other: float) -> None:
    """Welfare is concave in throughput: tighter costs welfare, and the right to pass (base flows x rents) gains worth."""
    tight, wide = sorted((one, other))
    worth, welfare = [], []
    for share in (tight, wide):
        layout = Layout(calibrate(network))
        effects = compiled(scenario(share), layout, 1, precaution=1.0)
        roller = Roller(layout, STILL, effects)
        month = roller.run(START, 1, effects).months[0]
        worth.append(float(roller.layout.arc_base() @ np.maximum(-month.arc_reduced, 0.0)))
        welfare.append(month.welfare)
    assert welfare[0] <= welfare[1] + 1e-7 * abs(welfare[1])
    if wide - tight > 1e-6:
        gained = (welfare[1] - welfare[0]) / (wide - tight)
        # At most what the tight right is worth, at least what the wide one is (secant between two tangents).
        assert gained <= worth[0] + 1e-6 * (1 + abs(welfare[1]) / (wide - tight))
        assert gained >= worth[1] - 1e-6 * (1 + abs(welfare[1]) / (wide - tight))


@SOME
@given(networks(), st.floats(0, 1), st.sampled_from([0.001, 1.0, 1000.0]))
def test_names_and_units_change_nothing(network: Network, share: float, scale: float) -> None:
    names = dict(zip(network.zones, reversed([f"zone {zone}" for zone in network.zones]), strict=True))
    other = relabelled(network, names, scale)
    day = dt.date(2025, 1, 1)
    story = scenario(share)
    moved = Scenario(
        title="", summary="", start=day, shock=(Shock(kind="licence", start=day, origin=(names["A"],), value=share),)
    )
    (one, first, _), (two, second, _) = play(network, story), play(other, moved)
    nodes = [(one.layout.at[good, zone], two.layout.at[good, names[zone]]) for good, zone in one.layout.nodes]
    before, after = (np.array(places) for places in zip(*nodes, strict=True))
    assert second.prices()[:, after] == pytest.approx(first.prices()[:, before], rel=1e-5)
    welfare = [month.welfare * scale for month in first.months]
    assert [month.welfare for month in second.months] == pytest.approx(welfare, rel=1e-6)


@SOME
@given(networks(), st.floats(0, 0.5), st.floats(0.1, 3.0))
def test_new_ore_leaves_contracts_alone(network: Network, share: float, more: float) -> None:
    """Routes of new ore take no more than is dug anew, and other routes change no faster than without it."""
    dug = next(one for one in network.activities if one.stage == "mine")
    addition = Addition("new mine", ("mine", dug.item), more * dug.base, START, 1, dug.zone)
    roller, path, _ = play(replace(network, additions=(addition,)), scenario(share))
    parts = [(part, network.activities[part.activity]) for part in roller.layout.calibrated.tranches]

    def of(kind: str, stage: str) -> np.ndarray:
        return np.array([part.kind == kind and one.stage == stage and one.feed == dug.item for part, one in parts])

    for t, month in enumerate(path.months):
        x = month.x[: len(parts)]
        assert x[of("new", "separation")].sum() <= x[of("new", "mine")].sum() + 1e-6 * dug.base
        assert x[of("new", "mine")].sum() <= addition.t * (1 + 1e-6)
        allowed = roller.pace.route_shift * (t + 1) * dug.base
        assert x[of("spare", "separation")].sum() <= allowed + 1e-6 * dug.base


@SOME
@given(networks())
def test_without_control_nobody_pays_rent(network: Network) -> None:
    _, path, _ = play(network, scenario(None))
    for month in path.months:
        assert np.maximum(-month.arc_reduced, 0.0).max(initial=0.0) <= 1e-7
