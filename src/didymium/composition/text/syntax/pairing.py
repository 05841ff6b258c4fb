"""Which figure belongs to which substance, segment by segment (between commas, semicolons and brackets)."""

from __future__ import annotations

from itertools import pairwise

from msgspec.structs import replace

from didymium.composition.text.lexis import figures, substances
from didymium.composition.text.lexis.figures import Figure, Refusal
from didymium.composition.text.lexis.tokens import Token
from didymium.composition.text.syntax import totals
from didymium.composition.text.syntax.groups import denied
from didymium.composition.text.syntax.headings import led
from didymium.composition.text.syntax.parts import Parsed, Part
from didymium.composition.text.syntax.state import State, add


def pair(stream: list[Token], out: Parsed) -> None:
    """Fill the parts of `out` from tokens whose names (`s`) and figures (`f`) are put together. Refusal where one is left."""
    state = State(out)
    stream = led(stream)
    count = len(stream)
    for i, token in enumerate(stream):
        kind = token.kind
        if kind == "s":
            add(state, token, token.value)
        elif kind in ",;()":
            _close(state, kind)
        elif kind == "T":
            totals.total(state, stream, i, token)
        elif kind == "f":
            of = 1 if i + 2 < count and stream[i + 1].kind == "o" and state.joiner in ("&", "+") else 0  # con 5 % de Nd
            _figure(state, token, stream[i + 1 + of] if i + 1 < count else None)
        elif kind in "-/+&:":
            state.joiner += kind
        else:
            _other(state, token)
    _close(state, ";")
    if state.purity is not None:
        _said_apart(state, state.purity, late=True)
    _spread_absence(out)
    _refuse_rest(state)
    denied(out)


def _other(state: State, token: Token) -> None:
    """What is neither a substance nor a figure nor a sign between them."""
    kind = token.kind
    if kind == "x":
        state.absent = replace(figures.special("z", token.start, token.end), prefixed=True)
        state.fresh = True
    elif kind == "B":
        totals.basis(state)
    elif kind == "u":
        state.out.unit = token.value[0]
    elif kind in "GLU":
        _late_limit(state, kind)
    elif kind in "rpnN":
        raise Refusal("unparseable", "a figure or a sign of range that fits nowhere", token.start)
    elif kind in "?cPX":
        state.out.leftover.append(token)


def _refuse_rest(state: State) -> None:
    out = state.out
    if state.pending is not None and not (state.pending.kind == "balance" and out.parts):  # a balance of nothing named
        if out.parts or out.leftover:
            raise Refusal("unparseable", "a figure stands beside no substance", state.pending.start)
        raise Refusal("no_substance", "a figure of nothing named; name the substance", state.pending.start)
    if state.absent is not None:
        raise Refusal("unparseable", "a word of absence is followed by no substance", state.absent.start)


def _figure(state: State, token: Token, after: Token | None) -> None:
    figure: Figure = token.value
    parts = state.out.parts
    last = parts[-1] if parts else None
    here = last is not None and last.segment == state.segment
    if (
        figure.kind == "balance"
        and after is not None
        and after.kind in "sT"
        and not (here and last and last.figure is None)
    ):
        state.pending = figure
        return
    glued = after is not None and after.kind == "s" and after.start == token.end
    if (
        here
        and last
        and last.figure is None
        and after
        and after.kind == "s"
        and (state.joiner in ("+", "&") or (state.joiner == "-" and glued))
    ):
        state.pending = figure  # Mg-30Nd, ZrO2 + 3 mol% Y2O3
        return
    if here and last and last.figure is None:
        last.figure = figure
        last.end = token.end
        state.joiner = ""
        return
    if here and last and last.figure is not None and not (after and after.kind in "sT"):
        if last.of and figure.nines and figure.low != last.figure.low:  # Tm2O3 / REO 99 % / 4N: the first is the total
            parts.append(
                Part(substances.total(last.of), last.figure, segment=state.segment, start=last.start, end=last.end)
            )
            last.figure, last.of = figure, None
            return
        if _combine(last, figure):
            return
    if state.pending is not None:
        raise Refusal("unparseable", "two figures in a row; write one figure per component", token.start)
    state.pending = figure


def _combine(last: Part, figure: Figure) -> bool:
    assert last.figure is not None
    if figure.kind == "ratio" and last.figure.kind != "ratio" and len(last.substance.elements) == len(figure.shares):
        last.figure, last.whole = figure, last.figure  # PrNd oxide 99 % (75/25)
        return True
    if last.figure.kind == "ratio" and last.whole is None and figure.kind in ("point", "floor", "range"):
        last.whole = figure  # PrNd oxide (75/25) 99 %
        return True
    joined = figures.join(last.figure, figure)
    if joined is not None:
        last.figure = joined
        return True
    if {last.figure.nines, figure.nines} == {True, False} and last.grade is None:
        last.grade = figure if figure.nines else last.figure
        last.figure = last.figure if figure.nines else figure
        return True
    return False


def _late_limit(state: State, kind: str) -> None:
    """`99.9 % Nd2O3 min`: a limit that stands apart from its figure."""
    last = state.out.parts[-1] if state.out.parts else None
    if last and last.segment == state.segment and last.figure and last.figure.kind == "point":
        figure = last.figure
        if kind == "L":
            last.figure = Figure("ceiling", 0.0, figure.high, figure.unit, start=figure.start, end=figure.end)
        else:
            last.figure = Figure("floor", figure.low, None, figure.unit, start=figure.start, end=figure.end)


def _spread_absence(out: Parsed) -> None:
    """`without Dy, Tb`: an element without a figure after one that is said to be absent is absent too."""
    for before, part in pairwise(out.parts):
        if (
            part.figure is None
            and part.substance.is_element
            and before.figure
            and before.figure.prefixed
            and part.segment == before.segment + 1
        ):
            part.figure = before.figure


def _said_apart(state: State, figure: Figure, *, late: bool = False) -> bool:
    """`Ytterbium oxide, TREO 99 %, purity 99.99 %`: a purity is that of the one rare-earth substance without a figure,
    which may be named later (`purity 99.9 %, TREO 99 %, lutetium oxide`). False where another rule must decide.
    """
    bare = [p for p in state.out.parts if p.figure is None and p.substance.rare and p.substance.role == "sub"]
    if len(bare) == 1:
        bare[0].figure = figure
        return True
    if late:
        state.pending = figure
    elif not state.out.parts or all(p.figure is not None and p.substance.role != "sub" for p in state.out.parts):
        state.purity = figure
        return True
    return False


def _close(state: State, kind: str) -> None:
    """The end of a segment: a figure without a substance looks back, then forward."""
    out = state.out
    if state.bare_total is not None:
        totals.lone_total(state)
    if state.absent is not None and not state.fresh:
        state.absent = None
    if state.pending is not None and state.pending.purity and _said_apart(state, state.pending):
        state.pending = None
    elif state.pending is not None and not state.seen:
        last = out.parts[-1] if out.parts else None
        if last is not None and last.figure is None:
            last.figure, state.pending = state.pending, None
        elif last is not None and last.figure is not None and _combine(last, state.pending):
            state.pending = None
    elif state.pending is not None and state.pending.kind != "balance":
        raise Refusal("unparseable", "a figure stands beside no substance", state.pending.start)
    if kind == "(":
        state.opened = len(out.parts)
    state.bracket = kind == "("
    state.segment += 1
    state.seen = 0
    state.joiner = ""
