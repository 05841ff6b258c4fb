"""Losses of both sides: zero without control, ranges in order, flips, names that do not matter, chips as data."""

from __future__ import annotations

import datetime as dt

import numpy as np
import polars as pl
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from didymium.errors import UsageError
from didymium.supply.leverage import leverage
from didymium.supply.leverage.chips import CASES, chip_losses
from didymium.supply.leverage.curves import flips
from didymium.supply.leverage.sides import losses, sides
from didymium.supply.network import Network, calibrate
from didymium.supply.network.layout import Layout
from didymium.supply.scenario import Scenario, Shock
from didymium.supply.scenario.compiled import compiled
from didymium.supply.solve.roll import Roller
from tests.supply.networks import STILL, networks, relabelled

DAY = dt.date(2025, 1, 1)


def story(zone: str, share: float) -> Scenario:
    return Scenario(
        title="", summary="", start=DAY, shock=(Shock(kind="licence", start=DAY, origin=(zone,), value=share),)
    )


def played(network: Network, zone: str, share: float, precaution: float = 1.6):
    layout = Layout(calibrate(network))
    tale = story(zone, share)
    effects = compiled(tale, layout, 3, precaution)
    roller = Roller(layout, STILL, effects)
    return losses(roller, sides(tale, network), roller.run(2025 * 12, 3, effects), roller.run(2025 * 12, 3))


@given(networks())
@settings(max_examples=15)
def test_a_control_that_binds_nothing_costs_nobody_anything(network: Network) -> None:
    found = played(network, "A", 5.0, precaution=1.0)
    for name in ("output", "bill", "revenue", "market"):
        assert getattr(found, name) == pytest.approx(0.0, abs=1e-4), name


@given(networks(), st.floats(0, 1))
@settings(max_examples=15)
def test_names_change_nothing(network: Network, share: float) -> None:
    names = dict(zip(network.zones, reversed([f"zone {zone}" for zone in network.zones]), strict=True))
    one, two = played(network, "A", share), played(relabelled(network, names, 1.0), names["A"], share)
    size = 1e-4 * (1 + np.abs(one.output).max() + np.abs(one.bill).max() + np.abs(one.revenue).max())
    assert two.output[0] == pytest.approx(one.output[0], abs=size)


@pytest.fixture(scope="module")
def stop():
    return leverage("full_stop", 12, throughput=(0.0, 0.5, 1.0), chips=(0.0, 1.0))


def test_ranges_are_in_order_and_cumulate(stop) -> None:
    frame = stop.losses
    assert (frame["target_cumulative_low_musd"] <= frame["target_cumulative_mid_musd"]).all()
    assert (frame["target_cumulative_mid_musd"] <= frame["target_cumulative_high_musd"]).all()
    both = frame["target_output_musd"] + frame["target_import_bill_musd"]
    assert frame["target_cumulative_mid_musd"].to_numpy() == pytest.approx(both.cum_sum().to_numpy())
    assert frame["controller_cumulative_mid_musd"][-1] > 0


def test_more_that_passes_costs_less(stop) -> None:
    last = stop.throughput.filter(pl.col("month") == pl.col("month").max()).sort("throughput")
    for side in ("target", "controller"):
        lost = last[f"{side}_cumulative_mid_musd"].to_numpy()
        assert (np.diff(lost) < 0).all()
        assert last[f"{side}_slope_musd"].to_list()[:2] == pytest.approx(list(np.diff(lost) / 0.5))
        assert last[f"{side}_slope_musd"][2] is None
    stops = stop.stock_outs.filter((pl.col("stage") == "magnet") & (pl.col("item") == "N"))
    first = dict(stops.select("throughput", "mean_stock_out").rows())
    assert first[0.0] is not None
    assert first[1.0] is None


def test_without_chips_in_play_both_is_the_control_alone(stop) -> None:
    alone = stop.both.filter((pl.col("rare_earths_pass") == 0.5) & (pl.col("chips_pass") == 1.0))
    same = stop.throughput.filter(pl.col("throughput") == 0.5)
    for case in CASES:
        for side in ("target", "controller"):
            name = f"{side}_cumulative_{case}_musd"
            assert alone[name].to_numpy() == pytest.approx(same[name].to_numpy())


def test_chips_grow_to_the_full_loss() -> None:
    found = chip_losses(30, 0.0)
    for by_case in found.values():
        assert (np.diff(by_case["mid"]) >= 0).all()
        assert (by_case["low"] <= by_case["high"]).all()
    assert chip_losses(30, 1.0)["target"]["high"].sum() == 0
    assert chip_losses(30, 0.5)["controller"]["mid"] == pytest.approx(found["controller"]["mid"] / 2)


def test_flips_are_dated() -> None:
    months = [dt.date(2026, m, 1) for m in (1, 2, 3, 4)]
    values = {"target": [1.0, 2.0, 3.0, 9.0], "controller": [0.0, 2.5, 4.0, 5.0]}
    frame = pl.DataFrame({"rare_earths_pass": [0.0] * 4, "chips_pass": [0.0] * 4, "month": months}).with_columns(
        pl.Series(f"{side}_cumulative_{case}_musd", v) for side, v in values.items() for case in CASES
    )
    mid = flips(frame).filter(pl.col("case") == "mid")
    assert mid.select("loses_more", "from").rows() == [
        ("target", None),
        ("controller", months[1]),
        ("target", months[3]),
    ]


@pytest.mark.parametrize("scenario", ["myanmar_closure"])
def test_nobody_controls(scenario: str) -> None:
    with pytest.raises(UsageError, match="no side that controls"):
        leverage(scenario, 3)


@pytest.mark.parametrize("bad", [(1.5,), (-0.1, 0.5), (float("nan"),), ()])
def test_shares_that_are_none(bad: tuple[float, ...]) -> None:
    with pytest.raises(UsageError, match="Allowed"):
        leverage("full_stop", 3, throughput=bad)
