"""Cases an expert can read (tests/cases/licences/ledger.yaml), and the shared benchmark, on both databases."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import yaml

from didymium.controls import licences
from didymium.controls.licences import recount
from didymium.store import Store, audit

FOLDER = Path(__file__).parents[2] / "cases" / "licences"
CASES = yaml.safe_load((FOLDER / "ledger.yaml").read_text(encoding="utf-8"))
USUAL = {
    "quantity": "100", "unit": "kg", "basis": "gross", "items": ["1C905.b"], "valid_from": "2026-01-01",
    "valid_to": "2026-12-31", "exporter": "Exporter A", "consignee": "Buyer B", "end_user": "Maker C", "destination": "DE",
}  # fmt: skip


def as_number(text: str | None) -> float | None:
    return None if text is None else float(text)


def test_cases(store: Store) -> None:
    wrong = []
    for number, case in enumerate(CASES):
        licence = licences.add(store, {"number": f"L-{number}", **USUAL, **case.get("licence", {})}, "test").number
        for message, expected, balance in case["steps"]:
            found = licences.book(store, licence, message, "test")
            got = "accepted" if found.result == "accepted" else found.reason
            if (got, found.balance) != (expected, balance):
                wrong.append((case["case"], message["msg"], expected, balance, got, found.balance, found.because))
    assert not wrong
    assert recount.problems(store) == []
    assert audit.verify(store).broken_at is None


def test_reasons_are_all_met() -> None:
    """Every reason the rules know has a case."""
    met = {expected for case in CASES for _, expected, _ in case["steps"]}
    assert {
        "duplicate_message", "message_id_reused", "revoked", "suspended", "not_yet_valid", "expired", "wrong_party",
        "wrong_destination", "wrong_item", "bad_quantity", "basis_missing", "basis_conflict", "overdraw", "unknown_reference",
        "already_reversed", "exceeds_draw", "exceeds_reservation", "below_used", "bad_terms",
    } <= met  # fmt: skip


def test_benchmark(store: Store, shared_benchmarks: Path) -> None:
    wrong = []
    for case in yaml.safe_load((shared_benchmarks / "controls" / "licence_ledger.yaml").read_text())["cases"]:
        number = licences.add(store, case["licence"], "test").number
        for step in case["steps"]:
            expected: dict[str, Any] = step.pop("expected")
            found = licences.book(store, number, step, "test")
            got = (found.result, as_number(found.balance), found.reason)
            if got != (expected["result"], as_number(expected["balance"]), expected.get("reason")):
                wrong.append((case["id"], step["msg"], expected, got))
    assert not wrong


def test_what_was_answered_first_is_returned_with_a_duplicate(store: Store) -> None:
    licences.add(store, {"number": "L", **USUAL}, "test")
    draw = {"op": "draw", "msg": "m", "date": "2026-02-01", "item": "1C905.b", "gross_kg": "30"}
    first = licences.book(store, "L", draw, "test")
    licences.book(store, "L", {**draw, "msg": "n"}, "test")
    again = licences.book(store, "L", dict(reversed(draw.items())), "test")
    assert again.first == first
    assert (again.reason, again.balance, again.amount) == ("duplicate_message", "40", None)


def test_every_message_is_in_the_audit_trail_refused_ones_too(store: Store) -> None:
    licences.add(store, {"number": "L", **USUAL}, "test")
    draw = {"op": "draw", "msg": "m", "date": "2026-02-01", "item": "1C905.b", "gross_kg": "300"}
    for message in (draw, draw, {**draw, "gross_kg": "3"}):
        assert licences.book(store, "L", message, "Zoë").result == "refused"
    with store.reading() as connection:
        rows = connection.execute(audit.AUDIT.select().order_by(audit.AUDIT.c.seq)).all()
    assert [row.action for row in rows] == ["licence.add", *["licence.draw"] * 3]
    for row, reason in zip(rows[1:], ("overdraw", "duplicate_message", "message_id_reused"), strict=True):
        assert f'"reason":"{reason}"' in row.payload
        assert (row.actor, row.subject) == ("Zoë", "L")
