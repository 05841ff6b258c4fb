"""What relabelling pays: by hand on small tables, and in shipped scenarios; lots whose relabelling pays."""

from __future__ import annotations

import datetime as dt
import json
from pathlib import Path

import cyclopts
import polars as pl
import pytest

from didymium.cli import supply_sweep
from didymium.errors import UsageError
from didymium.supply import Result, run
from didymium.supply.incentive import incentives
from didymium.supply.incentive_lots import lots_that_pay

JULY = dt.date(2025, 7, 1)
#: No chance, no cost, no discount: what is left is wedge less freight.
FREE = {
    "relabel_cost cover": 0.0, "relabel_cost third_country": 0.0, "relabel_caught cover": 0.0,
    "relabel_caught third_country": 0.0, "relabel_discount": 0.0,
}  # fmt: skip


@pytest.fixture(scope="module")
def april() -> Result:
    return run("april_2025", 6)


@pytest.fixture(scope="module")
def found(april: Result) -> pl.DataFrame:
    return incentives(april)


def row(frame: pl.DataFrame, **values: object) -> dict[str, object]:
    rows = frame.filter(**values)
    assert rows.height == 1
    return rows.row(0, named=True)


def test_by_hand(april: Result, found: pl.DataFrame) -> None:
    got = row(found, month=JULY, element="Dy", from_zone="CN", to_zone="rest", stage="oxide", way="cover")
    price = {zone: row(april.prices, month=JULY, zone=zone, stage="oxide", item="Dy") for zone in ("CN", "rest")}
    inside, outside = price["CN"]["usd_per_kg"], price["rest"]["usd_per_kg"]
    freight = 0.3 + 0.01 * price["CN"]["base_usd_per_kg"]
    gain = 0.7 * outside - inside - freight - 3.0
    assert got["gain_usd_per_kg_reo"] == pytest.approx(gain)
    assert got["expected_usd_per_kg_reo"] == pytest.approx(
        0.95 * 0.7 * outside - inside - freight - 3.0 - 0.05 * 5.0 * inside
    )
    assert got["breakeven_caught"] == pytest.approx(gain / (0.7 * outside + 5.0 * inside))
    assert got["pays"]


def test_at_the_breakeven_chance_nothing_is_expected(april: Result, found: pl.DataFrame) -> None:
    at = row(found, month=JULY, element="Tb", from_zone="CN", to_zone="rest", stage="oxide", way="cover")[
        "breakeven_caught"
    ]
    again = incentives(april, {"relabel_caught cover": at})
    got = row(again, month=JULY, element="Tb", from_zone="CN", to_zone="rest", stage="oxide", way="cover")
    assert got["expected_usd_per_kg_reo"] == pytest.approx(0.0, abs=1e-6)


def test_without_risk_and_cost_it_is_the_rent_of_the_arc(april: Result) -> None:
    free = (
        incentives(april, FREE)
        .filter(way="cover", outside_rationed=False)
        .unique(["month", "stage", "item", "from_zone", "to_zone"])
    )
    arcs = april.wedges.join(free, on=["month", "stage", "item", "from_zone", "to_zone"])
    assert arcs.height > 10
    rent = (arcs["rent_usd_per_kg"] + arcs["tax_usd_per_kg"]) / arcs["reo_kg_per_kg"]
    assert arcs["gain_usd_per_kg_reo"].to_numpy() == pytest.approx(rent.to_numpy(), abs=1e-5, rel=1e-6)


def test_controlled_elements_pay_and_free_ones_do_not(found: pl.DataFrame) -> None:
    oxides = found.filter(pl.col("pays") & (pl.col("stage") == "oxide"))
    assert set(oxides["element"]) == {"Sm", "Gd", "Tb", "Dy", "Lu", "Y"}
    assert set(oxides["from_zone"]) == {"CN"}
    ends = found.select(
        low=pl.col("expected_low_usd_per_kg_reo") <= pl.col("expected_usd_per_kg_reo"),
        high=pl.col("expected_high_usd_per_kg_reo") >= pl.col("expected_usd_per_kg_reo"),
    )
    assert ends.select(pl.all().all()).row(0) == (True, True)


def test_a_magnet_counts_per_kg_of_its_rare_earths(found: pl.DataFrame) -> None:
    magnet = found.filter(month=JULY, item="H", way="cover", from_zone="CN", to_zone="rest")
    assert set(magnet["element"]) == {"Nd", "Pr", "Dy", "Tb"}
    assert magnet["expected_usd_per_kg_reo"].n_unique() == 1
    assert magnet["reo_kg_per_kg"][0] == pytest.approx(0.311)
    wedge = (magnet["outside_usd_per_kg"][0] - magnet["inside_usd_per_kg"][0]) / 0.311
    assert magnet["wedge_usd_per_kg_reo"][0] == pytest.approx(wedge)


def test_without_a_control_there_is_no_incentive() -> None:
    assert incentives(run("myanmar_closure", 3)).is_empty()


def test_where_the_price_is_rationed_its_limit_counts(april: Result, found: pl.DataFrame) -> None:
    rationed = found.filter("outside_rationed", stage="oxide")
    assert rationed.height > 0
    limits = april.prices.select("month", "stage", "item", pl.col("zone").alias("to_zone"), "at_least_usd_per_kg")
    both = rationed.join(limits, on=["month", "stage", "item", "to_zone"])
    assert (both["outside_usd_per_kg"] == both["at_least_usd_per_kg"]).all()


def lots(**more: object) -> pl.DataFrame:
    day = dt.date(2025, 7, 15)
    return pl.DataFrame(
        {
            "date": [day, day, day, dt.date(2030, 1, 1), day, day],
            "export_country": ["HK", "CN", "DE", "CN", "XX", "CN"],
            "import_country": ["DE", "NA", "FR", "DE", "DE", "DE"],
            "net_kg": [1000.0, 0.2, 10.0, 10.0, 3.0, None],
            **more,
        }
    )


def test_lots_whose_relabelling_pays(april: Result, found: pl.DataFrame) -> None:
    got = lots_that_pay(lots(), found, april.zones)
    assert got.select(lots().columns).equals(lots())
    assert got["relabel_pays"].to_list() == [True, False, False, None, None, None]
    assert got["relabel_bans"][0] > 0
    assert got["relabel_usd"].to_list()[2:] == [None] * 4
    assert got["relabel_bans"].to_list()[1:] == [0.0, 0.0, None, None, None]
    most = found.filter(month=JULY, from_zone="CN", to_zone="rest").select(
        (pl.min_horizontal(1000.0, pl.col("market_t_reo") * 1000) * pl.col("expected_usd_per_kg_reo")).max()
    )
    assert got["relabel_usd"][0] == pytest.approx(most.item() - 3000.0)


def test_lots_of_a_named_element(april: Result, found: pl.DataFrame) -> None:
    got = lots_that_pay(lots(element=["Dy", "Nd", "Dy", "Dy", "Dy", "Dy"]), found, april.zones)
    assert got["relabel_element"].to_list()[:3] == ["Dy", None, None]
    assert got["relabel_item"][0] == "Dy"
    with pytest.raises(UsageError, match="no column net_kg"):
        lots_that_pay(lots().drop("net_kg"), found, april.zones)


def test_lots_where_nothing_pays_are_false_and_no_lots_are_none(april: Result, found: pl.DataFrame) -> None:
    calm = incentives(april, {"relabel_discount": 1.0})
    assert not calm["pays"].any()
    assert lots_that_pay(lots(), calm, april.zones)["relabel_bans"].to_list()[:3] == [0.0, 0.0, 0.0]
    assert lots_that_pay(lots().clear(), found, april.zones).is_empty()


def test_the_command(capsys: pytest.CaptureFixture[str], tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("COLUMNS", "200")
    app = cyclopts.App(result_action="return_value")
    supply_sweep.register(app)
    asked = ["incentive", "april_2025", "--months", "3", "--out", str(tmp_path / "x/i.parquet")]
    app(asked, exit_on_error=False, print_error=False)
    assert "CN to rest" in capsys.readouterr().out
    assert pl.read_parquet(tmp_path / "x/i.parquet")["month"].n_unique() >= 2
    app([*asked[:4], "--set", "relabel_caught cover=0.3", "--json"], exit_on_error=False, print_error=False)
    assert {"zones", "best"} == set(json.loads(capsys.readouterr().out))
