"""How evidence is combined: probabilities, monotony, and a waterfall that adds up."""

from __future__ import annotations

import math
from typing import Final

import polars as pl
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from polars.testing import assert_frame_equal

from didymium.checks import CHECKS
from didymium.screening.attach import attach_profile, close
from didymium.screening.batch import with_weights
from didymium.screening.enrich import enrich
from didymium.screening.enrich.law import add_law
from didymium.screening.licences import with_remarks
from didymium.screening.names import add_names
from didymium.screening.present import finding
from didymium.screening.profile import Counter, count
from didymium.screening.weigh import LIMIT, SHARES, counted, prior_bans, prior_odds, question_sum, weigh
from tests.lines import declarations
from tests.screening.strategies import FILES, SLOW

NAMES: Final = [check.name for check in CHECKS]
BANS: Final = st.one_of(st.none(), st.floats(-2, 2), st.sampled_from([0.0, -0.1, 0.3, 1.2]))
WEIGHTS: Final = st.fixed_dictionaries(dict.fromkeys(NAMES, BANS))
PRIORS: Final = st.floats(1e-6, 0.5)


def frame(*rows: dict[str, float | None], rare_earths: bool = True) -> pl.DataFrame:
    """One column of bans per check, as `weigh` takes it."""
    schema = dict.fromkeys(NAMES, pl.Float64)
    return pl.DataFrame(list(rows), schema=schema).with_columns(rare_earth_goods=pl.lit(rare_earths))


def probability(row: dict[str, float | None], prior: float, *, rare_earths: bool) -> float:
    return float(weigh(frame(row, rare_earths=rare_earths), prior)["probability"][0])


@settings(max_examples=60)
@given(WEIGHTS, PRIORS, st.booleans())
def test_the_probability_lies_between_nought_and_one(
    row: dict[str, float | None], prior: float, rare_earths: bool
) -> None:
    result = weigh(frame(row, rare_earths=rare_earths), prior).row(0, named=True)
    assert 0 < result["probability"] < 1
    assert math.isclose(result["probability"], 1 / (1 + 10 ** -result["posterior_bans"]), rel_tol=1e-9)


@settings(max_examples=80)
@given(WEIGHTS, st.sampled_from(NAMES), st.floats(-2, 2), st.floats(0, 2), PRIORS, st.booleans())
def test_a_heavier_word_against_never_lowers_the_probability(
    row: dict[str, float | None], name: str, bans: float, more: float, prior: float, rare_earths: bool
) -> None:
    low = probability({**row, name: bans}, prior, rare_earths=rare_earths)
    high = probability({**row, name: bans + more}, prior, rare_earths=rare_earths)
    assert high >= low * (1 - 1e-12)


@pytest.mark.parametrize("name", NAMES)
def test_each_check_moves_the_probability_both_ways(name: str) -> None:
    """On a consignment of rare earths, from silence: up by a word against, down by a word for."""
    silent: dict[str, float | None] = dict.fromkeys(NAMES)
    still = probability(silent, 0.02, rare_earths=True)
    assert probability({**silent, name: 1.0}, 0.02, rare_earths=True) > still
    assert probability({**silent, name: -0.5}, 0.02, rare_earths=True) < still
    assert math.isclose(probability({**silent, name: 0.0}, 0.02, rare_earths=True), still)


def test_silence_gives_back_the_prior() -> None:
    for prior in (0.001, 0.02, 0.3):
        assert math.isclose(probability(dict.fromkeys(NAMES), prior, rare_earths=True), prior)


def test_goods_without_rare_earths_can_only_be_false_in_their_contents() -> None:
    silent: dict[str, float | None] = dict.fromkeys(NAMES)
    before = probability(silent, 0.02, rare_earths=False)
    for check in CHECKS:
        after = probability({**silent, check.name: 1.5}, 0.02, rare_earths=False)
        assert (after > before) == (check.question == "contents"), check.name


@settings(max_examples=80)
@given(WEIGHTS)
def test_what_is_counted_adds_up_to_the_sum_of_its_question(row: dict[str, float | None]) -> None:
    """The rule of the table (Polars) and the rule of the waterfall (plain Python) are the same rule."""
    sums = frame(row).select(question_sum(question).alias(question) for question in SHARES).row(0, named=True)
    counts = counted({name: bans for name, bans in row.items() if bans is not None})
    for question in SHARES:
        parts = sum(counts[c.name] for c in CHECKS if c.question == question and c.name in counts)
        assert math.isclose(max(-LIMIT, min(LIMIT, parts)), sums[question], abs_tol=1e-9)


@settings(max_examples=40)
@given(WEIGHTS)
def test_of_one_datum_only_the_strongest_word_counts_in_full(row: dict[str, float | None]) -> None:
    said = {name: bans for name, bans in row.items() if bans}
    counts = counted(said)
    assert set(counts) == set(said)
    for question, datum in {(check.question, check.datum) for check in CHECKS}:
        for sign in (1, -1):
            same = [
                c.name
                for c in CHECKS
                if (c.question, c.datum) == (question, datum) and sign * (said.get(c.name) or 0) > 0
            ]
            if same:
                full = max(abs(said[name]) for name in same)
                assert max(abs(counts[name]) for name in same) == full
                assert sum(abs(counts[name]) for name in same) == pytest.approx(
                    (full + sum(abs(said[n]) for n in same)) / 2
                )


@SLOW
@given(FILES, st.floats(0.001, 0.3))
def test_every_waterfall_adds_up(lines: list[dict[str, object]], prior: float) -> None:
    """Prior and all that counts give the posterior, and the posterior gives the probability."""
    wide = with_remarks(add_law(enrich(declarations(lines).with_columns(file_no=pl.lit(0, dtype=pl.Int32)))), None)
    counter = Counter()
    counter.add(count(wide))
    counts = counter.tables()
    rows = weigh(add_names(with_weights(attach_profile(wide, close(counts)), CHECKS)), prior)
    for rank, row in enumerate(rows.iter_rows(named=True), start=1):
        page = finding(row, rank, prior, counts["price"])
        assert math.isclose(
            page.prior_bans + sum(e.counted_bans for e in page.evidence), page.posterior_bans, abs_tol=1e-9
        )
        assert math.isclose(page.probability, 1 / (1 + 10**-page.posterior_bans), rel_tol=1e-9)
        assert {e.check for e in page.evidence} - {"combination"} == {n for n in NAMES if row[n]}
        if page.peers is not None:
            assert sum(page.peers.counts) == page.peers.n
            assert len(page.peers.edges_usd_per_kg) == len(page.peers.counts) + 1


def test_prior_bans_are_the_log_of_the_odds() -> None:
    assert prior_odds(0.5) == 1
    assert prior_bans(0.5) == 0
    assert math.isclose(prior_bans(0.02), math.log10(0.02 / 0.98))


@settings(max_examples=10)
@given(st.lists(WEIGHTS, min_size=20, max_size=40), st.sampled_from([1, 2, 3, 7]))
def test_a_batch_of_one_row_is_weighed_to_the_same_bit(rows: list[dict[str, float | None]], size: int) -> None:
    """A file of n rows may leave a last batch of one; a scalar must not be reckoned in another order than a column."""
    whole = weigh(frame(*rows), 0.02)
    assert_frame_equal(
        pl.concat([weigh(part, 0.02) for part in frame(*rows).iter_slices(size)]), whole, check_exact=True
    )
