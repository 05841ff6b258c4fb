"""One dated shock and a scenario made of shocks: plain structs, so that files, regimes of law and news can all make them."""

from __future__ import annotations

import datetime as dt
from typing import Final, Literal

import msgspec

Kind = Literal[
    "ban", "licence", "delay", "quota", "tariff", "technology", "outage", "demand", "stock_release", "re_export", "leak",
    "origin_rule",
]  # fmt: skip
Stage = Literal["mine", "ore", "separation", "oxide", "metal", "magnet", "swarf", "recycling"]


class Shock(msgspec.Struct, frozen=True, forbid_unknown_fields=True, kw_only=True):
    """What changes, from when to when, for which goods and on which route. Empty = all that the kind can be aimed at.

    start, end: first and last day; end None = until the scenario ends. elements: a good counts if it holds any of them.
    stages: goods (ore, oxide, metal, magnet, swarf), or places of work for outages (mine, separation, metal, magnet,
    recycling). items: single goods or feeds, such as H or "Mount Weld". origin, destination: areas of supply_areas that
    goods leave and enter; areas: where a shock acts that is on no route. path: one value per calendar month from that of
    `start`, the last one holds on. value, unit: see KINDS. why: one sentence, with its source.
    """

    kind: Kind
    start: dt.date
    end: dt.date | None = None
    elements: tuple[str, ...] = ()
    stages: tuple[Stage, ...] = ()
    items: tuple[str, ...] = ()
    origin: tuple[str, ...] = ()
    destination: tuple[str, ...] = ()
    areas: tuple[str, ...] = ()
    sectors: tuple[str, ...] = ()
    path: tuple[float, ...] = ()
    value: float | None = None
    unit: str = ""
    why: str = ""


class Scenario(msgspec.Struct, frozen=True, forbid_unknown_fields=True, kw_only=True):
    """A story: title, first month, months, shocks. separate: areas that get a zone (and a price) of their own."""

    title: str
    summary: str
    start: dt.date
    months: int = 24
    separate: tuple[str, ...] = ("CN",)
    projects: bool = True
    source: str = ""
    confidence: Literal["high", "medium", "low"] = "low"
    shock: tuple[Shock, ...] = ()
    name: str = ""


class Needs(msgspec.Struct, frozen=True):
    """What a kind of shock takes: units allowed (first = meant where none is given), range of values, route or place."""

    units: tuple[str, ...]
    low: float
    high: float
    takes: Literal["none", "value", "either"]
    at: Literal["route", "place"]
    meaning: str


KINDS: Final[dict[str, Needs]] = {
    "ban": Needs((), 0, 0, "none", "route", "nothing passes"),
    "licence": Needs(("share of base flow",), 0, 10, "either", "route", "at most this share of the base flow passes"),
    "delay": Needs(("months",), 0, 24, "value", "route", "nothing passes for that many months, then everything"),
    "quota": Needs(("t per year", "t per month"), 0, 1e6, "either", "route", "all goods aimed at together, t REO (magnets: t)"),
    "tariff": Needs(("share of price", "USD/kg"), 0, 1000, "either", "route", "added to the cost of passing"),
    "technology": Needs(("share blocked",), 0, 1, "either", "place", "share of new capacity that cannot be built in these areas"),
    "outage": Needs(("share lost",), 0, 1, "either", "place", "share of output and capacity that is lost"),
    "demand": Needs(("change",), -1, 10, "either", "place", "fractional change of use at base price"),
    "stock_release": Needs(("t per month",), 0, 1e5, "either", "place", "of each good aimed at"),
    "re_export": Needs(("share of base flow",), 0, 10, "either", "route", "flows from all but `origin` to `destination`"),
    "leak": Needs(("share of base flow",), 0, 1, "value", "route", "passes in spite of bans and licences"),
    "origin_rule": Needs((), 0, 0, "none", "route", "goods to `destination` only from what `origin` itself makes"),
}  # fmt: skip
