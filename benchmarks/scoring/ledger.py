"""The licence ledger on cases of messages in order: predict, and score result, balance and reason of every step."""

from __future__ import annotations

import tempfile
from collections.abc import Iterator
from decimal import Decimal
from pathlib import Path
from typing import Any

import yaml

from benchmarks.scoring import gold

LEDGER = "licence_ledger.yaml"


def predict(folder: Path, out: Path) -> None:
    """Write case id -> answers, one per step; what is expected is taken out before the ledger sees a step."""
    from didymium.store import open_store

    with tempfile.TemporaryDirectory() as place:
        store = open_store(Path(place) / "ledger.db")
        answers = {case["id"]: list(_answers(store, case)) for case in gold.cases(folder / LEDGER)}
        store.close()
    (out / LEDGER).write_text(yaml.safe_dump(answers, allow_unicode=True, sort_keys=False), encoding="utf-8")


def _answers(store: Any, case: dict[str, Any]) -> Iterator[dict[str, Any]]:
    """result, balance (kg, text) and reason of each step; a step that is no message is refused as `not_a_message`."""
    from didymium.controls import licences
    from didymium.errors import InputError

    try:
        number = licences.add(store, case["licence"], "benchmark").number
    except InputError as error:
        print(f"{case['id']}: {error}")
        return
    balance = None
    for step in case["steps"]:
        stated = {name: value for name, value in step.items() if name not in ("expected", "why")}
        try:
            found = licences.book(store, number, stated, "benchmark")
        except InputError as error:
            yield {"result": "refused", "balance": balance, "reason": "not_a_message", "because": str(error)}
            continue
        balance = found.balance
        yield {"result": found.result, "balance": found.balance, "reason": found.reason, "because": found.because}


def score(folder: Path, out: Path) -> dict[str, Any]:
    """Cases with every step right (result and balance), steps with the reason right too, and the cases missed."""
    answers = yaml.safe_load((out / LEDGER).read_text(encoding="utf-8")) or {}
    cases = gold.cases(folder / LEDGER)
    missed, steps, reasons = [], 0, 0
    for case in cases:
        got = answers.get(case["id"]) or []
        wanted = [step["expected"] for step in case["steps"]]
        steps += len(wanted)
        reasons += sum(_right(a, b) and a.get("reason") == b.get("reason") for a, b in zip(got, wanted, strict=False))
        if len(got) != len(wanted) or not all(map(_right, got, wanted)):
            missed.append(case["id"])
    return {
        "ledger: right": len(cases) - len(missed),
        "ledger: cases": len(cases),
        "ledger: steps": steps,
        "ledger: steps right with their reason": reasons,
        "ledger: missed": ", ".join(missed) or "none",
    }


def _right(got: dict[str, Any], wanted: dict[str, Any]) -> bool:
    """The same result, and the same balance as a number, exactly."""
    balance = wanted.get("balance")
    fits = balance is None or (got.get("balance") is not None and Decimal(got["balance"]) == Decimal(str(balance)))
    return bool(got.get("result") == wanted["result"]) and fits
