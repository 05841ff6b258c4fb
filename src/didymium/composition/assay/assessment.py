"""One declaration and its assay in plain Python: a thin door to `compare`."""

from __future__ import annotations

import datetime as dt
from collections.abc import Mapping, Sequence
from typing import Any, Literal

import msgspec
import polars as pl

from didymium.composition.assay.comparison import compare
from didymium.errors import InputError
from didymium.intake.cells import amounts as intake_assays

Verdict = Literal["consistent", "inconsistent", "inconclusive"]
#: More than any unit needs; a slip of the unit (350 wt% for ppm) is for the comparison to find.
_MOST = 1e9
_TEXT = ("analyte", "unit", "basis", "method", "surface", "sample_id", "remark")


class Assessment(msgspec.Struct, frozen=True):
    """verdict, the elements that decide it, one sentence why, and the next most informative measurement.

    could_be: what the measured contents would fit instead; null = nothing known. weights_bans: question -> bans.
    rows: the element frame as mappings (see Comparison.elements).
    """

    verdict: Verdict
    elements: tuple[str, ...]
    reason: str
    next_measurement: str
    could_be: str | None
    weights_bans: dict[str, float]
    rows: tuple[dict[str, Any], ...]


def assess(declaration: Mapping[str, Any], assay: Sequence[Mapping[str, Any]]) -> Assessment:
    """declaration: composition, description, grade, hs_code, label_text, date (all optional). assay: rows with analyte,
    value (number, `<0.05`, `trace`, `n.d.`), unit, and optionally basis, uncertainty (1 sigma) and lod in that unit,
    method, surface, sample_id, remark.

    Errors: InputError where a row lacks analyte, value or unit, or a value is nothing known.
    """
    if not assay:
        raise InputError("the assay has no rows; at least one with analyte, value and unit is needed.")
    frame = _rows(assay)
    day = declaration.get("date")
    papers = {
        name: _text(declaration.get(name)) for name in ("composition", "description", "grade", "hs_code", "label_text")
    }
    declared = pl.DataFrame(
        {"declaration_id": ["1"], "item_no": [1], "date": [dt.date.fromisoformat(day) if isinstance(day, str) else day]}
        | {name: [value] for name, value in papers.items()},
        schema={"declaration_id": pl.String, "item_no": pl.Int32, "date": pl.Date} | dict.fromkeys(papers, pl.String),
    )
    found = compare(frame, declared)
    if found.consignments.is_empty():
        raise InputError(
            "no row of the assay names an analyte that is known.",
            column="analyte",
            fix="Write `Nd`, `Nd2O3` or `TREO`.",
        )
    row = found.consignments.row(0, named=True)
    weights = {name: value for name, value in row.items() if name.endswith("_bans") and value is not None}
    return Assessment(
        row["verdict"], tuple(row["elements"]), row["reason"], row["next_measurement"], row["could_be"], weights,
        tuple(found.elements.drop("declaration_id", "item_no").iter_rows(named=True)),
    )  # fmt: skip


def _text(value: object) -> str | None:
    return None if value is None or str(value).strip() == "" else str(value)


def _written(value: object) -> str:
    """A value as a laboratory writes it: plain decimals, no powers of ten."""
    return f"{value:.12f}".rstrip("0").rstrip(".") if isinstance(value, float) else str(value)


def _rows(assay: Sequence[Mapping[str, Any]]) -> pl.DataFrame:
    for number, row in enumerate(assay, 1):
        lacking = [name for name in ("analyte", "value", "unit") if row.get(name) in (None, "")]
        if lacking:
            raise InputError(
                f"{lacking[0]} is not stated.", row=number, column=lacking[0], fix="State it, or leave the row out."
            )
    texts = {name: [_text(row.get(name)) for row in assay] for name in _TEXT}
    numbers = {name: [row.get(name) for row in assay] for name in ("uncertainty", "lod")}
    values = {
        "value": [_written(row["value"]) for row in assay],
        "declaration_id": ["1"] * len(assay),
        "item_no": [1] * len(assay),
    }
    schema = (
        dict.fromkeys(texts, pl.String)
        | dict.fromkeys(numbers, pl.Float64)
        | {"value": pl.String, "declaration_id": pl.String, "item_no": pl.Int32}
    )
    frame = pl.DataFrame(texts | numbers | values, schema=schema, strict=False)
    frame, unknown, _ = intake_assays.derive(frame, ".")
    if unknown.any():
        at = int(unknown.arg_true()[0])
        raise InputError(
            f"{frame['value'][at]!r} is no value known; allowed are a number, <0.05, <LOD, trace and n.d.",
            row=at + 1,
            column="value",
        )
    for column, least in (("value_number", -100.0), ("uncertainty", 0.0), ("lod", 0.0)):
        wrong = ~(frame[column].is_finite() & frame[column].is_between(least, _MOST)).fill_null(value=True)
        if wrong.any():
            at = int(wrong.arg_true()[0])
            name = column.removesuffix("_number")
            raise InputError(
                f"{assay[at].get(name)!r} is out of range; allowed are figures from 0 to {_MOST:.0e}.",
                row=at + 1,
                column=name,
                fix="Correct it, or write `<0.05`, `trace` or `n.d.`.",
            )
    return frame
