"""Names in assay tables: analytes (`Nd`, `ND2O3`, `氧化钕`, `LOI`), units, and what the head of a column says.

The words are data (`words.csv`: role, word, means, source, confidence); a laboratory with other words is a line there.
"""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from functools import cache
from importlib.resources import files
from typing import Final, Literal

import polars as pl

from didymium.intake.cells import words
from didymium.intake.cells.words import fold

Part = Literal["value", "error", "rsd", "lod", "unit", "method"]

SYMBOLS: Final = frozenset(
    re.findall(
        r"\w+",
        "H He Li Be B C N O F Ne Na Mg Al Si P S Cl Ar K Ca Sc Ti V Cr Mn Fe Co Ni Cu Zn Ga Ge As Se Br Kr Rb Sr Y Zr Nb Mo Tc "
        "Ru Rh Pd Ag Cd In Sn Sb Te I Xe Cs Ba La Ce Pr Nd Pm Sm Eu Gd Tb Dy Ho Er Tm Yb Lu Hf Ta W Re Os Ir Pt Au Hg Tl Pb Bi "
        "Th U",
    )
)
#: Groups a certificate reports that are neither an element nor its oxide.
_GROUPS: Final = frozenset(("OH", "H2O", "H2O+", "H2O-", "SO4", "PO4", "CO3", "NO3", "NH4"))
#: Formulas no certificate means: capitals of an element (CO = cobalt) or a word (NO = number).
_NO_OXIDE: Final = frozenset(("CO", "NO", "HO", "PO", "SO"))
_HEAD: Final = re.compile(r"[^\W_]+[+-]?")
_SIGMA: Final = re.compile(
    r"(?:^|(?<=[\s(_]))(?:k\s*=\s*([123])\b|([123])\s*-?\s*(?:sigma\b|σ|sd\b|se\b|s\b))|(?<=[a-z])([123])\s*s\b",
    re.IGNORECASE,
)
_METHOD: Final = re.compile(r"[A-Z]{2,}[A-Z0-9]*(?:[-_/][A-Z0-9]+)*")
_BRACKETS: Final = str.maketrans("()[]{}_,;:", " " * 10)


@dataclass(frozen=True)
class Named:
    """What the name of a column says: whose figure it holds and which.

    sigma: how many standard errors an `error` is (None = not said). unit: canonical, or as written where it is no mass
    share (`at%`), None = not said. method: as written, None = not said. bare: nothing but the analyte was written.
    """

    analyte: str
    part: Part = "value"
    sigma: float | None = None
    unit: str | None = None
    method: str | None = None
    bare: bool = False


@cache
def vocabulary(role: str) -> Mapping[str, str]:
    """Folded word -> meaning, of one role of words.csv (label, part, unit, analyte, xrf)."""
    table = pl.read_csv((files("didymium.intake.assays") / "words.csv").read_bytes(), infer_schema=False)
    chosen = table.filter(pl.col("role") == role)
    found = {fold(word): means for word, means in chosen.select("word", "means").iter_rows()}
    return {**found, **words.known("unit")} if role == "unit" else found


def label(cell: str) -> str | None:
    """What a label of a row or column means (unit, lod, method, sample, ...); None = no such word."""
    known, text = vocabulary("label"), fold(cell).rstrip(":").strip()
    return known.get(text) or known.get(" ".join(text.translate(_BRACKETS).split()))


def unit(cell: str) -> str | None:
    """A unit as written -> wt%, ppm, mg/kg, g/t, or its own name where it is no mass share; None = no unit."""
    text = fold(cell)
    known = vocabulary("unit")
    inner = text.strip("()[] ")
    return known.get(text) or known.get(inner) or known.get(inner.replace(" ", "")) or None


def sigma(text: str) -> float | None:
    """How many standard errors a name speaks of (`2s`, `3 sigma`, `k=2`); None = it does not say."""
    found = _SIGMA.search(text)
    return float(next(g for g in found.groups() if g)) if found else None


def element(analyte: str) -> str:
    """Element of an oxide (`Nd2O3` -> `Nd`); any other analyte is its own."""
    found = re.fullmatch(r"([A-Z][a-z]?)\d*O\d*", analyte)
    return found[1] if found and found[1] in SYMBOLS - {"H", "O"} else analyte


@cache
def analyte(text: str) -> str | None:
    """Canonical analyte of a cell that holds nothing else; None = none. Elements go to uranium: `No` is a number."""
    word = text.strip().translate(str.maketrans("₀₁₂₃₄₅₆₇₈₉", "0123456789"))
    if not word or len(word) > 40:
        return None
    known = vocabulary("analyte").get(fold(word))
    if known or word in SYMBOLS or word.upper() in _GROUPS:
        return known or (word if word in SYMBOLS else word.upper())
    isotope = re.fullmatch(r"([A-Z][a-z]?)-?\d{2,3}|\d{2,3}-?([A-Z][a-z]?)", word)
    if isotope and (isotope[1] or isotope[2]) in SYMBOLS:
        return isotope[1] or isotope[2]
    oxide = re.fullmatch(r"([A-Z][a-z]?)(\d*)O(\d*)", word)
    if oxide and oxide[1] in SYMBOLS and word not in _NO_OXIDE:
        return word
    if word.isupper():  # laboratories that write in capitals: ND, ND2O3, CEO2
        capitals = re.fullmatch(r"([A-Z]{1,2})((?:\d*O\d*)?)", word)
        if capitals and capitals[1].title() in SYMBOLS:
            return capitals[1].title() + capitals[2]
    return None


@cache
def named(cell: str) -> Named | None:
    """What the head of a column says: `Nd (ppm)`, `Nd2O3 wt% 2s`, `Nd +/-`, `Ce_ppm_ME-MS81`; None = no analyte."""
    text = re.sub(r"\s+", " ", cell).strip()
    whole = analyte(text)
    if whole:
        return Named(whole, bare=True)
    head = _HEAD.match(text)
    if not head or len(text) > 120:
        return None
    for taken in dict.fromkeys((head[0], head[0].rstrip("+-"))):
        found = analyte(taken)
        if found:
            return _rest(found, text[len(taken) :])
    return None


def _rest(found: str, written: str) -> Named | None:
    """The words after an analyte: unit, part, number of sigmas, method. Words nobody knows: it was no analyte."""
    unit_, part, method, count = None, None, None, sigma(written)
    left = _SIGMA.sub(" ", written).translate(_BRACKETS).split()
    while left:
        size = next((n for n in range(min(4, len(left)), 0, -1) if _known(" ".join(left[:n]))), 0)
        phrase, word = " ".join(left[:size]), left[0].strip("-/")
        left = left[max(size, 1) :]
        if size and unit(phrase) and not (part and unit_):
            unit_ = unit(phrase)
        elif size:
            part = part or _part(phrase)
        elif not word or analyte(word) == found:
            continue
        elif _METHOD.fullmatch(word) and any(c.isdigit() for c in word):
            method = word
        else:
            return None
    if method and unit_ is None:
        return None
    if part is None and count is not None:
        part = "error"
    return Named(found, part or "value", count, unit_, method)


def _known(phrase: str) -> bool:
    return unit(phrase) is not None or _part(phrase) is not None


def _part(phrase: str) -> Part | None:
    """Which figure of an analyte a phrase names; a number of sigmas written into the word (`error1s`) is no hindrance."""
    text = fold(phrase)
    known = vocabulary("part")
    bare = re.sub(r"\s*[123]\s*-?\s*(?:s|σ|sd|se|sigma)?$", "", text)
    return known.get(text) or known.get(bare)  # type: ignore[return-value]


def some(names: Sequence[str]) -> str:
    """Names for a sentence; long lists are cut."""
    return ", ".join(names[:12]) + (f" and {len(names) - 12} more" if len(names) > 12 else "")
