"""All shocks of a scenario on one layout, one after the other."""

from __future__ import annotations

from collections.abc import Callable
from typing import Final

from didymium.errors import InputError
from didymium.supply.network.layout import Layout
from didymium.supply.scenario import calendar
from didymium.supply.scenario.effects import Aim, Effects, none
from didymium.supply.scenario.goods import contents
from didymium.supply.scenario.places import PLACES
from didymium.supply.scenario.routes import ROUTES
from didymium.supply.scenario.shock import Scenario

HANDLERS: Final[dict[str, Callable[[Aim], int]]] = {**ROUTES, **PLACES}


def compiled(scenario: Scenario, layout: Layout, months: int, precaution: float = 1.6) -> Effects:
    """The effects of a scenario over so many months; of several caps on one arc the tightest holds, leaks add up.

    precaution: times the stock that users want while a control binds what they import.
    InputError where a shock is aimed at nothing.
    """
    effects = none(layout, months)
    held = contents(layout.calibrated.network)
    for number, shock in enumerate(scenario.shock, start=1):
        force = calendar.in_force(shock, scenario.start, months)
        if not force.any():
            continue  # not yet, or no longer
        aim = Aim(effects, shock, scenario, layout, force, held, precaution)
        if not HANDLERS[shock.kind](aim):
            raise InputError(
                f"shock {number} ({shock.kind}) is aimed at nothing in this network.",
                file=scenario.name or None,
                fix="Look at its stages, items, elements, sectors and areas: together they name no good, route or place.",
            )
    return effects
