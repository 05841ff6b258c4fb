"""A pair of rare earths with a figure of its own beside its split: `PrNd oxide 99 % (75/25)`, `PrNd oxide 99 % (Nd2O3 75 %,
Pr6O11 25 %)`. The figure is then the total of rare earths, and the split divides it.
"""

from __future__ import annotations

from typing import Final

from msgspec.structs import replace

from didymium.composition.model import Of
from didymium.composition.text.lexis import substances
from didymium.composition.text.lexis.figures import Figure
from didymium.composition.text.lexis.substances import Substance
from didymium.composition.text.syntax.alloys import RARE
from didymium.composition.text.syntax.parts import Part

#: What the trade means by praseodymium and neodymium is neodymium in this share, whatever the order of the letters.
_TRADED_SHARE: Final = (0.70, 0.85)
_SHARES: Final = frozenset({"point", "floor", "range"})


def split(parts: list[Part]) -> list[Part]:
    """Parts with every rare-earth mixture that has a figure and whose members are listed too turned into their total."""
    if any(p.substance.role in ("TREO", "TREM") for p in parts):
        return parts
    return [_total(p, "TREO" if p.substance.klass == "oxide" else "TREM") if _is_split(p, parts) else p for p in parts]


def _is_split(part: Part, parts: list[Part]) -> bool:
    substance, figure = part.substance, part.figure
    if figure is None or figure.kind not in _SHARES or figure.unit not in (None, "wt%") or not substance.rare:
        return False
    if substance.formula is not None or substance.role != "sub" or substance.klass not in ("oxide", "metal", "alloy"):
        return False
    if not (set(substance.elements) <= RARE if len(substance.elements) > 1 else substance.generic):
        return False
    members: set[str] = set()
    for other in parts:
        if other is not part and other.substance.rare and other.substance.formula is not None:
            members |= RARE & set(other.substance.elements)
    return len(members) > 1 and (substance.generic or members <= set(substance.elements))


def _total(part: Part, name: Of, figure: Figure | None = None) -> Part:
    """The part as a total of rare earths; a bare figure of a named pair from 90 % on is a purity, so at least so much."""
    figure = figure or part.figure
    assert figure is not None
    if figure.kind == "point" and figure.bare and (figure.low or 0.0) >= 90 and not part.substance.generic:
        figure = replace(figure, kind="floor", high=None, half=0.0)
    figure = replace(figure, unit=figure.unit or "wt%", bare=False, other=None)
    return Part(substances.total(name), figure, segment=part.segment, start=part.start, end=part.end)


def of_total(chain: list[Part], members: list[Substance], *, totalled: bool) -> tuple[list[Part], list[Part]]:
    """`PrNd oxide 99 % (75/25)`: the pair is so much of the whole, and the ratio divides it. (chain, total as a part.)
    totalled: a total of rare earths with its figure stands elsewhere in the declaration.
    """
    last = chain[-1]
    oxides = all(m.rare_oxide for m in members)
    if last.whole is None or totalled or last.of or not (oxides or all(m.rare and m.is_element for m in members)):
        return chain, []
    name: Of = "TREO" if oxides else "TREM"
    return [*chain[:-1], replace(last, of=name)], [_total(last, name, last.whole)]


def turned(chain: list[Part], members: list[Substance], shares: tuple[float, ...]) -> bool:
    """Praseodymium and neodymium by name (PrNd oxide, PrNd metal) with the greater share at praseodymium: `PrNd oxide
    75/25` is written for 75 neodymium. Bare symbols (PrNd 25/75) are read in their order.
    """
    holders = [m.elements[0] for m in members]
    if sorted(holders) != ["Nd", "Pr"] or not any(p.substance.by_name for p in chain) or len(chain) > 1:
        return False
    share = shares[holders.index("Pr")] / sum(shares)
    return _TRADED_SHARE[0] <= share <= _TRADED_SHARE[1]
