"""Metals, magnets, and N grades in place of heat-proof ones, by area.

The recipe of a magnet is net of what returns from its swarf: with swarf share s and yield y a kg takes recipe / (1 - s y)
and leaves s / (1 - s y) of the recipe as swarf, which goes back to oxides (`recycling.py`).
"""

from __future__ import annotations

from typing import Final

import polars as pl

from didymium.reference import table
from didymium.supply.network.model import Activity
from didymium.supply.network.tables import MONTHS, Parameters, kept, recipe

Row = tuple[str, float | None, float | None]
METAL_OXIDES: Final = ("NdPr", "Dy", "Tb", "Sm")


def activities(parameters: Parameters, prices: dict[str, float]) -> list[Activity]:
    """All of them, with base output in t/month: magnets first, because metals follow from them. prices: USD/kg of oxides."""
    demand = _demand()
    made = [*_ndfeb(parameters, demand), *_smco(parameters, demand["magnet:S"])]
    return [*made, *_metals(parameters, made), *_thrift(parameters), *_switch(parameters, made, prices)]


@kept
def _demand() -> dict[str, float]:
    """Grade -> t/month of the world."""
    rows = table("supply_sectors").group_by("product").agg(pl.col("t_per_year").sum())
    return {product: t / MONTHS for product, t in rows.rows()}


@kept
def stage_rows(stage: str) -> list[Row]:
    """area, base t/month (None = makes the rest; 0 where only projects will have it) and share of H, of a stage."""
    rows = table("supply_stages").filter(pl.col("stage") == stage)
    present = [
        (area, None if base is None else base / MONTHS, h)
        for area, base, h in rows.select("area", "base_t_per_year", "h_share").rows()
    ]
    projects = table("supply_projects").filter((pl.col("adds_to") == stage) & (pl.col("p_success") > 0))
    known = {area for area, _, _ in present}
    return [*present, *((area, 0.0, None) for area in dict.fromkeys(projects["area"]) if area not in known)]


def _gross(parameters: Parameters, product: str) -> tuple[dict[str, float], float]:
    """Inputs per kg of magnet, and kg REO of swarf per kg."""
    grade = product.split(":")[1].rstrip("g")
    share, back = parameters.get("swarf_share", grade), parameters.get("swarf_yield")
    factor = 1.0 / (1.0 - share * back)
    net = recipe(product)
    machined = {good: kg for good, kg in net.items() if product != "magnet:Hg" or good == "metal:NdPr"}
    gross = {good: kg * factor if good in machined else kg for good, kg in net.items()}
    return gross, share * factor * sum(machined.values())


def _magnet(parameters: Parameters, product: str, area: str, base: float, *, sets: bool, group: str) -> Activity:
    inputs, swarf = _gross(parameters, product)
    grade = product.split(":")[1]
    good = "magnet:H" if grade == "Hg" else product
    left = "swarf:N" if grade == "Hg" else f"swarf:{grade}"
    flows = [(good, area, 1.0), *((metal, area, -kg) for metal, kg in inputs.items())]
    flows += [(left, area, swarf)] if swarf else []
    return Activity(
        "magnet", grade, area, tuple(flows), base, parameters.get("conversion", product),
        spare=0.0 if grade == "Hg" else float("inf"), group=(group, area), sets=good if sets else None,
    )  # fmt: skip


def _ndfeb(parameters: Parameters, demand: dict[str, float]) -> list[Activity]:
    rows = stage_rows("magnet_ndfeb")
    stated = [(area, base, h or 0.0) for area, base, h in rows if base is not None]
    rest_h = demand["magnet:H"] - sum(base * h for _, base, h in stated)
    rest_n = demand["magnet:N"] - sum(base * (1 - h) for _, base, h in stated)
    output = [(area, base * (1 - h), base * h, False) for area, base, h in stated]
    output += [(area, rest_n, rest_h, True) for area, base, _ in rows if base is None]
    diffused, found = parameters.get("hg_share"), list[Activity]()
    for area, n, h, sets in output:
        for product, base in (("magnet:N", n), ("magnet:H", h * (1 - diffused)), ("magnet:Hg", h * diffused)):
            own = sets and product != "magnet:Hg"
            found.append(_magnet(parameters, product, area, base, sets=own, group="magnet_ndfeb"))
    return found


def _smco(parameters: Parameters, demand: float) -> list[Activity]:
    rows = stage_rows("magnet_smco")
    rest = demand - sum(base for _, base, _ in rows if base is not None)
    return [
        _magnet(parameters, "magnet:S", area, rest if base is None else base, sets=base is None, group="magnet_smco")
        for area, base, _ in rows
    ]


def net_output(made: list[Activity], good: str) -> float:
    """t/month of a good made (less used) in the base month."""
    return sum(kg * one.base for one in made for name, _, kg in one.flows if name == good)


def _metals(parameters: Parameters, made: list[Activity]) -> list[Activity]:
    rows, found = stage_rows("metal"), list[Activity]()
    totals = {metal: -net_output(made, f"metal:{metal}") for metal in METAL_OXIDES}
    stated = sum(base for _, base, _ in rows if base is not None)
    for metal, total in totals.items():
        share = total / sum(totals.values())
        for area, base, _ in rows:
            t = total - stated * share if base is None else base * share
            flows = ((f"metal:{metal}", area, 1.0), *((ox, area, -kg) for ox, kg in recipe(f"metal:{metal}").items()))
            found.append(Activity(
                "metal", metal, area, flows, t, parameters.get("conversion", "metal"), spare=float("inf"),
                group=("metal", area), sets=f"metal:{metal}" if base is None else None,
            ))  # fmt: skip
    return found


def _thrift(parameters: Parameters) -> list[Activity]:
    """N grades in heat-proof uses: larger or cooler motors, at a penalty per kg, up to a share of the use of each area."""
    return [
        Activity(
            "thrift",
            penalty,
            area,
            (("magnet:N", area, -1.0), ("magnet:H", area, 1.0)),
            0.0,
            float(penalty),
            spare=t * share,
        )
        for penalty, share in parameters.items("thrift").items()
        for area, t in _heat_proof()
    ]


@kept
def _heat_proof() -> list[tuple[str, float]]:
    """Area, t/month of heat-proof magnets used there."""
    uses = table("supply_sectors").filter(pl.col("product") == "magnet:H")
    places = uses.join(table("supply_splits"), left_on="sector", right_on="user")
    t = (pl.col("t_per_year") * pl.col("share")).sum() / MONTHS
    return places.group_by("area", maintain_order=True).agg(t).rows()


def _switch(parameters: Parameters, made: list[Activity], prices: dict[str, float]) -> list[Activity]:
    """Dysprosium in place of terbium, up to a share of what magnet makers of an area take of terbium; it takes more of it.

    It pays where terbium costs `pays` times the base price (dysprosium at base price): magnets have to be qualified anew.
    """
    taken: dict[str, float] = {}
    for one in made:
        for good, area, kg in one.flows:
            if good == "metal:Tb" and kg < 0:
                taken[area] = taken.get(area, 0.0) - kg * one.base
    ratio, most = parameters.get("dy_for_tb", "ratio"), parameters.get("dy_for_tb", "most")
    cost = parameters.get("dy_for_tb", "pays") * prices["Tb"] - ratio * prices["Dy"]
    return [
        Activity(
            "switch",
            "Dy for Tb",
            area,
            (("metal:Dy", area, -ratio), ("metal:Tb", area, 1.0)),
            0.0,
            cost,
            spare=t * most,
        )
        for area, t in taken.items()
        if t > 0
    ]
