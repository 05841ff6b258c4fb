"""The table of patterns, normalisation and ratios: against figures worked by hand and against pyrolite."""

from __future__ import annotations

import math

import polars as pl
import pytest

from didymium.composition.pattern.normalise import normalise, ratios, reference_ppm
from didymium.composition.pattern.table import ELEMENTS, complete, wide
from didymium.errors import InputError, UsageError
from tests.composition.pattern_samples import BASTNAESITE, assays, frame

WHOLE = {**BASTNAESITE, "Tb": 300, "Dy": 400, "Ho": 50, "Er": 90, "Tm": 11, "Lu": 8}
#: What pyrolite 0.3.8 gives for WHOLE (each quotient checked by hand: 250000 / 0.237 = 1 054 852).
PYROLITE = {
    "chondrite": {"La": 1054852.3206751, "Eu": 26642.9840142, "Y": 764.3312102, "Lu": 325.2032520},
    "paas_2012": {"La": 5610.4129264, "Eu": 1234.5679012, "Y": 43.9399487, "Lu": 18.2398541},
    "paas_1985": {"La": 6544.5026178, "Eu": 1363.6363636, "Y": 44.4444444, "Lu": 18.6046512},
    "crust": {"La": 8064.5161290, "Eu": 1500.0, "Y": 57.1428571, "Lu": 25.8064516},
}
PYROLITE_NAMES = {
    "chondrite": "Chondrite_MS95",
    "paas_2012": "PAAS_Pourmand2012",
    "paas_1985": "PAAS_TM1985",
    "crust": "UCC_RG2003",
}


@pytest.mark.parametrize("to", PYROLITE)
def test_normalised_values_agree_with_what_pyrolite_gave(to: str) -> None:
    row = normalise(frame(WHOLE), to).row(0, named=True)
    for name, expected in PYROLITE[to].items():
        assert row[f"{name}_n"] == pytest.approx(expected, rel=1e-8)


@pytest.mark.parametrize("to", PYROLITE_NAMES)
def test_every_element_agrees_with_pyrolite(to: str) -> None:
    pytest.importorskip("pyrolite", reason="pyrolite is not installed (only an oracle for this test)")
    import pandas as pd
    import pyrolite.geochem  # noqa: F401

    theirs = pd.DataFrame([{name: float(ppm) for name, ppm in WHOLE.items()}]).pyrochem.normalize_to(
        PYROLITE_NAMES[to], units="ppm"
    )
    ours = normalise(frame(WHOLE), to).row(0, named=True)
    for name in ELEMENTS:
        rounding = 0.021 if (to, name) == ("crust", "Yb") else 1e-9  # crust Yb: 2.0 in the table, 1.96 there
        assert ours[f"{name}_n"] == pytest.approx(float(theirs[name].iloc[0]), rel=rounding)


def test_the_normalisers_know_every_element() -> None:
    for name in PYROLITE:
        assert set(reference_ppm(name)) == set(ELEMENTS)
    with pytest.raises(UsageError, match=r"'moon'.*chondrite.*paas_2012"):
        reference_ppm("moon")


def test_anomalies_by_hand() -> None:
    row = ratios(frame({"La": 23.7, "Ce": 613, "Pr": 9.28, "Sm": 14.8, "Eu": 2.815, "Gd": 19.9, "Yb": 1.61})).row(
        0, named=True
    )
    assert row["ce_anomaly"] == pytest.approx(10.0)  # 1000 / sqrt(100 x 100)
    assert row["eu_anomaly"] == pytest.approx(0.5)  # 50 / sqrt(100 x 100)
    assert row["la_yb_n"] == pytest.approx(10.0)
    assert row["y_ho"] is None
    assert row["light_pct"] is None  # no Nd, Dy, Y
    assert row["elements"] == 7


def test_errors_add_in_squares_with_half_weight_under_the_root() -> None:
    sample = {"La": 23.7, "Ce": 61.3, "Pr": 9.28, "La_sigma": 2.37, "Ce_sigma": 6.13, "Pr_sigma": 0.928}
    row = ratios(frame(sample)).row(0, named=True)
    assert row["ce_anomaly"] == pytest.approx(1.0)
    assert row["ce_anomaly_sigma"] == pytest.approx(math.sqrt(0.1**2 + 0.05**2 + 0.05**2))
    assert ratios(frame({k: v for k, v in sample.items() if k != "Pr_sigma"}))["ce_anomaly_sigma"].item() is None


def test_a_reading_below_its_limit_bounds_and_never_counts_as_zero() -> None:
    row = ratios(frame({"La": 23.7, "Ce_most": 61.3, "Pr": 9.28, "Y": 30.0, "Ho_most": 1.0})).row(0, named=True)
    assert row["ce_anomaly"] is None
    assert row["ce_anomaly_at_most"] == pytest.approx(1.0)
    assert row["ce_anomaly_at_least"] is None
    assert row["y_ho_at_least"] == pytest.approx(30.0)
    assert row["y_ho_at_most"] is None
    both = ratios(frame({"Y_most": 30.0, "Ho_most": 1.0})).row(0, named=True)
    assert (both["y_ho"], both["y_ho_at_least"], both["y_ho_at_most"]) == (None, None, None)


def test_share_of_light_rare_earths_by_hand_and_with_a_limit() -> None:
    # as oxides: La 1.172769, Ce 1.228368, Nd 1.166377; Dy 1.147683, Y 1.269932
    row = ratios(frame({"La": 10, "Ce": 20, "Nd": 10, "Dy": 5, "Y": 5})).row(0, named=True)
    light, heavy = 11.72769 + 24.56736 + 11.66377, 5.738415 + 6.34966
    assert row["light_pct"] == pytest.approx(100 * light / (light + heavy), rel=1e-6)
    row = ratios(frame({"La": 10, "Ce": 20, "Nd": 10, "Dy_most": 5, "Y": 5})).row(0, named=True)
    assert row["light_pct"] is None
    assert row["light_pct_at_least"] == pytest.approx(100 * light / (light + heavy), rel=1e-6)
    assert row["light_pct_at_most"] == pytest.approx(100 * light / (light + 6.34966), rel=1e-6)


def test_wide_keeps_limits_traces_blanks_and_zeros_apart() -> None:
    rows = pl.DataFrame(
        {
            "sample_id": ["s"] * 6,
            "analyte": ["La2O3", "Ce", "Pr6O11", "Nd", "Sm", "Fe"],
            "value_number": [11.72769, None, None, 0.0, None, 60.0],
            "censored": [None, "below_lod", "trace", None, "not_measured", None],
            "lod": [None, 0.2, None, None, None, None],
            "unit": ["wt%"] * 6,
            "basis": ["oxide", "element", "oxide", "element", "element", "element"],
            "uncertainty": [0.1, None, None, None, None, None],
        }
    )
    row = wide(rows).row(0, named=True)
    assert row["La"] == pytest.approx(100_000, rel=1e-5)
    assert row["La_sigma"] == pytest.approx(0.1 / 1.172769 * 1e4, rel=1e-5)
    assert (row["Ce"], row["Ce_most"]) == (None, pytest.approx(2000))
    for name in ("Pr", "Nd", "Sm"):
        assert (row[name], row[f"{name}_most"]) == (None, None)
    assert "Fe" not in row


def test_wide_reads_sesquioxides_and_an_element_given_as_oxide() -> None:
    rows = pl.DataFrame(
        {
            "sample_id": ["a", "b", "c"],
            "analyte": ["Ce2O3", "Nd", "Tb4O7"],
            "value_number": [1.0, 1.0, 1.0],
            "unit": ["wt%", "wt%", "wt%"],
            "basis": ["oxide", "oxide", None],
        }
    )
    found = wide(rows)
    assert found["Ce"][0] == pytest.approx(1e4 * 280.232 / 328.229, rel=1e-5)
    assert found["Nd"][1] == pytest.approx(1e4 * 0.857356, rel=1e-6)
    assert found["Tb"][2] == pytest.approx(1e4 * 0.850216, rel=1e-6)


def test_a_value_beats_a_limit_and_repeats_are_averaged() -> None:
    first = assays({"Nd": 100.0, "Dy_most": 5.0})
    again = assays({"Nd": 120.0, "Dy": 7.0})
    row = wide(pl.concat([first, again])).row(0, named=True)
    assert row["Nd"] == pytest.approx(110)
    assert (row["Dy"], row["Dy_most"]) == (pytest.approx(7), None)


def test_coated_surfaces_are_left_out() -> None:
    assert wide(assays({"Nd": 100.0}).with_columns(surface=pl.lit("coated"))).height == 0


def test_the_sum_bounds_what_was_not_reported() -> None:
    rows = assays({"Nd": 850_000.0})
    treo = rows.with_columns(analyte=pl.lit("TREO"), value_number=pl.lit(996_000.0), uncertainty=pl.lit(1000.0))
    row = wide(pl.concat([rows, treo])).row(0, named=True)
    assert row["rest_most"] == pytest.approx(996_000 - 850_000 * 1.166377 + 3000, rel=1e-6)
    assert wide(rows)["rest_most"].item() is None
    under = treo.with_columns(value_number=pl.lit(500_000.0))
    assert wide(pl.concat([rows, under]))["rest_most"].item() is None  # a sum under its parts bounds nothing


def test_bad_tables_say_what_is_wrong() -> None:
    with pytest.raises(InputError, match="no column value_number, unit"):
        wide(pl.DataFrame({"analyte": ["Nd"]}))
    with pytest.raises(InputError, match="no column is named after a rare earth; columns are Fe"):
        complete(pl.DataFrame({"Fe": [1.0]}))
    with pytest.raises(InputError, match="column Nd: holds String, not numbers"):
        complete(pl.DataFrame({"Nd": ["<5"]}))


def test_impossible_numbers_are_not_known() -> None:
    found = complete(
        pl.DataFrame({"Nd": [math.nan, math.inf, -1.0, 0.0, 2.0], "Dy_most": [0.0, -1.0, math.nan, 1.0, 1.0]})
    )
    assert found["Nd"].to_list() == [None, None, None, None, 2.0]
    assert found["Dy_most"].to_list() == [None, None, None, 1.0, 1.0]
