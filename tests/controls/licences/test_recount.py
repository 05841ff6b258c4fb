"""Balances are derived: whatever is changed behind the ledger's back shows."""

from __future__ import annotations

import datetime as dt

import pytest
from sqlalchemy import text

from didymium.controls import licences
from didymium.controls.licences import recount, views
from didymium.errors import StoreError
from didymium.store import Store

TABLES = ("licences", "licence_entries")


@pytest.fixture
def filled(store: Store) -> Store:
    """A licence with eight entries, and another one."""
    fields = {"quantity": "100", "basis": "gross", "items": ["I"], "valid_from": "2026-01-01"}
    for number in ("L", "M"):
        licences.add(store, {"number": number, **fields}, "test")
    draw = {"op": "draw", "date": "2026-02-01", "item": "I"}
    for n in range(5):
        licences.book(store, "L", {**draw, "msg": f"d{n}", "gross_kg": "10.5"}, "test")
    licences.book(store, "L", {**draw, "op": "reserve", "msg": "v", "gross_kg": "7"}, "test")
    licences.book(store, "L", {"op": "reverse", "msg": "r", "ref": "d0"}, "test")
    licences.book(store, "L", {"op": "amend", "msg": "a", "set": {"quantity": "60"}}, "test")
    assert recount.problems(store) == []
    return store


def tamper(store: Store, *statements: str) -> None:
    """As the owner of the database could: without the guards."""

    def work(connection) -> None:
        for table in TABLES:
            if store.kind == "sqlite":
                connection.execute(text(f"DROP TRIGGER {table}_no_update"))
                connection.execute(text(f"DROP TRIGGER {table}_no_delete"))
            else:
                connection.execute(text(f"ALTER TABLE {table} DISABLE TRIGGER USER"))
        for statement in statements:
            connection.execute(text(statement))

    store.write(work)


@pytest.mark.parametrize(
    ("statement", "said"),
    [
        ("UPDATE licence_entries SET kg = '1' WHERE msg = 'd2'", "entry 3"),
        ("UPDATE licence_entries SET drawn_kg = '1' WHERE msg = 'd4'", "entry 5"),
        ("UPDATE licence_entries SET reserved_kg = '0' WHERE msg = 'v'", "entry 6"),
        ("UPDATE licence_entries SET reason = 'overdraw' WHERE msg = 'd4'", "entry 5"),
        ("UPDATE licence_entries SET status = 'revoked' WHERE msg = 'r'", "entry 7"),
        ("UPDATE licence_entries SET actor = 'somebody' WHERE msg = 'd1'", "entry 2"),
        ("DELETE FROM licence_entries WHERE msg = 'd3'", "entry 4 is missing"),
        ("DELETE FROM licence_entries WHERE msg = 'a'", "not there"),
        ("UPDATE licence_entries SET terms = replace(terms, '60', '90') WHERE msg = 'a'", "entry 8"),
        ("UPDATE licences SET terms = replace(terms, '100', '900') WHERE number = 'L'", "terms are not those"),
    ],
)
def test_what_is_changed_shows(filled: Store, statement: str, said: str) -> None:
    tamper(filled, statement)
    found = recount.problems(filled)
    assert any(said in problem for problem in found), found
    with pytest.raises(StoreError, match="store verify"):
        views.standing(filled, "L", dt.date(2026, 2, 1))
    assert recount.problems(filled, "M") == []


@pytest.mark.parametrize(
    "verb", ["UPDATE licence_entries SET kg = '1'", "DELETE FROM licence_entries", "DELETE FROM licences"]
)
def test_the_database_refuses_changes(filled: Store, verb: str) -> None:
    with pytest.raises(Exception, match="only ever added"):
        filled.write(lambda c: c.execute(text(verb)))


def test_history_and_standing(filled: Store) -> None:
    lines = views.history(filled, "L")
    assert [line.seq for line in lines] == list(range(1, 9))
    assert [line.msg for line in views.history(filled, "L", 2)] == ["r", "a"]
    stands = views.standing(filled, "L", dt.date(2026, 2, 1))
    assert (stands.quantity, stands.drawn, stands.reserved, stands.available) == ("60", "42", "7", "11")
    days = {dt.date(2025, 12, 31): "not yet valid", dt.date(2026, 1, 1): "active"}
    assert {day: views.standing(filled, "L", day).status for day in days} == days


def test_fast_at_ten_thousand_entries(store: Store) -> None:
    """A draw must not read the entries before it: the last thousand take no longer than the first."""
    import time

    if store.kind == "postgresql":
        pytest.skip("measured on SQLite; PostgreSQL in benchmarks/torture.py")
    licences.add(
        store, {"number": "L", "kind": "general", "basis": "gross", "items": ["I"], "valid_from": "2026-01-01"}, "test"
    )
    took = []
    for part in range(10):
        messages = [
            ("L", {"op": "draw", "msg": f"{part}-{n}", "date": "2026-02-01", "item": "I", "gross_kg": "0.1"})
            for n in range(1_000)
        ]
        start = time.process_time()
        licences.book_many(store, messages, "test")
        took.append(time.process_time() - start)
    assert min(took[-3:]) < 2 * min(took[:3])
    assert views.standing(store, "L", dt.date(2026, 2, 1)).drawn == "1000"
