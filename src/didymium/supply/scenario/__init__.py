"""Scenarios: dated shocks on the supply network, as data."""

from didymium.supply.scenario.read import load, names, parse
from didymium.supply.scenario.shock import KINDS, Scenario, Shock

__all__ = ["KINDS", "Scenario", "Shock", "load", "names", "parse"]
