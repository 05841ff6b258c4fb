"""From text to tokens: numbers, units, formulas, names, signs, each with its place in the text.

A text is cut at blanks; what a piece without blanks says is worked out once and remembered, since the same pieces come
back in millions of declarations. Nothing here decides what a token means beside others; the grammar does.
"""

from __future__ import annotations

import math
import re
import unicodedata
from functools import cache, lru_cache
from typing import Any, Final

from didymium.composition.chemistry import (
    MASSES,
    NOT_TRADED,
    RARE_EARTHS,
)
from didymium.composition.text.formulas import formula_at
from didymium.composition.text.names import Word, fold, is_alphabetic, known, lexicon
from didymium.composition.text.tokens import Compound, Element, Number, Token, number

SIGNS: Final = {
    ">=": ">", "=>": ">", "≥": ">", "⩾": ">", "≧": ">", ">": ">", "<=": "<", "=<": "<", "≤": "<", "⩽": "<", "≦": "<",
    "<": "<", "±": "P", "+/-": "P", "+-": "P", "-": "-", "–": "-", "—": "-", "−": "-", "‐": "-", "‑": "-", "‒": "-",
    "~": "~", "∼": "~", "〜": "~", "≈": "a", "≃": "a", "..": "r", "...": "r", "÷": "r", "/": "/", ":": ":", ";": ";",
    ",": ",", "、": ",", "。": ";", "(": "(", ")": ")", "[": "(", "]": ")", "{": "(", "}": ")", "【": "(", "】": ")",
    "「": "(", "」": ")", "=": "=", "+": "+", "&": "&", "|": ";", "·": "·", "•": "·", "*": "·", "∙": "·", "⋅": "·", "・": "·",
    "×": "·", "!": "X", ".": ".", '"': " ", "'": " ", "’": " ", "“": " ", "”": " ", "`": "X", "®": " ", "™": " ",
}  # fmt: skip

_SIGN: Final = re.compile(r">=|=>|<=|=<|\+/-|\+-|\.\.\.?|[^\w\s]")

_UNIT: Final = re.compile(
    r"(?P<wt>(?:wt|w/w|m/m|mass|gew|мас|масс|质量|重量|質量|w|m)\.?[-_]?%|%\(?(?:w/w|m/m|wt|w|m|p/p|мас|мас\.|масс\.?)\.?\)?(?![^\W\d_])"
    r"|%(?:by)?(?:wt|weight|mass)(?![^\W\d_]))"
    r"|(?P<at>(?:at|атомн?|ат|原子)\.?[-_]?%|%\(?at\.?\)?(?![^\W\d_]))"
    r"|(?P<mol>(?:mole?|мол|摩尔|m0l)\.?[-_]?%|%\(?mol\)?(?![^\W\d_]))"
    r"|(?P<bad>vol\.?-?%|%\(?vol\)?|об\.?%|ppmv|ppt(?![a-z])|m?g/l(?![a-z])|g/m3|bq/g|bq/kg|mg/l)"
    r"|(?P<pct>%)|(?P<mil>‰)"
    r"|(?P<ppm>ppmw?(?![a-z])|g/mt(?![a-z])|g/t(?:on(?:ne)?)?(?![a-z])|mg/kg|[uµμ]g/g|gpt(?![a-z])|мг/кг|г/т|мкг/г|毫克/千克|克/吨)"
    r"|(?P<ppb>ppbw?(?![a-z])|ng/g|[uµμ]g/kg|mg/t(?![a-z])|мкг/кг)"
    r"|(?P<per1000>g/kg|kg/t(?![a-z])|kg/mt|mg/g|г/кг|кг/т|克/千克)"
    r"|(?P<per100>g/100g)"
)

_UNITS: Final = {
    "wt": ("wt%", 1.0, True), "at": ("at%", 1.0, True), "mol": ("mol%", 1.0, True), "pct": ("wt%", 1.0, False),
    "mil": ("wt%", 0.1, True), "ppm": ("ppm", 1.0, True), "ppb": ("ppb", 1.0, True), "per1000": ("wt%", 0.1, True),
    "per100": ("wt%", 1.0, True),
}  # fmt: skip

_NUMBER: Final = re.compile(r"\d+(?:[.,]\d+)*(?:[eE][+-]?\d+)?|[.,]\d+")

_ROMAN: Final = re.compile(r"\((?:[iI]{1,3}|[iI]?[vV][iI]?|Ⅲ)\)")

_CAS: Final = re.compile(r"\d{2,7}-\d{2}-\d(?!\d)")

_NO_NUMBER: Final = re.compile(r"(?<![^\W\d_])(?:nan|inf(?:inity)?|∞)(?![^\W\d_])")

_PLAIN: Final = re.compile(r"([0-9]+(?:[.,][0-9]+)?)(%?)([,;)]?)")

_N_GRADE: Final = re.compile(r"(\d)(?:\.(\d))?[Nn](\d)?(?![A-Za-z0-9])")

_MAGNET: Final = re.compile(
    r"N(?:[2-5]\d)(?:M|H|SH|UH|EH|AH|TH|VH|T)?(?![A-Za-z0-9])|[2-5]\d(?:SH|UH|EH|AH|TH|VH)(?![A-Za-z0-9])"
)

_WATER: Final = re.compile(r"(\d+(?:\.\d+)?|[xn])?H2O(?![A-Za-z0-9])")

_QUANTITY: Final = re.compile(
    r"\d+(?:[.,]\d+)*(?:kgs?|mts?|tons?|tonnes?|lbs?|mm|cm|[uµμ]m|nm|mesh|目|л|кг|микрон|pcs|drums?|bags?)(?![a-z])"
)

_RUN: Final = re.compile(r"[^\W\d_]+")

_WORD: Final = re.compile(r"\S+")

_SUPERSCRIPT: Final = re.compile(r"(\d)?[⁰¹²³⁴-⁹]*[⁺⁻][⁰¹²³⁴-⁹]*")

#: Longer pieces come once and are not remembered.
_LONGEST_KEPT: Final = 80
_BLANKLESS: Final = " "

_NO_PHRASE: Final = frozenset("nuN,;:()-/=<>P.·SgH")


def normal(text: str) -> str:
    """Full width, subscripts and the like folded (NFKC); superscript charges dropped."""
    if text.isascii():
        return text
    if "⁺" in text or "⁻" in text:
        text = _SUPERSCRIPT.sub(lambda m: f"{m.group(1)}^" if m.group(1) else "", text)
    return unicodedata.normalize("NFKC", text)


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


def value_of(word: Word) -> Any:
    """The value of a token that is a word of the lexicon."""
    if word.kind == "e":
        return Element(*word.value)
    return Compound(word.value, named=True) if word.kind == "S" else word.value


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
            first = _RUN.match(folded, token.start)
            for phrase in starts.get(first.group(), ()) if first else ():
                if folded.startswith(phrase, token.start) and _border(folded, token.start, token.start + len(phrase)):
                    word = lexicon().words[phrase]
                    end = token.start + len(phrase)
                    token = Token(word.kind, value_of(word), token.start, end)  # noqa: PLW2901
                    break
        out.append(token)
    return out


def _border(text: str, start: int, end: int) -> bool:
    """No alphabetic word runs across either end."""
    if start and is_alphabetic(text[start]) and is_alphabetic(text[start - 1]):
        return False
    return end >= len(text) or not (is_alphabetic(text[end - 1]) and is_alphabetic(text[end]))


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
        found.append(("u", _UNITS["pct"], end, end + 1))
    if m.group(3):
        found.append((m.group(3), m.group(3), m.end() - 1, m.end()))
    return tuple(found)


def _next(word: str, folded: str, at: int) -> tuple[str, Any, int]:
    character = word[at]
    unit = _UNIT.match(folded, at)
    if unit and (not at or not (is_alphabetic(word[at]) and is_alphabetic(word[at - 1]))):
        name = unit.lastgroup or ""
        return ("c", unit.group(), unit.end()) if name == "bad" else ("u", _UNITS[name], unit.end())
    if m := _NO_NUMBER.match(folded, at):
        return "n", Number(math.inf, 0.0, None, ""), m.end()
    if character.isdigit() or (character in ".," and _NUMBER.match(word, at) and not (at and word[at - 1].isalnum())):
        return _digits(word, folded, at)
    if character == "(" and (m := _ROMAN.match(word, at)):
        return _BLANKLESS, None, m.end()
    if character.isalpha() or (character in "([{" and word[at + 1 : at + 2].isalnum()):
        found = _letters(word, folded, at)
        if found:
            return found
    if unicodedata.category(character)[0] == "M":
        return _unknown(word, at)
    sign = _SIGN.match(word, at)
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
    if m := _MAGNET.match(word, at):
        return "g", m.group(), m.end()
    if m := _QUANTITY.match(folded, at):
        return "c", m.group(), m.end()
    m = _NUMBER.match(word, at)
    if not m:
        return "X", word[at], at + 1
    if code := _codes()[0].match(word, m.end()):
        return "C", (lexicon().codes[code.group(1)], number(m.group())), code.end()
    return "n", number(m.group()), m.end()


def _is_cas(text: str) -> bool:
    """The last digit of a CAS number is the weighted sum of the others, counted from the right."""
    *digits, check = [int(c) for c in text if c.isdigit()]
    return sum(place * digit for place, digit in enumerate(reversed(digits), 1)) % 10 == check


def _letters(word: str, folded: str, at: int) -> tuple[str, Any, int] | None:
    if m := _MAGNET.match(word, at):
        return "g", m.group(), m.end()
    if shorthand := _code(word, at):
        return shorthand
    listed, listed_end = _listed(folded, at)
    chemical = formula_at(word, at)
    if (
        chemical
        and chemical[0] == "S"
        and (chemical[1].twin or (known(word[at : chemical[2]]) and chemical[2] >= listed_end))
    ):
        return chemical
    run = _RUN.match(word, at)
    run_end = run.end() if run else at
    if chemical and chemical[2] > listed_end:
        return chemical
    if listed:
        text = word[at:listed_end]
        if text in MASSES and text not in NOT_TRADED and listed.kind not in "eFfMS":
            if text in RARE_EARTHS:
                return "e", Element(text), listed_end
            return "e", Element(text, otherwise=listed), listed_end
        if text.capitalize() in RARE_EARTHS and listed.kind == "d" and len(text) == 2:
            slip = f"repaired: letter case: {text} read as {text.capitalize()}"
            return "e", Element(text.capitalize(), slip=slip, otherwise=listed), listed_end
        return listed.kind, value_of(listed), listed_end
    if chemical:
        return chemical
    if not run:
        return None
    return _stem(folded, at, run_end) or _unknown(word, at)


@cache
def _codes() -> tuple[re.Pattern[str], re.Pattern[str]]:
    """Shorthand behind a number (8YSZ) and before one (GDC10, GDC-10)."""
    names = "|".join(sorted(map(re.escape, lexicon().codes), key=len, reverse=True))
    return re.compile(rf"-?({names})(?![A-Za-z0-9])"), re.compile(rf"({names})-?(\d+(?:\.\d+)?)(?![A-Za-z0-9])")


def _code(word: str, at: int) -> tuple[str, Any, int] | None:
    m = _codes()[1].match(word, at)
    return ("C", (lexicon().codes[m.group(1)], number(m.group(2))), m.end()) if m else None


def _listed(folded: str, at: int) -> tuple[Word | None, int]:
    lex = lexicon()
    for end in range(min(len(folded), at + lex.longest), at, -1):
        word = lex.words.get(folded[at:end])
        if (
            word
            and _border(folded, at, end)
            and not (
                is_alphabetic(folded[end - 1]) and folded[end : end + 1].isdigit() and word.kind in "&oibwReEMmdtzvaxk"
            )
        ):
            return word, end
    return None, at


def _stem(folded: str, at: int, end: int) -> tuple[str, Any, int] | None:
    """German compounds: the longest element name that begins the run, if the rest is made of known words too."""
    lex = lexicon()
    for cut in range(end - 1, at + 2, -1):
        word = lex.words.get(folded[at:cut])
        if word and word.kind in "eR" and _known_rest(folded[cut:end]):
            return word.kind, value_of(word), cut
    if at and is_alphabetic(folded[at - 1]):
        word = lex.words.get(folded[at:end])
        if word:
            return word.kind, value_of(word), end
    return None


@lru_cache(maxsize=4096)
def _known_rest(rest: str) -> bool:
    words = lexicon().words
    if rest in words and words[rest].kind in "Ffey":
        return True
    return any(
        rest[:cut] in words and words[rest[:cut]].kind in "eF" and _known_rest(rest[cut:])
        for cut in range(3, len(rest))
    )


def _unknown(word: str, at: int) -> tuple[str, Any, int]:
    """A run of letters and digits that is no word, with the vowel signs of scripts that write them apart."""
    end = at
    while end < len(word) and (word[end].isalnum() or unicodedata.category(word[end])[0] == "M"):
        end += 1
    return "?", word[at : max(end, at + 1)], max(end, at + 1)
