"""Checks before anything is solved: what is used must come from somewhere, and no step may make mass.

An impossible network is refused with the balance that fails and by how much, in t/year.
"""

from __future__ import annotations

from collections import defaultdict
from typing import Final

from didymium.errors import ReferenceDataError
from didymium.supply.network.model import Activity, Network

#: Shares of a balance that rounding may leave.
TOLERANCE: Final = 1e-6
#: kg REO in a kg of magnet, after swarf: bonded grades to samarium-cobalt.
_MAGNET: Final = (0.1, 0.6)


class BalanceError(ReferenceDataError):
    """A network whose base month cannot be: demand without a source, or mass out of nothing."""


def sums(network: Network) -> dict[str, tuple[float, float]]:
    """Good (or good in zone, where it is not traded) -> (t/month made, t/month used) in the base month."""
    made: dict[str, float] = defaultdict(float)
    used: dict[str, float] = defaultdict(float)
    traded = {good.name: good.traded for good in network.goods}
    for activity in network.activities:
        for good, zone, kg in activity.flows:
            key = good if traded[good] else f"{good} in {zone}"
            (made if kg > 0 else used)[key] += abs(kg) * activity.base
    for use in network.uses:
        used[use.good if traded[use.good] else f"{use.good} in {use.zone}"] += use.t
    return {key: (made[key], used[key]) for key in sorted({*made, *used})}


def check(network: Network) -> None:
    """BalanceError naming the balance that fails; nothing where all close."""
    for activity in network.activities:
        _check_mass(activity)
    _check_capacity(network)
    for key, (made, used) in sums(network).items():
        if used > made * (1 + TOLERANCE) + TOLERANCE:
            raise BalanceError(
                f"balance {key}: uses take {used * 12:,.1f} t a year, sources give {made * 12:,.1f}: "
                f"{(used - made) * 12:,.1f} t a year have no source.",
                fix="Add a source, or lower the use.",
            )


def _check_capacity(network: Network) -> None:
    load: dict[tuple[str, str], float] = defaultdict(float)
    for activity in network.activities:
        for group, per_t in activity.groups():
            load[group] += per_t * activity.base
    for group, used in sorted(load.items()):
        room = network.capacity.get(group, 0.0)
        if used > room * (1 + TOLERANCE) + TOLERANCE:
            raise BalanceError(
                f"capacity {group[0]} in {group[1]}: the base month takes {used * 12:,.1f} t a year of "
                f"{room * 12:,.1f}: {(used - room) * 12:,.1f} too much.",
                fix="Raise the capacity in supply_stages.csv, or lower the output.",
            )


def _check_mass(activity: Activity) -> None:
    """REO out is not above REO in; for magnets, what stays in the magnet is within what magnets hold."""
    if activity.stage in ("mine", "thrift"):
        return
    into = out = 0.0
    for good, _, kg in activity.flows:
        if kg < 0:
            into -= kg
        elif not good.startswith("magnet:"):
            out += kg
    if not into:
        return
    if activity.stage == "magnet":
        if not _MAGNET[0] <= into - out <= _MAGNET[1]:
            raise BalanceError(
                f"recipe of {activity.name}: {into - out:.3f} kg REO stay in a kg of magnet, "
                f"allowed {_MAGNET[0]:g} to {_MAGNET[1]:g}.",
                fix="Mend supply_recipes.csv.",
            )
    elif out > into * (1 + TOLERANCE):
        raise BalanceError(
            f"recipe of {activity.name}: {out:.4f} kg REO come out of {into:.4f}.", fix="Mend its recovery or recipe."
        )
