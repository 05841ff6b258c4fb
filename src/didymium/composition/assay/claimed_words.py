"""Elements a text denies (`Dy-free`, `no Dy no Tb`, `不含镝`) or names (`neodymium magnet with dysprosium`)."""

from __future__ import annotations

import re
from functools import cache, lru_cache
from typing import Final

from didymium.composition.assay.analytes import atomic_weights
from didymium.composition.assay.data import element_names, element_words, rare_earths

#: What joins elements in a list, and what stands before elements that are not in the goods.
_AND: Final = (",", "/", r"\+", "&", "and/or", "and", "or", "nor", "no", "without", "und", "oder", "noch", "et", "ni", "y", "o",
               "e", "и", "или", "ни", "và", "、", "和", "及", "或")  # fmt: skip
_DENYING: Final = (
    r"\bno", r"\bzero", r"\bwithout", r"\bw/o", r"\bfree (?:of|from)", r"\bnot contain(?:ing|s)?", r"\bdoes not contain",
    r"\bcontains no", r"\bnil", r"\bsans", r"\bne contient pas(?: de)?", r"\bohne", r"\benthält kein\w*", r"\bsin",
    r"\bno contiene", r"\bsem", r"\bnão cont[ée]m", r"\bбез", r"\bне содерж\w+", r"\bkhông (?:chứa|có)", "不含", "无", "無",
)  # fmt: skip
_WORD: Final = re.compile(r"[a-z]+")
_RUN: Final = re.compile(r"(?<![A-Za-z])((?:[A-Z][a-z]?){2,5})(?:\d{0,3})(?![A-Za-z])")


@cache
def _one() -> str:
    """Pattern of one element or group: a symbol (as written), or a name (any case)."""
    symbols = "|".join(sorted({*atomic_weights()}, key=lambda s: (-len(s), s)))
    names = "|".join(f"(?:{word})" for word, _ in element_words())
    return rf"(?:(?<![A-Za-z])(?:{symbols})(?:\d?O\d?)?(?![A-Za-z]|-?\d)|(?i:{names}))"


@cache
def _denials() -> tuple[re.Pattern[str], ...]:
    """Forms of denial, each with the list of elements as its group."""
    one = _one()
    joined = "|".join(_AND)
    several = rf"({one}(?:\s*(?:{joined})\s*{one}){{0,8}})"
    before = "|".join(_DENYING)
    return (
        re.compile(rf"(?i:{before})\s*(?i:any |added )?\s*{several}"),
        re.compile(rf"{several}[\s-]*(?i:free\b|frei\b|フリー|-?less\b)"),
    )


@lru_cache(maxsize=1 << 16)
def denied_in(text: str) -> frozenset[str]:
    """Symbols of the elements a text says are not in the goods."""
    if not re.search(
        r"(?i)free|frei|フリー|less|no\b|zero|with|w/o|not|nil|sans|ohne|kein|sin|sem|não|contien|без|содерж|không|不|无|無",
        text,
    ):
        return frozenset()
    lists = (found[1] for form in _denials() for found in form.finditer(text[:2000]))
    return frozenset(element for part in lists for element in _elements(part))


def _elements(text: str) -> set[str]:
    """Elements in a list of symbols, names and groups."""
    found = {
        s
        for s in re.findall(r"(?<![A-Za-z])[A-Z][a-z]?(?![A-Za-z])", re.sub(r"\d?O\d?", "", text))
        if s in atomic_weights()
    }
    return found | _by_name(text.lower(), single=False)


def _by_name(low: str, *, single: bool) -> set[str]:
    """Elements a lower-case text names, or (single: False) names a group of."""
    found: set[str] = set()
    if low.isascii() and single:  # most texts: names are single words, and looking them up is quicker than searching
        return {element_names()[word] for word in _WORD.findall(low) if word in element_names()}
    for hit in _names().finditer(low):
        elements = element_words()[int((hit.lastgroup or "n0")[1:])][1]
        if len(elements) == 1 or not single:
            found |= set(elements)
    return found


@cache
def _names() -> re.Pattern[str]:
    """All names as one pattern: the first in the text wins, then the longer, so nothing is read twice."""
    return re.compile("|".join(f"(?P<n{n}>{word})" for n, (word, _) in enumerate(element_words())))


@lru_cache(maxsize=1 << 16)
def named_in(text: str) -> frozenset[str]:
    """Rare earths a text names: by name, or in a run of symbols with a rare earth (`SmCo`, `NdFeB`)."""
    found = _by_name(text.lower(), single=True)
    for run in _RUN.findall(text):
        symbols = re.findall(r"[A-Z][a-z]?", run)
        if all(s in atomic_weights() for s in symbols) and set(symbols) & set(rare_earths()):
            found |= set(symbols)
    return frozenset(found - {"O", "H", "C", "N", "F"})
