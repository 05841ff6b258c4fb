"""One machine: batches one after another, compact rows spilled to a temporary folder between the two passes."""

from __future__ import annotations

import tempfile
from collections.abc import Sequence
from pathlib import Path

import polars as pl

from didymium.screening.attach import close
from didymium.screening.batch import first, second
from didymium.screening.engines import Progress, Scored, Source
from didymium.screening.profile import Counter
from didymium.screening.top import Best


def run(sources: Sequence[Source], *, prior: float, limit: int, batch_rows: int, progress: Progress) -> Scored:
    """Screen all sources; memory is bounded by the batch, the profile and `limit`, whatever the number of rows."""
    counter, lines = Counter(), 0
    with tempfile.TemporaryDirectory(prefix="didymium-") as folder:
        spilled: list[Path] = []
        for file_no, source in enumerate(sources):
            for rows in source.batches(batch_rows):
                compact, counts = first(rows.with_columns(file_no=pl.lit(file_no, dtype=pl.Int32)))
                counter.add(counts)
                path = Path(folder) / f"{len(spilled):06d}.arrow"
                compact.write_ipc(path, compression="lz4")
                spilled.append(path)
                lines += rows.height
                progress("reading and enriching", lines, None)
        tables = counter.tables()
        profile, price_counts = close(tables), tables["price"]
        del counter, tables  # from here on only the closed profile is looked things up in
        best = Best(limit)
        for path in spilled:
            best.add(second(pl.read_ipc(path), profile, prior))
            path.unlink()
            progress("weighing", best.lines, lines)
        return Scored(best.result(), best.lines, best.expected_false, profile, price_counts)
