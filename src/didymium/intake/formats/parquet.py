"""Parquet with canonical types: the fast path. Slices are read one at a time, so memory stays bounded."""

from __future__ import annotations

from pathlib import Path

import polars as pl

from didymium.errors import InputError
from didymium.intake.source import ROW, Format, Job, Source


def scan(job: Job) -> tuple[pl.LazyFrame, int]:
    """The lazy table of a Parquet file and its number of rows. Raises InputError when it is damaged."""
    try:
        frame = pl.scan_parquet(job.path, glob=False, hive_partitioning=False, row_index_name=ROW, row_index_offset=1)
        frame.collect_schema()
        rows = int(frame.select(pl.len()).collect().item())
    except (pl.exceptions.PolarsError, pl.exceptions.PanicException, OSError) as error:
        raise InputError(
            f"the Parquet file is damaged: {str(error).splitlines()[0][:200]}.", file=job.name, fix="Write it again."
        ) from error
    return frame, rows


def open_(job: Job) -> Source:
    """Any Parquet table; rows are numbered from 1."""
    frame, rows = scan(job)
    if not rows:
        raise InputError(
            "the Parquet file has columns but no rows.", file=job.name, fix="Check the export that wrote it."
        )
    if job.mapping.table.sheet or job.mapping.table.delimiter:
        raise InputError(
            "a Parquet file has no sheet and no delimiter.", file=job.name, fix="Take [table] out of the mapping."
        )
    detected = [f"Parquet, {rows} rows, {len(frame.collect_schema()) - 1} columns."]
    return Source(frame, rows, detected, text=False, random_access=True)


def sniff(_: Path, head: bytes) -> bool:
    """Magic bytes PAR1."""
    return head.startswith(b"PAR1")


FORMAT = Format("parquet", "Parquet", "declarations", sniff, open_)
ASSAY_FORMAT = Format("parquet", "Parquet", "assays", sniff, open_)
