"""N-1: what remains when the largest supplier is gone. The name is used for different things; each is defined here.

With S supply of all, L supply of the largest supplier, D demand of all, d the largest supplier's own share of demand:

    cover of demand            (S - L) / D              against what all ask for, the largest supplier's own use included
    cover of outside demand    (S - L) / (D (1 - d))    against what all others ask for: a supplier that stops exporting
                                                        goes on serving itself. Needs d
    remaining per lost         (S - L) / L              against what is gone: below 1 the rest would have to more than double

The 35 to 40 % that IEA (Global Critical Minerals Outlook 2025, as quoted) gives for rare earths in 2035 is far above the
first reading of its own tables and fits the second: see `implied_own_demand`. Sources: IEA tables `iea_magnet_ree` and
`other_figures`; formulas our own.
"""

from __future__ import annotations

from typing import Any, Final, NamedTuple

import polars as pl

from didymium.errors import UsageError
from didymium.reference import table
from didymium.supply.concentration.shares import Market, markets
from didymium.supply.concentration.statements import statements

DEMAND_SOURCE: Final = "IEA demand of magnet REE (table iea_magnet_ree)"


class Without(NamedTuple):
    """A market without its largest supplier; amounts in the unit of the market."""

    largest: str
    lost: float
    remaining: float

    @property
    def remaining_per_lost(self) -> float | None:
        """None where nothing is lost."""
        return self.remaining / self.lost if self.lost > 0 else None


def without_largest(market: Market) -> Without | None:
    """The market without its largest named supplier (first in the alphabet among equals); None where none is named."""
    if not market.countries or market.total <= 0:
        return None
    place = int(market.value.argmax())
    lost = float(market.value[place])
    return Without(market.countries[place], lost, market.total - lost)


def cover(without: Without, demand: float, own_demand_share: float | None = None) -> tuple[float, float | None]:
    """(cover of demand, cover of outside demand), 1 = all of it; the second is None without own_demand_share.

    demand in the unit of the market; own_demand_share: share of demand in the largest supplier's country, 0 <= d < 1.
    Errors: UsageError where demand is not positive or the share is out of range.
    """
    if not demand > 0:
        raise UsageError(f"demand {demand} is not positive.", fix="Give demand in the unit of the supply.")
    if own_demand_share is not None and not 0 <= own_demand_share < 1:
        raise UsageError(f"own demand share {own_demand_share} is not allowed.", fix="Allowed: from 0 to below 1.")
    outside = None if own_demand_share is None else without.remaining / (demand * (1 - own_demand_share))
    return without.remaining / demand, outside


def implied_own_demand(without: Without, demand: float, stated_cover: float) -> float | None:
    """Share of demand that the largest supplier must use itself for a stated cover to be cover of outside demand.

    None where no share from 0 to 1 does it: the stated cover is then below the cover of demand.
    """
    if stated_cover <= 0 or demand <= 0:
        return None
    share = 1 - without.remaining / (demand * stated_cover)
    return share if 0 <= share < 1 else None


def n_minus_1(rows: pl.DataFrame | None = None, own_demand_share: float | None = None) -> pl.DataFrame:
    """N-1 of every market of the magnet rare earths, for which demand is known, by scenario of demand.

    stage, basket, year, vintage, scenario (actual, STEPS, APS, NZE), largest, supply, remaining, lost, demand (kt element),
    cover_of_demand, cover_of_outside_demand (null without own_demand_share), remaining_per_lost, stated_cover_low,
    stated_cover_high and implied_own_demand_low, _high (null where no stated cover is known), source.
    """
    all_rows = statements() if rows is None else rows
    demand = table("iea_magnet_ree").filter((pl.col("stage") == "demand") & (pl.col("series") == "total"))
    stated = _stated()
    found = []
    for market in markets(all_rows.filter(pl.col("unit") == "kt element")):
        without = without_largest(market)
        if without is None:
            continue
        for wanted in demand.filter(pl.col("year") == market.key["year"]).iter_rows(named=True):
            whole, outside = cover(without, wanted["kt"], own_demand_share)
            limits = stated.get((market.key["stage"], market.key["year"]), (None, None))
            implied = [None if one is None else implied_own_demand(without, wanted["kt"], one) for one in limits]
            found.append(
                {name: market.key[name] for name in ("stage", "basket", "year", "vintage")}
                | {"scenario": wanted["scenario"], "largest": without.largest, "supply": market.total}
                | {"remaining": without.remaining, "lost": without.lost, "demand": wanted["kt"]}
                | {"cover_of_demand": whole, "cover_of_outside_demand": outside}
                | {"remaining_per_lost": without.remaining_per_lost}
                | {"stated_cover_low": limits[0], "stated_cover_high": limits[1]}
                | {"implied_own_demand_low": implied[0], "implied_own_demand_high": implied[1]}
                | {"source": f"{market.key['source']}; {DEMAND_SOURCE}"}
            )
    return pl.DataFrame(found, schema=_SCHEMA)


_SCHEMA: Final[dict[str, Any]] = {
    "stage": pl.String, "basket": pl.String, "year": pl.Int64, "vintage": pl.String, "scenario": pl.String,
    "largest": pl.String, "supply": pl.Float64, "remaining": pl.Float64, "lost": pl.Float64, "demand": pl.Float64,
    "cover_of_demand": pl.Float64, "cover_of_outside_demand": pl.Float64, "remaining_per_lost": pl.Float64,
    "stated_cover_low": pl.Float64, "stated_cover_high": pl.Float64, "implied_own_demand_low": pl.Float64,
    "implied_own_demand_high": pl.Float64, "source": pl.String,
}  # fmt: skip


def _stated() -> dict[tuple[str, int], tuple[float, float]]:
    """(stage, year) -> stated cover low and high, 1 = all of demand."""
    rows = table("other_figures").filter(pl.col("measure").str.starts_with("N-1 cover of demand, "))
    return {
        (row["measure"].rsplit(", ", 1)[1], row["year"]): (row["low"] / 100, row["high"] / 100)
        for row in rows.iter_rows(named=True)
    }
