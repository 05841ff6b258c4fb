"""Reading a declared composition: `read` for one text, `read_many` for a column.

    read("Dy2O3 99.5% min (TREO 99%)").readings[0].fractions  ->  {"Dy": (85.83, 87.13)}

The way: text -> tokens (lexing) -> parts (grammar) -> lists (chains) -> drafts (reading) -> components and element
fractions (amounts). A text is read the same way every time, in every thread; nothing is guessed silently.
"""

from __future__ import annotations

from typing import Any, Final

from didymium.composition.model import Declared
from didymium.composition.text.lexis import lexing
from didymium.composition.text.lexis.figures import Refusal
from didymium.composition.text.lexis.layout import plainly_set
from didymium.composition.text.lexis.names import lexicon
from didymium.composition.text.lexis.spelling import fold
from didymium.composition.text.lexis.substances import Substance, from_material
from didymium.composition.text.meaning import reading
from didymium.composition.text.syntax import grammar
from didymium.composition.text.syntax.hydrates import joined
from didymium.composition.text.syntax.parts import Part
from didymium.composition.text.syntax.prepared import prepare
from didymium.composition.text.syntax.refusals import leftovers, nothing, refuse_prose, refuse_unknown

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
    plain = joined(plainly_set(lexing.normal(text).translate(_LINES)))
    if len(plain) <= _LONGEST_FILLER and "%" not in plain:
        folded = fold(plain).strip()
        if folded in lexicon().fillers or folded.strip(" .;,:\"'()[]") in lexicon().fillers:
            raise Refusal("not_stated", "a filler that states nothing; name the substances with their shares", 0)
    ready = prepare(plain)
    found = ready.found
    if ready.doubtful:
        refuse_prose(found)
    try:
        parsed = grammar.parse(ready)
    except Refusal as refusal:
        if refusal.kind != "no_substance":
            refuse_unknown([t for t in found if t.kind in "?c"], found)
        raise
    warnings = list(dict.fromkeys(parsed.slips))
    warnings += leftovers(parsed, found)
    if not parsed.parts and parsed.code is None:
        if parsed.grade:
            parsed.parts.append(Part(_magnet()))
        else:
            raise nothing(found)
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
