"""Screening on a Ray cluster of two nodes: the same files as on this machine, byte for byte. Skipped where Ray is missing."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from benchmarks.generate import write
from didymium.screening.run import screen
from tests.clusters import two_nodes

ray: Any = pytest.importorskip("ray", reason='the extra "cluster" (Ray) is not installed')

LINES = 6_000


@pytest.fixture(scope="module")
def address() -> Iterator[str]:
    with two_nodes() as found:
        yield found


def test_two_nodes_give_the_same_bytes(address: str, tmp_path: Path) -> None:
    file = tmp_path / "declarations.parquet"
    write(file, LINES, seed=3, parties=500)
    here = screen([file], out=tmp_path / "here", batch_rows=LINES).files
    there = screen([file], out=tmp_path / "there", batch_rows=700, engine="ray", address=address).files
    assert sum(node["Alive"] for node in ray.nodes()) == 2
    assert set(here) == set(there)
    for name, path in here.items():
        assert path.read_bytes() == there[name].read_bytes(), name
