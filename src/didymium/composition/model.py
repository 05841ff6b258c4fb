"""What a declared composition says: components as written, and what they mean for each element.

A declaration is read as `ok` (one reading), `ambiguous` (two or more readings, none preferred) or `error` (nothing is
known; `error` says why and `understood` how far reading got). Nothing is ever guessed silently: a repair of an obvious
slip of the pen (`Nd203`) is a warning.
"""

from __future__ import annotations

from typing import Literal

import msgspec

Kind = Literal["ok", "ambiguous", "error"]
Unit = Literal["wt%", "at%", "mol%", "ppm", "ppb"]
Basis = Literal["element", "oxide", "compound"]
#: What a figure is a share of: of everything in the package, of the sum of its rare-earth oxides, or of its rare-earth metals.
Of = Literal["whole", "TREO", "TREM"]
Meaning = Literal["point", "range", "floor", "ceiling", "balance", "trace", "not_detected", "named"]
ErrorKind = Literal[
    "empty",
    "not_stated",
    "not_a_composition",
    "no_substance",
    "unknown_substance",
    "impossible_value",
    "sum_exceeds_100",
    "unparseable",
    "inverted_range",
]


class Component(msgspec.Struct, frozen=True, gc=False):
    """One part of a declaration.

    component: formula, element symbol, sum such as `Nd+Pr`, `TREO`, `other REO`, `H2O`, `LOI`, or a name without formula.
    low, high: interval in `unit` of `of`; low null = not stated (never 0), high null = no upper figure.
    half_unit: half a unit of the last place written, in `unit`; what rounding of a bare figure leaves open; 0 where the
    figure is a limit, a range, a formula or a balance.
    """

    component: str
    low: float | None
    high: float | None
    unit: Unit
    basis: Basis
    of: Of
    meaning: Meaning
    half_unit: float = 0.0


class Reading(msgspec.Struct, frozen=True, gc=False):
    """One way to understand a declaration.

    fractions: element symbol -> (low, high) in wt% of the whole; empty = nothing is determined; an element that is
    not listed is not claimed to be absent. H, C, N, O, F, P, S and Cl are never listed. why: what this reading takes for
    granted, in one sentence; empty where there is only one.
    """

    components: tuple[Component, ...]
    fractions: dict[str, tuple[float, float | None]]
    why: str = ""


class Declared(msgspec.Struct, frozen=True, gc=False):
    """A declared composition as read.

    text: as written. grade: a trade grade written in it (`N42SH`), never a composition. error and message: set where kind
    is `error`; understood: how many characters of `text` were understood before.
    """

    text: str
    kind: Kind
    readings: tuple[Reading, ...] = ()
    grade: str | None = None
    warnings: tuple[str, ...] = ()
    error: ErrorKind | None = None
    message: str = ""
    understood: int = 0
