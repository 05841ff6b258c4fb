"""Who supplies what share, by stage, basket, country, year and vintage."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any, Final, NamedTuple

import numpy as np
import polars as pl

from didymium.supply.concentration.bounds import Floats, share_bounds
from didymium.supply.concentration.statements import MARKET, statements

#: Columns that a market keeps beside its key.
_KEPT: Final = ("unit", "stated_world", "source", "confidence")


class Market(NamedTuple):
    """One statement of a whole market. low, value, high: one figure per country, in unit; rest: (low, value, high)."""

    key: dict[str, Any]
    countries: list[str]
    low: Floats
    value: Floats
    high: Floats
    rest: tuple[float, float, float]

    @property
    def total(self) -> float:
        """Sum of what is named and the rest, in unit."""
        return float(self.value.sum()) + self.rest[1]


def markets(rows: pl.DataFrame) -> Iterator[Market]:
    """The markets of a frame of statements, in its order; countries without any supply are left out.

    Two sources of the same vintage (a quotation beside a table) are two markets.
    """
    for key, part in rows.group_by(*MARKET, "source", maintain_order=True):
        named = part.filter((pl.col("area") == "country") & (pl.col("high") > 0)).sort("country")
        rest = part.filter(pl.col("area") == "rest").select(pl.col("low", "value", "high").sum()).row(0)
        first = part.row(0, named=True)
        described = dict(zip((*MARKET, "source"), key, strict=True)) | {name: first[name] for name in _KEPT}
        low, value, high = (named[name].to_numpy().astype(np.float64) for name in ("low", "value", "high"))
        yield Market(described, named["country"].to_list(), low, value, high, (rest[0], rest[1], rest[2]))


def shares(rows: pl.DataFrame | None = None) -> pl.DataFrame:
    """One row per market and supplier, largest first: what `rows` (statements; None = all) say in shares.

    MARKET columns; country (alpha-2; null = the rest); amount in unit; share_low, share, share_high (0..1; share: of the
    sum of the rows and the rest, not of a rounded world total); how, source, confidence. share_low < share_high where
    amounts are intervals; sources and vintages are never mixed, see `share_ranges`.
    """
    found: list[dict[str, Any]] = []
    for market in markets(statements() if rows is None else rows):
        low, high = share_bounds(market.low, market.high, market.rest[0], market.rest[2])
        for i in np.argsort(-market.value, kind="stable"):
            own = {"country": market.countries[i], "amount": float(market.value[i]), "share_low": float(low[i])}
            found.append(market.key | own | {"share": _part(market, market.value[i]), "share_high": float(high[i])})
        if market.rest[2] > 0:
            found.append(market.key | {"country": None} | _rest(market))
    return pl.DataFrame(found, schema=_SCHEMA, orient="row")


def share_ranges(table: pl.DataFrame) -> pl.DataFrame:
    """Over all vintages and sources of a table of `shares`: stage, basket, year, country, share_low, share_high, vintages.

    A vintage that does not name a country says nothing about it, and does not make its share 0.
    """
    return (
        table.filter(pl.col("country").is_not_null())
        .group_by("stage", "basket", "year", "country")
        .agg(pl.col("share_low").min(), pl.col("share_high").max(), vintages=pl.col("vintage").unique().sort())
        .sort("stage", "basket", "year", "share_high", "country", descending=[False, False, False, True, False])
    )


_SCHEMA: Final[dict[str, Any]] = {
    "stage": pl.String, "basket": pl.String, "year": pl.Int64, "kind": pl.String, "vintage": pl.String,
    "country": pl.String, "amount": pl.Float64, "unit": pl.String, "share_low": pl.Float64, "share": pl.Float64,
    "share_high": pl.Float64, "how": pl.String, "source": pl.String, "confidence": pl.String,
}  # fmt: skip


def _rest(market: Market) -> dict[str, float]:
    low, value, high = market.rest
    named_low, named_high = float(market.low.sum()), float(market.high.sum())
    return {
        "amount": value,
        "share_low": low / (low + named_high) if low + named_high > 0 else 0.0,
        "share": _part(market, value),
        "share_high": high / (high + named_low) if high + named_low > 0 else 0.0,
    }


def _part(market: Market, amount: float) -> float:
    return float(amount) / market.total if market.total > 0 else 0.0
