"""What the model gives for events that happened, beside what was observed, and whether it was fitted on it."""

from didymium.supply.backtest.compare import backtests, equal_rents
from didymium.supply.backtest.spread import ranged

__all__ = ["backtests", "equal_rents", "ranged"]
