"""The formats didymium reads, tried in this order: particular layouts before general tables.

A new format is one new file that makes a `Format`, and one line here.
"""

from __future__ import annotations

from pathlib import Path
from typing import Final

from didymium.errors import InputError
from didymium.intake.assays import tables as assay_tables
from didymium.intake.assays import vanta as xrf_vanta
from didymium.intake.formats import ams, asycuda, csv_, parquet, spreadsheet, trade_flows, wco
from didymium.intake.source import Format, Table

FORMATS: Final[tuple[Format, ...]] = (
    asycuda.FORMAT,
    wco.FORMAT,
    spreadsheet.FORMAT,
    assay_tables.BOOK_FORMAT,
    *trade_flows.FORMATS,
    ams.FORMAT,
    xrf_vanta.FORMAT,
    parquet.FORMAT,
    csv_.FORMAT,
    assay_tables.TEXT_FORMAT,
    parquet.ASSAY_FORMAT,
)

_HEAD_BYTES: Final = 65_536


def recognise(path: Path, table: Table) -> Format:
    """The format of a file. Raises InputError when there is no file, nothing in it, or no format that fits."""
    if not path.exists():
        raise InputError("there is no such file.", file=str(path), fix="Check the path.")
    if path.is_dir():
        raise InputError("this is a folder, not a file.", file=str(path), fix="Name the files in it.")
    try:
        with path.open("rb") as handle:
            head = handle.read(_HEAD_BYTES)
    except OSError as error:
        raise InputError(f"cannot be opened: {error.strerror}.", file=str(path)) from error
    if not head:
        raise InputError("the file is empty (0 bytes).", file=path.name, fix="Check the export that wrote it.")
    for format_ in FORMATS:
        if format_.table == table and format_.sniff(path, head):
            return format_
    titles = ", ".join(f.title for f in FORMATS if f.table == table)
    raise InputError(f"not a format didymium reads as {table}.", file=path.name, fix=f"It reads {titles}.")
