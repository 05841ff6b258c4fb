"""Which layout a table of assays has: one row an analyte (long), analytes in columns, or analytes in rows."""

from __future__ import annotations

import re
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from typing import Final, Literal

from didymium.intake.assays.grid import Grid, GridRow
from didymium.intake.assays.names import Named, label, named, unit
from didymium.intake.mapping import Mapping
from didymium.intake.resolve import plain
from didymium.intake.source import Job

Kind = Literal["canonical", "long", "columns", "rows"]

_FIGURE: Final = re.compile(r"[<>≤]?\s*[-+]?[\d.,'\s]*\d[\d.,'\s]*(?:[eE][-+]?\d+)?\s*\S{0,6}")
_NUMBER: Final = re.compile(r"[<>≤]?\s*[-+]?[\d.,]*\d[\d.,]*")
_NOTHING: Final = re.compile(r"<\s*(?:lod|dl|loq)|n\.?\s*[dar]\.?|bdl|tr\.?|traces?|-+|未检出", re.IGNORECASE)
_LABEL_COLUMNS: Final = 4  # the column of analytes is looked for among these
_CANONICAL: Final = {"analyte", "value", "unit"}


@dataclass(frozen=True)
class Layout:
    """A layout that was found.

    kind: canonical = the long table as documented; long = the same with other names or without a unit column.
    head: the header row. above, below: the rows around it. column: place of the analytes where kind is rows.
    """

    kind: Kind
    grid: Grid
    head: GridRow
    above: tuple[GridRow, ...] = ()
    below: tuple[GridRow, ...] = ()
    column: int = 0


def find(grid: Grid, job: Job) -> Layout | None:
    """The layout of a grid; None = nothing in it looks like assays."""
    rows = grid.rows
    wanted = job.mapping.table.header_row
    if wanted:
        rows = tuple(row for row in rows if row.line >= wanted)
        if not rows or rows[0].line != wanted:
            return None
    given = set(job.mapping.columns)
    for place, row in enumerate(rows[:1] if wanted else rows):
        long = _long(row, given)
        if long:
            return _layout(long, grid, rows, place)
    if {"analyte", "value"} & given:
        return None
    across = _analytes_across(rows[:1] if wanted else rows, rows)
    down = _analytes_down(rows, wanted is not None)
    if across is not None and (down is None or across[1] >= down[2]):
        return _layout("columns", grid, rows, across[0])
    return _layout("rows", grid, rows, down[0], down[1]) if down else None


def _layout(kind: Kind, grid: Grid, rows: Sequence[GridRow], place: int, column: int = 0) -> Layout:
    above = tuple(row for row in grid.rows if row.line < rows[place].line)
    return Layout(kind, grid, rows[place], above, tuple(rows[place + 1 :]), column)


def _long(row: GridRow, given: set[str]) -> Kind | None:
    """Whether a row is the header of a long table: a column of analytes and a column of values."""
    if _CANONICAL - given <= {plain(cell) for cell in row.cells}:
        return "canonical"
    meant = {label(cell) for cell in row.cells}
    return "long" if {"analyte", "value"} <= meant and not {"analyte", "value"} & given else None


def is_figure(cell: str) -> bool:
    """A cell that can be the value of an assay: a number (with a sign or unit beside it), or a word for none."""
    return bool(_FIGURE.fullmatch(cell) or _NOTHING.fullmatch(cell))


def values(cells: Sequence[str]) -> dict[int, Named]:
    """Places of cells that name an analyte and mean its value."""
    found = ((place, named(cell)) for place, cell in enumerate(cells) if cell)
    return {place: name for place, name in found if name and name.part == "value"}


def _analytes_across(heads: Sequence[GridRow], rows: Sequence[GridRow]) -> tuple[int, int] | None:
    """Place of the row that names most analytes, and how many; a single one must say its unit and stand above figures."""
    best = None
    for place, row in enumerate(heads):
        found = values(row.cells)
        count = _distinct(found.values())
        if sum(bool(_NUMBER.fullmatch(cell)) for cell in row.cells) >= max(count, 1):
            continue
        if count == 1 and not _one_is_enough(found, row, rows[place + 1 :]):
            continue
        if count and (best is None or count > best[1]):
            best = (place, count)
    return best


def _distinct(names: Iterable[Named]) -> int:
    """How many analytes; none where all are single letters, for those may be codes or flags of any table."""
    found = {name.analyte for name in names}
    return len(found) if any(len(analyte) > 1 for analyte in found) else 0


def _one_is_enough(found: dict[int, Named], row: GridRow, below: Sequence[GridRow]) -> bool:
    ((column, name), *_) = found.items()
    cells = [r.cells[column] for r in below[:8] if column < len(r.cells) and r.cells[column]]
    figures = [cell for cell in cells if is_figure(cell) and not named(cell)]
    named_unit = (
        name.unit is not None or any(unit(cell) for cell in cells) or any(label(c) == "unit" for c in row.cells)
    )
    return named_unit and bool(figures) and not any(_FIGURE.fullmatch(c) and c[-1:].isdigit() for c in row.cells if c)


def _analytes_down(rows: Sequence[GridRow], header_given: bool) -> tuple[int, int, int] | None:
    """Row of the header, column of the analytes, and how many; each analyte stands (nearly) once."""
    best = None
    for column in range(_LABEL_COLUMNS):
        cells = [(place, row.cells[column]) for place, row in enumerate(rows) if column < len(row.cells)]
        hits = [(place, name) for place, cell in cells if cell and (name := named(cell)) and name.part == "value"]
        if not hits:
            continue
        distinct = _distinct(name for _, name in hits)
        stated = sum(bool(cell) for place, cell in cells if place >= hits[0][0])
        if distinct < 2 or distinct * 2 <= len(hits) or len(hits) * 2 < stated:
            continue
        head = 0 if header_given else _head_above(rows, hits[0][0], column)
        if head is None or column + 1 >= len(rows[head].cells):
            continue
        if best is None or distinct > best[2]:
            best = (head, column, distinct)
    return best


def _head_above(rows: Sequence[GridRow], first: int, column: int) -> int | None:
    """The header above the first analyte: the topmost row of a block whose label is `analyte` or `sample`, else the
    nearest row with a name over the figures."""
    for place in range(first - 1, max(first - 8, -1), -1):
        cells = rows[place].cells
        if column < len(cells) and label(cells[column]) in {"analyte", "sample"}:
            return place
    near = rows[first - 1].cells if first else ()
    return first - 1 if sum(bool(cell) for cell in near) >= 2 else None


def asked_for(mapping: Mapping) -> set[str]:
    """Columns of the file a mapping names, in the form in which names are compared."""
    given = mapping.columns.values()
    return {plain(name) for names in given for name in ([names] if isinstance(names, str) else names)}
