"""What the licence and store commands say to a person."""

from __future__ import annotations

from pathlib import Path

import pytest

from didymium.cli import main

ADD = [
    "licence",
    "add",
    "L-1",
    "--item",
    "1C905.b",
    "--basis",
    "REO",
    "--valid-from",
    "2026-01-01",
    "--quantity",
    "500 kg",
]


@pytest.fixture
def store(tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]) -> Path:
    """A store with one licence."""
    path = tmp_path / "s.db"
    monkeypatch.setenv("DIDYMIUM_STORE", str(path))
    assert main(ADD) == 0
    capsys.readouterr()
    return path


@pytest.mark.usefixtures("store")
def test_a_quantity_is_amended_with_its_unit(capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["licence", "amend", "L-1", "--msg", "A", "--set", "quantity=0.6 t"]) == 0
    assert main(["licence", "balance", "L-1"]) == 0
    assert "600 kg of 600 kg REO left" in capsys.readouterr().out


@pytest.mark.usefixtures("store")
def test_a_mass_that_does_not_follow_is_refused_with_what_to_state(capsys: pytest.CaptureFixture[str]) -> None:
    assert (
        main(["licence", "draw", "L-1", "--msg", "1", "--date", "2026-02-01", "--item", "1C905.b", "--gross", "5 kg"])
        == 6
    )
    said = capsys.readouterr().out
    assert "basis_missing" in said
    assert "--treo-pct" in said


@pytest.mark.usefixtures("store")
def test_the_balance_of_a_revoked_licence_is_not_called_available(capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["licence", "revoke", "L-1", "--msg", "R"]) == 0
    assert main(["licence", "balance", "L-1"]) == 0
    said = capsys.readouterr().out
    assert "available" not in said
    assert "never to be drawn on again" in said


@pytest.mark.usefixtures("store")
def test_a_fault_in_a_file_of_licences_names_file_and_licence(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    file = tmp_path / "l.toml"
    good = '[[licence]]\nnumber = "{}"\nitems = ["1C904"]\nquantity = {}\nbasis = "REO"\nvalid_from = 2026-01-01\n'
    file.write_text(good.format("T-1", "5") + good.format("T-2", '"much"'))
    assert main(["licence", "add", "--file", str(file)]) == 3
    assert "l.toml, licence 2 of 2, column quantity" in capsys.readouterr().err
    assert main(["licence", "add", "Z", "--file", str(file)]) == 2


@pytest.mark.parametrize("command", ["status", "verify"])
def test_a_store_that_is_not_there_is_not_found_whole(
    command: str, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    path = tmp_path / "typo" / "x.db"
    assert main(["store", command, "--store", str(path)]) == 5
    assert "there is no store yet" in capsys.readouterr().err
    assert not path.parent.exists()
