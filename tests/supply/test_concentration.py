"""HHI, governance, N-1, import reliance and the EU formula: arithmetic by hand, and what merging may do."""

from __future__ import annotations

from pathlib import Path

import polars as pl
import pytest

from didymium.errors import InputError, UsageError
from didymium.supply.concentration import (
    Input,
    chosen,
    concentration,
    economic_importance,
    eu_members,
    import_reliance,
    known_inputs,
    n_minus_1,
    over_vintages,
    production,
    read_inputs,
    statements,
    supply_risk,
    use,
)
from didymium.supply.concentration.import_reliance import MINES_NOTHING, RELIES


def mined(*rows: tuple[str | None, str, float, str]) -> pl.DataFrame:
    """country, area, t_reo, vintage of the year 2024."""
    frame = pl.DataFrame(rows, schema=["country", "area", "t_reo", "vintage"], orient="row")
    return frame.with_columns(
        pl.col("country").cast(pl.String), year=pl.lit(2024, pl.Int64), source=pl.lit("test"), confidence=pl.lit("high")
    ).select("country", "area", "year", "t_reo", "vintage", "source", "confidence")


def market(frame: pl.DataFrame) -> pl.DataFrame:
    return concentration(chosen(statements(frame), stage="mining", year=2024, basket="all REO"))


def test_hhi_by_hand() -> None:
    row = market(mined(("CN", "country", 60, "A"), ("US", "country", 40, "A"))).row(0, named=True)
    assert (row["hhi_low"], row["hhi_high"]) == pytest.approx((0.52, 0.52))
    assert (row["top"], row["top_share"], row["remaining"], row["lost"]) == ("CN", 0.6, 40.0, 60.0)


def test_a_rest_widens_and_a_world_total_does_not_count() -> None:
    rows = mined(("CN", "country", 60, "A"), (None, "rest", 40, "A"), (None, "world", 110, "A"))
    row = market(rows).row(0, named=True)
    assert (row["hhi_low"], row["hhi_high"]) == pytest.approx((0.36, 0.52))
    assert row["rest_share"] == pytest.approx(0.4)
    assert row["world_difference_pct"] == pytest.approx(10.0)


def test_merging_vintages_widens_and_keeps_both() -> None:
    one, two = (
        mined(("CN", "country", 60, "A"), ("US", "country", 40, "A")),
        mined(("CN", "country", 80, "B"), ("US", "country", 20, "B")),
    )
    both = over_vintages(market(pl.concat([one, two]))).row(0, named=True)
    assert (both["hhi_low"], both["hhi_high"]) == pytest.approx((0.52, 0.68))
    assert both["vintages"] == ["A", "B"]
    again = over_vintages(market(pl.concat([two, one]))).row(0, named=True)
    assert again == both


def test_governance_weighs_and_an_unrated_country_is_a_range() -> None:
    from didymium.supply.concentration.governance import instability

    rated = instability(2024)
    row = market(mined(("CN", "country", 60, "A"), ("XX", "country", 40, "A"))).row(0, named=True)
    assert row["unrated"] == ["XX"]
    assert row["governed_low"] == pytest.approx(0.36 * rated["CN"])
    assert row["governed_high"] == pytest.approx(0.36 * rated["CN"] + 0.16)


def test_what_is_not_known_is_named() -> None:
    with pytest.raises(UsageError, match="nothing is known of stage 'smelting'"):
        chosen(statements(), stage="smelting")
    with pytest.raises(UsageError, match="not together"):
        chosen(statements(), stage="magnet", year=2035)


def test_n_minus_1_against_the_iea_tables() -> None:
    rows = n_minus_1(chosen(statements(), stage="refining", year=2035, vintage="GCMO2025"), own_demand_share=0.45)
    steps = rows.filter(pl.col("scenario") == "STEPS").row(0, named=True)
    assert steps["cover_of_demand"] == pytest.approx(28.056 / 140.12)
    assert steps["cover_of_outside_demand"] == pytest.approx(28.056 / (140.12 * 0.55))
    assert steps["remaining_per_lost"] == pytest.approx(28.056 / 86.445)
    low, high = steps["implied_own_demand_low"], steps["implied_own_demand_high"]
    assert (low, high) == pytest.approx((0.428, 0.499), abs=1e-3)
    for share, stated in ((low, steps["stated_cover_low"]), (high, steps["stated_cover_high"])):
        assert 28.056 / (140.12 * (1 - share)) == pytest.approx(stated)


def test_without_a_share_of_demand_nothing_is_said_of_outside_demand() -> None:
    assert n_minus_1()["cover_of_outside_demand"].null_count() == n_minus_1().height


def test_reliance_of_who_mines_nothing_and_of_the_union() -> None:
    rows = import_reliance().filter((pl.col("country") == "JP") & (pl.col("year") == 2024)).row(0, named=True)
    assert (rows["reliance_low"], rows["reliance_high"], rows["meaning"]) == (1.0, 1.0, MINES_NOTHING)
    union = import_reliance(members=eu_members(), name="EU")
    assert set(union["country"]) == {"EU"}
    single = (
        import_reliance()
        .filter(pl.col("country").is_in(eu_members()))
        .group_by("year")
        .agg(pl.col("imports_low_t").sum())
    )
    joined = union.join(single, on="year")
    assert (joined["imports_low_t"] < joined["imports_low_t_right"]).all()


def test_reliance_falls_with_mining() -> None:
    base = import_reliance()
    more = import_reliance(production().with_columns(pl.col("t_reo") * 2))
    both = base.join(more, on=["country", "year"], suffix="_more").filter(pl.col("meaning") == RELIES)
    assert both.height > 10
    assert (both["reliance_high"] >= both["reliance_high_more"] - 1e-12).all()
    assert (base["reliance_low"].fill_null(0.0) <= base["reliance_high"].fill_null(1.0) + 1e-12).all()


def inputs(**values: float) -> list[Input]:
    return [Input(name, value, value, "test") for name, value in values.items()]


def test_supply_risk_by_hand() -> None:
    """[4 x 1/2 + 2 x 1/2] x 0.9 x 0.5 = 1.35."""
    found = supply_risk(inputs(hhi_gs=4, hhi_eu=2, ir=1, eol_rir=0.1, si_sr=0.5))
    assert (found.low, found.high) == pytest.approx((1.35, 1.35))
    assert found.critical == "yes"
    assert [one.name for one in found.inputs] == ["hhi_gs", "hhi_eu", "ir", "eol_rir", "si_sr"]


def test_a_missing_input_is_never_zero() -> None:
    found = supply_risk(inputs(hhi_gs=4, hhi_eu=2, ir=1))
    assert (found.low, found.high, found.needs) == (None, None, ["eol_rir", "si_sr"])
    assert found.at_most == pytest.approx(3.0)
    assert found.critical == "unknown"
    assert "cannot compute, needs eol_rir, si_sr; it is at most 3.00" in found.sentence
    assert supply_risk(inputs(hhi_gs=1, hhi_eu=0.5, ir=1)).critical == "no"
    assert supply_risk([]).at_most is None


def test_ranges_go_through_the_formula() -> None:
    wide = [Input("hhi_gs", 4, 5, "t"), Input("ir", 0.5, 1, "t"), *inputs(hhi_eu=1, eol_rir=0, si_sr=1)]
    found = supply_risk(wide)
    assert (found.low, found.high) == pytest.approx((4 * 0.25 + 0.75, 5 * 0.5 + 0.5))


def test_importance_by_hand() -> None:
    """10 x (0.6 x 50 + 0.4 x 20) / 100 x 0.9 = 3.42."""
    found = economic_importance(
        [use({"C26": 0.6, "C29": 0.4}, {"C26": 50, "C29": 20}, 100, "test"), *inputs(si_ei=0.9)]
    )
    assert found.low == pytest.approx(3.42)
    assert found.critical == "yes"
    with pytest.raises(UsageError, match="no value added is given for C29"):
        use({"C29": 0.4}, {}, 100, "test")
    with pytest.raises(UsageError, match=r"sum to 1\.2"):
        use({"a": 0.6, "b": 0.6}, {"a": 1, "b": 1}, 100, "test")


def test_inputs_of_a_file_stand_before_computed_ones(tmp_path: Path) -> None:
    path = tmp_path / "inputs.csv"
    path.write_text(
        "input,value,source\nsi_sr,0.9,study\nir,0.8,own\nA:C26,0.5,x\nQ:C26,40,x\nQ:max,100,x\nsi_ei,1,x\nt:CN,1.1,x\n"
    )
    given, t = read_inputs(path)
    assert t == {"CN": 1.1}
    rows = chosen(statements(), stage="refining", year=2024, vintage="GCMO2025")
    known = {one.name: one for one in known_inputs(rows, 2024, given, t)}
    assert known["ir"].low == 0.8
    plain = {one.name: one for one in known_inputs(rows, 2024, given)}
    assert known["hhi_gs"].low > plain["hhi_gs"].low
    assert supply_risk(known.values()).low is not None
    assert economic_importance(known.values()).low == pytest.approx(2.0)
    path.write_text("input,value\nsi_sr,much\n")
    with pytest.raises(InputError, match="row 2, column value"):
        read_inputs(path)
    path.write_text("input,value\nsi_sr,1.5\n")
    with pytest.raises(UsageError, match="Allowed: 0 to 1"):
        read_inputs(path)


def test_bottom_up_meets_the_iea() -> None:
    """China's share of separation within a few points of the IEA's 91.3 %, and never without a range."""
    own = concentration(chosen(statements(), stage="refining", basket="magnet REE, bottom-up")).row(0, named=True)
    assert own["top"] == "CN"
    assert own["top_share_low"] < 0.9128 < own["top_share_high"]
    assert own["top_share"] == pytest.approx(0.9128, abs=0.02)


@pytest.mark.parametrize("element", ["Dy", "Tb", "Y"])
def test_heavy_separation_is_not_claimed_to_be_all_chinese(element: str) -> None:
    row = concentration(chosen(statements(), stage="refining", basket=element)).row(0, named=True)
    assert row["top_share_low"] < 1.0
    assert row["hhi_low"] < row["hhi_high"] == pytest.approx(1.0)
