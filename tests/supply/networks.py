"""Small random supply networks that hang together: feeds, separation, a magnet, direct uses, two to four zones."""

from __future__ import annotations

from dataclasses import replace

from hypothesis import strategies as st

from didymium.supply.network import Activity, Good, Network, Use
from didymium.supply.solve.state import Pace

#: Pace of a network without trends: nothing moves unless a control moves it.
STILL = Pace(hg_trend=0.0)


def amounts(low: float, high: float) -> st.SearchStrategy[float]:
    return st.floats(low, high, allow_nan=False).map(lambda x: round(x, 3))


def shares(draw, count: int) -> list[float]:
    parts = [draw(amounts(0.05, 1.0)) for _ in range(count)]
    return [part / sum(parts) for part in parts]


@st.composite
def networks(draw) -> Network:
    zones = tuple("ABCD"[: draw(st.integers(2, 4))])
    elements = tuple(f"E{i}" for i in range(draw(st.integers(1, 3))))
    prices = {element: draw(amounts(5.0, 300.0)) for element in elements}
    feeds = [draw_feed(draw, f"F{i}", zones, elements, prices) for i in range(draw(st.integers(1, 3)))]
    activities = [one for feed in feeds for one in feed]
    supply = {
        element: sum(
            kg * one.base for one in activities for good, _, kg in one.flows if kg > 0 and good == f"oxide:{element}"
        )
        for element in elements
    }
    magnets, uses = draw_magnets(draw, zones, elements, supply)
    activities += magnets
    for element in elements:
        used = -sum(kg * one.base for one in magnets for good, _, kg in one.flows if good == f"oxide:{element}")
        for zone, share in zip(zones, shares(draw, len(zones)), strict=True):
            elasticity = draw(amounts(0.1, 0.8))
            uses.append(Use("direct", f"oxide:{element}", zone, (supply[element] - used) * share, elasticity))
    goods = [Good(f"oxide:{element}", price) for element, price in prices.items()]
    goods += [Good("magnet:H", None)] if magnets else []
    goods += [Good(f"ore:F{i}", None, traded=False, stocked=False) for i in range(len(feeds))]
    held = {(good.name, zone): draw(amounts(0.2, 6.0)) for good in goods if good.stocked for zone in zones}
    capacity = {("separation_light", zone): 1e6 for zone in zones} | {("magnet_ndfeb", zone): 1e6 for zone in zones}
    return Network(zones, tuple(goods), tuple(activities), tuple(uses), held, capacity, freight=draw(amounts(0.0, 1.0)))


def draw_feed(
    draw, name: str, zones: tuple[str, ...], elements: tuple[str, ...], prices: dict[str, float]
) -> list[Activity]:
    mine, home = draw(st.sampled_from(zones)), draw(st.sampled_from(zones))
    pattern = dict(zip(elements, (0.9 * share for share in shares(draw, len(elements))), strict=True))
    worth = sum(kg * prices[element] for element, kg in pattern.items())
    base = draw(amounts(1.0, 500.0))
    dig = Activity("mine", name, mine, ((f"ore:{name}", mine, 1.0),), base, 0.0, spare=base * 0.2,
                   close=((0.8, 0.3), (0.5, 0.3), (0.2, 0.4)), feed=name)  # fmt: skip
    routes = [
        Activity(
            "separation", name, zone,
            ((f"ore:{name}", mine, -1.0), *((f"oxide:{element}", zone, kg) for element, kg in pattern.items())),
            base if zone == home else 0.0, 0.2 * worth, spare=float("inf"), group=("separation_light", zone),
            sets=f"ore:{name}" if zone == home else None, feed=name,
        )
        for zone in zones
    ]  # fmt: skip
    return [dig, *routes]


def draw_magnets(draw, zones, elements, supply) -> tuple[list[Activity], list[Use]]:
    if not draw(st.booleans()):
        return [], []
    recipe = dict(zip(elements, (0.3 * share for share in shares(draw, len(elements))), strict=True))
    most = min(supply[element] / kg for element, kg in recipe.items()) * draw(amounts(0.1, 0.8))
    main = draw(st.sampled_from(zones))
    split = shares(draw, len(zones))
    made = [
        Activity(
            "magnet", "H", zone, (("magnet:H", zone, 1.0), *((f"oxide:{e}", zone, -kg) for e, kg in recipe.items())),
            most * share, 20.0, spare=float("inf"), group=("magnet_ndfeb", zone), sets="magnet:H" if zone == main else None,
        )
        for zone, share in zip(zones, split, strict=True)
    ]  # fmt: skip
    uses = [
        Use("motors", "magnet:H", zone, most * share, draw(amounts(0.05, 0.5)), loss=1000.0)
        for zone, share in zip(zones, shares(draw, len(zones)), strict=True)
    ]
    return made, uses


def relabelled(network: Network, names: dict[str, str], scale: float) -> Network:
    """The same network with other names of zones and other units of mass."""
    zones = tuple(names[zone] for zone in network.zones)
    activities = tuple(
        replace(
            one, zone=names[one.zone], flows=tuple((g, names[z], kg) for g, z, kg in one.flows), base=one.base * scale,
            spare=one.spare * scale, group=(one.group[0], names[one.group[1]]) if one.group else None,
        )
        for one in network.activities
    )  # fmt: skip
    return replace(
        network,
        zones=zones,
        activities=activities,
        uses=tuple(replace(use, zone=names[use.zone], t=use.t * scale) for use in network.uses),
        months_held={(good, names[zone]): held for (good, zone), held in network.months_held.items()},
        capacity={(stage, names[zone]): t * scale for (stage, zone), t in network.capacity.items()},
    )
