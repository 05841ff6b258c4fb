"""One figure or subscript beside the symbols of an alloy: master alloys, pairs, shorthand."""

from __future__ import annotations

from functools import cache
from typing import Final

import msgspec
from msgspec.structs import replace

from didymium.composition.chemistry import (
    NON_METALS,
    RARE_EARTHS,
    formula,
)
from didymium.composition.model import Unit
from didymium.composition.text.lexis import substances
from didymium.composition.text.lexis.figures import Figure, Refusal
from didymium.composition.text.lexis.spelling import rows
from didymium.composition.text.lexis.substances import Substance
from didymium.composition.text.lexis.tokens import Compound, Element
from didymium.composition.text.syntax.parts import Parsed, Part


class Listing(msgspec.Struct, gc=False):
    """One way to see a declaration as a flat list of parts. why: what it takes for granted."""

    parts: list[Part]
    why: str = ""


RARE: Final = frozenset(RARE_EARTHS)


@cache
def bases() -> frozenset[str]:
    """Metals that master alloys are made on; the figure of `A-B p %` is then that of B."""
    return frozenset(row["elements"] for row in rows("alloys.csv") if row["rule"] == "base")


@cache
def families() -> frozenset[tuple[tuple[str, ...], tuple[float, ...]]]:
    """Symbols and ratios that name a family of magnets, not a composition."""
    return frozenset(
        (tuple(row["elements"].split("|")), tuple(float(n) for n in row["value"].split(":")))
        for row in rows("alloys.csv")
        if row["rule"] == "family"
    )


def master(chain: list[Part]) -> Listing:
    """Mg-30Nd: figures are wt% of the elements behind, the first makes up the rest."""
    parts = [
        replace(p, figure=replace(p.figure, unit=p.figure.unit or "wt%", bare=False)) for p in chain[1:] if p.figure
    ]
    base = replace(chain[0], figure=Figure("balance", None, None, start=chain[0].start, end=chain[0].end))
    return Listing([base, *parts])


def alloy(part: Part, figure: Figure) -> list[Listing]:
    """PrNd 99.5 %, Al-Sc 2 %, DyFe 80 %: one figure beside the symbols of an alloy."""
    symbols = part.substance.elements
    pure = figure.low is not None and figure.low >= 90
    if len(symbols) != 2 or pure or figure.kind not in ("point", "range") or figure.unit not in (None, "wt%"):
        return [Listing([part])]
    first, second = (substances.from_element(Element(s)) for s in symbols)
    rest = Figure("balance", None, None, start=figure.start, end=figure.end)
    sure = replace(figure, bare=False)

    def of(one: Substance, other: Substance, why: str) -> Listing:
        return Listing([replace(part, substance=other, figure=rest), replace(part, substance=one, figure=sure)], why)

    if symbols[0] in bases() and symbols[1] not in bases():
        return [of(second, first, "")]
    named = Listing([part], f"{part.substance.name} as a whole")
    if set(symbols) <= RARE:
        return [named]
    return [
        of(first, second, f"the figure is that of {symbols[0]}"),
        of(second, first, f"the figure is that of {symbols[1]}"),
    ]


def subscripts(part: Part) -> list[Listing]:
    """Nd75Pr25, AlSc2, MgNd30: subscripts of an alloy that may be atoms or per cent by mass."""
    found = part.substance.formula
    assert found is not None
    (one, a), (two, b) = found.atoms
    metals = not {one, two} & NON_METALS
    atoms = Listing([part], "the subscripts count atoms")
    if metals and abs(a + b - 100) <= 0.5:
        return [atoms, _by_mass(part, {one: a, two: b})]
    if metals and one in bases() and two in RARE and a == 1.0 and b < 60:
        return [atoms, _by_mass(part, {one: 100 - b, two: b})]
    return [Listing([part])]


def _by_mass(part: Part, shares: dict[str, float]) -> Listing:
    made = []
    for symbol, share in shares.items():
        figure = Figure("point", share, share, "wt%", start=part.start, end=part.end)
        made.append(replace(part, substance=substances.from_element(Element(symbol)), figure=figure))
    return Listing(made, "the numbers are per cent by mass")


def coded(parsed: Parsed) -> list[Listing]:
    """10GDC: 10 % of the dopant oxide in the host, by moles or by mass; the shorthand leaves it open."""
    assert parsed.code is not None
    (dopant, host), number = parsed.code
    share = number.value
    if not 0 < share < 100:
        raise Refusal("impossible_value", f"{share:g} % of {dopant}; a share lies between 0 and 100", 0)
    if parsed.unit in ("wt%", "mol%"):
        return code_rows((dopant, host), share, parsed.unit, "")
    units: tuple[Unit, Unit] = ("mol%", "wt%")
    return [one for u in units for one in code_rows((dopant, host), share, u, f"{share:g} is {u} of {dopant}")]


def code_rows(code: tuple[str, str], share: float, unit: Unit, why: str) -> list[Listing]:
    """Dopant and host of a shorthand with their shares."""
    pairs = zip(code, (share, 100 - share), strict=True)
    return [
        Listing([Part(of_formula(text), Figure("point", value, value, unit), segment=-1) for text, value in pairs], why)
    ]


def of_formula(text: str) -> Substance:
    """The substance of a formula that is known to be one."""
    found = formula(text)
    assert found is not None
    return substances.from_formula(Compound(found))
