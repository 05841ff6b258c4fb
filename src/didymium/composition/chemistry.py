"""Formulas and masses: reading a formula, molar mass, element fractions, oxide factors.

Masses are the standard atomic weights of periodictable 2.1. Formulas are read by a small parser of our own, because a
declaration is not a tidy formula: `(Nd0.8Pr0.2)2Fe14B`, `La2(CO3)3.8H2O`, `(La,Ce)2(CO3)3`, `Y2O2S:Eu`, `CeO2-x`.
"""

from __future__ import annotations

import re
from functools import lru_cache
from typing import Final

import msgspec
import periodictable

#: The seventeen rare earths, in the order of the periodic table.
RARE_EARTHS: Final = (
    "Sc", "Y", "La", "Ce", "Pr", "Nd", "Pm", "Sm", "Eu", "Gd", "Tb", "Dy", "Ho", "Er", "Tm", "Yb", "Lu",
)  # fmt: skip
#: Elements that no declaration is about: nobody sells them by weight (all their isotopes decay within years, or they
#: are made atom by atom). Promethium, thorium and uranium are traded.
NOT_TRADED: Final = frozenset(
    [
        "Tc", "Po", "At", "Rn", "Fr", "Ra", "Ac", "Pa", "Np", "Pu", "Am", "Cm", "Bk", "Cf", "Es", "Fm",
        "Md", "No", "Lr", "Rf", "Db", "Sg", "Bh", "Hs", "Mt", "Ds", "Rg", "Cn", "Nh", "Fl", "Mc", "Lv", "Ts", "Og",
    ]
)  # fmt: skip
NON_METALS: Final = frozenset(["H", "He", "C", "N", "O", "F", "Ne", "P", "S", "Cl", "Ar", "Se", "Br", "Kr", "I", "Xe"])
#: Elements that are never listed with a figure of their own (water, anions): their amount follows from nothing declared.
UNLISTED: Final = frozenset(["H", "C", "N", "O", "F", "P", "S", "Cl"])
#: Oxide of the trade, where it is not Ln2O3.
_TRADE_OXIDES: Final = {"Ce": "CeO2", "Pr": "Pr6O11", "Tb": "Tb4O7"}
MASSES: Final[dict[str, float]] = {e.symbol: float(e.mass) for e in periodictable.elements if e.number > 0}

_MAX_LENGTH: Final = 120
_MAX_COUNT: Final = 1_000.0
_DEEPEST: Final = 6
_CLOSING: Final = {"(": ")", "[": "]", "{": "}"}
_COUNT: Final = re.compile(r"\d+(?:\.\d+)?|[xyznδ](?![a-z])")
_SYMBOL: Final = re.compile(r"[A-Z][a-z]{0,2}")
_WATER: Final = re.compile(r"[.*•∙⋅・×](\d+(?:\.\d+)?|[xn])?H2O")
_SHARED_SITE: Final = re.compile(r"\([A-Z][a-z]?(?:\+[A-Z][a-z]?)+\)(?=[\dA-Zx])")
_DOPANT: Final = re.compile(r"^(.+):([A-Z][a-z]?(?:\d?\+)?(?:,[A-Z][a-z]?(?:\d?\+)?)*)$")
_MISSING: Final = re.compile(r"[-−–](?:x|y|z|δ|d)$")


class Formula(msgspec.Struct, frozen=True, gc=False):
    """text: in the form in which components are compared (hydrate dot U+00B7, no charges). atoms: symbol -> number per
    formula unit, in the order written; empty where a site is open, a subscript is a letter or a dopant has no amount.
    symbols: all symbols met, in the order written, each once. digits: whether any subscript is written.
    """

    text: str
    atoms: tuple[tuple[str, float], ...]
    symbols: tuple[str, ...]
    digits: bool

    @property
    def is_open(self) -> bool:
        """No composition follows from the formula alone."""
        return not self.atoms


class _NoFormulaError(ValueError):
    """The text is no formula."""


class _Reader:
    """One pass over a formula without blanks; position `at`, sums in `atoms`."""

    def __init__(self, text: str) -> None:
        self.text, self.at, self.open, self.digits, self.letters = text, 0, False, False, False

    def whole(self) -> dict[str, float]:
        total: dict[str, float] = {}
        while True:
            factor = self.count(default=1.0)
            for symbol, number in self.group("", 0).items():
                total[symbol] = total.get(symbol, 0.0) + factor * number
            if self.at == len(self.text):
                return total
            if self.text[self.at] != "·":
                raise _NoFormulaError
            self.at += 1

    def group(self, end: str, depth: int) -> dict[str, float]:
        """Atoms up to the closing bracket `end`, or to a hydrate dot or the end of the text."""
        if depth > _DEEPEST:
            raise _NoFormulaError
        atoms: dict[str, float] = {}
        bare_choice = False
        while self.at < len(self.text) and self.text[self.at] not in (end, "·"):
            character = self.text[self.at]
            if character == "," and end and atoms:
                self.at += 1
                bare_choice = True
                continue
            if character in _CLOSING:
                self.at += 1
                part = self.group(_CLOSING[character], depth + 1)
                if self.text[self.at : self.at + 1] != _CLOSING[character]:
                    raise _NoFormulaError  # a bracket that is left open, before a hydrate dot too
                self.at += 1
            else:
                found = _SYMBOL.match(self.text, self.at)
                part = {self.symbol(found.group() if found else ""): 1.0}
            number = self.count(default=1.0)
            for symbol, amount in part.items():
                atoms[symbol] = atoms.get(symbol, 0.0) + number * amount
        if not atoms:
            raise _NoFormulaError
        if bare_choice and all(amount == 1.0 for amount in atoms.values()):
            self.open = True  # (La,Ce): one site, shares not stated
        return atoms

    def symbol(self, letters: str) -> str:
        """The element at the position: two letters before one."""
        for length in (2, 1):
            if letters[:length] in MASSES and len(letters) >= length:
                self.at += length
                return letters[:length]
        raise _NoFormulaError

    def count(self, default: float) -> float:
        found = _COUNT.match(self.text, self.at)
        if not found:
            return default
        self.at = found.end()
        self.digits = True
        if not found.group()[0].isdigit():
            self.open = self.letters = True
            return default
        number = float(found.group())
        if not 0 < number <= _MAX_COUNT:
            raise _NoFormulaError
        return number


@lru_cache(maxsize=16_384)
def formula(text: str) -> Formula | None:
    """A formula written without blanks, exactly in its letter case; None where the text is none.

    Understood: nested brackets, fractional subscripts, hydrate dots (`·`, or `.` and `*` before water), open sites
    `(La,Ce)`, letters as subscripts, `-x`, dopants `:Eu`, charges at the end.
    """
    if not text or len(text) > _MAX_LENGTH:
        return None
    text = _SHARED_SITE.sub(lambda found: found.group().replace("+", ","), text)
    host = _WATER.sub(lambda found: f"·{found.group(1) or ''}H2O", text)
    doped = _DOPANT.match(host)
    lacking = _MISSING.search(host)
    if doped:
        host, dopants = doped.group(1), [re.sub(r"\d?\+", "", d) for d in doped.group(2).split(",")]
        inner = _parts(host)
        if inner is None or any(d not in MASSES for d in dopants) or not NON_METALS & set(inner.symbols):
            return None
        return Formula(f"{host}:{','.join(dopants)}", (), (*inner.symbols, *dopants), digits=True)
    if lacking:
        inner = _parts(host[: lacking.start()])
        return inner and Formula(host, (), inner.symbols, digits=True)
    return _parts(host)


def _parts(host: str) -> Formula | None:
    reader = _Reader(host)
    try:
        atoms = reader.whole()
    except (_NoFormulaError, RecursionError):
        return None
    if reader.letters and not re.search(r"[\d(\[{·]|O[xyznδ]$", host):
        return None  # `Con`, `Bin`: words, not formulas with a letter as subscript
    known = () if reader.open else tuple(atoms.items())
    return Formula(host, known, tuple(atoms), reader.digits)


def _known(text: str | Formula) -> Formula:
    found = formula(text) if isinstance(text, str) else text
    if found is None or found.is_open:
        raise ValueError(f"{text!r} is no closed formula; write for example Nd2O3 or La2(CO3)3·8H2O.")
    return found


@lru_cache(maxsize=8_192)
def molar_mass(text: str | Formula) -> float:
    """Molar mass in g/mol of one formula unit as written. ValueError for a text that is no closed formula."""
    return sum(number * MASSES[symbol] for symbol, number in _known(text).atoms)


@lru_cache(maxsize=8_192)
def mass_shares(text: str | Formula) -> tuple[tuple[str, float], ...]:
    """(symbol, mass fraction 0..1) of every element of a formula, in the order written."""
    mass = molar_mass(text)
    return tuple((symbol, number * MASSES[symbol] / mass) for symbol, number in _known(text).atoms)


def element_fractions(text: str | Formula) -> dict[str, float]:
    """wt% of every element of a formula; they sum to 100. ValueError for a text that is no closed formula."""
    return {symbol: 100 * share for symbol, share in mass_shares(text)}


def trade_oxide(element: str) -> str:
    """The oxide in which a rare earth is traded and in which TREO counts it. ValueError for another element."""
    if element not in RARE_EARTHS:
        raise ValueError(f"{element!r} is no rare earth; allowed are {', '.join(RARE_EARTHS)}.")
    return _TRADE_OXIDES.get(element, f"{element}2O3")


def oxide_factor(element: str, oxide: str | None = None) -> float:
    """kg of oxide per kg of element (1.1664 for Nd2O3). oxide: a formula that holds the element, else the trade oxide.

    Multiply an element by it to get its oxide, divide to come back. ValueError where the formula lacks the element.
    """
    shares = dict(mass_shares(oxide or trade_oxide(element)))
    if element not in shares:
        raise ValueError(f"{oxide!r} holds no {element}; name an oxide of {element}.")
    return 1 / shares[element]
