from __future__ import annotations

import datetime as dt

import msgspec
import pytest
from sqlalchemy import text
from sqlalchemy.exc import DBAPIError

from didymium.controls import Ruleset, instruments, linked
from didymium.controls.licences import add
from didymium.controls.load import read_instrument
from didymium.controls.rescreening import Line, close, keep, rescreen
from didymium.errors import UsageError
from didymium.store import Store, audit

TODAY = dt.date(2026, 5, 20)


def line(number: str, goods: str, **changes: object) -> Line:
    base = Line(
        declaration_id=number, item_no=1, date=dt.date(2026, 6, 1), goods=goods, hs_code="284690", export_country="CN",
        import_country="DE", origin="CN", use="civil",
    )  # fmt: skip
    return msgspec.structs.replace(base, **changes)


LINES = [
    line("A1", "Dy2O3 99.9%"),
    line("A2", "Tb4O7 99.99%"),
    line("A3", "La2O3 99.9%"),
    line("A4", "NdFeB magnets, composition not stated", hs_code="850511"),
    line("A5", "mixture, Dy2O3 60% Tb4O7 40%"),
    line("A6", "Tb4O7 99.99%", export_country="EE", origin="EE"),
]
LIFTED = b"""
id: CN-2026-999
issuer: CN
kind: suspension
title: suspension of the terbium items of No. 18 (invented for this test)
published: 2026-05-10
valid_from: 2026-05-10
valid_to: null
relations:
  - {type: suspends, target: CN-2025-18#1C904}
"""


def today() -> Ruleset:
    return Ruleset(instruments())


def lifted() -> Ruleset:
    return Ruleset(linked([*instruments(), read_instrument(LIFTED, "test")]))


def test_exactly_what_changes_is_listed(store: Store) -> None:
    assert keep(store, LINES, "file.csv", "me") == len(LINES)
    first = rescreen(store, today(), TODAY, "me")
    assert (first.asked, first.first, first.changed) == (6, 6, [])
    again = rescreen(store, today(), TODAY, "me")
    assert (again.asked, again.changed) == (0, []), "the same ruleset is not asked twice"
    changed = rescreen(store, lifted(), TODAY, "me").changed
    both = ("CN-2025-18#1C904.b", "CN-2025-18#1C905.b")
    by_subject = {one.subject: (one.before, one.after, one.before_ids, one.after_ids) for one in changed}
    assert by_subject == {
        "A2, item 1": ("licence required", "free", ("CN-2025-18#1C904.b",), ()),
        "A5, item 1": ("licence required", "licence required", both, both[1:]),
    }
    back = rescreen(store, today(), TODAY, "me").changed
    assert {one.subject for one in back} == set(by_subject), "and back again"


def test_licences_are_asked_too(store: Store) -> None:
    for number, item in (("L-TB", "1C904.b"), ("L-DY", "1C905"), ("L-X", "9Z999")):
        stated = {
            "number": number,
            "kind": "individual",
            "items": [item],
            "quantity": "100",
            "unit": "kg",
            "basis": "gross",
            "valid_from": "2026-01-01",
        }
        add(store, stated, "me")
    rescreen(store, today(), TODAY, "me")
    changed = rescreen(store, lifted(), TODAY, "me").changed
    assert [(one.kind, one.subject, one.before, one.after) for one in changed] == [
        ("licence", "L-TB", "licence required", "free")
    ]


def test_closed_lines_are_left_alone(store: Store) -> None:
    keep(store, LINES, "file.csv", "me")
    rescreen(store, today(), TODAY, "me")
    close(store, "A2", 1, "exported on 2026-06-01", "me")
    assert {one.subject for one in rescreen(store, lifted(), TODAY, "me").changed} == {"A5, item 1"}
    with pytest.raises(UsageError, match="A2"):
        close(store, "A2", 1, "again", "me")


def test_a_changed_line_is_kept_anew_and_asked(store: Store) -> None:
    assert keep(store, LINES[:1], "file.csv", "me") == 1
    assert keep(store, LINES[:1], "file.csv", "me") == 0
    rescreen(store, today(), TODAY, "me")
    assert keep(store, [line("A1", "La2O3 99.9%")], "file2.csv", "me") == 1
    asked = rescreen(store, today(), TODAY, "me")
    assert (asked.asked, asked.first) == (1, 1), "only the last facts of an identity count"


def test_nothing_can_be_changed_behind_the_trail(store: Store) -> None:
    keep(store, LINES, "file.csv", "me")
    rescreen(store, today(), TODAY, "me")
    for statement in ("UPDATE kept_answers SET permission = 'free'", "DELETE FROM kept_lines"):
        with pytest.raises(DBAPIError, match="only ever added"):
            store.write(lambda connection, statement=statement: connection.execute(text(statement)))
    chain = audit.verify(store)
    assert chain.broken_at is None
    assert chain.rows == 2


def test_knowledge_of_the_day_of_asking_counts(store: Store) -> None:
    """A line planned for later is asked with what is known now, not with what was known on its own day."""
    keep(store, [line("B1", "Tb4O7 99.99%", date=dt.date(2026, 5, 1))], "file.csv", "me")
    early = rescreen(store, lifted(), dt.date(2026, 5, 2), "me")
    assert early.first == 1
    with store.reading() as connection:
        kept = connection.execute(text("SELECT permission FROM kept_answers")).scalar_one()
    assert kept == "licence required", "on 2 May nobody knew of the suspension, and it does not reach back"
