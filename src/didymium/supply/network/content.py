"""What a kg of metal or magnet holds of each oxide, from the activities that make it in the base month."""

from __future__ import annotations

from didymium.supply.network.model import Activity, Network

Content = dict[str, float]


def oxide_content(network: Network) -> dict[str, Content]:
    """Good -> oxide -> kg per kg, for oxides (themselves), metals and magnets; a mean where a good is made in several ways.

    What leaves as swarf is not in it, and is taken from all inputs alike. A good that nobody makes in the base month holds
    nothing that is known.
    """
    found: dict[str, Content] = {good.name: {good.name: 1.0} for good in network.goods if good.stage == "oxide"}
    for stage in ("metal", "magnet"):
        for good in (good.name for good in network.goods if good.stage == stage):
            makers = [one for one in network.activities if one.stage == stage and one.base > 0 and _makes(one, good)]
            total = sum(one.base for one in makers)
            mixed: Content = {}
            for one in makers:
                for oxide, kg in _held(one, found).items():
                    mixed[oxide] = mixed.get(oxide, 0.0) + kg * one.base / total
            found[good] = mixed
    return found


def _makes(one: Activity, good: str) -> bool:
    return any(name == good and kg > 0 for name, _, kg in one.flows)


def _held(one: Activity, known: dict[str, Content]) -> Content:
    """Oxides in what goes in, less the share that leaves as swarf."""
    into = {name: -kg for name, _, kg in one.flows if kg < 0}
    lost = sum(kg for name, _, kg in one.flows if kg > 0 and name.startswith("swarf:"))
    kept = 1.0 - lost / sum(into.values())
    held: Content = {}
    for name, kg in into.items():
        for oxide, share in known.get(name, {}).items():
            held[oxide] = held.get(oxide, 0.0) + kg * share * kept
    return held
