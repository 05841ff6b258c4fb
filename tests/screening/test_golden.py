"""Forty declarations, ten ways of lying among them (X-..), screened from file to findings.

After a wanted change: DIDYMIUM_GOLDEN=write .venv/bin/pytest tests/screening/test_golden.py
"""

from __future__ import annotations

import os
from pathlib import Path
from typing import Final

import polars as pl
import pytest

from didymium.screening.run import Outcome, screen

FOLDER: Final = Path(__file__).parent / "golden"
INPUT: Final = FOLDER / "input.csv"
GOLDEN: Final = FOLDER / "findings.csv"
PRIOR: Final = 0.02
#: The lie, and words of the sentence that has to give it away.
LIES: Final = {
    "X-01-COVER": "412 USD/kg",
    "X-02-RICE": "BAO KHANG RICE",
    "X-03-STAGE": "Thailand",
    "X-04-PORT": "CNSHA",
    "X-05-GRADE": "N38EH",
    "X-06-PARTS": "92 %",
    "X-07-MAKER": "赣州稀土有限公司",
    "X-08-MADEIN": "China",
    "X-09-PARCEL-1": "4 parcels",
    "X-10-BAGS": "NEODYMIUM PRASEODYMIUM CARBONATE",
}


@pytest.fixture(scope="module")
def outcome(tmp_path_factory: pytest.TempPathFactory) -> Outcome:
    return screen([INPUT], out=tmp_path_factory.mktemp("golden"), top=20, prior=PRIOR)


@pytest.fixture(scope="module")
def findings(outcome: Outcome) -> pl.DataFrame:
    return pl.read_parquet(outcome.files["findings_parquet"])


def test_findings_are_the_golden_ones(outcome: Outcome) -> None:
    made = outcome.files["findings_csv"].read_bytes()
    if os.environ.get("DIDYMIUM_GOLDEN") == "write":
        GOLDEN.write_bytes(made)
    assert made == GOLDEN.read_bytes(), (
        "the findings changed; look at them, then run the command at the top of this file"
    )


def test_every_lie_ranks_above_every_true_label(findings: pl.DataFrame) -> None:
    false = pl.col("declaration_id").str.starts_with("X-")
    lies, true = findings.filter(false), findings.filter(~false)
    assert lies.height == 13
    assert lies["probability"].min() > true["probability"].max()


def test_no_true_label_is_raised_above_the_prior(findings: pl.DataFrame) -> None:
    true = findings.filter(pl.col("declaration_id").str.starts_with("L-"))
    assert true.filter(pl.col("probability") > PRIOR).select("declaration_id", "top_reason").rows() == []


@pytest.mark.parametrize("declaration", LIES)
def test_every_lie_is_told_by_what_gives_it_away(declaration: str, outcome: Outcome) -> None:
    evidence = pl.read_parquet(outcome.files["evidence_parquet"]).filter(pl.col("declaration_id") == declaration)
    against = evidence.filter(pl.col("weight_bans") > 0)["because"].to_list()
    assert any(LIES[declaration] in sentence for sentence in against), against
