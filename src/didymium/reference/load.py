"""Reading one reference table: typed, checked, cached; with the user's overlay folder laid over the shipped rows.

The overlay (environment variable DIDYMIUM_REFERENCE) is a folder with files named like the shipped ones: rows with a
known key replace, others are added; `NAME.replace.csv` takes the place of the whole table.
"""

from __future__ import annotations

import hashlib
import os
from functools import cache
from pathlib import Path
from typing import Final

import polars as pl

from didymium.errors import ReferenceDataError
from didymium.reference.registry import Column, TableSpec, names, spec

DATA: Final = Path(__file__).parent / "data"
OVERLAY_VARIABLE: Final = "DIDYMIUM_REFERENCE"

_TYPES: Final[dict[str, pl.DataType]] = {
    "text": pl.String(),
    "int": pl.Int64(),
    "float": pl.Float64(),
    "date": pl.Date(),
    "flag": pl.Boolean(),
}
_WANTED: Final = {
    "int": "a whole number",
    "float": "a number with a decimal point",
    "date": "a date such as 2025-04-04",
    "flag": "0 or 1",
}


def overlay() -> Path | None:
    """The user's overlay folder, None where the variable is not set; ReferenceDataError where it is no folder."""
    value = os.environ.get(OVERLAY_VARIABLE)
    if not value:
        return None
    folder = Path(value)
    if not folder.is_dir():
        raise ReferenceDataError(
            f"{OVERLAY_VARIABLE} names a folder that is not there.",
            file=value,
            fix="Make the folder with `didymium reference import`, or unset the variable.",
        )
    return folder


def table(name: str) -> pl.DataFrame:
    """One table as a typed frame, read once. Null = not stated.

    Errors: UsageError for an unknown name; ReferenceDataError with file, row, column, value and what is allowed.
    """
    return _table(name, overlay())


def content_hash() -> str:
    """sha256 over name and bytes of every data file, shipped and overlaid: stamps results with what was known."""
    return _content_hash(overlay())


def forget() -> None:
    """Drop what was cached, after files of the overlay have changed."""
    _table.cache_clear()
    _content_hash.cache_clear()


@cache
def _content_hash(folder: Path | None) -> str:
    digest = hashlib.sha256()
    for mark, root in (("shipped", DATA), ("overlay", folder)):
        if root is None:
            continue
        for path in sorted(p for p in root.rglob("*") if p.is_file()):
            content = hashlib.sha256(path.read_bytes()).hexdigest()
            digest.update(f"{mark}/{path.relative_to(root).as_posix()} {content}\n".encode())
    return digest.hexdigest()


@cache
def _table(name: str, folder: Path | None) -> pl.DataFrame:
    known = spec(name)
    stem = Path(known.file).stem
    if folder is None:
        return read(known, DATA / known.file)
    check_overlay(folder)
    whole = folder / f"{stem}.replace.csv"
    rows = read(known, whole if whole.exists() else DATA / known.file)
    for suffix in (".csv", ".parquet"):
        extra = folder / f"{stem}{suffix}"
        if extra.exists():
            rows = _lay_over(rows, read(known, extra), known.key)
    return rows


def check_overlay(folder: Path) -> None:
    """ReferenceDataError where a file of the overlay belongs to no table: a misspelt name must not be ignored."""
    stems = {Path(spec(name).file).stem for name in names()}
    for path in sorted(folder.iterdir()):
        if path.suffix in (".csv", ".parquet") and path.name.split(".")[0] not in stems:
            raise ReferenceDataError(
                "belongs to no reference table.",
                file=str(path),
                fix=f"Name it after one of: {', '.join(sorted(stems))}.",
            )


def read(known: TableSpec, path: Path) -> pl.DataFrame:
    """Read and check one file of a table. Errors: ReferenceDataError."""
    if not path.exists():
        raise ReferenceDataError("the file of this table is missing.", file=str(path), fix="Install didymium again.")
    try:
        raw = pl.read_parquet(path) if path.suffix == ".parquet" else _read_text(path)
    except (pl.exceptions.PolarsError, OSError, UnicodeDecodeError) as error:
        reason = str(error).splitlines()[0] if str(error) else type(error).__name__
        raise ReferenceDataError(f"cannot be read: {reason}.", file=str(path)) from error
    _check_columns(known, raw, path)
    missing = [c for c in known.columns if c.name not in raw.columns]
    raw = raw.with_columns(pl.lit(None, dtype=pl.String).alias(c.name) for c in missing)
    typed = raw.select(_typed(raw, column, path) for column in known.columns)
    for column in known.columns:
        _check_values(typed, column, path)
    _check_key(known, typed, path)
    return typed


def _read_text(path: Path) -> pl.DataFrame:
    frame = pl.read_csv(path, infer_schema=False, raise_if_empty=True)
    return frame.rename({name: name.strip() for name in frame.columns})


def _check_columns(known: TableSpec, raw: pl.DataFrame, path: Path) -> None:
    wanted = [column.name for column in known.columns]
    for name in raw.columns:
        if name not in wanted:
            raise ReferenceDataError(
                "this column is not known here.",
                file=str(path),
                row=1,
                column=name,
                fix=f"Columns: {', '.join(wanted)}.",
            )
    for column in known.columns:
        if column.required and column.name not in raw.columns:
            raise ReferenceDataError(
                "this column is missing.",
                file=str(path),
                row=1,
                column=column.name,
                fix=f"Columns: {', '.join(wanted)}.",
            )


def _typed(raw: pl.DataFrame, column: Column, path: Path) -> pl.Series:
    """The column in its type; empty = null. Errors where a cell cannot be read so."""
    cells = raw.get_column(column.name)
    target = _TYPES[column.dtype]
    if cells.dtype != pl.String:
        return cells.cast(target)
    if column.dtype == "text" and column.keep_empty:
        return cells.fill_null("")
    cells = cells.replace("", None)
    if column.dtype == "text":
        return cells
    if column.dtype == "date":
        typed = cells.str.to_date("%Y-%m-%d", strict=False)
    elif column.dtype == "flag":
        typed = cells.replace_strict(["0", "1"], [False, True], default=None, return_dtype=pl.Boolean)
    else:
        typed = cells.cast(target, strict=False)
    _refuse(cells, cells.is_not_null() & typed.is_null(), column, path, _WANTED[column.dtype])
    return typed


def _check_values(typed: pl.DataFrame, column: Column, path: Path) -> None:
    values = typed.get_column(column.name)
    if column.required:
        _refuse(values, values.is_null(), column, path, "a value (this column may not be empty)")
    if column.allowed:
        bad = values.is_not_null() & ~values.is_in(list(column.allowed))
        _refuse(values, bad, column, path, f"one of {', '.join(column.allowed)}")
    if values.dtype == pl.Float64:
        _refuse(values, values.is_not_null() & ~values.is_finite(), column, path, "a finite number")
    if column.low is not None or column.high is not None:
        low = float("-inf") if column.low is None else column.low
        high = float("inf") if column.high is None else column.high
        bad = values.is_not_null() & ~values.is_between(low, high)
        _refuse(values, bad, column, path, f"{low:g} to {high:g} {column.unit}".strip())


def _refuse(values: pl.Series, bad: pl.Series, column: Column, path: Path, allowed: str) -> None:
    if bad.any():
        row = int(bad.fill_null(value=False).arg_true()[0])
        raise ReferenceDataError(
            f"{values[row]!r} is not allowed.",
            file=str(path),
            row=row + 2,
            column=column.name,
            fix=f"Allowed: {allowed}.",
        )


def _check_key(known: TableSpec, typed: pl.DataFrame, path: Path) -> None:
    twice = typed.select(known.key).is_duplicated()
    if twice.any():
        row = int(twice.arg_true()[-1])
        value = "; ".join(str(v) for v in typed.select(known.key).row(row))
        raise ReferenceDataError(
            f"this row stands twice: {value}.",
            file=str(path),
            row=row + 2,
            column=", ".join(known.key),
            fix="Keep one, or give them different vintages or sources.",
        )


def _lay_over(rows: pl.DataFrame, extra: pl.DataFrame, key: tuple[str, ...]) -> pl.DataFrame:
    kept = rows.join(extra.select(key), on=list(key), how="anti", nulls_equal=True, maintain_order="left")
    return pl.concat([kept, extra])
