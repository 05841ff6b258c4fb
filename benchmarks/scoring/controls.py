"""Determinations of control cases against a gold file (YAML with `cases`).

A case is right where the answer and the measures that apply are those expected, or an alternative that its `accept` allows.
Confidently wrong: `free` where the expected answer is another. Side fields (measures met but suspended, not in force, not
confirmed, and ordinary licences beside them) are compared one by one, as sets of ids.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Mapping
from pathlib import Path
from typing import Any, Final

import yaml

from benchmarks.scoring import gold

CASES: Final = "control_cases.yaml"
SIDES: Final = ("suspended", "not_in_force", "unverified", "also")


def answer(case: Mapping[str, Any]) -> dict[str, Any]:
    """What the product says of one case, in the shape of `expected`."""
    from didymium.controls import determine, facts_of

    share = case.get("cn_value_share")
    found = determine(
        facts_of(
            date=_day(case["date"]), known_on=_day(case["known_on"]) if case.get("known_on") else None,
            material=case.get("material"), hs_code=case.get("hs_code"), export_country=case.get("export_country"),
            import_country=case.get("import_country"), origin=case.get("origin"), end_use=case.get("end_use"),
            parties=case.get("parties"), value_shares=None if share is None else {"CN": share},
        )
    )  # fmt: skip
    fields = ("missing", "applies", *SIDES)
    return {"determination": found.permission, **{field: list(getattr(found, field)) for field in fields}}


def _day(value: str | dt.date) -> dt.date:
    return value if isinstance(value, dt.date) else dt.date.fromisoformat(value)


def predict(folder: Path, out: Path) -> None:
    gold.predict(folder / CASES, out / CASES, answer)


def score(folder: Path, out: Path) -> dict[str, Any]:
    """Counts of right, of all and of confidently wrong answers, side fields right, the misses, the share right by answer."""
    answers = yaml.safe_load((out / CASES).read_text(encoding="utf-8")) or {}
    asked = gold.cases(folder / CASES)
    sides, groups, missed, free = dict.fromkeys(SIDES, 0), dict[str, list[int]](), [], 0
    for case in asked:
        wanted, got = case["expected"], answers.get(case["id"]) or {}
        fits = any(_fits(got, one) for one in (wanted, *({**wanted, **other} for other in wanted.get("accept") or [])))
        free += not fits and got.get("determination") == "free" != wanted["determination"]
        for side in SIDES:
            sides[side] += set(got.get(side) or []) == set(wanted.get(side) or [])
        group = groups.setdefault(wanted["determination"], [0, 0])
        group[0], group[1] = group[0] + fits, group[1] + 1
        if not fits:
            missed.append(case["id"])
    return {
        "controls: right": len(asked) - len(missed),
        "controls: cases": len(asked),
        "controls: confidently wrong (free where it is not)": free,
        **{f"controls: {side} right": right for side, right in sides.items()},
        "controls: missed": ", ".join(missed) or "none",
        "controls: share right by expected answer": {name: (good / n, n) for name, (good, n) in sorted(groups.items())},
    }


def _fits(got: Mapping[str, Any], wanted: Mapping[str, Any]) -> bool:
    same = set(got.get("applies") or []) == set(wanted.get("applies") or [])
    return same and got.get("determination") == wanted["determination"]
