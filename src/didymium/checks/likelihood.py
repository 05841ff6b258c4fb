"""Likelihoods that checks share: densities of a deviation under a true and under a false label, as Polars expressions.

Divisors that are plain numbers are written as factors: Polars divides one row, but multiplies longer columns by the
inverse, and a batch of one row has to give the same bits.

All deviations are in dex (log10 units), so a density is per dex and a ratio of two densities is a likelihood ratio.
"""

from __future__ import annotations

from typing import Final

import polars as pl

#: Degrees of freedom of lawful scatter: heavier tails than a normal, as trade data have.
LAWFUL_NU: Final = 6.0
#: Student density at 0 for nu = 6: gamma(3.5) / (sqrt(6 pi) gamma(3)).
_PEAK: Final = 0.38273


def lawful_density(deviation: pl.Expr, scale: pl.Expr) -> pl.Expr:
    """Density per dex of a deviation among true labels: Student t with LAWFUL_NU degrees of freedom."""
    z2 = (deviation / scale) ** 2
    return _PEAK / scale / (1.0 + z2 * (1.0 / LAWFUL_NU)) ** 3.5


def uniform_density(
    deviation: pl.Expr, low: float, high: float | pl.Expr, edge: float = 0.5, above: float | None = None
) -> pl.Expr:
    """Density per dex of a deviation spread evenly over [low, high], falling by a factor 10 per `edge` dex outside, or per
    `above` dex above the range where that is given."""
    below_low, above_high = (
        pl.max_horizontal(low - deviation, pl.lit(0.0)),
        pl.max_horizontal(deviation - high, pl.lit(0.0)),
    )
    fall = below_low * (-1.0 / edge) - above_high * (1.0 / (above or edge))
    if isinstance(high, pl.Expr):
        return 10.0**fall / (high - low)
    return 10.0**fall * (1.0 / (high - low))


def mixture_bans(honest_share: float, other: pl.Expr, lawful: pl.Expr) -> pl.Expr:
    """log10 of (honest_share * lawful + (1 - honest_share) * other) / lawful.

    A false label looks lawful in this respect in `honest_share` of the cases, so the ratio never falls below it.
    """
    return (honest_share + (1.0 - honest_share) * other / lawful).log10()


#: Share of lines under a code for several kinds of goods that are of another kind than most.
OTHER_KIND: Final = 0.15


def among_kinds(lawful: pl.Expr, deviation: pl.Expr) -> pl.Expr:
    """Lawful density where peers are all lines of a code that is also usual for rare earths: some are of another kind."""
    basket = ~pl.col("from_text") & pl.col("code_holds_rare_earths").fill_null(value=False)
    wide = uniform_density(deviation, -2.0, 2.0)
    return pl.when(basket).then((1.0 - OTHER_KIND) * lawful + OTHER_KIND * wide).otherwise(lawful)


#: Share of lawful lines whose value or mass is wrong by a slipped point, a wrong unit or a missing digit (own estimate; it only
#: matters where both densities are small).
SLIP_SHARE: Final = 0.01


def with_slips(lawful: pl.Expr, deviation: pl.Expr) -> pl.Expr:
    """Lawful density where a hundredth of the lines is off by anything up to a factor of a thousand either way."""
    return (1.0 - SLIP_SHARE) * lawful + SLIP_SHARE * uniform_density(deviation, -3.0, 3.0)


def bounded(bans: pl.Expr, low: float, high: float | pl.Expr) -> pl.Expr:
    """Clip a weight: no single datum may decide a case alone (limits are reasoned where used)."""
    return bans.clip(low, high)


def fits_code(hs6_list: str, hs6: str = "hs6") -> tuple[pl.Expr, pl.Expr]:
    """(same HS6, same heading): is the code one of the |-joined codes usual for a material? Null list gives null."""
    codes = pl.concat_str(pl.lit("|"), pl.col(hs6_list), pl.lit("|"))
    same = codes.str.contains(pl.concat_str(pl.lit("|"), pl.col(hs6), pl.lit("|")), literal=True)
    heading = codes.str.contains(pl.concat_str(pl.lit("|"), pl.col(hs6).str.slice(0, 4)), literal=True)
    return same, heading
