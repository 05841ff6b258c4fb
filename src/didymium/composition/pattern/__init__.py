"""Rare-earth patterns: normalised values and anomalies, material class, and the user's own samples of a mine.

No country is told from a pattern alone: docs/patterns.md says why, with figures.
"""

from didymium.composition.pattern.classes import classify, weigh
from didymium.composition.pattern.mine import Verification, verify
from didymium.composition.pattern.normalise import normalise, ratios, reference_ppm
from didymium.composition.pattern.table import wide

__all__ = ["Verification", "classify", "normalise", "ratios", "reference_ppm", "verify", "weigh", "wide"]
