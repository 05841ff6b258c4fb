"""Concentration of supply: shares, HHI, N-1, import reliance, GeoPolRisk, EU criticality, and what press figures can mean.

Every figure keeps its source and vintage; where vintages or sources disagree, or a source leaves a rest unsplit, results
are ranges. Formulas, units and what null means stand in the docstring of each function.
"""

from didymium.supply.concentration.bottom_up import ELEMENTS
from didymium.supply.concentration.criticality import Input, Result, economic_importance, supply_risk, use
from didymium.supply.concentration.criticality_inputs import known_inputs, read_inputs
from didymium.supply.concentration.geopolrisk import UNRATED_AS_PUBLISHED, geopolrisk, newest
from didymium.supply.concentration.hhi import concentration, over_vintages
from didymium.supply.concentration.import_reliance import eu_members, import_reliance, stated_reliance
from didymium.supply.concentration.n_minus_1 import n_minus_1
from didymium.supply.concentration.news_claims import Claim, press_claims, readings, verdict
from didymium.supply.concentration.production import production, read_production
from didymium.supply.concentration.shares import share_ranges, shares
from didymium.supply.concentration.statements import chosen, statements, without_elements

__all__ = [
    "ELEMENTS",
    "UNRATED_AS_PUBLISHED",
    "Claim",
    "Input",
    "Result",
    "chosen",
    "concentration",
    "economic_importance",
    "eu_members",
    "geopolrisk",
    "import_reliance",
    "known_inputs",
    "n_minus_1",
    "newest",
    "over_vintages",
    "press_claims",
    "production",
    "read_inputs",
    "read_production",
    "readings",
    "share_ranges",
    "shares",
    "stated_reliance",
    "statements",
    "supply_risk",
    "use",
    "verdict",
    "without_elements",
]
