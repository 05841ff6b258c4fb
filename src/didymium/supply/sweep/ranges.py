"""What a sweep draws: parameters with a range in supply_parameters, factors on shocks, and what a missing kg costs."""

from __future__ import annotations

import difflib
import tomllib
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Final, Literal

import msgspec

from didymium.errors import InputError, ReferenceDataError
from didymium.reference import table
from didymium.supply.scenario import Scenario
from didymium.supply.scenario.shock import Kind

FILE: Final = Path(__file__).with_name("ranges.toml")
#: What of a shock may be drawn, see ranges.toml.
WHATS: Final = ("value", "pace", "lasts")
_LARGEST_BYTES: Final = 1_000_000
#: Factors beyond these are mistakes of writing.
_LEAST, _MOST = 0.001, 1000.0
Pair = tuple[float, float]


@dataclass(frozen=True, slots=True)
class Range:
    """One thing that is drawn. of: parameter, shock or loss; item: the parameter, or shock number and what of it.

    Half of the draws lie between low and middle, half between middle and high; source and confidence of the range.
    """

    name: str
    of: Literal["parameter", "shock", "loss"]
    item: str
    low: float
    middle: float
    high: float
    source: str
    confidence: str


class Bounds(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """[loss] and [parameter.X]."""

    low: float
    high: float
    source: str = "own ranges file"
    confidence: Literal["high", "medium", "low"] = "low"


class Factors(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """[kind.KIND] and [shock.NUMBER]; None = not drawn."""

    value: Pair | None = None
    pace: Pair | None = None
    lasts: Pair | None = None
    source: str = "own ranges file"
    confidence: Literal["high", "medium", "low"] = "low"


class Ranges(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """A ranges file; see the head of ranges.toml."""

    fixed: tuple[str, ...] | None = None
    loss: Bounds | None = None
    kind: dict[Kind, Factors] = {}
    shock: dict[str, Factors] = {}
    parameter: dict[str, Bounds] = {}
    file: str = "ranges.toml"


def read_ranges(path: Path | None = None) -> Ranges:
    """The shipped ranges, with those of a file of your own laid over them. InputError naming file and key."""
    shipped = _parse(FILE)
    if path is None:
        return shipped
    own = _parse(path)
    return Ranges(
        shipped.fixed if own.fixed is None else own.fixed,
        own.loss or shipped.loss,
        {**shipped.kind, **own.kind},
        own.shock,
        own.parameter,
        path.name,
    )


def _parse(path: Path) -> Ranges:
    try:
        with path.open("rb") as file:
            data = file.read(_LARGEST_BYTES + 1)
    except OSError as error:
        raise InputError(f"cannot be read: {error.strerror}.", file=path.name, fix="Check the path.") from error
    if len(data) > _LARGEST_BYTES:
        raise InputError(f"longer than {_LARGEST_BYTES:,} bytes.", file=path.name, fix="Ranges are a short text file.")
    try:
        return msgspec.convert(tomllib.loads(data.decode("utf-8")), Ranges)
    except (UnicodeDecodeError, tomllib.TOMLDecodeError, RecursionError) as error:
        raise InputError(f"not valid TOML: {error}.", file=path.name, fix="Mend it; UTF-8 is expected.") from error
    except msgspec.ValidationError as error:
        raise InputError(
            f"{error}.", file=path.name,
            fix="Keys: fixed, loss, kind.KIND and shock.NUMBER (value, pace, lasts = [low, high]), parameter.NAME (low, high).",
        ) from error  # fmt: skip


def spans(scenario: Scenario, ranges: Ranges, overrides: Mapping[str, float] | None = None) -> list[Range]:
    """All ranges that a sweep of the scenario draws from, parameters first, then shocks, then the loss factor.

    overrides: parameters held at a value. InputError for a parameter or shock that does not exist, or bounds out of order;
    ReferenceDataError where the table itself has a value outside its range.
    """
    held = {*(overrides or {}), *(ranges.fixed or ())}
    found = [*_parameters(ranges, held), *_shocks(scenario, ranges)]
    if ranges.loss is not None:
        loss = ranges.loss
        _factor(ranges, "loss", (loss.low, loss.high))
        found.append(Range("loss", "loss", "", loss.low, 1.0, loss.high, loss.source, loss.confidence))
    return found


def _parameters(ranges: Ranges, held: set[str]) -> Iterable[Range]:
    rows = {
        f"{row['name']} {row['item'] or ''}".strip(): row for row in table("supply_parameters").iter_rows(named=True)
    }
    for name in (*ranges.parameter, *(ranges.fixed or ())):
        if name not in rows:
            close = difflib.get_close_matches(name, rows, n=1)
            hint = f"Did you mean {close[0]!r}?" if close else f"Parameters: {', '.join(rows)}."
            raise InputError(f"no parameter is called {name!r}.", file=ranges.file, fix=hint)
    for name, row in rows.items():
        own = ranges.parameter.get(name)
        low, high = (own.low, own.high) if own else (row["low"], row["high"])
        if name in held or low is None or high is None or low == high:
            continue
        if (
            not max(low, row["least"]) <= row["value"] <= min(high, row["most"])
            or low < row["least"]
            or high > row["most"]
        ):
            fix = f"Allowed: {row['least']:g} <= low <= {row['value']:g} (the value of the table) <= high <= {row['most']:g}."
            message = f"the range of {name} is {low:g} to {high:g}."
            if own:
                raise InputError(message, file=ranges.file, column=f"parameter.{name}", fix=fix)
            raise ReferenceDataError(message, file="supply_parameters.csv", fix=fix)
        source, sure = (own.source, own.confidence) if own else (row["source"], row["confidence"])
        yield Range(name, "parameter", name, low, row["value"], high, source, sure)


def _shocks(scenario: Scenario, ranges: Ranges) -> Iterable[Range]:
    count = len(scenario.shock)
    for key in ranges.shock:
        if not (key.isascii() and key.isdigit() and 1 <= int(key) <= count):
            allowed = f"Allowed: 1 to {count}." if count else "The scenario has no shock."
            raise InputError(f"there is no shock {key!r}.", file=ranges.file, column=f"shock.{key}", fix=allowed)
    for number, shock in enumerate(scenario.shock, start=1):
        factors = ranges.shock.get(str(number), ranges.kind.get(shock.kind))
        if factors is None:
            continue
        for what in WHATS:
            pair: Pair | None = getattr(factors, what)
            has = {
                "value": shock.value is not None or bool(shock.path),
                "pace": len(shock.path) > 1,
                "lasts": shock.end is not None,
            }[what]
            if pair is None or not has:
                continue
            _factor(ranges, f"shock {number} ({shock.kind}), {what}", pair)
            name = f"shock {number} {shock.kind} {what}"
            yield Range(name, "shock", f"{number} {what}", pair[0], 1.0, pair[1], factors.source, factors.confidence)


def _factor(ranges: Ranges, what: str, pair: Pair) -> None:
    low, high = pair
    if not _LEAST <= low <= 1.0 <= high <= _MOST:
        raise InputError(
            f"the range of {what} is {low:g} to {high:g}.", file=ranges.file,
            fix=f"Factors about 1: {_LEAST:g} <= low <= 1 <= high <= {_MOST:g}.",
        )  # fmt: skip
