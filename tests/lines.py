"""Canonical declarations from short mappings, and the whole way of a few lines through the checks.

A line may carry `times: n` (n declarations of it), `assays` (a list of analytes: one sample of each declaration) and
`incentive` (goods whose relabelling pays from China to Japan in May 2024, see INCENTIVE_DEFAULTS; one table for all lines of
a case).
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Mapping, Sequence
from typing import Any, Final

import polars as pl

from didymium.checks import CHECKS
from didymium.intake.cells.amounts import derive
from didymium.intake.schema import ASSAYS, DECLARATIONS
from didymium.screening.assays import beside
from didymium.screening.attach import attach_profile, close
from didymium.screening.batch import with_weights
from didymium.screening.enrich import enrich
from didymium.screening.enrich.incentive import with_incentive
from didymium.screening.enrich.lookup import attach
from didymium.screening.enrich.measured import with_measured
from didymium.screening.incentive import beside as would_pay
from didymium.screening.names import add_names
from didymium.screening.profile import Counter, count
from didymium.screening.weigh import weigh

#: What a line has when a case does not say otherwise.
DEFAULTS: Final[Mapping[str, Any]] = {
    "item_no": 1,
    "date": dt.date(2024, 5, 15),
    "direction": "export",
    "hs_code": "284690",
    "net_kg": 1000.0,
    "value": 10_000.0,
    "currency": "USD",
    "aggregate": False,
    "source_file": "cases.csv",
}
#: What an assay has when a case does not say otherwise.
ASSAY_DEFAULTS: Final[Mapping[str, Any]] = {"unit": "wt%", "method": "ICP-OES", "surface": "powder"}
#: What a row of the table of incentives has when a case does not say otherwise.
INCENTIVE_DEFAULTS: Final[Mapping[str, Any]] = {
    "__month": dt.date(2024, 5, 1), "export_country": "CN", "import_country": "JP", "goods": "oxide Tb",
    "usd_per_kg_reo": 900.0, "market_kg": 5000.0, "fixed_usd": 3000.0, "bans": 0.2,
}  # fmt: skip
_NUMBERS: Final = ("net_kg", "gross_kg", "packages", "volume_m3", "value")

Line = Mapping[str, Any]


def declarations(lines: Sequence[Line]) -> pl.DataFrame:
    """Lines -> canonical declarations; unknown names are refused; `times: n` repeats a line as n declarations."""
    rows: list[dict[str, Any]] = []
    for line in lines:
        unknown = set(line) - set(DECLARATIONS) - {"times", "assays", "incentive"}
        assert not unknown, f"no such column: {unknown}"
        for _ in range(int(line.get("times", 1))):
            row = {name: line.get(name, DEFAULTS.get(name)) for name in DECLARATIONS}
            row["declaration_id"] = line.get("declaration_id", f"D{len(rows) + 1:05d}")
            row["source_row"] = len(rows) + 2
            row["hs_code"] = str(row["hs_code"]).replace(".", "")
            for number in _NUMBERS:
                row[number] = None if row[number] is None else float(row[number])
            rows.append(row)
    return pl.DataFrame(rows, schema=DECLARATIONS, orient="row")


def assays(lines: Sequence[Line]) -> pl.DataFrame:
    """The samples of lines -> canonical assays, one sample for each declaration that has any."""
    rows: list[dict[str, Any]] = []
    number = 0
    for line in lines:
        for _ in range(int(line.get("times", 1))):
            number += 1
            identity = {
                "declaration_id": line.get("declaration_id", f"D{number:05d}"),
                "item_no": 1,
                "sample_id": f"S{number}",
            }
            rows += [
                {**dict.fromkeys(ASSAYS), **ASSAY_DEFAULTS, **assay, **identity} for assay in line.get("assays", [])
            ]
    frame, unknown, over = derive(pl.DataFrame(rows, schema=ASSAYS, orient="row"), ".")
    assert not (unknown | over).any(), "no such assay value"
    return frame


def judged(lines: Sequence[Line], prior: float = 0.02) -> list[dict[str, Any]]:
    """Wide rows with names, weights, question sums and probability, in the order of the lines."""
    return judged_files([lines], prior)[0]


def judged_files(files: Sequence[Sequence[Line]], prior: float = 0.02) -> list[list[dict[str, Any]]]:
    """`judged` of many small files, each with a profile of its own; enriched together, which changes nothing but time."""
    frames = [_with_incentive(_with_assays(lines), lines) for lines in files]
    wide = enrich(pl.concat(frames).with_columns(file_no=pl.lit(0, dtype=pl.Int32)))
    attached, start = [], 0
    for frame in frames:
        attached.append(_with_profile(wide.slice(start, frame.height)))
        start += frame.height
    rows = weigh(add_names(with_weights(pl.concat(attached), CHECKS)), prior).to_dicts()
    out = []
    for frame in frames:
        out.append(rows[: frame.height])
        rows = rows[frame.height :]
    return out


def _with_incentive(rows: pl.DataFrame, lines: Sequence[Line]) -> pl.DataFrame:
    told = [{**INCENTIVE_DEFAULTS, **lane} for line in lines for lane in line.get("incentive", [])]
    return with_incentive(would_pay(rows, pl.DataFrame(told)) if told else rows)


def _with_assays(lines: Sequence[Line]) -> pl.DataFrame:
    rows, samples = declarations(lines), assays(lines)
    keys = ["declaration_id", "item_no"]
    return (
        attach(rows, beside(samples, rows.join(samples, on=keys, how="semi")), on=keys)
        if samples.height
        else with_measured(rows)
    )


def _with_profile(wide: pl.DataFrame) -> pl.DataFrame:
    counter = Counter()
    counter.add(count(wide))
    return attach_profile(wide, close(counter.tables()))
