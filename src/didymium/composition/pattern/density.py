"""How likely a sample is under each variant of the material classes.

Shares count only up to a common factor, so the factor is integrated out; what is left is the density in isometric log-ratio
coordinates (Egozcue and others 2003, Math. Geol. 35, 279-300) of whatever elements were measured. Missing elements drop
out by themselves, and neither unit nor dilution counts. Tails are those of Student's t: the classes rest on few analyses.
"""

from __future__ import annotations

import math
from dataclasses import dataclass
from functools import cache
from typing import Final

import numpy as np

from didymium.composition.pattern.model import Model
from didymium.composition.pattern.table import ELEMENTS, Floats, Ints

#: Relative 1 sigma where the laboratory states none: what routine ICP of rare earths reaches.
UNSTATED_SIGMA: Final = 0.05
#: A reading below its limit tells against a variant by at most this factor: laboratories write wrong limits too.
BOUND_FLOOR: Final = 0.01
#: Rows at a time: all intermediate tables stay in the processor's cache.
_BLOCK: Final = 4096
#: Place of each element on the way from La (-1) to Lu (+1).
_TILT: Final = np.linspace(-1.0, 1.0, len(ELEMENTS))
_ONES: Final = np.ones(len(ELEMENTS))


@dataclass(frozen=True, slots=True)
class _Block:
    """Rows of samples. logs: ln share less the row's mean, 0 where not seen; seen: 1 or 0; number: how many are seen;
    noise: variance of measurement (rows x elements, or one figure); bounds: as logs, one after the other, with the row and
    the column of each."""

    logs: Floats
    seen: Floats
    number: Ints
    noise: Floats | float
    bounds: Floats
    rows: Ints
    columns: Ints


def log_density(values: Floats, sigmas: Floats, bounds: Floats, classes: Model) -> Floats:
    """ln density of every sample under every variant (samples x variants), each in the ILR space of its own elements.

    values: shares of oxides in any unit (one per row); sigmas: relative; bounds: upper bounds in the unit of values; all
    samples x ELEMENTS, NaN = not known. A row without any value has ln density 0 everywhere: it says nothing.
    """
    result = np.zeros((len(values), len(classes.classes)))
    for start in range(0, len(values), _BLOCK):
        part = slice(start, start + _BLOCK)
        block = _block(values[part], sigmas[part], bounds[part])
        for index in range(len(classes.classes)):
            result[part, index] = np.where(block.number > 0, _variant(block, classes, index), 0.0)
    return result


def _block(values: Floats, sigmas: Floats, bounds: Floats) -> _Block:
    seen = ~np.isnan(values)
    number = seen.sum(axis=1)
    logs = np.log(np.where(seen, values, 1.0))
    level = (logs.sum(axis=1) / np.maximum(number, 1))[:, None]
    stated = ~np.isnan(sigmas)
    rows, columns = np.nonzero(~np.isnan(bounds))
    return _Block(
        logs=np.where(seen, logs - level, 0.0),
        seen=seen.astype(np.float64),
        number=number,
        noise=np.where(stated, sigmas, UNSTATED_SIGMA) ** 2 if stated.any() else UNSTATED_SIGMA**2,
        bounds=np.log(bounds[rows, columns]) - level[rows, 0],
        rows=rows,
        columns=columns,
    )


def _variant(block: _Block, classes: Model, index: int) -> Floats:
    """ln density under one variant: level and tilt by generalised least squares, Student's t of what is left."""
    variance = classes.scatter[index] ** 2 + block.noise
    rest = block.logs - classes.centre[index]
    weight = block.seen / variance
    pull = weight * rest
    a11, b1, square = weight @ _ONES, pull @ _ONES, (pull * rest) @ _ONES
    a11 = np.where(a11 > 0, a11, 1.0)
    loading = _TILT * classes.tilt[index]
    a12, a22, b2 = weight @ loading, weight @ loading**2 + 1.0, pull @ loading
    det = a11 * a22 - a12**2  # where there is no tilt: a12 = b2 = 0, a22 = 1
    level, slope = (a22 * b1 - a12 * b2) / det, (a11 * b2 - a12 * b1) / det
    square = np.maximum(square - b1 * level - b2 * slope, 0.0)
    if variance.ndim == 1:
        log_det = block.seen @ np.log(variance)
    else:  # one logarithm a row; 15 variances between 1e-4 and 100 multiply to nothing a float cannot hold
        log_det = np.log(np.where(block.seen > 0, variance, 1.0).prod(axis=1))
    log_det += np.log(det / np.maximum(block.number, 1))
    free, dof = np.maximum(block.number - 1, 0), float(classes.dof[index])
    density = _constants(dof)[free] - 0.5 * log_det - 0.5 * (dof + free) * np.log1p(square / dof)
    if len(block.rows):
        rows, columns = block.rows, block.columns
        expected = classes.centre[index][columns] + level[rows] + slope[rows] * loading[columns]
        scatter = np.sqrt(classes.scatter[index][columns] ** 2 + 1 / a11[rows])
        density += np.bincount(rows, _below((block.bounds - expected) / scatter), minlength=len(density))
    answer: Floats = density
    return answer


@cache
def _constants(dof: float) -> Floats:
    """ln of the constant of Student's t in 0, 1, 2, ... dimensions."""
    return np.array(
        [
            math.lgamma((dof + free) / 2) - math.lgamma(dof / 2) - free / 2 * math.log(dof * math.pi)
            for free in range(len(ELEMENTS))
        ]
    )


def _below(deviation: Floats) -> Floats:
    """ln probability that a bounded element lies below its bound, given the level the measured ones show.

    deviation: of the bound from what is expected, in standard deviations. The normal integral is the approximation of Page
    1977, Applied Statistics 26, 75-76 (error below 0.0002).
    """
    z = np.clip(deviation, -8.0, 8.0)
    under = 1.0 / (1.0 + np.exp(-1.5976 * z - 0.070566 * z**3))
    likely: Floats = np.log(BOUND_FLOOR + (1 - BOUND_FLOOR) * under)
    return likely
