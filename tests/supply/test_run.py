"""`run`: tables with units, always against no control; what users may conclude from them."""

from __future__ import annotations

import datetime as dt
import subprocess
import sys
from itertools import pairwise

import msgspec
import numpy as np
import polars as pl
import pytest

from didymium.supply import Result, Scenario, Shock, prepare, run
from didymium.supply.backtest import backtests, equal_rents, ranged
from didymium.supply.backtest.compare import given, story
from didymium.supply.running import Prepared
from didymium.supply.scenario import load
from didymium.supply.solve.cover import CLASSES, firms, spread
from didymium.supply.solve.errors import SolveError

DAY = dt.date(2025, 4, 1)
HEAVY = ("Sm", "Gd", "Tb", "Dy", "Lu", "Y")


def licence(share: float, **more: object) -> Scenario:
    shock = Shock(kind="licence", start=DAY, origin=("CN",), elements=HEAVY, value=share)
    return Scenario(title="", summary="", start=DAY, shock=(shock,), **more)


@pytest.fixture(scope="module")
def stop() -> Result:
    return run("full_stop", months=12)


def test_tables_carry_units_and_the_run_without_control(stop: Result) -> None:
    assert {"month", "zone", "stage", "item", "usd_per_kg", "no_control_usd_per_kg", "ratio", "rationed"} <= set(
        stop.prices.columns
    )
    assert {"wanted_t", "served_t", "short_t", "short_share", "no_control_short_t", "lost_musd"} <= set(
        stop.shortages.columns
    )
    assert {"stock_t", "months_of_use", "no_control_months_of_use", "out"} <= set(stop.stocks.columns)
    assert {"t", "base_t", "no_control_t", "cap_t"} <= set(stop.flows.columns)
    for table in (stop.prices, stop.shortages, stop.stocks, stop.flows, stop.wedges, stop.activities, stop.firms):
        assert table["month"].dtype == pl.Date
        numbers = table.select(pl.selectors.float())
        assert numbers.select(pl.all().is_nan().any()).row(0) == (False,) * numbers.width


def test_beyond_the_rationing_point_there_is_no_price(stop: Result) -> None:
    rationed = stop.prices.filter("rationed")
    assert rationed.height > 0
    assert rationed["usd_per_kg"].null_count() == rationed["ratio"].null_count() == rationed.height
    assert (rationed["at_least_usd_per_kg"] / rationed["base_usd_per_kg"]).to_numpy() == pytest.approx(10.0)
    assert stop.prices.filter(~pl.col("rationed"))["at_least_usd_per_kg"].null_count() > 0
    assert stop.shortages.filter(pl.col("zone") != "CN")["short_share"].max() > 0.3


def test_a_full_stop_hurts_outside_and_ends_stocks(stop: Result) -> None:
    outside = stop.stock_outs.filter(
        (pl.col("zone") == "rest") & (pl.col("stage") == "magnet") & (pl.col("item") == "H")
    )
    row = outside.row(0, named=True)
    assert row["firms_10_pct_stop"] <= row["firms_25_pct_stop"] <= row["firms_50_pct_stop"]
    # Chinese makers of metal take less oxide because less metal can leave: nobody there stops for want of it.
    inside = stop.stock_outs.filter((pl.col("zone") == "CN") & (pl.col("stage") == "oxide") & (pl.col("item") == "Nd"))
    assert inside["firms_10_pct_stop"].to_list() == [None]
    lost = stop.shortages.group_by("zone").agg(pl.col("lost_musd").sum())
    assert dict(lost.rows())["rest"] > 1000
    inside = stop.prices.filter((pl.col("zone") == "CN") & (pl.col("item") == "Dy") & (pl.col("stage") == "oxide"))
    assert inside["ratio"].max() < 1.0  # what cannot leave is cheaper at home


def test_no_scenario_is_no_difference() -> None:
    result = run(Scenario(title="", summary="", start=DAY), months=6)
    assert result.prices["ratio"].drop_nulls().to_numpy() == pytest.approx(1.0)
    assert (result.shortages["short_t"] - result.shortages["no_control_short_t"]).abs().max() <= 1e-6
    assert result.wedges["rent_usd_per_kg"].max() <= 1e-9


def test_new_ore_is_bound_by_no_contract() -> None:
    """Serra Verde digs several times the Brazilian output of the base year; who has room may separate it at once."""
    found = run("full_stop", months=25).activities.filter(
        (pl.col("item") == "Brazilian ion clay") & (pl.col("month") == dt.date(2028, 1, 1))
    )
    base = found.filter(pl.col("activity") == "mine")["base_t"].sum()
    outside = found.filter((pl.col("activity") == "separation") & (pl.col("zone") != "CN"))["t"].sum()
    assert outside > 4 * base


def defence_samarium(story: Scenario) -> tuple[float, float]:
    """Share of samarium-cobalt magnets that defence buyers go without, and t of Sm separated outside, a year after the rule."""
    result = run(story, months=18)
    late = pl.col("month") >= dt.date(2027, 1, 1)
    rows = result.shortages.filter(late & (pl.col("zone") == "USDEF") & (pl.col("item") == "S"))
    made = result.activities.filter(late & (pl.col("activity") == "separation") & (pl.col("heavy_zone") == "rest"))
    return rows["short_t"].sum() / rows["wanted_t"].sum(), made["t"].sum()


def test_a_rule_of_origin_down_to_the_oxide_needs_heavy_circuits() -> None:
    """Defence takes 3 % of what allies make, so a rule for magnets alone moves nothing; samarium was separated in China only."""
    shipped = load("dfars_2027")
    rule = shipped.shock[1]
    magnets = msgspec.structs.replace(
        shipped, shock=(shipped.shock[0], msgspec.structs.replace(rule, stages=("magnet",), elements=()))
    )
    alone, no_heavy = defence_samarium(magnets)
    assert alone < 0.01
    assert no_heavy == 0
    short, heavy = defence_samarium(shipped)
    assert short < 0.05
    assert heavy > 100
    without, _ = defence_samarium(msgspec.structs.replace(shipped, projects=False))
    assert without > 0.5


def test_uses_that_give_way_first_go_without_first() -> None:
    rows = run(licence(0.0), months=8).shortages.filter(
        (pl.col("zone") == "rest") & (pl.col("item") == "Y") & (pl.col("month") == dt.date(2025, 11, 1))
    )
    short = dict(rows.select("sector", "short_share").rows())
    assert short["glass_polishing"] > short["other"] > short["ceramics"] > short["phosphors"] > 0.1


def test_a_zone_without_demand_has_no_share_instead_of_nan() -> None:
    result = run(licence(0.0, separate=("CN", "AU", "MM")), months=3)
    assert not result.shortages["short_share"].is_nan().any()
    assert result.zones["AU"] == ("AU",)


def first_month(share: float) -> tuple[dict[str, float], float]:
    ready = prepare(licence(share), 1, {"precaution": 1.0})  # a fixed wish for stock, so that welfare can be compared
    path, _ = ready.paths()
    layout = ready.roller.layout
    price = {
        good: float(path.months[0].price[layout.at[good, "rest"]])
        for good in ("oxide:Dy", "oxide:Tb", "oxide:Y", "magnet:H")
    }
    return price, path.months[0].welfare


def test_tighter_never_helps_those_outside() -> None:
    found = [first_month(share) for share in (0.0, 0.2, 0.4, 0.6, 0.8, 1.0)]
    for good in found[0][0]:
        path = [price[good] for price, _ in found]
        assert all(a >= b - 1e-6 * b for a, b in pairwise(path)), good
    welfare = [of for _, of in found]
    assert all(a <= b + 1e-9 * abs(b) for a, b in pairwise(welfare))


def test_shortage_over_a_year_falls_with_throughput() -> None:
    short = []
    for share in (0.0, 0.3, 0.6, 1.0):
        # Without growth: a licence at 1 lets the flow of the base month pass, whatever demand has become.
        rows = run(licence(share), months=12, parameters={"trend_factor": 0.0}).shortages
        short.append(rows.filter((pl.col("item") == "H") & (pl.col("zone") == "rest"))["short_t"].sum())
    assert short == sorted(short, reverse=True)
    assert short[0] > 100 * max(short[-1], 1.0)


def test_wedges_add_up_on_every_active_arc(stop: Result) -> None:
    for result in (stop, run("quota_2010", months=6), run("dfars_2027", months=6)):
        parts = pl.sum_horizontal("transport_usd_per_kg", "tax_usd_per_kg", "rent_usd_per_kg")
        assert result.wedges.select((pl.col("wedge_usd_per_kg") - parts).abs().max()).item() < 1e-9


def test_one_quota_is_one_rent_for_all_elements() -> None:
    rents = equal_rents()
    assert rents.height >= 5
    assert rents["rent_usd_per_kg"].min() > 0.5
    assert rents["rent_usd_per_kg"].to_numpy() == pytest.approx(rents["rent_usd_per_kg"][0], rel=1e-9)
    ratio = dict(rents.select("element", "price_ratio").rows())
    assert ratio["Ce"] > ratio["Y"] > ratio["Dy"]


def test_what_was_solved_before_changes_nothing() -> None:
    ready: Prepared = prepare("april_2025", 4)
    first, _ = ready.paths()
    ready.roller.run(first.start, 3)
    again, _ = ready.paths()
    assert np.array_equal(first.prices(), again.prices())


def test_no_number_without_an_optimum() -> None:
    ready = prepare("april_2025", 2)
    ready.effects.release[0, :] = -1e9  # more is asked for than there is: no month can be balanced
    with pytest.raises(SolveError, match="2025-04: the solver ended with"):
        ready.paths()


def test_firms_with_little_stock_stop_first() -> None:
    need = np.ones((6, 1))
    left, met = firms(np.array([2.0]), np.full((6, 1), 0.2), need, 0.6)
    stopped = (met < 0.95).argmax(axis=0)[0]
    assert spread(0.6).mean() == pytest.approx(1.0)
    assert (np.diff(stopped) >= 0).all()
    assert stopped[0] == 0
    assert stopped[-1] >= 3
    assert left.shape == met.shape == (6, 1, CLASSES)
    calm, all_met = firms(np.array([2.0]), need, need, 0.6)
    assert calm.sum(axis=2) == pytest.approx(2.0)
    assert (all_met == 1).all()


def test_backtests_say_what_was_fitted_and_stay_within_reason() -> None:
    rows = backtests()
    assert set(rows["role"]) == {"fitted", "predicted"}
    assert rows["model"].is_finite().all()
    fitted = rows.filter(pl.col("role") == "fitted")
    assert fitted["off_factor"].is_between(0.85, 1.15).all()
    by = {(row["event"], row["item"], row["role"]): row for row in rows.iter_rows(named=True)}
    tb, dy = by["myanmar_2024", "oxide:Tb", "fitted"], by["myanmar_2024", "oxide:Dy", "fitted"]
    assert tb["model"] > dy["model"] + 0.1  # Tb rose, Dy did not
    assert by["april_2025", "magnet:H", "predicted"]["within"]
    assert by["2010_quota", "oxide:Ce", "predicted"]["model"] > by["2010_quota", "oxide:Dy", "predicted"]["model"]


def test_backtests_over_the_ranges_of_parameters() -> None:
    rows = ranged(draws=20)
    assert (rows["model_low"] <= rows["model_high"]).all()
    outside = (
        (pl.col("event") == "april_2025") & pl.col("item").is_in(["oxide:Dy", "oxide:Tb"]) & (pl.col("zone") == "rest")
    )
    assert rows.filter(outside)["overlaps"].to_list() == [True, True, True]
    # What flows cannot explain stays unexplained over the whole range: the panic of 2011.
    panic = rows.filter(pl.col("event") == "2010_quota")
    assert (panic["model_high"] < 0.2 * panic["observed_low"]).all()


def test_predictions_of_2025_inside_china_come_from_growth_and_flat_mines() -> None:
    """Nd and Tb rise and Dy does not: without growth of demand, or with mines that follow it, Nd would hardly move."""
    observable = "price inside, 2025 over 2024"

    def inside(**parameters: float) -> dict[str, float]:
        rows = backtests(parameters).filter(pl.col("observable") == observable)
        return dict(rows.select("item", "model").rows())

    found, still = inside(), inside(trend_factor=0.0)
    assert found["oxide:Nd"] > 1.1
    assert found["oxide:Tb"] > 1.1
    assert found["oxide:Dy"] < 1.02
    assert still["oxide:Nd"] < found["oxide:Nd"] - 0.05
    free = inside(**{"mine_trend light quota": 6.0})
    assert free["oxide:Nd"] < found["oxide:Nd"] - 0.02


def test_dysprosium_takes_the_place_of_terbium_that_has_become_dear() -> None:
    """Vehicles want more heat-proof magnets every year while ion clays give no more; diffusion saves Dy, not Tb."""

    def after_four_years(most: float) -> tuple[dict[str, float], float]:
        calm = Scenario(title="", summary="", start=DAY)
        result = run(calm, months=48, parameters={"dy_for_tb most": most})
        last = result.prices.filter((pl.col("month") == pl.col("month").max()) & (pl.col("stage") == "oxide"))
        inside = last.filter(pl.col("zone") == "CN").with_columns(over=pl.col("usd_per_kg") / pl.col("base_usd_per_kg"))
        early = result.activities.filter((pl.col("activity") == "switch") & (pl.col("month") <= dt.date(2025, 6, 1)))
        return dict(inside.select("item", "over").rows()), float(early["t"].sum())

    (free, at_first), (bound, _) = after_four_years(0.5), after_four_years(0.0)
    assert at_first == 0  # it does not pay yet
    assert 1.2 < free["Tb"] < bound["Tb"] - 0.2
    assert bound["Dy"] < free["Dy"] < 1.0


def test_what_events_take_from_observation_is_known() -> None:
    known = given("myanmar_2024_and_april_2025")
    assert known == {"mine_trend light quota": 0.0}
    assert given("quota_2010") == {}
    assert story("quota_2010").name == "quota_2010"


def test_importing_supply_is_light_and_the_solver_prints_nothing() -> None:
    code = "import sys, didymium.supply; print('highspy' in sys.modules)"
    assert subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True).stdout == "False\n"
    code = "from didymium.supply import run; run('april_2025', months=2)"
    assert subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True).stdout == ""
