"""How words of the reference are looked for in free text: one normal form, one rule for word borders.

Latin, Greek and Cyrillic terms must stand alone between blanks or digits-and-letters borders; scripts that write
without blanks (Han, kana, Thai, Burmese, Lao, Hangul compounds) are found anywhere.
"""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Mapping
from typing import Final

import polars as pl

_PUNCTUATION: Final = r"[\p{P}\p{S}\s]+"
#: Latin, Greek, Cyrillic; Vietnamese letters sit in Latin Extended Additional.
_ALPHABETIC: Final = re.compile(r"[\u0000-\u052f\u1e00-\u1eff]*")


class _Blanks(dict[int, str]):
    """For `str.translate`: punctuation, symbols, separators and control characters are blanks; filled as they are met."""

    def __missing__(self, code: int) -> str:
        letter = chr(code)
        self[code] = " " if unicodedata.category(letter)[0] in "PSZC" else letter
        return self[code]


_BLANKS: Final = _Blanks()


def normal_form(text: pl.Expr) -> pl.Expr:
    """Compatibility characters folded (full width, subscripts), lower case, punctuation as one blank, padded by blanks."""
    folded = text.str.normalize("NFKC").str.to_lowercase().str.replace_all(_PUNCTUATION, " ").str.strip_chars()
    return pl.concat_str(pl.lit(" "), folded, pl.lit(" "))


def pattern(term: str) -> str:
    """The form in which a term is looked for in a text of `normal_form`."""
    folded = unicodedata.normalize("NFKC", term).lower()
    text = " ".join(folded.translate(_BLANKS).split())
    return f" {text} " if _ALPHABETIC.fullmatch(text) else text


def meanings(text: pl.Expr, known: Mapping[str, str]) -> pl.Expr:
    """|-joined meanings of every known pattern found in a normal-form text, in the order found, each once."""
    patterns = list(known)
    hits = text.str.extract_many(patterns, overlapping=True)
    meaning = hits.list.eval(
        pl.element().replace_strict(patterns, [known[p] for p in patterns], return_dtype=pl.String)
    )
    return meaning.list.unique(maintain_order=True).list.join("|", ignore_nulls=True)


def without(text: pl.Expr, patterns: list[str]) -> pl.Expr:
    """A normal-form text without the patterns, longest first; done twice because neighbours share a blank."""
    longest_first = sorted(set(patterns), key=lambda p: (-len(p), p))
    for _ in range(2):
        text = text.str.replace_many(longest_first, [" "] * len(longest_first), leftmost=True)
    return text
