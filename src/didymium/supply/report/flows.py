"""Where the rare earths of one month go, in t REO: mines, separation, oxides, metals, magnets, uses; losses as losses.

Made from the tables of a run and the recipes of its network. A magnet counts with the REO that is in it. What crosses
borders is traced in proportion: a zone that takes from two sources uses and passes on their mixture. The balance of every
pool closes by its stock: more used than made and brought in came out of stock, less went into it.
"""

from __future__ import annotations

import datetime as dt
from collections import defaultdict
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from typing import Final, TypeAlias

import numpy as np
import polars as pl

from didymium.supply.network.model import Activity, Network, Node
from didymium.supply.running import Result

#: (kind, where): `mine` by area; separation, oxide (at its users), metal, magnet, users (of magnets) by zone; sector by name;
#: stock and kept by stage of goods; recycling and the places of loss without.
Place: TypeAlias = tuple[str, str]
Amounts: TypeAlias = dict[tuple[Place, Place], float]

#: Places at which material leaves the network or rests, as they are written.
LOSSES: Final = {
    "lost": "lost in separation, or heavy part unsold",
    "swarf": "swarf of magnet making",
    "left": "ore without a separator",
    "thrown": "thrown away: nobody takes it",
}
NOTHING_T: Final = 1e-6
#: Goods that only go round between zones, with no source, would have no origin: this much less than all goes on.
NEVER_ALL: Final = 1.0 - 1e-9


@dataclass(slots=True)
class Flows:
    """t REO in one month by (from, to, zone of origin); missing_t: t REO by sector that users go without beyond no control."""

    month: dt.date
    links: dict[tuple[Place, Place, str], float] = field(default_factory=lambda: defaultdict(float))
    missing_t: dict[str, float] = field(default_factory=dict)

    def add(self, start: Place, end: Place, zone: str, t: float) -> None:
        """Add to a link; rounding of the solver is left out."""
        if t > NOTHING_T:
            self.links[start, end, zone] += t

    def into(self, place: Place) -> float:
        """All that comes to a place, t REO."""
        return sum(t for (_, end, _), t in self.links.items() if end == place)

    def out_of(self, place: Place) -> float:
        """All that leaves a place, t REO."""
        return sum(t for (start, _, _), t in self.links.items() if start == place)


def flows(result: Result, network: Network, month: dt.date) -> Flows:
    """The network of one month of the controlled run; KeyError where the month is not in it."""
    found = Flows(month)
    done = _done(result, network, month)
    contents = _contents(done, network)
    _ores(found, done, network)
    for stage in ("oxide", "metal", "magnet"):
        _pool(found, stage, result, network, done, contents, month)
    for one, t in done:
        if one.stage == "magnet":
            swarf = sum(kg for good, _, kg in one.flows if good.startswith("swarf:") and kg > 0)
            found.add(("magnet", one.zone), ("swarf", ""), one.zone, t * swarf)
    found.missing_t = _missing(result, contents, month)
    return found


def _done(result: Result, network: Network, month: dt.date) -> list[tuple[Activity, float]]:
    """Activities with what they did in the month, t."""
    rows = result.activities.filter(pl.col("month") == month)
    if rows.is_empty():
        raise KeyError(month)
    amounts: dict[tuple[str, str, str, str | None], float] = {}
    for activity, item, zone, heavy, t in rows.select("activity", "item", "zone", "heavy_zone", "t").rows():
        amounts[activity, item, zone, heavy] = amounts.get((activity, item, zone, heavy), 0.0) + t
    found = []
    for one in network.activities:
        key = (one.stage, one.item, one.zone, one.second_group[1] if one.second_group else None)
        if amounts.get(key, 0.0) > NOTHING_T:
            found.append((one, amounts.pop(key)))
    return found


def _contents(done: Iterable[tuple[Activity, float]], network: Network) -> dict[Node, float]:
    """t REO per t of a magnet by (good, zone it is made in), and by (good, "") over all that the network can make."""
    reo: dict[Node, float] = defaultdict(float)
    made: dict[Node, float] = defaultdict(float)
    known = [(one, max(one.base, NOTHING_T), "") for one in network.activities]
    for one, t, zone in [*known, *((one, t, one.zone) for one, t in done)]:
        if one.stage != "magnet":
            continue
        good = next(name for name, _, kg in one.flows if kg > 0 and name.startswith("magnet:"))
        made[good, zone] += t
        reo[good, zone] -= t * sum(kg for name, _, kg in one.flows if not name.startswith("magnet:"))
    return {node: reo[node] / t for node, t in made.items()}


def _ores(found: Flows, done: list[tuple[Activity, float]], network: Network) -> None:
    """Mines to separation; what the separators lose; ore that finds no separator."""
    dug: dict[str, float] = defaultdict(float)
    for one, t in done:
        if one.stage == "mine":
            dug[one.item] += t
    zone_of = {one.item: one.zone for one in network.activities if one.stage == "mine"}
    for one, t in done:
        if one.stage != "separation":
            continue
        mine = ("mine", network.feed_area.get(one.item, zone_of[one.item]))
        found.add(mine, ("separation", one.zone), zone_of[one.item], t)
        kept = sum(kg for _, _, kg in one.flows if kg > 0)
        found.add(("separation", one.zone), ("lost", ""), zone_of[one.item], t * (1.0 - kept))
        dug[one.item] -= t
    for feed, t in dug.items():
        found.add(("mine", network.feed_area.get(feed, zone_of[feed])), ("left", ""), zone_of[feed], t)


def _pool(
    found: Flows, stage: str, result: Result, network: Network, done: list[tuple[Activity, float]],
    contents: Mapping[Node, float], month: dt.date,
) -> None:  # fmt: skip
    """One stage of goods: who made them, which way they went, who used them."""
    pool = _Pool([node for node in _nodes(network) if node[0].startswith(f"{stage}:")])
    for one, t in done:
        pool.take(one, t, stage)
    arcs = result.flows.filter((pl.col("month") == month) & (pl.col("stage") == stage))
    for item, start, end, t in arcs.select("item", "from_zone", "to_zone", "t").rows():
        pool.edges[(f"{stage}:{item}", start), (f"{stage}:{item}", end)] += t
    uses = result.shortages.filter((pl.col("month") == month) & (pl.col("stage") == stage))
    for item, zone, sector, t in uses.select("item", "zone", "sector", "served_t").rows():
        pool.sinks[(f"{stage}:{item}", zone), ("sector", sector)] += t
    thrown = result.discards.filter((pl.col("month") == month) & (pl.col("stage") == stage))
    for item, zone, t in thrown.select("item", "zone", "t").rows():
        pool.sinks[(f"{stage}:{item}", zone), ("thrown", "")] += t
    pool.settle(stage)
    at_users = {"oxide": "oxide", "magnet": "users"}.get(stage)  # metals go from maker to maker directly
    for (maker, made_in, good), zone, sink, amount in pool.traced():
        t = amount * contents.get((good, made_in), contents.get((good, ""), 1.0))
        start = {"stock": ("stock", stage), "recycling": ("recycling", "")}.get(maker, (maker, made_in))
        if at_users is None:
            found.add(start, sink, made_in, t)
        else:
            found.add(start, (at_users, zone), made_in, t)
            found.add((at_users, zone), sink, zone, t)


def _nodes(network: Network) -> list[Node]:
    return [(good.name, zone) for good in network.goods for zone in network.zones]


class _Pool:
    """Nodes of one stage of goods with what is made, moved and used, t; origins are (kind of maker, zone, good)."""

    def __init__(self, nodes: list[Node]) -> None:
        self.nodes = nodes
        self.sources: dict[tuple[Node, tuple[str, str, str]], float] = defaultdict(float)
        self.edges: dict[tuple[Node, Node], float] = defaultdict(float)
        self.sinks: dict[tuple[Node, Place], float] = defaultdict(float)

    def take(self, one: Activity, t: float, stage: str) -> None:
        """Count what an activity makes of and takes from these nodes."""
        made = [(name, zone, kg) for name, zone, kg in one.flows if kg > 0 and name.startswith(f"{stage}:")]
        used = [(name, zone, -kg) for name, zone, kg in one.flows if kg < 0 and name.startswith(f"{stage}:")]
        if made and used:  # a grade in place of another
            for (name, zone, kg), (other, there, _) in zip(used, made, strict=True):
                self.edges[(name, zone), (other, there)] += t * kg
            return
        maker = "recycling" if one.stage == "scrap" else one.stage
        for name, zone, kg in made:
            self.sources[(name, zone), (maker, one.zone, name)] += t * kg
        for name, zone, kg in used:
            self.sinks[(name, zone), (one.stage, one.zone)] += t * kg

    def settle(self, stage: str) -> None:
        """Close the balance of every node by its stock."""
        gap: dict[Node, float] = defaultdict(float)
        for (node, _), t in self.sources.items():
            gap[node] += t
        for (start, end), t in self.edges.items():
            gap[start] -= t
            gap[end] += t
        for (node, _), t in self.sinks.items():
            gap[node] -= t
        for node, t in gap.items():
            if t > NOTHING_T:
                self.sinks[node, ("kept", stage)] += t
            elif t < -NOTHING_T:
                self.sources[node, ("stock", node[1], node[0])] -= t

    def traced(self) -> list[tuple[tuple[str, str, str], str, Place, float]]:
        """(origin, zone it is used in, who uses it, t): each node passes on the mixture of what came to it."""
        at = {node: i for i, node in enumerate(self.nodes)}
        origins = sorted({origin for _, origin in self.sources})
        column = {origin: j for j, origin in enumerate(origins)}
        inflow, moved = np.zeros((len(at), len(origins))), np.zeros((len(at), len(at)))
        for (node, origin), t in self.sources.items():
            inflow[at[node], column[origin]] += t
        for (start, end), t in self.edges.items():
            moved[at[start], at[end]] += t
        through = inflow.sum(axis=1) + moved.sum(axis=0)
        share = np.divide(moved, through[:, None], out=np.zeros_like(moved), where=through[:, None] > NOTHING_T)
        mixture = np.linalg.solve(np.eye(len(at)) - NEVER_ALL * share.T, inflow)
        mixture /= np.where(through > NOTHING_T, through, 1.0)[:, None]
        return [
            (origins[j], node[1], sink, t * float(mixture[at[node], j]))
            for (node, sink), t in self.sinks.items()
            for j in np.flatnonzero(mixture[at[node]] > 0)
        ]


def _missing(result: Result, contents: Mapping[Node, float], month: dt.date) -> dict[str, float]:
    """t REO by sector that is short beyond what is short without control."""
    rows = result.shortages.filter(pl.col("month") == month)
    found: dict[str, float] = defaultdict(float)
    for sector, stage, item, short, free in rows.select(
        "sector", "stage", "item", "short_t", "no_control_short_t"
    ).rows():
        found[sector] += max(0.0, short - free) * contents.get((f"{stage}:{item}", ""), 1.0)
    return {sector: t for sector, t in found.items() if t > NOTHING_T}
