"""Decimals stay exact, in Python and in both databases."""

from __future__ import annotations

import decimal
from decimal import Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as st
from sqlalchemy import Column, Integer, MetaData, Table, insert, select

from didymium.store import Exact, Store
from didymium.store.decimals import EXACT, parse, percent, plain, times, total

FIGURES = st.decimals(min_value=-(10**15) + 1, max_value=10**15 - 1, places=18, allow_nan=False)


@pytest.mark.parametrize(
    ("written", "read"),
    [("400.1", "400.1"), ("0", "0"), ("-0", "0"), (" 7 ", "7"), (0.1, "0.1"), (12, "12"), ("007.50", "7.5"), ("+1", "1"),
     (Decimal("1E+3"), "1000"), ("0." + "0" * 17 + "1", "0." + "0" * 17 + "1"), ("1.50000000000000000000000", "1.5")],
)  # fmt: skip
def test_what_is_a_figure(written: object, read: str) -> None:
    assert plain(parse(written)) == read


@pytest.mark.parametrize(
    "written",
    ["", "abc", "1,5", "1e3", "1_000", "٣", "NaN", "Infinity", "0x10", "1.", ".5", "--1", "9" * 16, "0." + "1" * 19, "1" * 10_000,
     float("nan"), float("inf"), True, None, [1], 1e300, Decimal("NaN"), Decimal("1E+999999")],
)  # fmt: skip
def test_what_is_none(written: object) -> None:
    assert parse(written) is None


@given(FIGURES)
def test_written_and_read_again(value: Decimal) -> None:
    assert parse(plain(value)) == value


@given(st.lists(FIGURES, max_size=50))
def test_sums_are_exact(values: list[Decimal]) -> None:
    scaled = sum(int(value.scaleb(18, EXACT)) for value in values)
    assert int(total(values).scaleb(18, EXACT)) == scaled


def test_ten_tenths_and_products() -> None:
    assert total([Decimal("0.1")] * 10) == 1
    assert times(Decimal("498.0"), percent(Decimal("100")), Decimal("1.1477")) == Decimal("571.5546")
    with pytest.raises(decimal.Inexact):
        times(*[Decimal("1." + "1" * 18)] * 40)


def test_a_column_keeps_them(store: Store) -> None:
    table = Table("t_exact", MetaData(), Column("id", Integer, primary_key=True), Column("x", Exact))
    values = ["0.1", "-999999999999999.999999999999999999", "1000", "0", "0." + "0" * 40 + "1"]
    store.write(table.create)
    store.write(lambda c: c.execute(insert(table), [{"x": Decimal(one)} for one in values]))
    store.write(lambda c: c.execute(insert(table), {"x": None}))
    with store.reading() as connection:
        read = connection.execute(select(table.c.x).order_by(table.c.id)).scalars().all()
    assert [None if one is None else plain(one) for one in read] == [*values, None]
    for wrong in (0.1, "0.1", Decimal("NaN")):
        with pytest.raises(Exception, match="no finite Decimal"):
            store.write(lambda c, wrong=wrong: c.execute(insert(table), {"x": wrong}))
