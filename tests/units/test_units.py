"""Units and figures."""

from __future__ import annotations

import datetime as dt
import math

import pytest
from hypothesis import given
from hypothesis import strategies as st

from didymium import units


@pytest.mark.parametrize(
    ("unit", "kg"),
    [("kg", 1), ("KGM", 1), ("t", 1000), ("TNE", 1000), ("g", 0.001), ("GRM", 0.001),
     ("lb", 0.45359237), ("LBR", 0.45359237), ("ONZ", 0.028349523125),
     ("Pounds", 0.45359237), (" Kg. ", 1), ("吨", 1000)],
)  # fmt: skip
def test_masses(unit, kg):
    assert units.lookup(units.KG_PER, unit) == pytest.approx(kg, rel=1e-12)


@pytest.mark.parametrize(
    ("unit", "m3"), [("MTQ", 1), ("LTR", 0.001), ("ft3", 0.028316846592), ("gal", 0.003785411784), ("Cubic Meters", 1)]
)
def test_volumes(unit, m3):
    assert units.lookup(units.M3_PER, unit) == pytest.approx(m3, rel=1e-12)


def test_unknown_unit():
    assert units.lookup(units.KG_PER, "stone") is None


@given(st.dates())
def test_months(date):
    index = units.month_index(date)
    assert units.month_start(index) == date.replace(day=1)
    assert units.month_index(dt.date(2024, 3, 9)) == 24290


@pytest.mark.parametrize(
    ("x", "text"),
    [(0, "0"), (3, "3"), (12345.6, "12\u2009346"), (0.0012345, "0.00123"), (40700, "40\u2009700"),
     (1.5, "1.5"), (99.96, "100"), (-1234.5, "-1\u2009234"),
     (1e-9, "1.00×10^-9"), (2.5e16, "2.50×10^16")],
)  # fmt: skip
def test_figures(x, text):
    assert units.figure(x) == text


@given(st.floats(1e-5, 1e12))
def test_a_figure_keeps_its_digits(x):
    shown = float(units.figure(x).replace("\u2009", ""))
    assert shown == pytest.approx(x, rel=6e-3)


@pytest.mark.parametrize("x", [math.nan, math.inf])
def test_no_figure_for_what_is_none(x):
    with pytest.raises(ValueError, match="can be shown"):
        units.figure(x)


def test_masses_and_ranges_in_words():
    assert units.mass(40_700_000) == "40\u2009700 t"
    assert units.mass(2.5) == "2.5 kg"
    assert units.mass(0.25) == "250 g"
    assert units.figure_range(14, 22) == "14-22"
    assert units.figure_range(14.0001, 14) == "14"
    assert units.iso(dt.date(2024, 3, 1)) == "2024-03-01"
