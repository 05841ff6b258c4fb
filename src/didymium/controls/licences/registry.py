"""The licences themselves: adding one, finding it, listing all with what they stand at."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterable, Mapping
from functools import lru_cache
from typing import Any, Final

import msgspec
from sqlalchemy import Row, and_, bindparam, exists, func, insert, literal, select
from sqlalchemy.engine import Connection

from didymium.controls.licences import undertakings
from didymium.controls.licences.model import State, Terms, decode, encode
from didymium.controls.licences.reading import terms_from, text
from didymium.controls.licences.tables import ENTRIES, LICENCES, QUOTAS, UNDERTAKINGS
from didymium.errors import UsageError
from didymium.store import Store, audit

_BY_NUMBER: Final = select(LICENCES.c.id, LICENCES.c.number, LICENCES.c.terms).where(
    LICENCES.c.number == bindparam("number")
)
_LOCKED: Final = _BY_NUMBER.with_for_update()
_ID: Final = bindparam("licence_id", type_=LICENCES.c.id.type)
_OTHER: Final = ENTRIES.alias("other")
_LAST: Final = (
    select(_OTHER.c.seq).where(_OTHER.c.licence_id == _ID).order_by(_OTHER.c.seq.desc()).limit(1).scalar_subquery()
)
#: In one question all that a booking has to know: the last entry, the entry of its message id, whether there are quotas or
#: undertakings to look at.
_GLANCE: Final = select(
    ENTRIES.c.seq,
    ENTRIES.c.drawn_kg,
    ENTRIES.c.reserved_kg,
    ENTRIES.c.status,
    ENTRIES.c.terms_seq,
    select(_OTHER.c.id)
    .where(_OTHER.c.licence_id == _ID, _OTHER.c.msg == bindparam("msg"))
    .scalar_subquery()
    .label("known"),
    exists(select(QUOTAS.c.id)).label("quotas"),
    exists().where(UNDERTAKINGS.c.licence_id == _ID, UNDERTAKINGS.c.done_on.is_(None)).label("promises"),
).select_from(
    select(literal(1).label("always"))
    .subquery()
    .outerjoin(
        ENTRIES,
        and_(
            ENTRIES.c.licence_id == _ID,
            ENTRIES.c.seq == _LAST,
        ),
    )
)
_TERMS: Final = select(ENTRIES.c.terms).where(
    and_(ENTRIES.c.licence_id == bindparam("licence_id"), ENTRIES.c.seq == bindparam("seq"))
)


class Held(msgspec.Struct, frozen=True):
    """A licence as it stands: id in the store, terms in force, state."""

    id: int
    terms: Terms
    state: State


class Locked(msgspec.Struct, frozen=True):
    """A licence nobody else books on until the transaction ends. known: id of the entry that has this message id; null = none.
    quotas: whether there are any. promises: whether undertakings of it are not done.
    """

    held: Held
    known: int | None
    quotas: bool
    promises: bool


def add(store: Store, stated: Mapping[str, Any], actor: str) -> Terms:
    """Add a licence from the fields of `reading.terms_from`, and its `undertakings` (list of text, due, expires).

    InputError naming the field that cannot be; UsageError where the number is there already.
    """
    fields = dict(stated)
    promised = undertakings.from_list(fields.pop("undertakings", None) or ())
    terms = terms_from(fields)

    def work(connection: Connection) -> None:
        if connection.execute(_BY_NUMBER, {"number": terms.number}).first():
            raise UsageError(
                f"licence {terms.number} is there already.", fix="Change it with `didymium licence amend`."
            )
        row = {"number": terms.number, "terms": encode(terms), "at_utc": audit.now_utc(), "actor": text(actor, "actor")}
        found = connection.execute(insert(LICENCES).returning(LICENCES.c.id), row).scalar_one()
        undertakings.insert_all(connection, found, promised)
        payload = {"terms": row["terms"], "undertakings": [msgspec.to_builtins(one) for one in promised]}
        audit.append(connection, actor, "licence.add", terms.number, payload)

    store.write(work)
    return terms


def find(connection: Connection, number: str) -> Held:
    """The licence of a number, to look at. UsageError where there is none."""
    row = connection.execute(_BY_NUMBER, {"number": number}).first()
    if row is None:
        raise _no_such(number)
    return _held(connection, row, _glance(connection, row.id, ""))


def lock(connection: Connection, number: str, msg: str) -> Locked:
    """The licence of a number, held for a booking under a message id. UsageError where there is none."""
    row = connection.execute(_LOCKED, {"number": number}).first()
    if row is None:
        raise _no_such(number)
    seen = _glance(connection, row.id, msg)
    return Locked(_held(connection, row, seen), seen.known, bool(seen.quotas), bool(seen.promises))


def all_(connection: Connection) -> Iterable[Held]:
    """All licences, by number."""
    rows = connection.execute(
        select(LICENCES.c.id, LICENCES.c.number, LICENCES.c.terms).order_by(LICENCES.c.number)
    ).all()
    return (_held(connection, row, _glance(connection, row.id, "")) for row in rows)


def count(connection: Connection) -> int:
    """How many licences there are."""
    return int(connection.execute(select(func.count()).select_from(LICENCES)).scalar_one())


def in_words(held: Held, today: dt.date) -> str:
    """active, suspended, revoked; for an active one also `not yet valid` and `expired`, seen from a day."""
    if held.state.status != "active":
        return held.state.status
    if today < held.terms.valid_from:
        return "not yet valid"
    return "expired" if held.terms.valid_to is not None and today > held.terms.valid_to else "active"


def _glance(connection: Connection, licence_id: int, msg: str) -> Any:
    return connection.execute(_GLANCE, {"licence_id": licence_id, "msg": msg}).one()


def _held(connection: Connection, row: Row[*tuple[Any, ...]], seen: Any) -> Held:
    text = row.terms
    if seen.terms_seq:
        text = connection.execute(_TERMS, {"licence_id": row.id, "seq": seen.terms_seq}).scalar_one()
    terms = _decoded(text)
    return Held(row.id, terms, State(status=terms.status) if seen.seq is None else State(*seen[:5]))


def _no_such(number: str) -> UsageError:
    return UsageError(f"there is no licence {number!r}.", fix="See `didymium licence list`.")


_decoded = lru_cache(maxsize=1_024)(decode)
