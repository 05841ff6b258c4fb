"""A draft of a scenario: shocks with what they rest on, shocks that wait for somebody to decide, and what became none."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterable
from dataclasses import dataclass, field
from functools import cache

from didymium.errors import InputError
from didymium.reference import content_hash
from didymium.supply.drafts.assumed import Assumed
from didymium.supply.network import areas_network, calibrate
from didymium.supply.network.layout import Layout
from didymium.supply.scenario import Scenario, Shock
from didymium.supply.scenario.compiled import compiled
from didymium.units import month_index


@dataclass(frozen=True, slots=True)
class Drawn:
    """One shock.

    rests_on: lines on its source, for a comment above it. assumed: parameters that its value or length come from, none = the
    source says both. waits: why it is not in force until a person takes the # away, "" = it is.
    """

    shock: Shock
    rests_on: tuple[str, ...]
    assumed: tuple[Assumed, ...] = ()
    waits: str = ""


@dataclass(slots=True)
class Draft:
    """start, months: of the scenario. shocks in order of their dates; left_out: (what, why) of all that became no shock;
    remarks: observations to hold the result against."""

    title: str
    summary: str
    start: dt.date
    months: int
    source: str
    separate: tuple[str, ...] = ("CN",)
    shocks: list[Drawn] = field(default_factory=list)
    left_out: list[tuple[str, str]] = field(default_factory=list)
    remarks: list[str] = field(default_factory=list)

    def add(self, one: Drawn) -> None:
        """Take a shock, or say under `left_out` why the network knows nothing that it could be aimed at."""
        if aimed_at_something(one.shock):
            self.shocks.append(one)
        else:
            what = " ".join(one.rests_on[:1]) or one.shock.kind
            self.left_out.append((what, f"a {one.shock.kind} that hits no good, route or place of the network"))

    def sort(self) -> None:
        """Shocks in force first, each by date; the same order in whatever order they were found."""
        self.shocks.sort(
            key=lambda one: (bool(one.waits), one.shock.start, one.shock.kind, one.shock.stages, one.rests_on)
        )
        grouped: dict[tuple[str, str], list[str]] = {}
        for what, why in self.left_out:
            act, _, rest = what.replace("#", " ").partition(" ")
            grouped.setdefault((act, why), []).append(rest)
        self.left_out = sorted((f"{act} {some(rest)}".strip(), why) for (act, why), rest in grouped.items())

    def scenario(self) -> Scenario:
        """The scenario as it would run: without what waits."""
        return Scenario(
            title=self.title, summary=self.summary, start=self.start, months=self.months, separate=self.separate,
            source=self.source, confidence="low", shock=tuple(one.shock for one in self.shocks if not one.waits),
        )  # fmt: skip


def months_between(start: dt.date, end: dt.date) -> int:
    """Calendar months from that of `start` to that of `end`, both counted."""
    return month_index(end) - month_index(start) + 1


def aimed_at_something(shock: Shock) -> bool:
    """Does the shock hit anything in the network of all areas?"""
    layout = _layout(content_hash())
    start = shock.start.replace(day=1)
    try:
        compiled(Scenario(title="", summary="", start=start, months=1, shock=(shock,)), layout, 1)
    except InputError:
        return False
    return True


@cache
def _layout(_hash: str) -> Layout:
    return Layout(calibrate(areas_network()))


def some(words: Iterable[str], most: int = 6) -> str:
    """The first of some words, and how many more there are."""
    known = sorted(set(words))
    more = f" and {len(known) - most} more" if len(known) > most else ""
    return ", ".join(known[:most]) + more
