"""What a licence holder undertook (no re-export, a report by a day), until when it binds, and whether it is done."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterable, Mapping
from typing import Any, Final

import msgspec
from sqlalchemy import bindparam, func, insert, select, update
from sqlalchemy.engine import Connection

from didymium.controls.licences.reading import day, fault, text
from didymium.controls.licences.tables import LICENCES, UNDERTAKINGS
from didymium.errors import UsageError
from didymium.store import Store, audit


class Undertaking(msgspec.Struct, frozen=True, kw_only=True):
    """words: what was undertaken. due: to be done by; null = nothing to do, only to keep.
    expires: last day it binds; null = no end. number: in the licence, from 1. done_on: day it was done; null = open.
    """

    words: str
    due: dt.date | None = None
    expires: dt.date | None = None
    number: int = 0
    done_on: dt.date | None = None
    done_note: str | None = None

    def state(self, today: dt.date) -> str:
        """done, overdue, expired (binds no more) or open, seen from a day."""
        if self.done_on is not None:
            return "done"
        if self.due is not None and self.due < today:
            return "overdue"
        return "expired" if self.expires is not None and self.expires < today else "open"


_OVERDUE: Final = select(UNDERTAKINGS.c.number, UNDERTAKINGS.c.due).where(
    UNDERTAKINGS.c.licence_id == bindparam("licence_id"),
    UNDERTAKINGS.c.due < bindparam("today"),
    UNDERTAKINGS.c.done_on.is_(None),
)


def from_list(stated: Iterable[Mapping[str, Any] | str]) -> list[Undertaking]:
    """Undertakings as written in a licence file: each a text, or a table with text, due, expires."""
    if not isinstance(stated, list | tuple):
        raise fault("undertakings", stated, "a list of texts or of tables with text, due, expires")
    return [one(each) if isinstance(each, Mapping) else one({"text": each}) for each in stated]


def one(stated: Mapping[str, Any]) -> Undertaking:
    """One undertaking from its fields text, due, expires."""
    unknown = sorted(set(stated) - {"text", "due", "expires"})
    if unknown:
        raise fault(f"undertakings.{unknown[0]}", stated[unknown[0]], "text, due, expires")
    due, expires = (
        day(stated[name], f"undertakings.{name}") if stated.get(name) else None for name in ("due", "expires")
    )
    return Undertaking(words=text(stated.get("text"), "undertakings.text"), due=due, expires=expires)


def insert_all(connection: Connection, licence_id: int, promised: Iterable[Undertaking]) -> None:
    """Add undertakings to a licence, numbered on from those it has."""
    last = connection.execute(
        select(func.max(UNDERTAKINGS.c.number)).where(UNDERTAKINGS.c.licence_id == licence_id)
    ).scalar()
    for number, each in enumerate(promised, start=(last or 0) + 1):
        row = {
            "licence_id": licence_id,
            "number": number,
            "words": each.words,
            "due": each.due,
            "expires": each.expires,
        }
        connection.execute(insert(UNDERTAKINGS), row)


def add(store: Store, licence: str, undertaking: Undertaking, actor: str) -> None:
    """Add one undertaking to a licence."""

    def work(connection: Connection) -> None:
        insert_all(connection, _id(connection, licence), [undertaking])
        audit.append(connection, actor, "licence.undertake", licence, msgspec.to_builtins(undertaking))

    store.write(work)


def done(store: Store, licence: str, number: int, on: dt.date, note: str | None, actor: str) -> None:
    """Mark an undertaking as done on a day; UsageError where there is none of that number or it is done already."""

    def work(connection: Connection) -> None:
        where = (UNDERTAKINGS.c.licence_id == _id(connection, licence)) & (UNDERTAKINGS.c.number == number)
        changed = connection.execute(
            update(UNDERTAKINGS).where(where, UNDERTAKINGS.c.done_on.is_(None)).values(done_on=on, done_note=note)
        )
        if changed.rowcount != 1:
            raise UsageError(
                f"licence {licence} has no open undertaking {number}.", fix="See `didymium licence undertakings`."
            )
        audit.append(connection, actor, "licence.undertaking_done", licence, {"number": number, "on": on, "note": note})

    store.write(work)


def of(connection: Connection, licence_id: int) -> list[Undertaking]:
    """All undertakings of a licence, by number."""
    columns = [UNDERTAKINGS.c[name] for name in Undertaking.__struct_fields__]
    found = select(*columns).where(UNDERTAKINGS.c.licence_id == licence_id).order_by(UNDERTAKINGS.c.number)
    return [Undertaking(**row._asdict()) for row in connection.execute(found)]


def overdue(connection: Connection, licence_id: int, today: dt.date) -> list[str]:
    """A warning per undertaking that should have been done before a day."""
    rows = connection.execute(_OVERDUE, {"licence_id": licence_id, "today": today})
    return [f"Undertaking {row.number} was due on {row.due}." for row in rows]


def _id(connection: Connection, licence: str) -> int:
    found = connection.execute(select(LICENCES.c.id).where(LICENCES.c.number == licence).with_for_update()).scalar()
    if found is None:
        raise UsageError(f"there is no licence {licence!r}.", fix="See `didymium licence list`.")
    return int(found)
