"""`why`: the rows behind a figure."""

from __future__ import annotations

import pytest

from didymium.reference import why


def test_sources_that_disagree_are_all_shown() -> None:
    found = why("mine production nigeria 2024")
    assert {(f.vintage, f.value) for f in found} == {("MCS2025", 13000.0), ("MCS2026v1.3", 1500.0)}
    assert len({f.figure for f in found}) == 1
    assert all(f.source and f.confidence == "high" and f.unit == "t REO" for f in found)


def test_share_of_china() -> None:
    values = sorted(f.value for f in why("china share of mining 2024") if isinstance(f.value, float))
    assert values[0] == pytest.approx(60.97)
    assert values[-1] == pytest.approx(70.31)


@pytest.mark.parametrize("asked", ["prices Dy oxide 2024", "price dysprosium oxide 2024", "prices:dy_oxide 2024"])
def test_price_in_free_words_and_by_key(asked: str) -> None:
    found = why(asked)
    assert {f.value for f in found} == {257.0}
    assert all("dy_oxide" in f.figure and f.unit == "USD/kg" for f in found)


def test_key_form_stays_in_its_table() -> None:
    assert {f.figure.split(":")[0] for f in why("governance:CN")} == {"governance"}


@pytest.mark.parametrize("asked", ["", "of the", "xyzzy", "prices:xyzzy"])
def test_nothing_states_it(asked: str) -> None:
    assert why(asked) == []
