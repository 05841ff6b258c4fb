"""Score readings of compositions and verdicts on assays against gold files (YAML with `cases`).

A case is right where the answer, or one that its `accept` allows, is met: the same kind with the same element fractions, or
the same verdict with the deciding elements among those named. Confidently wrong: a certain reading that is not right, a
verdict turned round (consistent against inconsistent).
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from pathlib import Path
from typing import Any

import yaml

Answer = Mapping[str, Any]


def cases(path: Path) -> list[dict[str, Any]]:
    """The cases of a gold file, expected answers included."""
    found: list[dict[str, Any]] = yaml.safe_load(path.read_text(encoding="utf-8"))["cases"]
    return found


def score(predictions: Path, gold: Path) -> dict[str, Any]:
    """Counts of right, of all and of confidently wrong answers, the misses, and the share right by class of case."""
    answers = yaml.safe_load(predictions.read_text(encoding="utf-8")) or {}
    asked = cases(gold)
    right, loud, groups, missed = 0, 0, {}, []
    for case in asked:
        wanted, got = case["expected"], answers.get(case["id"])
        judge, turned = (_verdict, _turned_round) if "verdict" in wanted else (_reading, _certain)
        fits = got is not None and any(judge(got, option) for option in _options(wanted))
        right += fits
        loud += got is not None and not fits and turned(got, wanted)
        group = groups.setdefault(str(case.get("class") or case.get("criterion") or "all"), [0, 0])
        group[0], group[1] = group[0] + fits, group[1] + 1
        if not fits:
            missed.append(case["id"])
    return {
        "right": right,
        "cases": len(asked),
        "confidently_wrong": loud,
        "missed": ", ".join(missed) or "none",
        "share_right_by_class": {name: (good / n, n) for name, (good, n) in sorted(groups.items())},
    }


def _options(wanted: Answer) -> list[dict[str, Any]]:
    """The expected answer and every alternative it accepts."""
    more = [{**wanted, **a} if isinstance(a, Mapping) else {**wanted, "verdict": a} for a in wanted.get("accept", [])]
    return [dict(wanted), *more]


def _near(got: float | None, wanted: float | None) -> bool:
    """Within 0.02 wt% or 0.1 % of the expected figure; below 0.1 wt% within 1 % of it; no upper figure on both sides."""
    if got is None or wanted is None:
        return got is wanted
    if abs(wanted) < 1e-9:
        return abs(got) < 1e-9
    return abs(got - wanted) <= (0.01 * abs(wanted) if abs(wanted) < 0.1 else max(0.02, 0.001 * abs(wanted)))


def _fractions(got: Answer | None, wanted: Answer | None) -> bool:
    got, wanted = got or {}, wanted or {}
    return set(got) == set(wanted) and all(
        _near(a, b) for name in wanted for a, b in zip(got[name], wanted[name], strict=True)
    )


def _reading(got: Answer, wanted: Answer) -> bool:
    if got.get("kind") != wanted["kind"]:
        return False
    if wanted["kind"] == "ok":
        return _fractions(got.get("fractions"), wanted.get("fractions"))
    if wanted["kind"] == "ambiguous":
        given = [reading.get("fractions") for reading in got.get("readings", [])]
        return all(
            any(
                _fractions(g, option.get("fractions"))
                for g in given
                for option in [reading, *reading.get("accept", [])]
            )
            for reading in wanted.get("readings", [])
        )
    return True


def _certain(got: Answer, _: Answer) -> bool:
    return got.get("kind") == "ok"


def _verdict(got: Answer, wanted: Answer) -> bool:
    named = set(got.get("elements") or [])
    needed = set(wanted.get("elements") or []) if wanted["verdict"] == "inconsistent" else set()
    return got.get("verdict") == wanted["verdict"] and needed <= named


def _turned_round(got: Answer, wanted: Answer) -> bool:
    return {got.get("verdict"), wanted["verdict"]} == {"consistent", "inconsistent"}


def predict(gold: Path, out: Path, answer: Callable[[dict[str, Any]], dict[str, Any]]) -> None:
    """Write id -> answer for every case of a gold file; `answer` never sees what is expected."""
    hidden = ("expected", "why", "calc", "accept")
    asked = [{name: value for name, value in case.items() if name not in hidden} for case in cases(gold)]
    answers = {case["id"]: answer(case) for case in asked}
    out.write_text(yaml.safe_dump(answers, allow_unicode=True, sort_keys=False), encoding="utf-8")
