"""Mining and separation by element, from the bottom up: tonnes of each feed x pattern of its deposit x recovery.

No official table states who mines or separates which element. This sum does, from table `feeds` (tonnes, route and
recovery, each low, middle and high) and table `deposits_reo` (patterns; USGS Minerals Yearbook 2022). It is checked
against the IEA: docs/quality.md, section Concentration.
"""

from __future__ import annotations

from typing import Final

import polars as pl

from didymium.reference import table

#: Elements whose patterns are given for the deposits; of others nothing is said.
ELEMENTS: Final = ("La", "Ce", "Pr", "Nd", "Sm", "Eu", "Gd", "Tb", "Dy", "Ho", "Er", "Tm", "Yb", "Lu", "Y")
LIGHT: Final = ("La", "Ce", "Pr", "Nd")
MAGNET: Final = ("Nd", "Pr", "Dy", "Tb")
BASKET: Final = "magnet REE, bottom-up"
SOURCE: Final = "sum over table feeds with patterns of table deposits_reo (USGS Minerals Yearbook 2022)"


def bottom_up() -> pl.DataFrame:
    """Statements by element and for the magnet basket: stage mining (contained) and refining (separated).

        Columns as in `statements`; t of contained oxide for one element, t of element for the basket. An element that the
        analysis of a deposit does not state is left out of that feed: the sum is then low, and no zero is claimed. Recycling,
    and small separators that work on scrap (Japan, Viet Nam, France), are not in it.
    """
    amounts = element_amounts()
    factors = table("elements").select("element", "oxide_to_element")
    basket = amounts.filter(pl.col("element").is_in(MAGNET)).join(factors, on="element", how="left")
    scaled = basket.with_columns(pl.col("low", "value", "high") * pl.col("oxide_to_element"))
    parts = [
        _by_country(amounts, pl.col("element"), "t oxide"),
        _by_country(scaled, pl.lit(BASKET), "t element"),
    ]
    return pl.concat(parts)


def element_amounts() -> pl.DataFrame:
    """feed, country (null = not said), stage, element, year, vintage, low, value, high in t oxide, by feed, stage, element."""
    patterns = (
        table("deposits_reo")
        .unpivot(
            on=list(ELEMENTS), index=["deposit", "upper_limit_elements"], variable_name="element", value_name="pct"
        )
        .drop_nulls("pct")
        .filter(~pl.col("upper_limit_elements").fill_null("").str.split("|").list.contains(pl.col("element")))
        .select("deposit", "element", "pct")
    )
    rows = table("feeds").join(patterns, on="deposit", how="inner")
    share = pl.col("pct") / 100.0
    common = ("feed", "element", "year", "vintage")
    mined = rows.select(
        *common,
        country="mined_in",
        stage=pl.lit("mining"),
        low=pl.col("low_t_reo") * share,
        value=pl.col("t_reo") * share,
        high=pl.col("high_t_reo") * share,
    )
    single = (pl.col("separates") == "all") | pl.col("element").is_in(LIGHT)
    separated = rows.filter(single).select(
        *common,
        country="separated_in",
        stage=pl.lit("refining"),
        low=pl.col("low_t_reo") * share * pl.col("recovery_low"),
        value=pl.col("t_reo") * share * pl.col("recovery"),
        high=pl.col("high_t_reo") * share * pl.col("recovery_high"),
    )
    return pl.concat([mined, separated, _left_mixed(rows, common, share)])


def _left_mixed(rows: pl.DataFrame, common: tuple[str, ...], share: pl.Expr) -> pl.DataFrame:
    """Heavy part of feeds that are separated for light elements only: from nothing to all of it, nobody says where."""
    return rows.filter((pl.col("separates") == "light") & ~pl.col("element").is_in(LIGHT)).select(
        *common,
        country=pl.lit(None, pl.String),
        stage=pl.lit("refining"),
        low=pl.lit(0.0),
        value=pl.lit(0.0),
        high=pl.col("high_t_reo") * share * pl.col("recovery_high"),
    )


def _by_country(amounts: pl.DataFrame, basket: pl.Expr, unit: str) -> pl.DataFrame:
    summed = amounts.group_by("stage", basket.alias("basket"), "year", "vintage", "country").agg(
        pl.col("low", "value", "high").sum()
    )
    return summed.select(
        pl.col("stage", "country", "year", "low", "value", "high", "basket"),
        vintage=pl.concat_str(pl.lit("feeds "), "vintage"),
        area=pl.when(pl.col("country").is_null()).then(pl.lit("rest")).otherwise(pl.lit("country")),
        kind=pl.lit("actual"),
        unit=pl.lit(unit),
        how=pl.lit("bottom-up"),
        stated_world=pl.lit(None, pl.Float64),
        source=pl.lit(SOURCE),
        confidence=pl.lit("low"),
    )
