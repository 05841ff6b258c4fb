"""The part of reading that does not hang on the figures, remembered.

Millions of declarations differ only in their figures. A text is therefore read once as a template, in which every digit
of a plain number is a 1: its tokens, with names put together, are remembered, and the figures of a text with the same
template are put back into them. Where a figure takes part in a name (`7 H2O`, `25 kg`, `- 5 %`) nothing is remembered.
"""

from __future__ import annotations

import re
from functools import lru_cache
from typing import Any, Final, NamedTuple

from didymium.composition.text.lexis import lexing
from didymium.composition.text.lexis.figures import Refusal
from didymium.composition.text.lexis.tokens import Token, number
from didymium.composition.text.syntax.naming import named
from didymium.composition.text.syntax.parts import Parsed
from didymium.composition.text.syntax.settling import settled

_MOST_TOKENS: Final = 600
#: Longer texts come once and are not remembered.
_LONGEST_KEPT: Final = 400
_SPREADSHEET: Final = re.compile(
    r"^\s*[=@]|^\s*[+-]\s*[A-Za-z]+\(|<\s*/?\s*[a-z!]+[^<>]*>|\{\{|\$\{|--\s*$|https?:|www\.|\\x|[A-Za-z]:\\"
)
_PLAIN_NUMBER: Final = re.compile(r"(?<!\S)[0-9]+(?:[.,][0-9]+)?(?=%?[,;)]?(?:\s|$))")
_SUSPECT: Final = frozenset("vX?")
_ONES: Final = str.maketrans("023456789", "111111111")


class Prepared(NamedTuple):
    """found: tokens as cut. doubtful: prose may be among them. stream: tokens with names put together. grade, code, slips:
    see Parsed. numbers: places of numbers in `stream`. fixed: a figure takes part in a name, so the template says nothing
    about other texts.
    """

    found: tuple[Token, ...]
    doubtful: bool
    stream: tuple[Token, ...]
    grade: str | None
    code: Any
    slips: tuple[str, ...]
    numbers: tuple[int, ...]
    fixed: bool


def prepare(text: str) -> Prepared:
    """Tokens of a normalised text with names put together. Refusal where there are too many, a dash stands for a
    figure, or the text is code.
    """
    if len(text) > _LONGEST_KEPT:
        return _work(text)
    template = _PLAIN_NUMBER.sub(lambda found: found.group().translate(_ONES), text)
    known = _prepare(template)
    if known.fixed:
        return _work(text)
    stream = list(known.stream)
    for i in known.numbers:
        token = stream[i]
        stream[i] = Token("n", number(text[token.start : token.end]), token.start, token.end)
    return known._replace(stream=tuple(stream))


def _work(text: str) -> Prepared:
    if _SPREADSHEET.search(text):
        raise Refusal("not_a_composition", "code, a link or a spreadsheet formula, not a composition", 0)
    found = lexing.tokens(text)
    if len(found) > _MOST_TOKENS:
        where = found[_MOST_TOKENS].start
        raise Refusal("unparseable", f"{len(found)} words and signs are too many; state the composition alone", where)
    out = Parsed()
    doubtful = len(found) == 1 or any(t.kind in _SUSPECT for t in found)
    kinds = "".join([t.kind for t in found])
    stream = named(settled(list(found), out), out)
    numbers = tuple([i for i, t in enumerate(stream) if t.kind == "n" and text[t.start] in "0123456789.,"])
    fixed = any(t.kind == "c" or (t.kind == "n" and t.value.value < 0) for t in stream) or "·n" in kinds
    return Prepared(tuple(found), doubtful, tuple(stream), out.grade, out.code, tuple(out.slips), numbers, fixed)


_prepare = lru_cache(maxsize=8_192)(_work)
