"""The report of a small screening, byte for byte.

After a wanted change: DIDYMIUM_GOLDEN=write .venv/bin/pytest tests/report/test_golden.py
"""

from __future__ import annotations

import os
from pathlib import Path

from didymium.screening.report import render
from tests.report import sample

GOLDEN = Path(__file__).parent / "golden" / "small.html"


def small() -> str:
    ten = sample.ten()
    return render(sample.screening(12, [ten[0], ten[7]]), sample.COUNTRIES)


def test_small_report_is_the_golden_one() -> None:
    made = small().encode()
    if os.environ.get("DIDYMIUM_GOLDEN") == "write":
        GOLDEN.write_bytes(made)
    assert made == GOLDEN.read_bytes(), "the report changed; look at it, then run the command at the top of this file"


def test_same_screening_same_bytes() -> None:
    assert small() == small()
