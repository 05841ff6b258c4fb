"""How the evidence of one consignment is combined: one rule, one place.

A label is false in one of four ways (contents, composition, origin, behaviour), taken as exclusive. Per way the checks'
weights add up to S; checks that look at the same datum say partly the same thing, so of each datum the strongest word
for and against counts fully and the rest by HALF. Then, by Bayes,

    odds(false : true) = prior odds * sum over ways of share * 10 ** (S / temperature)

with `share` the part of false labels of that way (for goods that hold no rare earths only contents can be false).
Evidence for one question therefore never outweighs evidence against another. See docs/decisions/0005-weighing.md.
"""

from __future__ import annotations

import math
from collections.abc import Sequence
from typing import Final

import polars as pl

from didymium.checks import CHECKS, Check

#: What part of false labels is false in which way. Of the eleven typologies on record seven are of contents, two of
#: origin, one of composition, one of splitting (facts: typologies); kept close to that, rounded.
SHARES: Final[dict[str, float]] = {"contents": 0.55, "composition": 0.12, "origin": 0.23, "behaviour": 0.10}
#: Ways in which only a consignment declared as rare earths can be false.
RARE_EARTHS_ONLY: Final = ("composition", "origin", "behaviour")
#: What the weaker words about the same datum count.
HALF: Final = 0.5
#: No sum of one question counts more than this either way [bans].
LIMIT: Final = 4.0
#: Divides all sums. The one number fitted for calibration (development benchmark, November 2026): reasoned weights were
#: cautious, false labels carried more evidence than they were given; 1 = the weights as they stand.
TEMPERATURE: Final = 0.75


def question_sum(question: str, checks: Sequence[Check] = CHECKS) -> pl.Expr:
    """S of one question [bans] from the columns named like the checks; null weights are silent; 0 without evidence."""
    data = sorted({check.datum for check in checks if check.question == question})
    return pl.sum_horizontal(
        pl.lit(0.0), *(_datum_sum([c.name for c in checks if c.question == question and c.datum == d]) for d in data)
    ).clip(-LIMIT, LIMIT)


def _datum_sum(names: Sequence[str]) -> pl.Expr:
    against = [pl.col(name).clip(lower_bound=0.0) for name in names]
    speaking_for = [pl.col(name).clip(upper_bound=0.0) for name in names]
    if len(names) == 1:
        return pl.col(names[0]).fill_null(0.0)
    worst = pl.max_horizontal(names).clip(lower_bound=0.0).fill_null(0.0)
    best = pl.min_horizontal(names).clip(upper_bound=0.0).fill_null(0.0)
    return HALF * (worst + best + pl.sum_horizontal(against) + pl.sum_horizontal(speaking_for))


def weigh(rows: pl.DataFrame, prior: float, checks: Sequence[Check] = CHECKS) -> pl.DataFrame:
    """Adds contents_bans, composition_bans, origin_bans, behaviour_bans, posterior_bans and probability.

    rows: one column of bans per check (null = silent) and `rare_earth_goods`. prior: share of false labels, 0 < p < 1.
    """
    rows = rows.with_columns(question_sum(question, checks).alias(f"{question}_bans") for question in SHARES)
    terms = []
    for question, share in SHARES.items():
        # Not "/ TEMPERATURE": Polars divides one row by a number, but multiplies longer columns by its inverse.
        term = share * 10.0 ** (pl.col(f"{question}_bans") * (1.0 / TEMPERATURE))
        terms.append(pl.when("rare_earth_goods").then(term).otherwise(0.0) if question in RARE_EARTHS_ONLY else term)
    odds = prior_odds(prior) * pl.sum_horizontal(terms)
    return rows.with_columns(posterior_bans=odds.log10(), probability=odds / (1.0 + odds))


def prior_odds(prior: float) -> float:
    """Odds of a probability."""
    return prior / (1.0 - prior)


def prior_bans(prior: float) -> float:
    """log10 of the odds of a probability."""
    return math.log10(prior_odds(prior))


def counted(weights: dict[str, float], checks: Sequence[Check] = CHECKS) -> dict[str, float]:
    """What each check's weight counts after damping, for a waterfall: the shares of one datum add up to its sum."""
    out = dict(weights)
    for datum in {(c.question, c.datum) for c in checks if c.name in weights}:
        names = [c.name for c in checks if (c.question, c.datum) == datum and c.name in weights]
        for sign in (1, -1):
            same = sorted((n for n in names if weights[n] * sign > 0), key=lambda n: (-abs(weights[n]), n))
            for name in same[1:]:
                out[name] = weights[name] * HALF
    return out
