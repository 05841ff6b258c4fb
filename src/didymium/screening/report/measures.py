"""The measures of a finding as a reader takes them in: items of one act that stand alike are one group, said once.

A rare-earth list has an item for every element and form; of a mixture whose contents are open, twenty may apply, and
differ in one word. A group says what they share, and each item only what is its own.
"""

from __future__ import annotations

import datetime as dt
import itertools
from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Final

from didymium.screening.views import Law, LawMeasure, LawSpan

#: How a measure stands, as a heading, in the order of reading.
HEADINGS: Final = {
    "applies": "Applies",
    "may apply": "May apply: a fact is missing",
    "unverified": "Met, but not confirmed to be in force that day",
    "suspended": "Suspended that day",
    "not in force": "Not in force that day",
    "beside": "Beside it: ordinary goods licence",
}


@dataclass(frozen=True, slots=True)
class Group:
    """Measures of one act with the same outcome, standing and windows.

    reasons, missing: what all of them share; see `own` for the rest.
    """

    act_id: str
    measures: tuple[LawMeasure, ...]
    reasons: tuple[str, ...]
    missing: tuple[str, ...]

    @property
    def first(self) -> LawMeasure:
        """The measure whose act, outcome, standing, windows and source stand for all."""
        return self.measures[0]

    @property
    def name(self) -> str:
        """The measure's own id where it stands alone, else the act with the number of its items."""
        return self.first.id if len(self.measures) == 1 else f"{self.act_id}, {len(self.measures)} items"

    @property
    def items(self) -> list[str]:
        """Articles or items of the act, as the act names them."""
        return [measure.id.partition("#")[2] or measure.id for measure in self.measures]

    @property
    def own(self) -> list[tuple[str, list[str]]]:
        """(item, reasons and missing facts that not all share), in the order of the act."""
        shared = {*self.reasons, *self.missing}
        return [
            (
                item,
                [said for said in [*measure.reasons, *_unsaid(measure.missing, measure.reasons)] if said not in shared],
            )
            for item, measure in zip(self.items, self.measures, strict=True)
        ]

    @property
    def by_item(self) -> str:
        """What differs between the items, in one clause: `Sm, Gd or Tb content is open`; empty where nothing does."""
        own = list(dict.fromkeys(said for _, all_of in self.own for said in all_of))
        cut = [said.partition(" ") for said in own]
        if len(own) > 1 and len({rest for _, _, rest in cut}) == 1 and cut[0][2]:
            firsts = [first for first, _, _ in cut]
            return f"{', '.join(firsts[:-1])} or {firsts[-1]} {cut[0][2]}"
        return "; ".join(own)

    @property
    def unsaid(self) -> list[str]:
        """Missing facts all share that no shared reason names already (`Dy content is open` names `Dy content`)."""
        return _unsaid(self.missing, self.reasons)


def groups(law: Law) -> list[Group]:
    """The measures of a finding, grouped; what applies first, otherwise in their own order."""
    together: dict[object, list[LawMeasure]] = {}
    for measure in law.measures:
        act_id = measure.id.partition("#")[0]
        spans = tuple((span.first, span.last, span.state, span.by) for span in measure.spans)
        key = (act_id, measure.outcome, measure.standing, spans, measure.source)
        together.setdefault(key, []).append(measure)
    made = [
        Group(of[0].id.partition("#")[0], tuple(of), _shared([m.reasons for m in of]), _shared([m.missing for m in of]))
        for of in together.values()
    ]
    order = list(HEADINGS)
    return sorted(made, key=lambda group: order.index(group.first.standing) if group.first.standing in order else 99)


def by_standing(law: Law) -> list[tuple[str, str, int, list[Group]]]:
    """(standing, heading, number of measures, groups), in the order of reading; a standing without measures is left out."""
    return [
        (standing, HEADINGS.get(standing, standing), sum(len(group.measures) for group in run), run)
        for standing, found in itertools.groupby(groups(law), key=lambda group: group.first.standing)
        for run in [list(found)]
    ]


def count(law: Law) -> str:
    """How many measures stand how: `1 applies, 7 may apply, 5 suspended`; empty where there is none."""
    found = Counter(measure.standing for measure in law.measures)
    words = {"beside": "beside it"}
    shown = [*HEADINGS, *sorted(set(found) - set(HEADINGS))]
    return ", ".join(f"{found[standing]} {words.get(standing, standing)}" for standing in shown if found[standing])


def _unsaid(missing: Sequence[str], reasons: Sequence[str]) -> list[str]:
    # `end use (CN-2024-46)` is named by `end use is not stated`
    return [fact for fact in missing if not any(fact.partition(" (")[0] in reason for reason in reasons)]


def _shared(lists: list[list[str]]) -> tuple[str, ...]:
    return tuple(said for said in dict.fromkeys(lists[0]) if all(said in other for other in lists[1:]))


def windows(spans: list[LawSpan]) -> str:
    """The days of a measure in words: `in force 2025-10-09 to 2025-11-06; suspended from 2025-11-07 on, by CN-2025-70`."""
    return "; ".join(_window(span) for span in spans) or "no day in force on record"


def _window(span: LawSpan) -> str:
    by = f", by {span.by}" if span.by and span.state == "suspended" else ""
    return f"{span.state} {days(span.first, span.last)}{by}"


def days(first: dt.date | None, last: dt.date | None) -> str:
    """A stretch of days in words; an open end is said."""
    if first is None:
        return "on all days on record" if last is None else f"up to {last}"
    return f"from {first} on" if last is None else f"{first} to {last}"
