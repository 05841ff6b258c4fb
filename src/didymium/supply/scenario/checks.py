"""Is a scenario sound? Ranges, units, words and dates, refused with file, line, key and fix."""

from __future__ import annotations

import difflib
import re
from collections.abc import Iterable
from typing import Final

from didymium.errors import InputError
from didymium.supply.network.tables import area_of
from didymium.supply.scenario.shock import KINDS, Scenario, Shock
from didymium.supply.scenario.words import areas, elements, sectors

_MOST_SHOCKS: Final = 1000
_MOST_MONTHS: Final = 240


def line(text: str, key: str | None, shock: int | None) -> int | None:
    """Line of a key (of the n-th shock, from 0); of the header of the shock where it has no such key; None = not found."""
    rows, at, header = text.splitlines(), -1, None
    for number, row in enumerate(rows, start=1):
        if re.match(r"\s*\[\[\s*shock\s*\]\]", row):
            at += 1
            header = number if at == shock else header
        elif key and (at == shock or (shock is None and at == -1)) and re.match(rf"\s*\"?{re.escape(key)}\"?\s*=", row):
            return number
    return header


def check(scenario: Scenario, text: str, file: str) -> None:
    """InputError where a value is out of range, or names an area, element or sector that does not exist."""
    if not 1 <= scenario.months <= _MOST_MONTHS:
        _refuse(file, text, "months", None, scenario.months, f"1 to {_MOST_MONTHS}")
    if len(scenario.shock) > _MOST_SHOCKS:
        _refuse(file, text, "shock", None, f"{len(scenario.shock)} shocks", f"at most {_MOST_SHOCKS}")
    if not 1990 <= scenario.start.year <= 2060:
        _refuse(file, text, "start", None, scenario.start, "1990 to 2060")
    _known(file, text, "separate", None, scenario.separate, areas())
    for number, shock in enumerate(scenario.shock):
        for key, known in (("origin", areas()), ("destination", areas()), ("areas", areas()), ("elements", elements()),
                           ("sectors", sectors())):  # fmt: skip
            _known(file, text, key, number, getattr(shock, key), known)
        if shock.end is not None and shock.end < shock.start:
            _refuse(file, text, "end", number, shock.end, f"{shock.start} or later")
        _check_values(shock, number, text, file)


def _check_values(shock: Shock, number: int, text: str, file: str) -> None:
    needs = KINDS[shock.kind]
    if shock.unit and shock.unit not in needs.units:
        _refuse(file, text, "unit", number, repr(shock.unit), " or ".join(needs.units) or "no unit")
    if needs.takes == "none" and (shock.path or shock.value is not None):
        key = "path" if shock.path else "value"
        _refuse(file, text, key, number, key, f"nothing: a {shock.kind} takes no value")
    if needs.takes == "value" and shock.path:
        _refuse(file, text, "path", number, "path", f"only `value` for a {shock.kind}")
    if needs.takes != "none" and (bool(shock.path) == (shock.value is not None)):
        _refuse(file, text, "kind", number, shock.kind, f"exactly one of value and path ({needs.meaning})")
    for key, values in (("value", () if shock.value is None else (shock.value,)), ("path", shock.path)):
        for value in values:
            if not needs.low <= value <= needs.high:
                _refuse(file, text, key, number, f"{value:g}", f"{needs.low:g} to {needs.high:g} {needs.units[0]}")
    for key in ("origin", "destination"):
        if needs.at == "place" and getattr(shock, key):
            _refuse(file, text, key, number, key, f"`areas` for a {shock.kind}")
    if needs.at == "route" and shock.areas:
        _refuse(file, text, "areas", number, "areas", f"`origin` and `destination` for a {shock.kind}")
    if shock.kind in ("re_export", "origin_rule") and not shock.destination:
        _refuse(file, text, "destination", number, "nothing", "at least one area")


def _known(file: str, text: str, key: str, number: int | None, values: Iterable[str], known: dict[str, str]) -> None:
    for value in values:
        if value not in known:
            close = difflib.get_close_matches(value, known, n=1) or [word for word in known if word.startswith(value)]
            area = area_of().get(value) if "ROW" in known else None
            hint = f"{value} belongs to area {area}. " if area else f"Did you mean {close[0]}? " if close else ""
            raise InputError(
                f"{value!r} is not known.", file=file, row=line(text, key, number), column=key,
                fix=f"{hint}Allowed: {', '.join(known)}.",
            )  # fmt: skip


def _refuse(file: str, text: str, key: str, number: int | None, value: object, allowed: str) -> None:
    raise InputError(
        f"{value} is not allowed.", file=file, row=line(text, key, number), column=key, fix=f"Allowed: {allowed}."
    )
