"""Is a lot compatible with the user's own samples of the mine it is said to come from?

What a further sample of the mine would look like (mine_fit) stands against what another deposit of the same class, or
any material, would look like (pattern_model). A lot that fits is called compatible, which is no proof of origin:
docs/patterns.md shows how many foreign deposits fit as well. Samples and lot must be the same kind of product: milling and
leaching change patterns more than geology does.
"""

from __future__ import annotations

import math
from dataclasses import dataclass
from typing import Final, Literal, NamedTuple

import msgspec
import numpy as np
import polars as pl

from didymium.composition.pattern.classes import OTHER, class_means
from didymium.composition.pattern.density import BOUND_FLOOR, UNSTATED_SIGMA, log_density
from didymium.composition.pattern.mine_fit import contrasts, fit, p_below, widening
from didymium.composition.pattern.model import Model, deposits, model
from didymium.composition.pattern.table import ELEMENTS, Bools, Floats, arrays, complete, to_oxide
from didymium.errors import InputError
from didymium.units import figure

Verdict = Literal["compatible", "not compatible", "inconclusive"]

LEAST_SAMPLES: Final = 5
LEAST_ELEMENTS: Final = 4
#: An element counts where at least this share of the mine's samples has it.
_PRESENT: Final = 0.8
#: Tail probability below which a lot is no sample of the mine, and below which it is never called compatible.
_REJECT, _ACCEPT = 0.01, 0.05
#: Bans that a verdict needs, and the most that are given: samples are mixed up in a few cases of a thousand.
_NEEDED, _MOST = 1.0, 2.5
_LN10: Final = math.log(10)
_NO_ERROR: Final = np.zeros(len(ELEMENTS))
_UNBOUNDED: Final = np.full(len(ELEMENTS), np.nan)


class Verification(msgspec.Struct, frozen=True):
    """What the comparison found.

    elements: those compared; samples, lots: how many of each. p: probability that a sample of the mine lies as far out as
    the lot. bans_same, bans_any: log10 likelihood ratio of the mine against another deposit of its class, and against any
    material; positive speaks for the mine; within 2.5; bans_same null where the samples show no class. mine_class: the class
    they show. widened: factor on the fitted scatter after leaving samples out one at a time (1 = none needed).
    own_compatible, own_inconclusive, own_rejected: verdicts on the mine's own samples, each left out in turn. look_alikes:
    other deposits of table deposits_reo that would be called compatible as well.
    """

    verdict: Verdict
    because: str
    elements: tuple[str, ...]
    samples: int
    lots: int
    p: float
    bans_same: float | None
    bans_any: float
    mine_class: str | None
    widened: float
    own_compatible: int
    own_inconclusive: int
    own_rejected: int
    look_alikes: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class _Mine:
    """Samples of the mine: ln contents (n x ELEMENTS, NaN where not measured), the factor on their scatter, the classes they
    are held against, and the class they show (None = none)."""

    logs: Floats
    widened: float
    known: Model
    own_class: str | None


class _Case(NamedTuple):
    """One sample to judge, as wide as ELEMENTS: ln contents (NaN = not compared), variance of their measurement, ln of upper
    bounds (NaN = none). left_out: the sample of the mine that it is, so that it is not its own reference."""

    logs: Floats
    variance: Floats
    bounds: Floats
    left_out: int | None = None


class _Weights(NamedTuple):
    p: float
    same: float | None
    anything: float


def verify(
    lot: pl.DataFrame, samples: pl.DataFrame, mine: str = "the mine", deposit: str | None = None
) -> Verification:
    """Compare a lot with the user's samples of a mine.

    lot, samples: tables of pattern.table (wide() makes them from assays), one row per sample, ppm of the element; several
    rows of the lot are averaged. mine: its name, for the sentence. deposit: its id in table deposits_reo, if it is there, so
    that it is not held against itself. Errors: InputError with fewer than 5 samples or 4 elements in common.
    """
    values, sigmas, bounds, _ = arrays(complete(lot))
    own, _, _, _ = arrays(complete(samples))
    chosen, whole = _common(values, own)
    logs, known = np.log(own[whole]), model(deposit)
    found = _Mine(logs, widening(contrasts(logs[:, chosen])), known, _own_class(logs, chosen, known))
    cases = [_lot(values, sigmas, bounds, chosen)]
    cases += [_Case(np.where(chosen, row, np.nan), _NO_ERROR, _UNBOUNDED, at) for at, row in enumerate(logs)]
    names, others = _others(chosen, deposit)
    weights = _judged(found, cases + others)
    verdicts = [_verdict(weight) for weight in weights]
    ours, alike = (
        verdicts[1 : len(cases)],
        [n for n, v in zip(names, verdicts[len(cases) :], strict=True) if v == "compatible"],
    )
    return Verification(
        verdict=verdicts[0],
        because=_because(verdicts[0], mine, weights[0], (len(logs), int(chosen.sum())), alike),
        elements=tuple(name for name, used in zip(ELEMENTS, chosen, strict=True) if used),
        samples=len(logs),
        lots=len(values),
        p=weights[0].p,
        bans_same=weights[0].same,
        bans_any=weights[0].anything,
        mine_class=found.own_class,
        widened=found.widened,
        own_compatible=ours.count("compatible"),
        own_inconclusive=ours.count("inconclusive"),
        own_rejected=ours.count("not compatible"),
        look_alikes=tuple(alike),
    )


def _common(lot: Floats, samples: Floats) -> tuple[Bools, Bools]:
    """Elements measured in every row of the lot and in most samples of the mine, and the samples that have them all."""
    if len(lot) == 0:
        raise InputError("the lot has no sample.", fix="Give at least one row with rare earths.")
    if len(samples) < LEAST_SAMPLES:
        raise InputError(
            f"{len(samples)} samples of the mine; at least {LEAST_SAMPLES} are needed to know its scatter.",
            fix="Add samples of the same kind of product.",
        )
    chosen = np.asarray(~np.isnan(lot).any(axis=0) & ((~np.isnan(samples)).mean(axis=0) >= _PRESENT))
    names = [name for name, used in zip(ELEMENTS, chosen, strict=True) if used]
    if len(names) < LEAST_ELEMENTS:
        raise InputError(
            f"lot and samples have {len(names)} elements in common ({', '.join(names) or 'none'}); "
            f"at least {LEAST_ELEMENTS} are needed.",
            fix="Have both measured for the same elements; a reading below the limit is a bound, not a value.",
        )
    whole = np.asarray(~np.isnan(samples[:, chosen]).any(axis=1))
    if whole.sum() < LEAST_SAMPLES:
        raise InputError(
            f"only {whole.sum()} samples of the mine have all of {', '.join(names)}; at least {LEAST_SAMPLES} are needed.",
            fix="Have the missing elements measured, or leave samples out that lack them.",
        )
    return chosen, whole


def _lot(values: Floats, sigmas: Floats, bounds: Floats, chosen: Bools) -> _Case:
    """The rows of the lot averaged in ln; a bound that every row has counts with the widest of them."""
    logs = np.where(chosen, np.log(values).mean(axis=0), np.nan)
    errors = np.where(np.isnan(sigmas), UNSTATED_SIGMA, sigmas)
    return _Case(logs, (errors**2).sum(axis=0) / len(errors) ** 2, np.log(bounds.max(axis=0)))


def _others(chosen: Bools, own: str | None) -> tuple[list[str], list[_Case]]:
    """The published pattern of every other deposit that has enough of the compared elements."""
    names, shares = deposits()
    logs = np.where(chosen, shares - np.log(to_oxide()), np.nan)
    kept = [at for at, name in enumerate(names) if name != own and (~np.isnan(logs[at])).sum() >= LEAST_ELEMENTS]
    variance = np.full(len(ELEMENTS), UNSTATED_SIGMA**2)
    return [names[at] for at in kept], [_Case(logs[at], variance, _UNBOUNDED) for at in kept]


def _judged(mine: _Mine, cases: list[_Case]) -> list[_Weights]:
    """p, bans against another deposit of the class, and bans against any material, of every case."""
    names, by_class = _alternatives(cases, mine.known)
    anything = np.logaddexp.reduce(by_class, axis=1) - math.log(len(names))
    same = None if mine.own_class is None else by_class[:, names.index(mine.own_class)]
    found = []
    for at, case in enumerate(cases):
        p, own = _under_mine(mine, case)
        sister = None if same is None else _limited(own - float(same[at]))
        found.append(_Weights(p, sister, _limited(own - float(anything[at]))))
    return found


def _under_mine(mine: _Mine, case: _Case) -> tuple[float, float]:
    """p of the case among samples of the mine, and its ln density there, bounds included."""
    seen = ~np.isnan(case.logs)
    reference = mine.logs if case.left_out is None else np.delete(mine.logs, case.left_out, axis=0)
    fitted = fit(contrasts(reference[:, seen]), mine.widened)
    point = contrasts(case.logs[None, seen])[0]
    noise = contrasts(contrasts(np.diag(case.variance[seen])).T)
    p, density = fitted.p(point, noise), fitted.log_density(point, noise)
    level, levels = case.logs[seen].mean(), reference[:, seen].mean(axis=1)
    bounded = [
        at for at in np.flatnonzero(~np.isnan(case.bounds)) if (~np.isnan(reference[:, at])).sum() >= LEAST_SAMPLES
    ]
    for at in bounded:
        under = p_below(case.bounds[at] - level, reference[:, at] - levels, mine.widened)
        p = min(p, under * (len(bounded) + 1))
        density += math.log(BOUND_FLOOR + (1 - BOUND_FLOOR) * under)
    return p, density


def _alternatives(cases: list[_Case], known: Model) -> tuple[list[str], Floats]:
    """Names of the classes, and ln density of every case under each, in the ILR space of its own elements."""
    logs = np.stack([case.logs for case in cases])
    variance = np.stack([case.variance for case in cases])
    bounds = np.stack([case.bounds for case in cases])
    density = log_density(np.exp(logs) * to_oxide(), np.sqrt(variance), np.exp(bounds) * to_oxide(), known)
    return class_means(density, known)


def _own_class(logs: Floats, chosen: Bools, known: Model) -> str | None:
    """The class that the mean of the samples shows with more than even odds; None = none."""
    names, means = _alternatives([_Case(np.where(chosen, logs.mean(axis=0), np.nan), _NO_ERROR, _UNBOUNDED)], known)
    best = int(means[0].argmax())
    sure = means[0, best] - np.logaddexp.reduce(means[0]) > math.log(0.5)
    return names[best] if sure and names[best] != OTHER else None


def _limited(difference: float) -> float:
    return min(max(difference / _LN10, -_MOST), _MOST)


def _verdict(weights: _Weights) -> Verdict:
    """Compatible: not far out, and ten times likelier than the best alternative. Not compatible: far out, and an alternative
    is ten times likelier."""
    ratios = [ratio for ratio in (weights.same, weights.anything) if ratio is not None]
    if weights.p >= _ACCEPT and min(ratios) >= _NEEDED:
        return "compatible"
    if weights.p < _REJECT and min(ratios) <= -_NEEDED:
        return "not compatible"
    return "inconclusive"


def _because(verdict: Verdict, mine: str, weights: _Weights, size: tuple[int, int], alike: list[str]) -> str:
    """The verdict with its numbers, for a reader who was not there."""
    p, same, anything = weights
    ratio, other = (anything, "any other material") if same is None else (same, "another deposit of its class")
    more = (
        f"{figure(10 ** abs(ratio), 2)} times {'more' if ratio >= 0 else 'less'} likely from {mine} than from {other}"
    )
    place = (
        f"{figure(100 * p, 2)} % of samples of {mine} lie as far out"
        if p >= 0.0005
        else f"almost no sample of {mine} lies as far out"
    )
    end = {
        "compatible": f"Compatible with {mine}; this is no proof of origin",
        "not compatible": f"Not compatible with {mine}",
        "inconclusive": f"Inconclusive: the pattern can neither confirm nor exclude {mine}",
    }[verdict]
    known = f"; of the known deposits, {len(alike)} would pass as well ({', '.join(alike)})" if alike else ""
    return f"{end}: {more}, and {place} ({size[0]} samples, {size[1]} elements){known}."
