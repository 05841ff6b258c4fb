"""From text to tokens: numbers, units, formulas, names, signs, each with its place in the text.

A text is cut at blanks; what a piece without blanks says is worked out once and remembered, since the same pieces come
back in millions of declarations. Nothing here decides what a token means beside others; the grammar does.
"""

from __future__ import annotations

import math
import re
import unicodedata
from functools import lru_cache
from typing import Any, Final

from didymium.composition.chemistry import (
    RARE_EARTHS,
)
from didymium.composition.text.lexis.letters import MAGNET, RUN, border, codes, letters, unknown, value_of
from didymium.composition.text.lexis.names import lexicon
from didymium.composition.text.lexis.signs import SIGN, SIGNS, UNIT, UNITS
from didymium.composition.text.lexis.spelling import fold, is_alphabetic
from didymium.composition.text.lexis.tokens import Number, Token, number

_NUMBER: Final = re.compile(r"\d+(?:[.,]\d+)*(?:[eE][+-]?\d+)?|[.,]\d+")

_ROMAN: Final = re.compile(r"\((?:[iI]{1,3}|[iI]?[vV][iI]?|Ⅲ)\)")

_CAS: Final = re.compile(r"\d{2,7}-\d{2}-\d(?!\d)")

_NO_NUMBER: Final = re.compile(r"(?<![^\W\d_])(?:nan|inf(?:inity)?|∞)(?![^\W\d_])")

_PLAIN: Final = re.compile(r"([0-9]+(?:[.,][0-9]+)?)(%?)([,;)]?)")

_N_GRADE: Final = re.compile(r"(\d)(?:\.(\d))?[Nn](\d)?(?![A-Za-z0-9])")

_WATER: Final = re.compile(r"(\d+(?:\.\d+)?|[xn])?H2O(?![A-Za-z0-9])")

_QUANTITY: Final = re.compile(
    r"\d+(?:[.,]\d+)*(?:kgs?|mts?|tons?|tonnes?|lbs?|mm|cm|[uµμ]m|nm|mesh|目|л|кг|микрон|pcs|drums?|bags?)(?![a-z])"
    r"|\d+(?:\.\d+)?(?:[x×*]\d+(?:\.\d+)?)+(?:mm|cm|inch)(?![a-z])|\d+(?:\.\d+)?(?:[x×*]\d+(?:\.\d+)?){2}(?![a-z\d])"
)

_WORD: Final = re.compile(r"\S+")

_SUPERSCRIPT: Final = re.compile(r"(\d)?[⁰¹²³⁴-⁹]*[⁺⁻][⁰¹²³⁴-⁹]*")

#: The circled numbers of a list (①②③).
_CIRCLED: Final = re.compile("[\u2460-\u2473\u2776-\u2793]")
#: Longer pieces come once and are not remembered.
_LONGEST_KEPT: Final = 80
_BLANKLESS: Final = " "

_NO_PHRASE: Final = frozenset("nuN,;:()-/=<>P.·SgH")


def normal(text: str) -> str:
    """Full width, subscripts and the like folded (NFKC); superscript charges dropped; circled numbers part a list."""
    if text.isascii():
        return text
    if "⁺" in text or "⁻" in text:
        text = _SUPERSCRIPT.sub(lambda m: f"{m.group(1)}^" if m.group(1) else "", text)
    return unicodedata.normalize("NFKC", _CIRCLED.sub(";", text))


def tokens(text: str) -> list[Token]:
    """All tokens of a normalised text, phrases of several words joined."""
    found: list[Token] = []
    for word in _WORD.finditer(text):
        at = word.start()
        letters = word.group()
        cut = piece(letters) if len(letters) <= _LONGEST_KEPT else piece.__wrapped__(letters)
        for kind, value, start, end in cut:
            found.append(Token(kind, value, at + start, at + end))
    return _phrases(text, found)


def _phrases(text: str, found: list[Token]) -> list[Token]:
    starts = lexicon().phrases
    folded = ""
    out: list[Token] = []
    end = -1
    for token in found:
        if token.start < end:
            continue
        if token.kind not in _NO_PHRASE:
            folded = folded or fold(text)
            first = RUN.match(folded, token.start)
            for phrase in starts.get(first.group(), ()) if first else ():
                if folded.startswith(phrase, token.start) and _is_phrase(text, folded, token.start, len(phrase)):
                    word = lexicon().words[phrase]
                    end = token.start + len(phrase)
                    token = Token(word.kind, value_of(word), token.start, end)  # noqa: PLW2901
                    break
        out.append(token)
    return out


def _is_phrase(text: str, folded: str, start: int, length: int) -> bool:
    """The words stand alone: `de la` is not that of `3 % de La2O3` nor of `28 % de La`."""
    end = start + length
    if not border(folded, start, end) or (is_alphabetic(folded[end - 1]) and folded[end : end + 1].isdigit()):
        return False
    return text[start:end].rpartition(" ")[2] not in RARE_EARTHS


@lru_cache(maxsize=50_000)
def piece(word: str) -> tuple[tuple[str, Any, int, int], ...]:
    """Tokens of one piece without blanks: (kind, value, start, end) with places relative to the piece."""
    if word in ("x", "X"):
        return (("·", word, 0, 1),)
    if m := _PLAIN.fullmatch(word):  # most pieces are a number, with or without its per cent sign
        return _plain(m)
    found: list[tuple[str, Any, int, int]] = []
    folded = fold(word)
    at = 0
    while at < len(word):
        kind, value, end = _next(word, folded, at)
        if kind != _BLANKLESS:
            found.append((kind, value, at, end))
        assert end > at
        at = end
    return tuple(found)


def _plain(m: re.Match[str]) -> tuple[tuple[str, Any, int, int], ...]:
    end = m.end(1)
    found: list[tuple[str, Any, int, int]] = [("n", number(m.group(1)), 0, end)]
    if m.group(2):
        found.append(("u", UNITS["pct"], end, end + 1))
    if m.group(3):
        found.append((m.group(3), m.group(3), m.end() - 1, m.end()))
    return tuple(found)


def _next(word: str, folded: str, at: int) -> tuple[str, Any, int]:
    character = word[at]
    unit = UNIT.match(folded, at)
    if unit and (not at or not (is_alphabetic(word[at]) and is_alphabetic(word[at - 1]))):
        name = unit.lastgroup or ""
        return ("c", unit.group(), unit.end()) if name == "bad" else ("u", UNITS[name], unit.end())
    if m := _NO_NUMBER.match(folded, at):
        return "n", Number(math.inf, 0.0, None, ""), m.end()
    if character.isdigit() or (character in ".," and _NUMBER.match(word, at) and not (at and word[at - 1].isalnum())):
        return _digits(word, folded, at)
    if character == "(" and (m := _ROMAN.match(word, at)):
        return _BLANKLESS, None, m.end()
    if character.isalpha() or (character in "([{" and word[at + 1 : at + 2].isalnum()):
        found = letters(word, folded, at)
        if found:
            return found
    if unicodedata.category(character)[0] == "M":
        return unknown(word, at)
    sign = SIGN.match(word, at)
    if sign:
        return SIGNS.get(sign.group(), "X"), sign.group(), sign.end()
    return "X", character, at + 1


def _digits(word: str, folded: str, at: int) -> tuple[str, Any, int]:
    if (m := _CAS.match(word, at)) and _is_cas(m.group()):
        return _BLANKLESS, None, m.end()
    if m := _WATER.match(word, at):
        return "H", m.group(1) or "1", m.end()
    if m := _N_GRADE.match(word, at):
        nines = int(m.group(1))
        last = int(m.group(3) or m.group(2) or 0)
        return "N", (nines, last), m.end()
    if m := MAGNET.match(word, at):
        return "g", m.group(), m.end()
    if m := _QUANTITY.match(folded, at):
        return "c", m.group(), m.end()
    m = _NUMBER.match(word, at)
    if not m:
        return "X", word[at], at + 1
    if code := codes()[0].match(word, m.end()):
        return "C", (lexicon().codes[code.group(1)], number(m.group())), code.end()
    return "n", number(m.group()), m.end()


def _is_cas(text: str) -> bool:
    """The last digit of a CAS number is the weighted sum of the others, counted from the right."""
    *digits, check = [int(c) for c in text if c.isdigit()]
    return sum(place * digit for place, digit in enumerate(reversed(digits), 1)) % 10 == check
