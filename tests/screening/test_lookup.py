"""What is remembered from batch to batch is what reading afresh would give, whatever was asked before."""

from __future__ import annotations

import polars as pl
import pytest
from hypothesis import given
from hypothesis import strategies as st
from polars.testing import assert_frame_equal

from didymium.screening import profile
from didymium.screening.enrich.lookup import Remembered, own_copy
from didymium.screening.profile import Counter

NAMES = st.lists(st.text(alphabet="abc稀", min_size=1, max_size=3), unique=True, max_size=8)


def read(texts: pl.Series) -> pl.DataFrame:
    return texts.alias("name").to_frame().with_columns(length=pl.col("name").str.len_chars())


@given(st.lists(NAMES, min_size=1, max_size=6), st.integers(0, 12))
def test_what_is_remembered_is_what_is_read(batches: list[list[str]], limit: int) -> None:
    remembered = Remembered("name", read, limit)
    for names in batches:
        asked = pl.Series(names, dtype=pl.String)
        assert_frame_equal(remembered(asked), read(asked), check_row_order=False)


def test_a_text_is_read_once_until_too_many_are_remembered() -> None:
    asked: list[str] = []

    def noting(texts: pl.Series) -> pl.DataFrame:
        asked.extend(texts)
        return read(texts)

    remembered = Remembered("name", noting, limit=3)
    for names in (["a", "b"], ["b", "c"], ["c", "a"]):
        remembered(pl.Series(names))
    assert sorted(asked) == ["a", "b", "c"]
    remembered(pl.Series(["d"]))  # four are one too many: all are forgotten
    remembered(pl.Series(["a"]))
    assert sorted(asked) == ["a", "a", "b", "c", "d"]


def test_a_copy_holds_the_same_rows() -> None:
    rows = pl.DataFrame({"name": ["a long text that does not fit into its place", "", None], "n": [1, None, 3]})
    assert_frame_equal(own_copy(rows), rows)


def test_counts_do_not_depend_on_when_they_are_merged(monkeypatch: pytest.MonkeyPatch) -> None:
    """Parts are merged again and again while they come in, or once at the end."""

    def hubs(rows: int) -> pl.DataFrame:
        keys = {"claimed_origin": ["VN", "TH"] * rows, "hs6": ["284690"] * 2 * rows}
        return (
            pl.DataFrame(keys)
            .with_columns(half_year=pl.int_range(pl.len(), dtype=pl.Int32) % 7, lines=pl.lit(1), grams=pl.lit(2))
            .with_columns(pl.col("lines", "grams").cast(pl.Int64))
        )

    found = []
    for merge_at in (0, 5, 10**6):
        monkeypatch.setattr(profile, "_MERGE_AT", merge_at)
        counter = Counter()
        for rows in (1, 5, 2, 9, 1):
            counter.add({"hubs": hubs(rows)})
        found.append(counter.tables()["hubs"])
    assert found[0]["lines"].sum() == 36
    assert_frame_equal(found[0], found[1])
    assert_frame_equal(found[0], found[2])
