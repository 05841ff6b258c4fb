"""The same sweep on a Ray cluster of two nodes: the same files, byte for byte. Skipped where Ray is not installed."""

from __future__ import annotations

import shutil
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from didymium.cli import supply_sweep
from didymium.errors import UsageError
from didymium.supply.sweep import cluster, folder, sweep
from tests.clusters import two_nodes

ray: Any = pytest.importorskip("ray", reason='the extra "cluster" (Ray) is not installed')

ASKED: dict[str, Any] = {"draws": 12, "seed": 5, "months": 2}


@pytest.fixture(scope="module")
def address() -> Iterator[str]:
    with two_nodes() as found:
        yield found


@pytest.fixture(scope="module")
def local(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return sweep("april_2025", out=tmp_path_factory.mktemp("local") / "a", workers=1, **ASKED).out


def test_two_nodes_give_the_same_bytes(address: str, local: Path, tmp_path: Path) -> None:
    seen: list[tuple[str, int, int | None]] = []
    found = sweep(
        "april_2025", out=tmp_path / "b", engine="ray", address=address, **ASKED,
        report=lambda stage, done, total: seen.append((stage, done, total)),
    )  # fmt: skip
    assert len([node for node in ray.nodes() if node["Alive"]]) == 2
    files = sorted(file.relative_to(local) for file in local.rglob("*") if file.is_file())
    assert files == sorted(file.relative_to(found.out) for file in found.out.rglob("*") if file.is_file())
    assert len(files) > 12 * len(folder.TABLES)
    for file in files:
        assert (found.out / file).read_bytes() == (local / file).read_bytes(), file
    assert seen[0] == ("draws", 0, 12)
    assert ("draws", 12, 12) in seen


def test_a_cluster_goes_on_where_one_machine_broke_off(address: str, local: Path, tmp_path: Path) -> None:
    shutil.copytree(local, tmp_path / "c")
    gone = tmp_path / "c" / "chunks" / "0003"
    shutil.rmtree(gone)
    sweep("april_2025", out=tmp_path / "c", engine="ray", address=address, **ASKED)
    for file in gone.iterdir():
        assert file.read_bytes() == (local / "chunks" / "0003" / file.name).read_bytes()


def test_a_node_with_another_reference_base_is_refused(
    address: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(cluster, "content_hash", lambda: "another")
    with pytest.raises(UsageError, match="another reference base"):
        sweep("april_2025", out=tmp_path / "d", engine="ray", address=address, **ASKED)
    assert not list((tmp_path / "d" / "chunks").glob("*"))


@pytest.mark.parametrize(
    ("asked", "says"), [({"address": "x:1"}, "--engine ray"), ({"engine": "ray", "workers": 2}, "--workers")]
)
def test_options_that_say_nothing_are_refused(tmp_path: Path, asked: dict[str, Any], says: str) -> None:
    with pytest.raises(UsageError, match=says):
        supply_sweep.sweep("april_2025", out=tmp_path / "e", **asked)
