"""Every command on real input, from the command line to what is printed."""

from __future__ import annotations

import csv
import io
import json
import os
import pty
import subprocess
import sys
import tomllib
from pathlib import Path

import pytest

from didymium import reference
from didymium.cli import main

HEADER = "declaration_id,date,direction,hs_code,description,origin,export_country,import_country,net_kg,value,currency"
ROWS = (
    "A-1,2024-03-01,export,284690,terbium oxide,CN,CN,JP,100,70000,USD",
    "A-2,2024-03-02,export,284690,neodymium oxide,CN,CN,NA,1000,50,USD",
    "A-3,31/02/2024,export,284690,neodymium oxide,CN,CN,JP,1000,60000,USD",
    "A-4,2024-03-04,export,280530,dysprosium metal,CN,CN,JP,-5,60000,USD",
)


@pytest.fixture
def declarations(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """Four lines, two of them wrong; the working folder is a fresh one."""
    monkeypatch.chdir(tmp_path)
    monkeypatch.setenv("COLUMNS", "100")
    path = tmp_path / "declarations.csv"
    path.write_text("\n".join((HEADER, *ROWS)) + "\n")
    return path


def ran(capsys: pytest.CaptureFixture[str], *arguments: object, code: int = 0) -> str:
    got = main([str(one) for one in arguments])
    out, err = capsys.readouterr()
    assert got == code, err
    return err if code else out


def test_intake_check_counts_every_row(declarations: Path, capsys: pytest.CaptureFixture[str]) -> None:
    answer = json.loads(ran(capsys, "intake", "check", declarations, "--json"))
    assert (answer["rows_in"], answer["accepted"], answer["rejected"]) == (4, 2, 2)
    assert {(one["source_row"], one["column"]) for one in answer["first_rejects"]} == {(4, "date"), (5, "net_kg")}
    text = ran(capsys, "intake", "check", declarations)
    assert "4 rows read = 2 accepted + 2 rejected" in text
    assert "31/02/2024" in text


def test_intake_suggest_writes_toml(declarations: Path, capsys: pytest.CaptureFixture[str]) -> None:
    foreign = declarations.with_name("foreign.csv")
    foreign.write_text(declarations.read_text().replace("net_kg", "Nettomasse").replace("hs_code", "HS-Code"))
    printed = ran(capsys, "intake", "suggest", foreign)
    assert tomllib.loads(printed)["columns"]["net_kg"] == "Nettomasse"
    ran(capsys, "intake", "suggest", foreign, "--to", "mapping.toml")
    assert Path("mapping.toml").read_text().strip() == printed.strip()
    answer = json.loads(ran(capsys, "intake", "check", foreign, "--mapping", "mapping.toml", "--json"))
    assert answer["accepted"] == 2


def test_screen_then_explain(declarations: Path, capsys: pytest.CaptureFixture[str]) -> None:
    text = ran(capsys, "screen", declarations, "--out", "out")
    assert "4 read, 2 accepted, 2 rejected" in text
    assert reference.content_hash() in text
    report = Path(text.split("Report: ")[1].strip())
    assert "<html" in report.read_text(encoding="utf-8")[:500].lower()

    answer = json.loads(ran(capsys, "screen", declarations, "--out", "out", "--json"))
    assert {one["declaration_id"] for one in answer["findings"]} == {"A-1", "A-2"}
    first = answer["findings"][0]
    assert all(Path(path).is_file() for path in answer["files"].values())

    shown = ran(capsys, "explain", first["declaration_id"], "--out", "out")
    assert " ".join(first["decision"].split()) in " ".join(shown.split())
    for evidence in first["evidence"]:
        assert evidence["check"] in shown
    assert json.loads(ran(capsys, "explain", first["declaration_id"], "--out", "out", "--json")) == first

    assert not ran(capsys, "screen", declarations, "--out", "out", "--quiet")
    assert "B-9" in ran(capsys, "explain", "B-9", "--out", "out", code=2)


def test_screening_twice_writes_the_same_bytes(declarations: Path, capsys: pytest.CaptureFixture[str]) -> None:
    for folder in ("one", "two"):
        ran(capsys, "screen", declarations, "--out", folder, "--quiet")
    names = sorted(path.name for path in Path("one").iterdir())
    assert len(names) > 5
    for name in names:
        assert (Path("one") / name).read_bytes() == (Path("two") / name).read_bytes(), name


def test_nothing_accepted_is_an_input_error(declarations: Path, capsys: pytest.CaptureFixture[str]) -> None:
    declarations.write_text("\n".join((HEADER, *ROWS[2:])) + "\n")
    said = ran(capsys, "screen", declarations, "--out", "out", code=3)
    assert said.count("\n") == 1


def test_reference_list_and_show(capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("COLUMNS", "160")
    listed = ran(capsys, "reference", "list")
    assert all(name in listed for name in reference.names())
    assert reference.content_hash() in listed
    shown = ran(capsys, "reference", "show", "countries", "--rows", "3")
    assert all(column.name in shown for column in reference.spec("countries").columns)
    rows = list(csv.DictReader(io.StringIO(ran(capsys, "reference", "show", "countries", "--csv"))))
    assert len(rows) == reference.table("countries").height
    assert any(row["iso2"] == "NA" and row["name"] == "Namibia" for row in rows)
    assert "countries" in ran(capsys, "reference", "show", "nations", code=2)


def test_reference_verify_finds_no_problem(capsys: pytest.CaptureFixture[str]) -> None:
    assert f"{len(reference.names())} tables, no problem" in ran(capsys, "reference", "verify")


def test_reference_why(capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("COLUMNS", "200")
    text = ran(capsys, "reference", "why", "mine production Nigeria 2024")
    assert "sources disagree" in text  # 13 000 t in the edition of 2025, 1 500 t in that of 2026
    assert "USGS" in text
    assert "nothing in the reference base" in ran(capsys, "reference", "why", "zzz qqq", code=2)


def test_progress_is_drawn_for_a_terminal_only() -> None:
    code = (
        "from didymium.cli.terminal import progress\n"
        "with progress(quiet={quiet}) as report:\n"
        "    print('drawn' if report else 'silent')\n"
        "    report and report('reading [x]', 5, None)\n"
        "    report and report('weighing', 1, 3)\n"
    )
    for quiet, expected in ((False, "drawn"), (True, "silent")):
        outer, inner = pty.openpty()
        command = [sys.executable, "-c", code.format(quiet=quiet)]
        done = subprocess.run(command, stdout=subprocess.PIPE, stderr=inner, text=True, check=True, timeout=60)
        os.close(inner)
        assert done.stdout.strip() == expected
        if expected == "drawn":
            drawn = os.read(outer, 65_536).decode()
            assert "reading [x]" in drawn
            assert "1/3" in drawn
        os.close(outer)
    silent = subprocess.run(
        [sys.executable, "-c", code.format(quiet=False)], capture_output=True, text=True, check=True
    )
    assert silent.stdout.strip() == "silent"
    assert not silent.stderr
