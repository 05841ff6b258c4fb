"""Lists that hold more than a whole."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Final

from didymium.composition.text.lexis.figures import Refusal
from didymium.composition.text.meaning.balance import block_of, inside
from didymium.composition.text.meaning.rows import PER_CENT, Row

#: A list may exceed 100 % by this much through rounding.
_SLACK: Final = 2.0


def check(rows: Sequence[Row]) -> None:
    """Refusal where the least amounts exceed 100 % by more than rounding; a total and its own parts are counted once."""
    block = block_of(rows)
    plain = 0.0
    for row in rows:
        if row.kind != "named" and row.low is not None:
            plain += row.low * PER_CENT.get(row.unit or "wt%", 1.0)
    if block is None and plain <= 100 + _SLACK:
        return
    counted = [r for r in rows if r.kind != "named" and r.low]
    for of in ("TREO", "TREM"):
        _sum([r for r in counted if r.of == of], 0.0)
    whole = [r for r in counted if r.of in (None, "whole")]
    for unit in ("at%", "mol%"):
        _sum([r for r in whole if r.unit == unit], 0.0)
    whole = [r for r in whole if r.unit in PER_CENT]
    if block is None or block.unit not in PER_CENT:
        _sum(whole, 0.0)
        return
    held = [r for r in whole if inside(r, block)]
    parts = sum(_weight(r) for r in held)
    if block.high is not None and block.kind != "floor" and parts > block.high * PER_CENT[block.unit] + _SLACK:
        raise Refusal(
            "sum_exceeds_100",
            f"the parts sum to {parts:g} %, more than their total {block.high:g} {block.unit}",
            block.at,
        )
    _sum([r for r in whole if r is not block and r not in held], max(parts, _weight(block)))


def _weight(row: Row) -> float:
    return (row.low or 0.0) * PER_CENT.get(row.unit or "wt%", 1.0)


def _sum(rows: list[Row], held: float) -> None:
    """held: what is counted already. A substance named twice counts once, with its greater figure, and so does a sum
    beside its own parts (`Pr+Nd 99.5 %, Nd 75 %, Pr 24.5 %`).
    """
    least: dict[str, float] = {}
    for row in rows:
        least[row.substance.name] = max(least.get(row.substance.name, 0.0), _weight(row))
    for row in rows:
        if row.substance.klass == "sum":
            parts = sum(least[e] for e in row.substance.elements if e in least)
            least[row.substance.name] = max(0.0, _weight(row) - parts)
    total = held + sum(least.values())
    if total > 100 + _SLACK:
        raise Refusal(
            "sum_exceeds_100", f"the components sum to {total:g} %; a whole has 100 %", rows[-1].at if rows else 0
        )
