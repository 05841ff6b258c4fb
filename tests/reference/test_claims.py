"""Claims of origin an expert would test, judged from the facility table alone."""

from __future__ import annotations

import datetime as dt
from pathlib import Path
from typing import Any

import pytest
import yaml

from didymium.errors import UsageError
from didymium.reference.claims import claim, covers

CASES = yaml.safe_load((Path(__file__).parents[1] / "cases/origin_claims.yaml").read_text(encoding="utf-8"))
SINGLE = [
    pytest.param(one, id=f"{case['id']}-{number}-{one['country']}-{one['stage']}-{one['date']}")
    for case in CASES
    for number, one in enumerate(case["claims"], start=1)
]


@pytest.mark.parametrize("one", SINGLE)
def test_claim(one: dict[str, Any]) -> None:
    judged = claim(
        one["country"],
        one["stage"],
        one["date"],
        one.get("elements", ()),
        tonnes=one.get("tonnes"),
        months=one.get("months", 1.0),
        treo_pct=one.get("treo_pct"),
    )
    assert judged.verdict == one["verdict"], judged.because
    assert one.get("only_as", "") in (judged.only_as or ""), judged
    assert one.get("because", "") in judged.because, judged.because
    assert (judged.verdict == "plausible only as") == (judged.only_as is not None)


def test_all_29_expert_cases_are_there() -> None:
    assert len(CASES) == 29
    assert all(len(case["claims"]) >= 2 for case in CASES)
    assert all(isinstance(one["country"], str) for case in CASES for one in case["claims"])


def test_outside_the_table_is_unknown() -> None:
    assert claim("US", "mine", dt.date(1980, 1, 1)).verdict == "unknown"
    assert claim("NG", "separation", dt.date(2029, 1, 1)).verdict == "unknown"


def test_unknown_stage_is_refused() -> None:
    with pytest.raises(UsageError, match="Stages: mine"):
        claim("US", "smelting", dt.date(2020, 1, 1))


@pytest.mark.parametrize(
    ("elements", "wanted", "answer"),
    [
        ("LREE", "Nd", True), ("LREE", "Sm", False), ("LREE", "Dy", False), ("Ce;La", "Nd", False),
        ("Ce;La", "LREE", True), ("LREE;HREE", "SmCo", False), ("Sm", "SmCo", True), ("Sm", "NdFeB", False),
        ("Sc", "ANY", False), ("HREE", "Y", True),
    ],
)  # fmt: skip
def test_what_a_plant_covers(elements: str, wanted: str, *, answer: bool) -> None:
    assert covers(elements, wanted) is answer
