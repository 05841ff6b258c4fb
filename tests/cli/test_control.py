from __future__ import annotations

import json
from pathlib import Path

import pytest

from didymium.cli import main

CHECK = [
    "control",
    "check",
    "NdFeB N42SH, Dy 1.8%",
    "--hs-code",
    "8505.11.1000",
    "--origin",
    "CN",
    "--date",
    "2026-05-05",
]


def test_check_shows_the_measure_its_reason_and_what_would_change_it(capsys: pytest.CaptureFixture[str]) -> None:
    assert main([*CHECK, "--import-country", "DE", "--end-use", "civil"]) == 0
    out = " ".join(capsys.readouterr().out.split())
    for words in (
        "licence required on 2026-05-05",
        "CN-2025-18#1C905.a.4",
        "contains Dy (1.8 %)",
        "from 2025-04-04 on",
        "free before 2025-04-04",
    ):
        assert words in out


def test_check_as_json(capsys: pytest.CaptureFixture[str]) -> None:
    assert main([*CHECK, "--import-country", "JP", "--json"]) == 0
    said = json.loads(capsys.readouterr().out)
    assert said["permission"] == "licence required"
    assert said["applies"] == ["CN-2025-18#1C905.a.4"]
    assert any("military" in change for change in said["changes"])
    assert said["missing"] == ["end use (CN-2026-1)", "end user (CN-2026-1)"]


@pytest.mark.parametrize(
    ("option", "value", "says"),
    [
        ("--origin", "XX", "ISO 3166"),
        ("--origin", "UK", "Write GB"),
        ("--date", "05.05.2026", "YYYY-MM-DD"),
        ("--hs-code", "85x5", "4 to 10 digits"),
        ("--owned-share", "50", "0 to 1"),
    ],
)
def test_wrong_options_are_named(option: str, value: str, says: str, capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["control", "check", "Dy2O3", option, value]) == 2
    assert says in " ".join(capsys.readouterr().err.split())


def test_country_names_are_understood(capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["control", "check", "Dy2O3", "--origin", "China", "--import-country", "DE", "--json"]) == 0
    assert json.loads(capsys.readouterr().out)["applies"] == ["CN-2025-18#1C905.b"]


@pytest.mark.parametrize(
    ("words", "says"),
    [
        (
            "NdFeB N42SH, Dy 1.8%, Tb not detected",
            "Read as: permanent magnet; NdFeB; contains Dy 1.8 %, Nd; without Tb",
        ),
        ("Dyx oxyd", "Read as: nothing the acts name"),
    ],
)
def test_check_says_how_the_words_were_read(words: str, says: str, capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["control", "check", words, "--origin", "CN", "--date", "2026-05-05"]) == 0
    assert says in " ".join(capsys.readouterr().out.split())


def test_a_folder_of_acts_that_adds_nothing_is_an_error(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    folder = tmp_path / "acts"
    folder.mkdir()
    check = ["control", "check", "Dy2O3", "--acts"]
    assert main([*check, str(folder)]) == 2
    (folder / "a.yml").write_text("id: X-1\n")
    assert main([*check, str(folder)]) == 2
    assert main([*check, str(folder / "a.yml")]) == 2
    errors = capsys.readouterr().err
    assert "holds no instrument files" in errors
    assert "ending .yaml" in errors
    assert "is no folder" in errors


@pytest.mark.parametrize("columns", ["80", "150"])
def test_timeline_says_what_measures_are_about_where_there_is_room(
    columns: str, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("COLUMNS", columns)
    assert main(["control", "timeline", "--element", "Dy", "--origin", "CN"]) == 0
    assert ("tungstates" in capsys.readouterr().out) == (columns == "150")


def test_timeline_shows_the_gap_of_a_suspension(capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["control", "timeline", "--element", "Ho", "--origin", "CN", "--json"]) == 0
    lines = {line["id"]: line["windows"] for line in json.loads(capsys.readouterr().out)}
    states = [(window["first"], window["state"]) for window in lines["CN-2025-57#1C909"]]
    assert states[-2:] == [("2025-11-08", "suspended"), ("2026-11-11", "unverified")]
    assert "CN-2025-18#1C905" not in lines, "holmium is not dysprosium"


def test_diff_says_what_became_controlled(capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["control", "diff", "2025-04-03", "2025-04-04", "--json"]) == 0
    goods = {one["goods"]: (one["before"], one["after"]) for one in json.loads(capsys.readouterr().out)["goods"]}
    assert goods["dysprosium oxide"] == ("free", "licence required")
    assert "neodymium oxide" not in goods


def test_own_acts_are_heeded_and_their_errors_named(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    (tmp_path / "act.yaml").write_text(
        "id: DE-2026-1\nissuer: DE\nkind: export ban\ntitle: t\npublished: 2026-01-01\nvalid_from: 2026-01-01\nvalid_to: null\n"
        "measures:\n  - outcome: prohibited\n    text: t\n    movements: [{leaves: [DE]}]\n"
        "    items: [{item: i, text: t, forms: [oxide], elements: [La]}]\n"
    )
    call = [
        "control",
        "check",
        "La2O3 99.9%",
        "--origin",
        "DE",
        "--date",
        "2026-02-01",
        "--acts",
        str(tmp_path),
        "--json",
    ]
    assert main(call) == 0
    assert json.loads(capsys.readouterr().out)["permission"] == "prohibited"
    (tmp_path / "act.yaml").write_text(
        (tmp_path / "act.yaml").read_text().replace("outcome: prohibited", "outcome: forbidden")
    )
    assert main(call) == 4
    error = " ".join(capsys.readouterr().err.split())
    assert "act.yaml" in error
    assert "row 9" in error
    assert "prohibited" in error


def test_screen_keeps_and_rescreens(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    (tmp_path / "d.csv").write_text(
        "declaration_id,date,direction,hs_code,description,composition,origin,export_country,import_country,net_kg,value,currency,use,licence_no\n"
        "D1,2026-05-20,export,2846901600,Terbium oxide,Tb4O7 99.99%,CN,CN,DE,100,90000,USD,civil,\n"
        "D2,2026-05-20,export,2846901500,Dysprosium oxide,Dy2O3 99.9%,CN,CN,DE,100,25000,USD,civil,L-1\n"
        "D3,2026-05-20,export,2846901500,Dysprosium oxide,Dy2O3 99.9%,CN,CN,DE,100,25000,USD,civil,L-2\n"
        "D4,2026-05-20,export,2846901200,Lanthanum oxide,La2O3 99.9%,CN,CN,DE,100,300,USD,civil,\n"
        "D5,2026-05-20,export,840999,Piston rings,,CN,CN,DE,100,3000,USD,civil,\n"
    )
    store = str(tmp_path / "s.db")
    add = [
        "licence",
        "add",
        "L-1",
        "--item",
        "1C905.b",
        "--quantity",
        "150 kg",
        "--basis",
        "gross",
        "--valid-from",
        "2026-01-01",
    ]
    assert main([*add, "--store", store]) == 0
    out = tmp_path / "out"
    call = ["screen", str(tmp_path / "d.csv"), "--out", str(out), "--keep", "--licences", "--store", store, "-q"]
    assert main(call) == 0
    import polars as pl

    findings = dict(pl.read_parquet(out / "findings.parquet").select("declaration_id", "permission").iter_rows())
    assert findings == {
        "D1": "licence required", "D2": "licence held", "D3": "licence required", "D4": "free", "D5": "not applicable",
    }  # fmt: skip
    law = pl.read_parquet(out / "evidence.parquet").filter(pl.col("question") == "law")
    assert dict(law.select("declaration_id", "check").iter_rows()) == {
        "D1": "licence_missing", "D2": "licence_held", "D3": "licence_mismatch",
    }  # fmt: skip
    assert law["weight_bans"].to_list() == [0.0, 0.0, 0.0]
    acts = tmp_path / "acts"
    acts.mkdir()
    (acts / "a.yaml").write_text(
        "id: CN-2026-998\nissuer: CN\nkind: suspension\ntitle: t\npublished: 2026-05-01\nvalid_from: 2026-05-01\nvalid_to: null\n"
        "relations:\n  - {type: suspends, target: CN-2025-18#1C904}\n"
    )
    capsys.readouterr()
    assert main(["control", "rescreen", "--acts", str(acts), "--store", store, "--json"]) == 0
    changed = json.loads(capsys.readouterr().out)["changed"]
    assert [(one["subject"], one["before"], one["after"]) for one in changed] == [
        ("D1, item 1", "licence required", "free")
    ]
    assert main(["control", "close", "D1", "--why", "exported", "--store", store]) == 0
    assert main(["control", "close", "D1", "--why", "exported", "--store", store]) == 2
