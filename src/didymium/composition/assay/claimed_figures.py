"""Intervals and room of one reading of a declared composition: what an assay is held against.

Rounding of bare figures widens them; a balance takes the rounding of all others; a lone substance of 90 per cent or more
is a purity, so that up to all of it may be there.
"""

from __future__ import annotations

import re
from collections.abc import Iterable
from functools import cache
from typing import Final, NamedTuple

from didymium.composition.assay.analytes import atomic_weights
from didymium.composition.assay.data import rare_earths, rule
from didymium.composition.chemistry import formula, mass_shares
from didymium.composition.model import Component, Reading

#: Meanings with a figure to hold something against.
FIGURED: Final = ("point", "range", "floor", "ceiling", "balance")
#: Elements a formula holds beside what it is sold for.
ANIONS: Final = ("H", "C", "N", "O", "F", "P", "S", "Cl")
_TO_PCT: Final = {"wt%": 1.0, "ppm": 1e-4, "ppb": 1e-7, "at%": 1.0, "mol%": 1.0}
_TOTALS: Final = ("TREO", "TREM")
_LOSSES: Final = ("LOI", "H2O")
#: Those of them a laboratory reports: where a declared formula holds them they are no impurity.
_BOUND: Final = ("F", "P", "S", "Cl")
_NO_SYMBOLS: Final = (*_TOTALS, *_LOSSES, "other REO")
_SYMBOLS: Final = re.compile(r"[A-Z][a-z]?")
_RUN: Final = re.compile(r"(?:[A-Z][a-z]?\d*)+")


class Figure(NamedTuple):
    """A declared interval of `key` (element as element, TREO, a sum `Nd+Pr`, LOI, H2O) in reading number `reading`.

    share: True = per cent of the rare-earth oxides, as oxide; else wt% of the whole. Rounding is in low and high already.
    positive: the figure is a content and no limit, so it can `reappear` under another label. firm: False = a balance.
    """

    reading: int
    key: str
    share: bool
    low: float
    high: float
    positive: bool
    firm: bool
    oxide: bool


class Place(NamedTuple):
    """What one reading leaves for undeclared elements. Null = no limit follows.

    room_pct: anything, wt% of the whole. room_reo_pct: rare earths as oxides, of the whole. room_share_pct: of TREO.
    nominal: a formula without a figure, naming the material. pure: rare earths declared as (nearly) all of it: a purity.
    covers: undeclared rare earths are part of a declared total. speaks: rare earths are declared at all. oxide: figures are
    of oxides. share_sum: sum of the declared shares of TREO. metals_sum: sum of the declared contents of metals [wt%].
    """

    reading: int
    why: str
    room_pct: float | None
    room_reo_pct: float | None
    room_share_pct: float | None
    covers: bool
    speaks: bool
    oxide: bool
    share_sum: float
    metals_sum: float
    nominal: bool
    pure: bool


@cache
def elements_of(component: str) -> tuple[str, ...]:
    """Symbols in a formula, a symbol, a sum or a run of them (`NdFeB`, `NdPr oxide`); () for words, TREO and losses."""
    if component in _NO_SYMBOLS:
        return ()
    words_ = component.split()
    parts = [w for w in words_ if _RUN.fullmatch(w)] if len(words_) > 1 or component.islower() else [component]
    found = [s for part in parts for s in _SYMBOLS.findall(part)]
    return tuple(dict.fromkeys(found)) if all(s in atomic_weights() for s in found) else ()


def _members(part: Component) -> list[str]:
    """Elements whose sum a component states: `Nd+Pr`, `Nd2O3+Pr6O11`, `NdPr oxide`, `PrNd`; [] for one element or a compound."""
    members = sorted(e for e in elements_of(part.component) if e not in ANIONS)
    run = part.component.isalpha() and set(members) <= set(rare_earths())
    summed = "+" in part.component or run or (" " in part.component and part.basis in ("oxide", "element"))
    return members if summed and len(members) > 1 and part.unit not in ("at%", "mol%") else []


def vague(part: Component, reading: Reading) -> bool:
    """No element follows from a component: what it holds takes an unknown part of the room."""
    if part.component in _NO_SYMBOLS or _members(part):
        return False
    elements = elements_of(part.component)
    if elements and set(elements) <= set(ANIONS) and part.half_unit:
        return False  # `C 1.2 %` of a steel: not compared, but it takes its figure
    known = set(elements) & set(reading.fractions) or (
        part.of != "whole" and len(set(elements) & set(rare_earths())) == 1
    )
    return not known


def _counted(reading: Reading) -> list[Component]:
    """Components with a figure that says something; a denied element is none, a rounded 0 % is one."""
    return [p for p in reading.components if p.meaning in FIGURED and not (p.high == 0 and not p.half_unit)]


def _zeros(parts: list[Component]) -> dict[str, float]:
    """Element -> most that a written 0 leaves open by its rounding [wt% of the whole]."""
    out: dict[str, float] = {}
    for part in parts:
        known = formula(part.component) if part.high == 0 and part.of == "whole" else None
        for element, share in mass_shares(known) if known else ():
            out[element] = part.half_unit * _TO_PCT[part.unit] * share
    return out


def half_unit(part: Component) -> float:
    """Half a unit of the last place of a bare figure, also of one written in a ratio (`NdPr 75/25`): 75 leaves 74.5 to 75.5."""
    if part.half_unit or part.meaning != "point" or part.low != part.high or not part.high or part.high >= 100:
        return part.half_unit
    places = len(f"{part.high:.6f}".rstrip("0").partition(".")[2])
    return 0.5 * 10.0**-places


def _bounds(part: Component) -> tuple[float, float]:
    """Interval in per cent of what the part is a share of, with the rounding of a bare figure."""
    factor = _TO_PCT[part.unit]
    half = half_unit(part) * factor
    low = (part.low or 0.0) * factor - half
    high = 100.0 if part.high is None else part.high * factor + half
    return max(low, 0.0), high


def read(number: int, reading: Reading, *, natural: bool) -> tuple[list[Figure], Place]:
    """Figures and room of one reading."""
    parts = _counted(reading)
    figures = [f for p in parts for f in _own_figures(number, p)]
    for part in parts:
        if part.of != "whole" and len(rare := _rare_of([part])) == 1:
            low, high = _bounds(part)
            figures.append(
                _figure(number, rare[0], low, high, share=True, firm=part.meaning != "balance", oxide=_oxides(part))
            )
    rounding, zeros = _rounding(parts), _zeros(parts)
    pure = _purity(parts)
    slack = sum(half_unit(p) * _TO_PCT[p.unit] for p in parts)
    for element, (low_pct, high_pct) in reading.fractions.items():
        if (low_pct, high_pct) == (0, 0) and element in zeros:
            figures.append(_figure(number, element, 0.0, zeros[element]))
        if "+" in element or (low_pct, high_pct) == (0, 0) or not (low_pct or high_pct is not None):
            continue
        rel, balance = rounding.get(element, 0.0), element in _balances(parts)
        low = max(low_pct * (1 - rel) - (slack if balance else 0.0), 0.0)
        high = 100.0 if high_pct is None else min(high_pct * (1 + rel) + (slack if balance else 0.0), 100.0)
        high = high_pct * 100.0 / pure if pure and high_pct else high
        figures.append(_figure(number, element, low, high, firm=not balance))
    bound = {a for p in reading.components for a in elements_of(p.component)} & set(_BOUND)
    figures += [_figure(number, anion, 0.0, 100.0) for anion in sorted(bound - {f.key for f in figures})]
    return figures, _place(number, reading, parts, natural)


def _figure(
    number: int, key: str, low: float, high: float, *, share: bool = False, firm: bool = True, oxide: bool = False
) -> Figure:
    return Figure(number, key, share, low, high, low > 0, firm, oxide)


def _oxides(part: Component) -> bool:
    """A share of the oxides (TREO), not of the metals (TREM)."""
    return str(part.of) == "TREO"


def _purity(parts: list[Component]) -> float | None:
    """The figure of a lone substance of 90 per cent or more: a purity, so that up to all of it may be there."""
    only = parts[0] if len(parts) == 1 and parts[0].of == "whole" and parts[0].unit == "wt%" else None
    return only.high if only and only.meaning == "point" and only.high and 90 <= only.high < 100 else None


def _balances(parts: Iterable[Component]) -> set[str]:
    return {e for p in parts if p.meaning == "balance" for e in elements_of(p.component)}


def _own_figures(number: int, part: Component) -> list[Figure]:
    """The figure of a total, a loss or a sum such as `Nd+Pr` (whose members lie between 0 and the sum); [] for others."""
    low, high = _bounds(part)
    if part.of == "whole" and part.component in (*_TOTALS, *_LOSSES):
        oxide = part.component == "TREO"
        return [_figure(number, part.component, low, high, firm=part.meaning != "balance", oxide=oxide)]
    members = _members(part)
    if not members:
        return []
    share, oxide = part.of != "whole", part.basis == "oxide"
    whole = _figure(number, "+".join(members), low, high, share=share, oxide=oxide)
    return [whole, *(_figure(number, e, 0.0, high, share=share, oxide=oxide) for e in members)]


def _rounding(parts: list[Component]) -> dict[str, float]:
    """Element -> relative half unit of the figures that determine it (its own, and the TREO it is a share of)."""

    def relative(part: Component) -> float:
        return half_unit(part) / part.high if part.high else 0.0

    total = next((relative(p) for p in parts if p.component in _TOTALS), 0.0)
    return {
        e: relative(p) + (total if p.of != "whole" else 0.0)
        for p in parts
        for e in elements_of(p.component)
        if p.meaning != "balance"
    }


def _rare_of(parts: Iterable[Component]) -> list[str]:
    return [e for p in parts for e in elements_of(p.component) if e in rare_earths()]


def _place(number: int, reading: Reading, parts: list[Component], natural: bool) -> Place:
    whole = [p for p in parts if p.of == "whole" and p.component not in _LOSSES]
    shares = [p for p in parts if p.of != "whole"]
    total = next((_bounds(p) for p in whole if p.component in _TOTALS), None)
    rare = [p for p in whole if p.component == "other REO" or _rare_of([p])]
    others = next((_bounds(p)[1] for p in whole if p.component == "other REO"), None)
    room, listed = _room(whole, rare, total, unknown=any(vague(p, reading) for p in parts))
    listed = listed or sum(_bounds(p)[0] for p in shares) >= rule("full_list")
    split = bool(shares) or any(_rare_of([p]) for p in whole)
    rare_low = sum(_bounds(p)[0] for p in rare)
    room_reo = max(total[1] - rare_low, 0.0) if total else room
    claimed = total is not None or bool(shares) or natural
    return Place(
        reading=number, why=reading.why, room_pct=room, room_reo_pct=room_reo if others is None else others,
        room_share_pct=_share_room(shares, reading),
        covers=others is not None or (claimed and not (listed and split)),
        speaks=bool(rare or shares or total or _rare_of(reading.components)),
        oxide=any(p.basis == "oxide" for p in whole),
        share_sum=sum(_middle(p) for p in shares),
        metals_sum=sum(_middle(p) for p in whole if p.basis == "element"),
        nominal=len(parts) == 1 and parts[0].meaning == "point" and parts[0].low == parts[0].high == 100,
        pure=_pure(parts, total),
    )  # fmt: skip


def _pure(parts: list[Component], total: tuple[float, float] | None) -> bool:
    """(Nearly) all of it are rare earths and what they are bound to; an alloy's formula is no purity."""
    anions = {*ANIONS, *rare_earths()}
    own = [p for p in parts if (found := elements_of(p.component)) and set(found) <= anions and _rare_of([p])]
    whole = sum(_bounds(p)[0] for p in own if p.of == "whole")
    alone = _bounds(own[0])[0] if len(parts) == 1 and own else 0.0
    return max(total[0] if total else 0.0, whole, alone) >= rule("pure_from")


def _middle(part: Component) -> float:
    return ((part.low or 0.0) + (part.high or 0.0)) / 2 * _TO_PCT[part.unit]


def _share_room(shares: list[Component], reading: Reading) -> float | None:
    """Per cent of the rare-earth oxides that declared shares leave; null = no shares, or one of something unknown."""
    if not shares or any(vague(p, reading) for p in shares):
        return None
    return max(100.0 - sum(_bounds(p)[0] for p in shares), 0.0)


def _room(
    whole: list[Component], rare: list[Component], total: tuple[float, float] | None, *, unknown: bool
) -> tuple[float | None, bool]:
    """(wt% of the whole that the declared figures leave, whether they name all rare earths there are).

    A TREO figure and its own parts count once. A balance, and a formula given for all of it, tacitly hold impurities.
    """
    rare_low = sum(_bounds(p)[0] for p in rare)
    other_low = sum(_bounds(p)[0] for p in whole if p not in rare and p.component not in _TOTALS)
    taken = max(total[0] if total else 0.0, rare_low) + other_low
    loose = any(p.meaning == "balance" or (p.meaning == "point" and p.low == p.high == 100) for p in whole)
    slack = rule("balance_impurities") if loose else 0.0
    room = max(100.0 - taken, 0.0) + slack if taken > 0 and not unknown else None
    full = rule("full_list") / 100
    named = sum(_middle(p) for p in rare if p.component != "other REO")
    return room, (total is not None and named >= full * total[0]) or (total is None and taken >= 100 * full)
