"""XLSX and ODS, read as text through fastexcel after the archive was measured: a zip bomb is never unpacked."""

from __future__ import annotations

import struct
import zipfile
import zlib
from pathlib import Path
from typing import Any, Final

import polars as pl

from didymium.errors import HostileInputError, InputError
from didymium.intake.formats.csv_ import header_row, unique_names
from didymium.intake.resolve import listed
from didymium.intake.source import ROW, Format, Job, Source

_PIECE: Final = 1 << 18
_LOOK: Final = 200


def open_(job: Job) -> Source:
    """One sheet: the one the mapping names, else the first that holds a table."""
    measure(job)
    import fastexcel

    try:
        book = fastexcel.read_excel(str(job.path))
        name = _sheet(book, job)
        frame = _load(book, name, None)
    except (fastexcel.FastExcelError, pl.exceptions.PolarsError, pl.exceptions.PanicException) as error:
        why = str(error).splitlines()[0][:200]
        raise InputError(f"the workbook cannot be read: {why}.", file=job.name, fix="Save it again as xlsx.") from error
    rows = [["" if cell is None else cell for cell in row] for row in frame.head(_LOOK).iter_rows()]
    top = header_row(rows, job)
    width = max((i for i, cell in enumerate(rows[top]) if cell.strip()), default=0) + 1
    extra = [i for i in range(width, frame.width) if frame[:, i].slice(top + 1).null_count() < frame.height - top - 1]
    kept = [*range(width), *extra]
    names = unique_names([rows[top][i] for i in kept])
    data = frame.with_row_index(ROW, offset=1).slice(top + 1)
    data = data.select(ROW, *[pl.nth(i + 1).alias(n) for i, n in zip(kept, names, strict=True)])
    data = data.filter(~pl.all_horizontal(pl.exclude(ROW).is_null()))
    if data.is_empty():
        raise InputError(
            f"sheet {name!r} has only a header row ({listed(names)}).", file=job.name, fix="Check the export."
        )
    detected = [
        f"Spreadsheet, sheet {name!r} of {len(book.sheet_names)}.",
        f"Header in row {top + 1}, {len(names)} columns.",
    ]
    return Source(data.lazy(), data.height, detected, text=True, random_access=True)


def _load(book: Any, name: str, rows: int | None) -> pl.DataFrame:
    """A sheet as text; blank cells are null; row 1 of the sheet is row 1 of the frame."""
    sheet = book.load_sheet(name, header_row=None, skip_rows=0, n_rows=rows, dtypes="string")
    frame = pl.DataFrame(sheet)
    return frame.select(pl.all().cast(pl.String).replace("", None))


def _sheet(book: Any, job: Job) -> str:
    names: list[str] = list(book.sheet_names)
    wanted = job.mapping.table.sheet
    if wanted:
        if wanted not in names:
            raise InputError(
                f"no sheet {wanted!r}; there are {listed(names)}.", file=job.name, fix="Mend [table] sheet."
            )
        return wanted
    for name in names:
        frame = _load(book, name, 50)
        if frame.width > 1 and frame.height > 1:
            return name
    raise InputError(f"no sheet holds a table; there are {listed(names)}.", file=job.name, fix="Check the workbook.")


def measure(job: Job) -> None:
    """Unpack every member piece by piece, counting, keeping nothing. Raises HostileInputError beyond the limits."""
    limits, total = job.limits, 0
    size = job.path.stat().st_size
    try:
        with zipfile.ZipFile(job.path) as archive, job.path.open("rb") as handle:
            members = archive.infolist()
            if len(members) > 10_000 or sum(m.file_size for m in members) > limits.unpacked_bytes:
                _bomb(job, "its directory declares more than allowed")
            for member in members:
                total += _unpacked(handle, member, limits.unpacked_bytes - total)
                if total >= limits.unpacked_bytes:
                    _bomb(job, f"it unpacks to more than {limits.unpacked_bytes} bytes")
                if total > limits.ratio_from_bytes and total > limits.unpack_ratio * size:
                    _bomb(job, f"it unpacks to more than {limits.unpack_ratio} times its size")
    except (zipfile.BadZipFile, zlib.error, struct.error, OSError, NotImplementedError, ValueError) as error:
        raise InputError(f"the workbook is damaged: {error}.", file=job.name, fix="Save it again as xlsx.") from error


def _unpacked(handle: Any, member: zipfile.ZipInfo, most: int) -> int:
    """Real unpacked size of one member, counted up to `most`; what the archive says about it is not believed."""
    handle.seek(member.header_offset)
    header = handle.read(30)
    name_bytes, extra_bytes = struct.unpack("<HH", header[26:30])
    handle.seek(name_bytes + extra_bytes, 1)
    if member.flag_bits & 1:
        raise ValueError("it is encrypted; take the password off")
    if member.compress_type == zipfile.ZIP_STORED:
        return member.compress_size
    if member.compress_type != zipfile.ZIP_DEFLATED:
        raise ValueError(f"compression {member.compress_type} is not used by spreadsheets")
    unpacker, left, total = zlib.decompressobj(-15), member.compress_size, 0
    while left > 0 and total < most and not unpacker.eof:
        piece = handle.read(min(_PIECE, left))
        if not piece:
            break
        left -= len(piece)
        while piece and total < most:
            total += len(unpacker.decompress(piece, _PIECE))
            piece = unpacker.unconsumed_tail
    return total


def _bomb(job: Job, what: str) -> None:
    raise HostileInputError(f"a zip bomb: {what}; nothing was unpacked.", file=job.name, fix="Export the sheet as CSV.")


def sniff(_: Path, head: bytes) -> bool:
    """A zip archive; whether it is a workbook shows when it is opened."""
    return head.startswith(b"PK\x03\x04")


FORMAT = Format("spreadsheet", "XLSX or ODS", "declarations", sniff, open_)
ASSAY_FORMAT = Format("spreadsheet", "XLSX or ODS", "assays", sniff, open_)
