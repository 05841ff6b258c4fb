"""Prices and costs of the base month, so that the base month is an equilibrium at exactly these prices.

Prices: an oxide costs its quotation where it is exported from and freight more where it is imported (an area in balance
stands with the exporters). Metals and magnets cost what making them costs, ore and swarf are worth what comes out of them.
Costs that nobody publishes are read off behaviour: what is done in the base month costs less than it brings, what is not
done costs more, by at least the `premium`.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Final

import numpy as np

from didymium.errors import ReferenceDataError
from didymium.supply.network.model import Activity, Network, Node

#: Share of a node's traffic below which it counts as balanced.
_BALANCED: Final = 1e-9


@dataclass(frozen=True, slots=True)
class Tranche:
    """A part of an activity with one cost (USD/kg) and a largest amount (t/month, inf = open).

    kind: base, spare (grows into reach month by month), open (in use and free to grow), diffusion (H by diffusion), new (ore
    of additions: at the mine as much as they dig, and on routes of its feed no more than that, bound by no contract).
    """

    activity: int
    kind: str
    cost: float
    room: float


@dataclass(frozen=True, slots=True)
class Calibrated:
    """A network with base prices of all nodes (USD/kg), net exports of the base month (t/month), and tranches."""

    network: Network
    price: dict[Node, float]
    net: dict[Node, float]
    freight: dict[str, float]
    tranches: tuple[Tranche, ...]


def calibrate(network: Network, premium: float = 0.05) -> Calibrated:
    """Base prices and tranches. ReferenceDataError where a good has no price and no activity sets one."""
    net = net_exports(network)
    price, freight = _quoted(network, net)
    pending = [one for one in network.activities if one.sets is not None]
    while pending:
        ready = [one for one in pending if all((g, z) in price for g, z, _ in one.flows if g != one.sets)]
        if not ready:
            names = ", ".join(sorted({one.sets or "" for one in pending})[:5])
            raise ReferenceDataError(f"no price follows for {names}.", fix="Quote it, or the goods it is made from.")
        for one in ready:
            pending.remove(one)
            _set_price(network, net, one, price, freight)
    for good in network.goods:
        if good.name not in freight and any(node[0] == good.name for node in net):
            raise ReferenceDataError(f"{good.name} has no price.", fix="Quote it, or let an activity set it.")
    fresh = set(network.new_ore())
    tranches = tuple(
        part
        for i, one in enumerate(network.activities)
        for part in _tranches(i, one, price, premium, new=one.feed in fresh)
    )
    return Calibrated(network, price, net, freight, tranches)


def net_exports(network: Network) -> dict[Node, float]:
    """Node -> t/month made less used in the base month, of every node that anything touches; traded goods in all zones."""
    net: dict[Node, float] = {(good.name, zone): 0.0 for good in network.goods if good.traded for zone in network.zones}
    for activity in network.activities:
        for good, zone, kg in activity.flows:
            net[good, zone] = net.get((good, zone), 0.0) + kg * activity.base
    for use in network.uses:
        net[use.good, use.zone] = net.get((use.good, use.zone), 0.0) - use.t
    size: dict[str, float] = {}
    for (good, _), t in net.items():
        size[good] = max(size.get(good, 0.0), abs(t))
    return {node: 0.0 if abs(t) <= _BALANCED * max(size[node[0]], 1.0) else t for node, t in net.items()}


def _quoted(network: Network, net: dict[Node, float]) -> tuple[dict[Node, float], dict[str, float]]:
    price: dict[Node, float] = {}
    freight: dict[str, float] = {}
    for good in network.goods:
        if good.price is not None:
            _spread(network, net, good.name, good.price, price, freight)
    return price, freight


def _spread(
    network: Network,
    net: dict[Node, float],
    name: str,
    at_exporter: float,
    price: dict[Node, float],
    freight: dict[str, float],
) -> None:
    """Prices of one good in all zones from its price in zones that export it."""
    freight[name] = network.freight + network.freight_share * max(at_exporter, 0.0)
    for zone in network.zones:
        if (name, zone) in net:
            price[name, zone] = at_exporter + (freight[name] if net[name, zone] < 0 else 0.0)


def _set_price(
    network: Network, net: dict[Node, float], one: Activity, price: dict[Node, float], freight: dict[str, float]
) -> None:
    """The price at which the activity earns exactly its cost."""
    own = [(zone, kg) for good, zone, kg in one.flows if good == one.sets]
    if len(own) != 1 or one.sets is None:
        raise ReferenceDataError(f"{one.name} cannot set the price of {one.sets}.", fix="Let it make or use it once.")
    zone, kg = own[0]
    if one.sets in freight:  # set before by another activity of the same zone: the first one stands
        return
    rest = sum(k * price[g, z] for g, z, k in one.flows if g != one.sets)
    here = (one.cost - rest) / kg
    at_exporter = here
    if net[one.sets, zone] < 0 and network.good(one.sets).traded:
        at_exporter = (here - network.freight) / (1 + network.freight_share)
    if at_exporter <= 0:
        raise ReferenceDataError(
            f"{one.sets} would be worth {at_exporter:.2f} USD/kg in the base month.",
            fix=f"Lower the cost of {one.name}.",
        )
    _spread(network, net, one.sets, at_exporter, price, freight)


def margin(one: Activity, price: dict[Node, float]) -> float:
    """What a kg of the activity brings at base prices before its own cost, USD/kg; what nobody prices counts nothing."""
    return sum(kg * price[good, zone] for good, zone, kg in one.flows)


def _tranches(index: int, one: Activity, price: dict[Node, float], premium: float, *, new: bool) -> Iterator[Tranche]:
    brings = margin(one, price)
    product = sum(kg * price[good, zone] for good, zone, kg in one.flows if kg > 0)
    if one.sets is not None:
        yield Tranche(index, "open", brings, np.inf)
        return
    if one.base > 0:
        for value, share in one.close:
            cost = value * brings if value < 1 else min(one.cost, brings - premium * product)
            kind = "diffusion" if (one.stage, one.item) == ("magnet", "Hg") else "base"
            yield Tranche(index, kind, cost, one.base * share)
    dear = max(one.cost, brings + premium * product)
    if one.spare > 0:
        yield Tranche(index, "spare", dear, one.spare)
    if new:
        yield Tranche(index, "new", dear, 0.0 if one.stage == "mine" else np.inf)
