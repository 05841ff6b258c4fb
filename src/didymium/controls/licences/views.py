"""What people look at: the list of licences, one with its undertakings, its history. Plain records, ready for JSON."""

from __future__ import annotations

import datetime as dt
from decimal import Decimal
from typing import Any

import msgspec
from sqlalchemy import select

from didymium.controls.licences import recount, registry, undertakings
from didymium.controls.licences.model import Terms, available
from didymium.controls.licences.tables import ENTRIES
from didymium.errors import StoreError
from didymium.store import Store
from didymium.store.decimals import plain


class Standing(msgspec.Struct, frozen=True, kw_only=True):
    """What a licence stands at. Masses in kg of `basis`, as exact text; available and quantity null = no limit.

    status: active, not yet valid, expired, suspended or revoked, seen from `today`. entries: messages booked or refused so far.
    """

    licence: str
    status: str
    basis: str
    unit: str = "kg"
    quantity: str | None
    drawn: str
    reserved: str
    available: str | None
    valid_from: dt.date
    valid_to: dt.date | None
    entries: int
    overdue: list[str] = []


class Line(msgspec.Struct, frozen=True, kw_only=True):
    """One entry of the ledger. kg: booked; available: kg after it, null = no limit."""

    seq: int
    at_utc: str
    actor: str
    op: str
    msg: str
    date: dt.date | None
    ref: str | None
    result: str
    reason: str | None
    because: str | None
    kg: str | None
    drawn: str
    reserved: str
    status: str
    warnings: list[str]
    content: dict[str, Any]


def standings(store: Store, today: dt.date) -> list[Standing]:
    """Every licence with what it stands at, by number."""
    with store.reading() as connection:
        return [_standing(connection, held, today) for held in registry.all_(connection)]


def standing(store: Store, licence: str, today: dt.date) -> Standing:
    """What one licence stands at, after its entries were added up anew; StoreError where they do not give the same."""
    wrong = recount.problems(store, licence)
    if wrong:
        raise StoreError(wrong[0], file=store.place, fix="Run `didymium store verify`; restore a copy.")
    with store.reading() as connection:
        return _standing(connection, registry.find(connection, licence), today)


def whole(store: Store, licence: str) -> tuple[Terms, list[undertakings.Undertaking]]:
    """The terms in force of a licence, and what was undertaken."""
    with store.reading() as connection:
        held = registry.find(connection, licence)
        return held.terms, undertakings.of(connection, held.id)


def history(store: Store, licence: str, last: int | None = None) -> list[Line]:
    """Entries of a licence in the order they were booked; `last`: only so many from the end."""
    with store.reading() as connection:
        held = registry.find(connection, licence)
        wanted = select(ENTRIES).where(ENTRIES.c.licence_id == held.id).order_by(ENTRIES.c.seq.desc()).limit(last)
        rows = connection.execute(wanted).all()[::-1]
    return [
        Line(
            seq=row.seq, at_utc=row.at_utc, actor=row.actor, op=row.op, msg=row.msg, date=row.date, ref=row.ref,
            result="refused" if row.reason else "accepted", reason=row.reason, because=row.because, kg=_text(row.kg),
            drawn=plain(row.drawn_kg), reserved=plain(row.reserved_kg), status=row.status,
            warnings=msgspec.json.decode(row.warnings), content=msgspec.json.decode(row.content),
        )
        for row in rows
    ]  # fmt: skip


def _standing(connection: Any, held: registry.Held, today: dt.date) -> Standing:
    terms, state = held.terms, held.state
    return Standing(
        licence=terms.number, status=registry.in_words(held, today), basis=terms.basis, quantity=_text(terms.quantity_kg),
        drawn=plain(state.drawn_kg), reserved=plain(state.reserved_kg), available=_text(available(terms, state)),
        valid_from=terms.valid_from, valid_to=terms.valid_to, entries=state.seq,
        overdue=undertakings.overdue(connection, held.id, today),
    )  # fmt: skip


def _text(value: Decimal | None) -> str | None:
    return None if value is None else plain(value)
