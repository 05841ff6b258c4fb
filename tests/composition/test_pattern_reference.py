"""Verification against the user's own samples: verdicts, refusals, and what never changes them."""

from __future__ import annotations

import math

import numpy as np
import polars as pl
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from didymium.composition.pattern.mine import verify
from didymium.composition.pattern.mine_fit import contrasts, f_median, f_tail, fit, widening
from didymium.composition.pattern.table import ELEMENTS, Floats, wide
from didymium.errors import InputError
from tests.composition.pattern_samples import BASTNAESITE, Sample, assays, frame, from_logs, published

NAMES, LOGS = published()


def mine(name: str, scatter: float, number: int, seed: int = 1) -> Floats:
    """Made samples of a published deposit: ln contents with independent scatter (standard deviation of ln)."""
    centre = LOGS[NAMES.index(name)]
    return centre + scatter * np.random.default_rng(seed).normal(size=(number, len(ELEMENTS)))


def test_a_lot_of_the_mine_is_compatible_and_says_that_this_proves_nothing() -> None:
    found = verify(
        from_logs(mine("maoniuping", 0.05, 1, 9)), from_logs(mine("maoniuping", 0.05, 10)), "Maoniuping", "maoniuping"
    )
    assert found.verdict == "compatible"
    assert (found.samples, found.lots, len(found.elements)) == (10, 1, 15)
    assert found.p > 0.05
    assert found.bans_same is not None
    assert 1 <= found.bans_same <= 2.5
    assert found.mine_class == "bastnaesite"
    assert found.own_compatible + found.own_inconclusive + found.own_rejected == 10
    assert found.own_compatible >= 9
    assert "no proof of origin" in found.because
    assert "10 samples, 15 elements" in found.because


@pytest.mark.parametrize("other", ["mountain_pass", "dechang", "mount_weld_cld", "longnan"])
def test_another_deposit_is_told_from_a_mine_with_little_scatter(other: str) -> None:
    found = verify(from_logs(mine(other, 0.05, 1, 9)), from_logs(mine("maoniuping", 0.05, 10)), deposit="maoniuping")
    assert found.verdict == "not compatible"
    assert found.p < 0.01
    assert found.bans_any <= -1


def test_a_mine_with_much_scatter_gives_no_verdict() -> None:
    """Scatter of 0.5 in ln is what published rocks of one deposit show: sisters are neither confirmed nor excluded."""
    reference = from_logs(mine("maoniuping", 0.5, 8))
    verdicts = [
        verify(from_logs(mine(name, 0.5, 1, 9)), reference).verdict for name in ("weishan", "bayan_obo", "dechang")
    ]
    assert "compatible" not in verdicts
    assert verdicts.count("inconclusive") >= 2


def test_look_alikes_are_named() -> None:
    light = {"La", "Ce", "Pr", "Nd"}
    only = np.array([name in light for name in ELEMENTS])
    reference, lot = mine("mountain_pass", 0.1, 10), mine("mountain_pass", 0.1, 1, 3)
    reference[:, ~only] = lot[:, ~only] = math.nan
    found = verify(from_logs(lot), from_logs(reference), "Mountain Pass", "mountain_pass")
    assert "mountain_pass" not in found.look_alikes
    assert found.look_alikes
    assert f"{len(found.look_alikes)} would pass as well" in found.because


@pytest.mark.parametrize(
    ("lot", "samples", "says"),
    [
        ([BASTNAESITE], [BASTNAESITE] * 4, "4 samples of the mine; at least 5"),
        ([{"La": 1.0, "Ce": 2.0, "Nd": 1.0}], [BASTNAESITE] * 6, r"3 elements in common \(La, Ce, Nd\); at least 4"),
        ([{"Dy": 1.0, "Ho": 1.0}], [BASTNAESITE] * 6, r"0 elements in common \(none\)"),
        ([{"La": 1.0, "Ce_most": 2.0, "Pr": 1.0, "Nd": 1.0}], [BASTNAESITE] * 6, "3 elements in common"),
        (
            [BASTNAESITE],
            [
                {"La": 1.0, "Ce": 1.0, "Pr": 1.0, "Nd": 1.0, "Sm": 1.0} | {name: None}
                for name in ("La", "Ce", "Pr", "Nd", "Sm")
            ],
            "only 0 samples of the mine have all of",
        ),
        ([], [BASTNAESITE] * 6, "the lot has no sample"),
    ],
)
def test_too_little_is_refused_with_what_is_needed(lot: list[Sample], samples: list[Sample], says: str) -> None:
    with pytest.raises(InputError, match=says):
        verify(frame(*lot) if lot else frame(BASTNAESITE).clear(), frame(*samples))


def test_a_limit_far_under_what_the_mine_has_counts_against_it() -> None:
    reference = from_logs(mine("maoniuping", 0.1, 8))
    lot = from_logs(mine("maoniuping", 0.1, 1, 9)).with_columns(Y=pl.lit(None, dtype=pl.Float64))
    without = verify(lot, reference)
    far = verify(lot.with_columns(Y_most=pl.lit(0.001)), reference)
    near = verify(lot.with_columns(Y_most=pl.lit(100.0)), reference)
    assert without.verdict == near.verdict == "compatible"
    assert far.verdict != "compatible"
    assert far.p < 0.01 < without.p


def test_samples_that_are_all_alike_do_not_make_the_scatter_nothing() -> None:
    found = verify(frame(BASTNAESITE), frame(*[BASTNAESITE] * 6))
    assert found.verdict == "compatible"
    assert found.p > 0.5


@settings(max_examples=15)
@given(st.randoms(use_true_random=False), st.floats(0.01, 100), st.sampled_from(["weishan", "maoniuping", "nangang"]))
def test_order_and_dilution_never_matter(random: object, factor: float, name: str) -> None:
    reference, lot = mine("maoniuping", 0.2, 8), mine(name, 0.2, 1, 5)
    plain = verify(from_logs(lot), from_logs(reference))
    order = list(range(8))
    random.shuffle(order)  # type: ignore[attr-defined]
    other = verify(from_logs(lot + math.log(factor)), from_logs(reference[order] - math.log(factor)))
    assert other.verdict == plain.verdict
    assert other.look_alikes == plain.look_alikes
    assert other.p == pytest.approx(plain.p, rel=1e-6)
    assert other.bans_any == pytest.approx(plain.bans_any, abs=1e-6)


def test_units_fillers_and_order_of_assay_rows_never_matter() -> None:
    rows = [
        {name: float(value) for name, value in zip(ELEMENTS, np.exp(logs), strict=True)}
        for logs in mine("maoniuping", 0.1, 7)
    ]
    long = pl.concat([assays(row, sample_id=str(at)) for at, row in enumerate(rows[:6])])
    other = pl.concat([assays(row, "wt%", oxide=True, sample_id=str(at)) for at, row in enumerate(rows[:6])])
    filler = other.head(1).with_columns(analyte=pl.lit("Fe2O3"), value_number=pl.lit(40.0))
    mixed = pl.concat([other, filler]).sample(fraction=1.0, shuffle=True, seed=3)
    lot = frame(rows[6])
    one, two = verify(lot, wide(long)), verify(lot, wide(mixed))
    assert (one.verdict, one.elements, one.look_alikes) == (two.verdict, two.elements, two.look_alikes)
    assert one.p == pytest.approx(two.p, rel=1e-4)  # oxide factors have six digits


def test_contrasts_are_an_isometry_without_the_level() -> None:
    logs = np.random.default_rng(2).normal(size=(3, 6))
    turned = contrasts(logs)
    centred = logs - logs.mean(axis=1, keepdims=True)
    assert turned.shape == (3, 5)
    assert np.linalg.norm(turned, axis=1) == pytest.approx(np.linalg.norm(centred, axis=1))
    assert contrasts(logs + 7) == pytest.approx(turned)


@pytest.mark.parametrize(
    ("top", "under", "value", "tail"),
    [
        (3, 4, 6.591382, 0.05),
        (14, 4, 14.248880, 0.01),
        (8, 20, 2.447064, 0.05),
        (14, 9, 5.005525, 0.01),
        (5, 5, 1.0, 0.5),
    ],
)
def test_tail_of_f_agrees_with_tables(top: int, under: int, value: float, tail: float) -> None:
    assert f_tail(value, top, under) == pytest.approx(tail, abs=0.006)


def test_median_of_f() -> None:
    assert f_median(5, 5) == pytest.approx(1.0)
    assert f_tail(f_median(14, 4), 14, 4) == pytest.approx(0.5, abs=0.01)


def test_left_out_samples_of_the_mine_are_rarely_far_out() -> None:
    """p of a further sample is near uniform: of 300 samples of made mines with few samples, under 3 % are below 0.01."""
    rng = np.random.default_rng(4)
    low = 0
    for _ in range(300):
        scatter = rng.uniform(0.05, 0.6, 10)
        points = contrasts(rng.normal(size=(9, 10)) * scatter + rng.normal(size=(9, 1)) * np.linspace(-0.5, 0.5, 10))
        low += fit(points[:8], widening(points[:8])).p(points[8], np.zeros((9, 9))) < 0.01
    assert low <= 9
