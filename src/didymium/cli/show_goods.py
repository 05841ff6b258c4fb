"""How the law understood the words for goods, in one line: a reader sees at once what was not understood."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

if TYPE_CHECKING:
    from didymium.controls import Goods

#: Said where neither words nor code mean anything to the acts.
NOTHING_READ: Final = (
    "Read as: nothing the acts name. Neither the words nor the code were understood as goods of any act loaded; "
    "check the spelling, name the substance, or give --hs-code."
)


def read_as(goods: Goods) -> str:
    """Form, kind of magnet, contents; empty where nothing was understood."""
    shares = goods.contents.share
    named = [
        _share(element, *shares[element]) for element in shares if shares[element][1] > 0 and shares[element][0] > 0
    ]
    absent = [element for element, (_, high) in shares.items() if high == 0]
    parts = [
        " or ".join(sorted(goods.forms)),
        " or ".join(sorted(goods.families)),
        "contains " + ", ".join(named) if named else "",
        "without " + ", ".join(absent) if absent else "",
        ", ".join(sorted(goods.tags)),
    ]
    said = "; ".join(part for part in parts if part)
    if said and not goods.recognised:
        return f"{said} (by the code alone)"
    return said


def _share(element: str, low: float, high: float) -> str:
    if high >= 100:
        return element
    return f"{element} {low:.4g} %" if low == high else f"{element} {low:.4g} to {high:.4g} %"
