"""What the solver may not hide."""

from __future__ import annotations

from didymium.errors import DidymiumError


class SolveError(DidymiumError):
    """A month whose optimum was not found, even from a cleared basis: no number is given for it."""
