"""Bands for the pattern plot: what a class of material or the samples of a mine show, at the level of one sample.

Classes are known as shares, a sample as contents: a band is moved up or down as a whole until it lies around the sample.
"""

from __future__ import annotations

from collections.abc import Mapping

import numpy as np
import polars as pl

from didymium.composition.pattern.model import model
from didymium.composition.pattern.normalise import reference_ppm
from didymium.composition.pattern.table import ELEMENTS, Floats, arrays, complete, to_oxide
from didymium.errors import UsageError

#: Element -> (low, high), times the reference.
Band = Mapping[str, tuple[float, float]]


def class_band(name: str, sample: pl.DataFrame, to: str = "chondrite", variant: str | None = None) -> Band:
    """Where 19 of 20 samples of a class lie, at the level of the first row of `sample` (ppm of the element).

    variant: kind of product within the class; None = the one nearest to the sample. UsageError for an unknown class; {}
    where the sample has no value.
    """
    known = model()
    own = [at for at, of in enumerate(known.classes) if of == name and variant in (None, known.variants[at])]
    if not own:
        raise UsageError(
            f"no pattern class is called {name!r}{f' with variant {variant!r}' if variant else ''}.",
            fix=f"Classes: {', '.join(dict.fromkeys(known.classes))}.",
        )
    logs = np.log(arrays(complete(sample.head(1)))[0][0])
    fits = [_moved(known.centre[at] - np.log(to_oxide()), known.scatter[at], logs) for at in own]
    centre, scatter, _ = min(fits, key=lambda fit: fit[2])
    return _band(centre - 1.96 * scatter, centre + 1.96 * scatter, to)


def samples_band(samples: pl.DataFrame, sample: pl.DataFrame, to: str = "chondrite") -> Band:
    """Lowest and highest of the mine's samples at the level of the first row of `sample`; elements in fewer than two
    samples are left out."""
    logs = np.log(arrays(complete(sample.head(1)))[0][0])
    own = np.log(arrays(complete(samples))[0])
    shared = ~np.isnan(own) & ~np.isnan(logs)
    level = np.where(shared, own - logs, 0.0).sum(axis=1) / np.maximum(shared.sum(axis=1), 1)
    moved = np.where(shared.any(axis=1)[:, None], own - level[:, None], np.nan)
    enough = (~np.isnan(moved)).sum(axis=0) >= 2
    low, high = (np.full(len(ELEMENTS), np.nan) for _ in range(2))
    low[enough], high[enough] = np.nanmin(moved[:, enough], axis=0), np.nanmax(moved[:, enough], axis=0)
    return _band(low, high, to)


def _moved(centre: Floats, scatter: Floats, logs: Floats) -> tuple[Floats, Floats, float]:
    """The centre at the level of the sample, its scatter, and how badly it fits (mean square in standard deviations)."""
    seen = ~np.isnan(logs)
    if not seen.any():
        return np.full(len(ELEMENTS), np.nan), scatter, 0.0
    weight = (scatter[seen] ** 2 + 0.05**2) ** -1
    level = float(np.average(logs[seen] - centre[seen], weights=weight))
    misfit = float(np.mean((logs[seen] - centre[seen] - level) ** 2 * weight))
    return centre + level, scatter, misfit


def _band(low: Floats, high: Floats, to: str) -> Band:
    known = reference_ppm(to)
    return {
        name: (float(np.exp(low[at]) / known[name]), float(np.exp(high[at]) / known[name]))
        for at, name in enumerate(ELEMENTS)
        if np.isfinite(low[at]) and name in known
    }
