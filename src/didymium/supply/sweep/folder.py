"""The folder of a sweep: what was asked (sweep.json), chunks of draws as they are done, and the summary tables.

sweep.json                  scenario, ranges, seed, version and hash of the reference base
chunks/0007/prices.parquet  and shortages, stock_outs, outcomes, status (draw, failed); a chunk is there whole or not at all
draws.parquet               values drawn, one row per draw, with `failed`
price_bands, shortage_bands, stock_out_bands, outcomes, tornado .parquet
"""

from __future__ import annotations

import fcntl
import io
import os
import shutil
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Final

import msgspec
import polars as pl

from didymium import __version__
from didymium.errors import InputError, UsageError
from didymium.reference import content_hash
from didymium.supply.scenario import Scenario
from didymium.supply.sweep.ranges import Range

TABLES: Final = ("prices", "shortages", "stock_outs")
SUMMARIES: Final = ("draws", "price_bands", "shortage_bands", "stock_out_bands", "outcomes", "tornado")
_MANIFEST: Final = "sweep.json"


@dataclass(slots=True)
class Sweep:
    """Summary tables of a sweep. prices, shortages, stock_outs: bands, see `bands`; outcomes, tornado: see `tornado`.

    draws: values drawn by range, `failed` says why a draw has no result (null = it has one). manifest: what was asked.
    """

    out: Path
    manifest: dict[str, Any]
    draws: pl.DataFrame
    prices: pl.DataFrame
    shortages: pl.DataFrame
    stock_outs: pl.DataFrame
    outcomes: pl.DataFrame
    tornado: pl.DataFrame


def manifest(
    scenario: Scenario, months: int, draws: int, seed: int, ranges: tuple[Range, ...], held: dict[str, float]
) -> dict[str, Any]:
    """All that the result depends on, as plain values."""
    asked = {
        "didymium": __version__,
        "reference": content_hash(),
        "scenario": scenario,
        "months": months,
        "draws": draws,
        "seed": seed,
        "parameters": dict(sorted(held.items())),
        "ranges": ranges,
    }
    return dict(msgspec.to_builtins(asked))


def begin(out: Path, asked: dict[str, Any]) -> None:
    """Make the folder, or go on in one that was asked the same. UsageError naming what differs, or where it holds other files."""
    path = out / _MANIFEST
    if path.exists():
        known = _read_manifest(path)
        other = [key for key in asked if msgspec.json.encode(known.get(key)) != msgspec.json.encode(asked[key])]
        if other:
            raise UsageError(
                f"the folder holds a sweep with another {', '.join(other)}.", file=str(out),
                fix="Choose an empty folder, or ask for the same as then to go on with it.",
            )  # fmt: skip
        return
    if out.exists() and (not out.is_dir() or any(out.iterdir())):
        raise UsageError("there is something else in this place.", file=str(out), fix="Choose an empty folder.")
    out.mkdir(parents=True, exist_ok=True)
    _put(path, msgspec.json.format(msgspec.json.encode(asked)))


def _put(path: Path, data: bytes) -> None:
    part = path.with_name(f"{path.name}.{os.getpid()}.part")
    part.write_bytes(data)
    part.replace(path)


def _read_manifest(path: Path) -> dict[str, Any]:
    try:
        return msgspec.json.decode(path.read_bytes(), type=dict[str, Any])
    except (OSError, msgspec.MsgspecError) as error:
        raise InputError("is not the description of a sweep.", file=str(path), fix="Choose an empty folder.") from error


def manifest_of(out: Path) -> dict[str, Any]:
    """What was asked of the sweep in this folder."""
    return _read_manifest(out / _MANIFEST)


@contextmanager
def alone(out: Path) -> Iterator[None]:
    """Nobody else works in this folder meanwhile; the lock ends with the process. UsageError where somebody does."""
    with (out / "sweep.lock").open("w") as lock:
        try:
            fcntl.flock(lock, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except OSError as error:
            raise UsageError(
                "another process works on this sweep.", file=str(out), fix="Wait for it, or end it."
            ) from error
        yield


def chunk_path(out: Path, chunk: int) -> Path:
    """Folder of a chunk; it exists only when the chunk is complete."""
    return out / "chunks" / f"{chunk:04d}"


def packed(frame: pl.DataFrame) -> bytes:
    """A table of a chunk as the bytes of its Parquet file."""
    buffer = io.BytesIO()
    frame.write_parquet(buffer, compression="zstd", compression_level=1)
    return buffer.getvalue()


def write_chunk(out: Path, chunk: int, files: dict[str, bytes]) -> None:
    """All tables (`packed`) of a chunk at once: written beside, then renamed, so that a broken run leaves no half chunk."""
    goal = chunk_path(out, chunk)
    part = goal.with_name(f"{goal.name}.{os.getpid()}.part")
    shutil.rmtree(part, ignore_errors=True)
    part.mkdir(parents=True)
    for name, data in files.items():
        (part / f"{name}.parquet").write_bytes(data)
    if goal.exists():  # another process was faster, with the same figures
        shutil.rmtree(part)
        return
    part.rename(goal)


def tidy(out: Path) -> None:
    """Remove what a broken run left behind."""
    for part in (out / "chunks").glob("*.part"):
        shutil.rmtree(part, ignore_errors=True)


def scan(out: Path, table: str) -> pl.LazyFrame:
    """A table over all chunks that have it, lazily. UsageError where no draw gave a result."""
    files = sorted(out.glob(f"chunks/[0-9]*[0-9]/{table}.parquet"))
    if not files:
        raise UsageError("no draw gave a result.", file=str(out), fix="Read `failed` in chunks/*/status.parquet.")
    return pl.scan_parquet(files)


def write_summaries(out: Path, found: Sweep) -> None:
    """The summary tables as Parquet, units in the names of columns."""
    for name, frame in zip(SUMMARIES, _frames(found), strict=True):
        part = out / f"{name}.{os.getpid()}.part"
        frame.write_parquet(part)
        part.replace(out / f"{name}.parquet")


def _frames(found: Sweep) -> tuple[pl.DataFrame, ...]:
    return found.draws, found.prices, found.shortages, found.stock_outs, found.outcomes, found.tornado


def read(out: Path | str) -> Sweep:
    """A finished sweep. UsageError where the folder holds none, or one that is not finished."""
    out = Path(out)
    if not (out / _MANIFEST).exists():
        raise UsageError(
            "there is no sweep in this folder.", file=str(out), fix="Check the path (it holds sweep.json)."
        )
    asked = _read_manifest(out / _MANIFEST)
    try:
        frames = [pl.read_parquet(out / f"{name}.parquet") for name in SUMMARIES]
    except FileNotFoundError as error:
        raise UsageError("the sweep is not finished.", file=str(out), fix="Run it again: it goes on.") from error
    except (OSError, pl.exceptions.PolarsError) as error:
        raise InputError(
            f"a summary table cannot be read: {error}.", file=str(out), fix="Run the sweep again."
        ) from error
    return Sweep(out, asked, *frames)
