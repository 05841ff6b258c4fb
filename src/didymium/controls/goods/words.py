"""Words of goods, uses and steps of making, found in a text whatever its language; data in `terms.csv`.

A phrase is one or more words, separated by `|`. In scripts with blanks it is met word by word (dashes count as blanks), a
word that ends in `*` by its beginning, `*word*` anywhere in a word; in scripts without blanks it is met anywhere.
"""

from __future__ import annotations

import re
import unicodedata
from functools import cache, lru_cache
from importlib import resources
from typing import Final

import polars as pl

_ALPHABETIC_BELOW: Final = 0x0530
_DASHES: Final = re.compile("[\u2010-\u2015\u2212]")
_WORD: Final = re.compile(r"[^\W_]+(?:[.'][^\W_]+)*")
#: (kind, value) and its place in the file.
Meaning = tuple[str, str, int]


@lru_cache(maxsize=20_000)
def fold(text: str) -> str:
    """Lower case, compatibility forms, one kind of dash and blank: what phrases are compared in."""
    return " ".join(_DASHES.sub("-", unicodedata.normalize("NFKC", text).casefold()).split())


def words_of(folded: str) -> list[str]:
    """The words of a folded text; dashes and punctuation part words."""
    return _WORD.findall(folded)


class Phrases:
    """Phrases with their meanings, for looking through a text once."""

    def __init__(self) -> None:
        self.by_first: dict[str, list[tuple[tuple[str, ...], Meaning]]] = {}
        self.beginnings: list[tuple[str, Meaning]] = []
        self.inside: list[tuple[str, Meaning]] = []
        self.anywhere: list[tuple[str, Meaning]] = []

    def add(self, phrase: str, meaning: Meaning) -> None:
        """Take one phrase as data writes it."""
        folded = fold(phrase)
        if ord(folded[0]) >= _ALPHABETIC_BELOW:
            self.anywhere.append((folded, meaning))
        elif folded.startswith("*"):
            self.inside.append((folded.strip("*"), meaning))
        elif folded.endswith("*") and " " not in folded:
            self.beginnings.append((folded[:-1], meaning))
        else:
            words = tuple(words_of(folded))
            self.by_first.setdefault(words[0], []).append((words, meaning))

    def found(self, folded: str) -> set[Meaning]:
        """Meanings of all phrases that stand in a folded text."""
        words = words_of(folded)
        out: set[Meaning] = set()
        for place, word in enumerate(words):
            for phrase, meaning in self.by_first.get(word, ()):
                if len(phrase) == 1 or tuple(words[place : place + len(phrase)]) == phrase:
                    out.add(meaning)
            for beginning, meaning in self.beginnings:
                if word.startswith(beginning):
                    out.add(meaning)
        out |= {meaning for part, meaning in self.inside if part in folded}
        if not folded.isascii():
            out |= {meaning for phrase, meaning in self.anywhere if phrase in folded}
        return out


@cache
def _phrases() -> Phrases:
    with resources.files("didymium.controls.goods").joinpath("terms.csv").open("rb") as file:
        rows = pl.read_csv(file.read(), infer_schema=False)
    out = Phrases()
    for place, (kind, value, phrases) in enumerate(rows.select("kind", "value", "phrases").iter_rows()):
        for phrase in phrases.split("|"):
            out.add(phrase, (kind, value, place))
    return out


@cache
def phrases(kind: str, value: str) -> list[str]:
    """The phrases of one value, folded, as data writes them."""
    with resources.files("didymium.controls.goods").joinpath("terms.csv").open("rb") as file:
        rows = pl.read_csv(file.read(), infer_schema=False)
    mine = rows.filter((pl.col("kind") == kind) & (pl.col("value") == value))["phrases"].to_list()
    return [fold(phrase) for one in mine for phrase in one.split("|")]


@lru_cache(maxsize=20_000)
def _meanings(folded: str) -> tuple[Meaning, ...]:
    return tuple(sorted(_phrases().found(folded), key=lambda meaning: meaning[2]))


def found(kind: str, folded: str) -> list[str]:
    """Values of a kind whose phrases stand in a folded text, in the order of the file."""
    return [value for of, value, _ in _meanings(folded) if of == kind]
