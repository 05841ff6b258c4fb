"""`make bench`: CPU, time and memory of a screening, beside a plain read-and-rewrite and the same checks in pandas.

    python -m benchmarks.bench [--rows 5000000] [--wide 20000000] [--pandas-rows 200000] [--only NAME ...]

Every figure comes from a process of its own: CPU = user + system time of all its threads, memory = its peak resident
set. The file is generated once (benchmarks/generate.py) and kept in build/bench/. Targets are printed beside what was
measured; nothing fails on a time. Figures go to build/bench.json as well. This process imports neither Polars nor the
product: a child that starts from a large parent would be charged with the parent's memory.
"""

from __future__ import annotations

import argparse
import hashlib
import json
import os
import platform
import shutil
import statistics
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable, Sequence
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import Any, Final

ROOT: Final = Path(__file__).resolve().parent.parent
BUILD: Final = ROOT / "build" / "bench"
DIDYMIUM: Final = (sys.executable, "-m", "didymium")
#: Twice the same work: whole table in memory, and streamed. The target is set against the first.
FLOOR_PLAIN: Final = "import sys, polars; polars.read_parquet(sys.argv[1]).write_parquet(sys.argv[2])"
FLOOR_LAZY: Final = "import sys, polars; polars.scan_parquet(sys.argv[1]).sink_parquet(sys.argv[2])"
BATCHES: Final = (50_000, 77_777, 300_000)
HELP_RUNS: Final = 9


@dataclass(frozen=True)
class Cost:
    """What one process took. cpu_s: user + system, all threads; rss_mb: peak resident set in 10**6 bytes."""

    cpu_s: float
    wall_s: float
    rss_mb: float


class ChildError(Exception):
    """A measured command failed; the message is its last words."""


def measure(command: Sequence[str | Path]) -> Cost:
    """Run a command to its end in a process of its own."""
    with tempfile.TemporaryFile() as errors:
        start = time.perf_counter()
        child = subprocess.Popen([str(c) for c in command], cwd=ROOT, stdout=subprocess.DEVNULL, stderr=errors)
        _, status, used = os.wait4(child.pid, 0)
        wall = time.perf_counter() - start
        child.returncode = os.waitstatus_to_exitcode(status)
        if child.returncode:
            errors.seek(0)
            said = errors.read().decode(errors="replace").strip().splitlines() or ["no message"]
            raise ChildError(f"exit code {child.returncode}: {said[-1]}")
    unit = 1 if platform.system() == "Darwin" else 1024
    return Cost(used.ru_utime + used.ru_stime, wall, used.ru_maxrss * unit / 1e6)


def data(rows: int) -> Path:
    """The generated file of so many rows, made when it is not there or the generator has changed."""
    mark = hashlib.sha256((ROOT / "benchmarks" / "generate.py").read_bytes()).hexdigest()[:8]
    path = BUILD / f"declarations-{rows}-{mark}.parquet"
    if not path.exists():
        for old in BUILD.glob(f"declarations-{rows}-*.parquet"):
            old.unlink()
        say(f"generating {rows:,} rows")
        cost = measure([sys.executable, "-m", "benchmarks.generate", "--rows", str(rows), "--out", path])
        say(f"  {cost.wall_s:.0f} s, peak {cost.rss_mb:.0f} MB")
    return path


def product() -> str:
    """Hash of the code and the reference data that are measured."""
    out = hashlib.sha256()
    for file in sorted((ROOT / "src").rglob("*")):
        if file.suffix in {".py", ".csv", ".yaml", ".parquet", ".html", ".css", ".js"}:
            out.update(file.read_bytes())
    return out.hexdigest()


def say(text: str) -> None:
    print(text, flush=True)


def floor(path: Path, code: str, scratch: Path) -> Cost:
    return measure([sys.executable, "-c", code, path, scratch / "copy.parquet"])


def screen(path: Path, out: Path, *extra: str) -> Cost:
    return measure([*DIDYMIUM, "screen", path, "--quiet", "--out", out, *extra])


def line(name: str, cost: Cost, beside: str = "") -> None:
    say(f"  {name:<34}{cost.cpu_s:>9.1f}{cost.wall_s:>9.1f}{cost.rss_mb:>10.0f}   {beside}")


def verdict(met: bool) -> str:
    return "met" if met else "NOT met"


# --- the parts, in the order in which they are printed ----------------------------------------------------------------


def against_floor(scratch: Path, asked: argparse.Namespace) -> dict[str, Any]:
    """CPU of a screening over CPU of a plain read-and-rewrite of the same file; memory at the same size."""
    path = data(asked.rows)
    say(f"\n{asked.rows:,} rows x 27 columns, {path.stat().st_size / 1e6:.0f} MB Parquet (zstd)")
    say(f"  {'':<34}{'CPU s':>9}{'wall s':>9}{'peak MB':>10}")
    plain, lazy = floor(path, FLOOR_PLAIN, scratch), floor(path, FLOOR_LAZY, scratch)
    line("read_parquet -> write_parquet", plain)
    line("scan_parquet -> sink_parquet", lazy)
    ours = screen(path, scratch / "ours")
    ratio, ratio_lazy = ours.cpu_s / plain.cpu_s, ours.cpu_s / lazy.cpu_s
    line("didymium screen", ours, f"{ours.cpu_s / asked.rows * 1e6:.2f} CPU-µs a row")
    say(f"  CPU: {ratio:.2f} x read-and-rewrite ({ratio_lazy:.2f} x streamed); target <= 2: {verdict(ratio <= 2)}")
    say(f"  peak memory: {ours.rss_mb:.0f} MB; target <= 1500 MB: {verdict(ours.rss_mb <= 1500)}")
    return {
        "rows": asked.rows, "plain": asdict(plain), "lazy": asdict(lazy), "ours": asdict(ours),
        "cpu_over_plain": ratio, "cpu_over_lazy": ratio_lazy,
    }  # fmt: skip


def against_pandas(scratch: Path, asked: argparse.Namespace) -> dict[str, Any]:
    """CPU of the same checks in pandas. Measured at two smaller sizes: their difference is the cost of a row, which is
    multiplied up, so that what pandas pays once (imports, reference tables) is not."""
    half, full = data(asked.pandas_rows // 2), data(asked.pandas_rows)
    say(f"\nthe same checks in pandas, {asked.pandas_rows // 2:,} and {asked.pandas_rows:,} rows")
    peer = [
        measure([sys.executable, "-m", "benchmarks.pandas_peer", p, scratch / "peer.parquet"]) for p in (half, full)
    ]
    ours = [screen(p, scratch / "small") for p in (half, full)]
    for name, costs in (("pandas", peer), ("didymium screen", ours)):
        for cost in costs:
            line(name, cost)
    step = asked.pandas_rows - asked.pandas_rows // 2
    per_row = (peer[1].cpu_s - peer[0].cpu_s) / step
    scaled = peer[1].cpu_s + per_row * (asked.rows - asked.pandas_rows)
    return {"pandas": [asdict(c) for c in peer], "ours": [asdict(c) for c in ours], "scaled_cpu_s": scaled}


def at_scale(figures: dict[str, Any]) -> None:
    """The pandas target, which needs both parts above."""
    if "pandas" in figures and "floor" in figures:
        scaled, ours = figures["pandas"]["scaled_cpu_s"], figures["floor"]["ours"]["cpu_s"]
        share = ours / scaled
        say(
            f"\n  CPU at {figures['floor']['rows']:,} rows: {ours:.0f} s against {scaled:.0f} s in pandas (scaled up by rows),"
        )
        say(f"  1/{1 / share:.1f}; target <= 1/4: {verdict(share <= 0.25)}")


def wide(scratch: Path, asked: argparse.Namespace) -> dict[str, Any]:
    """Peak memory at four times the rows."""
    if not asked.wide:
        return {}
    path = data(asked.wide)
    say(f"\n{asked.wide:,} rows x 27 columns, {path.stat().st_size / 1e6:.0f} MB Parquet (zstd)")
    cost = screen(path, scratch / "wide")
    line("didymium screen", cost)
    return {"rows": asked.wide, "ours": asdict(cost)}


def not_growing(figures: dict[str, Any]) -> None:
    """The memory target, which needs two sizes."""
    if figures.get("wide") and "floor" in figures:
        small, large = figures["floor"]["ours"]["rss_mb"], figures["wide"]["ours"]["rss_mb"]
        target = f"not growing (<= 1.1 x): {verdict(large <= 1.1 * small)}"
        say(f"  peak memory {large:.0f} MB against {small:.0f} MB; target: {target}")


def batch_sizes(scratch: Path, asked: argparse.Namespace) -> dict[str, Any]:
    """The same bytes out for any batch size: SHA-256 over every file written."""
    path = data(asked.batch_rows)
    say(f"\nfindings for batch sizes {', '.join(f'{n:,}' for n in BATCHES)} on {asked.batch_rows:,} rows")
    seen = {}
    for size in BATCHES:
        out = scratch / f"batch-{size}"
        screen(path, out, "--batch-rows", str(size))
        seen[size] = digest(out)
        say(f"  {size:>9,}  sha256 {seen[size]}")
    same = len(set(seen.values())) == 1
    say(f"  identical: {'yes' if same else 'NO'}; target: yes")
    return {"sha256": seen, "identical": same}


def digest(folder: Path) -> str:
    """SHA-256 over names and bytes of the files of a folder."""
    out = hashlib.sha256()
    for file in sorted(folder.iterdir()):
        out.update(file.name.encode() + b"\0" + hashlib.sha256(file.read_bytes()).digest())
    return out.hexdigest()


def first_word(_: Path, __: argparse.Namespace) -> dict[str, Any]:
    """What a user waits for: the help, and `make screen` on the second run."""
    say("\nwaiting times")
    walls = [measure([*DIDYMIUM, "--help"]).wall_s for _ in range(HELP_RUNS)]
    median = statistics.median(walls)
    say(
        f"  didymium --help                   {median:.2f} s (median of {HELP_RUNS}); target < 0.5 s: {verdict(median < 0.5)}"
    )
    measure(["make", "-s", "screen"])
    second = measure(["make", "-s", "screen"]).wall_s
    say(f"  make screen, second run           {second:.1f} s; target < 15 s: {verdict(second < 15)}")
    return {"help_s": median, "make_screen_s": second}


PARTS: Final[dict[str, Callable[[Path, argparse.Namespace], dict[str, Any]]]] = {
    "waiting": first_word,
    "batches": batch_sizes,
    "floor": against_floor,
    "pandas": against_pandas,
    "wide": wide,
}


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--rows", type=int, default=5_000_000, help="rows for CPU and memory")
    parser.add_argument("--wide", type=int, default=20_000_000, help="rows for 'memory does not grow'; 0 leaves it out")
    parser.add_argument("--pandas-rows", type=int, default=200_000, help="rows for pandas, and half of them")
    parser.add_argument("--batch-rows", type=int, default=300_000, help="rows for 'any batch size'")
    parser.add_argument("--only", nargs="+", choices=list(PARTS), default=list(PARTS))
    asked = parser.parse_args()
    say(f"{platform.machine()}, {os.cpu_count()} cores, Python {platform.python_version()}, {platform.system()}")
    figures: dict[str, Any] = {}
    failed, before = False, product()
    scratch = Path(tempfile.mkdtemp(prefix="didymium-bench-"))
    try:
        for name in asked.only:
            try:
                figures[name] = PARTS[name](scratch, asked)
            except ChildError as error:
                failed = True
                say(f"  {name}: cannot be measured, {error}")
        at_scale(figures)
        not_growing(figures)
    finally:
        shutil.rmtree(scratch, ignore_errors=True)
    if product() != before:
        failed = True
        say("\nthe product was changed while it was measured: these figures belong to no version of it")
    BUILD.mkdir(parents=True, exist_ok=True)
    (BUILD.parent / "bench.json").write_text(json.dumps(figures, indent=1) + "\n")
    sys.exit(1 if failed else 0)


if __name__ == "__main__":
    main()
