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


def own_copy(rows: pl.DataFrame) -> pl.DataFrame:
    """The same rows with texts of their own: rows picked from a batch otherwise keep all texts of the batch in memory."""
    texts = [name for name, dtype in rows.schema.items() if dtype == pl.String()]
    return rows.with_columns(pl.concat_str(name, pl.lit("")) for name in texts)


class Remembered:
    """Reads distinct texts and remembers what it read, since texts come back batch after batch.

    column: the name under which `read` gives the texts again, one row for each. limit: texts remembered at most; beyond
    it all are forgotten. What is read of a text must not depend on other texts.
    """

    def __init__(self, column: str, read: Callable[[pl.Series], pl.DataFrame], limit: int = 400_000) -> None:
        self._column, self._read, self._limit = column, read, limit
        self._known: pl.DataFrame | None = None

    def __call__(self, texts: pl.Series) -> pl.DataFrame:
        """What `read` gives for these distinct non-null texts, in any order."""
        known = self._known
        if known is None:
            self._known = own_copy(self._read(texts))
            return self._known
        asked = texts.alias(self._column).to_frame()
        met = known.join(asked, on=self._column, how="semi")
        if met.height == asked.height:
            return met
        read = own_copy(self._read(asked.join(met, on=self._column, how="anti")[self._column]))
        grown = pl.concat([known, read], rechunk=True)
        self._known = grown if grown.height <= self._limit else None
        return pl.concat([met, read])
