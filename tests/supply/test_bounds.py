"""Bounds of HHI and shares: every way to fill the intervals and to split the rest lies inside, and the ends are reached."""

from __future__ import annotations

import itertools

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from didymium.supply.concentration.bounds import MOST_CORNERS, hhi, hhi_bounds, share_bounds

AMOUNT = st.floats(0, 1e6, allow_nan=False).map(lambda x: round(x, 3))


@st.composite
def boxes(draw: st.DrawFn) -> tuple[np.ndarray, np.ndarray, np.ndarray, float]:
    """low, high, one filling between them, rest."""
    n = draw(st.integers(1, 7))
    pairs = [sorted((draw(AMOUNT), draw(AMOUNT))) for _ in range(n)]
    low, high = (np.array(side) for side in zip(*pairs, strict=True))
    where = np.array([draw(st.floats(0, 1)) for _ in range(n)])
    return low, high, low + where * (high - low), draw(AMOUNT)


@given(st.lists(st.floats(0.001, 1e6), min_size=1, max_size=30))
def test_hhi_lies_between_one_over_n_and_one(amounts: list[float]) -> None:
    assert 1 / len(amounts) - 1e-12 <= hhi(amounts) <= 1 + 1e-12


@given(boxes(), st.integers(0, 5))
def test_any_filling_and_split_is_inside(box: tuple[np.ndarray, np.ndarray, np.ndarray, float], parts: int) -> None:
    low, high, inside, rest = box
    split = np.full(parts, rest / parts) if parts else np.array([])
    whole = np.concatenate([inside, split])
    if whole.sum() <= 1e-3:
        return
    least, most = hhi_bounds(low, high, rest if parts else 0.0, rest if parts else 0.0)
    assert least - 1e-9 <= hhi(list(whole)) <= most + 1e-9
    lowest, highest = share_bounds(low, high, rest if parts else 0.0, rest if parts else 0.0)
    shares = inside / whole.sum()
    assert (shares >= lowest - 1e-9).all()
    assert (shares <= highest + 1e-9).all()


@given(boxes())
def test_the_ends_are_reached(box: tuple[np.ndarray, np.ndarray, np.ndarray, float]) -> None:
    """Some filling comes to both ends, so the range is no wider than it must be: corners, and fillings as level as may be."""
    low, high = box[:2]
    if low.sum() <= 1:
        return
    corners = np.array(list(itertools.product(*zip(low, high, strict=True))))
    levels = np.concatenate([[0.0], np.geomspace(1e-3, 1e6, 4000)])
    level = np.clip(levels[:, None], low, high)
    least, most = hhi_bounds(low, high)
    assert most == pytest.approx(of_rows(corners).max(), abs=1e-9)
    assert least == pytest.approx(of_rows(level).min(), abs=1e-4)


def of_rows(fillings: np.ndarray) -> np.ndarray:
    """HHI of each row that holds anything."""
    some = fillings[fillings.sum(axis=1) > 0]
    return (some**2).sum(axis=1) / some.sum(axis=1) ** 2


@given(boxes(), st.floats(1e-3, 1e3))
def test_units_do_not_matter(box: tuple[np.ndarray, np.ndarray, np.ndarray, float], factor: float) -> None:
    low, high, _, rest = box
    if low.sum() + rest <= 1:
        return
    assert hhi_bounds(low * factor, high * factor, rest * factor, rest * factor) == pytest.approx(
        hhi_bounds(low, high, rest, rest), rel=1e-9
    )


def test_a_rest_between_spread_thin_and_one_country() -> None:
    sixty = np.array([60.0])
    assert hhi_bounds(sixty, sixty, 40.0, 40.0) == pytest.approx((0.36, 0.52))


def test_more_than_sixty_of_a_hundred() -> None:
    """`> 60 %`: from 60 % and the rest spread thin to all of it."""
    assert hhi_bounds(np.array([60.0]), np.array([100.0]), 0.0, 40.0) == pytest.approx((0.36, 1.0))


def test_many_wide_intervals_stay_bounded() -> None:
    n = MOST_CORNERS + 10
    least, most = hhi_bounds(np.full(n, 1.0), np.full(n, 2.0))
    assert least == pytest.approx(1 / n)
    assert 1 / n < most <= 1


def test_nothing_supplied_is_no_number() -> None:
    assert np.isnan(hhi_bounds(np.array([0.0]), np.array([0.0]))).all()
