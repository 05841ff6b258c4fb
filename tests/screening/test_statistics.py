"""The only group statistics and the only ranking, against plain sorting and NumPy."""

from __future__ import annotations

from itertools import pairwise
from typing import Final

import numpy as np
import polars as pl
from hypothesis import given, settings
from hypothesis import strategies as st
from polars.testing import assert_frame_equal

from didymium.screening.closing import IMITATION, MIN_PEERS, circumstance_bans, hub_rises, parcel_windows, robust_centre
from didymium.screening.enrich import enrich
from didymium.screening.profile import BIN_DEX, KEYS, Counter, count
from didymium.screening.top import ORDER, Best
from tests.lines import declarations
from tests.screening.strategies import FILES, SLOW

PROBABILITY: Final = st.one_of(st.sampled_from([0.0, 0.02, 0.02, 0.5, 1.0]), st.floats(0, 1))
SCORES: Final = st.lists(
    st.tuples(PROBABILITY, st.sampled_from(["A", "B", "C"]), st.integers(1, 3), st.integers(0, 1)),
    min_size=1,
    max_size=60,
)


def scored_rows(drawn: list[tuple[float, str, int, int]]) -> pl.DataFrame:
    rows = pl.DataFrame(drawn, schema=["probability", "declaration_id", "item_no", "file_no"], orient="row")
    return rows.with_row_index("source_row")


@settings(max_examples=60)
@given(SCORES, st.integers(1, 12), st.lists(st.integers(0, 60), max_size=5))
def test_best_is_sort_and_head(drawn: list[tuple[float, str, int, int]], limit: int, cuts: list[int]) -> None:
    rows = scored_rows(drawn)
    best = Best(limit)
    edges = sorted({0, rows.height, *(cut for cut in cuts if cut < rows.height)})
    for start, end in pairwise(edges):
        best.add(rows.slice(start, end - start))
    wanted = sorted(drawn_rows(rows), key=lambda r: (-r["probability"], *(r[name] for name in ORDER[1:])))[:limit]
    result = best.result()
    assert result["source_row"].to_list() == [row["source_row"] for row in wanted]
    assert result["rank"].to_list() == list(range(1, len(wanted) + 1))
    assert best.lines == rows.height
    assert abs(best.expected_false - sum(rows["probability"])) < 1e-9 * rows.height


def drawn_rows(rows: pl.DataFrame) -> list[dict[str, object]]:
    return rows.to_dicts()


@settings(max_examples=60)
@given(
    st.dictionaries(st.sampled_from(["a", "b", "c"]), st.lists(st.floats(-3, 6), min_size=1, max_size=60), min_size=1)
)
def test_robust_centre_is_median_and_mad(groups: dict[str, list[float]]) -> None:
    """Of values in bins of 0.01 dex; an even number of values takes the lower of the two in the middle."""
    binned = {key: np.rint(np.array(values) / BIN_DEX) for key, values in groups.items()}
    counts = pl.concat(
        pl.DataFrame({"peer": key, "bin": values.astype(np.int32)})
        .group_by("peer", "bin")
        .agg(lines=pl.len().cast(pl.Int64))
        for key, values in binned.items()
    )
    result = {row["peer"]: row for row in robust_centre(counts, ["peer"], "x").to_dicts()}
    assert set(result) == {key for key, values in groups.items() if len(values) >= MIN_PEERS}
    for key, row in result.items():
        median = np.quantile(binned[key], 0.5, method="inverted_cdf")
        mad = np.quantile(np.abs(binned[key] - median), 0.5, method="inverted_cdf")
        assert np.isclose(row["x_centre_log"], median * BIN_DEX, atol=1e-12)
        assert np.isclose(row["x_scale_dex"], mad * BIN_DEX * 1.4826, atol=1e-12)
        assert row["x_lines"] == len(groups[key])


@SLOW
@given(FILES, st.data())
def test_counts_of_parts_add_up_to_the_counts_of_the_whole(lines: list[dict[str, object]], data: st.DataObject) -> None:
    wide = enrich(declarations(lines))
    cut = data.draw(st.integers(0, wide.height))
    whole, parts = Counter(), Counter()
    whole.add(count(wide))
    parts.add(count(wide[cut:]))
    parts.add(count(wide[:cut]))
    for name in KEYS:
        assert_frame_equal(whole.tables()[name], parts.tables()[name], check_exact=True)


def test_a_circumstance_counts_as_its_shares_do() -> None:
    """Forty lines of kaolin by sea, twenty of rare earths by air: kaolin by air is odd, kaolin by sea is not."""
    features = pl.DataFrame(
        {
            "goods_class": ["heading 2507", "heading 2507", "ree"],
            "feature": ["mode", "mode", "mode"],
            "value": ["sea", "air", "air"],
            "lines": [40, 1, 20],
        }
    )
    bans = {row["value"]: row["bans"] for row in circumstance_bans(features).to_dicts()}
    base = {"sea": 40 / 61, "air": 21 / 61}
    seen = {"sea": (0, 40), "air": (20, 1)}
    for value, (ree, goods) in seen.items():
        p_ree, p_goods = (ree + 20 * base[value]) / 40, (goods + 20 * base[value]) / 61
        imitated = IMITATION["mode"]
        assert np.isclose(bans[value], np.log10(imitated + (1 - imitated) * p_ree / p_goods))
    assert bans["air"] > 0 > bans["sea"]


def test_a_hub_is_compared_with_the_four_half_years_before() -> None:
    hubs = pl.DataFrame(
        {
            "claimed_origin": ["SG"] * 3,
            "hs6": ["284690"] * 3,
            "half_year": [4050, 4047, 4045],
            "lines": [1, 1, 1],
            "grams": [9_000_000, 2_000_000, 5_000_000],
        }
    )
    row = hub_rises(hubs).filter(pl.col("half_year") == 4050).row(0, named=True)
    assert row["hub_now_kg"] == 9000
    assert row["hub_before_kg"] == 2000 / 4  # 4045 lies five half-years back


def test_parcels_are_linked_over_three_months() -> None:
    parcels = pl.DataFrame(
        {
            "link": [7] * 4,
            "hs6": ["280530"] * 4,
            "month": [100, 101, 102, 104],
            "consignor": [1, 2, 0, 3],
            "consignee": [9, 9, 9, 9],
            "lines": [2, 1, 1, 1],
            "grams": [1800, 900, 900, 900],
        },
        schema_overrides={"link": pl.UInt64, "month": pl.Int32, "consignor": pl.UInt64, "consignee": pl.UInt64},
    )
    windows = {row["month"]: row for row in parcel_windows(parcels).to_dicts()}
    assert windows[101]["parcel_lines"] == 4
    assert windows[101]["parcel_consignors"] == 2  # the one not stated is no consignor
    assert windows[101]["parcel_consignees"] == 1
    assert windows[104]["parcel_lines"] == 1
