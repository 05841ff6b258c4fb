"""Cases an expert can read (tests/cases/controls/*.yaml), and the development benchmark where it is present."""

from __future__ import annotations

import datetime as dt
from pathlib import Path
from typing import Any

import pytest
import yaml

from didymium.controls import Determination, determine, facts_of, instruments

FOLDER = Path(__file__).parents[1] / "cases" / "controls"
SIDES = ("applies", "suspended", "not_in_force", "unverified", "also")


def cases() -> list[Any]:
    files = [yaml.safe_load(path.read_text("utf-8"))["cases"] for path in sorted(FOLDER.glob("*.yaml"))]
    return [pytest.param(case, id=f"{case['id']} {case['reason']}") for file in files for case in file]


def answer(case: dict[str, Any]) -> Determination:
    day = {name: dt.date.fromisoformat(case[name]) if case.get(name) else None for name in ("date", "known_on")}
    share = case.get("cn_value_share")
    assert day["date"]
    return determine(
        facts_of(
            date=day["date"], known_on=day["known_on"], material=case.get("material"), hs_code=case.get("hs_code"),
            export_country=case.get("export_country"), import_country=case.get("import_country"), origin=case.get("origin"),
            end_use=case.get("end_use"), parties=case.get("parties"), value_shares=None if share is None else {"CN": share},
        )
    )  # fmt: skip


def differences(case: dict[str, Any], found: Determination) -> list[str]:
    """Fields that are not as expected; ids are compared as sets."""
    wanted = case["expected"]
    out = [] if found.permission == wanted["determination"] else [f"{found.permission}, missing {found.missing}"]
    for side in SIDES:
        got, expected = set(getattr(found, side)), set(wanted.get(side) or [])
        if got != expected:
            out.append(f"{side}: {sorted(got)} instead of {sorted(expected)}")
    return out


@pytest.mark.parametrize("case", cases())
def test_case(case: dict[str, Any]) -> None:
    found = answer(case)
    said = " ".join(found.missing)
    assert not (wrong := differences(case, found)), wrong
    for fact in case["expected"].get("missing", []):
        words = [
            word for word in fact.replace("(", " ").replace(")", " ").split() if word not in ("and", "the", "is", "in")
        ]
        assert all(word.removesuffix("s") in said for word in words if word != "China"), (fact, found.missing)


def test_every_answer_and_most_acts_have_cases() -> None:
    known = [case.values[0] for case in cases()]
    assert len(known) >= 70
    assert len({case["id"] for case in known}) == len(known)
    answers = [case["expected"]["determination"] for case in known]
    assert all(answers.count(one) >= 10 for one in ("free", "licence required", "prohibited", "unknown"))
    named = {one.partition("#")[0] for case in known for side in SIDES for one in case["expected"].get(side, [])}
    asked = {act.id for act in instruments() if act.kind not in ("background", "suspension")}
    assert asked - named <= {"CN-TECH-2025-28", "CN-2025-10", "CN-2025-55", "CN-2025-58", "CN-2026-28", "US-DFARS-7052a",
                             "VN-LAW-2026", "VN-TREO95"}  # fmt: skip


def test_benchmark(shared_benchmarks: Path) -> None:
    """The development benchmark: answers, hits and side fields all right."""
    known = yaml.safe_load((shared_benchmarks / "controls" / "control_cases.yaml").read_text("utf-8"))["cases"]
    wrong = {case["id"]: found for case in known if (found := differences(case, answer(case)))}
    assert not wrong


WIDE = sorted((FOLDER / "wide").glob("*.yaml"))


@pytest.mark.parametrize("path", WIDE, ids=[path.stem for path in WIDE])
def test_wide_cases(path: Path) -> None:
    """Hundreds of cases of many authors' words; the answer and what decides it."""
    wrong = []
    for case in yaml.safe_load(path.read_text("utf-8"))["cases"]:
        found, wanted = answer(case), case["expected"]
        right = [
            (w["determination"], set(w.get("applies") or []))
            for w in [wanted, *({**wanted, **a} for a in wanted.get("accept", []))]
        ]
        if (found.permission, set(found.applies)) not in right:
            wrong.append((case["id"], case["material"], found.permission, found.applies, right))
    assert not wrong
