"""The yardsticks of determinations measure what they say (benchmarks/controls.py, benchmarks/scoring/controls.py)."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest
import yaml

from benchmarks import controls as speed
from benchmarks.scoring import controls as scoring
from didymium.controls import determine_frame, instruments, ruleset
from tests.controls import pool

CASE: dict[str, Any] = {
    "id": "X1", "date": "2026-03-01", "export_country": "CN", "import_country": "DE", "origin": "CN", "material": "Dy2O3",
}  # fmt: skip
RIGHT = {"determination": "licence required", "applies": ["CN-2025-18#1C905.b"]}


def test_the_load_of_the_speed_yardstick_is_mixed() -> None:
    goods = pool.goods(instruments())
    frame = speed.rows(5_000, len(goods))
    found = determine_frame(frame, goods, ruleset())
    assert set(found["permission"]) == {"free", "unknown", "licence required", "prohibited"}
    assert speed.one_by_one(frame, goods, found, 300)["differ"] == 0
    assert speed.plain_join(frame, len(goods)).height == frame.height


@pytest.mark.parametrize(
    ("expected", "right", "loud"),
    [
        (RIGHT, 1, 0),
        ({"determination": "free", "applies": []}, 0, 0),
        ({"determination": "unknown", "accept": [RIGHT]}, 1, 0),
        ({**RIGHT, "applies": ["CN-2025-18#1C904.b"]}, 0, 0),
    ],
)
def test_scores(tmp_path: Path, expected: dict[str, Any], right: int, loud: int) -> None:
    (tmp_path / "out").mkdir()
    (tmp_path / scoring.CASES).write_text(yaml.safe_dump({"cases": [{**CASE, "expected": expected}]}))
    scoring.predict(tmp_path, tmp_path / "out")
    found = scoring.score(tmp_path, tmp_path / "out")
    assert found["controls: right"] == right
    assert found["controls: confidently wrong (free where it is not)"] == loud


def test_free_where_it_is_not_is_loud(tmp_path: Path) -> None:
    (tmp_path / "out").mkdir()
    (tmp_path / scoring.CASES).write_text(yaml.safe_dump({"cases": [{**CASE, "expected": RIGHT}]}))
    (tmp_path / "out" / scoring.CASES).write_text("X1: {determination: free}")
    found = scoring.score(tmp_path, tmp_path / "out")
    assert found["controls: confidently wrong (free where it is not)"] == 1
    assert found["controls: missed"] == "X1"
