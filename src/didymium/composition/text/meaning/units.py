"""Units that are not written, and decimal marks that may group thousands."""

from __future__ import annotations

from msgspec.structs import replace

from didymium.composition.model import Unit
from didymium.composition.text.meaning.rows import NUMBERED, Draft, Row
from didymium.composition.text.syntax.parts import Parsed


def units(draft: Draft, parsed: Parsed) -> list[Draft]:
    """The draft with every unit known: that of the list, wt% where figures sum to 100, else one draft per unit it can be."""
    rows = draft.rows
    lacking = [r for r in rows if r.unit is None and r.kind in NUMBERED]
    if lacking:
        options = _unit_options(rows, parsed)
        out = []
        for unit, why in options:
            named = [replace(r, unit=unit) if r.unit is None and r.kind in NUMBERED else r for r in rows]
            out.append(draft.because(named, why))
        out = _without_nonsense(out)
    else:
        out = [draft]
    return [d for one in out for d in _marks(one, parsed)]


def _unit_options(rows: tuple[Row, ...], parsed: Parsed) -> list[tuple[Unit, str]]:
    if parsed.unit is not None:
        return [(parsed.unit, "")]
    written: list[Unit] = []
    for row in rows:
        if row.unit is not None and row.kind in NUMBERED and row.unit not in written:
            written.append(row.unit)
    if any(r.of and r.unit is None and r.kind in NUMBERED for r in rows) and "wt%" not in written:
        written.append("wt%")
    if len(written) == 1:
        return [(written[0], "")]
    if written:
        return [(u, f"figures without unit are {u}") for u in written]
    lacking = [r for r in rows if r.kind in NUMBERED]
    total = sum(r.middle for r in lacking)
    oxides = len(lacking) == 2 and all(r.substance.basis == "oxide" for r in lacking) and not _purity(lacking)
    if abs(total - 100) <= 0.5 and len(lacking) > 1 and not any(r.kind == "balance" for r in rows):
        return [("wt%", "figures are by mass"), ("mol%", "figures are by moles")] if oxides else [("wt%", "")]
    if total > 102 and 90 <= max(r.middle for r in lacking) <= 100:
        return [("wt%", "")]  # a main part in per cent: the list is wrong, and no ppm for that
    units: list[Unit] = ["wt%", "ppm"] if max((r.high or r.low or 0.0) for r in lacking) <= 100 else ["ppm", "ppb"]
    if units[0] == "wt%" and len(lacking) > 1 and all(r.substance.role == "sub" for r in lacking):
        units.append("at%" if all(r.substance.is_element for r in lacking) else "mol%")
    return [(u, f"figures without unit are {u}") for u in units]


def _purity(rows: list[Row]) -> bool:
    """A rare-earth oxide from 90 % on beside an impurity: a certificate of purity, by mass, not a recipe by moles."""
    most, least = max(rows, key=lambda r: r.middle), min(rows, key=lambda r: r.middle)
    return most.substance.rare_oxide and most.middle >= 90 and least.middle <= 1


def _without_nonsense(drafts: list[Draft]) -> list[Draft]:
    """Without drafts in which a ceiling says nothing because the others leave less room than it allows."""
    good = [d for d in drafts if not _vacuous(d.rows)]
    return good or drafts


def _vacuous(rows: tuple[Row, ...]) -> bool:
    room = 100 - sum(r.low or 0.0 for r in rows if r.unit == "wt%" and r.kind in ("point", "floor", "range"))
    return any(r.kind == "ceiling" and r.unit == "wt%" and (r.high or 0.0) > max(room, 0.0) + 2 for r in rows)


def _marks(draft: Draft, parsed: Parsed) -> list[Draft]:
    """What a comma or point before three digits means, now that the unit is known."""
    if all(r.other is None for r in draft.rows):
        return [draft]
    grouped = [_grouped(r) for r in draft.rows]
    plain = [replace(r, other=None) for r in draft.rows]
    if all(r.other is None or r.unit not in ("ppm", "ppb") for r in draft.rows):
        return [draft.because(plain)]
    open_ = [r for r in draft.rows if r.other is not None and r.unit in ("ppm", "ppb")]
    if all(r.mark == "," for r in open_) and not parsed.comma:
        return [draft.because(grouped)]
    if all(r.mark == "." for r in open_) and not parsed.comma:
        return [draft.because(plain)]
    return [
        draft.because(grouped, "the mark before three digits groups thousands"),
        draft.because(plain, "the mark before three digits is a decimal mark"),
    ]


def _grouped(row: Row) -> Row:
    if row.other is None or row.unit not in ("ppm", "ppb"):
        return replace(row, other=None)
    low, high = row.other
    return replace(
        row,
        low=row.low if row.kind == "ceiling" else low,
        high=row.high if row.high is None else high,
        half=0.5 if row.half else 0.0,
        other=None,
    )
