"""From what a message states to kilograms in the basis of a licence, exactly, without guessing.

Gross basis: the gross mass; contents are ignored. REO basis: gross mass x TREO %, or gross mass x assay % of the element x oxide
factor, or the REO mass itself. Element basis: gross mass x assay %, or the element mass itself. Where several ways are open they
must agree exactly. The factor printed on the licence is the one that counts; a message that states another contradicts it. Only
where neither prints one and the message names the element is that of the trade oxide taken (composition/chemistry.py; 6
decimals, as in the reference table `elements`).
"""

from __future__ import annotations

from collections.abc import Mapping
from decimal import Decimal
from functools import lru_cache
from typing import Final

import msgspec

from didymium.controls.licences.message import FIGURES, MASSES
from didymium.controls.licences.model import Basis
from didymium.store.decimals import ZERO, parse, percent, plain, times

_HUNDRED: Final = Decimal(100)
_USED: Final[Mapping[Basis, tuple[str, ...]]] = {
    "gross": ("gross_kg",),
    "REO": ("gross_kg", "reo_kg", "treo_pct", "assay_pct", "oxide_factor"),
    "element": ("gross_kg", "element_kg", "assay_pct"),
}


class Measured(msgspec.Struct, frozen=True):
    """kg: in the basis asked for; null = refused, for `reason` (bad_quantity, basis_missing, basis_conflict), in words `because`.
    by_basis: kg in every basis that follows from what is stated; what quotas in another basis are charged with.
    """

    kg: Decimal | None
    reason: str | None = None
    because: str | None = None
    by_basis: dict[Basis, Decimal] = {}


@lru_cache(maxsize=32)
def reference_factor(element: str) -> Decimal | None:
    """kg of trade oxide per kg of a rare earth, 6 decimals; None for another element."""
    from didymium.composition.chemistry import RARE_EARTHS, oxide_factor

    return Decimal(f"{oxide_factor(element):.6f}") if element in RARE_EARTHS else None


def measure(
    figures: Mapping[str, str], basis: Basis, *, printed: Decimal | None = None, element: str | None = None
) -> Measured:
    """Kilograms in `basis` from figures as written. printed: the factor on the licence. element: symbol the message names."""
    read = {name: parse(value) for name, value in figures.items()}
    bad = [name for name in _USED[basis] if name in read and not _possible(name, read[name])]
    if bad:
        return Measured(None, "bad_quantity", f"{bad[0]} {figures[bad[0]]!r} is no possible figure.")
    if not any(name in read for name in MASSES):
        return Measured(None, "bad_quantity", "No mass is stated.")
    known = {name: value for name, value in read.items() if value is not None and _possible(name, value)}
    stated = known.get("oxide_factor")
    if basis == "REO" and None not in (printed, stated) and printed != stated:
        return Measured(None, "basis_conflict", f"Oxide factor {stated} is stated, the licence prints {printed}.")
    factor = printed or stated or (reference_factor(element) if element else None)
    ways = {each: _ways(known, each, factor) for each in _USED}
    if not ways[basis]:
        return Measured(None, "basis_missing", f"The {basis} mass does not follow from what is stated.")
    if len(set(ways[basis])) > 1:
        found = " and ".join(plain(kg) for kg in ways[basis])
        return Measured(None, "basis_conflict", f"What is stated gives {found} kg {basis}.")
    return Measured(ways[basis][0], by_basis={each: way[0] for each, way in ways.items() if len(set(way)) == 1})


def _possible(name: str, value: Decimal | None) -> bool:
    """Masses and factors above 0, percentages above 0 up to 100."""
    assert name in FIGURES
    return value is not None and value > ZERO and not (name.endswith("_pct") and value > _HUNDRED)


def _ways(known: Mapping[str, Decimal], basis: Basis, factor: Decimal | None) -> list[Decimal]:
    """Every mass in a basis that follows from the figures, in a fixed order."""
    gross, assay = known.get("gross_kg"), known.get("assay_pct")
    found = []
    if basis == "gross" and gross is not None:
        found.append(gross)
    if basis == "REO" and gross is not None and "treo_pct" in known:
        found.append(times(gross, percent(known["treo_pct"])))
    if basis != "gross" and gross is not None and assay is not None and (basis == "element" or factor is not None):
        found.append(times(gross, percent(assay), factor if basis == "REO" and factor is not None else Decimal(1)))
    direct = {"REO": "reo_kg", "element": "element_kg"}.get(basis)
    if direct is not None and direct in known:
        found.append(known[direct])
    return found
