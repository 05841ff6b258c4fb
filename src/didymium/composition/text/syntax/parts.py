"""Substances with their figures, as a declaration lists them."""

from __future__ import annotations

from typing import Any

import msgspec

from didymium.composition.model import Of, Unit
from didymium.composition.text.lexis.figures import Figure
from didymium.composition.text.lexis.substances import Substance
from didymium.composition.text.lexis.tokens import Token


class Part(msgspec.Struct, gc=False):
    """A substance with its figure. of: set where the text marks it. weak: TREO stands beside it without a mark that
    decides. nines: an N grade beside a figure in per cent. joined: by which sign to the part before it. segment: which.
    whole: what the substances of a ratio make up together (PrNd oxide 99 %, 75/25).
    """

    substance: Substance
    figure: Figure | None = None
    of: Of | None = None
    weak: bool = False
    grade: Figure | None = None
    joined: str = ""
    segment: int = 0
    start: int = 0
    end: int = 0
    whole: Figure | None = None


class Parsed(msgspec.Struct, gc=False):
    """parts in the order written. unit: of the whole list, where written apart. grade: a trade grade. basis: a mark that
    covers the whole list. trailing: a mark of TREO stands behind the last part of a list. code: shorthand (10GDC).
    leftover: words without a meaning here, with their places. comma: a comma is certainly a decimal mark somewhere.
    """

    parts: list[Part] = msgspec.field(default_factory=list)
    unit: Unit | None = None
    grade: str | None = None
    basis: Of | None = None
    trailing: Of | None = None
    code: tuple[tuple[str, str], Any] | None = None
    leftover: list[Token] = msgspec.field(default_factory=list)
    slips: list[str] = msgspec.field(default_factory=list)
    comma: bool = False
