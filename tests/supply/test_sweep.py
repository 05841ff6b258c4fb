"""`sweep`: bands, drivers, going on after a break, refusing another input; the same with one process and with two."""

from __future__ import annotations

import datetime as dt
import json
import shutil
from pathlib import Path

import cyclopts
import numpy as np
import polars as pl
import pytest
from polars.testing import assert_frame_equal

from didymium.cli import supply_sweep
from didymium.errors import InputError, UsageError
from didymium.supply import run
from didymium.supply.sweep import Range, Sweep, bands, folder, read, sweep
from didymium.supply.sweep.tornado import tornado

DRAWS, MONTHS = 24, 3


@pytest.fixture(scope="module")
def out(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return tmp_path_factory.mktemp("sweep") / "april"


@pytest.fixture(scope="module")
def found(out: Path) -> Sweep:
    return sweep("april_2025", DRAWS, out, seed=5, months=MONTHS, workers=1)


def test_bands_are_in_order_and_carry_units(found: Sweep) -> None:
    for frame, name in ((found.prices, "ratio"), (found.prices, "usd_per_kg"), (found.shortages, "extra_short_t")):
        levels = [frame[f"{name}_{short}"].fill_null(1e30).to_numpy() for _, short in bands.LEVELS]
        assert (np.diff(levels, axis=0) >= 0).all()
    assert found.prices["month"].n_unique() == MONTHS
    assert (found.prices["draws"] == DRAWS).all()
    assert found.draws["failed"].null_count() == DRAWS
    dy = found.prices.filter((pl.col("zone") == "rest") & (pl.col("stage") == "oxide") & (pl.col("item") == "Dy"))
    assert dy["ratio_p05"][1] > 1.2
    assert dy["ratio_p95"][1] > 1.2 * dy["ratio_p05"][1]


def test_the_middle_of_all_ranges_lies_within_the_bands(found: Sweep) -> None:
    middle = run("april_2025", MONTHS).prices
    keys = ["month", "zone", "stage", "item"]
    both = found.prices.join(middle, on=keys).filter(pl.col("ratio_p95").is_not_null() & pl.col("ratio").is_not_null())
    inside = both.select(pl.col("ratio").is_between(0.999 * pl.col("ratio_p05"), 1.001 * pl.col("ratio_p95")).mean())
    assert inside.item() > 0.9


def test_what_has_no_number_counts_as_beyond_all(tmp_path: Path) -> None:
    day = dt.date(2026, 1, 1)
    status = pl.DataFrame({"draw": range(10), "failed": pl.Series([None] * 10, dtype=pl.String)})
    price = pl.DataFrame({
        "draw": range(10), "month": [day] * 10, "zone": ["A"] * 10, "stage": ["oxide"] * 10, "item": ["Dy"] * 10,
        "usd_per_kg": [float(i) if i < 6 else None for i in range(10)], "ratio": [None] * 10,
        "rationed": [i >= 6 for i in range(10)],
    }, schema_overrides={"ratio": pl.Float32})  # fmt: skip
    out = pl.DataFrame({
        "draw": range(10), "zone": ["A"] * 10, "stage": ["oxide"] * 10, "item": ["Dy"] * 10,
        **{name: pl.Series([day] * 3 + [None] * 7, dtype=pl.Date) for name in bands.EVENTS},
    })  # fmt: skip
    tables = {"status": status, "prices": price, "stock_outs": out}
    folder.write_chunk(tmp_path, 0, {name: folder.packed(frame) for name, frame in tables.items()})
    row = bands.prices(tmp_path).row(0, named=True)
    assert (row["usd_per_kg_p25"], row["usd_per_kg_p75"], row["usd_per_kg_p95"]) == (2.0, None, None)
    assert row["rationed_share"] == 0.4
    assert row["ratio_p05"] is None
    stop = bands.stock_outs(tmp_path, 12).row(0, named=True)
    assert (stop["month_p25"], stop["month_p50"], stop["share"]) == (day, None, pytest.approx(0.3))


def test_a_sweep_goes_on_where_it_broke_off_and_two_processes_give_the_same(found: Sweep, tmp_path: Path) -> None:
    again = tmp_path / "again"
    shutil.copytree(found.out, again)
    for name in folder.SUMMARIES:
        (again / f"{name}.parquet").unlink()
    kept = sorted((again / "chunks").iterdir())
    before = kept[0].stat().st_mtime_ns
    for chunk in kept[4:]:
        shutil.rmtree(chunk)
    (again / "chunks" / "0007.99.part").mkdir()
    with pytest.raises(UsageError, match="not finished"):
        read(again)
    seen: list[tuple[str, int, int | None]] = []
    report = lambda stage, done, total: seen.append((stage, done, total))  # noqa: E731
    other = sweep("april_2025", DRAWS, again, seed=5, months=MONTHS, workers=2, report=report)
    assert kept[0].stat().st_mtime_ns == before
    assert not list((again / "chunks").glob("*.part"))
    assert seen[0] == ("draws", 4, DRAWS)
    assert ("draws", DRAWS, DRAWS) in seen
    for name in ("draws", "prices", "shortages", "stock_outs", "outcomes", "tornado"):
        assert_frame_equal(getattr(found, name), getattr(other, name), check_exact=True)
        assert_frame_equal(getattr(found, name), getattr(read(again), name), check_exact=True)
    for file in sorted(found.out.rglob("*.parquet")):
        assert (again / file.relative_to(found.out)).read_bytes() == file.read_bytes(), file


def test_many_draws_are_summed_up_in_parts(found: Sweep, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(bands, "_ROWS_AT_ONCE", 1000)
    assert_frame_equal(bands.prices(found.out), found.prices)
    assert_frame_equal(bands.shortages(found.out), found.shortages)


def test_one_process_at_a_time(found: Sweep) -> None:
    with folder.alone(found.out), pytest.raises(UsageError, match="another process works on this sweep"):
        sweep("april_2025", DRAWS, found.out, seed=5, months=MONTHS, workers=1)


@pytest.mark.parametrize(
    ("change", "says"),
    [
        ({"seed": 6}, "another seed"),
        ({"months": 2}, "another months"),
        ({"draws": 8}, "another draws"),
        ({"scenario": "full_stop"}, "another scenario, ranges"),
        ({"parameters": {"precaution": 1.3}}, "another parameters, ranges"),
    ],
)
def test_a_folder_of_another_sweep_is_refused(found: Sweep, change: dict[str, object], says: str) -> None:
    asked = {"scenario": "april_2025", "draws": DRAWS, "seed": 5, "months": MONTHS, "workers": 1} | change
    with pytest.raises(UsageError, match=says):
        sweep(asked.pop("scenario"), asked.pop("draws"), found.out, **asked)


def test_places_that_hold_no_sweep(tmp_path: Path) -> None:
    (tmp_path / "mine.txt").write_text("mine")
    with pytest.raises(UsageError, match="something else in this place"):
        sweep("april_2025", 2, tmp_path, months=1, workers=1)
    with pytest.raises(UsageError, match="no sweep in this folder"):
        read(tmp_path)
    (tmp_path / "sweep.json").write_text("{")
    with pytest.raises(InputError, match="not the description of a sweep"):
        sweep("april_2025", 2, tmp_path, months=1, workers=1)


@pytest.mark.parametrize(
    ("asked", "says"),
    [
        ({"draws": 1}, "draws is 1. Allowed: 2 to 20000"),
        ({"seed": -1}, "seed is -1"),
        ({"workers": 0}, "workers is 0"),
        ({"parameters": {"nothing": 1.0}}, "no parameter is called 'nothing'"),
    ],
)
def test_calls_that_are_wrong_leave_no_folder(tmp_path: Path, asked: dict[str, object], says: str) -> None:
    with pytest.raises(UsageError, match=says):
        sweep("april_2025", **{"draws": 2, "out": tmp_path / "x", "months": 1} | asked)
    assert not (tmp_path / "x").exists()


def test_a_draw_without_a_solution_is_named_and_in_no_band(tmp_path: Path) -> None:
    text = '[parameter."swarf_share S"]\nlow = 0.0\nhigh = 0.3\n'
    own = tmp_path / "own.toml"
    own.write_text(f'fixed = ["rationing", "mine_close 0.8", "mine_close 0.55", "mine_close 0.35"]\n{text}')
    found = sweep("april_2025", 8, tmp_path / "x", months=1, ranges=own, workers=1)
    failed = found.draws["failed"].count()
    assert 0 < failed < 8
    assert (found.prices["draws"] == 8 - failed).all()
    assert found.draws["failed"].drop_nulls().str.contains("swarf:S").all()


def test_the_tornado_finds_what_drives() -> None:
    random = np.random.default_rng(1)
    values = random.random((200, 3))
    y = np.exp(5 * values[:, 1]) - 0.3 * values[:, 2]
    keys = {"outcome": "x", "zone": "A", "stage": "", "item": "", "unit": "t"}
    rows = pl.DataFrame({"draw": range(200), "value": y}).with_columns(
        pl.lit(word).alias(key) for key, word in keys.items()
    )
    still = rows.with_columns(outcome=pl.lit("still"), value=pl.lit(3.0))
    ranges = tuple(Range(name, "parameter", name, 0, 0.5, 1, "", "low") for name in "abc")
    bars = tornado(pl.concat([rows, still]), ranges, values)
    assert set(bars["outcome"]) == {"x"}
    first = bars.row(0, named=True)
    assert first["range"] == "b"
    assert first["rank_correlation"] > 0.99
    assert first["at_low"] < first["median"] < first["at_high"]
    assert abs(dict(bars.select("range", "rank_correlation").rows())["a"]) < 0.2
    assert tornado(still, ranges, values).is_empty()


def test_more_licences_mean_less_loss(found: Sweep) -> None:
    bars = found.tornado.filter((pl.col("outcome") == "lost_musd") & (pl.col("zone") == "rest"))
    by = dict(bars.select("range", "rank_correlation").rows())
    assert by["loss"] > 0.5
    assert by["shock 2 licence value"] < 0.2


def call(*tokens: str) -> None:
    app = cyclopts.App(result_action="return_value")
    supply_sweep.register(app)
    app(list(tokens), exit_on_error=False, print_error=False)


def test_the_command_shows_and_goes_on(
    found: Sweep, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("COLUMNS", "200")
    asked = (
        "sweep",
        "april_2025",
        "--draws",
        str(DRAWS),
        "--seed",
        "5",
        "--months",
        str(MONTHS),
        "--out",
        str(found.out),
    )
    call(*asked)
    shown = capsys.readouterr().out
    assert "oxide Dy" in shown
    assert "nan" not in shown.lower()
    call(*asked, "--json")
    summary = json.loads(capsys.readouterr().out)
    assert summary["draws"] == DRAWS
    assert summary["failed"] == 0
    assert summary["drivers_of_losses"]
