"""The column mapping a user writes (TOML): which column of the file is which, in which unit, in which words.

[columns]            # canonical column = name in the file, or a list of names whose texts are joined
net_kg = "Nettomasse"
[constants]          # canonical column = what holds where the file has no such column or an empty cell
direction = "export"
[units]              # canonical column = unit the file uses
net_kg = "t"
[dates]
order = "dmy"        # ymd | dmy | mdy | excel (day numbers)
[numbers]
decimal = ","        # "." | ","
[values.direction]   # word in the file = canonical word
Ausfuhr = "export"
[table]              # sheet, delimiter, encoding, header_row (1 = first line): what would else be detected
sheet = "Tabelle1"
"""

from __future__ import annotations

import datetime as dt
import difflib
import re
import tomllib
from pathlib import Path
from typing import Any, Final, Literal

import msgspec

from didymium import units
from didymium.errors import MappingError
from didymium.intake.schema import ASSAYS, DECLARATIONS

#: Columns intake fills itself.
MADE_HERE: Final = {"source_file", "source_row", "value_number", "censored"}
_KNOWN: Final = tuple(c for c in {**DECLARATIONS, **ASSAYS} if c not in MADE_HERE)


class Dates(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """Order of day, month and year; None = by evidence."""

    order: Literal["ymd", "dmy", "mdy", "excel"] | None = None


class Numbers(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """Decimal mark; None = by evidence."""

    decimal: Literal[".", ","] | None = None


class Layout(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """What would else be detected; None = detect."""

    sheet: str | None = None
    delimiter: str | None = None
    encoding: str | None = None
    header_row: int | None = None


class Mapping(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """A whole mapping; `file` is where it was read from (None = made in code)."""

    columns: dict[str, str | list[str]] = {}
    constants: dict[str, str | int | float | bool] = {}
    units: dict[str, str] = {}
    dates: Dates = Dates()
    numbers: Numbers = Numbers()
    values: dict[str, dict[str, str]] = {}
    table: Layout = Layout()
    file: str | None = None


EMPTY: Final = Mapping()


def load(mapping: Mapping | Path | None) -> Mapping:
    """A mapping from a TOML file, checked; None gives the empty one. Raises MappingError naming the key or the line."""
    if mapping is None:
        return EMPTY
    if isinstance(mapping, Mapping):
        _check(mapping)
        return mapping
    if not mapping.is_file():
        raise MappingError("there is no such mapping file.", file=str(mapping), fix="Check the path after --mapping.")
    try:
        tree = tomllib.loads(mapping.read_text(encoding="utf-8"))
    except UnicodeDecodeError as error:
        raise MappingError("the mapping is not UTF-8 text.", file=str(mapping), fix="Save it as UTF-8.") from error
    except tomllib.TOMLDecodeError as error:
        line = re.search(r"line (\d+)", str(error))
        raise MappingError(
            f"not valid TOML: {error}.",
            file=str(mapping),
            row=int(line[1]) if line else None,
            fix='A line looks like: net_kg = "Nettomasse".',
        ) from error
    return from_tree(tree, str(mapping))


def from_tree(tree: dict[str, Any], file: str | None = None) -> Mapping:
    """A mapping from parsed TOML. Raises MappingError naming the key."""
    given = tree.get("constants")
    if isinstance(given, dict):  # TOML has dates of its own
        tree = {**tree, "constants": {k: v.isoformat() if isinstance(v, dt.date) else v for k, v in given.items()}}
    try:
        found = msgspec.convert({**tree, "file": file}, Mapping)
    except msgspec.ValidationError as error:
        raise MappingError(
            f"the mapping does not hold together: {error}.",
            file=file,
            fix="Tables are columns, constants, units, dates, numbers, values.COLUMN and table (see docs/formats.md).",
        ) from error
    _check(found)
    return found


def _check(mapping: Mapping) -> None:
    """Every key is a canonical column, every unit a known unit of that column."""
    for table, keys in (
        ("columns", mapping.columns),
        ("constants", mapping.constants),
        ("units", mapping.units),
        ("values", mapping.values),
    ):
        for key in keys:
            if key not in _KNOWN:
                near = difflib.get_close_matches(key, _KNOWN, n=1)
                raise MappingError(
                    f"[{table}] {key} is no column of didymium.",
                    file=mapping.file,
                    column=key,
                    fix=f"Did you mean {near[0]}?" if near else f"Columns are {', '.join(_KNOWN)}.",
                )
    for key, unit in mapping.units.items():
        factor(key, unit, mapping.file)


def factor(column: str, unit: str, file: str | None = None) -> float:
    """What a number in `unit` is multiplied by to be in the unit of `column` (kg or m3). Raises MappingError."""
    if column in {"net_kg", "gross_kg"}:
        table, what = units.KG_PER, "mass"
    elif column == "volume_m3":
        table, what = units.M3_PER, "volume"
    else:
        raise MappingError(
            f"[units] {column} has no unit that can be changed.",
            file=file,
            column=column,
            fix="Units can be given for net_kg, gross_kg and volume_m3.",
        )
    found = units.lookup(table, unit)
    if found is None:
        raise MappingError(
            f"[units] {column}: '{unit}' is no unit of {what} didymium knows.",
            file=file,
            column=column,
            fix=f"Known are {', '.join(table)}.",
        )
    return found
