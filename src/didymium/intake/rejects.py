"""Every refused row with its reason, in bounded memory: beyond a number of rows they go to a file."""

from __future__ import annotations

import uuid
from pathlib import Path
from typing import Final

import polars as pl

from didymium.intake.schema import REJECTS
from didymium.intake.workspace import Workspace

_IN_MEMORY: Final = 50_000
_SAID: Final = 2_000


class RejectLog:
    """Collects REJECTS frames in the order they come."""

    def __init__(self, work: Workspace, name: str, start: RejectLog | None = None) -> None:
        """A log of one file; `start` = what was refused before, kept as it is."""
        self._work = work
        self._name = name
        self._held: list[pl.DataFrame] = list(start._held) if start else []
        self._held_rows: int = start._held_rows if start else 0
        self._parts: list[Path] = list(start._parts) if start else []
        self._said: list[tuple[str, int, str | None, str | None, str]] = []
        self.height: int = start.height if start else 0

    def say(self, row: int, column: str | None, value: str | None, reason: str) -> None:
        """Keep one refused row: its line, the column and the cell where one is to blame (cut to 200 characters)."""
        self._said.append((self._name, row, column, value if value is None else value[:200], reason))
        if len(self._said) >= _SAID:
            self.settle()

    def settle(self) -> None:
        """Move single rows into frames; done before the log is handed on."""
        if self._said:
            said, self._said = self._said, []
            self.add(pl.DataFrame(said, schema=REJECTS, orient="row"))

    def add(self, frame: pl.DataFrame) -> None:
        """Keep the rows of a REJECTS frame."""
        if frame.is_empty():
            return
        self._held.append(frame)
        self._held_rows += frame.height
        self.height += frame.height
        if self._held_rows > _IN_MEMORY:
            part = self._work.path / f"rejects-{uuid.uuid4().hex}.parquet"
            pl.concat(self._held).write_parquet(part, compression="lz4")
            self._parts.append(part)
            self._held, self._held_rows = [], 0

    def scan(self) -> pl.LazyFrame:
        """All rows, lazily: spilled parts are read only when asked for."""
        self.settle()
        held = pl.concat(self._held) if self._held else pl.DataFrame(schema=REJECTS)
        return pl.concat([*(pl.scan_parquet(part) for part in self._parts), held.lazy()])

    def frame(self) -> pl.DataFrame:
        """All rows in memory."""
        return self.scan().collect()
