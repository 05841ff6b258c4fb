"""The audit trail: every change, who made it, when, and what, as a chain of hashes.

Each row holds the hash of the row before it, so a row that is edited, taken out or moved breaks the chain there; the head row
keeps number and hash of the last one, so cutting off the end shows as well. The row is written in the transaction of the
change it records: neither is kept without the other. In PostgreSQL the head row is the lock that puts writers into one order
(append last in a transaction: it is held until COMMIT); in SQLite the write lock does. Whoever can rewrite the whole database
can rewrite the whole chain: note the head (`didymium store verify` prints it) where such a one cannot reach it.
"""

from __future__ import annotations

import datetime as dt
import hashlib
from dataclasses import dataclass
from typing import Any, Final

from sqlalchemy import Column, Integer, Row, String, Table, Text, insert, select, update
from sqlalchemy.engine import Connection

from didymium.errors import StoreError
from didymium.store.canonical import canonical
from didymium.store.engine import Store
from didymium.store.metadata import METADATA, RowId

#: What stands before the first row.
GENESIS: Final = "0" * 64

AUDIT: Final = Table(
    "audit",
    METADATA,
    Column("seq", RowId, primary_key=True, autoincrement=False),  # 1, 2, 3, ... without gap
    Column("at_utc", String(32), nullable=False),  # ISO 8601 with microseconds, UTC
    Column("actor", Text, nullable=False),
    Column("action", Text, nullable=False),  # domain.verb: licence.draw
    Column("subject", Text, nullable=False, index=True),  # what it is about: the number of a licence
    Column("payload", Text, nullable=False),  # canonical JSON
    Column("previous", String(64), nullable=False),
    Column("hash", String(64), nullable=False),
)
AUDIT_HEAD: Final = Table(
    "audit_head",
    METADATA,
    Column("id", Integer, primary_key=True, autoincrement=False),  # one row, id 1
    Column("seq", RowId, nullable=False),
    Column("hash", String(64), nullable=False),
)
_HEAD: Final = select(AUDIT_HEAD.c.seq, AUDIT_HEAD.c.hash).where(AUDIT_HEAD.c.id == 1)
_HEAD_LOCKED: Final = _HEAD.with_for_update()
_INSERT: Final = insert(AUDIT)
_MOVE_HEAD: Final = update(AUDIT_HEAD).where(AUDIT_HEAD.c.id == 1)


@dataclass(frozen=True, slots=True)
class Chain:
    """What `verify` found. rows: number of good rows from the start. head: hash of the last of them.
    broken_at: number of the first row that does not fit; None = the chain is whole. because: one sentence on it.
    """

    rows: int
    head: str
    broken_at: int | None = None
    because: str | None = None


def now_utc() -> str:
    """This moment: 2026-03-01T12:00:00.000000Z."""
    return dt.datetime.now(dt.UTC).strftime("%Y-%m-%dT%H:%M:%S.%fZ")


def append(connection: Connection, actor: str, action: str, subject: str, payload: dict[str, Any]) -> int:
    """Record one change in the transaction of `connection`; its number. `payload`: text, ints, Decimals, dates, lists, dicts."""
    head = connection.execute(_HEAD_LOCKED).first()
    if head is None:
        raise StoreError(
            "the audit trail has lost its head row.", file="audit_head", fix="Restore a copy of the store."
        )
    row = {
        "seq": head.seq + 1,
        "at_utc": now_utc(),
        "actor": actor,
        "action": action,
        "subject": subject,
        "payload": canonical(payload),
        "previous": head.hash,
    }
    row["hash"] = _digest(row)
    connection.execute(_INSERT, row)
    connection.execute(_MOVE_HEAD, {"seq": row["seq"], "hash": row["hash"]})
    return int(row["seq"])


def verify(store: Store, *, expect: str | None = None) -> Chain:
    """Walk the whole chain and say where it first breaks. expect: a head noted earlier, which must still be in it."""
    with store.reading() as connection:
        head = connection.execute(_HEAD).first()
        rows = connection.execution_options(yield_per=1000).execute(select(AUDIT).order_by(AUDIT.c.seq))
        good, last, met = 0, GENESIS, expect in (None, GENESIS)
        for row in rows:
            because = _fault(row, good + 1, last)
            if because:
                return Chain(good, last, good + 1, because)
            good, last = good + 1, row.hash
            met = met or last == expect
    if head is None or (head.seq, head.hash) != (good, last):
        kept = "no row" if head is None else f"row {head.seq}"
        return Chain(
            good, last, good + 1, f"The trail ends with row {good}, the head says {kept}: the end was cut or changed."
        )
    if not met:
        return Chain(good, last, good + 1, f"The hash {expect} noted earlier is not in the trail: it was rewritten.")
    return Chain(good, last)


def _fault(row: Row[Any], number: int, last: str) -> str | None:
    """Why a row does not follow the last one; None where it does."""
    if row.seq != number:
        return f"Row {number} is missing; the next one is {row.seq}."
    if row.previous != last:
        return f"Row {number} does not follow the one before it: one of the two was changed or moved."
    if row.hash != _digest(row._asdict()):
        return f"Row {number} was changed after it was written."
    return None


def _digest(row: dict[str, Any]) -> str:
    names = ("seq", "at_utc", "actor", "action", "subject", "payload", "previous")
    return hashlib.sha256(canonical([row[name] for name in names]).encode("ascii")).hexdigest()
