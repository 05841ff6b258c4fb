"""Cases an expert can read: tests/cases/checks/*.yaml, one file per check.

Each case: `case` (what it is), `lines` (the first is judged, the others are the file around it; `times` repeats), `expect`:

    against      speaks against the label        silent       says nothing
    for          speaks for the label            not against  silent or for
    faint        silent, or at most FAINT bans either way (`at_most` sets another limit)

and where it matters `at_least`, `at_most` (bans) and `says` (words that must stand in the sentence).
"""

from __future__ import annotations

from functools import cache
from pathlib import Path
from typing import Any, Final

import pytest
import yaml

from didymium.checks import CHECKS
from tests.lines import judged_files

FOLDER: Final = Path(__file__).parent.parent / "cases" / "checks"
#: A weight a targeting officer would not act on: a likelihood ratio of 2.
FAINT: Final = 0.3
EXPECTATIONS: Final = ("against", "for", "silent", "not against", "faint")
KEYS: Final = {"case", "lines", "expect", "at_least", "at_most", "says"}

CASES: Final[list[tuple[str, dict[str, Any]]]] = [
    (path.stem, case)
    for path in sorted(FOLDER.glob("*.yaml"))
    for case in yaml.safe_load(path.read_text(encoding="utf-8"))
]
BY_NAME: Final = {check.name: check for check in CHECKS}


@cache
def judged_lines() -> list[dict[str, Any]]:
    """The judged line of every case, in the order of CASES."""
    return [rows[0] for rows in judged_files([case["lines"] for _, case in CASES])]


@pytest.mark.parametrize("number", range(len(CASES)), ids=[f"{name}: {case['case']}" for name, case in CASES])
def test_case(number: int) -> None:
    name, case = CASES[number]
    assert set(case) <= KEYS, f"unknown keys {set(case) - KEYS}"
    assert case["expect"] in EXPECTATIONS
    row = judged_lines()[number]
    bans = row[name]
    expected = case["expect"]
    if expected == "silent":
        assert bans is None or bans == 0, f"{name} said {bans}"
        return
    if expected == "not against":
        assert bans is None or bans <= 0, f"{name} said {bans}"
        return
    if expected == "faint":
        assert bans is None or abs(bans) <= case.get("at_most", FAINT), f"{name} said {bans}"
        return
    assert bans is not None, f"{name} was silent"
    assert bans != 0, f"{name} said nothing"
    assert (bans > 0) == (expected == "against"), f"{name} said {bans}"
    assert case.get("at_least", -9) <= bans <= case.get("at_most", 9), f"{name} said {bans}"
    sentence = BY_NAME[name].because({**row, "weight_bans": bans})
    for words in case.get("says", []):
        assert words in sentence, sentence


@pytest.mark.parametrize("check", CHECKS, ids=lambda check: check.name)
def test_every_check_has_its_cases(check: Any) -> None:
    """Fires, stays silent where data are missing, and withstands a lawful oddity."""
    cases = [case for name, case in CASES if name == check.name]
    assert any(case["expect"] == "against" for case in cases)
    assert any(case["expect"] == "silent" for case in cases)
    assert any(case["case"].startswith("lawful") for case in cases)


def test_no_case_without_a_check() -> None:
    assert {name for name, _ in CASES} <= set(BY_NAME)
