"""World trade of 2024 as shipped: the known falsehoods stand out, known lawful flows do not."""

from __future__ import annotations

from typing import Final

import polars as pl
import pytest

from didymium.screening.run import screen

PRIOR: Final = 0.02
#: Exporter, importer, code, and why the flow is what it says (facilities: tricky cases T01, T02, T05, T08; typology none).
LAWFUL: Final = (
    ("VN", "JP", "280530", "metal from imported oxide, electrolysis since 2010"),
    ("MY", "JP", "284690", "light oxides of the Gebeng plant"),
    ("MY", "VN", "284690", "light oxides for metal making"),
    ("EE", "US", "284690", "light oxides separated at Sillamäe"),
    ("EE", "DE", "284610", "cerium compounds separated at Sillamäe"),
    ("TH", "JP", "280530", "metal made at Rayong from imported oxide"),
    ("CN", "JP", "284690", "the largest flow of the trade"),
    ("CN", "JP", "280530", "the largest flow of metal"),
    ("JP", "CN", "284690", "high-purity compounds"),
)
#: Exporter, importer, code, least probability over the prior, and why it is not what it says.
FALSE: Final = (
    (
        "TR",
        "BJ",
        "284690",
        "40 700 t at 0.05 USD/kg from a country whose pilot plant treats 1 200 t of ore a year (T27)",
    ),
    ("AU", "MY", "280530", "concentrate at 2 to 5 USD/kg under the metal code; no metal plant in Australia (T04)"),
)


@pytest.fixture(scope="module")
def findings(tmp_path_factory: pytest.TempPathFactory) -> pl.DataFrame:
    outcome = screen([], out=tmp_path_factory.mktemp("trade"), trade_year=2024, top=10, prior=PRIOR)
    assert outcome.screening.lines_screened > 2000
    return pl.read_parquet(outcome.files["findings_parquet"])


def flow(findings: pl.DataFrame, exporter: str, importer: str, code: str) -> dict[str, object]:
    return findings.row(by_predicate=pl.col("declaration_id") == f"2024-{exporter}-{importer}-{code}", named=True)


def test_turkiye_to_benin_is_among_the_first_ten(findings: pl.DataFrame) -> None:
    row = flow(findings, "TR", "BJ", "284690")
    assert row["rank"] <= 10  # type: ignore[operator]
    assert "Türkiye" in str(row["top_reason"])


@pytest.mark.parametrize(("exporter", "importer", "code", "why"), FALSE, ids=lambda value: str(value)[:20])
def test_false_flows_stand_above_the_prior(
    findings: pl.DataFrame, exporter: str, importer: str, code: str, why: str
) -> None:
    assert flow(findings, exporter, importer, code)["probability"] > PRIOR, why  # type: ignore[operator]


@pytest.mark.parametrize(("exporter", "importer", "code", "why"), LAWFUL, ids=lambda value: str(value)[:20])
def test_lawful_flows_stand_below_the_prior(
    findings: pl.DataFrame, exporter: str, importer: str, code: str, why: str
) -> None:
    row = flow(findings, exporter, importer, code)
    assert row["probability"] < PRIOR, f"{why}: {row['top_reason']}"  # type: ignore[operator]


def test_few_flows_are_accused(findings: pl.DataFrame) -> None:
    """Most of the world's trade is what it says."""
    assert findings.filter(pl.col("probability") > 0.2).height <= 0.02 * findings.height


def test_flows_of_a_few_dollars_are_not_raised_by_their_price(findings: pl.DataFrame) -> None:
    """BACI has 26 kg for 3 USD from Bahrain and 10 kg for 1 USD from Finland: rounding, not a price."""
    for exporter, importer in (("BH", "SA"), ("FI", "DE")):
        assert flow(findings, exporter, importer, "280530")["rank"] > 20  # type: ignore[operator]
