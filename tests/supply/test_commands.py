"""`didymium supply`: what is asked is answered as table, JSON and CSV, and a wrong question names the right ones."""

from __future__ import annotations

import io
import json
import subprocess
import sys
import time
from pathlib import Path

import polars as pl
import pytest

from didymium.cli import main

QUESTIONS = [
    "concentration --stage refining --year 2024",
    "concentration --element Dy",
    "geopolrisk --country EU",
    "imports --country US --year 2024",
    "criticality --stage mining",
]


@pytest.mark.parametrize("question", QUESTIONS)
def test_table_and_json(question: str, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("COLUMNS", "200")
    assert main(["supply", *question.split()]) == 0
    shown = capsys.readouterr().out
    assert len(shown.splitlines()) > 3
    assert "NaN" not in shown
    assert main(["supply", *question.split(), "--json"]) == 0
    assert json.loads(capsys.readouterr().out)


def test_the_news_figures_are_answered(capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("COLUMNS", "200")
    assert main(["supply", "concentration", "--stage", "refining", "--year", "2024"]) == 0
    shown = capsys.readouterr().out
    for words in (">80 % of mining and refining", ">60 % of mining", "GCMO2025", "91.28", "not split", "Sources"):
        assert words in shown


def test_csv(capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["supply", "geopolrisk", "--year", "2024", "--csv"]) == 0
    text = capsys.readouterr().out
    rows = pl.read_csv(io.StringIO(text), schema_overrides={"country": pl.String})
    assert rows.height > 100
    assert "NA" in rows["country"].to_list() or rows["country"].null_count() == 0
    assert main(["supply", "concentration", "--stage", "mining", "--year", "2024", "--csv"]) == 0
    assert "MCS2026v1.3" in capsys.readouterr().out


@pytest.mark.parametrize(
    ("question", "says"),
    [
        ("concentration --stage smelting", "Known: magnet, mining, mining and refining, refining."),
        ("concentration --year 1900", "nothing is known of year 1900"),
        ("concentration --element Zz", "Elements: La, Ce"),
        ("geopolrisk --country Atlantis", "is no country"),
        ("geopolrisk --vintage X", "Known: MCS2025, MCS2026v1.3, MYB2022."),
        ("geopolrisk --mine-production missing.csv", "there is no such file"),
        ("imports --country JP --year 1900", "nothing is known of year 1900"),
    ],
)
def test_a_wrong_question_names_the_right_ones(question: str, says: str, capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["supply", *question.split()]) == 2
    assert says in capsys.readouterr().err


def test_every_country_year_from_a_cold_process() -> None:
    command = [sys.executable, "-m", "didymium", "supply", "geopolrisk", "--csv"]
    begin = time.perf_counter()
    done = subprocess.run(command, capture_output=True, text=True, check=True)
    spent = time.perf_counter() - begin
    assert len(done.stdout.splitlines()) > 1000
    assert spent < 10  # 2 s on a quiet machine, see benchmarks/supply.py


def test_own_mine_production(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    path = tmp_path / "own.csv"
    path.write_text("country,year,t_reo\nCN,2024,50\nUS,2024,50\n", encoding="utf-8")
    assert (
        main(
            [
                "supply",
                "concentration",
                "--stage",
                "mine",
                "--basket",
                "all REO",
                "--mine-production",
                str(path),
                "--json",
            ]
        )
        == 0
    )
    found = json.loads(capsys.readouterr().out)
    assert found["markets"][0]["hhi_high"] == pytest.approx(0.5)
    assert found["markets"][0]["vintage"] == "own"
