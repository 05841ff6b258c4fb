"""Concentration of each market: HHI and governance-weighted HHI with bounds, largest supplier, N-1.

HHI = sum over suppliers of share^2, from 1/n (n equal suppliers) to 1 (one supplier); here on a scale of 0 to 1, times
10 000 for the scale of competition law (Herfindahl-Hirschman; U.S. Department of Justice, Merger Guidelines 2023).
Governed HHI = sum of share^2 x political instability (0 calm to 1), as in the GeoPolRisk and EU methods.
"""

from __future__ import annotations

from typing import Any, Final

import numpy as np
import polars as pl

from didymium.supply.concentration.bounds import hhi_bounds, share_bounds, weighted_bounds
from didymium.supply.concentration.governance import instability
from didymium.supply.concentration.n_minus_1 import Without, without_largest
from didymium.supply.concentration.shares import Market, markets
from didymium.supply.concentration.statements import statements


def concentration(rows: pl.DataFrame | None = None) -> pl.DataFrame:
    """One row per market of `rows` (statements; None = all that is known).

    stage, basket, year, kind, vintage; suppliers (number named); total in unit; rest_share (0..1, not split by the
    source); hhi_low, hhi_high (equal where every supplier is one stated figure); governed_low, governed_high;
    unrated (countries without a rating, which count with 0 to 1); top (largest supplier), top_share_low, top_share,
    top_share_high; remaining, lost (N-1, in unit), remaining_per_lost; world_difference_pct (stated world total against
    the sum of the rows; null = none stated); how, source, confidence. Null in HHI: nothing is supplied.
    """
    return pl.DataFrame([_row(market) for market in markets(statements() if rows is None else rows)], schema=_SCHEMA)


def over_vintages(table: pl.DataFrame) -> pl.DataFrame:
    """Range of a table of `concentration` over vintages and sources, by stage, basket and year.

    hhi_low, hhi_high, governed_low, governed_high, top_share_low, top_share_high; tops (largest suppliers named);
    vintages, sources (number of statements).
    """
    return (
        table.group_by("stage", "basket", "year")
        .agg(
            pl.col("hhi_low", "governed_low", "top_share_low").min(),
            pl.col("hhi_high", "governed_high", "top_share_high").max(),
            tops=pl.col("top").drop_nulls().unique().sort(),
            vintages=pl.col("vintage").unique().sort(),
            sources=pl.len(),
        )
        .sort("stage", "basket", "year")
    )


_SCHEMA: Final[dict[str, Any]] = {
    "stage": pl.String, "basket": pl.String, "year": pl.Int64, "kind": pl.String, "vintage": pl.String,
    "suppliers": pl.Int64, "total": pl.Float64, "unit": pl.String, "rest_share": pl.Float64, "hhi_low": pl.Float64,
    "hhi_high": pl.Float64, "governed_low": pl.Float64, "governed_high": pl.Float64, "unrated": pl.List(pl.String),
    "top": pl.String, "top_share_low": pl.Float64, "top_share": pl.Float64, "top_share_high": pl.Float64,
    "remaining": pl.Float64, "lost": pl.Float64, "remaining_per_lost": pl.Float64, "world_difference_pct": pl.Float64,
    "how": pl.String, "source": pl.String, "confidence": pl.String,
}  # fmt: skip


def _row(market: Market) -> dict[str, Any]:
    low, high = hhi_bounds(market.low, market.high, market.rest[0], market.rest[2])
    shares = share_bounds(market.low, market.high, market.rest[0], market.rest[2])
    total, world = market.total, market.key["stated_world"]
    without = without_largest(market)
    return (
        {name: market.key[name] for name in _SCHEMA if name in market.key}
        | {"suppliers": len(market.countries), "total": total}
        | {"rest_share": market.rest[1] / total if total > 0 else None}
        | {"hhi_low": _or_null(low), "hhi_high": _or_null(high)}
        | _governed(market, *shares)
        | _top(market, without, *shares)
        | {"world_difference_pct": (world / total - 1) * 100 if world is not None and total > 0 else None}
    )


def _governed(market: Market, low: Any, high: Any) -> dict[str, Any]:
    """Where a country has no rating, anything from 0 to 1; a rest may be one supplier of the worst governance."""
    rated = instability(market.key["year"])
    known = [rated.get(country) for country in market.countries]
    least = np.array([0.0 if rating is None else max(rating, 0.0) for rating in known])
    most = np.array([1.0 if rating is None else max(rating, 0.0) for rating in known])
    named = float(market.low.sum())
    rest = market.rest[2] / (market.rest[2] + named) if market.rest[2] + named > 0 else 0.0
    worst = max(1.0, max(rated.values(), default=1.0))
    bounds = weighted_bounds(low, high, least, most, rest**2 * worst) if market.total > 0 else (None, None)
    unrated = [country for country, rating in zip(market.countries, known, strict=True) if rating is None]
    return {"governed_low": bounds[0], "governed_high": bounds[1], "unrated": unrated}


def _top(market: Market, without: Without | None, low: Any, high: Any) -> dict[str, Any]:
    if without is None:
        return {}
    place = market.countries.index(without.largest)
    return {
        "top": without.largest,
        "top_share_low": float(low[place]),
        "top_share": float(market.value[place]) / market.total,
        "top_share_high": float(high[place]),
        "remaining": without.remaining,
        "lost": without.lost,
        "remaining_per_lost": without.remaining_per_lost,
    }


def _or_null(value: float) -> float | None:
    return None if np.isnan(value) else value
