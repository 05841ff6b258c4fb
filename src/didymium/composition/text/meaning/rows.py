"""A part on its way to a component: figures with units, references and open choices."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Final, Literal

import msgspec
from msgspec.structs import replace

from didymium.composition.model import Of, Unit
from didymium.composition.text.lexis.substances import Substance
from didymium.composition.text.syntax.parts import Part

#: wt% per unit, of units by mass.
PER_CENT: Final[dict[str, float]] = {"wt%": 1.0, "ppm": 1e-4, "ppb": 1e-7}

WHOLE: Final[dict[str, float]] = {"wt%": 100.0, "at%": 100.0, "mol%": 100.0, "ppm": 1e6, "ppb": 1e9}


class Row(msgspec.Struct, frozen=True, gc=False):
    """A part on its way to a component. kind: as of a figure, or named. of: None = not yet decided (then the whole).
    bare: no limit was written. nines, graded: from an N grade, or beside one. pure: a single purity. weak: TREO stands
    beside it. other, mark: the other meaning of its decimal mark. at: place of the figure in the text.
    """

    substance: Substance
    kind: Literal["named", "point", "range", "floor", "ceiling", "balance", "trace", "not_detected", "absent", "ratio"]
    low: float | None
    high: float | None
    unit: Unit | None
    half: float = 0.0
    of: Of | None = None
    weak: bool = False
    graded: bool = False
    bare: bool = False
    nines: bool = False
    pure: bool = False
    forced_name: bool = False
    other: tuple[float, float | None] | None = None
    mark: str = ""
    at: int = 0

    @property
    def middle(self) -> float:
        """The figure itself, or the middle of a range, in its own unit."""
        if self.kind == "range" and self.low is not None and self.high is not None:
            return (self.low + self.high) / 2
        return (self.high if self.kind == "ceiling" else self.low) or 0.0


NUMBERED: Final = frozenset({"point", "range", "floor", "ceiling"})


class Draft(msgspec.Struct, frozen=True, gc=False):
    """One list of rows on the way to a reading. why: the choices made so far."""

    rows: tuple[Row, ...]
    why: tuple[str, ...] = ()

    def because(self, rows: Iterable[Row], why: str = "") -> Draft:
        """The draft with other rows, and one more choice."""
        return Draft(tuple(rows), (*self.why, why) if why else self.why)


def row_of(part: Part) -> Row:
    """The row of a part as written, nothing decided yet."""
    figure = part.figure
    graded = part.grade is not None
    if figure is None:
        return Row(part.substance, "named", None, None, None, of=part.of, weak=part.weak, graded=graded)
    return Row(
        part.substance, figure.kind, figure.low, figure.high, figure.unit, figure.half, part.of,
        part.weak, graded, figure.bare, figure.nines, other=figure.other, mark=figure.mark, at=figure.start,
    )  # fmt: skip


def decided(row: Row) -> bool:
    """Unit and marks of the row are written; only its reference may be open."""
    return (
        not (row.weak or row.graded or row.nines)
        and row.other is None
        and (row.unit is not None or row.kind not in NUMBERED)
    )


def floor(row: Row) -> Row:
    """A bare figure read as a purity: at least so much."""
    return replace(row, kind="floor", high=None, half=0.0)
