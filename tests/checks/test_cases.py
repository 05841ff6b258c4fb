"""Cases an expert can read: tests/cases/checks/*.yaml, one file per check.

Each case: `case` (what it is), `lines` (the first is judged, the others are the file around it; `times` repeats), `expect`
(against, for, silent, not against), and where it matters `says` (words that must stand in the sentence), `at_least`/`at_most`.
"""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest
import yaml

from didymium.checks import CHECKS
from tests.lines import judged

FOLDER = Path(__file__).parent.parent / "cases" / "checks"
CASES: list[tuple[str, dict[str, Any]]] = [
    (path.stem, case) for path in sorted(FOLDER.glob("*.yaml")) for case in yaml.safe_load(path.read_text(encoding="utf-8"))
]
BY_NAME = {check.name: check for check in CHECKS}


@pytest.mark.parametrize(("name", "case"), CASES, ids=[f"{name}: {case['case']}" for name, case in CASES])
def test_case(name: str, case: dict[str, Any]) -> None:
    check = BY_NAME[name]
    row = judged(case["lines"])[0]
    bans = row[name]
    expected = case["expect"]
    if expected == "silent":
        assert bans is None or bans == 0, f"{name} said {bans}"
        return
    if expected == "not against":
        assert bans is None or bans <= 0, f"{name} said {bans}"
        return
    assert bans is not None, f"{name} was silent"
    assert (bans > 0) == (expected == "against"), f"{name} said {bans}"
    assert case.get("at_least", -9) <= bans <= case.get("at_most", 9), f"{name} said {bans}"
    sentence = check.because({**row, "weight_bans": bans})
    for words in case.get("says", []):
        assert words in sentence, sentence


@pytest.mark.parametrize("check", CHECKS, ids=lambda check: check.name)
def test_every_check_has_its_cases(check: Any) -> None:
    """Fires, speaks for or stays silent, and stays silent without data: at least three cases each."""
    cases = [case for name, case in CASES if name == check.name]
    assert len(cases) >= 3, f"tests/cases/checks/{check.name}.yaml needs at least three cases"
    assert any(case["expect"] == "against" for case in cases)
    assert any(case["expect"] in ("silent", "not against") for case in cases)
