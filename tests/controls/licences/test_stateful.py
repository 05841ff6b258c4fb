"""The ledger against the plainest model of it: a dict of licences with integers of milligrams, on both databases."""

from __future__ import annotations

import datetime as dt
import itertools
from decimal import Decimal
from typing import Any

import pytest
from hypothesis import HealthCheck, settings
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, invariant, precondition, rule, run_state_machine_as_test

from didymium.controls import licences
from didymium.controls.licences import recount, views
from didymium.store import Store, audit

NUMBERS = itertools.count()
KG = st.integers(1, 120_000).map(lambda n: Decimal(n).scaleb(-3))
DAYS = st.sampled_from(["2025-12-31", "2026-01-01", "2026-06-01", "2026-12-31", "2027-01-01"])
ITEMS = st.sampled_from(["1C905.b", "1C905.b", "1C905.b", "1C905.a.1"])


def machine(store: Store) -> type[RuleBasedStateMachine]:  # noqa: C901 - one class that needs the store
    """A state machine on one store; every example has a licence of its own."""

    class Ledger(RuleBasedStateMachine):
        def __init__(self) -> None:
            super().__init__()
            self.number = f"H-{next(NUMBERS)}"
            fields = {"number": self.number, "quantity": "300", "basis": "gross", "items": ["1C905.b"]}
            licences.add(store, {**fields, "valid_from": "2026-01-01", "valid_to": "2026-12-31"}, "test")
            self.limit, self.status = Decimal(300), "active"
            self.used: dict[str, dict[str, Any]] = {}  # accepted draws and reservations: what of each still stands
            self.sent: dict[str, dict[str, Any]] = {}
            self.ids = itertools.count()

        @property
        def left(self) -> Decimal:
            return self.limit - sum((one["left"] for one in self.used.values()), Decimal(0))

        def send(self, expected: str, **fields: Any) -> bool:
            """Send a message under a new id and compare the answer with the model's."""
            fields["msg"] = f"m{next(self.ids)}"
            self.sent[fields["msg"]] = fields
            found = licences.book(store, self.number, fields, "test")
            assert (found.reason or "accepted") == expected, (fields, found)
            return found.result == "accepted"

        def expected_draw(self, day: str, item: str, kg: Decimal, back: Decimal = Decimal(0)) -> str:
            if self.status != "active":
                return self.status
            if day < "2026-01-01":
                return "not_yet_valid"
            if day > "2026-12-31":
                return "expired"
            if item != "1C905.b":
                return "wrong_item"
            return "overdraw" if kg - back > self.left else "accepted"

        @rule(op=st.sampled_from(["draw", "reserve"]), kg=KG, day=DAYS, item=ITEMS)
        def draw(self, op: str, kg: Decimal, day: str, item: str) -> None:
            expected = self.expected_draw(day, item, kg)
            if self.send(expected, op=op, gross_kg=str(kg), date=day, item=item):
                self.used[f"m{len(self.sent) - 1}"] = {"op": op, "left": kg}

        @precondition(lambda self: self.used)
        @rule(data=st.data(), day=DAYS, kg=st.none() | KG)
        def confirm(self, data: st.DataObject, day: str, kg: Decimal | None) -> None:
            ref = data.draw(st.sampled_from(sorted(self.used)))
            one = self.used[ref]
            amount = {} if kg is None else {"gross_kg": str(kg)}
            wanted = kg or one["left"]
            if one["op"] != "reserve" or not one["left"]:
                expected = "unknown_reference"
            else:
                expected = self.expected_draw(day, "1C905.b", wanted, one["left"])
            if self.send(expected, op="confirm", ref=ref, date=day, **amount):
                one["left"] = Decimal(0)
                self.used[f"m{len(self.sent) - 1}"] = {"op": "confirm", "left": wanted}

        @precondition(lambda self: self.used)
        @rule(data=st.data(), kg=st.none() | KG, op=st.sampled_from(["release", "cancel", "reverse"]))
        def give_back(self, data: st.DataObject, kg: Decimal | None, op: str) -> None:
            ref = data.draw(st.sampled_from([*sorted(self.used), "m-never"]))
            one = self.used.get(ref, {"op": "", "left": Decimal(0)})
            drawn = one["op"] in ("draw", "confirm")
            if (op == "reverse") != drawn or one["op"] == "" or (op != "reverse" and not one["left"]):
                expected = "unknown_reference"
            elif not one["left"]:
                expected = "already_reversed"
            elif kg is not None and kg > one["left"]:
                expected = "exceeds_draw" if drawn else "exceeds_reservation"
            else:
                expected = "accepted"
            amount = {} if kg is None else {"gross_kg": str(kg)}
            if self.send(expected, op=op, ref=ref, **amount):
                one["left"] -= one["left"] if kg is None else kg

        @rule(kg=st.integers(0, 400).map(Decimal))
        def amend(self, kg: Decimal) -> None:
            fits = kg >= self.limit - self.left
            if self.send("accepted" if fits else "below_used", op="amend", set={"quantity": str(kg)}):
                self.limit = kg

        @rule(op=st.sampled_from(["suspend", "reinstate", "reinstate", "reinstate", "revoke"]), rare=st.integers(0, 9))
        def change(self, op: str, rare: int) -> None:
            if op == "revoke" and rare:
                return
            expected = "revoked" if self.status == "revoked" else "accepted"
            if self.send(expected, op=op):
                self.status = {"suspend": "suspended", "reinstate": "active", "revoke": "revoked"}[op]

        @precondition(lambda self: self.sent)
        @rule(data=st.data(), same=st.booleans())
        def again(self, data: st.DataObject, same: bool) -> None:
            message = self.sent[data.draw(st.sampled_from(sorted(self.sent)))]
            found = licences.book(store, self.number, message if same else {**message, "remark": "other"}, "test")
            assert found.reason == ("duplicate_message" if same else "message_id_reused")

        @invariant()
        def balance_is_exact(self) -> None:
            stands = views.standing(store, self.number, dt.date(2026, 6, 1))
            assert Decimal(stands.available or "x") == self.left
            assert stands.entries == len(self.sent)

    return Ledger


@pytest.mark.parametrize("examples", [25])
def test_ledger_against_a_plain_model(store: Store, examples: int) -> None:
    checks = [HealthCheck.too_slow, HealthCheck.data_too_large]
    tries = settings(max_examples=examples, stateful_step_count=25, deadline=None, suppress_health_check=checks)
    run_state_machine_as_test(machine(store), settings=tries)
    assert recount.problems(store) == []
    assert audit.verify(store).broken_at is None
