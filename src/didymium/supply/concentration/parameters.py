"""Constants of the methods: parameters.csv beside this file, each with unit, source and confidence."""

from __future__ import annotations

from functools import cache
from pathlib import Path
from typing import Final

import polars as pl

HERE: Final = Path(__file__).parent


@cache
def table() -> pl.DataFrame:
    """name, value, low, high (null = no range), unit, meaning, source, confidence."""
    numbers = {name: pl.Float64() for name in ("value", "low", "high")}
    return pl.read_csv(HERE / "parameters.csv", infer_schema=False).with_columns(
        pl.col(name).cast(kind) for name, kind in numbers.items()
    )


def value(name: str) -> float:
    """The figure of that name, in the unit that parameters.csv states; KeyError where there is none."""
    found = table().filter(pl.col("name") == name)
    if found.is_empty():
        raise KeyError(name)
    return float(found["value"][0])
