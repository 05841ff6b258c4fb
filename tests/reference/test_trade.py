"""Flows and balances of the shipped trade table."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from didymium.errors import UsageError
from didymium.reference.trade import flows, trade_balance


def test_flows_of_a_year() -> None:
    rows = flows(2024, 2024)
    assert rows.columns == ["year", "hs6", "exporter", "importer", "value_usd", "net_kg"]
    assert not rows.select("hs6", "exporter", "importer").is_duplicated().any()
    benin = rows.filter(exporter="TR", importer="BJ", hs6="284690")
    assert benin["net_kg"].item() == pytest.approx(40_700_000, rel=1e-3)
    assert rows.filter(exporter="NA").height + rows.filter(importer="NA").height > 0


def test_years_outside_are_refused_with_what_is_held() -> None:
    with pytest.raises(UsageError, match="1995 to 2024"):
        flows(2030, 2031)


@given(st.integers(1995, 2024), st.sampled_from(["280530", "284610", "284690"]))
def test_what_goes_out_comes_in(year: int, hs6: str) -> None:
    rows = trade_balance().filter(year=year, hs6=hs6)
    moved = flows(year, year).filter(hs6=hs6)
    assert rows["export_kg"].sum() == pytest.approx(moved["net_kg"].sum())
    assert rows["import_kg"].sum() == pytest.approx(moved["net_kg"].sum())
    assert rows["import_usd"].sum() == pytest.approx(moved["value_usd"].sum())
    assert rows["unknown_quantity"].sum() == 2 * moved["net_kg"].null_count()
    assert rows["balance_kg"].sum() == pytest.approx(0, abs=1.0)
