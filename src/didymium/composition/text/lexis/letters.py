"""Words, formulas and trade grades: what a run of letters is."""

from __future__ import annotations

import re
import unicodedata
from functools import cache, lru_cache
from typing import Any, Final

from didymium.composition.chemistry import MASSES, NOT_TRADED, RARE_EARTHS
from didymium.composition.text.lexis.formulas import formula_at
from didymium.composition.text.lexis.known import known
from didymium.composition.text.lexis.names import Word, lexicon
from didymium.composition.text.lexis.spelling import is_alphabetic
from didymium.composition.text.lexis.tokens import Compound, Element, number

MAGNET: Final = re.compile(
    r"N(?:[2-5]\d)(?:M|H|SH|UH|EH|AH|TH|VH|T)?(?![A-Za-z0-9])|[2-5]\d(?:SH|UH|EH|AH|TH|VH)(?![A-Za-z0-9])"
)

RUN: Final = re.compile(r"[^\W\d_]+")


def value_of(word: Word) -> Any:
    """The value of a token that is a word of the lexicon."""
    if word.kind == "e":
        return Element(*word.value)
    return Compound(word.value, named=True) if word.kind == "S" else word.value


def border(text: str, start: int, end: int) -> bool:
    """No alphabetic word runs across either end."""
    if start and is_alphabetic(text[start]) and is_alphabetic(text[start - 1]):
        return False
    return end >= len(text) or not (is_alphabetic(text[end - 1]) and is_alphabetic(text[end]))


def letters(word: str, folded: str, at: int) -> tuple[str, Any, int] | None:
    """What begins with a letter or a bracket here: (kind, value, end). None where nothing does."""
    if m := MAGNET.match(word, at):
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
    run = RUN.match(word, at)
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
    return _stem(folded, at, run_end) or unknown(word, at)


@cache
def codes() -> tuple[re.Pattern[str], re.Pattern[str]]:
    """Shorthand behind a number (8YSZ) and before one (GDC10, GDC-10)."""
    names = "|".join(sorted(map(re.escape, lexicon().codes), key=len, reverse=True))
    return re.compile(rf"-?({names})(?![A-Za-z0-9])"), re.compile(rf"({names})-?(\d+(?:\.\d+)?)(?![A-Za-z0-9])")


def _code(word: str, at: int) -> tuple[str, Any, int] | None:
    m = codes()[1].match(word, at)
    return ("C", (lexicon().codes[m.group(1)], number(m.group(2))), m.end()) if m else None


def _listed(folded: str, at: int) -> tuple[Word | None, int]:
    lex = lexicon()
    for end in range(min(len(folded), at + lex.longest), at, -1):
        word = lex.words.get(folded[at:end])
        if (
            word
            and border(folded, at, end)
            and not (
                is_alphabetic(folded[end - 1])
                and folded[end : end + 1].isdigit()
                and word.kind in "&oibwWQReEMmdtzvaxk"
            )
        ):
            return word, end
    return None, at


def _stem(folded: str, at: int, end: int) -> tuple[str, Any, int] | None:
    """German compounds: the longest element name that begins the run, if the rest is made of known words too."""
    lex = lexicon()
    for cut in range(end - 1, at + 2, -1):
        word = lex.words.get(folded[at:cut])
        if word and word.kind in "eRM" and _known_rest(folded[cut:end]):
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


def unknown(word: str, at: int) -> tuple[str, Any, int]:
    """A run of letters and digits that is no word, with the vowel signs of scripts that write them apart."""
    end = at
    while end < len(word) and (word[end].isalnum() or unicodedata.category(word[end])[0] == "M"):
        end += 1
    return "?", word[at : max(end, at + 1)], max(end, at + 1)
