"""What a further sample of a mine would look like: Student's t in log-ratio space, from few samples.

The covariance is shrunk towards equal scatter in all directions, with as many imaginary samples as there are dimensions
(conjugate normal model: Gelman and others 2013, Bayesian Data Analysis, section 3.6); the tails have the degrees of freedom
of the real samples only. Equal scatter in all directions of ILR space is the same in every basis, so the order of elements
plays no part.
"""

from __future__ import annotations

import math
from dataclasses import dataclass
from typing import Final

import numpy as np

from didymium.composition.pattern.table import Floats

#: Least scatter of ln contents between samples that any laboratory reaches.
_LEAST_SCATTER: Final = 0.03


def contrasts(logs: Floats) -> Floats:
    """ln contents (samples x D) -> isometric log-ratio coordinates (samples x D-1), Helmert basis."""
    number = logs.shape[1]
    basis = np.zeros((number, number - 1))
    for at in range(1, number):
        basis[:at, at - 1] = 1.0 / math.sqrt(at * (at + 1))
        basis[at, at - 1] = -at / math.sqrt(at * (at + 1))
    turned: Floats = logs @ basis
    return turned


@dataclass(frozen=True, slots=True)
class Fit:
    """Mean and scale of the predictive distribution in ILR space; dof: its degrees of freedom."""

    mean: Floats
    scale: Floats
    dof: int

    def distance(self, point: Floats, noise: Floats) -> float:
        """Squared Mahalanobis distance of a point, `noise` (covariance of its measurement) added, per dimension."""
        rest = point - self.mean
        return float(rest @ np.linalg.solve(self.scale + noise, rest)) / len(rest)

    def log_density(self, point: Floats, noise: Floats) -> float:
        """ln density of a point in ILR space."""
        free = len(point)
        _, log_det = np.linalg.slogdet(self.scale + noise)
        constant = (
            math.lgamma((self.dof + free) / 2) - math.lgamma(self.dof / 2) - free / 2 * math.log(self.dof * math.pi)
        )
        tail = (self.dof + free) / 2 * math.log1p(self.distance(point, noise) * free / self.dof)
        return constant - float(log_det) / 2 - tail

    def p(self, point: Floats, noise: Floats) -> float:
        """Probability that a further sample lies as far out."""
        return f_tail(self.distance(point, noise), len(point), self.dof)


def fit(points: Floats, widened: float = 1.0) -> Fit:
    """Fit of samples (n x d, ILR coordinates), n >= 3; scale is multiplied by `widened`."""
    number, free = points.shape
    mean = points.mean(axis=0)
    rest = points - mean
    own = rest.T @ rest
    typical = max(float(np.trace(own)) / (free * (number - 1)), _LEAST_SCATTER**2)
    covariance = (free * typical * np.eye(free) + own) / (free + number - 1)
    return Fit(mean, covariance * (1 + 1 / number) * widened, number - 1)


def widening(points: Floats) -> float:
    """How much wider than fitted the scatter has to be so that samples left out one at a time lie where they should.

    The median squared distance of the left-out samples over the median of F; never below 1.
    """
    distances = []
    for at in range(len(points)):
        rest = np.delete(points, at, axis=0)
        distances.append(fit(rest).distance(points[at], np.zeros((points.shape[1],) * 2)))
    return max(1.0, float(np.median(distances)) / f_median(points.shape[1], len(points) - 2))


def f_tail(value: float, top: int, under: int) -> float:
    """Upper tail of the F distribution (Paulson 1942, Ann. Math. Stat. 13, 233-235); error below 0.006 from 3 `under` on,
    on the careful side."""
    third = max(value, 0.0) ** (1 / 3)
    a, b = 2 / (9 * top), 2 / (9 * under)
    z = ((1 - b) * third - (1 - a)) / math.sqrt(b * third**2 + a)
    return 0.5 * math.erfc(z / math.sqrt(2))


def f_median(top: int, under: int) -> float:
    """Median of the F distribution, by the same approximation."""
    return ((1 - 2 / (9 * top)) / (1 - 2 / (9 * under))) ** 3


def p_below(bound: float, own: Floats, widened: float = 1.0) -> float:
    """Probability that a further sample lies below a bound, from the mine's own values (NaN = not measured) in one ratio."""
    known = own[~np.isnan(own)]
    number = len(known)
    scatter = math.sqrt(max(float(known.var(ddof=1)), _LEAST_SCATTER**2) * (1 + 1 / number) * widened)
    t = (bound - float(known.mean())) / scatter
    beyond = f_tail(t * t, 1, number - 1) / 2
    return beyond if t < 0 else 1 - beyond
