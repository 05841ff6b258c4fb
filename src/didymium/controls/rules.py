"""Acts ready for asking: windows, entries and lists, worked out once and kept."""

from __future__ import annotations

import datetime as dt
import re
from bisect import bisect_right
from collections.abc import Iterable
from functools import cache, cached_property
from typing import Any

import msgspec

from didymium.controls.entries import NOT_METALS, meets
from didymium.controls.facts import listed_keys
from didymium.controls.goods import Goods
from didymium.controls.load import instruments, ruleset_hash
from didymium.controls.model import Instrument, Item, Measure
from didymium.controls.truth import Answer
from didymium.controls.windows import DAY, Window, hit_id, known, state_on, windows_of


class Ruleset:
    """Acts ready for asking. Immutable; build one with `ruleset()` or from a user's own acts."""

    def __init__(self, acts: Iterable[Instrument]) -> None:
        self.acts = tuple(acts)
        self._windows: dict[tuple[str, dt.date], list[Window]] = {}
        #: What reduce.py keeps between calls, by kind of facet.
        self.kept: dict[str, Any] = {}
        self._by_forms: dict[tuple[frozenset[str], bool, frozenset[str]], list[tuple[Instrument, Measure, Item]]] = {}
        self._matches: dict[Goods, list[tuple[Instrument, Measure, Item | None, Answer]]] = {}
        self._epochs = sorted({dt.date.min, *(act.known_from for act in self.acts)})

    @property
    def epochs(self) -> list[dt.date]:
        """Days on which something was published, in order; the first stands for all before."""
        return self._epochs

    @cached_property
    def hash(self) -> str:
        """SHA-256 of what the acts say, 16 digits."""
        return ruleset_hash(self.acts)

    @cached_property
    def listed(self) -> dict[str, frozenset[str]]:
        """Act -> keys of the names on its list."""
        return {
            act.id: frozenset(
                k for party in act.listed for n in (party.name, party.name_local) if n for k in listed_keys(n)
            )
            for act in self.acts
            if act.listed
        }

    @cached_property
    def change_days(self) -> list[dt.date]:
        """First days of all windows whatever is known, in order; between two of them nothing changes."""
        days = {dt.date.min}
        for epoch in self._epochs:
            acts = known(self.acts, epoch)
            for act, measure in ((one, measure) for one in acts for measure in one.measures):
                days |= {window.first for window in windows_of(act, measure, acts)}
                days |= {entry.valid_from for entry in measure.items if entry.valid_from}
                days |= {entry.valid_to + DAY for entry in measure.items if entry.valid_to}
        return sorted(days)

    @cached_property
    def owned_limits(self) -> list[float]:
        """Shares held by listed parties that any measure names, in order."""
        rules = [r for m in self.measures for r in (m.party, *(step.party for step in m.escalations)) if r]
        return sorted({rule.owned_share for rule in rules if rule.owned_share is not None})

    @cached_property
    def value_limits(self) -> list[float]:
        """Shares of value that any measure names, in order."""
        return sorted({m.value_share.at_least for m in self.measures if m.value_share})

    @cached_property
    def countries(self) -> list[str]:
        """Countries that any measure names; to the law all others are alike."""
        ways = [
            c for m in self.measures for way in m.movements for field in msgspec.structs.astuple(way) for c in field
        ]
        return sorted({*ways, *(c for m in self.measures if m.places for c in m.places.countries)})

    @cached_property
    def asked(self) -> list[tuple[Instrument, Measure]]:
        """Measures that answer: those of acts that are neither background nor a mere suspension."""
        return [(act, m) for act in self.acts if act.kind not in ("background", "suspension") for m in act.measures]

    @cached_property
    def lists(self) -> frozenset[str]:
        """Acts whose lists of parties other acts refer to."""
        rules = [r for m in self.measures for r in (m.party, *(step.party for step in m.escalations)) if r]
        return frozenset(name for rule in rules for name in rule.lists)

    def counting(self, day: dt.date, known_on: dt.date) -> frozenset[str]:
        """Those of `lists` that were public on the day of knowledge, had begun and had not ended."""
        return frozenset(
            act.id
            for act in self.acts
            if act.id in self.lists and act.known_from <= known_on
            and any(self.window(act, m, day, known_on).state not in ("not yet in force", "ended") for m in act.measures)
        )  # fmt: skip

    @cached_property
    def measures(self) -> list[Measure]:
        """All measures of all acts."""
        return [measure for act in self.acts for measure in act.measures]

    def epoch(self, day: dt.date) -> dt.date:
        """The last day of publication up to a day: what was known on both is the same."""
        return self._epochs[bisect_right(self._epochs, day) - 1]

    def windows(self, act: Instrument, measure: Measure, known_on: dt.date) -> list[Window]:
        """All days of a measure, with the acts known on a day."""
        epoch = self.epoch(known_on)
        key = (hit_id(act, measure), epoch)
        if key not in self._windows:
            self._windows[key] = windows_of(act, measure, known(self.acts, epoch))
        return self._windows[key]

    def window(self, act: Instrument, measure: Measure, day: dt.date, known_on: dt.date) -> Window:
        """State of a measure on a day, with the acts known on another."""
        return state_on(self.windows(act, measure, known_on), day)

    def matches(self, goods: Goods) -> list[tuple[Instrument, Measure, Item | None, Answer]]:
        """Every measure with items, as the goods meet them: one row per item that is met or may be. Cached by goods."""
        if goods not in self._matches:
            if len(self._matches) > 100_000:
                self._matches.clear()
            self._matches[goods] = [
                (act, measure, entry, answer)
                for act, measure, entry in self._entries(goods)
                if (answer := meets(goods, entry)).truth != "no"
            ]
        return self._matches[goods]

    def _entries(self, goods: Goods) -> list[tuple[Instrument, Measure, Item]]:
        """Entries that goods can meet at all, by their form and by whether any word of any entry stands in the text."""
        metals = goods.contents.named - NOT_METALS
        sole = len(metals) == 1 and bool(metals & self._named)
        worded = sole or not goods.recognised or bool(self._words.search(goods.folded))
        doubt = goods.tags & self._doubts
        key = (goods.forms, worded, doubt)
        if key not in self._by_forms:
            self._by_forms[key] = [
                (act, measure, entry)
                for act in self.acts
                for measure in act.measures
                for entry in measure.items
                if (worded if _by_words(entry) else _fits(entry, goods.forms) or doubt & set(entry.open_for))
            ]
        return self._by_forms[key]

    @cached_property
    def _doubts(self) -> frozenset[str]:
        """Statements that leave open whether goods are those of an entry."""
        return frozenset(tag for m in self.measures for entry in m.items for tag in entry.open_for)

    def understands(self, goods: Goods) -> bool:
        """Do words or code say what the goods are, to any entry or at all?"""
        return goods.recognised or bool(goods.forms) or bool(self._words.search(goods.folded))

    @cached_property
    def _words(self) -> re.Pattern[str]:
        """All words of entries that words alone can meet."""
        words = {
            re.escape(word) for m in self.measures for entry in m.items if _by_words(entry) for word in entry.terms
        }
        return re.compile("|".join(sorted(words, key=len, reverse=True)) or "(?!)")

    @cached_property
    def _named(self) -> frozenset[str]:
        """Elements whose substances an entry names."""
        return frozenset(element for m in self.measures for entry in m.items for element in entry.named)


def _fits(entry: Item, forms: frozenset[str]) -> bool:
    """Can goods of these forms meet the entry by their form? Nothing known, or nothing asked, fits."""
    return not forms or not entry.forms or bool(forms & set(entry.forms))


def _by_words(entry: Item) -> bool:
    """Can words alone meet the entry?"""
    return bool(entry.terms or entry.named) and not entry.both


@cache
def ruleset() -> Ruleset:
    """The shipped acts, compiled once."""
    return Ruleset(instruments())
