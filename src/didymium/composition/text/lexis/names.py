"""The words of a declared composition: elements, forms, materials, limits, units, fillers, in the languages of the trade.

All of them are data (`names_*.csv` beside this module, each row with source and confidence). This module folds them to
one spelling (lower case, no accents) and says for each what kind of word it is.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from functools import cache
from typing import Any, Final

from didymium.composition.chemistry import formula
from didymium.composition.text.lexis.spelling import rows, spelling

#: One letter per kind of word; the grammar is written as patterns over these letters.
KINDS: Final = {
    "floor": "G", "ceiling": "L", "floor_after": "U", "ceiling_after": "D", "up_to": "p", "to": "r", "weak_to": "j",
    "from": "k", "about": "a", "tolerance": "P", "balance": "b", "trace": "t", "not_detected": "d", "nil": "z",
    "free": "y", "without": "x", "total": "T", "basis": "B", "in": "i", "of": "o", "and": "&", "rare_earth": "R",
    "mixed": "m", "purity": "q", "content": "w", "refers": "v", "mass_share": "h", "percent": "u", "parts": "u",
    "skip": "w", "size": "Z", "amount": "K", "hydrate": "W", "mark": "Q",
    "pack": "J", "packed": "V", "coat": "O",
}  # fmt: skip
#: Where a word has several meanings, the earlier in this list is taken.
_RANK: Final = (
    "hydrate", "mark",
    "total", "refers", "balance", "not_detected", "floor", "ceiling", "floor_after", "ceiling_after", "trace", "without",
    "nil", "free", "from", "up_to", "to", "weak_to", "about", "tolerance", "percent", "parts", "rare_earth", "mixed",
    "purity", "mass_share", "size", "amount", "pack", "packed", "coat", "and", "in", "of", "basis", "content", "skip",
)  # fmt: skip


@dataclass(frozen=True)
class Form:
    """A word such as oxide, metal, chloride. klass: oxide, metal, alloy, salt, mixture or shape."""

    name: str
    klass: str


@dataclass(frozen=True)
class Material:
    """A material named without a formula. klass: mixture, alloy, metal, compound or other; elements: what its name names."""

    name: str
    klass: str
    elements: tuple[str, ...]


@dataclass(frozen=True)
class Word:
    """What a word is: kind (a letter of KINDS; e element, F and f form, M material, S formula) and its value."""

    kind: str
    value: Any


@dataclass(frozen=True)
class Lexicon:
    """words: spelling -> meaning. phrases: first word -> spellings of several words, longest first. fillers: whole texts
    that say nothing. oxides: element -> the only oxide its name can mean.
    codes: shorthand (GDC) -> dopant and host.
    """

    words: dict[str, Word]
    phrases: dict[str, tuple[str, ...]]
    fillers: frozenset[str]
    oxides: dict[str, str]
    codes: dict[str, tuple[str, str]]
    longest: int


@cache
def lexicon() -> Lexicon:
    """Everything the data files say, read once."""
    words: dict[str, Word] = {}
    oxides: dict[str, str] = {}
    fillers: set[str] = set()
    _add_words(words, fillers)
    _add_materials(words)
    _add_forms(words)
    _add_elements(words, oxides)
    phrases: dict[str, list[str]] = {}
    for phrase in words:
        first = re.split(r"[\s'’.-]", phrase, maxsplit=1)[0] if " " in phrase else ""
        if first:
            phrases.setdefault(first, []).append(phrase)
    codes = {row["code"]: (row["dopant"], row["host"]) for row in rows("names_codes.csv")}
    for code in codes:
        words.setdefault(spelling(code), Word("M", Material(code, "code", ())))
    return Lexicon(
        words=words,
        phrases={first: tuple(sorted(some, key=len, reverse=True)) for first, some in phrases.items()},
        fillers=frozenset(fillers),
        oxides=oxides,
        codes=codes,
        longest=max(len(w) for w in words if " " not in w),
    )


def _add_words(words: dict[str, Word], fillers: set[str]) -> None:
    rank = {meaning: place for place, meaning in enumerate(_RANK)}
    table = sorted((r for r in rows("names_words.csv")), key=lambda r: rank.get(r["meaning"], len(rank)))
    for row in table:
        for phrase in row["phrases"].split("|"):
            if row["meaning"] == "filler":
                fillers.add(spelling(phrase))
                continue
            value: Any = row["value"]
            if row["meaning"] == "amount":
                value = phrase
            if row["meaning"] == "percent":
                value = ("wt%", 1.0, False)
            elif row["meaning"] == "parts":
                value = (row["value"], 1.0, True)
            words.setdefault(spelling(phrase), Word(KINDS[row["meaning"]], value))


def _add_materials(words: dict[str, Word]) -> None:
    for row in rows("names_materials.csv"):
        klass, _, text = row["class"].partition(":")
        for phrase in row["phrases"].split("|"):
            if klass == "formula":
                found = formula(text)
                assert found, row
                words[spelling(phrase)] = Word("S", found)
            else:
                elements = tuple(e for e in row["elements"].split("|") if e)
                words[spelling(phrase)] = Word("M", Material(row["material"], klass, elements))


def _add_forms(words: dict[str, Word]) -> None:
    for row in rows("names_forms.csv"):
        for phrase in row["phrases"].split("|"):
            kind = "f" if row["order"] == "after" else "F"
            word = spelling(phrase)
            if word not in words or (words[word].kind == "f" and kind == "F"):
                words[word] = Word(kind, Form(row["form"], row["class"]))


def _add_elements(words: dict[str, Word], oxides: dict[str, str]) -> None:
    for row in rows("names_elements.csv"):
        element = row["element"]
        if row["oxide"]:
            oxides[element] = row["oxide"]
        for language, phrases in row.items():
            if language in ("element", "oxide", "source", "confidence"):
                continue
            for phrase in phrases.split("|"):
                if phrase:
                    words.setdefault(spelling(phrase), Word("e", (element, True)))
