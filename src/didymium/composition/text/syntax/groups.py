"""Denials of a whole group: `no heavy rare earths`, `rare earth free`. Each element of the group is said to be absent."""

from __future__ import annotations

from functools import cache

from msgspec.structs import replace

from didymium.composition.text.lexis import substances
from didymium.composition.text.lexis.figures import Refusal
from didymium.composition.text.lexis.spelling import rows
from didymium.composition.text.lexis.tokens import Element
from didymium.composition.text.syntax.parts import Parsed, Part


@cache
def groups() -> dict[str, tuple[str, ...]]:
    """Elements by group, as `names_groups.csv` defines it."""
    return {row["group"]: tuple(row["elements"].split("|")) for row in rows("names_groups.csv")}


def denied(out: Parsed) -> None:
    """Put the elements of a denied group in its place. Refusal where the declaration states one of them with an amount;
    a limit (`Dy < 0.1 %, else free of heavy rare earths`) says more than the denial and stays alone.
    """
    chosen = [p for p in out.parts if p.figure is not None and p.figure.kind == "absent" and _group(p)]
    if not chosen:
        return
    stated = _stated(out.parts)
    parts: list[Part] = []
    for part in out.parts:
        if part not in chosen:
            parts.append(part)
            continue
        for symbol in _group(part):
            if stated.get(symbol):
                raise Refusal(
                    "unparseable", f"{symbol} is stated, and denied as one of {part.substance.name}", part.start
                )
            if symbol not in stated:
                stated[symbol] = False
                parts.append(replace(part, substance=substances.from_element(Element(symbol)), joined=""))
    out.parts = parts


def _group(part: Part) -> tuple[str, ...]:
    substance = part.substance
    if substance.role in ("part", "TREM") or (substance.generic and substance.rare):
        return groups().get(substance.name, ())
    return ()


def _stated(parts: list[Part]) -> dict[str, bool]:
    """Elements with a statement of their own: True where some of it is said to be there."""
    out: dict[str, bool] = {}
    for part in parts:
        figure = part.figure
        if part.substance.role != "sub" or (part.substance.formula is None and figure is not None):
            continue
        there = figure is None or figure.kind == "balance" or bool(figure.kind != "absent" and figure.low)
        for symbol in part.substance.elements:
            out[symbol] = out.get(symbol, False) or there
    return out
