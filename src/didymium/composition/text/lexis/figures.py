"""Figures: a number with its unit, limits, range or tolerance; balance, trace, absence."""

from __future__ import annotations

import math
import re
from typing import Any, Final, Literal

import msgspec
from msgspec.structs import replace

from didymium.composition.model import ErrorKind, Unit

Kind = Literal["point", "range", "floor", "ceiling", "balance", "trace", "not_detected", "absent", "ratio"]

#: One figure as a pattern over kinds of tokens (see names.KINDS): limits before, number or range, limits behind, N grade.
PATTERN: Final = re.compile(
    r"(?P<pre>(?:[aqku][:=]?|\([GLaqu]+\)|(?P<limit>[GL<>UDp])[:=]?)*)"
    r"(?:(?P<ratio>n(?:[/:]n)+|n(?:rn){2,})u?"
    r"|(?P<low>nu?)(?:(?P<op>\(Pu?nu?\)u?|Pu?n?u?)|(?P<to>[rpj&])(?P<pre2>[GLa]*)(?P<high2>nu?)|(?P<torn>r(?!n)))?"
    r"|(?P<grade>N))"
    r"(?P<post>(?(limit)(?:[GL](?![<>]?u?n)|[UDqa]|\([GLUDqau]+\))*|(?:[GLUDqa]|\([GLUDqau]+\))*))"
)
_CEILINGS: Final = frozenset("LDp<")
_FLOORS: Final = frozenset("GUq>")


class Refusal(Exception):  # noqa: N818
    """A declaration that cannot be read. kind: one of the errors of the model; at: where in the normalised text."""

    def __init__(self, kind: ErrorKind, message: str, at: int) -> None:
        super().__init__(message)
        self.kind, self.message, self.at = kind, message, at


class Figure(msgspec.Struct, frozen=True, gc=False):
    """low, high: as written, in `unit` (None = not written). half: half a unit of the last place. bare: a number without
    limit, range or tolerance. nines: from an N grade. shares: numbers of a ratio. other: low and high if the decimal marks
    mean groups of three instead. prefixed: an absence said before the name (`without Dy`), which runs on. purity: the word
    stands beside it, so it can only be that of the substance named.
    """

    kind: Kind
    low: float | None
    high: float | None
    unit: Unit | None = None
    half: float = 0.0
    bare: bool = False
    nines: bool = False
    shares: tuple[float, ...] = ()
    other: tuple[float, float | None] | None = None
    mark: str = ""
    prefixed: bool = False
    purity: bool = False
    start: int = 0
    end: int = 0


SPECIAL: Final = {
    "b": ("balance", None, None),
    "t": ("trace", 0.0, None),
    "d": ("not_detected", 0.0, None),
    "z": ("absent", 0.0, 0.0),
    "y": ("absent", 0.0, 0.0),
}
WORDED: Final = frozenset(SPECIAL)


def special(kind: str, start: int, end: int) -> Figure:
    """Balance, trace, not detected, absent: figures without a number."""
    name, low, high = SPECIAL[kind]
    return Figure(name, low, high, start=start, end=end)  # type: ignore[arg-type]


def nines(grade: tuple[int, int]) -> tuple[float, float]:
    """4N = 99.99, 4N5 = 99.995: (low, 100)."""
    count, last = grade
    low = 100 - 10.0 ** (2 - count)
    return round(low + last * 10.0 ** (1 - count), 12) if last else round(low, 12), 100.0


def read(found: re.Match[str], values: list[Any], start: int, end: int) -> Figure:
    """The figure that PATTERN found; values: of the tokens of the match, in order. Refusal where it is broken off."""
    kinds = found.group()
    if kinds in ("n", "nu") and math.isfinite(values[0].value):
        return _single(values, start, end)
    limits = found.group("pre") + found.group("post")
    if found.group("grade"):
        low, high = nines(values[kinds.index("N")])
        return Figure("floor", low, high, "wt%", nines=True, start=start, end=end, purity="q" in limits)
    numbers = [v for k, v in zip(kinds, values, strict=True) if k == "n"]
    units = [v for k, v in zip(kinds, values, strict=True) if k == "u"]
    if any(not math.isfinite(n.value) for n in numbers):
        if any(math.isnan(n.value) for n in numbers):
            raise Refusal("unparseable", "the marks inside a figure make no number; write for example 1234.5", start)
        raise Refusal("impossible_value", "a figure is beyond all bounds; shares lie between 0 and 100 %", start)
    unit = _unit(units, start)
    scale = units[-1][1] if units else 1.0
    half = max(n.half for n in numbers) * scale
    base = Figure("point", numbers[0].value * scale, None, unit, half, start=start, end=end)
    if found.group("ratio"):
        return replace(base, kind="ratio", shares=tuple(n.value for n in numbers), bare=True)
    if found.group("torn") or (found.group("op") and len(numbers) == 1):
        raise Refusal("unparseable", "a figure is broken off: something is missing behind ± or ..", end)
    if found.group("op"):
        return _tolerance(base, numbers, units, scale)
    if len(numbers) == 2:
        return replace(_range(base, found, numbers, scale), purity="q" in limits)
    return _limited(base, limits, numbers[0], scale)


def _single(values: list[Any], start: int, end: int) -> Figure:
    """The plain case: a number, with or without its unit."""
    number = values[0]
    unit, scale = (values[1][0], values[1][1]) if len(values) > 1 else (None, 1.0)
    other = None if number.other is None else (number.other * scale, number.other * scale)
    value = number.value * scale
    return Figure(
        "point", value, value, unit, number.half * scale, bare=True, other=other, mark=number.mark, start=start, end=end
    )


def _unit(units: list[Any], at: int) -> Unit | None:
    if len({u[:2] for u in units}) > 1:
        raise Refusal("unparseable", "a range in two units; write both ends in one unit", at)
    return units[0][0] if units else None


def _tolerance(base: Figure, numbers: list[Any], units: list[Any], scale: float) -> Figure:
    middle, width = numbers[0].value * scale, numbers[1].value * scale
    del units
    return replace(
        base, kind="range", low=round(max(middle - width, 0.0), 12), high=round(middle + width, 12), half=0.0
    )


def _range(base: Figure, found: re.Match[str], numbers: list[Any], scale: float) -> Figure:
    if found.group("to") == "&" and "k" not in found.group("pre"):
        raise Refusal("unparseable", "two figures joined by `and`; write one figure per component", base.start)
    low, high = numbers[0].value * scale, numbers[1].value * scale
    if low > high:
        raise Refusal("inverted_range", f"the range {low:g} to {high:g} runs downwards", base.start)
    return replace(base, kind="range", low=low, high=high, half=0.0)


def _limited(base: Figure, limits: str, number: Any, scale: float) -> Figure:
    letters = set(limits)
    value = number.value * scale
    other = None if number.other is None else (number.other * scale, number.other * scale)
    ceiling, floor = bool(letters & _CEILINGS), bool(letters & _FLOORS)
    if ceiling and floor and "q" in letters and not letters & {"G", "U", ">"}:
        floor = False
    if ceiling and floor:
        raise Refusal("unparseable", "one figure is called both least and most", base.start)
    if ceiling:
        return replace(base, kind="ceiling", low=0.0, high=value, half=0.0, other=other, mark=number.mark)
    if floor:
        purity = "q" in letters
        return replace(base, kind="floor", low=value, high=None, half=0.0, other=other, mark=number.mark, purity=purity)
    return replace(base, low=value, high=value, bare=True, other=other, mark=number.mark)


def join(one: Figure, two: Figure) -> Figure | None:
    """Two figures of one component as one: a least and a most, an N grade beside its per cent, a trace with its limit."""
    kinds = {one.kind, two.kind}
    if one.unit is not None and two.unit is not None and one.unit != two.unit:
        return None
    unit = one.unit or two.unit
    if kinds == {"floor", "ceiling"}:
        least, most = (one, two) if one.kind == "floor" else (two, one)
        if least.low is not None and most.high is not None and least.low <= most.high:
            return replace(least, kind="range", high=most.high, unit=unit, nines=False)
        return None
    if "ceiling" in kinds and kinds & {"not_detected", "trace"}:
        limit = one if one.kind == "ceiling" else two
        return replace(limit, kind="not_detected" if "not_detected" in kinds else "trace", unit=unit)
    if kinds <= {"point", "floor"} and one.low == two.low:
        if one.nines != two.nines:
            return None  # 99.999 % of the whole, 5N of the rare-earth oxides: left to the reading
        return one if one.kind == "floor" else two
    return None
