"""Rare-earth patterns: contents normalised to a reference, anomalies of Ce and Eu, and the ratios geochemists read.

Ce/Ce* = CeN / sqrt(LaN PrN) and Eu/Eu* = EuN / sqrt(SmN GdN) (Taylor and McLennan 1985, The Continental Crust); Y/Ho after
Bau 1996, Contrib. Mineral. Petrol. 123, 323-333. Errors of single elements are taken as independent. A reading below its
limit bounds a ratio from one side and never counts as zero.
"""

from __future__ import annotations

from typing import Final, NamedTuple

import polars as pl

from didymium.composition.pattern.table import ELEMENTS, complete
from didymium.errors import UsageError
from didymium.reference import table

#: Light rare earths, as in table elements (EU law); europium counts as heavy there.
_BASIS: Final = {"chondrite": "chondrite_ppm", "crust": "crust_ppm"}
#: Elements without which a share of light rare earths would be a guess.
_MAIN: Final = ("La", "Ce", "Nd", "Dy", "Y")


class Ratio(NamedTuple):
    """A ratio as powers of its elements. normalised: of values divided by the reference."""

    powers: dict[str, float]
    normalised: bool = True


RATIOS: Final = {
    "ce_anomaly": Ratio({"Ce": 1.0, "La": -0.5, "Pr": -0.5}),
    "eu_anomaly": Ratio({"Eu": 1.0, "Sm": -0.5, "Gd": -0.5}),
    "la_yb_n": Ratio({"La": 1.0, "Yb": -1.0}),
    "y_ho": Ratio({"Y": 1.0, "Ho": -1.0}, normalised=False),
}


def reference_ppm(normaliser: str = "chondrite") -> dict[str, float]:
    """Element -> ppm of what patterns are divided by: chondrite (McDonough and Sun 1995), crust (Rudnick and Gao 2003),
    paas_2012 or paas_1985. UsageError for any other."""
    if normaliser in _BASIS:
        rows = table("elements").select("element", _BASIS[normaliser])
    else:
        rows = table("ree_normalisers").filter(pl.col("normaliser") == normaliser).select("element", "ppm")
    known = {element: ppm for element, ppm in rows.rows() if element in ELEMENTS and ppm is not None}
    if not known:
        names = sorted([*_BASIS, *table("ree_normalisers")["normaliser"].unique()])
        raise UsageError(f"no reference is called {normaliser!r}.", fix=f"References: {', '.join(names)}.")
    return known


def normalise(samples: pl.DataFrame, to: str = "chondrite") -> pl.DataFrame:
    """The table with `Nd_n`, `Nd_n_sigma` and `Nd_n_most` for every element: times the reference, null where not known.

    samples: one row per sample, columns as in pattern.table (ppm of the element). Other columns stay as they are.
    """
    known = reference_ppm(to)
    return complete(samples).with_columns(
        (pl.col(f"{name}{suffix}") / known[name]).alias(f"{name}_n{suffix}")
        for name in ELEMENTS
        for suffix in ("", "_sigma", "_most")
    )


def ratios(samples: pl.DataFrame, to: str = "chondrite") -> pl.DataFrame:
    """Ratios of every sample beside its other columns, in the order of the rows.

    For each of RATIOS: `x` and `x_sigma` (null sigma = some element states none), or `x_at_most` / `x_at_least` where a
    reading below its limit leaves one side open; all null where an element was not reported. light_pct: light rare earths
    in % of all reported as oxides, with light_pct_at_least and light_pct_at_most; null without La, Ce, Nd, Dy and Y.
    elements: how many are measured or bounded.
    """
    whole, known = complete(samples), reference_ppm(to)
    columns = [expression for name, ratio in RATIOS.items() for expression in _ratio(name, ratio, known)]
    counted = [(pl.col(name).is_not_null() | pl.col(f"{name}_most").is_not_null()).cast(pl.Int32) for name in ELEMENTS]
    return whole.with_columns(*columns, *_light(), elements=pl.sum_horizontal(counted)).drop(
        [column for column in whole.columns if column not in samples.columns]
    )


def _ratio(name: str, ratio: Ratio, known: dict[str, float]) -> list[pl.Expr]:
    """The five columns of one ratio: a product of powers; the variance of its logarithm is the sum of p^2 (sigma/x)^2."""
    product, variance = pl.lit(1.0), pl.lit(0.0)
    top, under = pl.lit(value=False), pl.lit(value=False)
    for element, power in ratio.powers.items():
        value = pl.coalesce(element, f"{element}_most") / (known[element] if ratio.normalised else 1.0)
        product = product * value.pow(power)
        variance = variance + (power * pl.col(f"{element}_sigma") / pl.col(element)).pow(2)
        bounded = pl.col(element).is_null() & pl.col(f"{element}_most").is_not_null()
        top, under = (top | bounded, under) if power > 0 else (top, under | bounded)
    exact = pl.when(~top & ~under).then(product)
    return [
        exact.alias(name),
        (exact * variance.sqrt()).alias(f"{name}_sigma"),
        pl.when(top & ~under).then(product).alias(f"{name}_at_most"),
        pl.when(under & ~top).then(product).alias(f"{name}_at_least"),
    ]


def _light() -> list[pl.Expr]:
    """Share of light rare earths in the reported oxides; what lies below a limit is anything from nothing to the limit."""
    light: dict[str, list[pl.Expr]] = {"": [], "_most": []}
    heavy: dict[str, list[pl.Expr]] = {"": [], "_most": []}
    for element, factor, group in table("elements").select("element", "element_to_oxide", "light_heavy").rows():
        if element in ELEMENTS:
            side = light if group == "LREE" else heavy
            side[""].append(pl.col(element).fill_null(0.0) * factor)
            side["_most"].append(pl.coalesce(element, f"{element}_most").fill_null(0.0) * factor)
    least_light, most_light = (pl.sum_horizontal(light[end]) for end in ("", "_most"))
    least_heavy, most_heavy = (pl.sum_horizontal(heavy[end]) for end in ("", "_most"))
    stated = pl.all_horizontal(pl.col(name).is_not_null() | pl.col(f"{name}_most").is_not_null() for name in _MAIN)
    low, high = 100 * least_light / (least_light + most_heavy), 100 * most_light / (most_light + least_heavy)
    known = stated & (least_light + least_heavy > 0)
    return [
        pl.when(known & (low == high)).then(low).alias("light_pct"),
        pl.when(known).then(low).alias("light_pct_at_least"),
        pl.when(known).then(high).alias("light_pct_at_most"),
    ]
