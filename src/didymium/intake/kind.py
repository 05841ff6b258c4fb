"""Which canonical table a file holds, where the user does not say."""

from __future__ import annotations

from pathlib import Path
from typing import Final

from didymium.errors import HostileInputError, InputError
from didymium.intake.assays import grid as assay_grid
from didymium.intake.assays import tables as assay_tables
from didymium.intake.assays import vanta as xrf_vanta
from didymium.intake.formats import csv_, parquet, spreadsheet
from didymium.intake.limits import DEFAULT, Limits
from didymium.intake.mapping import Mapping, load
from didymium.intake.recognise import FORMATS
from didymium.intake.resolve import plain
from didymium.intake.source import Job, Table
from didymium.intake.workspace import Workspace

_HEAD_BYTES: Final = 65_536
_FREE: Final = {"csv", "spreadsheet", "parquet"}  # formats that may hold either table
#: Columns that only declarations have.
_DECLARED: Final = {"hs_code", "net_kg", "direction"}


def table_of(path: Path, mapping: Mapping | Path | None = None, *, limits: Limits = DEFAULT) -> Table:
    """`assays` where a layout of assays is found and no column of a declaration, else `declarations`.

    Raises HostileInputError, and MappingError for a mapping that is none; every other fault of the file is left to its
    reader, which says it with the fix.
    """
    job = Job(path, load(mapping), limits, Workspace())
    try:
        with path.open("rb") as handle:
            head = handle.read(_HEAD_BYTES)
    except OSError:
        return "declarations"
    mine = [f for f in FORMATS if f.table == "declarations" and f.name not in _FREE]
    if not head or any(format_.sniff(path, head) for format_ in mine):
        return "declarations"
    if xrf_vanta.sniff(path, head) or {"analyte", "value"} <= {*job.mapping.columns, *job.mapping.constants}:
        return "assays"
    try:
        return "assays" if _is_assays(job, head) else "declarations"
    except HostileInputError:
        raise
    except InputError:
        return "declarations"


def _is_assays(job: Job, head: bytes) -> bool:
    if parquet.sniff(job.path, head):
        columns = {plain(name) for name in parquet.scan(job)[0].collect_schema().names()}
        return {"analyte", "value"} <= columns and not columns & _DECLARED
    book = spreadsheet.sniff(job.path, head)
    if not book and not csv_.sniff(job.path, head):
        return False
    layout = assay_tables.layout_of(job, assay_grid.of_workbook if book else assay_grid.of_text)
    rows = () if layout is None else (*layout.above, layout.head)
    return bool(rows) and not any(_DECLARED & {plain(cell) for cell in row.cells} for row in rows)
