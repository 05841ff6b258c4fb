"""GeoPolRisk against the published reference values, and what must not change it."""

from __future__ import annotations

import time
from pathlib import Path

import polars as pl
import pytest

from didymium.errors import InputError
from didymium.supply.concentration import (
    UNRATED_AS_PUBLISHED,
    eu_members,
    geopolrisk,
    newest,
    production,
    read_production,
)
from didymium.supply.concentration import geopolrisk as exported

VALUES = ("hhi", "import_risk", "score", "price_usd_per_kg", "cf_kg_cu_eq_per_kg")


@pytest.fixture(scope="module")
def mined(shared_benchmarks: Path) -> pl.DataFrame:
    """World Mining Data, which may be used but not shipped."""
    path = shared_benchmarks.parent / "facts" / "production" / "mine_production.csv"
    if not path.exists():
        pytest.skip("../shared/facts/production/mine_production.csv is not on this machine")
    return read_production(path).filter(pl.col("vintage") == "WMD-gpr2.0.1")


@pytest.fixture(scope="module")
def reference(shared_benchmarks: Path) -> pl.DataFrame:
    path = shared_benchmarks / "geopolrisk" / "reference.csv"
    if not path.exists():
        pytest.skip("../shared/benchmarks/geopolrisk is not on this machine")
    return pl.read_csv(path, schema_overrides={"country": pl.String})


def test_every_reference_value(mined: pl.DataFrame, reference: pl.DataFrame) -> None:
    own = geopolrisk(mined, unrated=UNRATED_AS_PUBLISHED)
    both = reference.join(own, on=["country", "year"], how="left", suffix="_own")
    assert both.height == reference.height > 500
    assert both["hhi_own"].null_count() == 0
    for name in VALUES:
        wanted, got = both[name], both[f"{name}_own"]
        apart = (wanted - got).abs() / pl.Series([1.0]).append(got.abs()).slice(1).clip(1.0)
        assert (apart.max() or 0.0) <= 1e-12, name
    null = both.filter(pl.col("score").is_null())
    assert null.height > 0
    assert null["score_own"].null_count() == null.height, "without any mass there is no score, and no zero"


def test_taiwan_is_rated_unless_asked_otherwise(mined: pl.DataFrame) -> None:
    """With its true rating 136 of 1,052 scores change by more than 1e-6, by up to 0.073 (Hong Kong 2023)."""
    ours, published = geopolrisk(mined), geopolrisk(mined, unrated=UNRATED_AS_PUBLISHED)
    apart = ours.with_columns(apart=(ours["score"] - published["score"]).abs()).filter(pl.col("apart") > 1e-6)
    assert ours.height == 1052
    assert apart.height == 136
    top = apart.sort("apart").row(-1, named=True)
    assert (top["country"], top["year"]) == ("HK", 2023)
    assert top["apart"] == pytest.approx(0.073, abs=5e-4)


def test_all_country_years_in_a_tenth_of_a_second() -> None:
    geopolrisk()
    best = min(_timed() for _ in range(5))
    assert best < 0.1


def _timed() -> float:
    begin = time.perf_counter()
    geopolrisk()
    return time.perf_counter() - begin


def test_shipped_figures_give_scores_per_vintage() -> None:
    table = geopolrisk()
    assert set(table["vintage"]) == {"MYB2022", "MCS2025", "MCS2026v1.3"}
    assert table.select("country", "year", "vintage").is_duplicated().sum() == 0
    assert table["score"].drop_nulls().is_between(0, 1).all()
    one = newest(table)
    assert one.select("country", "year").is_duplicated().sum() == 0
    of_2024 = one.filter(pl.col("year") == 2024)
    assert set(of_2024["vintage"]) == {"MCS2026v1.3"}
    assert (of_2024["score_low"] <= of_2024["score_high"]).all()
    assert (of_2024["score_low"] < of_2024["score_high"]).any()


def test_the_order_of_rows_and_the_unit_of_production_shares_do_not_matter() -> None:
    base = geopolrisk()
    shuffled = geopolrisk(production().sample(fraction=1.0, shuffle=True, seed=1))
    assert shuffled.equals(base)
    kilos = geopolrisk(production().with_columns(pl.col("t_reo") * 1000))
    assert (kilos["hhi"] - base["hhi"]).abs().max() < 1e-12


def test_relabelled_producers_change_nothing_but_the_importers_own_production() -> None:
    """HHI knows no names: China and Australia exchanged leaves it, and the risk of a country that mines nothing."""
    swapped = production().with_columns(
        pl.col("country").replace({"CN": "AU", "AU": "CN"}),
    )
    base, other = geopolrisk(), geopolrisk(swapped)
    same = ~pl.col("country").is_in(["CN", "AU"])
    assert (
        base.filter(same)
        .select("country", "year", "hhi", "score")
        .equals(other.filter(same).select("country", "year", "hhi", "score"))
    )


def test_a_group_counts_as_one_importer_without_its_own_trade() -> None:
    members = eu_members()
    table = geopolrisk(groups={"EU": members})
    union = table.filter(pl.col("country") == "EU")
    parts = table.filter(pl.col("country").is_in(members))
    assert union.height == union["year"].n_unique() + 1  # two vintages of 2024
    for row in union.iter_rows(named=True):
        same = parts.filter((pl.col("year") == row["year"]) & (pl.col("vintage") == row["vintage"]))
        assert 0 < row["imports_t"] < same["imports_t"].sum()
    alone = geopolrisk(groups={"one": ["JP"]})
    columns = ("year", "vintage", "score", "imports_t")
    one, japan = (alone.filter(pl.col("country") == name).select(columns) for name in ("one", "JP"))
    assert one.equals(japan)


def test_a_file_of_mine_production(tmp_path: Path) -> None:
    path = tmp_path / "mined.csv"
    path.write_text("country,year,t_reo,vintage\nChina,2024,300,A\nNA,2024,100,A\nUSA,2024,,A\n", encoding="utf-8")
    rows = read_production(path)
    assert rows["country"].to_list() == ["CN", "NA", "US"]
    assert rows["t_reo"].to_list() == [300.0, 100.0, None]
    table = exported(rows)
    assert set(table["year"]) == {2024}
    assert table["hhi"][0] == pytest.approx(0.625)


@pytest.mark.parametrize(
    ("text", "says"),
    [
        ("country,year,tons\nCN,2024,1\n", "t_reo are missing"),
        ("country,year,t_reo\nCN,2024,-1\n", "row 2, column t_reo"),
        ("country,year,t_reo\nCN,2024,nan\n", "row 2, column t_reo"),
        ("country,year,t_reo\nAtlantis,2024,1\n", "'Atlantis' is not allowed"),
        ("country,year,t_reo\nCN,20x4,1\n", "column year"),
        ("country,year,t_reo\nCN,2024,1\nChina,2024,2\n", "once per year and vintage"),
        ("country,year,t_reo,area\nCN,2024,1,planet\n", "country, rest, world"),
    ],
)
def test_a_faulty_file_says_where_and_what_is_allowed(tmp_path: Path, text: str, says: str) -> None:
    path = tmp_path / "faulty.csv"
    path.write_text(text, encoding="utf-8")
    with pytest.raises(InputError) as caught:
        read_production(path)
    assert says in str(caught.value)
