"""Swarf of magnet making and magnets out of used goods, back to oxides, by area."""

from __future__ import annotations

from didymium.supply.network.magnets import net_output, stage_rows
from didymium.supply.network.model import Activity
from didymium.supply.network.tables import Parameters, recipe


def activities(parameters: Parameters, made: list[Activity]) -> list[Activity]:
    """Recycling of the swarf that the magnets in `made` leave, and of used magnets; base output in t/month."""
    return [*_swarf(parameters, made), *_scrap(parameters)]


def _oxides(metals: dict[str, float], area: str, back: float) -> list[tuple[str, str, float]]:
    """Oxides out of one kg REO (or one kg of scrap) with these metals in it."""
    found: dict[str, float] = {}
    for metal, kg in metals.items():
        for oxide, share in recipe(metal).items():
            found[oxide] = found.get(oxide, 0.0) + kg * share * back
    return [(oxide, area, kg) for oxide, kg in found.items()]


def _swarf(parameters: Parameters, made: list[Activity]) -> list[Activity]:
    rows, back, found = stage_rows("recycling"), parameters.get("swarf_yield"), list[Activity]()
    totals = {grade: net_output(made, f"swarf:{grade}") for grade in ("N", "H", "S")}
    totals = {grade: t for grade, t in totals.items() if t > 0}
    stated = sum(base for _, base, _ in rows if base is not None)
    for grade, total in totals.items():
        content = recipe(f"magnet:{grade}")
        content = {metal: kg / sum(content.values()) for metal, kg in content.items()}
        share = total / sum(totals.values())
        for area, base, _ in rows:
            t = total - stated * share if base is None else base * share
            flows = ((f"swarf:{grade}", area, -1.0), *_oxides(content, area, back))
            found.append(Activity(
                "recycling", grade, area, flows, t, parameters.get("conversion", "recycling"), spare=float("inf"),
                group=("recycling", area), sets=f"swarf:{grade}" if base is None else None,
            ))  # fmt: skip
    return found


def _scrap(parameters: Parameters) -> list[Activity]:
    back = parameters.get("scrap_yield")
    places = [(area, base or 0.0) for area, base, _ in stage_rows("scrap")]
    return [
        Activity("scrap", "magnets", area, tuple(_oxides(recipe("scrap"), area, back)), base,
                 parameters.get("conversion", "recycling"), spare=float("inf"), group=("scrap", area))
        for area, base in places
    ]  # fmt: skip
