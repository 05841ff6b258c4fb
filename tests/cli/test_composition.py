"""`didymium composition` and `didymium assay`, as a user calls them."""

from __future__ import annotations

import json
from pathlib import Path

import numpy as np
import pytest

from didymium.cli.app import main
from tests.composition.pattern_samples import BASTNAESITE, HEAVY_CLAY

ROWS = "sample_id,analyte,value,unit,basis,uncertainty,method,surface\n"
MAGNET = (
    ROWS + "S1,Nd,29.8,wt%,element,0.4,ICP-OES,ground\n"
    "S1,Fe,66,wt%,element,0.6,ICP-OES,ground\nS1,Dy,1.8,wt%,element,0.05,ICP-OES,ground\n"
)


@pytest.fixture
def magnet(tmp_path: Path) -> Path:
    path = tmp_path / "magnet.csv"
    path.write_text(MAGNET)
    return path


def test_a_purity_is_shown_as_an_interval(capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["composition", "Dy2O3 99.5% min (TREO 99%)"]) == 0
    out = capsys.readouterr().out
    assert "99.5 to 100" in out
    assert "rare-earth oxides" in out
    assert "85.8" in out
    assert "87.1" in out


def test_every_way_to_understand_it_is_shown(capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["composition", "TREO 45%; La2O3 25%"]) == 0
    out = capsys.readouterr().out
    assert "2 ways" in out
    assert "21.3" in out
    assert "9.59" in out


def test_nonsense_is_one_line_and_says_how_far_it_went(capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["composition", "Nd 30% ±"]) == 3
    captured = capsys.readouterr()
    assert captured.out == ""
    assert "understood up to" in captured.err
    assert "Traceback" not in captured.err


def test_json_holds_the_reading(capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["composition", "CeO2 99,95 %", "--json"]) == 0
    answer = json.loads(capsys.readouterr().out)
    assert answer["kind"] == "ok"
    assert answer["fractions"]["Ce"] == pytest.approx([81.3681, 81.4088], abs=1e-3)


def test_undeclared_dysprosium_is_found_and_named(magnet: Path, capsys: pytest.CaptureFixture[str]) -> None:
    call = ["assay", str(magnet), "--declared", "NdFeB, Dy-free", "--description", "NdFeB magnets"]
    assert main(call) == 0
    out = capsys.readouterr().out
    assert "inconsistent" in out
    assert "1.8" in out
    assert "Next:" in out
    assert main([*call, "--json"]) == 0
    (answer,) = json.loads(capsys.readouterr().out)
    assert answer["verdict"] == "inconsistent"
    assert answer["declaration_id"] == "S1"
    assert [row["verdict"] for row in answer["rows"] if row["element"] == "Dy"] == ["inconsistent"]


def test_samples_are_joined_to_declarations(magnet: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    papers = tmp_path / "declarations.csv"
    papers.write_text(
        "declaration_id,date,direction,hs_code,description,grade,net_kg,value,currency\n"
        "A-1,2025-06-01,export,850511,Sintered NdFeB magnets,N42SH,500,40000,USD\n"
    )
    samples = tmp_path / "samples.csv"
    samples.write_text("declaration_id," + MAGNET.replace("\nS1", "\nA-1,S1"))
    assert main(["assay", str(samples), "--declarations", str(papers), "--json"]) == 0
    (answer,) = json.loads(capsys.readouterr().out)
    assert (answer["declaration_id"], answer["verdict"]) == ("A-1", "consistent")


@pytest.mark.parametrize(
    ("extra", "code", "says"),
    [
        (["--date", "2025-02-31", "--declared", "Nd"], 2, "2025-04-04"),
        (["--declarations", "none.csv"], 2, "no such file"),
    ],
)
def test_wrong_calls_say_what_to_do(
    magnet: Path, extra: list[str], code: int, says: str, capsys: pytest.CaptureFixture[str]
) -> None:
    assert main(["assay", str(magnet), *extra]) == code
    assert says in capsys.readouterr().err


def _shot(path, base, count, seed):
    """A file of `count` samples about a pattern, 6 % scatter, as a laboratory writes it."""
    scatter = np.random.default_rng(seed)
    lines = ["sample_id,analyte,value,unit,method,surface"]
    for n in range(count):
        for element, ppm in base.items():
            lines.append(
                f"{path.stem}-{n},{element},{ppm / 1.2 * np.exp(scatter.normal(0, 0.06)):.1f},ppm,ICP-MS,powder"
            )
    path.write_text("\n".join(lines), encoding="utf-8")
    return path


def test_a_lot_against_samples_of_a_mine(tmp_path, capsys):
    mine = _shot(tmp_path / "hill.csv", BASTNAESITE, 8, 1)
    own, other = _shot(tmp_path / "lot.csv", BASTNAESITE, 1, 2), _shot(tmp_path / "other.csv", HEAVY_CLAY, 2, 3)
    assert main(["assay", str(own), "--mine", str(mine), "--json"]) == 0
    (found,) = json.loads(capsys.readouterr().out)
    assert (found["verdict"], found["samples"], found["lots"]) == ("compatible", 8, 1)
    assert main(["assay", str(other), "--mine", str(mine)]) == 0
    said = " ".join(capsys.readouterr().out.split())
    assert "other, item 1: not compatible" in said
    assert "hill" in said


@pytest.mark.parametrize(
    ("extra", "code", "said"),
    [
        (["--mine", "few.csv"], 3, "3 samples of the mine; at least 5"),
        (["--mine", "mine.csv", "--deposit", "nowhere"], 2, "Known are: bayan_obo"),
        (["--mine", "mine.csv", "--declared", "Nd 2 %"], 2, "exclude each other"),
        (["--mine", "no.csv"], 2, "no such file"),
        (["--deposit", "bayan_obo"], 2, "--mine"),
    ],
)
def test_a_mine_that_cannot_be_compared(extra, code, said, tmp_path, capsys, monkeypatch):
    monkeypatch.chdir(tmp_path)
    for name, count in (("mine.csv", 8), ("few.csv", 3), ("lot.csv", 1)):
        _shot(tmp_path / name, BASTNAESITE, count, count)
    assert main(["assay", "lot.csv", *extra]) == code
    assert said in capsys.readouterr().err


def test_what_an_element_is_held_against_is_said(magnet: Path, capsys):
    assert main(["assay", str(magnet), "--declared", "NdFeB, Dy-free", "--description", "NdFeB magnets", "--json"]) == 0
    (one,) = json.loads(capsys.readouterr().out)
    said = {row["element"]: (row["declared"], row["measured"]) for row in one["rows"]}
    assert said["Dy"][0] == "said to be absent (level 0.1 wt%)"
    assert said["Nd"] == ("by name: goods of 33 to 39 wt% REO", "29.8 ± 0.4 wt%")
