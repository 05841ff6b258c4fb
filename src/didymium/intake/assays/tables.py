"""Tables of assays as laboratories and instruments write them, from text and from workbooks: the layout is found out.

Canonical long tables go on to the readers of CSV and spreadsheets; so does whatever is not recognised, and gets their
error. `docs/formats.md` shows the layouts.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from typing import Final

from didymium.errors import InputError
from didymium.intake.assays import columns as assay_columns
from didymium.intake.assays import grid as assay_grid
from didymium.intake.assays import long as assay_long
from didymium.intake.assays import rows as assay_rows
from didymium.intake.assays.cells import finish
from didymium.intake.assays.grid import Grid
from didymium.intake.assays.layout import Layout, find
from didymium.intake.formats import csv_, spreadsheet
from didymium.intake.rejects import RejectLog
from didymium.intake.source import Format, Job, Source


def open_text(job: Job) -> Source:
    """Delimited text. Raises InputError, HostileInputError, MappingError."""
    return _open(job, assay_grid.of_text, csv_.open_)


def open_workbook(job: Job) -> Source:
    """XLSX or ODS: the first sheet with assays, or the one the mapping names."""
    return _open(job, assay_grid.of_workbook, spreadsheet.open_)


def layout_of(job: Job, grids: Callable[[Job], Iterator[Grid]]) -> Layout | None:
    """The first layout of assays in a file; None = none."""
    return next((layout for grid in grids(job) if (layout := find(grid, job))), None)


def _open(job: Job, grids: Callable[[Job], Iterator[Grid]], plain_table: Callable[[Job], Source]) -> Source:
    layout = layout_of(job, grids)
    if layout is None or layout.kind == "canonical":
        return plain_table(job)
    frame, source = assay_grid.whole(job, layout.grid, layout.head)
    source.refused = RejectLog(job.work, job.name, source.refused)
    if layout.kind == "columns":
        rows, constants, said = assay_columns.to_rows(frame, layout, job.mapping)
        source.constants = constants
    elif layout.kind == "rows":
        rows, said = assay_rows.to_rows(frame, layout, job.mapping, source.refused)
    else:
        rows, said = assay_long.to_rows(frame, job.mapping)
    if rows.is_empty():
        raise InputError(
            "a head of an assay table with no figures below it.", file=job.name, row=layout.head.line,
            fix="Check the export.",
        )  # fmt: skip
    return finish(rows, source, job, said)


TEXT_FORMAT: Final = Format("csv", "CSV or other delimited text", "assays", csv_.sniff, open_text)
BOOK_FORMAT: Final = Format("spreadsheet", "XLSX or ODS", "assays", spreadsheet.sniff, open_workbook)
