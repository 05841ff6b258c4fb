"""Formulas that are known to be traded, and the one that a misspelt formula can mean."""

from __future__ import annotations

import re
from functools import cache
from typing import Final

from didymium.composition.chemistry import MASSES, NOT_TRADED, RARE_EARTHS, Formula, formula
from didymium.composition.text.lexis.spelling import rows

#: Water as it is mistyped: `7H20`, `7h2o`.
_ZERO_WATER: Final = re.compile(r"^(\d*[xn]?)[hH]2[oO0]$")


def key(text: str) -> str:
    """Spelling of a formula blind to letter case and to 0 typed for O."""
    return text.lower().replace("0", "o")


@cache
def known_formulas() -> dict[str, tuple[str, ...]]:
    """Formulas and symbols that are traded, by a key blind to letter case and to 0 typed for O."""
    out: dict[str, list[str]] = {}
    for row in rows("known_formulas.csv"):
        pattern = row["formula"]
        texts = [pattern.replace("Ln", e) for e in RARE_EARTHS] if "Ln" in pattern else [pattern]
        for text in texts:
            out.setdefault(key(text), []).append(text)
    for element in MASSES:
        if element not in NOT_TRADED:
            out.setdefault(key(element), []).append(element)
    return {k: tuple(dict.fromkeys(v)) for k, v in out.items()}


def known(text: str) -> bool:
    """The text is, letter for letter, a formula or symbol that is known to be traded."""
    return text in known_formulas().get(key(text), ())


def repaired(text: str) -> tuple[Formula, str] | None:
    """The one known formula a misspelt text can mean (letter case, 0 for O; hydrate water aside), and what was repaired."""
    host, dot, water = text.partition("·")
    found = known_formulas().get(key(host), ())
    right_water = _ZERO_WATER.sub(r"\1H2O", water)
    if len(found) > 1 or (not found and (water == right_water or formula(host) is None)):
        return None
    right_host = found[0] if found else host
    if right_host == host and right_water == water:
        return None
    slips = []
    if "0" in water[-1:] or ("0" in host and right_host.count("O") > host.upper().count("O")):
        slips.append("0 -> O")
    if host.replace("0", "O") != right_host:
        slips.append("letter case")
    right = formula(right_host + dot + right_water)
    return (right, f"repaired: {', '.join(slips)}: {text} read as {right.text}") if right and slips else None
