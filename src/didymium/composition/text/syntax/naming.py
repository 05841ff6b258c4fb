"""Names put together: `oxide of neodymium`, `PrNd metal`, `LaCl3 7H2O` become one token with one substance."""

from __future__ import annotations

import re
from typing import Final

from didymium.composition.text.lexis import substances
from didymium.composition.text.lexis.substances import Substance
from didymium.composition.text.lexis.tokens import Element, Token
from didymium.composition.text.syntax.hydrates import hydrated
from didymium.composition.text.syntax.parts import Parsed

_NAMES: Final = re.compile(
    r"(?P<R>(?:[mfFo]*[mfF]o*)?(?:[eE]-m)?R[mfFR]*)"
    r"|(?P<suffix>[eE](?:[-/+&]*o?[eE])*-?[fF]+)"
    r"|(?P<prefix>F[fF]*o*[eE](?:[-/+&]*o?[eE])*|f[fF]*o+[eE](?:[-/+&]*o?[eE])*)"
    r"|(?P<M>[fF]+o*M[fF]*|M[fF]*)"
)  # fmt: skip

_UNJOINED: Final = frozenset("hHW·")
_FORMS: Final = frozenset("fFRM")

_ELEMENTS: Final = frozenset("eE")


def named(found: list[Token], out: Parsed) -> list[Token]:
    """Tokens with names put together: every substance one token of kind `s`, value Substance."""
    kinds = "".join([t.kind for t in found])
    if _UNJOINED & set(kinds):
        found = hydrated(_shared_units(found))
        kinds = "".join([t.kind for t in found])
    while "(u)" in kinds:  # La2O3 (%): 25
        i = kinds.index("(u)")
        found = [*found[:i], found[i + 1], *found[i + 3 :]]
        kinds = kinds[:i] + "u" + kinds[i + 3 :]
    made: list[Token] = []
    at = 0
    if _FORMS & set(kinds):
        for match in _NAMES.finditer(kinds):
            made.extend([_plain(t, out) for t in found[at : match.start()]])
            made.extend(_name(match, found[match.start() : match.end()], out))
            at = match.end()
    made.extend([_plain(t, out) for t in found[at:]])
    return [t for t in made if t.kind not in "fFm"]


def _shared_units(found: list[Token]) -> list[Token]:
    out: list[Token] = []
    for token in found:
        if out and out[-1].kind == "h" and token.kind == "u":
            out[-1] = token._replace(value=(out[-1].value, 1.0, True), start=out[-1].start)
        else:
            out.append(token)
    return [t for t in out if t.kind != "h"]


def _plain(token: Token, out: Parsed) -> Token:
    kind, value = token.kind, token.value
    made: Substance | None = None
    if kind == "e":
        made = substances.from_element(value)
    elif kind == "E":
        made = substances.from_group(value)
    elif kind == "S":
        made = substances.from_formula(value)
    if made is None:
        return token
    if made.slip:
        out.slips.append(made.slip)
    return token._replace(kind="s", value=made)


def _name(match: re.Match[str], some: list[Token], out: Parsed) -> list[Token]:
    forms = tuple(t.value for t in some if t.kind in "fF")
    start, end = some[0].start, some[-1].end
    if match.lastgroup == "M":
        material = next(t.value for t in some if t.kind == "M")
        if material.klass == "metal" and forms:
            made = substances.from_name(material.elements, forms, "")
        else:
            made = substances.from_material(material)
        return [Token("s", made, start, end)]
    if match.lastgroup == "R":
        if not forms and any(t.kind == "R" and t.value == "symbol" for t in some):
            return [Token("?", "RE1", start, end)]
        return [Token("s", substances.from_name((), forms, ""), start, end)]
    values = [t.value for t in some if t.kind in _ELEMENTS]
    elements: tuple[str, ...] = ()
    for value in values:
        elements += (value.symbol,) if isinstance(value, Element) else value.symbols
    slip = "; ".join(v.slip for v in values if v.slip)
    if slip:
        out.slips.append(slip)
    return [Token("s", substances.from_name(elements, forms, slip), start, end)]
