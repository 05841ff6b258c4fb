"""Licences and messages that cannot be: the field, the value, what is allowed."""

from __future__ import annotations

import contextlib
import datetime as dt
from decimal import Decimal
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from didymium.controls import licences
from didymium.controls.licences.message import message_from
from didymium.controls.licences.model import decode, encode
from didymium.controls.licences.reading import terms_from
from didymium.errors import DidymiumError, InputError, UsageError
from didymium.store import Store

GOOD: dict[str, Any] = {
    "number": "L-1",
    "quantity": "10",
    "basis": "gross",
    "items": ["1C905.b"],
    "valid_from": "2026-01-01",
}
DRAW: dict[str, Any] = {"op": "draw", "msg": "m1", "date": "2026-02-01", "item": "1C905.b", "gross_kg": "1"}


@pytest.mark.parametrize(
    ("change", "said"),
    [
        ({"number": None}, "column number: is not stated"),
        ({"number": "a\nb"}, "column number"),
        ({"number": "x" * 501}, "column number"),
        ({"basis": "net"}, "gross, REO, element"),
        ({"basis": None}, "column basis: is not stated"),
        ({"kind": "open"}, "individual, general, validated-end-user"),
        ({"items": []}, "column items: is not stated"),
        ({"items": ["1C905;b"]}, "column items"),
        ({"quantity": "-1"}, "column quantity"),
        ({"quantity": "1e9"}, "column quantity"),
        ({"quantity": None}, "Only a general"),
        ({"unit": "lb"}, "kg, kgm, t"),
        ({"valid_from": "01.02.2026"}, "column valid_from: '01.02.2026'"),
        ({"valid_from": "2026-02-30"}, "column valid_from"),
        ({"valid_to": "2025-12-31"}, "a day from 2026-01-01"),
        ({"destination": "Germany"}, "two letters"),
        ({"destination": False}, "column destinations"),
        ({"oxide_factor": "0.87"}, "from 1 to 2"),
        ({"status": "lost"}, "active, suspended, revoked"),
        ({"value": "100", "currency": "Yuan"}, "three letters"),
        ({"colour": "red"}, "column colour"),
        ({"destination": "DE", "destinations": "FR"}, "each field once"),
        ({"exporter": ["A"] * 1001}, "up to 1000"),
    ],
)
def test_licences_that_cannot_be(change: dict[str, Any], said: str) -> None:
    with pytest.raises(InputError) as caught:
        terms_from({**GOOD, **change})
    assert said in str(caught.value)


def test_a_licence_as_read() -> None:
    terms = terms_from(
        {**GOOD, "unit": "T", "destination": "de", "exporter": " A ", "type": "Individual", "valid_to": ""}
    )
    assert (terms.quantity_kg, terms.destinations, terms.exporter, terms.valid_to) == (
        Decimal(10_000),
        ("DE",),
        ("A",),
        None,
    )
    assert terms.valid_from == dt.date(2026, 1, 1)
    assert decode(encode(terms)) == terms


@pytest.mark.parametrize(
    ("change", "said"),
    [
        ({"op": "withdraw"}, "draw, reserve, confirm"),
        ({"op": None}, "column op"),
        ({"msg": None}, "column msg: is not stated"),
        ({"msg": "a\x00"}, "column msg"),
        ({"date": None}, "column date: is not stated; draw needs it"),
        ({"date": "soon"}, "column date: 'soon'"),
        ({"op": "reverse"}, "column ref: is not stated; reverse needs it"),
        ({"op": "amend"}, "column set: is not stated; amend needs it"),
        ({"op": "amend", "set": {"number": "X"}}, "set.number"),
        ({"element": "dysprosium"}, "such as Dy"),
        ({"consignee": ["A", "B"]}, "column consignee"),
    ],
)
def test_messages_that_are_none(change: dict[str, Any], said: str) -> None:
    with pytest.raises(InputError) as caught:
        message_from({**DRAW, **change})
    assert said in str(caught.value)


def test_content_is_every_field_but_the_id() -> None:
    one = message_from(DRAW)
    assert one.content_sha256 == message_from({**DRAW, "msg": "m2", "consignee": None, "note": ""}).content_sha256
    assert one.content_sha256 == message_from({**DRAW, "date": dt.date(2026, 2, 1)}).content_sha256
    for change in ({"date": "2026-02-02"}, {"gross_kg": "2"}, {"seen_balance": "100"}, {"remark": "x"}):
        assert one.content_sha256 != message_from({**DRAW, **change}).content_sha256


JUNK = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats() | st.text(max_size=30) | st.dates(),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.text(max_size=5), inner, max_size=3),
    max_leaves=6,
)
NAMES = st.sampled_from(
    [*GOOD, *DRAW, "unit", "kind", "set", "ref", "treo_pct", "value", "destination", "undertakings", "exporter"]
)


@given(st.dictionaries(NAMES, JUNK, max_size=6))
def test_junk_is_an_error_of_ours_or_read(junk: dict[str, Any]) -> None:
    for read in (terms_from, message_from):
        for base in (GOOD, DRAW):
            with contextlib.suppress(DidymiumError):
                read({**base, **junk})


def test_numbers_are_used_once_and_unknown_ones_are_said(store: Store) -> None:
    licences.add(store, GOOD, "test")
    with pytest.raises(UsageError, match="there already"):
        licences.add(store, GOOD, "test")
    with pytest.raises(UsageError, match="no licence 'L-2'"):
        licences.book(store, "L-2", DRAW, "test")


def test_what_raises_in_a_batch_books_nothing_of_it(store: Store) -> None:
    licences.add(store, GOOD, "test")
    with pytest.raises(UsageError):
        licences.book_many(store, [("L-1", DRAW), ("L-2", DRAW)], "test")
    with pytest.raises(InputError):
        licences.book_many(store, [("L-1", DRAW), ("L-1", {"op": "none"})], "test")
    assert licences.book(store, "L-1", DRAW, "test").balance == "9"
