"""A scenario solved month by month in one HiGHS model, beside building and solving each month anew in scipy's linprog.

    python -m benchmarks.rebuilt [SCENARIO]       (part of `make bench-supply`)

Both get the same months: bounds, costs and right-hand sides are written down while the product runs, then scipy (in an
environment of its own, with its own HiGHS) makes each month's matrix and solves it. Printed: CPU of both, their ratio, and the
largest relative difference of the optima.
"""

from __future__ import annotations

import json
import subprocess
import sys
import time
from pathlib import Path
from typing import Any, Final

import numpy as np

from didymium.supply.running import prepare
from didymium.supply.solve import lp

#: Reads months from an .npz, solves each by linprog, prints seconds of CPU and optima.
PEER: Final = """
import json, sys, time
import numpy as np
from scipy.optimize import linprog
from scipy.sparse import coo_array, vstack
d = np.load(sys.argv[1])
entries, shape, optima = d["entries"], tuple(d["shape"]), []
linprog([1.0], bounds=[(0, 1)], method="highs")
begin = time.process_time()
for upper, cost, low, high in zip(d["upper"], d["cost"], d["low"], d["high"]):
    a = coo_array((entries[:, 2], (entries[:, 1].astype(int), entries[:, 0].astype(int))), shape=shape).tocsr()
    at_least, at_most = np.isfinite(low), np.isfinite(high)
    found = linprog(
        cost, A_ub=vstack([-a[at_least], a[at_most]]), b_ub=np.r_[-low[at_least], high[at_most]],
        bounds=np.c_[np.zeros(len(upper)), upper], method="highs",
    )
    optima.append(found.fun if found.status == 0 else None)
print("RESULT" + json.dumps({"cpu_s": time.process_time() - begin, "optima": optima}))
"""
_HUGE: Final = 1e20


class _Noted(lp.Programme):
    """Writes down what each month is given; the time that takes is left out of the measurement."""

    months: list[tuple[Any, ...]]

    def set_month(self, upper: Any, cost: Any, row_lower: Any, row_upper: Any) -> None:
        self.__dict__.setdefault("months", []).append(
            tuple(values.copy() for values in (upper, cost, row_lower, row_upper))
        )
        super().set_month(upper, cost, row_lower, row_upper)


def months_of(scenario: str) -> tuple[lp.Programme, list[tuple[Any, ...]], list[float]]:
    """The programme, what each month was given (without control, then with it), and the optima [kUSD]."""
    ready = prepare(scenario)
    programme = ready.roller.programme
    programme.__class__ = _Noted
    controlled, free = ready.paths()
    noted: list[tuple[Any, ...]] = programme.__dict__["months"]
    return programme, noted, [month.welfare for path in (free, controlled) for month in path.months]


def main(
    scenario: str = "april_2025", python: Path | None = None, folder: Path = Path("build/bench-supply")
) -> dict[str, Any]:
    """Figures of both ways; python: one that has scipy (None: this one)."""
    programme, noted, optima = months_of(scenario)
    ready = prepare(scenario)
    begin = time.process_time()
    ready.paths()
    ours = time.process_time() - begin
    folder.mkdir(parents=True, exist_ok=True)
    upper, cost, low, high = (np.array([month[i] for month in noted]) for i in range(4))
    low, high = (
        np.where(np.abs(rows) >= _HUGE, np.copysign(np.inf, rows), rows / programme.unit) for rows in (low, high)
    )
    shape = np.array([programme.rows, programme.columns])
    np.savez(
        folder / "months.npz",
        entries=programme.entries(),
        shape=shape,
        upper=upper / programme.unit,
        cost=cost,
        low=low,
        high=high,
    )
    done = subprocess.run(
        [str(python or sys.executable), "-c", PEER, str(folder / "months.npz")],
        capture_output=True,
        text=True,
        check=False,
    )
    if "RESULT" not in done.stdout:
        print(f"scipy gave no result: {(done.stderr.strip().splitlines() or ['nothing said'])[-1]}")
        return {"rebuilt": "no result"}
    found = json.loads(done.stdout.rpartition("RESULT")[2])
    theirs = np.array(found["optima"], np.float64) * -programme.unit
    off = float(np.max(np.abs(theirs - np.array(optima)) / np.abs(optima)))
    ratio = found["cpu_s"] / ours
    print(
        f"{scenario}, {len(noted)} months: one model {ours:.2f} CPU-s; built anew each month in scipy {found['cpu_s']:.2f}: "
        f"{ratio:.1f} times; optima differ by {off:.1e} at most"
    )
    return {"one_model_cpu_s": ours, "rebuilt_cpu_s": found["cpu_s"], "rebuilt_ratio": ratio, "optima_off": off}


if __name__ == "__main__":
    main(sys.argv[1] if len(sys.argv) > 1 else "april_2025")
