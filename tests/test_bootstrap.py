"""tools/bootstrap.py where pip, a new Python or the index is missing. No network: the index is a folder."""

from __future__ import annotations

import hashlib
import importlib.util
import os
from pathlib import Path
from types import ModuleType

import pytest


@pytest.fixture
def bootstrap(repository: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> ModuleType:
    """The script as a module, with an environment folder, home and settings of its own."""
    spec = importlib.util.spec_from_file_location("bootstrap", repository / "tools/bootstrap.py")
    module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    monkeypatch.setattr(module, "VENV", str(tmp_path / "venv"))
    monkeypatch.setattr(module, "PYTHON", str(tmp_path / "venv/bin/python"))
    for name in [name for name in os.environ if name.startswith(("PIP_", "XDG_"))]:
        monkeypatch.delenv(name)
    monkeypatch.setenv("HOME", str(tmp_path))
    return module


@pytest.fixture
def index(bootstrap: ModuleType, tmp_path: Path) -> str:
    """A package index in a folder, with a wheel of the pinned name that holds the bytes `wheel`."""
    (tmp_path / "simple/pip").mkdir(parents=True)
    (tmp_path / "simple/pip" / bootstrap.PIP_WHEEL).write_bytes(b"wheel")
    link = f'<a href="pip-1.0.tar.gz">old</a> <a href="{bootstrap.PIP_WHEEL}#sha256=0">new</a>'
    (tmp_path / "simple/pip/index.html").write_text(link)
    return (tmp_path / "simple").as_uri()


def test_pip_wheel_comes_from_the_configured_index(
    bootstrap: ModuleType, index: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    calls: list[list[str]] = []
    monkeypatch.setattr(bootstrap, "run", calls.append)
    monkeypatch.setattr(bootstrap, "PIP_SHA256", hashlib.sha256(b"wheel").hexdigest())
    (tmp_path / ".pip").mkdir()
    (tmp_path / ".pip/pip.conf").write_text(
        f"[global]\nindex_url = {(tmp_path / 'empty').as_uri()}\nextra-index-url = {index}\n"
    )
    bootstrap.install_pip()
    assert calls[0][0] == bootstrap.PYTHON
    assert "--no-index" in calls[0]


def test_pip_wheel_with_another_hash_is_refused(
    bootstrap: ModuleType, index: str, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.setattr(bootstrap, "run", lambda arguments: pytest.fail("something was installed"))
    monkeypatch.setenv("PIP_INDEX_URL", index)
    with pytest.raises(SystemExit):
        bootstrap.install_pip()
    err = capsys.readouterr().err
    assert "another hash" in err
    assert "python3-venv" in err  # the fix


def test_environment_variables_win_over_files(
    bootstrap: ModuleType, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    (tmp_path / ".config/pip").mkdir(parents=True)
    (tmp_path / ".config/pip/pip.conf").write_text("[global]\nindex-url = file:///from-file\n")
    assert bootstrap.indexes(bootstrap.pip_settings())[0] == "file:///from-file"
    monkeypatch.setenv("PIP_INDEX_URL", "file:///from-variable")
    assert bootstrap.indexes(bootstrap.pip_settings())[0] == "file:///from-variable"
    monkeypatch.setenv("PIP_NO_INDEX", "1")
    assert bootstrap.indexes(bootstrap.pip_settings()) == []


def test_old_python_is_told_in_one_line(
    bootstrap: ModuleType, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.setattr(bootstrap, "OLDEST", (99, 1))
    with pytest.raises(SystemExit):
        bootstrap.find_python()
    err = capsys.readouterr().err
    assert "needs Python 99.1 or newer" in err
    assert err.count("\n") == 1


def test_ready_only_while_the_locks_stay_the_same(
    bootstrap: ModuleType, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    root = tmp_path / "root"
    for name in ("requirements/run.txt", "requirements/dev.txt", "tools/bootstrap.py", "pyproject.toml"):
        (root / name).parent.mkdir(parents=True, exist_ok=True)
        (root / name).write_text(name)
    monkeypatch.setattr(bootstrap, "ROOT", str(root))
    assert not bootstrap.is_ready("run")
    (tmp_path / "venv/bin").mkdir(parents=True)
    (tmp_path / "venv/bin/python").write_text("")
    (tmp_path / "venv/.didymium-dev").write_text(bootstrap.fingerprint("dev"))
    assert bootstrap.is_ready("dev")
    assert bootstrap.is_ready("run")  # testing needs all that running needs
    assert not bootstrap.is_ready("cluster")
    (root / "requirements/dev.txt").write_text("another version")
    assert not bootstrap.is_ready("dev")


@pytest.mark.parametrize(("wheel", "built"), [(True, False), (False, True)])
def test_only_one_package_may_be_built_and_only_without_a_wheel(
    wheel: bool, built: bool, bootstrap: ModuleType, monkeypatch: pytest.MonkeyPatch
) -> None:
    calls: list[list[str]] = []
    monkeypatch.setattr(bootstrap, "run", calls.append)
    monkeypatch.setattr(bootstrap, "has_wheel", lambda package, path: wheel)
    monkeypatch.setattr(bootstrap.shutil, "which", lambda name: "/usr/bin/" + name)
    for lock in ("dev.txt", "xrf-build.txt", "xrf.txt"):
        bootstrap.install(lock)
    assert all("--require-hashes" in call and "--only-binary" in call for call in calls)
    assert ["--no-binary" in call for call in calls] == [False, False, built]
    if built:
        at = calls[2].index("--no-binary")
        assert calls[2][at + 1 : at + 3] == ["fisx", "--no-build-isolation"]


def test_no_wheel_and_no_compiler_is_one_line(
    bootstrap: ModuleType, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.setattr(bootstrap, "run", lambda arguments: pytest.fail("something was installed"))
    monkeypatch.setattr(bootstrap, "has_wheel", lambda package, path: False)
    monkeypatch.setattr(bootstrap.shutil, "which", lambda name: None)
    with pytest.raises(SystemExit):
        bootstrap.install("xrf.txt")
    assert "install g++" in capsys.readouterr().err


def test_the_package_that_may_be_built_is_asked_for_alone(
    bootstrap: ModuleType, repository: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    asked: list[str] = []

    def call(arguments: list[str], **_: object) -> int:
        asked.append(Path(arguments[-1]).read_text())
        return 1

    monkeypatch.setattr(bootstrap.subprocess, "call", call)
    assert not bootstrap.has_wheel("fisx", str(repository / "requirements/xrf.txt"))
    assert asked[0].startswith("fisx==")
    assert asked[0].count("==") == 1
    assert asked[0].count("--hash=sha256:") > 5
