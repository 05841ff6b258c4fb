"""The careful reader of delimited text: for ragged rows, stray or unclosed quotes, zero bytes. One row at a time.

A quote that opens and does not close, or closes so late that the row has the wrong number of fields, spoils only the
line it opens in: reading goes on with the next line.
"""

from __future__ import annotations

import csv
from collections import deque
from collections.abc import Iterator
from pathlib import Path
from typing import Final

import polars as pl

from didymium.errors import HostileInputError
from didymium.intake.rejects import RejectLog
from didymium.intake.source import Job
from didymium.intake.stage import Stage

_LOOK_AHEAD_LINES: Final = 100


def read_carefully(
    path: Path, start: int, first_line: int, delimiter: str, names: list[str], job: Job
) -> tuple[pl.LazyFrame, int, RejectLog]:
    """Rows of a UTF-8 text from byte `start` (line `first_line`) on: the good ones, their number, the refused ones."""
    stage, refused = Stage(names, job.work), RejectLog(job.work, job.name)
    csv.field_size_limit(job.limits.field_bytes + 1)
    lines = _Lines(path, start, first_line, job)
    while (taken := lines.next()) is not None:
        number, line = taken
        if not line.strip("\r\n"):
            continue
        if "\0" in line:
            refused.say(number, None, line.replace("\0", "\\0"), "the row holds a zero byte")
            continue
        cells, used = _record(line, lines, delimiter, len(names))
        if len(cells) == len(names):
            lines.drop(used)
            stage.add(number, cells)
        elif line.count('"') % 2:
            refused.say(
                number, None, line.rstrip("\r\n"), "a quote is opened and never closed in a way that gives a row"
            )
        else:
            said = f"{len(cells)} fields where the header has {len(names)}"
            refused.say(number, None, line.rstrip("\r\n"), said)
    refused.settle()
    return stage.scan(), stage.height, refused


def _record(line: str, lines: _Lines, delimiter: str, width: int) -> tuple[list[str], int]:
    """Fields of the record that begins with `line`, and how many further lines it takes."""
    if '"' not in line:
        return line.rstrip("\r\n").split(delimiter), 0
    cells = _cut(line, delimiter)
    if line.count('"') % 2 == 0 or (len(cells) == width and not _opens_cell(line, delimiter)):
        return cells, 0
    text = line
    for used, following in enumerate(lines.ahead(_LOOK_AHEAD_LINES), start=1):
        text += following
        if text.count('"') % 2 == 0:
            longer = _cut(text, delimiter, strict=True)
            return (longer, used) if len(longer) == width else (cells[:-1] if len(cells) == width else cells, 0)
    return (cells[:-1] if len(cells) == width else cells), 0


def _opens_cell(line: str, delimiter: str) -> bool:
    """Whether some quote stands at the beginning of a cell: only such a quote can hold a line end."""
    return line.startswith('"') or delimiter + '"' in line


def _cut(text: str, delimiter: str, *, strict: bool = False) -> list[str]:
    """Fields of one record; none where it is malformed (strict: a quote closes before a separator only)."""
    lines = [part + "\n" for part in text.rstrip("\r\n").split("\n")]
    try:
        return next(csv.reader(lines, delimiter=delimiter, strict=strict), [])
    except csv.Error:
        return []


class _Lines:
    """Lines of a file with a bounded look ahead."""

    def __init__(self, path: Path, start: int, first_line: int, job: Job) -> None:
        self._source = self._read(path, start, job.limits.line_bytes, job.name)
        self._held: deque[str] = deque()
        self._number = first_line - 1

    @staticmethod
    def _read(path: Path, start: int, most: int, name: str) -> Iterator[str]:
        with path.open("rb") as handle:
            handle.seek(start)
            while line := handle.readline(most):
                if len(line) == most and not line.endswith(b"\n"):
                    raise HostileInputError(
                        f"a line longer than {most} bytes.", file=name, fix="Look at it with an editor for large files."
                    )
                yield line.decode("utf-8", "replace")

    def next(self) -> tuple[int, str] | None:
        """The next line and its number; None = the end."""
        line = self._held.popleft() if self._held else next(self._source, None)
        if line is None:
            return None
        self._number += 1
        return self._number, line

    def ahead(self, most: int) -> Iterator[str]:
        """Up to `most` lines that follow, without taking them."""
        for place in range(most):
            if place >= len(self._held):
                line = next(self._source, None)
                if line is None:
                    return
                self._held.append(line)
            yield self._held[place]

    def drop(self, lines: int) -> None:
        """Take lines that were looked at."""
        for _ in range(lines):
            self._held.popleft()
        self._number += lines
