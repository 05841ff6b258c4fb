"""The rolling monthly programme: model, state, months, tables."""

from didymium.supply.solve.errors import SolveError

__all__ = ["SolveError"]
