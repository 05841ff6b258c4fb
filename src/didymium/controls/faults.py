"""What is wrong with an act that its types cannot say: order of dates, doubled articles, measures that can never be met."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterator
from functools import cache

from didymium.controls.model import Instrument, Item, Measure

#: Kinds of magnet that are told apart (goods/terms.csv, kind family).
FAMILIES = ("SmCo", "NdFeB", "other magnet")
#: Path into an act: fields and places in lists.
Steps = list[str | int]
#: What is wrong, where, and the fix.
Fault = tuple[str, Steps, str]


def faults(instrument: Instrument) -> Iterator[Fault]:
    """Faults of an act, in the order of its fields; none = sound."""
    for field in ("published", "unverified_before", "unverified_after"):
        yield from _of_this_age(getattr(instrument, field), [field])
    yield from _days(instrument.valid_from, instrument.valid_to, [])
    seen: set[str] = set()
    for at, measure in enumerate(instrument.measures):
        here: Steps = ["measures", at]
        yield from _days(measure.valid_from, measure.valid_to, here)
        key = measure.article or ""
        if key in seen:
            yield f"a second measure for article {key or '(whole act)'}.", here, "One measure per article; name each."
        seen.add(key)
        if instrument.kind != "background" and not (measure.items or measure.any_goods or measure.dual_use):
            yield "no goods: this measure can never be met.", here, "Add items, dual_use: true or any_goods: true."
        for number, item in enumerate(measure.items):
            yield from _item_faults(item, [*here, "items", number])
        for steps, country in _countries(measure):
            if country not in _isos():
                yield f"{country} is no country of ISO 3166-1.", [*here, *steps], "Write its alpha-2 code (GB, not UK)."


def _item_faults(item: Item, here: Steps) -> Iterator[Fault]:
    if not (item.forms or item.terms or item.codes or item.families):
        yield "nothing says what it is.", here, "Add forms, terms, families or codes."
    yield from _days(item.valid_from, item.valid_to, here)
    for place, family in enumerate(item.families):
        if family not in FAMILIES:
            yield f"{family} is no kind of magnet.", [*here, "families", place], f"Write one of: {', '.join(FAMILIES)}."
    for field in ("least_wt_pct", "purity_at_least_wt_pct", "treo_below_wt_pct"):
        share = getattr(item, field)
        if share is not None and not 0 <= share <= 100:
            yield f"{share:g} is no share in wt%.", [*here, field], "Write a figure from 0 to 100."
    for place, symbol in enumerate(item.elements):
        if symbol not in _elements():
            yield f"{symbol} is no element.", [*here, "elements", place], "Write a symbol, such as Dy."


def _of_this_age(day: dt.date | None, here: Steps) -> Iterator[Fault]:
    if day and not 1900 <= day.year < 2200:
        yield f"{day} is not between 1900 and 2200.", here, "Mend the year; an open end is null."


def _days(first: dt.date | None, last: dt.date | None, here: Steps) -> Iterator[Fault]:
    yield from _of_this_age(first, [*here, "valid_from"])
    yield from _of_this_age(last, [*here, "valid_to"])
    if first and last and first > last:
        yield f"the first day {first} is after the last day {last}.", [*here, "valid_to"], "Swap or mend the dates."


def _countries(measure: Measure) -> Iterator[tuple[Steps, str]]:
    """Every country a measure names, with its place."""
    for number, way in enumerate(measure.movements):
        for field in way.__struct_fields__:
            for at, code in enumerate(getattr(way, field)):
                yield ["movements", number, field, at], code
    for at, code in enumerate(measure.places.countries if measure.places else []):
        yield ["places", "countries", at], code
    if measure.value_share:
        yield ["value_share", "origin"], measure.value_share.origin


@cache
def _isos() -> frozenset[str]:
    from didymium.reference import table

    return frozenset(table("countries")["iso2"].to_list())


@cache
def _elements() -> frozenset[str]:
    import periodictable

    return frozenset(element.symbol for element in periodictable.elements if element.number)
