"""Ratios: `PrNd 25/75`, `Nd:Pr = 3:1`, `CeO2-ZrO2 58/42`, and the families of magnets that look like ratios."""

from __future__ import annotations

from msgspec.structs import replace

from didymium.composition.model import Unit
from didymium.composition.text.lexis import substances
from didymium.composition.text.lexis.figures import Figure, Refusal
from didymium.composition.text.lexis.names import lexicon
from didymium.composition.text.lexis.substances import Substance
from didymium.composition.text.lexis.tokens import Element
from didymium.composition.text.syntax.alloys import Listing, families, of_formula
from didymium.composition.text.syntax.pairs import of_total, turned
from didymium.composition.text.syntax.parts import Part


def _members(chain: list[Part]) -> list[Substance] | None:
    """The substances a ratio speaks of, in the order written; None where a name does not say which."""
    if len(chain) == 1:
        one = chain[0].substance
        if len(one.elements) < 2 or one.formula is not None or one.klass in ("mixture",):
            return None
        if one.klass == "oxide":
            texts = [lexicon().oxides.get(e) for e in one.elements]
            return [of_formula(t) for t in texts if t] if all(texts) else None
        if one.klass not in ("alloy", "metal", "shape"):
            return None
        return [substances.from_element(Element(e)) for e in one.elements]
    out: list[Substance] = []
    for part in chain:
        if part.substance.formula is not None:
            out.append(part.substance)
        elif part.substance.klass == "alloy" and not part.substance.by_name:
            out.extend(substances.from_element(Element(e)) for e in part.substance.elements)
        elif part.substance.klass == "alloy" and len(part.substance.elements) < 2:
            continue
        else:
            return None
    return out


def ratio(chain: list[Part], figure: Figure, *, totalled: bool = False) -> list[Listing]:
    """The lists a ratio can mean. totalled: a total of rare earths with its figure stands elsewhere in the declaration.
    Refusal where its numbers do not fit the substances before it.
    """
    members = _members(chain)
    shares = figure.shares
    named = family(chain, shares)
    if named and not _apart(chain):
        return [named]
    if members is None or len(members) != len(shares):
        raise Refusal(
            "unparseable", f"a ratio of {len(shares)} numbers beside other than {len(shares)} substances", figure.start
        )
    if any(s < 0 for s in shares) or sum(shares) <= 0:
        raise Refusal("impossible_value", "a ratio needs figures above 0", figure.start)
    chain, total = of_total(chain, members, totalled=totalled)
    ways = _ways(chain, members, shares, figure)
    if turned(chain, members, shares):
        ways = [_because(w, "the figures follow the order of the names") for w in ways]
        ways += [
            _because(w, "praseodymium and neodymium are traded with more neodymium")
            for w in _ways(chain, members, shares[::-1], figure)
        ]
    ways = [Listing([*total, *w.parts], w.why) for w in ways]
    return [*ways, _because(named, "the ratio names a family of magnets")] if named else ways


def _because(way: Listing, why: str) -> Listing:
    return Listing(way.parts, f"{why}; {way.why}" if way.why else why)


def _apart(chain: list[Part]) -> bool:
    """Symbols set apart like their numbers (`Sm:Co = 1:5`): written as a ratio, where `SmCo 1:5` is written as a name."""
    return any(set(p.joined) & set(":/") for p in chain[1:])


def family(chain: list[Part], shares: tuple[float, ...]) -> Listing | None:
    """`SmCo 1:5`, `2:17 SmCo`: the name of a family of magnets; None where the numbers name none."""
    symbols = tuple(e for p in chain for e in p.substance.elements)
    if (symbols, shares) not in families() and (symbols[::-1], shares[::-1]) not in families():
        return None
    name = f"{''.join(symbols)} {':'.join(f'{s:g}' for s in shares)} magnet"
    magnet = Substance(name, None, "compound", rare=True, by_name=True, klass="alloy")
    return Listing([replace(chain[0], substance=magnet, figure=None)])


def _ways(chain: list[Part], members: list[Substance], shares: tuple[float, ...], figure: Figure) -> list[Listing]:
    """By mass where the unit or the elements say so, else by mass and by number."""
    whole = abs(sum(shares) - 100) <= 0.5
    if whole and figure.unit is not None:
        return [_shared(chain, members, shares, figure, figure.unit, "")]
    if whole and (all(m.is_element for m in members) or (any(p.of for p in chain) and chain[-1].whole is None)):
        return [_shared(chain, members, shares, figure, "wt%", "")]
    return _scaled(chain, members, shares, replace(figure, half=figure.half if whole else 0.0))


def _scaled(chain: list[Part], members: list[Substance], shares: tuple[float, ...], figure: Figure) -> list[Listing]:
    total = sum(shares)
    scaled = tuple(100 * s / total for s in shares)
    atoms: Unit = "at%" if all(m.is_element for m in members) else "mol%"
    return [
        _shared(chain, members, scaled, figure, "wt%", "the ratio is by mass"),
        _shared(chain, members, scaled, figure, atoms, f"the ratio is by {'atoms' if atoms == 'at%' else 'moles'}"),
    ]


def _shared(
    chain: list[Part], members: list[Substance], shares: tuple[float, ...], figure: Figure, unit: Unit, why: str
) -> Listing:
    made = []
    for member, share in zip(members, shares, strict=True):
        one = Figure("point", share, share, unit, figure.half, start=figure.start, end=figure.end)
        made.append(replace(chain[-1], substance=member, figure=one, joined="", of=chain[-1].of))
    return Listing(made, why)
