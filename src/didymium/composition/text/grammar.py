"""From tokens to parts: which figure belongs to which substance, and which of them are shares of the rare-earth oxides.

The grammar is written as patterns over the kinds of tokens (one letter each, names.KINDS): names first, then figures, then
the pairing, segment by segment (a segment lies between commas, semicolons, brackets). It decides nothing that the words
leave open; what is open is marked on the part and worked out in `reading`.
"""

from __future__ import annotations

import re
from typing import Final

from didymium.composition.chemistry import NOT_TRADED
from didymium.composition.text import figures, substances
from didymium.composition.text.pairing import pair
from didymium.composition.text.parts import Parsed
from didymium.composition.text.prepared import Prepared
from didymium.composition.text.tokens import Token

_MOST_WORDS: Final = 4
_FORMULA_LIKE: Final = re.compile(r"[A-Z][A-Za-z]?[a-z]?\d|\d[A-Z]")


def looks_like_formula(text: str) -> bool:
    """Letters with subscripts, or the symbol of an element that is not traded: meant as a formula, though it is none."""
    return text in NOT_TRADED or _FORMULA_LIKE.search(text) is not None


def parse(ready: Prepared) -> Parsed:
    """Parts of one declaration. Refusal where a figure is broken or stands for nothing."""
    out = Parsed(grade=ready.grade, code=ready.code, slips=list(ready.slips))
    pair(_strangers(_figures(list(ready.stream), out), out), out)
    return out


def _strangers(stream: list[Token], out: Parsed) -> list[Token]:
    """Words that are not understood: with a figure of their own they are a component by name (`starch 85 %`), alone
    between commas they are left out with a warning; beside a substance they stay, and are refused.
    """
    if not any(t.kind == "?" for t in stream) or not any(t.kind in "sT" for t in stream):
        return stream
    made: list[Token] = []
    start = 0
    for end in [*(i for i, t in enumerate(stream) if t.kind in ",;()"), len(stream)]:
        segment = stream[start:end]
        kinds = {t.kind for t in segment}
        words = [t for t in segment if t.kind == "?"]
        plain = words and not any(looks_like_formula(str(t.value)) for t in words) and not kinds & set("sTxcP")
        if plain and "f" in kinds and _together(segment):
            name = " ".join(str(t.value) for t in words)
            named = Token(
                "s",
                substances.Substance(name, None, "compound", by_name=True, klass="other"),
                words[0].start,
                words[-1].end,
            )
            at = segment.index(words[0])
            segment = [*segment[:at], named, *(t for t in segment[at:] if t.kind != "?")]
        elif plain and "f" not in kinds and len(words) <= _MOST_WORDS:
            out.slips.append(f"not understood: {' '.join(str(t.value) for t in words)}")
            segment = []
        made.extend(segment)
        made.extend(stream[end : end + 1])
        start = end + 1
    return made


def _together(segment: list[Token]) -> bool:
    """The strange words stand side by side, and one figure stands before or behind them."""
    return re.fullmatch(r"f?[oiw&-]*\?[\?oiw&-]*f?", "".join(t.kind for t in segment)) is not None


def _figures(found: list[Token], out: Parsed) -> list[Token]:
    """Tokens with figures put together: every figure one token of kind `f`, value Figure."""
    kinds = "".join([t.kind for t in found])
    if "nn" in kinds:
        found = _grouped(found)
        kinds = "".join([t.kind for t in found])
    made: list[Token] = []
    at = 0
    for match in figures.PATTERN.finditer(kinds):
        made.extend(found[at : match.start()])
        some = found[match.start() : match.end()]
        start, end = some[0].start, some[-1].end
        figure = figures.read(match, [t.value for t in some], start, end)
        for t in some:
            if t.kind == "n" and t.value.mark == "," and t.value.other is None:
                out.comma = True
        made.append(Token("f", figure, start, end))
        at = match.end()
    made.extend(found[at:])
    return [
        Token("f", figures.special(t.kind, t.start, t.end), t.start, t.end) if t.kind in figures.SPECIAL else t
        for t in made
    ]


def _grouped(found: list[Token]) -> list[Token]:
    """`12 500 ppm`: groups of three set off by a blank."""
    out: list[Token] = []
    for i, token in enumerate(found):
        if (
            token.kind == "n" and out and out[-1].kind == "n" and token.start == out[-1].end + 1
            and token.end - token.start == 3 and 1 <= out[-1].value.value < 1000 and not out[-1].value.mark
            and i + 1 < len(found) and found[i + 1].kind == "u" and found[i + 1].value[0] in ("ppm", "ppb")
        ):  # fmt: skip
            whole = out[-1].value.value * 1000 + token.value.value
            out[-1] = out[-1]._replace(value=out[-1].value._replace(value=whole), end=token.end)
            continue
        out.append(token)
    return out
