"""Reading a declared composition: `read` for one text, `read_many` for a column.

    read("Dy2O3 99.5% min (TREO 99%)").readings[0].fractions  ->  {"Dy": (85.83, 87.13)}

The way: text -> tokens (lexing) -> parts (grammar) -> lists (chains) -> drafts (reading) -> components and element
fractions (amounts). A text is read the same way every time, in every thread; nothing is guessed silently.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from typing import Any, Final

from didymium.composition.chemistry import RARE_EARTHS
from didymium.composition.model import Declared
from didymium.composition.text import grammar, lexing, reading
from didymium.composition.text.figures import Refusal
from didymium.composition.text.names import fold, lexicon
from didymium.composition.text.parts import Parsed, Part
from didymium.composition.text.prepared import prepare
from didymium.composition.text.substances import Substance, from_material
from didymium.composition.text.tokens import Token

#: Longest text that is read; the longest honest ones have some hundred characters.
LONGEST: Final = 2_000
_LONGEST_FILLER: Final = 40
_LINES: Final = str.maketrans(
    {
        "\n": ";",
        "\r": " ",
        "\t": " ",
        "\x0b": " ",
        "\x0c": " ",
        "\u2028": ";",
        "\u2029": ";",
        "\u00ad": "-",
        "\u200b": " ",
        "\ufeff": " ",
    }
)
_SPREADSHEET: Final = re.compile(
    r"^\s*[=@]|^\s*[+-]\s*[A-Za-z]+\(|<\s*/?\s*[a-z!]+[^<>]*>|\{\{|\$\{|--\s*$|https?:|www\.|\\x|[A-Za-z]:\\"
)
_CONCENTRATION: Final = re.compile(r"/|%|vol|bq|pp")
_SUSPECT: Final = frozenset("vX?")
_WORDS: Final = frozenset(["Am", "Ar", "As", "At", "Be", "Es", "He", "In", "Ne", "No", "Os", "Pa", "Se", "Si", "Ta"])


def read(text: str | None) -> Declared:
    """What one declared composition says. Null and blank are an error of kind `empty`; nothing is raised."""
    if text is None or not text.strip():
        return Declared(
            text or "", "error", error="empty", message="Nothing is stated; name the substances with their shares."
        )
    if len(text) > LONGEST:
        return Declared(
            text, "error", error="unparseable",
            message=f"{len(text)} characters are more than {LONGEST}; state the composition alone.",
        )  # fmt: skip
    try:
        return _read(text)
    except Refusal as refusal:
        at = _place(text, refusal.at)
        return Declared(
            text,
            "error",
            error=refusal.kind,
            message=f"{refusal.message[:1].upper()}{refusal.message[1:]}.",
            understood=at,
        )


def _read(text: str) -> Declared:
    plain = lexing.normal(text).translate(_LINES)
    if len(plain) <= _LONGEST_FILLER:
        folded = fold(plain).strip()
        if folded in lexicon().fillers or folded.strip(" .;,:\"'()[]") in lexicon().fillers:
            raise Refusal("not_stated", "a filler that states nothing; name the substances with their shares", 0)
    if _SPREADSHEET.search(plain):
        raise Refusal("not_a_composition", "code, a link or a spreadsheet formula, not a composition", 0)
    ready = prepare(plain)
    found = ready.found
    if len(found) == 1 or _SUSPECT & set(ready.kinds):
        _refuse_prose(found)
    try:
        parsed = grammar.parse(ready)
    except Refusal as refusal:
        if refusal.kind != "no_substance":
            _refuse_unknown([t for t in found if t.kind in "?c"], found)
        raise
    warnings = list(dict.fromkeys(parsed.slips))
    warnings += _leftovers(parsed, found)
    if not parsed.parts and parsed.code is None:
        if parsed.grade:
            parsed.parts.append(Part(_magnet()))
        else:
            raise _nothing(found)
    several = reading.readings(parsed)
    kind = "ok" if len(several) == 1 else "ambiguous"
    return Declared(text, kind, tuple(several), parsed.grade, tuple(warnings))  # type: ignore[arg-type]


def _magnet() -> Substance:
    word = lexicon().words["ndfeb"]
    return from_material(word.value)


def _place(text: str, at: int) -> int:
    """The place in the text as written of a place in the normalised text."""
    if text.isascii() or at <= 0:
        return min(max(at, 0), len(text))
    low, high = 0, len(text)
    while low < high:
        middle = (low + high) // 2
        if len(lexing.normal(text[:middle])) < at:
            low = middle + 1
        else:
            high = middle
    return low


def _refuse_prose(found: Sequence[Token]) -> None:
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
    return grammar.looks_like_formula(str(token.value))


def _refuse_unknown(left: Sequence[Token], found: Sequence[Token]) -> None:
    for token in left:
        if token.kind == "?" and _formula_like(token):
            raise Refusal(
                "unknown_substance", f"{token.value!r} is no formula of elements that are traded", token.start
            )
    if left and left[0].kind == "?" and not any(t.kind in "SETRMCe" for t in found):
        raise Refusal("unknown_substance", f"{left[0].value!r} is no substance that is known", left[0].start)


def _leftovers(parsed: Parsed, found: Sequence[Token]) -> list[str]:
    """Words without meaning: refused where they could change the sense, else said in a warning."""
    _refuse_unknown(parsed.leftover, found)
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


def _nothing(found: Sequence[Token]) -> Refusal:
    figures = any(t.kind in "nN" for t in found)
    named = any(t.kind in "fF" for t in found)
    if figures or named:
        return Refusal("no_substance", "a figure or form of nothing named; name the substance", 0)
    return Refusal("not_a_composition", "no substance and no share are stated", 0)


def as_answer(declared: Declared) -> dict[str, Any]:
    """A reading as plain data: kind, then components and fractions (ok), readings (ambiguous) or error."""
    out: dict[str, Any] = {"kind": declared.kind}
    if declared.kind == "error":
        return {**out, "error": declared.error, "message": declared.message, "understood": declared.understood}
    plain = [
        {
            "components": [
                {
                    "component": c.component,
                    "low": c.low,
                    "high": c.high,
                    "unit": c.unit,
                    "basis": c.basis,
                    "of": c.of,
                    "meaning": c.meaning,
                }
                for c in r.components
            ],
            "fractions": {e: [low, high] for e, (low, high) in r.fractions.items()},
        }
        for r in declared.readings
    ]
    if declared.kind == "ok":
        out.update(plain[0])
    else:
        out["readings"] = [{**p, "why": r.why} for p, r in zip(plain, declared.readings, strict=True)]
    if declared.grade:
        out["grade"] = declared.grade
    if declared.warnings:
        out["warnings"] = list(declared.warnings)
    return out
