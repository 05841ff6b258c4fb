"""Quotas over all licences: charged, warned of, blocking, given back, charged for the past."""

from __future__ import annotations

import threading
from typing import Any

import pytest
from sqlalchemy import text

from didymium.controls import licences
from didymium.controls.licences import quota_book, recount
from didymium.errors import InputError, UsageError
from didymium.store import Store

QUOTA: dict[str, Any] = {
    "name": "Dy 2026",
    "limit": "100",
    "basis": "REO",
    "element": "Dy",
    "year": 2026,
    "source": "test",
}


def licence(store: Store, number: str, **more: Any) -> None:
    fields = {
        "number": number,
        "quantity": "1000",
        "basis": "gross",
        "items": ["1C905", "1C904"],
        "valid_from": "2025-01-01",
    }
    licences.add(store, {**fields, "exporter": ["A", "B"], **more}, "test")


def send(store: Store, number: str, msg: str, op: str = "draw", **more: Any) -> licences.Answer:
    fields: dict[str, Any] = {"op": op, "msg": msg, "date": "2026-02-01"}
    if op in ("draw", "reserve"):
        fields |= {"item": "1C905.b", "exporter": "A", "treo_pct": "100"}
    return licences.book(store, number, {**fields, **more}, "test")


def used(store: Store, name: str = "Dy 2026") -> str:
    with store.reading() as connection:
        found = {quota.name: quota for quota in quota_book.all_(connection)}
    return f"{found[name].used_kg.normalize():f} {found[name].state}"


def test_draws_on_several_licences_are_charged_and_the_last_is_refused(store: Store) -> None:
    licence(store, "L1")
    licence(store, "L2", basis="REO")
    quota_book.add(store, QUOTA, "test")
    assert send(store, "L1", "a", gross_kg="60", treo_pct="99.5").warnings == ()
    assert used(store) == "59.7 free"
    near = send(store, "L2", "a", gross_kg="31")
    assert "critical threshold" in near.warnings[0]
    assert used(store) == "90.7 critical"
    over = send(store, "L1", "b", gross_kg="9.31")
    assert (over.reason, over.balance) == ("quota_exceeded", "940")
    assert "100.01 of 100 kg REO" in str(over.because)
    assert send(store, "L1", "c", gross_kg="9.3").result == "accepted"
    assert used(store) == "100 critical"
    assert send(store, "L1", "b", gross_kg="9.31").reason == "duplicate_message"
    assert recount.problems(store) == []


def test_other_element_year_and_exporter_are_not_charged(store: Store) -> None:
    licence(store, "L")
    quota_book.add(store, {**QUOTA, "exporter": "a"}, "test")
    send(store, "L", "a", gross_kg="10", item="1C904.b")
    send(store, "L", "b", gross_kg="10", date="2025-12-31")
    send(store, "L", "c", gross_kg="10", date="2027-01-01")
    send(store, "L", "d", gross_kg="10", exporter="B")
    assert used(store) == "0 free"
    send(store, "L", "e", gross_kg="10", date="2026-12-31")
    send(store, "L", "f", gross_kg="10", item="1C904.b", element="Dy", date="2026-01-01")
    assert used(store) == "20 free"


def test_what_is_not_known_is_said(store: Store) -> None:
    licence(store, "L")
    quota_book.add(store, {**QUOTA, "exporter": "A", "blocking": False}, "test")
    assert "no exporter is named" in send(store, "L", "a", gross_kg="10", exporter=None).warnings[0]
    assert "does not follow" in send(store, "L", "b", gross_kg="10", treo_pct=None).warnings[0]
    licence(store, "M", items=["X"])
    assert "element of X is not known" in send(store, "M", "a", gross_kg="10", item="X").warnings[0]
    assert used(store) == "0 free"
    quota_book.add(store, {**QUOTA, "name": "blocking"}, "test")
    assert send(store, "L", "c", gross_kg="10", treo_pct=None).reason == "basis_missing"


def test_a_quota_that_only_warns(store: Store) -> None:
    licence(store, "L")
    quota_book.add(store, {**QUOTA, "blocking": False}, "test")
    over = send(store, "L", "a", gross_kg="101")
    assert (over.result, over.warnings[0].endswith("it is exceeded.")) == ("accepted", True)
    assert used(store) == "101 exceeded"


def test_what_is_given_back_is_given_back_to_the_quota(store: Store) -> None:
    licence(store, "L")
    quota_book.add(store, QUOTA, "test")
    send(store, "L", "d1", gross_kg="50", treo_pct="80")
    send(store, "L", "v1", "reserve", gross_kg="40")
    assert used(store) == "80 free"
    send(store, "L", "r1", "reverse", ref="d1", gross_kg="10")
    assert used(store) == "72 free"
    send(store, "L", "l1", "release", ref="v1", gross_kg="5")
    assert used(store) == "67 free"
    send(store, "L", "c1", "confirm", ref="v1", gross_kg="30")
    assert used(store) == "62 free"
    send(store, "L", "r2", "reverse", ref="c1")
    send(store, "L", "r3", "reverse", ref="d1")
    assert used(store) == "0 free"
    assert recount.problems(store) == []


def test_a_reservation_confirmed_in_the_next_year_moves(store: Store) -> None:
    licence(store, "L")
    quota_book.add(store, QUOTA, "test")
    quota_book.add(store, {**QUOTA, "name": "Dy 2027", "year": 2027}, "test")
    send(store, "L", "v1", "reserve", gross_kg="40")
    send(store, "L", "c1", "confirm", ref="v1", date="2027-01-02")
    assert (used(store), used(store, "Dy 2027")) == ("0 free", "40 free")


def test_a_quota_added_later_is_charged_with_the_past(store: Store) -> None:
    licence(store, "L")
    quota_book.add(store, QUOTA, "test")
    send(store, "L", "d1", gross_kg="50", treo_pct="80")
    send(store, "L", "v1", "reserve", gross_kg="40")
    send(store, "L", "r1", "reverse", ref="d1", gross_kg="10")
    send(store, "L", "c1", "confirm", ref="v1", gross_kg="30")
    send(store, "L", "d2", gross_kg="9", item="1C904.b")
    assert quota_book.add(store, {**QUOTA, "name": "later"}, "test") == []
    assert used(store, "later") == used(store)
    quota_book.add(store, {**QUOTA, "name": "small", "limit": "1"}, "test")
    assert used(store, "small") == "62 exceeded"
    send(store, "L", "r2", "reverse", ref="c1")
    assert used(store, "later") == used(store) == "32 free"
    assert recount.problems(store) == []


def test_a_quota_added_while_others_draw_misses_nothing(store: Store) -> None:
    licence(store, "L")

    def draw(lane: int) -> None:
        for n in range(30):
            send(store, "L", f"{lane}-{n}", gross_kg="0.1")

    threads = [threading.Thread(target=draw, args=(lane,)) for lane in range(3)]
    for thread in threads:
        thread.start()
    quota_book.add(store, QUOTA, "test")
    for thread in threads:
        thread.join()
    assert used(store) == "9 free"


@pytest.mark.parametrize(
    ("change", "said"),
    [
        ({"limit": "much"}, "column limit"),
        ({"unit": "lb"}, "column unit"),
        ({"critical": "90"}, "column critical"),
        ({"basis": "net"}, "column basis"),
        ({"element": "dysprosium"}, "column element"),
        ({"year": "next"}, "column year"),
        ({"year": None}, "column first_day"),
        ({"source": ""}, "column source"),
        ({"colour": 1}, "column colour"),
    ],
)
def test_quotas_that_cannot_be(store: Store, change: dict[str, Any], said: str) -> None:
    with pytest.raises(InputError) as caught:
        quota_book.add(store, {**QUOTA, **change}, "test")
    assert said in str(caught.value)


def test_names_are_used_once(store: Store) -> None:
    quota_book.add(store, QUOTA, "test")
    with pytest.raises(UsageError, match="there already"):
        quota_book.add(store, QUOTA, "test")


def test_a_changed_use_shows(store: Store) -> None:
    licence(store, "L")
    quota_book.add(store, QUOTA, "test")
    send(store, "L", "a", gross_kg="10")
    off = (
        "DROP TRIGGER licence_quota_uses_no_update"
        if store.kind == "sqlite"
        else "ALTER TABLE licence_quota_uses DISABLE TRIGGER USER"
    )
    store.write(lambda c: c.execute(text(off)))
    store.write(lambda c: c.execute(text("UPDATE licence_quota_uses SET used_kg = '3'")))
    assert "add up to 10 kg, not 3 kg" in recount.problems(store)[0]
