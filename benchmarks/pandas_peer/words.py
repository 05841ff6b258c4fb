"""Texts and names, read once per distinct value."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Callable, Iterable, Mapping
from functools import cache
from importlib import resources
from typing import Any, Final

import pandas as pd
import polars as pl
from anyascii import anyascii

from didymium.reference import table

REE: Final = ("ree", "magnet_ree")


def normal(text: str) -> str:
    folded = unicodedata.normalize("NFKC", text).lower()
    plain = "".join(" " if unicodedata.category(c)[0] in "PS" or c.isspace() else c for c in folded)
    return f" {' '.join(plain.split())} "


def looked_for(term: str) -> str:
    """How a term stands in a normal form: alone between blanks, unless its script writes without them."""
    folded = unicodedata.normalize("NFKC", term).lower()
    text = " ".join("".join(" " if unicodedata.category(c)[0] in "PSZC" else c for c in folded).split())
    joined = any(ord(c) >= 0x530 and not 0x1E00 <= ord(c) < 0x1F00 for c in text)
    return text if joined else f" {text} "


class Finder:
    """Every occurrence of every term in a text, overlaps included, in the order in which they end, longest first."""

    def __init__(self, terms: Iterable[str]) -> None:
        self._by_first: dict[str, dict[int, set[str]]] = {}
        for term in terms:
            if term.strip():
                self._by_first.setdefault(term[0], {}).setdefault(len(term), set()).add(term)

    def find(self, text: str) -> list[str]:
        found = []
        for start, first in enumerate(text):
            for length, terms in self._by_first.get(first, {}).items():
                if (piece := text[start : start + length]) in terms:
                    found.append((start + length, -length, piece))
        return [piece for _, _, piece in sorted(found)]


def per_distinct(texts: pd.Series, read: Callable[[str], tuple[Any, ...]], names: list[str]) -> pd.DataFrame:
    """Columns `names` for every row, computed once per distinct text; missing text gives missing values."""
    distinct = texts.dropna().unique()
    known = pd.DataFrame([read(text) for text in distinct], columns=names, index=distinct)
    return known.reindex(texts).set_axis(texts.index)


# --- goods ----------------------------------------------------------------------------------------------------------

#: Words behind which the use stands, not the goods.
_USE: Final = re.compile(
    r" (?:for|pour|para|für|fuer|zur|zum|per|для|cho|dùng|untuk|bagi|as per|used in|in)(?: .*)?$|用于.*$|สำหรับ.*$"
)


@cache
def _lexicon() -> tuple[Finder, dict[str, tuple[int, int, str]]]:
    best: dict[str, tuple[int, str]] = {}
    for term, material, specificity in table("lexicon").select("term", "material", "specificity").iter_rows():
        key, rank = looked_for(term), (-int(specificity), material)
        best[key] = min(best.get(key, rank), rank)
    known = {term: (s, -len(term.strip().encode()), material) for term, (s, material) in best.items() if term.strip()}
    return Finder(known), known


@cache
def families() -> dict[str, str]:
    return dict(table("materials").select("material", "family").iter_rows())


def goods(text: str) -> tuple[str | None, float, float]:
    """material named, specificity (1 to 3), how many rare-earth materials are named."""
    finder, known = _lexicon()
    norm = normal(text)
    hits = finder.find(_USE.sub("", norm, count=1) + " ")
    behind = not hits
    terms = [known[term] for term in (hits or finder.find(norm))]
    if not terms:
        return None, float("nan"), float("nan")
    ranked = [(-1 if behind else s, length, material) for s, length, material in terms]
    specificity, _, material = min(ranked)
    return material, -specificity, len({m for _, _, m in terms if families().get(m) in REE})


_ELEMENT: Final = "La|Ce|Pr|Nd|Sm|Eu|Gd|Tb|Dy|Ho|Er|Tm|Yb|Lu|Y|Sc"
_PART: Final = re.compile(r"(?:^|[^A-Za-z])[A-Z][A-Za-z0-9₀-₉]{0,9} ?[:=]? ?(\d{1,3}(?:[.,]\d+)?) ?%")
_TOTAL: Final = re.compile(r"\b(?:T?REO|TRE|TREM|HREO?|LREO?)\b|of TREO|/ ?TREO|/ ?REO|占总?稀土", re.IGNORECASE)
_TREO: Final = re.compile(r"\bT?REO ?[:=]? ?(?:>|>=|≥|min\.?)? ?(\d{1,3}(?:[.,]\d+)?) ?%", re.IGNORECASE)
_NAMES: Final = re.compile(
    rf"(?:^|[^A-Za-z])(?:{_ELEMENT}|PrNd|NdPr|TREO?|REO|HREE?|REE?)(?:$|[^a-z])|稀土|[镧铈镨钕钐铕钆铽镝钬铒铥镱镥钇钪]"
)


def composition(text: str) -> tuple[float, float, bool]:
    """sum of stated parts (missing: fewer than two, or a total among them), stated REO, a rare earth is named [%]."""
    parts = [float(p.replace(",", ".")) for p in _PART.findall(text)]
    total = _TREO.search(text)
    return (
        sum(parts) if len(parts) >= 2 and not _TOTAL.search(text) else float("nan"),
        float(total.group(1).replace(",", ".")) if total else float("nan"),
        bool(_NAMES.search(text)),
    )


# --- labels ---------------------------------------------------------------------------------------------------------

_MADE_IN: Final = re.compile(
    r"(?:made in|product of|produce of|origin:?|fabricado en|fabricado no|hecho en|fabriqu[eé] en|hergestellt in|"
    r"сделано в|sản xuất tại|xuất xứ:?|buatan) ?(?:the )?([^\W\d_](?:[^\W\d_]|[ .'-]){2,30})",
    re.IGNORECASE,
)
_HAN: Final = {"中国制造": "CN", "中國製造": "CN", "中国製": "CN", "日本製": "JP", "韩国制造": "KR"}
_OTHER_NAMES: Final = {
    "p r c": "CN", "prc": "CN", "china": "CN", "viet nam": "VN", "vietnam": "VN", "usa": "US", "u s a": "US",
    "korea": "KR", "russia": "RU", "burma": "MM", "laos": "LA", "lao pdr": "LA",
}  # fmt: skip
_MASS: Final = r"(\d{1,3}(?:,\d{3})+|\d{1,4}(?:[.,]\d{1,3})?) ?(?:kgs?|公斤|千克|กก|кг)(?:$|[^a-z0-9])"
_KG: Final = re.compile(_MASS, re.IGNORECASE)
_NET_KG: Final = re.compile(r"(?:\bn\.?w\.?|\bnet(?:to| wt\.?| weight)?|净重|淨重|нетто)[ :]*" + _MASS, re.IGNORECASE)


@cache
def _countries() -> dict[str, str]:
    return {name.lower(): iso for name, iso in table("countries").select("name", "iso2").iter_rows()} | _OTHER_NAMES


def label(text: str) -> tuple[str | None, float]:
    """country the label says it was made in, mass printed on it [kg]."""
    kg = _NET_KG.search(text) or _KG.search(text)
    country = next((iso for words, iso in _HAN.items() if words in text), None)
    if country is None and (made := _MADE_IN.search(text)):
        country = _countries().get(re.sub(r"(?:[^\w]|[\d_])+", " ", made.group(1).lower()).strip())
    return country, float(re.sub(r",(\d{3})$", r"\1", kg.group(1)).replace(",", ".")) if kg else float("nan")


# --- parties --------------------------------------------------------------------------------------------------------


def _shipped(name: str) -> pl.DataFrame:
    return pl.read_csv(resources.files("didymium.parties").joinpath(name).read_bytes(), infer_schema=False)


@cache
def _party_words() -> tuple[list[tuple[Finder, Mapping[str, str]]], re.Pattern[str]]:
    cities = {
        looked_for(n): c
        for names, c in _shipped("cities.csv").select("city", "country").iter_rows()
        for n in names.split("|")
    }
    forms = {looked_for(f): c or "" for f, c in _shipped("legal_forms.csv").select("form", "countries").iter_rows()}
    words = {looked_for(w): s for w, s in table("party_words").select("word", "sector").iter_rows()}
    every = {**forms, **words, **cities}
    return [(Finder(some), some) for some in (cities, forms, words)], re.compile(_trie(every))


def _trie(terms: Iterable[str]) -> str:
    """One regular expression for many terms, longest first, that branches letter by letter."""
    root: dict[str, Any] = {}
    for term in terms:
        node = root
        for letter in term:
            node = node.setdefault(letter, {})
        node[""] = {}

    def text(node: dict[str, Any]) -> str:
        branches = [re.escape(letter) + text(rest) for letter, rest in sorted(node.items()) if letter]
        if not branches:
            return ""
        joined = branches[0] if len(branches) == 1 else f"(?:{'|'.join(branches)})"
        return f"(?:{joined})?" if "" in node else joined

    return text(root)


def _script(norm: str) -> str:
    spans = (
        ("\u3040", "\u30ff", "JP"), ("\uac00", "\ud7af", "KR|KP"), ("\u4e00", "\u9fff", "CN|TW|HK|MO"),
        ("\u0e00", "\u0e7f", "TH"), ("\u1000", "\u109f", "MM"), ("\u0e80", "\u0eff", "LA"),
    )  # fmt: skip
    return next((countries for low, high, countries in spans if any(low <= c <= high for c in norm)), "")


def party(name: str) -> tuple[str, str, str | None]:
    """key of the house, |-joined countries its name allows, line of business (rare earths first, plain trading last)."""
    finders, every = _party_words()
    norm = normal(name)
    city, form, words = ("|".join(dict.fromkeys(known[t] for t in finder.find(norm))) for finder, known in finders)
    core = re.sub("[^a-z0-9]", "", anyascii(every.sub(" ", every.sub(" ", norm))).lower())
    key = core if len(core) >= 3 else re.sub("[^a-z0-9]", "", anyascii(norm).lower())
    return key, next((hint.strip("|") for hint in (city, form, _script(norm)) if hint), ""), _sector(words)


def _sector(words: str) -> str | None:
    if not words:
        return None
    for first in ("rare_earth", "magnet"):
        if first in words:
            return first
    return next((word for word in words.split("|") if word != "trading"), "trading")
