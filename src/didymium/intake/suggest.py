"""A first column mapping for a file: by the names of its columns in many languages, and by what the cells look like.

It is a draft for a person: guesses by values are marked, and nothing is mapped twice.
"""

from __future__ import annotations

import re
import unicodedata
from functools import cache
from importlib.resources import files
from pathlib import Path
from typing import Final

import msgspec
import polars as pl

from didymium.errors import UsageError
from didymium.intake import schema
from didymium.intake.cells import dates, words
from didymium.intake.limits import DEFAULT
from didymium.intake.mapping import EMPTY
from didymium.intake.recognise import recognise
from didymium.intake.resolve import plain
from didymium.intake.source import ROW, Job
from didymium.intake.workspace import Workspace

_ROWS: Final = 500
_FREE: Final = {"parquet", "csv", "spreadsheet"}
_UNITS: Final = {
    "kg": "kg", "kgs": "kg", "千克": "kg", "公斤": "kg", "кг": "kg", "t": "t", "tonnes": "t", "mt": "t", "吨": "t",
    "тонн": "t", "lb": "lb", "lbs": "lb", "pounds": "lb", "g": "g",
}  # fmt: skip


def fold(name: str) -> str:
    """Column names for comparison: no diacritics in Latin letters, no punctuation, lower case, single blanks."""
    text = re.sub(r"[\W_]+", " ", unicodedata.normalize("NFKC", name).casefold())
    text = "".join(c for c in unicodedata.normalize("NFD", text) if not 0x300 <= ord(c) < 0x370)
    return " ".join(unicodedata.normalize("NFC", text).split())


@cache
def _synonyms() -> dict[str, str]:
    """Folded name -> canonical column; names that stand for several columns belong to the first in synonyms.csv."""
    table = pl.read_csv((files("didymium.intake") / "synonyms.csv").read_bytes(), infer_schema=False)
    found: dict[str, str] = {}
    for column, names in table.select("column", "name").iter_rows():
        for name in (column, *names.split("|")):
            found.setdefault(fold(name), column)
    return found


def suggest(path: Path) -> str:
    """A mapping (TOML) for a file of declarations.

    Raises UsageError for a format that needs none, InputError as reading does.
    """
    path = Path(path)
    format_ = recognise(path, "declarations")
    if format_.name not in _FREE:
        raise UsageError(f"{format_.title} needs no mapping: its layout is fixed.", file=path.name)
    source = format_.open(Job(path, EMPTY, DEFAULT, Workspace()))
    head = source.frame.head(_ROWS).collect()
    names = [name for name in head.columns if name != ROW]
    cells = {
        name: head[name].cast(pl.String, strict=False).str.strip_chars().replace("", None).drop_nulls()
        for name in names
    }
    by_name = _by_name(names)
    by_value = _by_value({n: c for n, c in cells.items() if n not in by_name.values()}, set(by_name))
    return _toml(path.name, names, by_name, by_value, cells)


def _by_name(names: list[str]) -> dict[str, str]:
    """Canonical column -> column of the file, by name: exact synonyms before names that hold a unit or a word more."""
    found: dict[str, str] = {}
    for loose in (False, True):
        for name in names:
            if name in found.values():
                continue
            key = fold(name)
            keys = (
                [key]
                if not loose
                else [" ".join(w for w in key.split() if w not in _UNITS and w not in {"usd", "eur"})]
            )
            canonical = next((_synonyms()[k] for k in keys if k in _synonyms()), None)
            canonical = canonical or (plain(name) if plain(name) in schema.DECLARATIONS else None)
            if canonical and canonical not in found:
                found[canonical] = name
    return found


def _by_value(cells: dict[str, pl.Series], taken: set[str]) -> dict[str, str]:
    """Canonical column -> column of the file, by what stands in it; only where the cells fit nearly throughout."""
    found: dict[str, str] = {}
    for name, column in cells.items():
        sample = column.head(200).to_list()
        if len(sample) < 2:
            continue
        for canonical in ("date", "hs_code", "direction", "currency", "mode"):
            if canonical not in taken and canonical not in found and _share(canonical, sample) > 0.95:
                found[canonical] = name
                break
    return found


def _share(canonical: str, sample: list[str]) -> float:
    """How many of the cells fit a column, 0 to 1."""
    return sum(_fits(canonical, cell) for cell in sample) / len(sample)


def _fits(canonical: str, cell: str) -> bool:
    if canonical == "date":
        return not cell.isdigit() and (dates.parse(cell, "dmy") or dates.parse(cell, "mdy")) is not None
    if canonical == "hs_code":
        code = words.hs_code(cell)
        return code is not None and 1 <= int(code[:2]) <= 97
    if canonical == "currency":
        return words.currency(cell) in {"USD", "EUR", "CNY", "JPY", "GBP"}
    return not cell.isdigit() and words.of(canonical, [cell])[cell] is not None


def _toml(
    file: str, names: list[str], by_name: dict[str, str], by_value: dict[str, str], cells: dict[str, pl.Series]
) -> str:
    columns = {**by_name, **by_value}
    lines = [f"# A first mapping for {file}: read it, mend it, and give it with --mapping.", "", "[columns]"]
    for canonical in schema.DECLARATIONS:
        if canonical in columns:
            note = "  # a guess by its cells" if canonical in by_value else ""
            lines.append(f"{canonical} = {_quoted(columns[canonical])}{note}")
    missing = [c for c in schema.REQUIRED if c not in columns]
    if missing:
        lines += ["", "# These are required and were not found: name a column above, or say what holds for every row."]
        lines += ["[constants]", *(f"# {c} = {_EXAMPLES.get(c, '')}" for c in missing)]
    lines += _unit_lines(columns) + _date_lines(columns, cells)
    unused = [n for n in names if n not in columns.values()]
    if unused:
        lines += ["", "# Columns of the file not used here:", *(f"#   {_quoted(n)}" for n in unused)]
    return "\n".join(lines) + "\n"


_EXAMPLES: Final = {
    "direction": '"export"',
    "date": '"2024-12-31"',
    "declaration_id": '"..."',
    "value": "0",
    "hs_code": '"284690"',
}


def _unit_lines(columns: dict[str, str]) -> list[str]:
    found = []
    for canonical in ("net_kg", "gross_kg"):
        unit = next((_UNITS[w] for w in fold(columns.get(canonical, "")).split() if w in _UNITS), "kg")
        found += [f"{canonical} = {_quoted(unit)}"] if unit != "kg" else []
    return ["", "[units]", *found] if found else []


def _date_lines(columns: dict[str, str], cells: dict[str, pl.Series]) -> list[str]:
    """Say the date order when the cells leave it open."""
    name = columns.get("date")
    if name is None:
        return []
    votes = dates.DateVotes()
    votes.count(cells[name])
    if dates.decide(votes, None)[0] is None:
        return ["", f"# {votes.example} can be read in two ways; take the mark off the right line.", "[dates]",
                '# order = "dmy"', '# order = "mdy"']  # fmt: skip
    return []


def _quoted(text: str) -> str:
    return msgspec.json.encode(text).decode()
