"""The first rows of a table before anything is known about it, and the whole table once its header row is."""

from __future__ import annotations

import csv
from collections.abc import Iterator
from dataclasses import dataclass, replace
from typing import Final

import msgspec
import polars as pl

from didymium.errors import HostileInputError, InputError
from didymium.intake.formats import csv_, spreadsheet
from didymium.intake.formats.text import as_utf8
from didymium.intake.source import ROW, Job, Source

_HEAD_BYTES: Final = 262_144
_HEAD_ROWS: Final = 80
_MOST_CELLS: Final = 3_000_000  # about 2 GB while rows are made


@dataclass(frozen=True)
class GridRow:
    """One row as it stands in the file: its line (1 = first), how many lines it takes, its cells (blank = "")."""

    line: int
    cells: tuple[str, ...]
    lines: int = 1


@dataclass(frozen=True)
class Grid:
    """The first rows of a text, or of one sheet of a workbook (`sheet`); blank rows are left out."""

    rows: tuple[GridRow, ...]
    sheet: str | None = None


def of_text(job: Job) -> Iterator[Grid]:
    """The head of a delimited text; nothing where no delimiter is found (the reader of CSV says why)."""
    text = as_utf8(job)
    with text.path.open("rb") as handle:
        head = handle.read(_HEAD_BYTES)
    lines = head.decode("utf-8-sig", "replace").split("\n")
    lines = lines[:-1] if len(head) == _HEAD_BYTES else lines
    first = next((i for i, line in enumerate(lines) if line.strip() and not line.startswith("sep=")), None)
    if first is None:
        return
    try:
        delimiter = csv_.find_header(text, _with(job, None, first + 1)).delimiter
    except HostileInputError:
        raise
    except InputError:
        return
    reader = csv.reader((line.rstrip("\r") + "\n" for line in lines[first:]), delimiter=delimiter)
    rows: list[GridRow] = []
    before = 0
    try:
        for cells in reader:
            if any(cell.strip() for cell in cells):
                shown = tuple(cell.strip() for cell in cells)
                rows.append(GridRow(first + before + 1, shown, reader.line_num - before))
            before = reader.line_num
            if len(rows) >= _HEAD_ROWS:
                break
    except csv.Error:
        pass
    yield Grid(tuple(rows))


def of_workbook(job: Job) -> Iterator[Grid]:
    """The heads of the sheets of a workbook, or of the one the mapping names."""
    spreadsheet.measure(job)
    import fastexcel

    try:
        book = fastexcel.read_excel(str(job.path))
        for name in (job.mapping.table.sheet,) if job.mapping.table.sheet else tuple(book.sheet_names):
            if name not in book.sheet_names:
                return
            sheet = book.load_sheet(name, header_row=None, skip_rows=0, n_rows=_HEAD_ROWS, dtypes="string")
            cells = pl.DataFrame(sheet).select(pl.all().cast(pl.String).str.strip_chars().fill_null(""))
            rows = (GridRow(line, row) for line, row in enumerate(cells.iter_rows(), start=1) if any(row))
            yield Grid(tuple(rows), name)
    except (fastexcel.FastExcelError, pl.exceptions.PolarsError, pl.exceptions.PanicException):
        return  # the reader of spreadsheets meets the same and says it


def whole(job: Job, grid: Grid, header: GridRow) -> tuple[pl.DataFrame, Source]:
    """All rows below a header as text, `ROW` numbering lines of the file. Raises InputError, HostileInputError."""
    below = _with(job, grid.sheet, None if header.lines > 1 else header.line)
    source = csv_.open_(below) if grid.sheet is None else spreadsheet.open_(below)
    names = [name for name in source.frame.collect_schema().names() if name != ROW]
    if names[: len(header.cells)] != csv_.unique_names(list(header.cells))[: len(names)]:
        raise InputError(
            "the header row runs over several lines and cannot be told from the rows around it.",
            file=job.name, row=header.line, fix="Write each name of a column in one line.",
        )  # fmt: skip
    if (source.rows or 0) * len(names) > _MOST_CELLS:
        raise HostileInputError(
            f"{source.rows} rows x {len(names)} columns; a table of assays may have {_MOST_CELLS} cells.", file=job.name,
            fix="Split the file.",
        )  # fmt: skip
    frame = source.frame.collect(engine="streaming").with_columns(pl.col(ROW).cast(pl.Int64))
    if source.multiline:
        text = pl.exclude(ROW).str.count_matches("\n", literal=True).fill_null(0).cast(pl.Int64)
        inside = frame.select(pl.sum_horizontal(text)).to_series()
        frame = frame.with_columns(pl.col(ROW) + (inside.cum_sum() - inside))
    return frame.with_columns(pl.exclude(ROW).str.strip_chars().replace("", None)), source


def _with(job: Job, sheet: str | None, header_row: int | None) -> Job:
    """The same job with the sheet and header row that were found."""
    table = job.mapping.table
    found = msgspec.structs.replace(
        table, sheet=sheet or table.sheet, header_row=table.header_row if header_row is None else header_row
    )
    return replace(job, mapping=msgspec.structs.replace(job.mapping, table=found))
