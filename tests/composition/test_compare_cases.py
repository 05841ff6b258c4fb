"""Cases an expert can read (tests/cases/assays/*.yaml), and the development benchmark where it is present."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest
import yaml

from didymium.composition.assay.assessment import Assessment, assess

FOLDER = Path(__file__).parents[1] / "cases" / "assays"
COLUMNS = ("analyte", "value", "unit", "uncertainty", "lod")


def cases() -> list[Any]:
    found = [
        (path.stem, case) for path in sorted(FOLDER.glob("*.yaml")) for case in yaml.safe_load(path.read_text("utf-8"))
    ]
    return [pytest.param(case, id=f"{stem}: {case['case']}") for stem, case in found]


def rows_of(case: dict[str, Any]) -> list[dict[str, Any]]:
    by_method = case.get("rows_by_method") or {case.get("method"): case["rows"]}
    common = {"surface": case.get("surface"), "remark": case.get("remark")}
    return [
        dict(zip(COLUMNS, row, strict=False)) | common | {"method": method}
        for method, rows in by_method.items()
        for row in rows
    ]


@pytest.mark.parametrize("case", cases())
def test_case(case: dict[str, Any]) -> None:
    found = assess(case["declaration"], rows_of(case))
    assert found.verdict == case["verdict"], found.reason
    assert set(case.get("elements", [])) <= set(found.elements), found.reason
    assert case.get("next", "") in found.next_measurement
    assert case.get("could_be", "") in (found.could_be or "")


def test_every_criterion_has_cases() -> None:
    verdicts = [case.values[0]["verdict"] for case in cases()]
    assert len(verdicts) >= 70
    assert {verdicts.count(v) > 15 for v in ("consistent", "inconsistent", "inconclusive")} == {True}


def right(found: Assessment, expected: dict[str, Any]) -> bool:
    verdicts = [expected["verdict"], *(a for a in expected.get("accept", []) if isinstance(a, str))]
    named = found.verdict != "inconsistent" or set(expected.get("elements") or []) <= set(found.elements)
    return found.verdict in verdicts and named


WIDE = sorted((Path(__file__).parents[1] / "cases" / "composition" / "wide").glob("assays*.yaml"))


@pytest.mark.parametrize("path", WIDE, ids=lambda p: p.stem)
def test_assays_of_another_author(path: Path) -> None:
    """Cases in the form of the shared benchmark, first tried unseen (docs/quality.md)."""
    all_right(path)


def test_benchmark(shared_benchmarks: Path) -> None:
    all_right(shared_benchmarks / "composition" / "assay_cases.yaml")


def all_right(path: Path) -> None:
    known = yaml.safe_load(path.read_text("utf-8"))["cases"]
    misses, reversed_ = [], []
    for case in known:
        rows = [row | {"remark": case.get("laboratory_remark")} for row in case["assay"]]
        found = assess(case["declaration"], rows)
        if not right(found, case["expected"]):
            misses.append((case["id"], found.verdict, found.elements, found.reason))
            if {found.verdict, case["expected"]["verdict"]} == {"consistent", "inconsistent"}:
                reversed_.append(case["id"])
    assert not reversed_
    assert not misses
