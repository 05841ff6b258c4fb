"""What the declared tariff line holds, and controlled elements of the goods that it does not hold."""

from __future__ import annotations

import datetime as dt
from functools import cache

import polars as pl

from didymium.composition.chemistry import RARE_EARTHS
from didymium.controls.elements import controlled_elements
from didymium.reference import table
from didymium.screening.enrich.goods import RARE_EARTH_FAMILIES
from didymium.screening.enrich.law import dispatch
from didymium.screening.enrich.lookup import attach


def add_code_line(rows: pl.DataFrame) -> pl.DataFrame:
    """Adds line_goods (what the declared 8- or 10-digit line is for; null = it is not known or names no elements) and
    dodged_elements: controlled elements of the goods as named in words, |-joined, where this line holds none of the goods'
    elements; empty = nothing of the kind; null = cannot tell.

    Only where the goods leave a country whose list of dual-use items is in force that day.
    """
    rows = attach(rows, tariff_lines(), on="hs_code")
    leaves = dispatch()
    named = pl.col("material").replace_strict(_elements(), default=None, return_dtype=pl.String())
    sure = pl.col("from_text") & pl.col("family").is_in(RARE_EARTH_FAMILIES) & pl.col("line_elements").is_not_null()
    keys = ("dodge_day", "dodge_country", "dodge_named", "line_elements")
    rows = rows.with_columns(
        dodge_day=pl.when(sure).then("date"),
        dodge_country=pl.when(sure).then(leaves),
        dodge_named=pl.when(sure).then(named),
    )
    distinct = rows.select(keys).drop_nulls().unique()
    dodged = [
        _dodged(day, country, set(goods.split("|")), set(line.split("|")))
        for day, country, goods, line in distinct.iter_rows()
    ]
    known = distinct.with_columns(dodged_elements=pl.Series(dodged, dtype=pl.String()))
    return attach(rows, known, on=list(keys)).drop("dodge_day", "dodge_country", "dodge_named", "line_elements")


def _dodged(day: dt.date, country: str, goods: set[str], line: set[str]) -> str:
    """Controlled elements of goods none of whose elements the line holds."""
    return "" if goods & line else "|".join(sorted(controlled_elements(day, country) & goods))


@cache
def tariff_lines() -> pl.DataFrame:
    """hs_code, line_goods, line_elements (|-joined; empty = none of the rare earths, as for ferrite magnets)."""
    lines = table("hs_codes").filter(
        pl.col("system").is_in(["CN10", "HTS10", "EU8", "CN8"])
        & ((pl.col("role") == "decoy") | (pl.col("elements").is_not_null() & (pl.col("elements") != "REE")))
    )
    elements = pl.when(pl.col("role") == "decoy").then(pl.lit("")).otherwise("elements")
    return lines.select(hs_code="code", line_goods="description", line_elements=elements).unique(
        "hs_code", keep="first"
    )


@cache
def _elements() -> dict[str, str]:
    """Rare earths of materials that are made of one or two: a mixture leaves open which line it belongs to, and NdFeB holds
    Dy and Tb or not."""
    rows = table("materials").filter(~pl.col("material").str.starts_with("ndfeb")).select("material", "elements")
    rare = {
        material: [symbol for symbol in elements.split("|") if symbol in RARE_EARTHS]
        for material, elements in rows.drop_nulls().iter_rows()
    }
    return {material: "|".join(symbols) for material, symbols in rare.items() if 1 <= len(symbols) <= 2}
