"""From tokens to parts: which figure belongs to which substance, and which of them are shares of the rare-earth oxides.

The grammar is written as patterns over the kinds of tokens (one letter each, names.KINDS): names first, then figures, then
the pairing, segment by segment (a segment lies between commas, semicolons, brackets). It decides nothing that the words
leave open; what is open is marked on the part and worked out in `reading`.
"""

from __future__ import annotations

import re
from functools import lru_cache
from typing import Final

from didymium.composition.chemistry import NOT_TRADED
from didymium.composition.text.lexis import figures, substances
from didymium.composition.text.lexis.tokens import Number, Token
from didymium.composition.text.syntax.headings import headed
from didymium.composition.text.syntax.pairing import pair
from didymium.composition.text.syntax.parts import Parsed
from didymium.composition.text.syntax.prepared import Prepared

_MOST_WORDS: Final = 4
_FORMULA_LIKE: Final = re.compile(r"[A-Z][A-Za-z]?[a-z]?\d|\d[A-Z]")


def looks_like_formula(text: str) -> bool:
    """Letters with subscripts, or the symbol of an element that is not traded: meant as a formula, though it is none."""
    return text in NOT_TRADED or _FORMULA_LIKE.search(text) is not None


def parse(ready: Prepared) -> Parsed:
    """Parts of one declaration. Refusal where a figure is broken or stands for nothing."""
    out = Parsed(grade=ready.grade, code=ready.code, slips=list(ready.slips))
    pair(_strangers(headed(_figures(list(ready.stream), out), out), out), out)
    return out


def _strangers(stream: list[Token], out: Parsed) -> list[Token]:
    """Words that are not understood: with a figure of their own they are a component by name (`starch 85 %`), alone
    between commas they are left out with a warning; beside a substance they stay, and are refused.
    """
    met = {t.kind for t in stream}
    if "?" not in met or not met & {"s", "T"}:
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
        elif words and len(words) <= _MOST_WORDS and (plain or _only_named(segment)) and "f" not in kinds:
            out.slips.append(f"not understood: {' '.join(str(t.value) for t in words)}")
            segment = [] if plain else [t for t in segment if t.kind != "?"]
        made.extend(segment)
        made.extend(stream[end : end + 1])
        start = end + 1
    return made


def _only_named(segment: list[Token]) -> bool:
    """Strange words beside a material by name, no figure: `permanent magnets`. The name determines no element anyhow."""
    if any(t.kind in "TxcP" or (t.kind == "?" and looks_like_formula(str(t.value))) for t in segment):
        return False
    return all(t.value.by_name and t.value.formula is None for t in segment if t.kind == "s")


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
    for match, first, last in _matches(kinds):
        made += found[at:first]
        values = [t.value for t in found[first:last]]
        start, end = found[first].start, found[last - 1].end
        made.append(Token("f", figures.read(match, values, start, end), start, end))
        if not out.comma:
            out.comma = any(v.mark == "," and v.other is None for v in values if v.__class__ is Number)
        at = last
    made += found[at:]
    if not figures.WORDED & set(kinds):
        return made
    return [
        Token("f", figures.special(t.kind, t.start, t.end), t.start, t.end) if t.kind in figures.SPECIAL else t
        for t in made
    ]


@lru_cache(maxsize=8_192)
def _matches(kinds: str) -> tuple[tuple[re.Match[str], int, int], ...]:
    """Where figures stand in a string of kinds of tokens; a few shapes come back in millions of declarations."""
    return tuple((m, m.start(), m.end()) for m in figures.PATTERN.finditer(kinds))


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
