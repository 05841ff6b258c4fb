"""Every statement of the reference base about who supplies how much of what, in one long table.

One row per stage, basket, year, vintage and country. Sources are kept apart; nothing is averaged.
"""

from __future__ import annotations

from typing import Final

import polars as pl

from didymium.errors import UsageError
from didymium.reference import table
from didymium.supply.concentration.bottom_up import ELEMENTS, bottom_up
from didymium.supply.concentration.production import production

ALL_REO: Final = "all REO"
#: Columns that name one statement of a whole market; countries below it are its suppliers.
MARKET: Final = ("stage", "basket", "year", "kind", "vintage", "how")
#: Words people use -> stage of the tables.
STAGES: Final = {
    "mine": "mining", "mines": "mining", "production": "mining", "extraction": "mining",
    "refine": "refining", "refinery": "refining", "separation": "refining", "separating": "refining",
    "processing": "refining", "magnets": "magnet", "both": "mining and refining",
}  # fmt: skip


def statements(mine_production: pl.DataFrame | None = None) -> pl.DataFrame:
    """All statements, sorted.

    stage (mining, refining, magnet, mining and refining); basket (`all REO`, `magnet REE ...`, one element as `Nd`,
    or as quoted); year; kind (actual, projection); vintage; country (alpha-2, null = a rest or not said); area
    (country, rest); low, value, high in unit (t REO, kt element, t element oxide, %), low = value = high where one
    figure is stated; how (stated tonnage, stated share, bottom-up); stated_world in unit (null = not stated); source;
    confidence. A country whose figure is null is left out: not known is not zero. mine_production: rows as
    `production.COLUMNS` in place of the reference table (None = the reference table).
    """
    mined = _mined(production() if mine_production is None else mine_production)
    parts = [mined, _iea(), _quoted(), bottom_up()]
    return pl.concat(parts, how="diagonal").sort(*MARKET, "area", "country", nulls_last=True)


def chosen(
    rows: pl.DataFrame,
    *,
    stage: str | None = None,
    year: int | None = None,
    basket: str | None = None,
    vintage: str | None = None,
) -> pl.DataFrame:
    """The rows of one stage, year, basket (or element) and vintage; None = all. Names are read in any case.

    Errors: UsageError naming the value and what there is, also where each exists but not together.
    """
    wanted = {"stage": STAGES.get(stage.lower(), stage) if stage else None, "year": year, "basket": basket}
    found = rows
    for column, value in (wanted | {"vintage": vintage}).items():
        if value is None:
            continue
        same = pl.col(column).cast(pl.String).str.to_lowercase() == str(value).lower()
        if rows.filter(same).is_empty():
            raise UsageError(f"nothing is known of {column} {value!r}.", fix=f"Known: {_known(rows, column)}.")
        kept = found.filter(same)
        if kept.is_empty():
            raise UsageError(
                f"{column} {value!r} is known, but not together with what else was asked.",
                fix=f"With the rest there is: {_known(found, column)}.",
            )
        found = kept
    return found


def without_elements(rows: pl.DataFrame) -> pl.DataFrame:
    """The rows of whole baskets, without those of single elements."""
    return rows.filter(~pl.col("basket").is_in(ELEMENTS))


def _known(rows: pl.DataFrame, column: str) -> str:
    return ", ".join(str(value) for value in rows[column].unique().sort())


def _mined(rows: pl.DataFrame) -> pl.DataFrame:
    """Mine production in t REO; the rounded world totals of USGS stand beside, they are not the sum of the rows."""
    rows = rows.with_columns(pl.col("t_reo").cast(pl.Float64))
    world = rows.filter(pl.col("area") == "world").select("year", "vintage", stated_world="t_reo")
    return (
        rows.filter(pl.col("area") != "world")
        .drop_nulls("t_reo")
        .join(world, on=["year", "vintage"], how="left")
        .select(
            pl.col("country", "area", "year", "vintage", "source", "confidence", "stated_world"),
            low="t_reo",
            value="t_reo",
            high="t_reo",
            stage=pl.lit("mining"),
            basket=pl.lit(ALL_REO),
            kind=pl.lit("actual"),
            unit=pl.lit("t REO"),
            how=pl.lit("stated tonnage"),
        )
    )


def _iea() -> pl.DataFrame:
    """Mining and refining of the magnet rare earths in kt element; years without `actual` demand are projections."""
    rows = table("iea_magnet_ree").filter(pl.col("stage").is_in(["mining", "refining"]) & (pl.col("area") != "world"))
    actual = table("iea_magnet_ree").filter(pl.col("scenario") == "actual")["year"].unique().to_list()
    return rows.select(
        pl.col("stage", "country", "area", "year", "vintage", "source", "confidence"),
        low="kt",
        value="kt",
        high="kt",
        basket=pl.lit("magnet REE (Nd, Pr, Dy, Tb)"),
        kind=pl.when(pl.col("year").is_in(actual)).then(pl.lit("actual")).otherwise(pl.lit("projection")),
        unit=pl.lit("kt element"),
        how=pl.lit("stated tonnage"),
        stated_world=pl.lit(None, pl.Float64),
    )


def _quoted() -> pl.DataFrame:
    """Shares that a source states as such, and the rest that they leave. `> 60` means 60 to 100."""
    rows = table("stage_shares").filter((pl.col("how") == "quoted") & (pl.col("area") == "country"))
    low = pl.when(pl.col("qualifier") == "<").then(0.0).otherwise(pl.col("share_pct"))
    high = pl.when(pl.col("qualifier") == ">").then(100.0).otherwise(pl.col("share_pct"))
    named = rows.select(
        pl.col("stage", "year", "kind", "vintage", "country", "area", "source", "confidence"),
        basket="material",
        low=low,
        value="share_pct",
        high=high,
        unit=pl.lit("%"),
        how=pl.lit("stated share"),
        stated_world=pl.lit(100.0),
    )
    market = ["stage", "basket", "year", "kind", "vintage", "how", "unit", "source", "confidence", "stated_world"]
    rest = named.group_by(market).agg(
        low=(100.0 - pl.col("high").sum()).clip(0.0, 100.0),
        value=(100.0 - pl.col("value").sum()).clip(0.0, 100.0),
        high=(100.0 - pl.col("low").sum()).clip(0.0, 100.0),
    )
    return pl.concat([named, rest.with_columns(area=pl.lit("rest"))], how="diagonal")
