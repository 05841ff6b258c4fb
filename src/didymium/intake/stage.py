"""Rows a reader makes one by one, kept in Parquet parts: bounded memory, then read like any other table."""

from __future__ import annotations

import uuid
from collections.abc import Sequence
from pathlib import Path
from typing import Final

import polars as pl

from didymium.intake.source import ROW
from didymium.intake.workspace import Workspace

_PART_ROWS: Final = 50_000
_PART_BYTES: Final = 64 << 20


class Stage:
    """Text rows with their line numbers."""

    def __init__(self, names: Sequence[str], work: Workspace) -> None:
        self._schema = {ROW: pl.Int64(), **dict.fromkeys(names, pl.String())}
        self._work = work
        self._rows: list[tuple[int | str | None, ...]] = []
        self._bytes = 0
        self._parts: list[Path] = []
        self.height = 0

    def add(self, line: int, cells: Sequence[str | None]) -> None:
        """Keep one row; empty cells become null."""
        self._rows.append((line, *(cell or None for cell in cells)))
        self._bytes += sum(len(cell) for cell in cells if cell)
        self.height += 1
        if len(self._rows) >= _PART_ROWS or self._bytes >= _PART_BYTES:
            self._flush()

    def _flush(self) -> None:
        part = self._work.path / f"rows-{uuid.uuid4().hex}.parquet"
        pl.DataFrame(self._rows, schema=self._schema, orient="row").write_parquet(part, compression="lz4")
        self._parts.append(part)
        self._rows, self._bytes = [], 0

    def scan(self) -> pl.LazyFrame:
        """All rows in the order they came."""
        if self._rows or not self._parts:
            self._flush()
        return pl.scan_parquet(self._parts, glob=False)
