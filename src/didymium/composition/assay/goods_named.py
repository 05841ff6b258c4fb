"""Which goods of the table `materials` a description names: longest known term first, words of use left aside.

Screening reads goods in bulk from several fields; here one description at a time is enough, and each is read once.
"""

from __future__ import annotations

import re
import unicodedata
from functools import cache, lru_cache
from typing import Final, NamedTuple

import polars as pl

from didymium.composition.assay.data import rare_earths
from didymium.reference import table
from didymium.reference.words import pattern

_LONGEST: Final = 12  # words of a Latin term, characters of a Han one
#: What follows names the use, not the goods.
_USE: Final = re.compile(r"\b(?:for|pour|para|für|zur|zum|per|для|cho|untuk|used in|containing|with) .*$")
_SYMBOL: Final = re.compile(r"[A-Z][a-z]?")
#: Families of `materials` whose kind holds rare earths.
RARE_EARTH_FAMILIES: Final = ("ree", "magnet_ree", "ree_bearing")


class Goods(NamedTuple):
    """A material: id, name, family, stage, usual REO content [wt%], the elements its formula names, and how specific the
    term was (1 generic .. 3 exact)."""

    material: str
    name: str
    family: str
    stage: str
    reo_low_pct: float | None
    reo_high_pct: float | None
    elements: tuple[str, ...]
    specificity: int


@cache
def _terms() -> dict[str, tuple[int, int, str]]:
    """Term as looked for -> (specificity, length, material); the more specific meaning of a term wins."""
    found: dict[str, tuple[int, int, str]] = {}
    lexicon = table("lexicon").filter(pl.col("kind") != "code").sort("term", "material")
    for term, specificity, material in lexicon.select("term", "specificity", "material").iter_rows():
        text = pattern(term).strip()
        if text and (int(specificity), len(text)) > found.get(text, (0, 0, ""))[:2]:
            found[text] = (int(specificity), len(text), material)
    return found


@cache
def materials() -> dict[str, Goods]:
    """Material id -> what is known of it; the elements are those of its formula, or of its list where that names none."""
    columns = ("material", "name", "family", "stage", "reo_low_pct", "reo_high_pct", "formula", "elements")
    found = {}
    for row in table("materials").select(columns).iter_rows(named=True):
        listed = tuple((row["elements"] or "").split("|")) if row["elements"] else ()
        formula = row["formula"] or ""
        in_formula = tuple(e for e in dict.fromkeys(_SYMBOL.findall(formula)) if e in rare_earths() or e in listed)
        named = in_formula if set(in_formula) & set(rare_earths()) else listed
        name, family, stage, low, high = (row[c] for c in columns[1:6])
        found[row["material"]] = Goods(row["material"], name, family, stage, low, high, named, 0)
    return found


def _norm(text: str) -> str:
    folded = unicodedata.normalize("NFKC", text).lower()
    return " ".join("".join(" " if unicodedata.category(c)[0] in "PSZC" else c for c in folded).split())


def _hits(text: str) -> list[tuple[int, int, str]]:
    terms = _terms()
    words = text.split()[:200]
    found = [
        terms[part]
        for start in range(len(words))
        for stop in range(start + 1, min(start + _LONGEST, len(words)) + 1)
        if (part := " ".join(words[start:stop])) in terms
    ]
    for run in re.findall(r"[\u0e00-\u0e7f\u3040-\u30ff\u3400-\u9fff\uac00-\ud7af]+", text)[:50]:
        pieces = (run[i : i + n] for i in range(min(len(run), 200)) for n in range(1, _LONGEST + 1))
        found += [terms[piece] for piece in pieces if piece in terms]
    return found


@lru_cache(maxsize=1 << 16)
def read(description: str) -> Goods | None:
    """The goods a description names; None = nothing known. What stands before the words of use decides."""
    text = _norm(description[:2000])
    hits = _hits(_USE.sub("", text)) or _hits(text)
    if not hits:
        return None
    specificity, _, material = max(hits)
    return materials()[material]._replace(specificity=specificity)
