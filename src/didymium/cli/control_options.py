"""Options of `didymium control`, checked: acts, countries, elements, customs codes, shares. None = not given."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Final

from didymium.cli.terminal import clean, existing
from didymium.errors import UsageError

if TYPE_CHECKING:
    from didymium.controls import Ruleset

#: What people write for a country whose ISO code is another.
_HABITS: Final = {"UK": "GB", "EL": "GR", "USA": "US", "PRC": "CN"}


def rules_of(acts: Path | None) -> Ruleset:
    """The shipped acts, with those of a folder of the user's own. A folder that adds nothing is an error: the answer would
    be that of the shipped acts alone, and look like the user's."""
    from didymium.controls import Ruleset, instruments, linked, read_folder, ruleset

    if acts is None:
        return ruleset()
    if not existing(acts, "folder").is_dir():
        raise UsageError("is no folder.", file=str(acts), fix="Name the folder that holds the instrument files.")
    others = sorted(file.name for file in acts.iterdir() if file.suffix in (".yml", ".YML", ".YAML"))
    if others:
        raise UsageError(f"{clean(others[0])} would not be read.", file=str(acts), fix="Give it the ending .yaml.")
    own = read_folder(acts)
    if not own:
        raise UsageError("holds no instrument files (*.yaml).", file=str(acts), fix="See docs/controls.md.")
    return Ruleset(linked([*instruments(), *own]))


def country(value: str | None, option: str) -> str | None:
    """ISO alpha-2 code of a country given by its code or its English name."""
    from didymium.reference import table

    if value is None:
        return None
    said = value.strip()
    by_name: dict[str, str] = {
        name.casefold(): iso for iso, name in table("countries").select("iso2", "name").iter_rows()
    }
    code_ = by_name.get(said.casefold(), said.upper())
    if code_ not in by_name.values():
        meant = _HABITS.get(code_)
        fix = f"Write {meant}." if meant else "Write ISO 3166-1 alpha-2, such as CN, or the English name."
        raise UsageError(f"{option} {clean(value)!r} is no country.", fix=fix)
    return code_


def element_of(value: str | None) -> str | None:
    """Symbol of a rare earth."""
    from didymium.reference import table

    if value is None:
        return None
    symbol = value.strip().capitalize()
    known = set(table("elements")["element"])
    if symbol not in known:
        raise UsageError(f"{clean(value)!r} is no rare earth.", fix=f"Write one of {', '.join(sorted(known))}.")
    return symbol


def code(value: str | None) -> str | None:
    """Digits of a customs code."""
    digits = "".join(c for c in value or "" if c.isdigit())
    if value is not None and not (4 <= len(digits) <= 10 and set(value) <= set("0123456789. ")):
        raise UsageError(
            f"--hs-code {clean(value)!r} is no customs code.", fix="Write 4 to 10 digits; dots are allowed."
        )
    return digits or None


def share_of(value: float | None, option: str) -> float | None:
    """A share from 0 to 1."""
    if value is not None and not 0 <= value <= 1:
        raise UsageError(f"{option} {value:g} is outside 0 to 1.", fix="Write a share, such as 0.5 for 50 %.")
    return value
