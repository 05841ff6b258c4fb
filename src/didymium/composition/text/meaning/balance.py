"""The balance of a list, from the figures of the others; a total of rare earths and its parts count once."""

from __future__ import annotations

from collections.abc import Sequence

from msgspec.structs import replace

from didymium.composition.model import Unit
from didymium.composition.text.lexis.figures import Refusal
from didymium.composition.text.meaning.rows import PER_CENT, Row


def balances(rows: list[Row]) -> list[Row]:
    """Rows with the balance worked out: least from the most of the others, most from their least, within 0..100."""
    open_ = [r for r in rows if r.kind == "balance"]
    if not open_:
        return rows
    if len(open_) > 1:
        raise Refusal("unparseable", "two components are called the balance", open_[1].at)
    row = open_[0]
    units = {r.unit for r in rows if r.kind not in ("named", "balance") and r.unit is not None}
    moles = units & {"at%", "mol%"}
    if len(moles) > 1 or (moles and units - moles):
        raise Refusal("unparseable", "a balance in a list that mixes units by mass and by number", row.at)
    unit: Unit = next(iter(moles)) if moles else "wt%"
    others = [r for r in rows if r is not row and _same_sum(r, row, rows)]
    top = 100.0
    if (
        row.substance.rare
        and row.of != "TREO"
        and (block := block_of(rows))
        and block.substance.name != row.substance.name
        and inside(row, block)
    ):
        others = [r for r in others if r is not block]
        lows, highs = block.low or 0.0, block.high if block.high is not None else 100.0
    else:
        lows = highs = top
    low = max(0.0, lows - sum(_in(r.high, r, unit) for r in others))
    high = min(100.0, max(0.0, highs - sum(_in(r.low, r, unit) for r in others)))
    settled = replace(row, low=round(low, 10), high=round(high, 10), unit=unit)
    if units in ({"ppm"}, {"ppb"}):
        own: Unit = units.pop()
        scale = PER_CENT[own]
        settled = replace(settled, unit=own, low=round(low / scale, 6), high=round(high / scale, 6))
    return [settled if r is row else r for r in rows]


def _in(value: float | None, row: Row, unit: Unit) -> float:
    if value is None:
        return 0.0
    return value * PER_CENT[row.unit or "wt%"] if unit == "wt%" else value


def block_of(rows: Sequence[Row]) -> Row | None:
    """The total of rare earths, with a figure."""
    return next((r for r in rows if r.substance.role in ("TREO", "TREM") and r.kind not in ("named", "balance")), None)


def inside(row: Row, block: Row) -> bool:
    """The row is counted in the total: rare-earth oxides in TREO, rare earths in TREM."""
    if row.substance.klass == "others":
        return row.of is not None
    if row is block or not row.substance.rare:
        return False
    if row.substance.role == "part" or row.substance.klass == "sum":
        return True
    if block.substance.role == "TREM":
        return row.substance.basis != "oxide"
    return row.substance.role == "sub"


def _same_sum(row: Row, balance: Row, rows: Sequence[Row]) -> bool:
    """The row counts in the sum that a balance completes; parts of a total are counted once, with it."""
    if row.kind == "named" or (row.of == "TREO") != (balance.of == "TREO"):
        return False
    block = block_of(rows)
    if block is None or balance.of == "TREO":
        return row.substance.role not in ("TREO", "TREM") or block is row
    counted = inside(row, block)
    return counted or row is block if inside(balance, block) else not counted
