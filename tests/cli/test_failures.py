"""Every way to fail ends in one line on stderr and its exit code."""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path

import pytest

from didymium import errors
from didymium.cli import main
from didymium.cli.failures import exit_code_of


def raising(error: BaseException):
    def call() -> int:
        raise error

    return call


@pytest.mark.parametrize(
    ("error", "code", "said"),
    [
        (errors.DidymiumError("no."), 1, "no."),
        (errors.UsageError("no.", fix="Do so."), 2, "no. Do so."),
        (errors.InputError("no.", file="a.csv", row=7, column="net_kg"), 3, "a.csv, row 7, column net_kg: no."),
        (errors.ReferenceDataError("no."), 4, "no."),
        (PermissionError(13, "Permission denied", "/x/y"), 74, "/x/y: Permission denied"),
        (KeyboardInterrupt(), 130, "interrupted"),
        (ZeroDivisionError("a\nb"), 70, "internal error (ZeroDivisionError: a b)"),
        (BaseException("panic"), 70, "internal error (BaseException: panic)"),
    ],
)
def test_exit_code_and_one_line(error: BaseException, code: int, said: str, capsys: pytest.CaptureFixture[str]) -> None:
    assert exit_code_of(raising(error)) == code
    out, err = capsys.readouterr()
    assert not out
    assert said in err
    assert err.count("\n") == 1
    assert "Traceback" not in err


def test_debug_shows_the_traceback(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("DIDYMIUM_DEBUG", "1")
    with pytest.raises(ZeroDivisionError):
        exit_code_of(raising(ZeroDivisionError()))


@pytest.mark.parametrize(
    ("line", "said"),
    [
        ("screen", "nothing to screen"),
        ("screen no.csv --trade-year 2024", "cannot be screened together"),
        ("screen no.csv", "no.csv: there is no such file"),
        ("screen no.csv --prior 1", "--prior"),
        ("screen no.csv --top -1", "--top"),
        ("screen no.csv --batch-rows 0", "--batch-rows"),
        ("screen no.csv --engine spark", "local"),
        ("screen no.csv --address x:1", "--engine ray"),
        ("screen no.csv --assays nor.csv", "there is no such file"),
        ("explain X --out nowhere", "nowhere: there is no such folder"),
        ("intake check no.csv", "no.csv: there is no such file"),
        ("intake suggest no.csv", "no.csv: there is no such file"),
        ("reference import baci no.csv", "no.csv: there is no such file"),
        ("reference import lme no.csv", "baci"),
        ("reference show", "table"),
        ("bogus", "screen"),
    ],
)
def test_wrong_calls(
    line: str, said: str, capsys: pytest.CaptureFixture[str], tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.chdir(tmp_path)
    assert main(line.split()) == 2
    out, err = capsys.readouterr()
    assert not out
    assert said.lower() in err.lower()
    assert err.count("\n") == 1


def test_suggest_does_not_overwrite(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    kept = tmp_path / "mapping.toml"
    kept.write_text("# mended by hand\n")
    (tmp_path / "a.csv").write_text("a,b\n1,2\n")
    assert main(["intake", "suggest", str(tmp_path / "a.csv"), "--to", str(kept)]) == 2
    assert kept.read_text() == "# mended by hand\n"
    assert str(kept) in capsys.readouterr().err


def test_closed_pipe_is_quiet() -> None:
    command = [sys.executable, "-m", "didymium", "--help"]
    process = subprocess.Popen(command, stdout=subprocess.PIPE, stderr=subprocess.PIPE)
    process.stdout.close()
    assert process.stderr.read() == b""
    assert process.wait(30) == 141
