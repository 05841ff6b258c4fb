"""CSV and other delimited text: delimiter, encoding and header row are found out; regular files take the fast path."""

from __future__ import annotations

import csv
import re
from collections import Counter
from dataclasses import dataclass
from pathlib import Path
from typing import Final

import polars as pl

from didymium.errors import HostileInputError, InputError
from didymium.intake.formats.careful import read_carefully
from didymium.intake.formats.survey import survey
from didymium.intake.formats.text import Text, as_utf8
from didymium.intake.resolve import listed
from didymium.intake.source import ROW, Format, Job, Source

_DELIMITERS: Final = (",", ";", "\t", "|")
_WORDS: Final = {",": "comma", ";": "semicolon", "\t": "tab", "|": "bar"}
_SAMPLE: Final = 262_144
_JOINED: Final = 20  # lines a record of the sample may run over
_VALUE: Final = re.compile(r"^[\s+-]*[\d.,]+(?:[eE][+-]?\d+)?\s*$|^\d{4}-\d{2}-\d{2}|^\d{1,2}[./-]\d{1,2}[./-]\d{2,4}")


@dataclass(frozen=True)
class Header:
    """Delimiter, names of the columns, line of the header (0 = first), first line below it and its first byte."""

    delimiter: str
    names: list[str]
    line: int
    below: int
    end: int


def open_(job: Job) -> Source:
    """Any delimited text with a header row. Raises InputError, HostileInputError."""
    text = as_utf8(job)
    header = find_header(text, job)
    shape = survey(text.path, header.end, header.delimiter, len(header.names), job.limits.field_bytes, job.name)
    if not shape.records:
        raise InputError(
            f"only a header row ({listed(header.names)}), no data below it.",
            file=job.name,
            fix="Check the export that wrote it.",
        )
    detected = [
        "Delimited text, " + _WORDS.get(header.delimiter, repr(header.delimiter)) + " between columns.",
        text.said,
        f"Header in row {header.line + 1}, {len(header.names)} columns.",
    ]
    if shape.irregular:
        detected.append(f"Read row by row with care: the file has {shape.irregular}.")
        frame, rows, refused = read_carefully(
            text.path, header.end, header.below + 1, header.delimiter, header.names, job
        )
        return Source(frame, rows, detected, refused=refused, random_access=True, delimiter=header.delimiter)
    frame = pl.scan_csv(
        text.path,
        separator=header.delimiter,
        has_header=False,
        skip_lines=header.below,
        schema=dict.fromkeys(header.names, pl.String()),
        row_index_name=ROW,
        row_index_offset=header.below + 1,
        glob=False,
    )
    return Source(frame, shape.records, detected, delimiter=header.delimiter, multiline=shape.multiline)


def find_header(text: Text, job: Job) -> Header:
    """Delimiter and header row of a UTF-8 text, by its first lines. Raises InputError when there is none."""
    with text.path.open("rb") as handle:
        head = handle.read(_SAMPLE)
    if len(head) == _SAMPLE and b"\n" not in head:
        raise HostileInputError(
            "the first line never ends.", file=job.name, fix="Look at it with an editor for large files."
        )
    lines = head.decode("utf-8-sig", "replace").split("\n")
    lines = lines[:-1] if len(head) == _SAMPLE else lines
    if all(not line.strip() for line in lines):
        raise InputError("the file holds blank lines only.", file=job.name, fix="Check the export that wrote it.")
    declared = re.fullmatch(r"sep=(.)\r?", lines[0])
    wanted = job.mapping.table.delimiter or (declared[1] if declared else None)
    delimiter, width = _delimiter(lines[1:] if declared else lines, wanted)
    if width < 2:
        raise InputError(
            f"no columns found with comma, semicolon, tab or bar between them; the first line is {lines[0][:80]!r}.",
            file=job.name, fix='Say [table] delimiter = "..." in a mapping.',
        )  # fmt: skip
    line, below, cells = _header_line(lines, delimiter, width, job, first=1 if declared else 0)
    names = unique_names(cells)
    if len(names) > job.limits.columns:
        raise HostileInputError(f"{len(names)} columns; allowed are {job.limits.columns}.", file=job.name)
    end = 0
    for _ in range(below):
        found = head.find(b"\n", end)
        end = len(head) if found < 0 else found + 1
    return Header(delimiter, names, line, below, end)


def _delimiter(lines: list[str], wanted: str | None) -> tuple[str, int]:
    """The delimiter that cuts most lines into the same number of columns, and that number."""
    sample = [line for line in lines if line.strip()][:400]
    best, best_score, best_width = ",", 0.0, 1
    for delimiter in (wanted,) if wanted else _DELIMITERS:
        records = _rows(sample, delimiter)
        counts = Counter(len(cells) for _, cells in records if len(cells) > 1)
        if counts:
            width, lines_of_it = counts.most_common(1)[0]
            score = lines_of_it / len(records) * min(width, 6)
            if score > best_score:
                best, best_score, best_width = delimiter, score, width
    return (wanted or best), best_width


def _rows(lines: list[str], delimiter: str) -> list[tuple[int, list[str]]]:
    """Records of the first lines: the line each begins in (0 = first) and its cells; a runaway quote spoils one line only."""
    records: list[tuple[int, list[str]]] = []
    start = 0
    while start < len(lines):
        taken, cells = 1, _cells(lines[start : start + 1], delimiter)
        if lines[start].count('"') % 2:
            for more in range(2, _JOINED + 1):
                if start + more > len(lines):
                    break
                if lines[start + more - 1].count('"') % 2:
                    taken, cells = more, _cells(lines[start : start + more], delimiter)
                    break
        records.append((start, cells))
        start += taken
    return records


def _cells(lines: list[str], delimiter: str) -> list[str]:
    try:
        return next(csv.reader([line.rstrip("\r") + "\n" for line in lines], delimiter=delimiter), [])
    except csv.Error:
        return []


def _header_line(lines: list[str], delimiter: str, width: int, job: Job, first: int) -> tuple[int, int, list[str]]:
    """Line of the header (0 = first), the line below it, and its cells."""
    looked = max(job.limits.preamble_lines, job.mapping.table.header_row or 0)
    if job.mapping.table.header_row:
        rows = [_cells([line], delimiter) for line in lines[first : first + looked]]
        index = header_row(rows, job, width, first)
        return first + index, first + index + 1, rows[index]
    records = _rows(lines[first : first + 8 * looked], delimiter)[:looked]
    index = header_row([cells for _, cells in records], job, width, first)
    start, cells = records[index]
    below = records[index + 1][0] if index + 1 < len(records) else start + 1
    return first + start, first + below, cells


def header_row(rows: list[list[str]], job: Job, width: int | None = None, above: int = 0) -> int:
    """Index of the first row of the table's width that holds names, not values, or of the one the mapping names.

    rows: the first rows as text, blank cells empty. width: usual number of cells, None = any. above: lines before rows.
    """
    if job.mapping.table.header_row:
        index = job.mapping.table.header_row - 1 - above
        if not 0 <= index < len(rows) or not any(cell.strip() for cell in rows[index]):
            row = job.mapping.table.header_row
            raise InputError(f"there is no header in row {row}.", file=job.mapping.file, fix="Mend [table] header_row.")
        return index
    most = max((sum(bool(cell.strip()) for cell in row) for row in rows), default=0)
    for number, cells in enumerate(rows[: job.limits.preamble_lines]):
        stated = [cell for cell in cells if cell.strip()]
        wide = width is None or abs(len(cells) - width) <= 1
        full = len(stated) > 1 and len(stated) * 2 >= (width or most)
        if wide and full and not any(map(_VALUE.match, stated)):
            return number
    shown = next((row for row in rows if any(row)), [""])[:6]
    raise InputError(
        f"no header row in the first {job.limits.preamble_lines} lines; the first holds {listed(shown)}.",
        file=job.name, fix="Add one, or say [table] header_row = N in a mapping.",
    )  # fmt: skip


def unique_names(cells: list[str]) -> list[str]:
    """Names of the columns: unnamed ones get their position, repeated ones a number."""
    names: list[str] = []
    for position, cell in enumerate(cells, start=1):
        name = cell.strip().strip("\ufeff") or f"column {position}"
        again, unique = 2, name
        while unique in names:
            unique, again = f"{name} ({again})", again + 1
        names.append(unique)
    return names


def sniff(_: Path, head: bytes) -> bool:
    """Anything that may be text; tried last."""
    return not head.startswith((b"PAR1", b"PK\x03\x04", b"\xd0\xcf\x11\xe0")) and not head.lstrip(
        b"\xef\xbb\xbf \t\r\n"
    ).startswith(b"<")


FORMAT = Format("csv", "CSV or other delimited text", "declarations", sniff, open_)
ASSAY_FORMAT = Format("csv", "CSV or other delimited text", "assays", sniff, open_)
