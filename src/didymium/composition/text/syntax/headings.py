"""A name in front of a list: `Terfenol-D: Tb 18 %, Dy 42 %, Fe 40 %`, `Mischmetal - Ce 52 %, La 26 %, ...`.

The list says what the thing named holds, so the name is no part with a figure of its own. Trade names that nobody knows
may head a list too; they are left out with a warning.
"""

from __future__ import annotations

import re
from typing import Final

from didymium.composition.chemistry import NOT_TRADED
from didymium.composition.text.lexis.substances import Substance
from didymium.composition.text.lexis.tokens import Token
from didymium.composition.text.syntax.parts import Parsed

#: A list: two substances at least, each with its figure.
_LIST: Final = re.compile(r"[,;(]*[sT]:?f.*?[sT]:?f|[,;(]*fo?s.*?fo?s")
_PASSED: Final = frozenset("s?oiwgB&/+-()")
#: Words that stand between a name and the figures of its parts: `powder with 28 % of Nd`.
_TIES: Final = str.maketrans("", "", "&o")
_ALLOYING: Final = frozenset(
    ["La", "Ce", "Pr", "Nd", "Sm", "Gd", "Tb", "Dy", "Ho", "Y", "Sc", "Fe", "B", "Co", "Al", "Cu"]
)
_MOST_WORDS: Final = 4
_OXIDE_LIKE: Final = re.compile(r"O\d")


def headed(stream: list[Token], out: Parsed) -> list[Token]:
    """The stream with its heading, if it has one, set apart by a semicolon; words in it that are not understood go."""
    kinds = "".join([t.kind for t in stream])
    if ":" not in kinds and "-" not in kinds and not ("?" in kinds and "(" in kinds):
        return stream
    at = _mark(stream, kinds)
    if not at or not _LIST.match(kinds, at + 1):
        return stream
    head = stream[:at]
    words = [t for t in head if t.kind == "?"]
    names = [t for i, t in enumerate(head) if t.kind == "s" and not _tied(head, i)]
    close = stream[at].end == (stream[at + 1].start if at + 1 < len(stream) else -1)
    if not (words or names) or not all(_heads(t.value, stream[at].kind, close=close) for t in names):
        return stream
    if len(words) > _MOST_WORDS or any(t.value in NOT_TRADED or _OXIDE_LIKE.search(str(t.value)) for t in words):
        return stream
    if words:
        said = " ".join(str(t.value) for t in head if t.kind == "?")
        out.slips.append(f"not understood: {said} (taken as the heading of the list)")
    made: list[Token] = []
    for token in names:
        made += [token, Token(";", ";", token.end, token.end)]
    return [*made, *stream[at + 1 :]]


def led(stream: list[Token]) -> list[Token]:
    """`Aluminium scandium alloy 2 % Sc`: a name that heads figures written before their substances stands apart."""
    kinds = "".join([t.kind for t in stream])
    if "sfs" not in (kinds.translate(_TIES) if "&" in kinds or "o" in kinds else kinds):
        return stream
    out: list[Token] = []
    start = 0
    for end in [*(i for i, t in enumerate(stream) if t.kind in ",;()"), len(stream)]:
        segment = stream[start:end]
        pairs = "".join([t.kind for t in segment if t.kind in "sfT"])
        if len(pairs) > 2 and pairs == "s" + "fs" * (len(pairs) // 2) and segment[0].kind == segment[-1].kind == "s":
            head = segment[0].value
            if (
                head.formula is None
                and head.role == "sub"
                and set(segment[-1].value.elements) <= {*head.elements, *_ALLOYING}
            ):
                segment = [segment[0], Token(";", ";", segment[0].end, segment[0].end), *segment[1:]]
        out.extend(segment)
        out.extend(stream[end : end + 1])
        start = end + 1
    return out


def _mark(stream: list[Token], kinds: str) -> int:
    """The place of the colon, free-standing dash or (behind a strange word) bracket that ends the heading; 0 for none."""
    for i, kind in enumerate(kinds):
        if kind == "(" and "?" in kinds[:i] and _LIST.match(kinds, i + 1):
            return i
        if kind == ":" or (kind == "-" and i and stream[i - 1].end < stream[i].start and _blank_behind(stream, i)):
            return i
        if kind == "f" and "?" in kinds[:i] and stream[i].value.bare and stream[i].value.unit is None:
            if kinds[i + 1 : i + 2] == ":" or (kinds[i + 1 : i + 2] == "(" and _LIST.match(kinds, i + 2)):
                return i + 1  # HyperMag 3: a number that belongs to the name
            return 0
        if kind not in _PASSED:
            return 0
    return 0


def _tied(head: list[Token], i: int) -> bool:
    """A symbol that is a piece of a trade name: Sorvia-B."""
    return (
        i > 1 and head[i - 2].kind == "?" and head[i - 2].end == head[i - 1].start and head[i - 1].end == head[i].start
    )


def _blank_behind(stream: list[Token], i: int) -> bool:
    return i + 1 < len(stream) and stream[i].end < stream[i + 1].start


def _heads(substance: Substance, mark: str, *, close: bool) -> bool:
    """A material, an alloy or an element by name may head a list; a bare symbol may not, a formula only before a colon."""
    if substance.role != "sub":
        return False
    if substance.formula is not None and not substance.by_name:
        return mark == ":" and not close and len(substance.elements) > 1 and substance.basis == "compound"
    return (substance.by_name and not (close and substance.klass == "compound")) or substance.klass == "alloy"
