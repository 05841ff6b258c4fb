"""A run on disk: every table as Parquet with units in the names of columns, and the report."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Final

from didymium.errors import UsageError
from didymium.supply.network.model import Network
from didymium.supply.report.render import render
from didymium.supply.running import Result

if TYPE_CHECKING:
    from didymium.supply.sweep import Sweep

#: Tables of a result, in the order they are written.
TABLES: Final = (
    "prices", "shortages", "stocks", "stock_outs", "firms", "flows", "wedges", "activities", "discards",
)  # fmt: skip
REPORT: Final = "report.html"


def write(result: Result, network: Network, out: Path, sweep: Sweep | None = None) -> list[Path]:
    """Write report.html and one Parquet file per table into folder `out`, made if need be; give their paths.

    Errors: UsageError where `out` is no folder or cannot be written, or where the sweep is one of another scenario.
    """
    text = render(result, network, sweep)
    paths = [out / REPORT]
    try:
        out.mkdir(parents=True, exist_ok=True)
        paths[0].write_text(text, encoding="utf-8", newline="")
        for name in TABLES:
            paths.append(out / f"{name}.parquet")
            getattr(result, name).write_parquet(paths[-1])
    except OSError as error:
        raise UsageError(
            f"the folder cannot be written: {error.strerror or error}.",
            file=str(out),
            fix="Name another folder with --out.",
        ) from error
    return paths
