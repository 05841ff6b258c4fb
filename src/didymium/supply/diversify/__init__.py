"""Which new sources help most per dollar: a choice of projects under a budget, and what a tonne is worth at each stage.

from didymium.supply.diversify import diversify
plan = diversify("full_stop", budget_musd=1500.0)
plan.projects, plan.outcome, plan.values
"""

from didymium.supply.diversify.plan import Plan, diversify
from didymium.supply.diversify.projects import Project, portfolio

__all__ = ["Plan", "Project", "diversify", "portfolio"]
