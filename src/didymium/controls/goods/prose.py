"""Elements in prose that the composition reader does not take: named, denied, left open, or with a figure beside them."""

from __future__ import annotations

import re
from functools import cache
from importlib import resources
from typing import Final

import periodictable
import polars as pl

from didymium.composition.chemistry import RARE_EARTHS
from didymium.controls.goods.words import Phrases, fold, found

_FORMULA: Final = re.compile(r"(?<![A-Za-z])(?:[A-Z][a-z]?\d*(?:\.\d+)?|\([A-Za-z\d.,]+\)\d*)+(?![a-z])")
#: A symbol with a figure right behind it.
_PART: Final = re.compile(r"(?<![A-Za-z])([A-Z][a-z]?)(?![a-z0-9])\s*[:=]?\s*\d")
_CHAIN: Final = re.compile(r"(?<![A-Za-z])[A-Z][a-z]?(?:[-\u2013/][A-Z][a-z]?)+(?![a-z])")
SYMBOL: Final = re.compile(r"[A-Z][a-z]?")
_LATIN_BELOW: Final = 0x0530
#: Symbols that are words of some language or trade marks.
_WORDS: Final = frozenset(["Y", "La", "Er", "Ho", "Tm"])
#: Such a symbol is meant where a form or a doped host follows: `Tm sputtering target`, `Er:YAG`.
_BEFORE_FORM: Final = re.compile(
    r"(?<![A-Za-z])(Y|La|Er|Ho|Tm)(?=[ -](?:sputter|target|metal|oxide|alloy|doped|powder|ingot|carbonate|chloride"
    r"|fluoride|nitrate)|:[A-Z])"
)
_DENIAL: Final = re.compile(
    r"\b(?:no|nil|none|without|free|absent|sin|ni|ohne|frei|kein|sans|sem|senza|tanpa|không|без|нет)\b"
    r"|n\.d\.|not (?:detected|contained|present)|below detection|不含|无|無|なし|フリー|없음|미검출|未检出|不検出"
)
#: A statement that nothing is known; it leaves an element open.
_OPEN: Final = re.compile(
    r"not (?:stated|known|given|tested|analysed|analyzed|reported)|unknown|unspecified|\?|不详|未注明|不明|未知|記載なし"
    r"|nicht angegeben|keine angabe|ohne angabe|sin datos|non précisé"
)
#: A figure beside an element in prose: `Dy 40 ppm`, `1.2 % holmium`, `Tb 1.1`.
_UNIT: Final = r"(?:\s*(?P<unit>ppm|ppb|mg/kg|g/t|wt\s*%|mass\s*%|at\s*%|%|percent))?"
_FIGURE: Final = re.compile(
    rf"(?:(?P<limit><|≤|below|under|max\.?|up to)\s*)?(?P<figure>\d+(?:[.,]\d+)?){_UNIT}", re.IGNORECASE
)
#: The end of a list: `Tb and Ho below`, `and Ho below`.
_LIST_END: Final = re.compile(
    r"\s*(?:[^\W\d_]{1,14}\s+)?(?:and|or|und|oder|y|et|ou|и)\s+[^\W\d_]|\s*[^\W\d_]{1,8}[和及与]"
)
#: What makes a rare-earth formula a compound; oxygen too, where another metal stands beside it (Gd2Zr2O7).
_ANIONS: Final = frozenset(["O", "F", "Cl", "N", "S", "C", "P", "Br", "I"])
_SCALE: Final = {"ppm": 1e-4, "mg/kg": 1e-4, "g/t": 1e-4, "ppb": 1e-7}


Figures = dict[str, tuple[float, float]]


def mentions(text: str) -> tuple[set[str], set[str], set[str], Figures]:
    """(named, denied, left open, with a figure) rare earths in prose, by formula, by symbol, or by name in any language."""
    named: set[str] = set()
    denied: set[str] = set()
    left_open: set[str] = set()
    figures: Figures = {}
    for clause in _clauses(text):
        here = _named_in(clause)
        folded = fold(clause)
        if _OPEN.search(folded):
            left_open |= here
        elif _DENIAL.search(folded):
            denied |= here
        else:
            named |= here
            figures |= _figures(clause, here)
    return named, denied, left_open, figures


def denies(text: str) -> bool:
    """Is anything said to be absent?"""
    return _DENIAL.search(fold(text)) is not None


def _clauses(text: str) -> list[str]:
    """Clauses of a text; a list (`Dy, Tb and Ho below 0.01 %`) is one, for what is said at its end is said of all."""
    out: list[str] = []
    bare = ""
    for clause in re.split(r"(;|(?<![A-Za-z\d])\(|\)(?![\dA-Z]))|,(?!\d)", text):
        if not clause:
            continue
        if _is_name(clause.strip()):
            bare = f"{bare} {clause}"
            continue
        if bare and not _LIST_END.match(clause):
            out.append(bare)
            bare = ""
        out.append(f"{bare} {clause}")
        bare = ""
    return [*out, bare]


def _is_name(word: str) -> bool:
    """Nothing but the symbol or the name of one element."""
    return word in RARE_EARTHS or (len(word) < 20 and " " not in word and len(_names().found(fold(word))) == 1)


def kinds_in(text: str) -> set[str]:
    """Kinds of rare-earth formulas in prose: oxide, or compound where another anion stands in it."""
    return {kind for _, kind in _formulas(text)}


def formula_forms(text: str) -> set[tuple[str, str]]:
    """(element, oxide or compound) of formulas that hold one rare earth."""
    out = set()
    for symbols, kind in _formulas(text):
        rare = symbols & set(RARE_EARTHS)
        if len(rare) == 1:
            out.add((next(iter(rare)), kind))
    return out


def _formulas(text: str) -> list[tuple[set[str], str]]:
    """(symbols, oxide or compound) of rare-earth formulas."""
    out = []
    for token in _FORMULA.findall(text):
        symbols = set(SYMBOL.findall(token))
        if not symbols & set(RARE_EARTHS) or not symbols <= elements():
            continue
        if "O" in symbols and symbols - {"O"} <= set(RARE_EARTHS) and len(symbols) > 1:
            out.append((symbols, "oxide"))
        elif symbols & _ANIONS:
            out.append((symbols, "compound"))
    return out


def _named_in(clause: str) -> set[str]:
    here: set[str] = set()
    for chain in _CHAIN.findall(clause):
        symbols = set(SYMBOL.findall(chain))
        if symbols <= elements() and symbols & set(RARE_EARTHS):
            here |= symbols
    for token in _FORMULA.findall(clause):
        symbols = set(SYMBOL.findall(token))
        if symbols <= elements() and symbols & set(RARE_EARTHS) and (len(symbols) > 1 or token[-1].isdigit()):
            here |= symbols
        elif token in RARE_EARTHS and token not in _WORDS:
            here.add(token)
    here |= set(_BEFORE_FORM.findall(clause))
    if here or any(token in RARE_EARTHS for token in _FORMULA.findall(clause)):  # a list of parts: others beside them
        here |= {symbol for symbol in _PART.findall(clause) if symbol in elements()}
    folded = fold(clause)
    return here | {symbol for _, symbol, _ in _names().found(folded)} | set(found("element", folded))


def _shared(clause: str, here: set[str]) -> re.Match[str] | None:
    """The only figure of a clause, where it names one rare earth, or limits several together (`Dy and Tb each below 0.01 %`)."""
    figures = list(_FIGURE.finditer(clause))
    if len(figures) != 1 or not figures[0]["unit"]:
        return None
    together = figures[0]["limit"] or re.search(r"\b(?:each|both|jeweils|cada|chacun)\b|各|均", clause)
    return figures[0] if len(here & set(RARE_EARTHS)) == 1 or together else None


def _figures(clause: str, here: set[str]) -> Figures:
    """Figure right behind a symbol, else the only figure of a clause that names one rare earth (`1.2 % holmium`)."""
    out: Figures = {}
    for symbol in here & set(RARE_EARTHS):
        behind = re.search(rf"(?<![A-Za-z]){symbol}(?![a-z0-9])\s*[:=]?\s*(?={_FIGURE.pattern})", clause)
        match = _FIGURE.match(clause, behind.end()) if behind else None
        if match is None:
            match = _shared(clause, here)
        if match:
            figure = float(match["figure"].replace(",", ".")) * _SCALE.get((match["unit"] or "").casefold(), 1.0)
            if figure <= 100:
                out[symbol] = (0.0, figure) if match["limit"] else (figure, figure)
    return out


@cache
def elements() -> frozenset[str]:
    """Symbols of all elements."""
    return frozenset(element.symbol for element in periodictable.elements if element.number)


@cache
def _names() -> Phrases:
    """Names of the elements of the trade, in the languages of the composition package."""
    with resources.files("didymium.composition.text.lexis").joinpath("names_elements.csv").open("rb") as file:
        rows = pl.read_csv(file.read(), infer_schema=False)
    out = Phrases()
    for row in rows.drop("oxide", "source", "confidence").iter_rows(named=True):
        symbol = row.pop("element")
        names = {name for value in row.values() if value for name in value.split("|")} - {"lead", "tin"}
        for name in sorted(n for n in names if len(n) > 3 or ord(n[0]) >= _LATIN_BELOW):
            out.add(name, ("element", symbol, 0))
    return out
