"""Water of crystallisation written apart from its salt: `Sc2(SO4)3 . 5 H2O`, `LaCl3 x 7H2O`, `La2(CO3)3 . n H2O`.

Between a salt and its water stand a point, an asterisk, a multiplication sign or nothing but a blank. The water is moved
to the salt, blanks go behind it, so that every place in the text behind it stays what it was. Water may also be said in
words: `LaCl3 heptahydrate`, `六水硝酸铈 Ce(NO3)3`; how much is in `names_words.csv`.
"""

from __future__ import annotations

import re
from typing import Final

from didymium.composition.chemistry import Formula, formula
from didymium.composition.text.lexis.figures import Refusal
from didymium.composition.text.lexis.tokens import Token

_APART: Final = re.compile(
    r"(?<![A-Za-z0-9)\]])(?P<salt>[A-Z(\[][A-Za-z0-9()\[\]]*[A-Za-z0-9)\]])"
    r"(?:\s*(?P<dot>[.·•‧∙⋅・*×])\s*|\s+(?P<sign>[xX])\s*|(?P<blank>\s+))"
    r"(?P<count>\d{1,2}(?:[.,]\d)?|[xXnN])?\s*(?P<water>[hH]2[oO0])(?![A-Za-z0-9])"
)
_FIGURE: Final = re.compile(r"\s*[:=]?\s*[\d<>≤≥~±]")
#: More water than this beside a blank is a share, not a count (the hydrates of the trade hold up to twelve).
_MOST_WATER: Final = 12


def joined(text: str) -> str:
    """The text with water of crystallisation joined to its salt; as long as before."""
    if "H2" not in text and "h2" not in text:
        return text
    return _APART.sub(_join, text)


def _join(found: re.Match[str]) -> str:
    salt, count = found["salt"], found["count"] or ""
    known = formula(salt)
    if known is None or len(known.symbols) < 2:
        return found.group()
    if found["blank"] is not None:
        listed = _FIGURE.match(found.string, found.end()) is not None
        oxide = set(known.symbols) - {"O"} == {known.symbols[0]}
        if not count or oxide or listed or (count.isdigit() and int(count) > _MOST_WATER):
            return found.group()
    elif found["sign"] and not count:
        count = "x"  # La2(CO3)3 x H2O: how much is left open
    count = count.replace(",", ".").lower()
    return f"{salt}·{count}{found['water']}".ljust(len(found.group()))


def hydrated(found: list[Token]) -> list[Token]:
    """Tokens with water joined to its salt: `LaCl3 7H2O`, `LaCl3 · 7 H2O`, `LaCl3 heptahydrate`. Refusal where word and
    formula disagree.
    """
    out: list[Token] = []
    waiting: Token | None = None  # a word for water whose salt is still to come
    for token in found:
        if token.kind == "W":
            waiting = None if _worded(out, token) else token
        elif token.kind == "H" or (_is_water(token) and _counted(out)):
            _watered(out, token)
        else:
            out.append(token)
            if (waiting is not None and token.kind == "S" and _worded(out, waiting)) or token.kind in "n;":
                waiting = None
    return [t for t in out if t.kind != "·"]


def _worded(out: list[Token], word: Token) -> bool:
    """Give the salt that stands last the water of a word. False where no salt by formula stands there."""
    if not out or out[-1].kind != "S":
        return False
    salt: Formula = out[-1].value.formula
    if "O" in salt.symbols and set(salt.symbols) - {"O"} == {salt.symbols[0]}:
        return False  # an oxide, whose `hydrate` is a hydroxide of no fixed composition
    water = salt.text.partition("·")[2].removesuffix("H2O")
    if "·" in salt.text:
        if water.isdigit() and word.value != "x" and float(water) != float(word.value):
            raise Refusal("unparseable", f"{salt.text} is called a hydrate with {word.value} H2O", word.start)
    elif "H" not in salt.symbols:
        _join_water(out, word.value)
    return True


def _watered(out: list[Token], token: Token) -> None:
    """Give the salt that stands last the water of a formula; water beside no salt is moisture."""
    count = token.value if token.kind == "H" else f"{out.pop().value.value:g}"
    if out and out[-1].kind == "·":
        out.pop()
    if not out or out[-1].kind != "S":
        out.append(token._replace(kind="T", value="H2O"))
        return
    _join_water(out, count)
    out[-1] = out[-1]._replace(end=token.end)


def _join_water(out: list[Token], count: str) -> None:
    salt = out[-1].value
    whole = formula(f"{salt.formula.text}·{'' if count == '1' else count}H2O") or salt.formula
    out[-1] = out[-1]._replace(value=salt._replace(formula=whole))


def _is_water(token: Token) -> bool:
    return token.kind == "S" and token.value.formula.text == "H2O"


def _counted(out: list[Token]) -> bool:
    """A hydrate dot and a number stand last."""
    return len(out) > 1 and out[-1].kind == "n" and out[-2].kind == "·"
