"""Whether figures without a mark are of the whole or of the rare-earth total beside them; what is a purity."""

from __future__ import annotations

from typing import Final

from msgspec.structs import replace

from didymium.composition.chemistry import (
    formula,
    oxide_factor,
)
from didymium.composition.model import Of
from didymium.composition.text.lexis import substances
from didymium.composition.text.lexis.names import lexicon
from didymium.composition.text.lexis.tokens import Compound
from didymium.composition.text.meaning.rows import NUMBERED, PER_CENT, Draft, Row, floor
from didymium.composition.text.syntax.parts import Parsed

#: From this content of rare-earth oxides on [wt%] a product is a separated one, whose parts the trade states of the total.
_PURE: Final = 90.0


def references(draft: Draft, parsed: Parsed) -> list[Draft]:
    """Whether figures without a mark are of the whole or of the rare-earth total beside them."""
    rows = _purity(draft.rows)
    total = None
    for r in rows:
        if r.substance.role in ("TREO", "TREM") and r.kind in NUMBERED:
            total = r
            break
    name: Of = "TREM" if total is not None and total.substance.role == "TREM" else "TREO"
    if parsed.trailing and not total:
        return _trailing(draft, rows, parsed.trailing)
    if total is None:
        return [draft.because(rows)]
    if any(r.pure for r in rows):
        done = []
        for r in rows:
            covered = (
                r.pure and r.of is None and (r.substance.rare_oxide if name == "TREO" else r.substance.basis != "oxide")
            )
            done.append(replace(r, of=name) if covered else r)
        done = [floor(r) if r.substance.role == name and r.bare and r.kind == "point" else r for r in done]
        return [draft.because(done)]
    parts = [r for r in rows if _is_part(r, name)]
    if not parts:
        return [draft.because(rows)]
    rest = [r for r in rows if r.substance.klass == "others" and r.kind in NUMBERED]
    if rest and name == "TREO" and abs(sum(r.middle for r in (*parts, *rest)) - total.middle) <= 0.5:
        parts = [*parts, *rest]
    return _parts(draft, rows, parts, total, name, parsed)


def _trailing(draft: Draft, rows: tuple[Row, ...], name: Of) -> list[Draft]:
    parts = [r for r in rows if _is_part(r, name)]
    if not parts:
        return [draft.because(rows)]
    marked = _with(rows, parts, name)
    whole = sum(r.middle for r in (*parts, *(r for r in rows if r.of == name)))
    if abs(whole - 100) <= 0.5:
        return [draft.because(marked)]
    return [
        draft.because(marked, f"all figures are of {name}"),
        draft.because(_with(rows, parts, "whole"), f"only the last figure is of {name}"),
    ]


def _is_part(row: Row, name: Of) -> bool:
    """A figure without a mark that may be a share of the total `name`."""
    if (
        row.of is not None
        or not row.substance.rare
        or row.kind not in (*NUMBERED, "balance")
        or row.unit in ("ppm", "ppb")
    ):
        return False
    if row.substance.role == "part":
        return True
    if (
        row.substance.role != "sub"
        or row.substance.klass in ("mixture", "salt", "alloy")
        or row.substance.klass == "compound"
    ):
        return row.substance.klass == "sum"
    if row.kind == "ceiling" and (row.high or 0.0) <= 1:
        return False
    return name == "TREO" or row.substance.basis == "element"


def _with(rows: tuple[Row, ...], parts: list[Row], of: Of) -> tuple[Row, ...]:
    chosen = {id(r) for r in parts}
    return tuple(replace(r, of=of) if id(r) in chosen else r for r in rows)


def _parts(draft: Draft, rows: tuple[Row, ...], parts: list[Row], total: Row, name: Of, parsed: Parsed) -> list[Draft]:
    """A list of rare earths beside their total, without marks."""
    figures = [r for r in parts if r.kind != "balance"]
    sums = sum(r.middle for r in figures if r.kind != "ceiling")
    target = total.low if total.kind == "floor" and total.low is not None else total.middle
    most = total.high if total.high is not None else 100.0
    whole = draft.because(_with(rows, parts, "whole"), "the parts are of the whole")
    share = draft.because(_with(rows, parts, name), f"the parts are of {name}")
    elements = name == "TREO" and [r for r in parts if r.substance.is_element]
    if not any(r.substance.formula is not None for r in parts) or (name == "TREM" and _foreign(rows)):
        return [draft.because(whole.rows)]
    if parsed.trailing == name:
        listed = sums + sum(r.middle for r in rows if r.of == name)
        return [share] if sums > most + 0.5 or abs(listed - 100) <= 0.5 else [share, whole]
    marked = any(r.of == name for r in rows)
    if elements:
        return _elements(draft, rows, parts, sums, target, whole, share)
    balanced = len(figures) < len(parts)
    to_total, to_hundred = abs(sums - target), abs(sums - 100)
    if not balanced and not marked and min(to_total, to_hundred) <= 0.5 and (len(parts) > 1 or to_total <= 0.5):
        return [draft.because((whole if to_total < to_hundred else share).rows)]
    if (sums > most + 0.5 and len(parts) > 1) or (balanced and target >= _PURE and not _foreign(rows)):
        return [
            draft.because(share.rows)
        ]  # a balance completes 100: of the total, where little else than rare earths is there
    return [whole, share]


def _foreign(rows: tuple[Row, ...]) -> bool:
    """Other main parts than rare earths are listed: the list is of the whole."""
    return any(
        r.kind == "balance" or (r.kind in ("point", "range") and r.middle > 1) for r in rows if not r.substance.rare
    )


def _elements(
    draft: Draft, rows: tuple[Row, ...], parts: list[Row], sums: float, target: float, whole: Draft, share: Draft
) -> list[Draft]:
    """Symbols of elements beside a total of oxides: the metals, or their oxides written by symbol."""
    chosen = {id(r) for r in parts if r.substance.is_element}
    oxides = draft.because(
        (replace(r, substance=_oxide(r), of="TREO") if id(r) in chosen else r for r in rows),
        "symbols stand for oxides, of TREO",
    )
    if abs(sums - 100) <= 0.5:
        return [share, oxides]
    as_oxides = sum(r.middle * oxide_factor(r.substance.name) for r in parts if r.substance.is_element)
    if (len(parts) > 1 and abs(as_oxides - target) <= 0.5) or (_foreign(rows) and all(r.middle <= 1 for r in parts)):
        return [draft.because(whole.rows)]
    whole_oxides = draft.because(
        (replace(r, substance=_oxide(r), of="whole") if id(r) in chosen else r for r in rows),
        "symbols stand for oxides, of the whole",
    )
    return [whole, share, oxides, whole_oxides]


def _oxide(row: Row) -> substances.Substance:
    found = formula(lexicon().oxides[row.substance.name])
    assert found is not None
    return substances.from_formula(Compound(found))


def _purity(rows: tuple[Row, ...]) -> tuple[Row, ...]:
    """One rare-earth substance with a figure from 90 % on, all others impurities: its bare figure is a floor."""
    mains = [r for r in rows if (r.low or 0.0) >= 90 and r.unit == "wt%" and r.kind in ("point", "floor", "range")]
    mains = [r for r in mains if r.substance.role not in ("TREO", "TREM")]
    if not mains or len({r.substance.name for r in mains}) > 1:
        return rows
    if not mains[0].substance.rare or mains[0].substance.role != "sub":
        return rows
    others = [r for r in rows if r.kind != "named" and r.substance.role not in ("TREO", "TREM") and r not in mains]
    if any(not _impurity(r) for r in others) or any(r.kind == "balance" for r in rows):
        return rows
    marked = any(r.of is not None for r in mains)  # the same purity stated of the whole and of TREO
    return tuple(_pure(r, marked=marked) if r in mains else r for r in rows)


def _pure(row: Row, *, marked: bool) -> Row:
    if row.of is None and marked:
        row = replace(row, of="whole")
    row = replace(row, pure=True)
    return floor(row) if row.kind == "point" and row.bare else row


def _impurity(row: Row) -> bool:
    if row.kind in ("trace", "not_detected", "absent"):
        return row.high is None or row.high <= 1 or row.unit in ("ppm", "ppb")
    if row.unit not in ("wt%", "ppm", "ppb") or row.kind not in NUMBERED or row.high is None:
        return False
    return row.high * PER_CENT[row.unit] <= 1
