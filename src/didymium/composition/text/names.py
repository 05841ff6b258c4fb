"""The words of a declared composition: elements, forms, materials, limits, units, fillers, in the languages of the trade.

All of them are data (`names_*.csv` beside this module, each row with source and confidence). This module folds them to
one spelling (lower case, no accents) and says for each what kind of word it is.
"""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterator
from dataclasses import dataclass
from functools import cache
from importlib import resources
from typing import Any, Final

import polars as pl

from didymium.composition.chemistry import MASSES, NOT_TRADED, RARE_EARTHS, Formula, formula

#: One letter per kind of word; the grammar is written as patterns over these letters.
KINDS: Final = {
    "floor": "G", "ceiling": "L", "floor_after": "U", "ceiling_after": "D", "up_to": "p", "to": "r", "weak_to": "j",
    "from": "k", "about": "a", "tolerance": "P", "balance": "b", "trace": "t", "not_detected": "d", "nil": "z",
    "free": "y", "without": "x", "total": "T", "basis": "B", "in": "i", "of": "o", "and": "&", "rare_earth": "R",
    "mixed": "m", "purity": "q", "content": "w", "refers": "v", "mass_share": "h", "percent": "u", "parts": "u",
    "skip": "w", "size": "Z", "amount": "K",
}  # fmt: skip
#: Where a word has several meanings, the earlier in this list is taken.
_RANK: Final = (
    "total", "refers", "balance", "not_detected", "floor", "ceiling", "floor_after", "ceiling_after", "trace", "without",
    "nil", "free", "from", "up_to", "to", "weak_to", "about", "tolerance", "percent", "parts", "rare_earth", "mixed",
    "purity", "mass_share", "size", "amount", "and", "in", "of", "basis", "content", "skip",
)  # fmt: skip
_ALPHABETIC_BELOW: Final = 0x0530


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


@cache
def fold_character(character: str) -> str:
    """Lower case without accents, always one character for one."""
    base = unicodedata.normalize("NFD", character)[0] if ord(character) < 0x2000 else character
    low = {"đ": "d", "ð": "d", "ł": "l", "ø": "o", "ı": "i"}.get(base.lower(), base.lower())
    return low if len(low) == 1 else character


def fold(text: str) -> str:
    """The spelling in which words are looked up; as long as the text itself."""
    return text.lower() if text.isascii() else "".join(map(fold_character, text))


def is_alphabetic(character: str) -> bool:
    """A letter of a script that sets blanks between words (Latin, Greek, Cyrillic)."""
    return character.isalpha() and (ord(character) < _ALPHABETIC_BELOW or 0x1E00 <= ord(character) < 0x2000)


def rows(name: str) -> Iterator[dict[str, str]]:
    """Rows of one data file beside this module, all cells text."""
    with resources.files("didymium.composition.text").joinpath(name).open("rb") as file:
        yield from pl.read_csv(file.read(), infer_schema=False).fill_null("").iter_rows(named=True)


def _spelling(phrase: str) -> str:
    return fold(unicodedata.normalize("NFKC", phrase)).strip()


@dataclass(frozen=True)
class Lexicon:
    """words: spelling -> meaning. phrases: first word -> spellings of several words, longest first. fillers: whole texts
    that say nothing. oxides: element -> the only oxide its name can mean. known: letter-blind key -> known formulas.
    codes: shorthand (GDC) -> dopant and host.
    """

    words: dict[str, Word]
    phrases: dict[str, tuple[str, ...]]
    fillers: frozenset[str]
    oxides: dict[str, str]
    known: dict[str, tuple[str, ...]]
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
    for spelling in words:
        first = re.split(r"[\s'’.-]", spelling, maxsplit=1)[0] if " " in spelling else ""
        if first:
            phrases.setdefault(first, []).append(spelling)
    codes = {row["code"]: (row["dopant"], row["host"]) for row in rows("names_codes.csv")}
    for code in codes:
        words.setdefault(_spelling(code), Word("M", Material(code, "code", ())))
    return Lexicon(
        words=words,
        phrases={first: tuple(sorted(some, key=len, reverse=True)) for first, some in phrases.items()},
        fillers=frozenset(fillers),
        oxides=oxides,
        known=_known_formulas(),
        codes=codes,
        longest=max(len(w) for w in words if " " not in w),
    )


def _add_words(words: dict[str, Word], fillers: set[str]) -> None:
    rank = {meaning: place for place, meaning in enumerate(_RANK)}
    table = sorted((r for r in rows("names_words.csv")), key=lambda r: rank.get(r["meaning"], len(rank)))
    for row in table:
        for phrase in row["phrases"].split("|"):
            if row["meaning"] == "filler":
                fillers.add(_spelling(phrase))
                continue
            value: Any = row["value"]
            if row["meaning"] == "amount":
                value = phrase
            if row["meaning"] == "percent":
                value = ("wt%", 1.0, False)
            elif row["meaning"] == "parts":
                value = (row["value"], 1.0, True)
            words.setdefault(_spelling(phrase), Word(KINDS[row["meaning"]], value))


def _add_materials(words: dict[str, Word]) -> None:
    for row in rows("names_materials.csv"):
        klass, _, text = row["class"].partition(":")
        for phrase in row["phrases"].split("|"):
            if klass == "formula":
                found = formula(text)
                assert found, row
                words[_spelling(phrase)] = Word("S", found)
            else:
                elements = tuple(e for e in row["elements"].split("|") if e)
                words[_spelling(phrase)] = Word("M", Material(row["material"], klass, elements))


def _add_forms(words: dict[str, Word]) -> None:
    for row in rows("names_forms.csv"):
        for phrase in row["phrases"].split("|"):
            kind = "f" if row["order"] == "after" else "F"
            spelling = _spelling(phrase)
            if spelling not in words or (words[spelling].kind == "f" and kind == "F"):
                words[spelling] = Word(kind, Form(row["form"], row["class"]))


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
                    words.setdefault(_spelling(phrase), Word("e", (element, True)))


def key(text: str) -> str:
    """Spelling of a formula blind to letter case and to 0 typed for O."""
    return text.lower().replace("0", "o")


def _known_formulas() -> dict[str, tuple[str, ...]]:
    known: dict[str, list[str]] = {}
    for row in rows("known_formulas.csv"):
        pattern = row["formula"]
        texts = [pattern.replace("Ln", e) for e in RARE_EARTHS] if "Ln" in pattern else [pattern]
        for text in texts:
            known.setdefault(key(text), []).append(text)
    for element in MASSES:
        if element not in NOT_TRADED:
            known.setdefault(key(element), []).append(element)
    return {k: tuple(dict.fromkeys(v)) for k, v in known.items()}


def known(text: str) -> bool:
    """The text is, letter for letter, a formula or symbol that is known to be traded."""
    return text in lexicon().known.get(key(text), ())


def repaired(text: str) -> tuple[Formula, str] | None:
    """The one known formula a misspelt text can mean (letter case, 0 for O; hydrate water aside), and what was repaired."""
    host, dot, water = text.partition("·")
    found = lexicon().known.get(key(host), ())
    if len(found) != 1 or found[0] == host:
        return None
    slips = []
    if "0" in host and found[0].count("O") > host.upper().count("O"):
        slips.append("0 -> O")
    if host.replace("0", "O") != found[0]:
        slips.append("letter case")
    right = formula(found[0] + dot + water.upper().replace("0", "O") if dot else found[0])
    return (right, f"repaired: {', '.join(slips)}: {text} read as {right.text}") if right and slips else None
