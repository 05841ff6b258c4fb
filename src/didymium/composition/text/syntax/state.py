"""What pairing remembers while it walks along the tokens, and how a substance joins the list."""

from __future__ import annotations

from didymium.composition.text.lexis import substances
from didymium.composition.text.lexis.figures import Figure, Refusal
from didymium.composition.text.lexis.substances import Substance
from didymium.composition.text.lexis.tokens import Token
from didymium.composition.text.syntax.parts import Parsed, Part


class State:
    """What pairing remembers while it walks along the tokens."""

    def __init__(self, out: Parsed) -> None:
        self.out = out
        self.pending: Figure | None = None
        self.absent: Figure | None = None
        self.fresh = False  # no substance since the word of absence
        self.segment = 0
        self.joiner = ""
        self.seen = 0  # parts of the present segment
        self.bare_total: Token | None = None
        self.bracket = False  # the segment began with a bracket
        self.opened = 0  # parts before the last bracket that was opened
        self.purity: Figure | None = None  # a purity said apart, whose substance is still to come


def add(state: State, token: Token, substance: Substance) -> None:
    """A substance joins the list: merged with another name of the same thing, or a part of its own."""
    parts = state.out.parts
    last = parts[-1] if parts else None
    if last and last.figure is None and not state.pending and not set(state.joiner) & set("/+&"):
        same = substances.agree(last.substance, substance)
        if same is not None and (last.segment == state.segment or last.segment == state.segment - 1):
            last.substance, last.end, last.segment = same, token.end, state.segment
            state.joiner = ""
            state.seen += 1
            return
        near = last.segment == state.segment or (last.segment == state.segment - 1 and state.bracket)
        if near and substances.contradict(last.substance, substance):
            raise Refusal(
                "unparseable",
                f"{last.substance.name} and {substance.name} name different things for one figure",
                token.start,
            )
    part = Part(substance, segment=state.segment, start=token.start, end=token.end)
    if state.seen or (last and last.segment == state.segment):
        part.joined = state.joiner
    if last and last.segment == state.segment and not state.joiner and last.figure is None and _runs_on(last, part):
        part.joined = "-"
    state.joiner = ""
    if state.pending is not None:
        part.figure, state.pending = state.pending, None
    elif state.absent is not None and (state.fresh or part.joined or _beside(last, part)):
        part.figure = state.absent
        state.fresh = False
    parts.append(part)
    state.seen += 1


def _beside(last: Part | None, part: Part) -> bool:
    return last is not None and last.segment == part.segment and _runs_on(last, part)


def _runs_on(last: Part, part: Part) -> bool:
    """Elements written one after the other with nothing between (镨钕, Nd Pr)."""
    return last.substance.is_element and part.substance.is_element and part.start - last.end <= 1
