"""What if it stops? Concentration of supply (docs/concentration.md), and scenarios on the supply network (docs/supply_model.md).

    from didymium.supply import run, scenarios
    result = run("april_2025", months=24)
    result.prices, result.shortages, result.stock_outs

The names below are loaded on first use, so that the package stays cheap to import.
"""

from __future__ import annotations

from importlib import import_module
from typing import TYPE_CHECKING, Final

if TYPE_CHECKING:
    from didymium.supply.running import Prepared as Prepared
    from didymium.supply.running import Result as Result
    from didymium.supply.running import prepare as prepare
    from didymium.supply.running import run as run
    from didymium.supply.scenario.read import names as scenarios
    from didymium.supply.scenario.shock import Scenario as Scenario
    from didymium.supply.scenario.shock import Shock as Shock

_HOME: Final = {
    "Prepared": ("didymium.supply.running", "Prepared"),
    "Result": ("didymium.supply.running", "Result"),
    "Scenario": ("didymium.supply.scenario.shock", "Scenario"),
    "Shock": ("didymium.supply.scenario.shock", "Shock"),
    "prepare": ("didymium.supply.running", "prepare"),
    "run": ("didymium.supply.running", "run"),
    "scenarios": ("didymium.supply.scenario.read", "names"),
}

__all__ = ["Prepared", "Result", "Scenario", "Shock", "prepare", "run", "scenarios"]


def __getattr__(name: str) -> object:
    """Load a public name from the module it lives in; an unknown name is an AttributeError as usual."""
    if name not in _HOME:
        raise AttributeError(f"module {__name__!r} has no attribute {name!r}; it has {', '.join(__all__)}")
    module, attribute = _HOME[name]
    return getattr(import_module(module), attribute)
