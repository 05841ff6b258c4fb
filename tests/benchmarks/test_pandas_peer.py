"""An independent implementation of enrichment, profile, checks and weighing in pandas must find the same weights."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pandas as pd
import polars as pl
import pytest

from benchmarks import generate
from benchmarks.pandas_peer import checks as peer
from benchmarks.pandas_peer.__main__ import read, run
from didymium.checks import CHECKS
from didymium.intake.read import read_declarations
from didymium.screening.attach import close
from didymium.screening.batch import first, second
from didymium.screening.profile import Counter

ROWS, SEED, PRIOR = 6_000, 11, 0.03


@pytest.fixture(scope="module")
def both(tmp_path_factory: pytest.TempPathFactory) -> tuple[pd.DataFrame, pd.DataFrame]:
    """(ours, theirs): one row per generated declaration, a column of bans per check, and the probability."""
    path: Path = tmp_path_factory.mktemp("peer") / "declarations.parquet"
    generate.write(path, ROWS, seed=SEED, parties=300)
    counter, halves = Counter(), []
    for batch in read_declarations(path).batches(700):
        compact, counts = first(batch.with_columns(file_no=pl.lit(0, dtype=pl.Int32)))
        halves.append(compact)
        counter.add(counts)
    profile = close(counter.tables())
    ours = pl.concat([second(compact, profile, PRIOR) for compact in halves])
    return ours.to_pandas(), run(read(path), prior=PRIOR)


def test_every_check_has_a_peer_or_a_reason_to_have_none() -> None:
    assert {check.name for check in CHECKS} == {*peer.CHECKS, *peer.OTHERS}


@pytest.mark.parametrize("check", CHECKS, ids=lambda check: check.name)
def test_checks_mean_the_same_question_and_datum(check) -> None:
    if check.name in peer.CHECKS:
        assert peer.CHECKS[check.name][:2] == (check.question, check.datum)


@pytest.mark.parametrize("name", [*peer.CHECKS, "probability"])
def test_same_weights(both: tuple[pd.DataFrame, pd.DataFrame], name: str) -> None:
    ours, theirs = both
    assert list(ours["declaration_id"]) == list(theirs["declaration_id"])
    left, right = ours[name].to_numpy(float), theirs[name].to_numpy(float)
    assert np.isfinite(left).any(), f"{name} is silent on every generated row, so nothing is compared"
    np.testing.assert_allclose(
        left, right, rtol=1e-9, atol=1e-9, equal_nan=True,
        err_msg=f"{name}: the product and benchmarks/pandas_peer disagree; was one of them changed alone?",
    )  # fmt: skip


def test_a_changed_weight_would_be_seen(both: tuple[pd.DataFrame, pd.DataFrame]) -> None:
    """The weights are no constants: every check but those of one weight by nature gives at least two."""
    ours, _ = both
    single = {name for name in peer.CHECKS if ours[name].dropna().nunique() < 2}
    assert single <= {"first_trade", "origin_capacity"}
