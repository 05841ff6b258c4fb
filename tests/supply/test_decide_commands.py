"""`didymium supply diversify` and `leverage`, on an app of their own."""

from __future__ import annotations

import json
from pathlib import Path

import cyclopts
import polars as pl
import pytest

from didymium.cli import supply_decide
from didymium.errors import UsageError


def call(*tokens: str) -> None:
    app = cyclopts.App(result_action="return_value")
    supply_decide.register(app)
    app(list(tokens), exit_on_error=False, print_error=False)


def test_diversify_shows_and_writes(
    capsys: pytest.CaptureFixture[str], tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("COLUMNS", "200")
    call("diversify", "full_stop", "--budget", "300", "--months", "24", "--draws", "3", "--out", str(tmp_path / "out"))
    shown = capsys.readouterr().out
    chosen = pl.read_parquet(tmp_path / "out/projects.parquet").filter("chosen")["title"]
    assert len(chosen) > 0
    assert all(title.split()[0] in shown for title in chosen)
    assert "nan" not in shown.lower()
    assert {path.stem for path in (tmp_path / "out").glob("*.parquet")} == set(supply_decide.PLAN_TABLES)
    assert pl.read_parquet(tmp_path / "out/draws.parquet").height == 3


def test_leverage_shows_and_writes(
    capsys: pytest.CaptureFixture[str], tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("COLUMNS", "200")
    call("leverage", "full_stop", "--months", "6", "--throughput", "0,1", "--out", str(tmp_path / "out"))
    shown = capsys.readouterr().out
    assert "Controls: CN" in shown
    assert "nan" not in shown.lower()
    assert {path.stem for path in (tmp_path / "out").glob("*.parquet")} == set(supply_decide.LEVERAGE_TABLES)


def test_json_is_one_object(capsys: pytest.CaptureFixture[str]) -> None:
    call("leverage", "april_2025", "--months", "3", "--throughput", "0.5", "--json")
    assert {"scenario", *supply_decide.LEVERAGE_TABLES} == set(json.loads(capsys.readouterr().out))


def test_options_that_read_otherwise() -> None:
    with pytest.raises(UsageError, match="is not a day"):
        call("diversify", "full_stop", "--budget", "1", "--decide", "soon")
    with pytest.raises(UsageError, match="not a list"):
        call("leverage", "full_stop", "--throughput", "half")
