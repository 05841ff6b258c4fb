"""What a pattern says, in one sentence, and which further element would decide between the classes that are left."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any, Final

import numpy as np
import polars as pl

from didymium.composition.pattern.classes import OTHER, classify
from didymium.composition.pattern.density import log_density
from didymium.composition.pattern.model import model
from didymium.composition.pattern.table import ELEMENTS, arrays, complete, to_oxide
from didymium.reference import table
from didymium.units import figure

#: Standard deviations by which two classes must differ in an element for it to be worth measuring.
_WORTH: Final = 1.5


def sentence(row: Mapping[str, Any]) -> str:
    """One row of classify() as a sentence with its numbers."""
    names = dict(table("pattern_classes").select("class", "name").rows())
    seen = f"{row['pattern_elements']} of {len(ELEMENTS)} rare earths told"
    if row["pattern_probability"] is None:
        return f"The pattern cannot tell the material: {seen}, at least three are needed."
    if row["pattern_class"] is None:
        left = [names[name] for name in row["pattern_candidates"].split("|")]
        shown = "; ".join(left[:3]) + (f"; or {len(left) - 3} more" if len(left) > 3 else "")
        return f"The pattern cannot tell between {shown} ({seen})."
    share = f"{figure(100 * min(row['pattern_probability'], 0.999))} % of the likelihood of all known classes"
    if row["pattern_class"] == OTHER:
        return f"The pattern is that of no known class of material ({seen})."
    return (
        f"The pattern is that of {row['pattern_verdict']}: {share}, reliability {row['pattern_reliability']} ({seen})."
    )


def next_elements(sample: pl.DataFrame, most: int = 2) -> list[str]:
    """Elements not yet measured that would best tell the two likeliest classes of the first row apart; [] = none would.

    An element is worth measuring where the classes, set to the same level over the measured elements, expect contents that
    lie at least 1.5 standard deviations apart.
    """
    found = classify(sample.head(1)).row(0, named=True)
    candidates = (found["pattern_candidates"] or "").split("|")
    if len(candidates) < 2:
        return []
    known = model()
    values, sigmas, bounds, _ = arrays(complete(sample.head(1)))
    density = log_density(values * to_oxide(), sigmas, bounds * to_oxide(), known)[0]
    of = np.array(known.classes)
    one, two = (max(np.flatnonzero(of == name), key=lambda at: density[at]) for name in candidates[:2])
    spread = np.sqrt(known.scatter[one] ** 2 + known.scatter[two] ** 2)
    apart = known.centre[one] - known.centre[two]
    seen = ~np.isnan(values[0])
    apart = np.abs(apart - np.average(apart[seen], weights=spread[seen] ** -2.0)) / spread
    best = sorted((at for at in np.flatnonzero(~seen) if apart[at] >= _WORTH), key=lambda at: -apart[at])
    return [ELEMENTS[at] for at in best[:most]]
