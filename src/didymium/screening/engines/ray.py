"""A Ray cluster: the same two batch functions in Ray Data, the profile merged on the driver in between.

Batches travel as Arrow bytes, one row per batch, so a block is never split between two calls and the result cannot
depend on how Ray schedules. Needs the extra `[cluster]`.
"""

from __future__ import annotations

import io
from collections.abc import Iterator, Sequence
from typing import Any

import polars as pl

from didymium.errors import UsageError
from didymium.screening.attach import Profile, close
from didymium.screening.batch import first, second
from didymium.screening.engines import Progress, Scored, Source
from didymium.screening.profile import KEYS, Counter
from didymium.screening.top import Best


def _pack(frame: pl.DataFrame) -> bytes:
    buffer = io.BytesIO()
    frame.write_ipc(buffer, compression="lz4")
    return buffer.getvalue()


def _unpack(data: bytes) -> pl.DataFrame:
    return pl.read_ipc(io.BytesIO(data))


def _first(row: dict[str, Any]) -> dict[str, Any]:
    """One batch of canonical declarations -> its compact rows and its counts, packed."""
    compact, counts = first(_unpack(row["rows"]))
    return {"compact": _pack(compact)} | {f"count_{name}": _pack(counts[name]) for name in KEYS}


class _Second:
    """Scores one packed compact batch; the profile comes once per worker."""

    def __init__(self, profile: Profile, prior: float, limit: int) -> None:
        self.profile, self.prior, self.limit = profile, prior, limit

    def __call__(self, row: dict[str, Any]) -> dict[str, Any]:
        return {"scored": _pack(second(_unpack(row["compact"]), self.profile, self.prior))}


def _packed_batches(sources: Sequence[Source], batch_rows: int) -> Iterator[dict[str, Any]]:
    for file_no, source in enumerate(sources):
        for rows in source.batches(batch_rows):
            yield {"rows": _pack(rows.with_columns(file_no=pl.lit(file_no, dtype=pl.Int32)))}


def run(
    sources: Sequence[Source],
    *,
    prior: float,
    limit: int,
    batch_rows: int,
    progress: Progress,
    address: str | None = None,
) -> Scored:
    """Screen all sources on a Ray cluster; without an address Ray starts one on this machine."""
    try:
        import ray
    except ImportError as error:
        raise UsageError(
            "the engine ray is not installed.", fix="Install didymium with the extra [cluster]."
        ) from error
    if not ray.is_initialized():
        ray.init(address=address, log_to_driver=False, include_dashboard=False, configure_logging=False)
    ray.data.DataContext.get_current().enable_progress_bars = False
    counter = Counter()
    blocks = ray.data.from_items(list(_packed_batches(sources, batch_rows)))
    halves = blocks.map(_first).materialize()
    for number, row in enumerate(halves.iter_rows(), 1):
        counter.add({name: _unpack(row[f"count_{name}"]) for name in KEYS})
        progress("reading and enriching", number, None)
    tables = counter.tables()
    profile = close(tables)
    best = Best(limit)
    scored = halves.map(_Second, fn_constructor_args=(profile, prior, limit), concurrency=(1, 64))
    for row in scored.iter_rows():
        best.add(_unpack(row["scored"]))
        progress("weighing", best.lines, None)
    return Scored(best.result(), best.lines, best.expected_false, profile, tables["price"])
