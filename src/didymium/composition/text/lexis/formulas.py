"""Finding formulas in a piece of text: the longest that ends at a border, with slips of the pen repaired."""

from __future__ import annotations

import re
from functools import lru_cache
from typing import Any, Final

from didymium.composition.chemistry import (
    MASSES,
    NON_METALS,
    NOT_TRADED,
    RARE_EARTHS,
    Formula,
    formula,
)
from didymium.composition.text.lexis.known import known, repaired
from didymium.composition.text.lexis.names import Word
from didymium.composition.text.lexis.spelling import is_alphabetic
from didymium.composition.text.lexis.tokens import Compound, Element, Group

_CANDIDATE: Final = re.compile(r"[A-Za-z0-9()\[\]{}.,·*•∙⋅・×:δ+\-]+")

_HYDRATE_DOT: Final = re.compile(r"[.*](?=\d*[hH]2[oO0])")

_OXYGEN_TWIN: Final = {s.upper() + "": s for s in MASSES if len(s) == 2 and s[1] == "o" and s[0] in MASSES}


def formula_at(word: str, at: int) -> tuple[str, Any, int] | None:
    """The longest formula that begins here and ends at a border."""
    candidate = _CANDIDATE.match(word, at)
    if not candidate:
        return None
    end = min(candidate.end(), at + 120)
    while end > at:
        text = word[at:end]
        after = word[end : end + 2]
        if (
            (text[-1] in ")]}+" or text[-1].isalnum())
            and not (after[:1].isascii() and after[:1].isalnum())
            and not is_alphabetic(after[:1] or " ")
        ):
            charge = bool(after) and after[0] in "+-−" and not after[1:].isalnum()
            if found := _chemical(text, charge):
                if found[0] == "S" and _is_amount(found[1].formula):
                    end = at + len(found[1].formula.symbols[0])
                    return "e", Element(word[at:end]), end
                return *found, end + (1 if charge and text[-1] != "+" and _is_ion(text) else 0)
        end -= 1
    return None


def _is_amount(found: Formula) -> bool:
    """Nd30, B0.95: a symbol with its figure, not a molecule of thirty atoms."""
    return len(found.symbols) == 1 and found.symbols[0] not in NON_METALS and found.digits and not found.is_open


def _is_ion(text: str) -> bool:
    return text[-1].isdigit()


@lru_cache(maxsize=16_384)
def _chemical(text: str, charge: bool) -> tuple[str, Any] | None:
    if text[-1] == "+" and ":" not in text:
        return None
    if text[0] in "([{" and ((_wrapped(text) and "," not in text) or _numbered_bracket(text)):
        return None
    if charge and text[-1].isdigit() and not known(text) and known(text[:-1]):
        text = text[:-1]  # Nd3+, SO42-
    found = formula(text)
    if text in _OXYGEN_TWIN and found:
        return "S", Compound(found, twin=_OXYGEN_TWIN[text])
    right = None if known(text) else repaired(found.text if found else _HYDRATE_DOT.sub("·", text))
    if right:
        return _kind(*right)
    if not found and (pair := _capital_pair(text)):
        return "E", pair
    if not found or _looks_like_an_abbreviation(text):
        return None
    return _kind(found, "")


def _capital_pair(text: str) -> Group | None:
    """PRND, DYFE: two symbols in capitals, one of them a rare earth."""
    parts = (text[:2].capitalize(), text[2:].capitalize())
    if (
        len(text) != 4
        or not text.isupper()
        or not all(p in MASSES and len(p) == 2 and p not in NOT_TRADED for p in parts)
    ):
        return None
    slip = f"repaired: letter case: {text} read as {parts[0]}{parts[1]}"
    return Group(parts, parts[0] + parts[1], slip) if set(parts) & set(RARE_EARTHS) else None


def _looks_like_an_abbreviation(text: str) -> bool:
    """FOB, CIF, PVC, PCB40: capitals that happen to be symbols, but no formula that is known."""
    letters = re.match(r"[A-Z]+", text)
    if letters is None or len(letters.group()) < 2 or text.upper() != text or known(text):
        return False
    return letters.group() == text or (len(letters.group()) > 2 and "O" not in text)


def _wrapped(text: str) -> bool:
    return text[-1] in ")]}" and text.count("(") + text.count("[") + text.count("{") == 1


def _numbered_bracket(text: str) -> bool:
    """(Nd2O3)99.5: a formula in brackets with the figure behind it, not a formula with a fractional subscript."""
    if text[-1] not in "0123456789":
        return False
    depth = 0
    for i, character in enumerate(text):
        depth += (character in "([{") - (character in ")]}")
        if not depth:
            return text[i + 1 :].replace(",", ".").replace(".", "", 1).isdigit()
    return False


def _kind(found: Formula, slip: str) -> tuple[str, Any]:
    if any(s in NOT_TRADED for s in found.symbols):
        return "?", found.text
    if len(found.symbols) == 1 and not found.digits:
        element = found.symbols[0]
        return "e", Element(element, slip=slip, otherwise=Word("?", element) if slip else None)
    group = not found.digits and ":" not in found.text and "-" not in found.text
    non_metals = set(found.symbols) & NON_METALS
    if group and (not non_metals or (len(found.symbols) > 2 and non_metals <= {"C", "N", "H"})):
        return "E", Group(found.symbols, found.text, slip)
    return "S", Compound(found, slip=slip)
