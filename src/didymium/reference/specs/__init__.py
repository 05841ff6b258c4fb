"""The list of reference tables: one line per module of specifications."""

from didymium.reference.registry import TableSpec
from didymium.reference.specs.chemistry import CHEMISTRY
from didymium.reference.specs.controls import CONTROLS
from didymium.reference.specs.decisions import DECISIONS
from didymium.reference.specs.patterns import PATTERNS
from didymium.reference.specs.places import PLACES_TABLES
from didymium.reference.specs.plants import PLANTS
from didymium.reference.specs.production import PRODUCTION
from didymium.reference.specs.supply import SUPPLY
from didymium.reference.specs.trade import TRADE
from didymium.reference.specs.words import WORDS

TABLES: tuple[TableSpec, ...] = (
    *CHEMISTRY,
    *PRODUCTION,
    *TRADE,
    *CONTROLS,
    *PLANTS,
    *WORDS,
    *PLACES_TABLES,
    *PATTERNS,
    *SUPPLY,
    *DECISIONS,
)

__all__ = ["TABLES"]
