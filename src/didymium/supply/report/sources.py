"""What a figure rests on: sources and vintages of the reference tables behind it."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Final

import polars as pl

from didymium.reference import table
from didymium.supply.network.tables import BASE_YEAR

#: Tables of the model, with what each is read for.
TABLES: Final = {
    "feeds": "output and recovery of feeds",
    "deposits_reo": "rare-earth patterns of deposits",
    "supply_stages": "capacity of separation, metals, magnets, recycling",
    "supply_recipes": "what goes into a product",
    "supply_sectors": "use of magnets by sector, loss per kg missing",
    "supply_splits": "use by area",
    "supply_direct_uses": "direct uses of oxides",
    "supply_projects": "new capacity",
    "supply_parameters": "stocks, elasticities and other parameters",
    "supply_areas": "areas of the model",
    "prices": f"base prices of {BASE_YEAR}",
}


@dataclass(frozen=True, slots=True)
class Source:
    """One source of a table: its words, vintage, lowest confidence and how many rows rest on it."""

    words: str
    vintage: str
    confidence: str
    rows: int


def sources(name: str) -> list[Source]:
    """Sources of a table, most rows first. Of prices only those of the base year count."""
    rows = table(name)
    if name == "prices":
        rows = rows.filter((pl.col("kind") == "annual_average") & (pl.col("period_start").dt.year() == BASE_YEAR))
    if name == "feeds":
        rows = rows.filter(pl.col("year") == BASE_YEAR)
    rows = rows.select(pl.col("source", "vintage", "confidence").cast(pl.String).fill_null("not stated"))
    found = rows.group_by("source", "vintage", "confidence", maintain_order=True).len()
    return [Source(*row) for row in found.sort("len", descending=True, maintain_order=True).rows()]


def vintages(*names: str) -> str:
    """`table feeds (2024, 2026)`, for the line under a figure: every vintage of each table."""
    said = []
    for name in names:
        found = sorted({source.vintage for source in sources(name)})
        shown = ", ".join(found[:4]) + (f" and {len(found) - 4} more" if len(found) > 4 else "")
        said.append(f"{name} ({shown})")
    return "; ".join(said)
