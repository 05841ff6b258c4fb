"""The table of incentives beside declarations: off without a file, a small prior with one, refused where it is another table."""

from __future__ import annotations

import datetime as dt
from pathlib import Path

import polars as pl
import pytest

from didymium.errors import InputError
from didymium.screening.incentive import beside, read_incentive
from didymium.screening.run import screen
from didymium.supply import run
from didymium.supply.incentive import incentives
from didymium.supply.incentive_lots import lots_that_pay, prior_table

LINES = """declaration_id,date,direction,hs_code,description,origin,export_country,import_country,net_kg,value,currency
A,2025-06-03,export,282110,iron oxide pigment,CN,CN,JP,4000,6000,USD
B,2025-06-03,export,282110,iron oxide pigment,CN,CN,CN,4000,6000,USD
C,2024-06-03,export,282110,iron oxide pigment,CN,CN,JP,4000,6000,USD
D,2025-06-20,export,282110,iron oxide pigment,DE,DE,JP,4000,6000,USD
"""


@pytest.fixture(scope="module")
def prior(tmp_path_factory: pytest.TempPathFactory) -> Path:
    result = run("april_2025", 4)
    path = tmp_path_factory.mktemp("prior") / "prior.parquet"
    prior_table(incentives(result), result.zones).write_parquet(path)
    return path


def test_only_what_pays_is_told_and_only_with_a_file(prior: Path, tmp_path: Path) -> None:
    (tmp_path / "d.csv").write_text(LINES, "utf-8")
    without = screen([tmp_path / "d.csv"], out=tmp_path / "a")
    with_it = screen([tmp_path / "d.csv"], out=tmp_path / "b", incentive=prior)
    told = [
        pl.read_parquet(one.files["evidence_parquet"]).filter(pl.col("check") == "incentive")
        for one in (without, with_it)
    ]
    assert told[0].is_empty()
    assert told[1]["declaration_id"].to_list() == ["A"]
    assert 0 < told[1]["weight_bans"].item() <= 0.3
    before, after = (
        dict(pl.read_parquet(one.files["findings_parquet"]).select("declaration_id", "probability").rows())
        for one in (without, with_it)
    )
    assert before["A"] < after["A"] < 2.7 * before["A"]  # 0.3 bans at the temperature of the weighing
    assert all(after[name] == before[name] for name in "BCD")


def test_the_table_says_what_the_model_says_of_single_lots(prior: Path) -> None:
    """The file is the same judgement as `lots_that_pay`, only by country."""
    result = run("april_2025", 4)
    places = ["CN", "HK", "JP", "DE", "US", "VN", "NG"]
    lots = pl.DataFrame([
        {"date": dt.date(2025, month, 15), "export_country": a, "import_country": b, "net_kg": kg}
        for month in (4, 6) for a in places for b in places for kg in (1.0, 50.0, 20_000.0)
    ])  # fmt: skip
    asked = lots_that_pay(lots, incentives(result), result.zones)
    found = beside(lots, read_incentive(prior))
    assert found.height == lots.height
    assert (asked["relabel_bans"].fill_null(0.0) - found["incentive_bans"].fill_null(0.0)).abs().max() == 0.0
    assert found["incentive_bans"].drop_nulls().len() > 10


@pytest.mark.parametrize(
    ("change", "says"),
    [
        (lambda rows: rows.drop("bans"), "column is missing"),
        (lambda rows: rows.with_columns(bans=pl.lit(1.5)), "0 to 1"),
        (lambda rows: rows.with_columns(bans=pl.lit(None, pl.Float64)), "0 to 1"),
        (lambda rows: rows.with_columns(month=pl.lit("soon")), "another type"),
    ],
)
def test_other_tables_are_refused(change: object, says: str, prior: Path, tmp_path: Path) -> None:
    change(pl.read_parquet(prior)).write_parquet(tmp_path / "p.parquet")  # type: ignore[operator]
    with pytest.raises(InputError, match=says):
        read_incentive(tmp_path / "p.parquet")


def test_a_file_that_is_no_table(tmp_path: Path) -> None:
    (tmp_path / "p.parquet").write_text("no", "utf-8")
    with pytest.raises(InputError, match="incentive SCENARIO --prior"):
        read_incentive(tmp_path / "p.parquet")
