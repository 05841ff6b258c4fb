"""The explicit list of reference tables: what each holds, its columns with units, its source and licence."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal

from didymium.errors import UsageError

Kind = Literal["text", "int", "float", "date", "flag"]

#: Confidence words every row carries.
CONFIDENCE = ("high", "medium", "low")


@dataclass(frozen=True, slots=True)
class Column:
    """One column of a table.

    dtype: text | int | float | date (ISO 8601) | flag (0 or 1, read as true/false). unit: "" = no unit.
    required: a row without it is an error; otherwise null = not stated.
    low, high: allowed range of numbers, both inclusive; None = open. allowed: the only words allowed; () = any.
    keep_empty: an empty cell is a value ("", for instance the plain grade suffix), not null.
    """

    name: str
    dtype: Kind = "text"
    unit: str = ""
    doc: str = ""
    required: bool = False
    low: float | None = None
    high: float | None = None
    allowed: tuple[str, ...] = ()
    keep_empty: bool = False


@dataclass(frozen=True, slots=True)
class TableSpec:
    """One table: `key` columns together name a row once; `file` lies in the data folder (CSV or Parquet)."""

    name: str
    title: str
    file: str
    source: str
    licence: str
    columns: tuple[Column, ...]
    key: tuple[str, ...]

    def column(self, name: str) -> Column:
        """The column of that name; KeyError where there is none."""
        for column in self.columns:
            if column.name == name:
                return column
        raise KeyError(name)


#: Columns every table ends with.
PROVENANCE = (
    Column("source", doc="where the row comes from", required=True),
    Column("vintage", doc="edition or date of the source", required=True),
    Column("confidence", doc="how far to trust the row", required=True, allowed=CONFIDENCE),
)


def names() -> list[str]:
    """Names of all tables, in alphabetical order."""
    from didymium.reference.specs import TABLES

    return sorted(table.name for table in TABLES)


def spec(name: str) -> TableSpec:
    """The description of one table; UsageError where no table has that name."""
    from didymium.reference.specs import TABLES

    for table in TABLES:
        if table.name == name:
            return table
    raise UsageError(f"no reference table is called {name!r}.", fix=f"Tables: {', '.join(names())}.")
