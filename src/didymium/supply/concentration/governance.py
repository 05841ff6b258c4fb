"""Political instability of countries as of a year, and what stands in where the World Bank has no rating."""

from __future__ import annotations

import polars as pl

from didymium.reference import table
from didymium.supply.concentration import parameters
from didymium.supply.concentration.production import edition


def newest_governance() -> pl.DataFrame:
    """country, year, instability (0 calm .. 1; a few ratings lie just outside); newest vintage that rates a year."""
    rows = table("governance").with_columns(
        order=pl.col("vintage").map_elements(lambda name: "".join(edition(name)), return_dtype=pl.String)
    )
    best = rows.sort("country", "year", "order").unique(["country", "year"], keep="last", maintain_order=True)
    return best.select("country", "year", "instability")


def instability(year: int) -> dict[str, float]:
    """Country -> instability in a year, or in the last rated year before it (at most `governance_carried` years)."""
    oldest = year - int(parameters.value("governance_carried"))
    rows = newest_governance().filter(pl.col("year").is_between(oldest, year)).sort("year")
    return dict(rows.group_by("country", maintain_order=True).agg(pl.col("instability").last()).rows())
