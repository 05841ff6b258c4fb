"""Undertakings: listed, overdue, done, warned of with draws."""

from __future__ import annotations

import datetime as dt
from typing import Any

import pytest

from didymium.controls import licences
from didymium.controls.licences import undertakings, views
from didymium.errors import InputError, UsageError
from didymium.store import Store

FIELDS: dict[str, Any] = {
    "number": "L",
    "quantity": "100",
    "basis": "gross",
    "items": ["I"],
    "valid_from": "2026-01-01",
}


def test_from_the_licence_to_done(store: Store) -> None:
    promised = ["no re-export", {"text": "report of use", "due": "2026-03-31", "expires": "2026-12-31"}]
    licences.add(store, {**FIELDS, "undertakings": promised}, "test")
    undertakings.add(store, "L", undertakings.one({"text": "visit", "due": "2026-06-30"}), "test")
    _, found = views.whole(store, "L")
    assert [(one.number, one.words, one.state(dt.date(2026, 4, 1))) for one in found] == [
        (1, "no re-export", "open"), (2, "report of use", "overdue"), (3, "visit", "open"),
    ]  # fmt: skip
    draw = {"op": "draw", "item": "I", "gross_kg": "1"}
    assert licences.book(store, "L", {**draw, "msg": "a", "date": "2026-03-31"}, "test").warnings == ()
    late = licences.book(store, "L", {**draw, "msg": "b", "date": "2026-04-01"}, "test")
    assert (late.result, late.warnings) == ("accepted", ("Undertaking 2 was due on 2026-03-31.",))
    undertakings.done(store, "L", 2, dt.date(2026, 4, 2), "sent", "test")
    assert licences.book(store, "L", {**draw, "msg": "c", "date": "2026-04-03"}, "test").warnings == ()
    _, found = views.whole(store, "L")
    assert (found[1].state(dt.date(2027, 1, 1)), found[1].done_note) == ("done", "sent")
    with pytest.raises(UsageError, match="no open undertaking 2"):
        undertakings.done(store, "L", 2, dt.date(2026, 4, 2), None, "test")
    with pytest.raises(UsageError, match="no licence"):
        undertakings.add(store, "M", undertakings.one({"text": "x"}), "test")


def test_states() -> None:
    one = undertakings.Undertaking(words="x", due=dt.date(2026, 3, 31), expires=dt.date(2026, 12, 31))
    assert one.state(dt.date(2026, 3, 31)) == "open"
    assert one.state(dt.date(2026, 4, 1)) == "overdue"
    kept = undertakings.Undertaking(words="x", expires=dt.date(2026, 12, 31))
    assert (kept.state(dt.date(2026, 12, 31)), kept.state(dt.date(2027, 1, 1))) == ("open", "expired")


@pytest.mark.parametrize(
    "wrong", ["one", {"text": "x"}, [{"words": "x"}], [{"text": ""}], [{"text": "x", "due": "soon"}], [3.5]]
)
def test_undertakings_that_cannot_be(store: Store, wrong: Any) -> None:
    with pytest.raises(InputError, match="undertakings"):
        licences.add(store, {**FIELDS, "undertakings": wrong}, "test")
