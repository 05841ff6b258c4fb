"""Stage months: total, without gaps, and in step with the facilities."""

from __future__ import annotations

import polars as pl
import pytest
from hypothesis import given
from hypothesis import strategies as st

from didymium.reference import table
from didymium.reference.specs.plants import STAGES
from didymium.reference.stages import FIRST_MONTH, LAST_MONTH, month_of, phases, stage_months, with_dates


def status(country: str, stage: str, group: str, year: int, month: int = 6) -> str | None:
    rows = stage_months().filter(
        (pl.col("country") == country) & (pl.col("stage") == stage) & (pl.col("group") == group)
        & (pl.col("month") == year * 12 + month - 1)
    )  # fmt: skip
    return rows["status"].item() if rows.height else None


def test_one_row_per_key_and_known_words_only() -> None:
    rows = stage_months()
    assert not rows.select("country", "stage", "group", "month").is_duplicated().any()
    assert rows.schema["month"] == pl.Int32
    assert set(rows["status"]) == {"commercial", "pilot", "tail", "planned"}
    assert set(rows["stage"]) <= set(STAGES)
    assert rows["month"].is_between(FIRST_MONTH, LAST_MONTH).all()
    assert rows["evidence"].null_count() == 0
    assert (rows["capacity_t_per_year"].drop_nulls() > 0).all()


@pytest.mark.parametrize(
    ("key", "expected"),
    [
        (("CN", "separation", "HREE", 1995), "commercial"),
        (("US", "separation", "LREE", 2022), None),
        (("US", "separation", "LREE", 2024), "commercial"),
        (("US", "concentrate", "ANY", 2017), None),
        (("EE", "separation", "HREE", 2024), "planned"),
        (("TH", "mine", "ANY", 2024), "commercial"),  # doubtful source, but USGS reports output
        (("LA", "metal", "LREE", 2012), "pilot"),  # doubtful source, nothing else
        (("BI", "concentrate", "ANY", 2022), "tail"),
        (("KR", "magnet_sintered", "NdFeB", 2015), "pilot"),
        (("CH", "magnet_sintered", "NdFeB", 2015), None),
        (("CH", "magnet_sintered", "SmCo", 2015), "commercial"),
        (("NA", "mine", "ANY", 2015), "planned"),
    ],
)
def test_status(key: tuple[str, str, str, int], expected: str | None) -> None:
    country, stage, group, year = key
    month = 3 if expected == "tail" else 6
    found = status(country, stage, group, year, month)
    assert found == expected or (expected is None and found == "planned")


@given(st.sampled_from(sorted(set(table("facilities")["facility"]))))
def test_a_facility_runs_without_gap_from_start_to_end_of_stock(name: str) -> None:
    rows = phases().filter((pl.col("facility") == name) & (pl.col("rank") > 1))
    for (_stage,), parts in rows.group_by("stage"):
        months = sorted(month for months in parts["month"].to_list() for month in months)
        assert months == list(range(months[0], months[-1] + 1))


def test_what_runs_counts_in_every_month_of_its_run() -> None:
    running = with_dates(table("facilities")).filter(pl.col("runs"))
    keys = set(stage_months().filter(pl.col("status") != "planned").select("country", "stage", "month").iter_rows())
    for row in running.iter_rows(named=True):
        if row["elements"] != "Sc":
            for month in {max(row["first_month"], FIRST_MONTH), min(row["last_month"], LAST_MONTH)}:
                if FIRST_MONTH <= month <= row["last_month"]:
                    assert (row["country"], row["stage"], month) in keys, row["facility"]


def test_the_newest_mine_output_stands_as_capacity() -> None:
    rows = stage_months().filter(country="US", stage="mine", group="ANY", month=2024 * 12)
    assert rows["capacity_t_per_year"].item() == 45500
    assert "USGS" in rows["capacity_basis"].item()


@given(st.integers(1900, 2100), st.one_of(st.none(), st.integers(1, 12)))
def test_dates_of_facilities(year: int, month: int | None) -> None:
    text = f"{year}" if month is None else f"{year}-{month:02d}"
    frame = pl.DataFrame({"start": [text, None]})
    first = frame.select(month_of("start", last_of_year=False)).to_series()
    last = frame.select(month_of("start", last_of_year=True)).to_series()
    assert first[0] == year * 12 + (month or 1) - 1
    assert last[0] == year * 12 + (month or 12) - 1
    assert first[1] is None
    assert last[1] is None
