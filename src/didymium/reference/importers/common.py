"""What the readers of releases share: reading CSV as text, countries, and writing an overlay."""

from __future__ import annotations

import io
import re
from collections.abc import Iterable, Sequence
from functools import cache
from pathlib import Path
from typing import Final

import polars as pl

from didymium.errors import InputError
from didymium.reference.load import content_hash, forget, read, table
from didymium.reference.registry import spec

#: Names and codes used by the releases that ISO 3166-1 does not have.
_ALIASES: Final = {
    "BURMA": "MM",
    "CONGO (KINSHASA)": "CD",
    "CONGO (BRAZZAVILLE)": "CG",
    "COTE D'IVOIRE": "CI",
    "CÔTE D’IVOIRE": "CI",
    "KOREA, REPUBLIC OF": "KR",
    "KOREA, NORTH": "KP",
    "KYRGYZSTAN": "KG",
    "LAOS": "LA",
    "RUSSIA": "RU",
    "TANZANIA": "TZ",
    "TURKEY": "TR",
    "UNITED STATES": "US",
    "VIETNAM": "VN",
    "S19": "TW",  # Other Asia, not elsewhere specified: Taiwan in practice
    "ZA1": "ZA",  # Southern African Customs Union, before 2000
    "SCG": "CS",
    "ANT": "AN",
    "KSV": "XK",
    "ROM": "RO",
    "ZAR": "CD",
    "TMP": "TL",
    "WBG": "PS",
    "ADO": "AD",
}
ENCODINGS: Final = ("utf-8-sig", "cp1252")


def read_text_table(file: Path) -> pl.DataFrame:
    """A CSV as columns of stripped text, empty = null; UTF-8, else Windows-1252. Errors: InputError."""
    for encoding in ENCODINGS:
        try:
            text = file.read_bytes().decode(encoding)
            break
        except UnicodeDecodeError:
            continue
    else:
        raise InputError("this file is neither UTF-8 nor Windows-1252 text.", file=str(file))
    try:
        frame = pl.read_csv(io.StringIO(text), infer_schema=False, truncate_ragged_lines=False)
    except pl.exceptions.PolarsError as error:
        raise InputError(f"cannot be read as CSV: {str(error).splitlines()[0]}.", file=str(file)) from error
    frame = frame.rename({name: name.strip() for name in frame.columns})
    return frame.with_columns(pl.col(pl.String).str.strip_chars().replace("", None))


def require(frame: pl.DataFrame, columns: Sequence[str], file: Path, layout: str) -> None:
    """InputError where a column of the published layout is missing."""
    missing = [name for name in columns if name not in frame.columns]
    if missing:
        raise InputError(
            f"this is not {layout}: the columns {', '.join(missing)} are missing.",
            file=str(file),
            row=1,
            fix=f"Columns met: {', '.join(frame.columns[:20])}.",
        )


def number(column: str) -> pl.Expr:
    """A column as numbers; thousands commas go, and `..`, `NA`, `W`, `--` and `—` are null."""
    return pl.col(column).str.strip_chars().str.replace_all(",", "").cast(pl.Float64, strict=False)


def alpha2(names: Iterable[str | None]) -> dict[str, str]:
    """ISO 3166-1 alpha-2 for each alpha-2, alpha-3 or English name that is known; unknown ones are left out."""
    known = _countries(content_hash())
    return {
        name: known[key]
        for name in set(names)
        if name is not None and (key := re.sub(r"\s+", " ", name).strip().upper()) in known
    }


@cache
def _countries(_hash: str) -> dict[str, str]:
    rows = table("countries").select("iso2", "iso3", "name").rows()
    known = {key.upper(): iso2 for iso2, iso3, name in rows for key in (iso2, iso3, name)}
    return known | _ALIASES


def to_alpha2(column: str, frame: pl.DataFrame) -> pl.Expr:
    """Expression that turns a column of codes or names into alpha-2; null where not known."""
    found = alpha2(frame.get_column(column).drop_nulls().unique())
    return pl.col(column).replace_strict(list(found), list(found.values()), default=None, return_dtype=pl.String)


def years(rows: pl.DataFrame) -> str:
    """`1995 to 2024` of a column year."""
    known = sorted(int(year) for year in rows["year"].unique())
    return f"{known[0]} to {known[-1]}"


def add_to_overlay(name: str, rows: pl.DataFrame, to: Path) -> None:
    """Add rows to the overlay's file of a table; a row with a key that is there already takes its place.

    The rows are checked like any file of the table before the overlay changes. Errors: ReferenceDataError.
    """
    known = spec(name)
    to.mkdir(parents=True, exist_ok=True)
    path = to / known.file
    part = path.with_name(f".{path.stem}.new{path.suffix}")
    try:
        _write(rows.select(c.name for c in known.columns if c.name in rows.columns), part)
        new = read(known, part)
        if path.exists():
            before = read(known, path).join(new.select(known.key), on=list(known.key), how="anti", nulls_equal=True)
            _write(pl.concat([before, new]), part)
        part.replace(path)
    finally:
        part.unlink(missing_ok=True)
    forget()


def _write(rows: pl.DataFrame, path: Path) -> None:
    if path.suffix == ".parquet":
        rows.write_parquet(path)
    else:
        rows.write_csv(path)
