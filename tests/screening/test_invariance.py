"""What must not change a finding: the order of rows, the split into batches, columns that say nothing, units."""

from __future__ import annotations

import math

import polars as pl
from hypothesis import given
from hypothesis import strategies as st
from polars.testing import assert_frame_equal

from didymium.reference import table
from didymium.screening.enrich import enrich
from tests.lines import declarations
from tests.screening.memory import scored
from tests.screening.strategies import FILES, LINE, SLOW


@SLOW
@given(FILES, st.randoms(use_true_random=False))
def test_the_order_of_rows_changes_nothing(lines: list[dict[str, object]], random: object) -> None:
    rows = declarations(lines)
    order = list(range(rows.height))
    random.shuffle(order)  # type: ignore[attr-defined]
    assert_frame_equal(scored(rows[order]).best, scored(rows).best, check_exact=True)


@SLOW
@given(FILES, st.data())
def test_the_split_into_batches_changes_nothing(lines: list[dict[str, object]], data: st.DataObject) -> None:
    rows = declarations(lines)
    cuts = data.draw(st.lists(st.integers(1, max(1, rows.height - 1)), max_size=3))
    whole, split = scored(rows), scored(rows, cuts)
    assert_frame_equal(split.best, whole.best, check_exact=True)
    assert split.lines == whole.lines == rows.height
    assert split.expected_false == whole.expected_false


@SLOW
@given(st.lists(LINE, min_size=1, max_size=8))
def test_a_column_nobody_reads_changes_nothing(lines: list[dict[str, object]]) -> None:
    rows = declarations(lines)
    more = rows.with_columns(remarks=pl.lit("see file"), empty=pl.lit(None, dtype=pl.String))
    wide = enrich(rows)
    assert_frame_equal(enrich(more).select(wide.columns), wide, check_exact=True)


@SLOW
@given(st.lists(LINE, min_size=1, max_size=20), st.sampled_from(["EUR", "CNY", "JPY", "VND"]))
def test_the_currency_changes_no_unit_value(lines: list[dict[str, object]], currency: str) -> None:
    """The same value in another currency at the rate of its year."""
    rates = table("fx").filter(pl.col("currency") == currency)
    known = dict(rates.select("year", "units_per_usd").iter_rows())
    first, last = min(known), max(known)
    dollars = declarations([{**line, "currency": "USD"} for line in lines])
    rate = [known[min(max(day.year, first), last)] for day in dollars["date"]]
    other = dollars.with_columns(value=pl.col("value") * pl.Series(rate), currency=pl.lit(currency))
    for a, b in zip(enrich(dollars)["usd_per_kg"], enrich(other)["usd_per_kg"], strict=True):
        assert math.isclose(a, b, rel_tol=1e-9)
