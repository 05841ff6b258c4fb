"""The house keeps its promises: quick start, help, documents, exports, locked dependencies, a complete wheel."""

from __future__ import annotations

import ast
import importlib
import inspect
import pkgutil
import re
import subprocess
import sys
import tomllib
import zipfile
from collections.abc import Iterator
from pathlib import Path
from types import ModuleType

import cyclopts
import pytest

import didymium
from didymium import errors
from didymium.cli import failures
from didymium.cli.app import app

HEAVY = {
    "highspy",
    "polars",
    "numpy",
    "sqlalchemy",
    "alembic",
    "pyarrow",
    "pandas",
    "lxml",
    "jinja2",
    "rapidfuzz",
    "periodictable",
    "fastexcel",
    "ray",
}


def commands(branch: cyclopts.App, path: tuple[str, ...] = ()) -> Iterator[tuple[tuple[str, ...], cyclopts.App]]:
    for name in branch:
        if name.startswith("-"):
            continue
        below = branch[name]
        if below.default_command is not None:
            yield (*path, name), below
        yield from commands(below, (*path, name))


COMMANDS = dict(commands(app))


def test_the_commands_are_found() -> None:
    assert {("screen",), ("explain",), ("reference", "why"), ("intake", "check")} <= set(COMMANDS)


@pytest.mark.parametrize("line", ["--help", "screen --help", "reference --help", "--version", "screen", "bogus"])
def test_light_calls_load_nothing_heavy(line: str) -> None:
    code = "import sys; from didymium.cli import main; main(sys.argv[1:]); print('LOADED', *sys.modules)"
    done = subprocess.run([sys.executable, "-c", code, *line.split()], capture_output=True, text=True, check=True)
    loaded = {name.split(".")[0] for name in done.stdout.rpartition("LOADED")[2].split()}
    assert "didymium" in loaded
    assert not loaded & HEAVY


def test_importing_the_package_is_cheap() -> None:
    code = "import sys, didymium; print(*sys.modules)"
    loaded = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True).stdout.split()
    assert not set(loaded) & HEAVY
    assert "didymium.errors" not in loaded


@pytest.mark.parametrize("path", COMMANDS, ids=" ".join)
def test_every_command_and_option_has_help(path: tuple[str, ...]) -> None:
    command = COMMANDS[path]
    assert command.help or inspect.getdoc(command.default_command)
    arguments = command.assemble_argument_collection(parse_docstring=True)
    silent = [argument.name for argument in arguments if not argument.parameter.help]
    assert not silent


@pytest.mark.parametrize("path", COMMANDS, ids=" ".join)
def test_every_command_is_documented(path: tuple[str, ...], repository: Path) -> None:
    pages = [*repository.glob("README.md"), *(repository / "docs").glob("*.md")]
    assert any(f"didymium {' '.join(path)}" in page.read_text(encoding="utf-8") for page in pages)


def test_every_exit_code_is_documented(repository: Path) -> None:
    rows = re.findall(r"^\| (\d+) \| (.*?) \|", (repository / "docs/exit_codes.md").read_text(), flags=re.M)
    documented = {int(code): names for code, names in rows}
    kinds = [kind for _, kind in inspect.getmembers(errors, inspect.isclass) if issubclass(kind, errors.DidymiumError)]
    assert len(kinds) > 5
    for kind in kinds:
        assert f"`{kind.__name__}`" in documented[kind.exit_code]
    assert {code for name, code in vars(failures).items() if name.isupper() and isinstance(code, int)} <= set(
        documented
    )


def modules() -> Iterator[ModuleType]:
    for found in pkgutil.walk_packages(didymium.__path__, "didymium."):
        if not found.name.endswith("__main__"):
            try:
                yield importlib.import_module(found.name)
            except ModuleNotFoundError as error:
                if error.name != "ray":  # an extra
                    raise


def test_exports_do_not_drift() -> None:
    """What a package imports from its own modules is in its __all__, and what is in an __all__ exists."""
    checked = 0
    for module in [didymium, *modules()]:
        promised = getattr(module, "__all__", None)
        if promised is None:
            continue
        checked += 1
        assert len(set(promised)) == len(promised), module.__name__
        missing = [name for name in promised if not hasattr(module, name)]
        assert not missing, (module.__name__, missing)
        if hasattr(module, "__path__"):
            brought = re_exported(module)
            assert brought <= set(promised), (module.__name__, brought - set(promised))
    assert checked >= 2


def re_exported(package: ModuleType) -> set[str]:
    """Public names that a package's __init__ imports from modules below it and does not use itself: its exports."""
    tree = ast.parse(Path(package.__file__).read_text(encoding="utf-8"))
    names = set()
    for node in tree.body:
        if isinstance(node, ast.ImportFrom) and (node.module or "").startswith(package.__name__ + "."):
            names |= {alias.asname or alias.name for alias in node.names}
    used = {node.id for node in ast.walk(tree) if isinstance(node, ast.Name)}
    modules_ = {name for name in names if inspect.ismodule(getattr(package, name, None))}
    return {name for name in names - modules_ - used if not name.startswith("_")}


@pytest.mark.parametrize("name", ["run", "dev", "cluster", "postgres", "xrf"])
def test_locks_are_hashed_and_name_no_host(name: str, repository: Path) -> None:
    text = (repository / f"requirements/{name}.txt").read_text()
    assert len(pins(text)) > 20
    for block in re.split(r"\n(?=\S)", text):
        assert block.startswith("#") or "--hash=sha256:" in block, block[:60]
    assert "://" not in text
    assert "--index" not in text
    assert not re.search(r"(^|\s)/\w", text)  # no path of a machine


def test_locks_agree(repository: Path) -> None:
    run, dev, *extras = (
        pins((repository / f"requirements/{name}.txt").read_text())
        for name in ("run", "dev", "cluster", "postgres", "xrf")
    )
    assert run <= dev
    for extra in extras:
        both = {pin for pin in extra if pin.split("==")[0] in {other.split("==")[0] for other in dev}}
        assert both <= dev


def test_locks_hold_what_pyproject_asks_for(repository: Path) -> None:
    asked = tomllib.loads((repository / "pyproject.toml").read_text())
    names = {"run": asked["project"]["dependencies"], "dev": asked["dependency-groups"]["dev"]}
    names |= asked["project"]["optional-dependencies"]
    for lock, wanted in names.items():
        locked = {pin.split("==")[0] for pin in pins((repository / f"requirements/{lock}.txt").read_text())}
        lacking = {re.split(r"[\[<>=~! ]", one)[0].lower() for one in wanted} - locked
        assert not lacking, f"{lock}: run `make lock`"


def test_what_is_imported_is_declared(repository: Path) -> None:
    """No module leans on a package that is there only because another one brings it."""
    asked = tomllib.loads((repository / "pyproject.toml").read_text())["project"]
    wanted = [*asked["dependencies"], *(one for extra in asked["optional-dependencies"].values() for one in extra)]
    declared = {re.split(r"[\[<>=~! ]", one)[0].replace("-", "_") for one in wanted}
    declared |= {"yaml"} if "pyyaml" in declared else set()  # the one package whose name is not what is imported
    for path in (repository / "src/didymium").rglob("*.py"):
        for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
            names = [alias.name for alias in node.names] if isinstance(node, ast.Import) else []
            names += [node.module] if isinstance(node, ast.ImportFrom) and node.module and not node.level else []
            tops = {name.split(".")[0] for name in names} - set(sys.stdlib_module_names) - {"didymium"}
            assert tops <= declared, (path.name, tops - declared)


def pins(lock: str) -> set[str]:
    return set(re.findall(r"^([a-z0-9][\w.-]*==[^\s;]+)", lock, flags=re.M))


def test_bootstrap_can_be_read_by_an_old_python(repository: Path) -> None:
    ast.parse((repository / "tools/bootstrap.py").read_text(), feature_version=(3, 6))


def test_wheel_holds_code_and_data(repository: Path, tmp_path: Path) -> None:
    """All that lies under src/didymium is in the wheel, so an installed didymium needs nothing else."""
    pytest.importorskip("hatchling")
    if not (repository / "README.md").exists():
        pytest.skip("a wheel needs the README")
    command = [sys.executable, "-m", "hatchling", "build", "-t", "wheel", "-d", str(tmp_path)]
    subprocess.run(command, cwd=repository, check=True, capture_output=True)
    with zipfile.ZipFile(next(tmp_path.glob("*.whl"))) as wheel:
        packed = set(wheel.namelist())
    source = repository / "src"
    here = {
        str(path.relative_to(source))
        for path in (source / "didymium").rglob("*")
        if path.is_file() and "__pycache__" not in path.parts
    }
    assert here <= packed
    assert "didymium/py.typed" in packed
    assert any(name.endswith("entry_points.txt") for name in packed)
