"""Weight of one element in bans: log10 of how much more often the reading occurs with a false label than with a true one.

True label: the content lies in the declared interval and the reading scatters about it with heavy tails (Student t, 6
degrees of freedom, with the scatter of sampling). False label: half of them are as declared in this respect (the lie is
elsewhere); the rest hold anything, evenly in wt% or evenly in its logarithm. Undeclared controlled elements are impurities
of a true label (log-normal about a median in rules.csv). Limits of the weights are in rules.csv.
"""

from __future__ import annotations

import math
from typing import Final

import polars as pl

from didymium.composition.assay.data import rule

_PEAK: Final = 0.38273  # Student density at 0 for 6 degrees of freedom
LN_DECADES: Final = 13.8155  # ln(10^6): contents from 1 ppm to 100 wt%


def declared(x: pl.Expr, sigma: pl.Expr, low: pl.Expr, high: pl.Expr) -> pl.Expr:
    """Of a number against a declared interval, all in the same unit."""
    spread = (sigma**2 + (rule("sampling_rel") * x) ** 2).sqrt().clip(1e-9)
    outside = pl.max_horizontal(low - x, x - high, pl.lit(0.0))
    tail = (1.0 + (outside * spread.pow(-1)) ** 2 * (1.0 / 6.0)) ** -3.5
    true = tail * (high - low + spread * (1.0 / _PEAK)).pow(-1)
    false = 0.5 * 0.01 + 0.5 * (x.clip(1e-4) * LN_DECADES).pow(-1)
    return bounded(false * true.pow(-1))


def below(upper: pl.Expr, low: pl.Expr, high: pl.Expr) -> pl.Expr:
    """Of a content known only to lie below `upper`: it speaks where that excludes the declared interval, or halves of it."""
    share = 0.5 * (upper * 0.01).clip(0.0, 1.0) + 0.5 * ((upper * 1e4).clip(1.0).log() * (1.0 / LN_DECADES)).clip(
        0.0, 1.0
    )
    true = pl.when(upper < low).then(1e-3).otherwise(1.0)
    return pl.when((low > 0) & (upper >= low)).then(0.0).when(upper > high).then(0.0).otherwise(bounded(share / true))


def undeclared(x: pl.Expr, sigma: pl.Expr) -> pl.Expr:
    """Of a controlled or denied element that was found: impurity (log-normal) or alloying (three tenths of false labels
    that hide anything of this kind per decade)."""
    at = x.clip(1e-4)
    spread = (rule("impurity_decades") ** 2 + (sigma * at.pow(-1) * 0.434) ** 2).sqrt()
    t = (at.log10() - math.log10(rule("impurity_median"))) * spread.pow(-1)
    true = (t.clip(0.0) ** 2 * -0.5).exp() * spread.pow(-1) * 0.399
    false = pl.when(x > rule("working_level")).then(0.3).otherwise(0.05)
    return bounded(false * true.clip(1e-6).pow(-1))


def absent(upper: pl.Expr) -> pl.Expr:
    """Of a controlled or denied element known to be below `upper`, where that is at or below the working level."""
    return pl.when(upper <= rule("working_level")).then(bounded(pl.lit(0.1))).otherwise(0.0)


def bounded(ratio: pl.Expr) -> pl.Expr:
    """log10 of the mixture of honest and other false labels, within the limits of one element."""
    honest = rule("honest_share")
    return (honest + (1.0 - honest) * ratio).log10().clip(rule("weight_low"), rule("weight_high"))
