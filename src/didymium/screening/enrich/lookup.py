"""Joining small tables to a batch without losing, adding or reordering a row."""

from __future__ import annotations

from collections.abc import Callable, Sequence

import polars as pl


def attach(
    rows: pl.DataFrame, small: pl.DataFrame, on: str | Sequence[str], *, nulls_equal: bool = False
) -> pl.DataFrame:
    """Left join of a table with unique keys; order and number of rows stay, a missing key gives nulls."""
    joined = rows.join(small, on=on, how="left", maintain_order="left", validate="m:1", nulls_equal=nulls_equal)
    assert joined.height == rows.height, "a reference join changed the number of rows"
    return joined


def by_distinct(rows: pl.DataFrame, column: str, read: Callable[[pl.Series], pl.DataFrame]) -> pl.DataFrame:
    """Compute columns once per distinct value of `column` and attach them.

    `read` gets the distinct non-null values and returns a frame that holds them again under the name `column`.
    """
    distinct = rows.get_column(column).drop_nulls().unique()
    return attach(rows, read(distinct), on=column)
