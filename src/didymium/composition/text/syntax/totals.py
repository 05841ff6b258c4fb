"""TREO and its like: a part with a figure of its own, or a mark on the parts beside it."""

from __future__ import annotations

import re
from typing import Any

from didymium.composition.text.lexis import substances
from didymium.composition.text.lexis.tokens import Token
from didymium.composition.text.syntax.parts import Part
from didymium.composition.text.syntax.state import State, add


def total(state: State, stream: list[Token], i: int, token: Token) -> None:
    """TREO and the like: a part with a figure of its own, or a mark on the parts beside it."""
    name = token.value
    if name not in ("TREO", "TREM"):
        add(state, token, substances.total(name))
        return
    parts = state.out.parts
    last = parts[-1] if parts else None
    before = stream[i - 1].kind if i else "^"
    if last and before in "oi/" and i > 1 and stream[i - 2].kind == ")" and _bracketed(state, name):
        return
    after = next((t.kind for t in stream[i + 1 :] if t.kind != ":"), "$")
    if (
        last and state.joiner.endswith("/") and before == "/" and not (last.figure is not None and after == "f")
    ):  # X/TREO, X 30 % /TREO
        _mark(state, last, name, after_figure=last.figure is not None)
        return
    if last and last.segment == state.segment and before in "oi" and last.figure is not None and after != "f":
        _mark(state, last, name, after_figure=True)
        return
    if _for_all(state, token, before, after):
        return
    if state.pending is not None and not state.seen:
        if state.bracket and last and last.figure is None and _beside(last, "f", name):
            last.figure, last.weak, state.pending = state.pending, True, None  # lutetium oxide (99.99 % REO)
            return
        add(state, token, substances.total(name))
        return
    if last and last.segment == state.segment and _beside(last, after, name):
        last.weak = True
        state.joiner = ""
        return
    if after != "f" and state.seen == 0 and last and last.figure is not None and not _figure_apart(stream, i):
        state.bare_total = token
        return
    if (
        last
        and last.segment == state.segment
        and last.figure is not None
        and after != "f"
        and last.figure.kind not in ("balance", "absent")
    ):
        total = Part(substances.total(name), last.figure, segment=state.segment, start=token.start, end=token.end)
        last.figure = None
        parts.append(total)
        return
    add(state, token, substances.total(name))


def _figure_apart(stream: list[Token], i: int) -> bool:
    """`...; TREO; 99 %`: its figure stands alone between the next two signs."""
    return re.match("[,;]f(?:[,;)]|$)", "".join([t.kind for t in stream[i + 1 : i + 4]])) is not None


def _for_all(state: State, token: Token, before: str, after: str) -> bool:
    """`..., of TREO`, `REO basis`: a mark that says at the end of its segment what it covers."""
    if before in "oi" and after != "f" and not state.seen:
        state.bare_total = token._replace(kind="K")
        return True
    if after == "B" or before == "B":
        state.bare_total = token
        basis(state)
        return True
    return False


def _bracketed(state: State, name: Any) -> bool:
    """`(La2O3 25 %; CeO2 30 %) of TREO`: the mark behind a bracket covers all that stands in it."""
    inside = state.out.parts[state.opened :]
    if len(inside) < 2 or any(p.figure is None or p.substance.role not in ("sub", "part") for p in inside):
        return False
    for part in inside:
        part.of = name
    state.joiner = ""
    return True


def _beside(last: Part, after: str, name: str) -> bool:
    """`Nd2O3 REO 99.9 %`, `Nd2O3 99.9 % TREO`: no figure of its own, beside an oxide of named rare earths."""
    oxide = last.substance.rare_oxide and not last.substance.generic if name == "TREO" else last.substance.rare
    if last.figure is None:
        return oxide and after == "f"
    return oxide and after != "f" and last.figure.kind in ("point", "floor", "range")


def _mark(state: State, last: Part, name: Any, *, after_figure: bool) -> None:
    state.joiner = ""
    parts = state.out.parts
    if (
        last.figure is None
        and state.bracket
        and len(parts) > 1
        and parts[-2].substance == last.substance
        and parts[-2].figure is not None
    ):
        parts.pop()  # Eu2O3 99.999 % (Eu2O3/REO)
        last = parts[-1]
    last.of = name
    i = len(parts) - 1
    while i > 0 and "/" in parts[i].joined:
        i -= 1
        parts[i].of = name
    if after_figure and i > 0:
        state.out.trailing = name


def basis(state: State) -> None:
    """`REO basis` and `on a TREO basis`: of the parts of this segment, or of the whole list where it stands apart."""
    if state.bare_total is None:
        return
    name = state.bare_total.value
    own = [p for p in state.out.parts if p.segment == state.segment]
    if own:
        for part in own:
            part.of = name
        if len(state.out.parts) > len(own):
            state.out.trailing = name
    else:
        state.out.basis = name
    state.bare_total = None


def lone_total(state: State) -> None:
    """`..., (of TREO)`, `(REO)`: a total that stands alone between brackets or commas."""
    token = state.bare_total
    state.bare_total = None
    parts = state.out.parts
    if token is None:
        return
    last = parts[-1] if parts else None
    if last is None:
        state.out.basis = token.value
    elif token.kind == "K":
        last.of = token.value
        if len(parts) > 1:
            state.out.trailing = token.value
    elif _beside(last, "", token.value):
        last.weak = True
    else:
        parts.append(Part(substances.total(token.value), None, segment=state.segment, start=token.start, end=token.end))
