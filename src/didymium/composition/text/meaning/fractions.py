"""Element fractions of the whole, as intervals: products with TREO, sums over compounds, moles to mass."""

from __future__ import annotations

from collections.abc import Sequence
from itertools import product
from typing import Final

from msgspec.structs import replace

from didymium.composition.chemistry import (
    UNLISTED,
    mass_shares,
    molar_mass,
)
from didymium.composition.text.lexis.substances import Substance
from didymium.composition.text.meaning.rows import PER_CENT, Row

Interval = tuple[float, float | None]

_MOST_CORNERS: Final = 12


def fractions(rows: Sequence[Row]) -> dict[str, Interval]:
    """wt% of the whole per element; {} where nothing is determined."""
    counted = [r for r in rows if r.kind != "named" and _yields(r)]
    by_mass = [r for r in counted if r.unit in PER_CENT]
    out: dict[str, Interval] = {}
    if len(by_mass) < len(counted):
        _add(out, _from_moles([r for r in rows if r.unit in ("at%", "mol%") and r.kind != "named"], rows))
    if len({r.substance.name for r in by_mass}) < len(by_mass):
        shares = _merged(by_mass, rows)
    else:
        shares = [(r.substance, share) for r in by_mass if (share := _share(r, rows)) is not None]
    for substance, share in shares:
        _add(out, _elements(substance, share))
    return out


def _merged(counted: list[Row], rows: Sequence[Row]) -> list[tuple[Substance, Interval]]:
    """Substances with what all statements about them leave (of the whole and of TREO: two about one amount)."""
    merged: dict[str, Interval] = {}
    for row in counted:
        share = _share(row, rows)
        if share is not None:
            name = row.substance.name
            merged[name] = share if name not in merged else _meet(merged[name], share)
    by_name = {r.substance.name: r.substance for r in counted}
    return [(by_name[name], share) for name, share in merged.items()]


def _yields(row: Row) -> bool:
    """The row says something about an element."""
    substance = row.substance
    if row.kind in ("trace", "not_detected") and row.high is None:
        return False
    if substance.klass == "sum":
        return True
    return substance.role == "sub" and substance.formula is not None and not substance.formula.is_open


def _share(row: Row, rows: Sequence[Row]) -> Interval | None:
    """wt% of the whole; None where it hangs on a total that is not stated."""
    scale = PER_CENT[row.unit or "wt%"]
    low, high = (row.low or 0.0) * scale, None if row.high is None else row.high * scale
    if row.of in (None, "whole"):
        return low, high
    if low == high == 0.0:
        return 0.0, 0.0
    total = next((r for r in rows if r.substance.role == row.of and r.kind != "named" and r.low is not None), None)
    if total is None:
        return None
    factor = PER_CENT.get(total.unit or "wt%")
    if factor is None:
        return None
    least = low * (total.low or 0.0) * factor / 100
    most = None if high is None or total.high is None else high * total.high * factor / 100
    return least, most


def _meet(one: Interval, two: Interval) -> Interval:
    """What two statements about the same amount leave; the first where they contradict each other."""
    low = max(one[0], two[0])
    highs = [h for h in (one[1], two[1]) if h is not None]
    high = min(highs) if highs else None
    return (low, high) if high is None or low <= high else one


def _elements(substance: Substance, share: Interval) -> dict[str, Interval]:
    if substance.klass == "sum":
        return {substance.name: share}
    assert substance.formula is not None
    return {
        symbol: (share[0] * part, None if share[1] is None else share[1] * part)
        for symbol, part in mass_shares(substance.formula)
        if symbol not in UNLISTED
    }


def _add(out: dict[str, Interval], more: dict[str, Interval]) -> None:
    for symbol, (low, high) in more.items():
        if symbol in out:
            was_low, was_high = out[symbol]
            out[symbol] = was_low + low, None if was_high is None or high is None else was_high + high
        else:
            out[symbol] = low, high


def _from_moles(rows: list[Row], listed: Sequence[Row]) -> dict[str, Interval]:
    """Lists by atoms or moles that sum to 100: extremes over all corners of the intervals. Otherwise nothing is determined.
    A list of a total in wt% (PrNd oxide 99 %, 75/25 by moles) is turned into mass and multiplied with the total.
    """
    if (
        any(r.substance.formula is None or r.substance.formula.is_open or r.low is None or r.high is None for r in rows)
        or len({r.of or "whole" for r in rows}) > 1
    ):
        return {}
    block = _share(replace(rows[0], low=100.0, high=100.0, unit="wt%"), listed) if rows else None
    if block is None or block[1] is None:
        return {}
    free = [r for r in rows if r.kind != "balance"]
    balance = next((r for r in rows if r.kind == "balance"), None)
    loose = [r for r in free if r.low != r.high]
    middle = sum(r.middle if r.kind == "range" else (r.low or 0.0) for r in free)
    if len(loose) > _MOST_CORNERS or (balance is None and abs(middle - 100) > 0.5):
        return {}
    out: dict[str, Interval] = {}
    for corner in product(*((r.low, r.high) if r.low != r.high else (r.low,) for r in free)):
        amounts = {id(r): float(x or 0.0) for r, x in zip(free, corner, strict=True)}
        if balance is not None:
            amounts[id(balance)] = max(0.0, 100 - sum(amounts.values()))
        masses = {id(r): amounts[id(r)] * molar_mass(r.substance.formula) for r in rows if r.substance.formula}
        total = sum(masses.values())
        if total <= 0:
            return {}
        point: dict[str, Interval] = {}
        for r in rows:
            share = 100 * masses[id(r)] / total
            _add(point, _elements(r.substance, (share, share)))
        for symbol, (low, high) in point.items():
            was = out.get(symbol, (low, high))
            out[symbol] = min(was[0], low), max(was[1] or 0.0, high or 0.0)
    return {s: (low * block[0] / 100, (high or 0.0) * block[1] / 100) for s, (low, high) in out.items()}
