"""The commands, from the command line to what is printed, on both databases."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest

from didymium.cli import main
from didymium.errors import StoreError


@pytest.fixture
def run(setting: str, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str], tmp_path: Path) -> Any:
    """A function that runs a command on a fresh store and gives what it printed."""
    monkeypatch.setenv("DIDYMIUM_STORE", setting)
    monkeypatch.setenv("COLUMNS", "140")
    monkeypatch.chdir(tmp_path)

    def call(*arguments: str, code: int = 0) -> str:
        got = main(list(arguments))
        out, err = capsys.readouterr()
        assert got == code, (got, out, err)
        return out if code in (0, 6) else err

    return call


ADD = ("licence", "add", "L-1", "--quantity", "1 t", "--basis", "REO", "--item", "1C905", "--valid-from", "2026-01-01",
       "--exporter", "Ganzhou A", "--destination", "de", "--undertaking", "no re-export", "--value", "120000 CNY")  # fmt: skip
DRAW = ("--date", "2026-02-01", "--item", "1C905.b", "--treo-pct", "99")


def test_from_adding_to_the_history(run: Any) -> None:
    assert "L-1 added" in run(*ADD)
    answer = json.loads(
        run("licence", "draw", "L-1", "--msg", "m1", *DRAW, "--gross", "50 kg", "--json", "--actor", "Zoë")
    )
    assert (answer["result"], answer["amount"], answer["balance"]) == ("accepted", "49.5", "950.5")
    assert "overdraw" in run("licence", "draw", "L-1", "--msg", "m2", *DRAW, "--gross", "5t", code=6)
    again = run("licence", "draw", "L-1", "--msg", "m1", *DRAW, "--gross", "50 kg", code=6)
    assert "duplicate_message" in again
    assert "The first one was accepted" in again
    run("licence", "reserve", "L-1", "--msg", "v1", *DRAW, "--gross", "500 g")
    run("licence", "release", "L-1", "v1", "--msg", "l1", "--gross", "100g")
    run("licence", "confirm", "L-1", "v1", "--msg", "c1", "--date", "2026-02-02")
    run("licence", "reserve", "L-1", "--msg", "v2", *DRAW, "--reo", "1 kg")
    run("licence", "cancel", "L-1", "v2", "--msg", "x1")
    run("licence", "reverse", "L-1", "m1", "--msg", "r1", "--gross", "10")
    run(
        "licence", "amend", "L-1", "--msg", "a1", "--set", "quantity=2", "--set", "unit=t", "--set", "items=1C905;1C904"
    )
    for op, code in (("suspend", 0), ("reinstate", 0), ("revoke", 0), ("reinstate", 6)):
        run("licence", op, "L-1", "--msg", f"{op}{code}", code=code)
    stands = json.loads(run("licence", "balance", "L-1", "--json"))
    assert (stands["drawn"], stands["reserved"], stands["available"]) == ("39.996", "0", "1960.004")
    assert "39.996 kg" in run("licence", "balance", "L-1")
    lines = json.loads(run("licence", "history", "L-1", "--json"))
    assert [line["msg"] for line in lines][:3] == ["m1", "m2", "v1"]
    assert lines[0]["actor"] == "Zoë"
    assert "quota" not in run("licence", "history", "L-1", "--last", "3")
    assert "revoked" in run("licence", "list")
    assert json.loads(run("licence", "list", "--json"))[0]["licence"] == "L-1"
    shown = run("licence", "show", "L-1")
    assert "items: 1C905, 1C904" in shown
    assert "no re-export" in shown
    assert json.loads(run("licence", "show", "L-1", "--json"))["terms"]["value"] == "120000"


def test_undertakings_and_quotas(run: Any) -> None:
    run(*ADD)
    run("licence", "undertakings", "L-1", "--add", "report", "--due", "2020-01-31")
    assert "2. report (overdue, due 2020-01-31)" in run("licence", "undertakings", "L-1")
    assert "Warning: Undertaking 2" in run("licence", "draw", "L-1", "--msg", "m0", *DRAW, "--gross", "1 kg")
    run("licence", "undertakings", "L-1", "--done", "2", "--on", "2020-02-01", "--note", "late")
    assert json.loads(run("licence", "undertakings", "L-1", "--json"))[1]["done_on"] == "2020-02-01"
    run(
        "licence",
        "quota",
        "add",
        "Dy 2026",
        "--limit",
        "10 kg",
        "--year",
        "2026",
        "--element",
        "Dy",
        "--source",
        "test",
    )
    assert "quota_exceeded" in run("licence", "draw", "L-1", "--msg", "m1", *DRAW, "--gross", "50 kg", code=6)
    assert "Dy 2026" in run("licence", "quota", "list")
    quota = json.loads(run("licence", "quota", "list", "--json"))[0]
    assert (quota["used_kg"], quota["state"]) == ("0.99", "free")


def test_licences_from_a_file(run: Any, tmp_path: Path) -> None:
    one = (
        'number = "F-1"\nquantity = "1.5"\nunit = "t"\nbasis = "gross"\nitems = ["1C905.b"]\nvalid_from = 2026-01-01\n'
    )
    (tmp_path / "one.toml").write_text(one)
    run("licence", "add", "--file", "one.toml")
    two = [
        {"number": f"F-{n}", "quantity": "1", "basis": "gross", "items": ["I"], "valid_from": "2026-01-01"}
        for n in (2, 3)
    ]
    (tmp_path / "two.json").write_text(json.dumps({"licence": two}))
    run("licence", "add", "--file", "two.json")
    assert [one["quantity"] for one in json.loads(run("licence", "list", "--json"))] == ["1500", "1", "1"]
    (tmp_path / "bad.toml").write_text("number = ")
    assert "bad.toml" in run("licence", "add", "--file", "bad.toml", code=3)
    (tmp_path / "empty.json").write_text("[]")
    assert "no licences" in run("licence", "add", "--file", "empty.json", code=3)


def test_store_commands(run: Any, setting: str) -> None:
    run(*ADD)
    assert run("store", "where").strip() in setting.replace("/?", "/?") or "didymium@" in setting
    assert json.loads(run("store", "status", "--json"))["pending"] == []
    assert "up to date" in run("store", "status")
    assert "already" in run("store", "migrate")
    head = json.loads(run("store", "verify", "--json"))["head"]
    run("licence", "draw", "L-1", "--msg", "m1", *DRAW, "--gross", "50 kg")
    assert "No fault found" in run("store", "verify", "--expect", head)
    assert main(["store", "verify", "--expect", "f" * 64]) == StoreError.exit_code


def test_a_dossier_from_a_declaration(run: Any, tmp_path: Path) -> None:
    (tmp_path / "declarations.csv").write_text(
        "declaration_id,date,direction,hs_code,description,origin,export_country,import_country,net_kg,value,currency,composition\n"
        "A-1,2026-03-01,export,2846904810,dysprosium oxide,CN,CN,JP,100,70000,USD,Dy2O3 99.5%\n"
    )
    (tmp_path / "known.toml").write_text('contract_no = "C-7"\ncontrol_code = "1C905.b"\n')
    text = run("licence", "dossier", "declarations.csv", "A-1", "--known", "known.toml", "--have", "contract")
    assert "| Number of the contract | C-7 |" in text
    assert "[x] Copy of the contract" in text
    run("licence", "dossier", "declarations.csv", "A-1", "--to", "out")
    assert json.loads((tmp_path / "out" / "dossier.json").read_text())["fields"]["Net mass, kg"] == "100"
    assert "A-9" in run("licence", "dossier", "declarations.csv", "A-9", code=2)


@pytest.mark.parametrize(
    ("line", "code", "said"),
    [
        ("licence balance L-9", 2, "no licence 'L-9'"),
        ("licence draw L-1 --msg m --date soon --item I --gross 1", 3, "column date"),
        ("licence draw L-1 --msg m --date 2026-01-01 --item I --gross much", 2, "is no mass"),
        ("licence draw L-1 --msg m --date 2026-01-01 --item I --gross 1lb", 3, "kg, kgm"),
        ("licence draw L-1 --date 2026-01-01 --item I", 2, "msg"),
        ("licence amend L-1 --msg m --set quantity", 2, "FIELD=VALUE"),
        ("licence add L-2 --quantity 1 --item I --valid-from 2026-01-01", 3, "column basis"),
        ("licence add L-2 --quantity 1 --basis gross --item I --valid-from 2026-01-01 --value 7", 2, "no currency"),
        ("licence list --store mysql://h/d", 2, "mysql"),
        ("store status --store postgresql://127.0.0.1:1/none", 5, "cannot be reached"),
    ],
)
def test_wrong_calls(run: Any, line: str, code: int, said: str) -> None:
    assert said in run(*line.split(), code=code)
