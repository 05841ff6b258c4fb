"""Parts written together: ratios (`PrNd 25/75`), sums (`Nd+Pr 30 %`), master alloys (`Mg-Nd 25 %`), shorthand (`10GDC`).

Each gives one or more lists of parts; more than one where the writing is open to several readings.
"""

from __future__ import annotations

from msgspec.structs import replace

from didymium.composition.text.lexis import substances
from didymium.composition.text.lexis.figures import Figure, Refusal
from didymium.composition.text.lexis.names import lexicon
from didymium.composition.text.lexis.substances import Substance
from didymium.composition.text.lexis.tokens import Element
from didymium.composition.text.syntax.alloys import RARE, Listing, alloy, code_rows, coded, master, subscripts
from didymium.composition.text.syntax.pairs import split
from didymium.composition.text.syntax.parts import Parsed, Part
from didymium.composition.text.syntax.ratios import family, ratio
from didymium.composition.text.syntax.sharing import either, hosts, listed_before, shared_figures


def listings(parsed: Parsed) -> list[Listing]:
    """Every way to resolve what is written together, at least one."""
    if parsed.code is None and all(_plain(p) for p in parsed.parts):
        return [Listing(parsed.parts)]
    out = [Listing([])]
    if parsed.code is not None:
        out = coded(parsed)
    parts = parsed.parts
    at = 0
    totalled = any(p.substance.role in ("TREO", "TREM") and p.figure is not None for p in parts)
    parts = shared_figures(hosts(split(parts)))
    while at < len(parts):
        end = _chain_end(parts, at)
        ways = _resolve(parts[at:end], totalled=totalled)
        if run := listed_before(parts, at):
            end = run
            ways = either(parts[at:end])
        out = [
            Listing([*known.parts, *way.parts], "; ".join(filter(None, (known.why, way.why))))
            for known in out
            for way in ways
        ]
        if len(out) > 24:
            raise Refusal(
                "unparseable",
                "too many ways to read this list; write one figure with its unit per component",
                parts[at].start,
            )
        at = end
    return out


def _plain(part: Part) -> bool:
    """Nothing is written together here, so nothing is open."""
    substance, figure = part.substance, part.figure
    if (
        part.joined
        or substance.twin
        or substance.klass in ("alloy", "code")
        or (figure is not None and substance.formula is None and substance.klass in ("oxide", "metal"))
        or (figure is None and substance.is_element)
    ):
        return False
    return (
        figure.kind != "ratio" if figure is not None else substance.formula is None or len(substance.formula.atoms) != 2
    )


def _chain_end(parts: list[Part], at: int) -> int:
    end = at + 1
    while end < len(parts) and parts[end].joined and parts[end - 1].segment == parts[end].segment:
        before, here = parts[end - 1], parts[end]
        if before.figure is not None and not (here.joined in ("-", "+") and end - at > 1 and _glued(parts[at:end])):
            break
        end += 1
    chain = parts[at:end]
    if any(":" in p.joined for p in chain[1:]) and not (chain[-1].figure and chain[-1].figure.kind == "ratio"):
        cut = next(i for i, p in enumerate(chain[1:], 1) if ":" in p.joined)
        return at + cut
    return end


def _glued(chain: list[Part]) -> bool:
    """Mg-25Gd-5Y: the first has no figure, all others have."""
    return chain[0].figure is None and all(
        p.figure is not None and p.figure.kind == "point" and p.joined in ("-", "+") for p in chain[1:]
    )


def _with(chain: list[Part], figure: Figure | None) -> bool:
    """`steel with 2 % Ce`: the figure in front of the second substance is its own; the first is only named."""
    last = chain[1]
    return len(chain) == 2 and last.joined == "&" and figure is not None and figure.end <= last.start


def _resolve(chain: list[Part], *, totalled: bool) -> list[Listing]:
    figure = chain[-1].figure
    if figure is not None and figure.kind == "ratio":
        return ratio(chain, figure, totalled=totalled)
    if len(chain) > 1:
        if figure is not None and _glued(chain) and figure.end <= chain[-1].start:
            return [master(chain)]
        if _with(chain, figure):
            return [Listing([chain[0], replace(chain[1], joined="")])]
        return _together(chain, figure)
    part = chain[0]
    if figure is not None and len(part.substance.elements) > 1 and part.substance.klass == "alloy":
        dashed = (
            figure.kind == "range" and figure.unit is None and family(chain, (figure.low or 0.0, figure.high or 0.0))
        )
        return [dashed] if dashed else alloy(part, figure)  # SmCo 2-17
    if figure is not None and part.substance.klass == "code" and figure.kind == "point" and figure.unit == "mol%":
        return code_rows(lexicon().codes[part.substance.name], figure.low or 0.0, "mol%", "")
    return _formula_or_name(part)


def _together(chain: list[Part], figure: Figure | None) -> list[Listing]:
    """Several substances before one figure, or before none."""
    subs = [p.substance for p in chain]
    last = chain[-1]
    signs = {s for p in chain[1:] for s in p.joined}
    if (
        figure is not None
        and figure.kind in ("absent", "ceiling", "not_detected", "trace")
        and not ("+" in signs and figure.kind == "ceiling")
    ):
        return [Listing([replace(p, figure=figure, joined="", of=last.of) for p in chain])]
    if all(s.is_element for s in subs) or all(s.is_element or (s.klass == "alloy" and not s.by_name) for s in subs):
        symbols = tuple(e for s in subs for e in s.elements)
        if "+" in signs and figure is not None:
            name = "+".join(symbols)
            total = Substance(name, None, "element", rare=bool(RARE & set(symbols)), elements=symbols, klass="sum")
            return [Listing([replace(last, substance=total, joined="")])]
        group = Substance(
            "".join(symbols), None, "compound", rare=bool(RARE & set(symbols)), elements=symbols, klass="alloy"
        )
        part = replace(last, substance=group, joined="")
        return alloy(part, figure) if figure is not None else [Listing([part])]
    if all(s.role == "sub" for s in subs):
        name = "-".join(s.name for s in subs)
        mixture = Substance(
            name,
            None,
            "compound",
            rare=any(s.rare for s in subs),
            rare_oxide=all(s.rare_oxide for s in subs),
            by_name=True,
            klass="mixture",
        )
        return [Listing([replace(last, substance=mixture, joined="")])]
    return [Listing([replace(p, joined="") for p in chain])]


def _formula_or_name(part: Part) -> list[Listing]:
    found = part.substance.formula
    if part.substance.twin and found is not None:
        element = substances.from_element(Element(part.substance.twin))
        return [
            Listing([replace(part, substance=element)], f"{part.substance.name} is the element {part.substance.twin}"),
            Listing([part], f"{part.substance.name} is a compound"),
        ]
    if part.figure is None and found is not None and len(found.atoms) == 2 and found.digits:
        return subscripts(part)
    return [Listing([part])]
