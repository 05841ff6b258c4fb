"""Cases an expert can read (tests/cases/supply): shares and HHI by stage and vintage, and what press figures can mean."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import polars as pl
import pytest
import yaml

from didymium.supply.concentration import (
    Claim,
    chosen,
    concentration,
    over_vintages,
    press_claims,
    readings,
    share_ranges,
    shares,
    statements,
    verdict,
    without_elements,
)

FOLDER = Path(__file__).parent.parent / "cases" / "supply"
MARKETS: list[dict[str, Any]] = yaml.safe_load((FOLDER / "concentration.yaml").read_text(encoding="utf-8"))
CLAIMS: list[dict[str, Any]] = yaml.safe_load((FOLDER / "claims.yaml").read_text(encoding="utf-8"))


def ends(value: Any) -> list[float]:
    return value if isinstance(value, list) else [value, value]


@pytest.mark.parametrize("case", MARKETS, ids=lambda case: case["case"])
def test_market(case: dict[str, Any]) -> None:
    rows, expect = without_elements(chosen(statements(), **case["ask"])), case["expect"]
    whole = over_vintages(concentration(rows))
    assert whole.height == 1, "the question is about one basket and year"
    assert whole.select("hhi_low", "hhi_high").row(0) == pytest.approx(ends(expect["hhi"]), abs=5e-4)
    own = share_ranges(shares(rows)).filter(pl.col("country") == expect["country"])
    found = own.select(pl.col("share_low", "share_high") * 100).row(0)
    assert found == pytest.approx(ends(expect["share"]), abs=0.05)
    assert own["vintages"][0].to_list() == expect["vintages"]
    assert set(rows["kind"]) == {expect.get("kind", "actual")}


@pytest.mark.parametrize("case", CLAIMS, ids=lambda case: case["case"])
def test_claim(case: dict[str, Any]) -> None:
    claim = Claim(**case["claim"], source="test")
    found = readings(claim)
    named = found.with_columns(name=pl.concat_str("stage", "basket", separator=" | "))
    for wanted, word in ((case["fits"], "yes"), (case["not"], "no")):
        for name in wanted:
            assert set(named.filter(pl.col("name") == name)["fits"]) == {word}, name
    assert claim.text in verdict(claim, found)


def test_the_press_figures_of_the_reference_are_answered() -> None:
    claims = press_claims()
    assert [(claim.stage, claim.qualifier, claim.share) for claim in claims] == [
        ("mining", ">", 0.6),
        ("mining and refining", ">", 0.8),
    ]
    sentences = [verdict(claim, readings(claim)) for claim in claims]
    assert "holds for mining of all REO" in sentences[0]
    assert "holds for none with certainty" in sentences[1]
    assert "refining of magnet REE" in sentences[1]


def test_computed_shares_of_the_reference_are_met() -> None:
    """Shares that the reference base keeps as computed are those of the tonnages, to its two digits."""
    from didymium.reference import table

    own = shares().filter(pl.col("how") == "stated tonnage").with_columns(pct=pl.col("share") * 100)
    stated = table("stage_shares").filter((pl.col("how") == "computed") & (pl.col("area") == "country"))
    both = stated.join(
        own, left_on=["stage", "material", "country", "year", "vintage"],
        right_on=["stage", "basket", "country", "year", "vintage"], how="left",
    )  # fmt: skip
    assert both.height > 60
    known = both.filter(pl.col("share_pct") > 0)
    assert known["pct"].null_count() == 0
    assert (known["pct"] - known["share_pct"]).abs().max() < 0.006
