"""What a reader hands over: one lazy table of a file, as written, and what the reader found out about it."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Final, Literal

import polars as pl

from didymium.intake.limits import Limits
from didymium.intake.mapping import Mapping as ColumnMapping
from didymium.intake.rejects import RejectLog
from didymium.intake.workspace import Workspace

#: Name of the column that carries the line (or item position) a user sees in the file.
ROW: Final = "__row__"

Table = Literal["declarations", "assays"]


@dataclass(frozen=True)
class Job:
    """One file to open: where it is, what may be read of it, and what the user says about it."""

    path: Path
    mapping: ColumnMapping
    limits: Limits
    work: Workspace

    @property
    def name(self) -> str:
        """File name as it stands in messages and in `source_file`."""
        return self.path.name


@dataclass
class Source:
    """An opened file.

    frame: columns as in the file (text, or typed where the format has types) and `ROW`; a row of blanks is no row.
    rows: number of rows of `frame`, None = not known before reading.
    detected: sentences for the user.
    refused: rows the reader itself refused; they count as read and as rejected.
    constants: canonical columns that are the same for every row of this format.
    factors: canonical column -> what its numbers are multiplied by to be in the canonical unit.
    settled: canonical column -> number form or date order the format itself fixes ("point" numbers, "ymd" dates);
        a column not named here is decided by evidence when it is text.
    text: True = every column is text as a person wrote it (blanks around cells and blank rows may occur).
    random_access: True = a slice of `frame` is cheap (Parquet), False = batches are streamed.
    delimiter: of a delimited text; None = no such thing.
    multiline: True = `ROW` numbers records, and cells may hold line ends that have to be added to it.
    """

    frame: pl.LazyFrame
    rows: int | None
    detected: list[str]
    refused: RejectLog | None = None
    constants: Mapping[str, object] = field(default_factory=dict)
    factors: Mapping[str, float] = field(default_factory=dict)
    settled: Mapping[str, str] = field(default_factory=dict)
    text: bool = True
    random_access: bool = False
    delimiter: str | None = None
    multiline: bool = False


@dataclass(frozen=True)
class Format:
    """One file format.

    name: short name, as in messages and in the docs.
    title: what it is, for people.
    table: which canonical table it gives.
    sniff: whether a file is of this format, by its first bytes (never by its name alone).
    open: opens it; raises InputError (or HostileInputError) with the fix.
    """

    name: str
    title: str
    table: Table
    sniff: Callable[[Path, bytes], bool]
    open: Callable[[Job], Source]
