"""Spelling in which words are compared, and the data files beside this module."""

from __future__ import annotations

import unicodedata
from collections.abc import Iterator
from functools import cache
from importlib import resources
from typing import Final

import polars as pl

_ALPHABETIC_BELOW: Final = 0x0530


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
    with resources.files("didymium.composition.text.lexis").joinpath(name).open("rb") as file:
        yield from pl.read_csv(file.read(), infer_schema=False).fill_null("").iter_rows(named=True)


def spelling(phrase: str) -> str:
    """A phrase of the data as it is looked up."""
    return fold(unicodedata.normalize("NFKC", phrase)).strip()
