"""A scenario from TOML: typed, checked, and refused with line, key and fix."""

from __future__ import annotations

import difflib
import re
import tomllib
from pathlib import Path
from typing import Final, get_args

import msgspec

from didymium.errors import InputError, UsageError
from didymium.supply.scenario.checks import check, line
from didymium.supply.scenario.shock import KINDS, Scenario, Shock, Stage

FOLDER: Final = Path(__file__).parent.parent / "scenarios"
#: Longer files are no scenario.
_LARGEST_BYTES: Final = 1_000_000


def names() -> list[str]:
    """Names of the shipped scenarios."""
    return sorted(path.stem for path in FOLDER.glob("*.toml"))


def load(scenario: str | Path | Scenario) -> Scenario:
    """A shipped scenario by name, one from a file, or one made in code; all are checked alike.

    Errors: UsageError for a name that is not known; InputError naming file, line and key of what is wrong.
    """
    if isinstance(scenario, Scenario):
        check(scenario, "", scenario.name or "scenario")
        return scenario
    path = Path(scenario)
    if isinstance(scenario, str) and scenario in names():
        path = FOLDER / f"{scenario}.toml"
    elif not path.is_file():
        close = difflib.get_close_matches(str(scenario), names(), n=1)
        hint = f"Did you mean {close[0]}? " if close else ""
        raise UsageError(
            f"{str(scenario)!r} is neither a scenario nor a file.", fix=f"{hint}Scenarios: {', '.join(names())}."
        )
    return parse(path.read_bytes()[: _LARGEST_BYTES + 1], path.name)


def parse(data: bytes, file: str) -> Scenario:
    """The scenario in these bytes; InputError with line and key. `file` names it in messages."""
    if len(data) > _LARGEST_BYTES:
        raise InputError(f"longer than {_LARGEST_BYTES:,} bytes.", file=file, fix="A scenario is a short text file.")
    try:
        text = data.decode("utf-8")
        tree = tomllib.loads(text)
    except UnicodeDecodeError as error:
        raise InputError("not UTF-8 text.", file=file, fix="Save it as UTF-8.") from error
    except (tomllib.TOMLDecodeError, RecursionError) as error:
        found = re.search(r"at line (\d+)", str(error))
        row = int(found[1]) if found else None
        raise InputError(f"not valid TOML: {error}.", file=file, row=row, fix="Mend that line.") from error
    try:
        scenario = msgspec.convert(tree, Scenario)
    except msgspec.ValidationError as error:
        raise _explained(error, text, file) from error
    named = msgspec.structs.replace(scenario, name=Path(file).stem)
    check(named, text, file)
    return named


def _explained(error: msgspec.ValidationError, text: str, file: str) -> InputError:
    """The message of msgspec with the line of the key it is about, and the nearest key or the allowed words."""
    message, _, place = str(error).partition(" - at `$")
    unknown = re.search(r"unknown field `(\w+)`", message)
    missing = re.search(r"missing required field `(\w+)`", message)
    index = re.search(r"shock\[(\d+)\]", place)
    number = int(index[1]) if index else None
    keys = re.findall(r"\.(\w+)", place)
    named = unknown or missing
    key = named[1] if named else keys[-1] if keys else None
    if key == "shock":
        key = None
    struct = Shock if index else Scenario
    fields = struct.__struct_fields__
    if unknown:
        close = difflib.get_close_matches(unknown[1], fields, n=1)
        fix = f"Did you mean {close[0]}?" if close else f"Keys: {', '.join(fields)}."
    elif key == "kind":
        fix = f"Kinds: {', '.join(KINDS)}."
    elif key == "stages":
        fix = f"Stages: {', '.join(get_args(Stage))}."
    elif missing:
        fix = "Add it."
    else:
        fix = "Mend its value."
    return InputError(f"{message}.", file=file, row=line(text, key, number), column=key, fix=fix)
