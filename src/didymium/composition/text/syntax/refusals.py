"""Texts that hold no composition, and words in one that nobody understands: what is refused, and why."""

from __future__ import annotations

import re
from collections.abc import Sequence
from typing import Final

from didymium.composition.chemistry import RARE_EARTHS
from didymium.composition.text.lexis.figures import Refusal
from didymium.composition.text.lexis.tokens import Token
from didymium.composition.text.syntax.grammar import looks_like_formula
from didymium.composition.text.syntax.parts import Parsed

_CONCENTRATION: Final = re.compile(r"/|%|vol|bq|pp")
_WORDS: Final = frozenset(["Am", "Ar", "As", "At", "Be", "Es", "He", "In", "Ne", "No", "Os", "Pa", "Se", "Si", "Ta"])


def refuse_prose(found: Sequence[Token]) -> None:
    """A text that refers elsewhere, or is made of words and code, holds no composition even where a formula stands in it."""
    for token in found:
        if token.kind == "v":
            raise Refusal("not_a_composition", "the text refers elsewhere; state the composition itself", token.start)
        if token.kind == "X":
            raise Refusal(
                "not_a_composition", f"{token.value!r} belongs to code or prose, not to a composition", token.start
            )
    if _lone_word(found):
        raise Refusal(
            "not_a_composition", f"{found[0].value.symbol!r} alone is a letter or a word; write the element's name", 0
        )
    words = [t for t in found if t.kind == "?" and not _formula_like(t)]
    chemical = any(t.kind in "SETRMC" or (t.kind == "e" and _is_sure(t)) for t in found)
    figures = any(t.kind in "nNb" for t in found)
    if words and not chemical and not (figures and len(words) <= 2):
        raise Refusal(
            "not_a_composition",
            f"{words[0].value!r} is no substance that is known, and nothing else is named",
            words[0].start,
        )
    if words and not figures:
        raise Refusal(
            "not_a_composition", f"{words[0].value!r} is not understood, and no share is stated", words[0].start
        )
    if len(words) > 6:
        raise Refusal(
            "not_a_composition",
            f"prose: {words[0].value!r} and {len(words) - 1} other words are not understood",
            words[0].start,
        )


def _lone_word(found: Sequence[Token]) -> bool:
    """`I`, `Os`, `As` alone: a symbol that is first of all a word or a letter."""
    if len(found) != 1 or found[0].kind != "e" or found[0].value.named or found[0].value.symbol in RARE_EARTHS:
        return False
    symbol = found[0].value.symbol
    return len(symbol) == 1 or symbol in _WORDS


def _is_sure(token: Token) -> bool:
    """An element by name, or by a symbol that is no word."""
    return bool(token.value.named or token.value.otherwise is None)


def _formula_like(token: Token) -> bool:
    return looks_like_formula(str(token.value))


def refuse_unknown(left: Sequence[Token], found: Sequence[Token]) -> None:
    """A word that is meant as a substance and is none, before anything else is said about the text."""
    for token in left:
        if token.kind == "?" and _formula_like(token):
            raise Refusal(
                "unknown_substance", f"{token.value!r} is no formula of elements that are traded", token.start
            )
    if left and left[0].kind == "?" and not any(t.kind in "SETRMCe" for t in found):
        raise Refusal("unknown_substance", f"{left[0].value!r} is no substance that is known", left[0].start)


def leftovers(parsed: Parsed, found: Sequence[Token]) -> list[str]:
    """Words without meaning: refused where they could change the sense, else said in a warning."""
    refuse_unknown(parsed.leftover, found)
    said = []
    for token in parsed.leftover:
        if token.kind == "P":
            raise Refusal("unparseable", "a tolerance without its figure", token.start)
        if token.kind != "c":
            raise Refusal(
                "unparseable", f"{token.value!r} is not understood; state shares in %, ppm or mol%", token.start
            )
        if _CONCENTRATION.search(str(token.value)) or sum(p.figure is None for p in parsed.parts) > 1:
            raise Refusal(
                "unparseable",
                f"{token.value!r} is an amount, not a share of the whole; state shares in %, ppm or mol%",
                token.start,
            )
        said.append(f"left out: {token.value} is an amount or size, not a share")
    return said


def nothing(found: Sequence[Token]) -> Refusal:
    """Why a text without a substance is refused."""
    figures = any(t.kind in "nN" for t in found)
    named = any(t.kind in "fF" for t in found)
    if figures or named:
        return Refusal("no_substance", "a figure or form of nothing named; name the substance", 0)
    return Refusal("not_a_composition", "no substance and no share are stated", 0)
