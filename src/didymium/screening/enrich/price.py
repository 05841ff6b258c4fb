"""The price corridor of the declared material in the month of the declaration."""

from __future__ import annotations

from functools import cache
from typing import Final

import polars as pl

from didymium.reference import table
from didymium.reference.prices import corridors
from didymium.screening.enrich.goods import RARE_EARTH_FAMILIES
from didymium.screening.enrich.lookup import attach

#: Subheadings that hold rare earths only: what stands under them costs what rare earths cost.
RARE_EARTH_CODES: Final = ("280530", "284610", "284690")
#: Goods that make up the trade under these codes; residues and catch-all entries would stretch the range to nothing.
ENVELOPE_STAGES: Final = ("concentrate", "separation", "metal making", "metal")

#: Words of grades that cost many times the usual one (99.999 % and better, optical, target and nano grades, isotopes).
SPECIAL_GRADE: Final = (
    r"(?i)\b[5-9]n5?\b|99[.,]999|\b(?:optical|target|crystal|laser|phosphor|semiconductor) grade|\bnano|\bisotop|"
    r"\b(?:ultra|high)[- ]?(?:pure|purity)|\bsputter|\bevaporat|\bsingle crystal|\bspherical|高纯|超纯|光学级|纳米|"
    r"同位素|靶材?级|単結晶|고순도"
)


@cache
def _monthly() -> pl.DataFrame:
    """material, month -> lowest low and highest high over the markets (inside and outside the controlling country), and
    market_split: are there two, because the material holds a controlled element?"""
    return (
        corridors()
        .group_by("material", "month")
        .agg(
            corridor_low_usd_per_kg=pl.col("low_usd_per_kg").min(),
            corridor_high_usd_per_kg=pl.col("high_usd_per_kg").max(),
            market_split=(pl.col("market") != "any").any(),
        )
    )


@cache
def _static() -> pl.DataFrame:
    """material -> one range for goods whose price is not followed by month."""
    return (
        table("materials")
        .select(
            "material",
            static_low=pl.col("price_low_usd_per_kg").cast(pl.Float64),
            static_high=pl.col("price_high_usd_per_kg").cast(pl.Float64),
        )
        .drop_nulls("static_low")
    )


@cache
def code_envelope() -> pl.DataFrame:
    """hs6, month -> the corridors of all rare-earth materials usual under a rare-earth code, as one range."""
    usual = (
        table("materials")
        .filter(pl.col("family").is_in(RARE_EARTH_FAMILIES) & pl.col("stage").is_in(ENVELOPE_STAGES))
        .filter((pl.col("confidence") != "low") & (pl.col("form") != "residue"))
        .select("material", hs6=pl.col("hs6").str.split("|"))
        .explode("hs6")
        .filter(pl.col("hs6").is_in(RARE_EARTH_CODES))
    )
    return (
        _monthly()
        .join(usual, on="material")
        .group_by("hs6", "month")
        .agg(
            envelope_low=pl.col("corridor_low_usd_per_kg").min(), envelope_high=pl.col("corridor_high_usd_per_kg").max()
        )
    )


def add_corridor(rows: pl.DataFrame) -> pl.DataFrame:
    """Adds corridor_low_usd_per_kg and corridor_high_usd_per_kg of the declared material; null = no price known.

    Where only a rare-earth code is declared the corridor is the envelope of everything usual under it (corridor_of_code
    true); market_split = a control parts the material's market in that month. Also price_log: log10 of the unit value
    over the middle of the material's corridor (over 1 USD/kg where there is none), which is what peers are compared on,
    so that a market that moves does not make its own outliers. special_grade: description, composition or grade name one
    that costs many times the usual (SPECIAL_GRADE).
    """
    rows = attach(attach(rows, _monthly(), on=["material", "month"]), _static(), on="material")
    rows = attach(rows, code_envelope(), on=["hs6", "month"])
    low = pl.coalesce("corridor_low_usd_per_kg", "static_low")
    high = pl.coalesce("corridor_high_usd_per_kg", "static_high")
    rows = rows.with_columns(
        corridor_middle_log=((low.log10() + high.log10()) / 2).fill_null(0),
        corridor_of_code=low.is_null() & pl.col("envelope_low").is_not_null(),
        corridor_low_usd_per_kg=pl.coalesce(low, "envelope_low"),
        corridor_high_usd_per_kg=pl.coalesce(high, "envelope_high"),
    ).drop("static_low", "static_high", "envelope_low", "envelope_high")
    unit_value = pl.when(pl.col("usd_per_kg") > 0).then(pl.col("usd_per_kg").log10())
    special = (pl.col(name).str.contains(SPECIAL_GRADE) for name in ("description", "composition", "grade"))
    return rows.with_columns(
        price_log=unit_value - pl.col("corridor_middle_log"),
        special_grade=pl.any_horizontal(special).fill_null(value=False),
    )
