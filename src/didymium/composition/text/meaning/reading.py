"""From parts to readings: units, reference (whole or TREO), purity or point, and every choice that stays open.

A declaration that leaves something open gives several drafts; those that contradict themselves (more than 100 %, parts
above their own total) are dropped. What remains is the answer: one draft is a reading, several are an ambiguity.
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import Final

from msgspec.structs import replace

from didymium.composition.model import Of, Reading
from didymium.composition.text.lexis import substances
from didymium.composition.text.lexis.figures import Refusal
from didymium.composition.text.meaning import amounts
from didymium.composition.text.meaning.references import references
from didymium.composition.text.meaning.rows import NUMBERED, PER_CENT, Draft, decided, floor, row_of
from didymium.composition.text.meaning.units import units
from didymium.composition.text.syntax.chains import listings
from didymium.composition.text.syntax.parts import Parsed

_MOST: Final = 8


def readings(parsed: Parsed) -> list[Reading]:
    """All readings, at least one. Refusal where none makes sense."""
    refused: Refusal | None = None
    out: list[Reading] = []
    for draft in _drafts(parsed):
        try:
            reading = amounts.settle(draft.rows, "; ".join(draft.why))
        except Refusal as refusal:
            refused = refused or refusal
            continue
        if all(reading.components != known.components for known in out):
            out.append(reading)
        if len(out) > _MOST:
            raise Refusal("unparseable", "too many ways to read this; write one figure with its unit per component", 0)
    if not out:
        raise refused or Refusal("no_substance", "no substance is named", 0)
    return out


def _drafts(parsed: Parsed) -> Iterator[Draft]:
    for listing in listings(parsed):
        rows = tuple([row_of(p) for p in listing.parts])
        start = Draft(rows, (listing.why,) if listing.why else ())
        if not parsed.basis and not parsed.trailing and all(decided(r) for r in rows):
            yield from references(start, parsed)
            continue
        for marked in units(start, parsed):
            for purity in _weak(marked, parsed):
                for referred in _grades(purity):
                    yield from references(referred, parsed)


def _weak(draft: Draft, parsed: Parsed) -> list[Draft]:
    """`Nd2O3 99.9 % TREO`: of TREO where a TREO figure stands elsewhere, else open from 90 % on, else the TREO content."""
    rows = draft.rows
    if parsed.basis:
        rows = tuple(
            replace(r, of=parsed.basis) if r.substance.rare and r.substance.role in ("sub", "part") and not r.of else r
            for r in rows
        )
        draft = Draft(rows, draft.why)
    i = next((n for n, r in enumerate(rows) if r.weak), None)
    if i is None:
        return [draft]
    row = rows[i]
    name: Of = "TREO" if row.substance.basis == "oxide" else "TREM"
    strong = [replace(r, of=name, weak=False) if r.weak else r for r in rows]
    if any(r.substance.role == name and r.kind in NUMBERED for r in rows):
        return [draft.because(strong)]
    oxides = [r for r in rows if r.substance.rare_oxide and r.kind in NUMBERED]
    if len(oxides) > 1 and abs(sum(r.middle for r in oxides) - 100) <= 0.5:
        return [draft.because(replace(r, of=name, weak=False) if r in oxides else r for r in rows)]
    others = any(
        r.substance.rare
        and r.substance.role == "sub"
        and r.kind in NUMBERED
        and r.middle * PER_CENT.get(r.unit or "wt%", 1.0) > 1
        for r in rows
        if r is not row
    )
    kinds = "oxides" if name == "TREO" else "metals"
    total = replace(row, substance=substances.total(name), weak=False)
    if row.bare and row.middle >= 90:
        total = floor(total)
    named = replace(row, kind="named", low=None, high=None, unit=None, weak=False, half=0.0, forced_name=True)
    content = draft.because(
        [*rows[:i], named, total, *rows[i + 1 :]],
        f"the figure is the content of all rare-earth {kinds}" if row.middle >= 90 else "",
    )
    if row.middle < 90 or others:
        return [Draft(content.rows, draft.why)]
    share = [floor(r) if r.of == name and r.kind == "point" and r.bare else r for r in strong]
    return [
        content,
        draft.because(share, f"the figure is the share of {row.substance.name} among the rare-earth {kinds}"),
    ]


def _grades(draft: Draft) -> list[Draft]:
    """N grades: of TREO for an oxide, of the whole for a metal, open for a salt or where per cent stand beside them."""
    out = [draft]
    for i, row in enumerate(draft.rows):
        if not (row.nines or row.graded) or row.of or not row.substance.rare or row.substance.is_element:
            continue
        fresh: list[Draft] = []
        metal = row.substance.klass in ("metal", "alloy")
        for one in out:
            whole = [replace(r, graded=False, of="whole") if n == i else r for n, r in enumerate(one.rows)]
            treo = [replace(r, graded=False, of="TREO") if n == i else r for n, r in enumerate(one.rows)]
            if metal:
                fresh.append(one.because(whole))
            elif row.substance.rare_oxide and not row.graded:
                fresh.append(one.because(treo))
            else:
                fresh += [
                    one.because(whole, "the grade is of the whole"),
                    one.because(treo, "the grade is of the rare-earth oxides"),
                ]
        out = fresh
    return out
