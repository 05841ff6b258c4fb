"""From rows to components and element fractions: limits, balance, sums, products with TREO, moles.

All intervals are multiplied end by end and never renormalised: what a declaration does not say is not made up.
"""

from __future__ import annotations

import math
from collections.abc import Sequence

from msgspec.structs import replace

from didymium.composition.model import Component, Meaning, Reading
from didymium.composition.text.lexis.figures import Refusal
from didymium.composition.text.meaning.balance import balances
from didymium.composition.text.meaning.fractions import fractions
from didymium.composition.text.meaning.rows import PER_CENT, WHOLE, Row
from didymium.composition.text.meaning.sums import check


def settle(rows: Sequence[Row], why: str) -> Reading:
    """Components and element fractions of one draft. Refusal where its figures cannot be."""
    rows = [_limits(r) for r in rows]
    kinds = {r.kind for r in rows}
    if "named" in kinds:
        rows = _names(rows)
    if "balance" in kinds:
        rows = balances(rows)
    check(rows)
    components = tuple([_component(r) for r in rows])
    return Reading(components, fractions(rows), why)


def _limits(row: Row) -> Row:
    if row.kind in ("named", "balance"):
        return row
    unit = row.unit or "wt%"
    whole = WHOLE[unit]
    for value in (row.low, row.high):
        if value is not None and (not math.isfinite(value) or value < 0):
            raise Refusal(
                "impossible_value",
                f"{row.substance.name}: {value:g} {unit} cannot be; a share lies between 0 and 100 %",
                row.at,
            )
    written = row.high if row.kind in ("point", "ceiling") else row.low
    if written is not None and written > whole * (1 + 1e-12):
        raise Refusal("impossible_value", f"{row.substance.name}: {written:g} {unit} is more than the whole", row.at)
    if row.kind == "range" and row.high is not None and row.high > whole + 10 * whole / 100:
        raise Refusal(
            "impossible_value",
            f"{row.substance.name}: a range up to {row.high:g} {unit} is more than the whole",
            row.at,
        )
    if row.kind == "floor" and row.high is None:
        return replace(row, unit=unit, high=whole)
    return row if row.unit is not None else replace(row, unit=unit)


def _names(rows: list[Row]) -> list[Row]:
    """A formula alone is 100 % of the whole; beside other figures it is a heading. A name is a name."""
    figured = [r for r in rows if r.kind != "named"]
    formulas = [r for r in rows if r.kind == "named" and r.substance.formula is not None and not r.substance.by_name]
    alone = len([r for r in rows if r.kind == "named"]) == 1 and all(_slight(r) for r in figured)
    out = []
    for row in rows:
        if row.kind != "named":
            out.append(row)
        elif alone and row in formulas and not row.forced_name and not row.of and not row.substance.formula.is_open:  # type: ignore[union-attr]
            out.append(replace(row, kind="point", low=100.0, high=100.0, unit="wt%"))
        else:
            out.append(replace(row, low=100.0, high=100.0, unit="wt%"))
    return out


def _slight(row: Row) -> bool:
    """A figure that leaves a formula beside it 100 % of the whole: an impurity, an absence."""
    if row.substance.role in ("TREO", "TREM"):
        return False
    if row.kind in ("absent", "trace", "not_detected"):
        return True
    if row.kind == "balance" or row.unit not in PER_CENT or row.high is None:
        return False
    return row.high * PER_CENT[row.unit] <= 1


def _component(row: Row) -> Component:
    meaning: Meaning = "point" if row.kind == "absent" else row.kind  # type: ignore[assignment]
    open_site = row.substance.formula is not None and row.substance.formula.is_open
    if open_site and row.low == 100.0 and row.high == 100.0 and row.kind == "named":
        meaning = "named"
    return Component(
        row.substance.name, row.low, row.high, row.unit or "wt%", row.substance.basis, row.of or "whole", meaning,
        row.half if row.kind == "point" else 0.0,
    )  # fmt: skip
