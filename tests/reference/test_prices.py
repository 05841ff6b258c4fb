"""Price corridors: total in time, ordered, wide enough for what was quoted and for real trade."""

from __future__ import annotations

import polars as pl
import pytest
from hypothesis import given
from hypothesis import strategies as st

from didymium.errors import ReferenceDataError
from didymium.reference import table
from didymium.reference.prices import contents, corridors, without_rule
from didymium.reference.quotes import parameter
from didymium.reference.stages import FIRST_MONTH, LAST_MONTH

MATERIALS = sorted(set(corridors()["material"]))


def corridor(material: str, year: int, month: int, market: str = "any") -> tuple[float, float]:
    rows = corridors().filter(
        (pl.col("material") == material) & (pl.col("market") == market) & (pl.col("month") == year * 12 + month - 1)
    )
    return rows["low_usd_per_kg"].item(), rows["high_usd_per_kg"].item()


@given(st.sampled_from(MATERIALS), st.integers(FIRST_MONTH, LAST_MONTH))
def test_every_material_has_one_corridor_in_every_month(material: str, month: int) -> None:
    rows = corridors().filter((pl.col("material") == material) & (pl.col("month") == month))
    assert sorted(rows["market"]) in (["any"], ["inside", "outside"])
    assert (rows["low_usd_per_kg"] > 0).all()
    assert (rows["low_usd_per_kg"] < rows["high_usd_per_kg"]).all()
    assert rows["source"].null_count() == 0


def test_every_rare_earth_material_is_priced() -> None:
    assert without_rule() == []
    families = table("materials").filter(pl.col("family").is_in(["ree", "magnet_ree"]))
    assert set(families["material"]) <= set(MATERIALS)


def test_the_corridor_holds_every_quotation() -> None:
    quotes = table("prices").with_columns(
        month=pl.col("period_end").dt.year().cast(pl.Int32) * 12 + pl.col("period_end").dt.month().cast(pl.Int32) - 1
    )
    spans = corridors().group_by("material", "month").agg(pl.col("low_usd_per_kg").min().alias("least"),
                                                          pl.col("high_usd_per_kg").max().alias("most"))  # fmt: skip
    joined = quotes.join(spans, on=["material", "month"], how="left")
    assert joined["least"].null_count() == 0
    outside = joined.filter((pl.col("low_usd_per_kg") < pl.col("least")) | (pl.col("high_usd_per_kg") > pl.col("most")))
    assert outside.is_empty(), outside.select("material", "month", "low_usd_per_kg", "least", "high_usd_per_kg", "most")


def test_known_turns_of_the_market() -> None:
    assert corridor("dy_oxide", 2011, 8)[1] > 2000 > corridor("dy_oxide", 2016, 8)[1]
    low, high = corridor("nd_oxide", 2024, 6)
    assert low < 56 < high
    assert high / low < 5
    assert corridor("dy_oxide", 2025, 9, "outside")[1] >= 1000
    assert corridor("dy_oxide", 2025, 9, "inside")[1] < 600


def test_the_market_parts_in_the_month_of_control() -> None:
    markets = corridors().filter(material="tb_oxide").group_by("market").agg(pl.col("month").min(), pl.len())
    first = dict(markets.select("market", "month").iter_rows())
    assert first["inside"] == first["outside"] == 2025 * 12 + 3
    assert set(corridors().filter(material="nd_oxide")["market"]) == {"any"}


@given(st.sampled_from(["nd_oxide", "dy_oxide", "mixed_carbonate", "ndfeb_magnet"]), st.integers(1, 58))
def test_after_the_last_quotation_the_corridor_only_widens(material: str, months: int) -> None:
    market = "any" if material == "nd_oxide" else "inside"
    rows = corridors().filter((pl.col("material") == material) & (pl.col("market") == market)).sort("month")
    later = rows.filter(pl.col("month") >= 2026 * 12 + 6)
    assert (later["basis"] == "extrapolated").all()
    at = min(months, later.height - 2)
    assert later["high_usd_per_kg"][at + 1] >= later["high_usd_per_kg"][at]
    assert later["low_usd_per_kg"][at + 1] <= later["low_usd_per_kg"][at]


@pytest.mark.parametrize(
    ("metal", "oxide"), [("nd_metal", "nd_oxide"), ("dy_metal", "dy_oxide"), ("tb_metal", "tb_oxide")]
)
def test_metal_costs_more_than_its_oxide(metal: str, oxide: str) -> None:
    assert corridor(metal, 2023, 5)[0] > corridor(oxide, 2023, 5)[0]


def test_intermediates_cost_less_than_what_is_in_them() -> None:
    assert corridor("nd_carbonate", 2023, 5)[1] < corridor("nd_oxide", 2023, 5)[1]
    assert corridor("monazite_conc", 2023, 5)[1] < corridor("mixed_carbonate", 2023, 5)[1]


def test_unit_values_of_united_states_imports_lie_inside() -> None:
    """Annual means of whole tariff lines, USGS Minerals Yearbook 2022; Nd metal is left out: below the oxide in it."""
    lines = {"cerium oxides": "ce_oxide", "lanthanum oxides": "la_oxide", "lanthanum metal": "la_metal",
             "cerium metal": "ce_metal", "ferrocerium and other pyrophoric alloys": "ferrocerium"}  # fmt: skip
    rows = table("products").filter(pl.col("description").is_in(list(lines)))
    assert rows.height == 10
    for row in rows.iter_rows(named=True):
        low, high = corridor(lines[row["description"]], row["year"], 7)
        assert low <= row["usd_per_kg"] <= high * 1.2, row["description"]


def test_contents_are_shares() -> None:
    parts = contents().drop_nulls("quoted")
    assert (parts["content_low"] <= parts["content_high"]).all()
    assert parts["content_high"].max() <= 1.6
    assert set(parts["quoted"]) <= set(table("prices")["material"])


def test_a_missing_parameter_is_said() -> None:
    with pytest.raises(ReferenceDataError, match="no_such"):
        parameter("no_such")
