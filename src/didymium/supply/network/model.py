"""What a supply network is made of. Tonnes a month (oxides, metals, ores and swarf as REO; magnets as magnets), USD/kg.

A good is named stage:item (oxide:Dy, metal:NdPr, magnet:H, swarf:N, ore:Mount Weld). A node is a good in a zone. Prices of
the base month are known or follow from activities; costs that nobody publishes are read off what is done and not done in
the base month (`calibrate.py`).
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, field
from typing import Final, TypeAlias

Node: TypeAlias = tuple[str, str]

#: Share of the base value of ore below which a share of a mine stops: (share of value, share of output).
ALWAYS: Final = ((1.0, 1.0),)


@dataclass(frozen=True, slots=True)
class Good:
    """price: USD/kg in the base month where it is exported from, None = follows from an activity; traded: between zones."""

    name: str
    price: float | None
    traded: bool = True
    stocked: bool = True

    @property
    def stage(self) -> str:
        """Ore, oxide, metal, magnet or swarf."""
        return self.name.split(":", 1)[0]

    @property
    def item(self) -> str:
        """What follows the stage: an element, a grade, a feed."""
        return self.name.split(":", 1)[1]


@dataclass(frozen=True, slots=True)
class Activity:
    """One way of turning goods into others.

    flows: good, zone and kg per kg of activity; negative = used up. base: t/month in the base month. spare: t/month that can
    be added, inf = as much as the group has room for. group: (stage, zone) whose capacity it shares, None = none; load: t of
    that capacity per t. sets: the good whose base price makes this activity earn exactly its cost. close: steps in which it
    stops as its margin shrinks, see ALWAYS. feed: feed of a mine or of a separation route, None = none. trend: growth of base
    output a year as a fraction.
    """

    stage: str
    item: str
    zone: str
    flows: tuple[tuple[str, str, float], ...]
    base: float
    cost: float
    spare: float = 0.0
    group: Node | None = None
    load: float = 1.0
    second_group: Node | None = None
    second_load: float = 0.0
    sets: str | None = None
    close: tuple[tuple[float, float], ...] = ALWAYS
    feed: str | None = None
    trend: float = 0.0

    @property
    def name(self) -> str:
        """Stage, item and place, for people."""
        return f"{self.stage} {self.item} in {self.zone}"

    def groups(self) -> Iterator[tuple[Node, float]]:
        """Capacity groups it loads, with t per t."""
        if self.group:
            yield self.group, self.load
        if self.second_group:
            yield self.second_group, self.second_load


@dataclass(frozen=True, slots=True)
class Use:
    """Demand of one sector (or of all direct uses, sector `direct`) for one good in one zone, t/month at base price.

    elasticity: short run, positive. trend: growth a year as a fraction. loss: USD of output lost per kg missing, 0 = not known.
    parts: sectors that buy together, as (sector, share at base price, elasticity); none = one sector with `elasticity`.
    """

    sector: str
    good: str
    zone: str
    t: float
    elasticity: float
    trend: float = 0.0
    loss: float = 0.0
    parts: tuple[tuple[str, float, float], ...] = ()

    @property
    def curves(self) -> tuple[tuple[str, float, float], ...]:
        """Sectors with share and elasticity: its parts, or the sector itself."""
        return self.parts or ((self.sector, 1.0, self.elasticity),)


@dataclass(frozen=True, slots=True)
class Addition:
    """New capacity: t/month added to a group, or new ore of a feed (group = ("mine", feed)), from month index `start`."""

    project: str
    group: Node
    t: float
    start: int
    ramp: int
    zone: str


@dataclass(frozen=True, slots=True)
class Network:
    """Zones joined by arcs of every traded good.

    months_held: months of use in stock by node. capacity: t/month by group. freight: USD/kg, freight_share: of base price.
    feed_area: feed -> area it is dug in. members: zone -> its areas.
    """

    zones: tuple[str, ...]
    goods: tuple[Good, ...]
    activities: tuple[Activity, ...]
    uses: tuple[Use, ...]
    months_held: dict[Node, float]
    capacity: dict[Node, float]
    additions: tuple[Addition, ...] = ()
    freight: float = 0.3
    freight_share: float = 0.01
    feed_area: dict[str, str] = field(default_factory=dict)
    members: dict[str, tuple[str, ...]] = field(default_factory=dict)

    def new_ore(self) -> list[str]:
        """Feeds that additions dig more of."""
        return list(dict.fromkeys(one.group[1] for one in self.additions if one.group[0] == "mine"))

    def good(self, name: str) -> Good:
        """The good of that name; KeyError where there is none."""
        for good in self.goods:
            if good.name == name:
                return good
        raise KeyError(name)
