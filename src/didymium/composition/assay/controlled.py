"""Which rare earths a control list names as elements on a given day, from the reference tables of controls."""

from __future__ import annotations

import datetime as dt
from functools import lru_cache
from typing import Final

import polars as pl

from didymium.composition.assay.data import rare_earths
from didymium.reference import table

#: An element is controlled as such where its oxide or its compounds are; a metal powder alone (Ce) is another matter.
_FORMS: Final = ("oxide", "compound")


@lru_cache(maxsize=4096)
def elements_on(day: dt.date | None) -> frozenset[str]:
    """Symbols controlled on a day by windows that are verified; null = by those that are open-ended today.

    A window whose status is not verified (a suspension that may be prolonged) controls nothing here.
    """
    windows = table("control_windows").filter(pl.col("status") == "verified")
    begun, ended = pl.col("effective_from"), pl.col("effective_to")
    if day is None:
        in_force = windows.filter(ended.is_null() & begun.is_not_null())
    else:
        in_force = windows.filter((begun <= day) & (ended.is_null() | (ended >= day)))
    items = table("control_items").filter(pl.col("form").is_in(_FORMS) & pl.col("element").is_in(list(rare_earths())))
    named = items.join(in_force.select("instrument", "article"), on="instrument")
    whole = pl.col("article").is_null() | pl.col("item_code").str.starts_with(pl.col("article"))
    return frozenset(named.filter(whole)["element"].to_list())


def by_day(days: pl.Series) -> pl.DataFrame:
    """Distinct days (null allowed) -> day, key, controlled = true."""
    pairs = [(day, element) for day in days.unique().to_list() for element in sorted(elements_on(day))]
    frame = pl.DataFrame(pairs, schema={"day": pl.Date(), "key": pl.String()}, orient="row")
    return frame.with_columns(controlled=pl.lit(value=True))
