"""`didymium supply run` and `scenarios`, on an app of their own."""

from __future__ import annotations

import json
from pathlib import Path

import cyclopts
import polars as pl
import pytest

from didymium.cli import supply_run, supply_scenarios
from didymium.errors import UsageError
from didymium.supply.report.write import TABLES


def call(*tokens: str) -> None:
    app = cyclopts.App(result_action="return_value")
    supply_run.register(app)
    supply_scenarios.register(app)
    app(list(tokens), exit_on_error=False, print_error=False)


def test_run_shows_and_writes(
    capsys: pytest.CaptureFixture[str], tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("COLUMNS", "200")
    call("run", "april_2025", "--months", "6", "--out", str(tmp_path / "out"))
    shown = capsys.readouterr().out
    assert "oxide Dy" in shown
    assert "nan" not in shown.lower()
    written = {path.stem for path in (tmp_path / "out").glob("*.parquet")}
    assert written == set(TABLES)
    assert "Users of " in (tmp_path / "out/report.html").read_text("utf-8")
    assert pl.read_parquet(tmp_path / "out/prices.parquet")["month"].n_unique() == 6


def test_json_is_one_object(capsys: pytest.CaptureFixture[str]) -> None:
    call("run", "full_stop", "--months", "3", "--set", "precaution=1.2", "--json")
    found = json.loads(capsys.readouterr().out)
    assert {"scenario", "zones", "peaks", "sectors"} == set(found)


def test_scenarios_are_listed(capsys: pytest.CaptureFixture[str]) -> None:
    call("scenarios")
    shown = capsys.readouterr().out
    assert "april_2025:" in shown
    assert "myanmar_closure:" in shown


@pytest.mark.parametrize("text", ["precaution", "precaution=much", "=", ""])
def test_a_setting_that_is_none(text: str) -> None:
    with pytest.raises(UsageError, match=r"is not NAME=NUMBER|no parameter is called"):
        call("run", "april_2025", "--set", text)


def test_bands_need_a_report_and_a_report_needs_a_folder(tmp_path: Path) -> None:
    with pytest.raises(UsageError, match="Add --out FOLDER"):
        call("run", "april_2025", "--sweep", str(tmp_path))
    (tmp_path / "file").write_text("")
    with pytest.raises(UsageError, match="not a folder"):
        call("run", "april_2025", "--out", str(tmp_path / "file"))
