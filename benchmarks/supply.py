"""`make bench-supply`: GeoPolRisk for every country-year, after load and from a cold process, beside geopolrisk-py; and a
scenario in one model beside building each month anew in scipy (benchmarks/rebuilt.py).

    python -m benchmarks.supply [--peer-years 2] [--no-peer]

Ours: `didymium supply geopolrisk --csv` as a process of its own (start, imports and reading included), and the function
alone once the tables are in memory. The peer (geopolrisk-py, GPL-3; it is measured, never used) is installed into an
environment of its own under build/ by pip as this machine is configured for; where that fails, the reason is printed and
our figures stand alone. It is asked for a few country-years; its cost for all is its cost per country-year times their number
plus its start. Its working folder (it writes into the home folder) lies under build/, too. Targets are printed beside what
was measured and nothing fails on a time. Figures go to build/bench-supply.json.
"""

from __future__ import annotations

import argparse
import json
import os
import platform
import resource
import shutil
import statistics
import subprocess
import sys
import time
import venv
from pathlib import Path
from typing import Any, Final

from benchmarks import rebuilt

ROOT: Final = Path(__file__).resolve().parent.parent
BUILD: Final = ROOT / "build" / "bench-supply"
PEER: Final = "geopolrisk-py"
COLD: Final = (sys.executable, "-m", "didymium", "supply", "geopolrisk", "--csv")
WARM: Final = """
import json, sys, time
from didymium.supply.concentration import geopolrisk
rows = geopolrisk()
times = []
for _ in range(20):
    begin = time.perf_counter()
    geopolrisk()
    times.append(time.perf_counter() - begin)
print(json.dumps({"times": times, "rows": rows.height, "pairs": rows.select("country", "year").n_unique()}))
"""
PEER_RUN: Final = """
import json, resource, sys, time
def cpu():
    used = resource.getrusage(resource.RUSAGE_SELF)
    return used.ru_utime + used.ru_stime
begin, used = time.perf_counter(), cpu()
from geopolrisk.assessment.main import gprs_calc
start = (time.perf_counter() - begin, cpu() - used)
each = []
for country in ["Germany", "Japan", "United States of America", "Republic of Korea"][: int(sys.argv[1])]:
    begin, used = time.perf_counter(), cpu()
    gprs_calc([2022], [country], ["Rare earth"])
    each.append((time.perf_counter() - begin, cpu() - used))
print("RESULT" + json.dumps({"start": start, "each": each}))
"""


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument(
        "--peer-years", type=int, default=2, choices=range(1, 5), help="country-years asked of the peer"
    )
    parser.add_argument("--no-peer", action="store_true")
    arguments = parser.parse_args()
    BUILD.mkdir(parents=True, exist_ok=True)
    figures: dict[str, Any] = {"python": platform.python_version(), "cores": os.cpu_count()} | ours()
    what = f"all {figures['country_years']} country-years ({figures['rows']} rows with vintages)"
    print(f"{what}, after load: {figures['warm_s'] * 1000:.0f} ms (target < 100)")
    print(
        f"the same from a cold process: {figures['cold_s']:.2f} s wall, {figures['cold_cpu_s']:.2f} CPU-s (target < 2)"
    )
    if not arguments.no_peer:
        figures |= peer(arguments.peer_years, figures)
        figures |= rebuilt.main(python=environment(), folder=BUILD)
    (ROOT / "build" / "bench-supply.json").write_text(json.dumps(figures, indent=1) + "\n")


def ours() -> dict[str, Any]:
    done = subprocess.run([sys.executable, "-c", WARM], capture_output=True, text=True, check=True, cwd=ROOT)
    warm = json.loads(done.stdout)
    walls, cpus = [], []
    for _ in range(5):
        before, begin = resource.getrusage(resource.RUSAGE_CHILDREN), time.perf_counter()
        subprocess.run(COLD, stdout=subprocess.DEVNULL, check=True, cwd=ROOT)
        after = resource.getrusage(resource.RUSAGE_CHILDREN)
        walls.append(time.perf_counter() - begin)
        cpus.append(after.ru_utime - before.ru_utime + after.ru_stime - before.ru_stime)
    return {
        "rows": warm["rows"],
        "country_years": warm["pairs"],
        "warm_s": statistics.median(warm["times"]),
        "cold_s": statistics.median(walls),
        "cold_cpu_s": statistics.median(cpus),
    }


def peer(count: int, figures: dict[str, Any]) -> dict[str, Any]:
    """The peer's cost, or why there is none."""
    python = environment()
    if python is None:
        return {"peer": "not installable here"}
    home = BUILD / "home"
    shutil.rmtree(home, ignore_errors=True)
    home.mkdir()
    command = [str(python), "-c", PEER_RUN, str(count)]
    done = subprocess.run(
        command, capture_output=True, text=True, check=False, cwd=home, env={**os.environ, "HOME": str(home)}
    )
    if "RESULT" not in done.stdout:
        print(f"{PEER} ran, but without a result: {(done.stderr.strip().splitlines() or ['nothing said'])[-1]}")
        return {"peer": "no result"}
    found = json.loads(done.stdout.rpartition("RESULT")[2])
    each = statistics.mean(cpu for _, cpu in found["each"])
    whole = found["start"][1] + each * figures["country_years"]
    ratio = whole / figures["cold_cpu_s"]
    print(f"{PEER}: start {found['start'][1]:.1f} CPU-s, {each:.1f} CPU-s per country-year ({count} measured)")
    print(
        f"all country-years: {PEER} about {whole:,.0f} CPU-s (scaled up), ours {figures['cold_cpu_s']:.2f}: 1/{ratio:,.0f}"
    )
    print(
        f"one country-year, start included: {(found['start'][1] + each) / figures['cold_cpu_s']:,.0f} times ours for all"
    )
    return {"peer_start_cpu_s": found["start"][1], "peer_each_cpu_s": each, "peer_all_cpu_s": whole, "ratio": ratio}


def environment() -> Path | None:
    """Python of an environment that holds the peer; None, with the reason printed, where it cannot be made."""
    folder = BUILD / "venv"
    python = folder / "bin" / "python"
    if not (folder / "complete").exists():
        shutil.rmtree(folder, ignore_errors=True)
        venv.create(folder, with_pip=True)
        done = subprocess.run(
            [str(python), "-m", "pip", "install", "--quiet", PEER, "scipy"], capture_output=True, text=True, check=False
        )
        if done.returncode != 0:
            print(f"{PEER} cannot be installed here: {(done.stderr.strip().splitlines() or ['nothing said'])[-1]}")
            return None
        (folder / "complete").touch()
    return python


if __name__ == "__main__":
    main()
