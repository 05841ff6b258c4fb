"""Mine production as the reference base states it, or as a user brings it in a file of the same layout."""

from __future__ import annotations

from pathlib import Path
from typing import Final

import polars as pl

from didymium.errors import InputError
from didymium.reference import table
from didymium.reference.importers.common import read_text_table, require, to_alpha2

_REQUIRED: Final = ("country", "year", "t_reo")
_AREAS: Final = ("country", "rest", "world")
#: Columns of a production frame; null in country = a rest or the world, null in t_reo = not reported.
COLUMNS: Final = ("country", "area", "year", "t_reo", "vintage", "source", "confidence")


def production() -> pl.DataFrame:
    """Every vintage of mine production in the reference base: COLUMNS, t_reo in t REO."""
    return table("mine_production").select(COLUMNS)


def read_production(path: Path) -> pl.DataFrame:
    """Mine production from a CSV, for sources that may be used but not shipped (World Mining Data, for instance).

    Columns as in the reference table `mine_production`: country (alpha-2, alpha-3 or English name; empty in rows of a
    rest or of the world), year, t_reo; and, where the file has them, area (country, rest, world; default country),
    vintage (default: the name of the file), source. An empty t_reo is not reported, never zero.
    Errors: InputError with file, row, column, value and what is allowed.
    """
    raw = read_text_table(path)
    require(raw, _REQUIRED, path, "a table of mine production")
    name = path.name
    extra = {"area": "country", "vintage": path.stem, "source": f"mine production of {name}", "confidence": "medium"}
    full = raw.with_columns(
        (pl.col(column).fill_null(default) if column in raw.columns else pl.lit(default)).alias(column)
        for column, default in extra.items()
    )
    typed = full.with_columns(
        country=to_alpha2("country", full),
        year=pl.col("year").cast(pl.Int64, strict=False),
        t_reo=pl.col("t_reo").cast(pl.Float64, strict=False),
    )
    _refuse(full, "area", ~full["area"].is_in(list(_AREAS)), path, f"one of {', '.join(_AREAS)}")
    unknown = (full["area"] == "country") & typed["country"].is_null()
    _refuse(full, "country", unknown, path, "a country of ISO 3166-1, for instance CN, CHN or China")
    _refuse(full, "year", ~typed["year"].is_between(1900, 2100).fill_null(value=False), path, "a year, 1900 to 2100")
    amount = typed["t_reo"]
    wrong = full["t_reo"].is_not_null() & ~(amount.is_finite() & amount.is_between(0, 2e6)).fill_null(value=False)
    _refuse(full, "t_reo", wrong, path, "a number of tonnes REO from 0 to 2 000 000, or empty")
    twice = (typed["area"] == "country") & typed.select("country", "year", "vintage").is_duplicated()
    _refuse(full, "country", twice, path, "each country once per year and vintage")
    return typed.select(COLUMNS)


def edition(vintage: str) -> tuple[str, str]:
    """Sorts vintages from old to new: by the year in their name (MYB2022 before MCS2025), then by the whole name."""
    digits = next((vintage[i : i + 4] for i in range(len(vintage) - 3) if vintage[i : i + 4].isdigit()), "0000")
    return digits, vintage


def _refuse(full: pl.DataFrame, column: str, bad: pl.Series, path: Path, allowed: str) -> None:
    if bad.any():
        row = int(bad.arg_true()[0])
        raise InputError(
            f"{full[column][row]!r} is not allowed.",
            file=str(path),
            row=row + 2,
            column=column,
            fix=f"Allowed: {allowed}.",
        )
