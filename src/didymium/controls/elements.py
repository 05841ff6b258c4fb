"""Which rare earths are controlled as such on a day: those whose oxide or compounds a list in force names."""

from __future__ import annotations

import datetime as dt
from functools import lru_cache
from typing import Final

from didymium.controls.rules import Ruleset, ruleset

#: An element is controlled as such where its oxide or its compounds are; a metal powder alone (Ce) is another matter.
_FORMS: Final = frozenset(["oxide", "compound"])


@lru_cache(maxsize=4096)
def controlled_elements(day: dt.date, country: str, rules: Ruleset | None = None) -> frozenset[str]:
    """Symbols controlled for goods that leave a country on a day, by lists in force and confirmed, as known that day."""
    rules = rules or ruleset()
    return frozenset(
        element
        for act, measure in rules.asked
        if act.kind == "dual-use list" and act.known_from <= day
        and any(country in way.leaves for way in measure.movements)
        and rules.window(act, measure, day, day).state == "in force"
        for entry in measure.items
        if _FORMS & set(entry.forms)
        for element in entry.elements
    )  # fmt: skip
