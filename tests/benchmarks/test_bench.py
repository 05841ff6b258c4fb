"""The measuring itself: what a process takes, and what is said when it fails."""

from __future__ import annotations

import subprocess
import sys

import pytest

from benchmarks import bench


def test_cpu_and_memory_are_those_of_the_child() -> None:
    """Measured from a process as small as `make bench` is: a child of a large one is charged with its parent's memory."""
    code = (
        "import sys; from benchmarks.bench import measure\n"
        "for work in ('pass', 'x = bytearray(300_000_000); sum(i * i for i in range(4_000_000))'):\n"
        "    cost = measure([sys.executable, '-c', work]); print(cost.cpu_s, cost.rss_mb)"
    )
    said = subprocess.run([sys.executable, "-c", code], cwd=bench.ROOT, check=True, capture_output=True, text=True)
    (idle_s, idle_mb), (busy_s, busy_mb) = (map(float, line.split()) for line in said.stdout.splitlines())
    assert busy_s > idle_s + 0.05
    assert idle_mb < 100
    assert 300 < busy_mb < 400


def test_a_failing_command_is_named_by_its_last_words() -> None:
    with pytest.raises(bench.ChildError, match="exit code 3: no such thing"):
        bench.measure([sys.executable, "-c", "import sys; print('no such thing', file=sys.stderr); sys.exit(3)"])


def test_digest_sees_names_and_bytes(tmp_path) -> None:
    (tmp_path / "a").write_bytes(b"1")
    one = bench.digest(tmp_path)
    (tmp_path / "a").write_bytes(b"2")
    two = bench.digest(tmp_path)
    (tmp_path / "a").rename(tmp_path / "b")
    assert len({one, two, bench.digest(tmp_path)}) == 3
