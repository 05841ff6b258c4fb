"""What the tests of intake share: their samples, and a plain table that every rule accepts."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import polars as pl
import pytest

from didymium.intake.read import Intake, read_declarations

HEADER = "declaration_id,item_no,date,direction,hs_code,origin,net_kg,value,currency\n"
GOOD = "D{n},1,2024-03-{d:02},export,284690,NA,{n}.5,100.25,USD\n"


@pytest.fixture(scope="session")
def samples() -> Path:
    return Path(__file__).parent / "samples"


@pytest.fixture
def write(tmp_path: Path) -> Callable[..., Path]:
    """Writes text (UTF-8 unless told) or bytes to a file of the test's folder."""

    def do(content: str | bytes, name: str = "in.csv", encoding: str = "utf-8") -> Path:
        path = tmp_path / name
        path.write_bytes(content if isinstance(content, bytes) else content.encode(encoding))
        return path

    return do


@pytest.fixture
def rows() -> Callable[..., str]:
    """A CSV with a header, n good rows, and further lines as given."""

    def do(n: int = 3, *more: str, header: str = HEADER) -> str:
        return (
            header + "".join(GOOD.format(n=i, d=i % 28 + 1) for i in range(1, n + 1)) + "".join(m + "\n" for m in more)
        )

    return do


@pytest.fixture
def drain() -> Callable[..., tuple[pl.DataFrame, Intake]]:
    """Reads a file to its end; the counts must add up whatever it is."""

    def do(path: Path, mapping: object = None, batch_rows: int = 1000, read: Callable[..., Intake] = read_declarations):
        intake = read(path, mapping)
        batches = list(intake.batches(batch_rows))
        counts = intake.counts
        assert counts.rows_in == counts.accepted + counts.rejected
        assert counts.accepted == sum(b.height for b in batches)
        assert counts.rejected == intake.rejects().height
        assert all(0 < b.height <= batch_rows for b in batches)
        return (pl.concat(batches) if batches else pl.DataFrame()), intake

    return do
