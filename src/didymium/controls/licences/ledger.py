"""The ledger: messages booked on licences, in one order, each once, each for good.

A booking is one transaction: the licence is locked, the message id looked up, the rules asked, then entry, quota charges and
audit row are written together. Whatever was answered was written before. Draws of several senders on one licence come one
after the other; `book_many` shares one transaction (one flush to disk) among many messages.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from decimal import Decimal
from typing import Any, Final

import msgspec
from sqlalchemy import Row, and_, bindparam, insert, select
from sqlalchemy.engine import Connection

from didymium.controls.licences import quotas, registry, rules, undertakings
from didymium.controls.licences.message import Message, message_from
from didymium.controls.licences.model import Answer, State, available, encode
from didymium.controls.licences.reading import text
from didymium.controls.licences.registry import Held
from didymium.controls.licences.tables import ENTRIES
from didymium.store import Store, audit
from didymium.store.canonical import canonical
from didymium.store.decimals import EXACT, plain, total

_BY_MSG: Final = select(ENTRIES).where(
    and_(ENTRIES.c.licence_id == bindparam("licence_id"), ENTRIES.c.msg == bindparam("msg"))
)
_BY_ID: Final = select(ENTRIES).where(ENTRIES.c.id == bindparam("entry_id"))
_LATER: Final = select(ENTRIES.c.op, ENTRIES.c.kg).where(
    and_(ENTRIES.c.licence_id == bindparam("licence_id"), ENTRIES.c.ref == bindparam("ref"), ENTRIES.c.reason.is_(None))
)
_INSERT: Final = insert(ENTRIES).returning(ENTRIES.c.id)


def book(store: Store, licence: str, stated: Mapping[str, Any], actor: str) -> Answer:
    """Book one message on a licence and answer it. `stated`: fields as in message.py.

    InputError for what is no message, UsageError where there is no such licence; a refusal is an answer, not an error.
    """
    return book_many(store, [(licence, stated)], actor)[0]


def book_many(store: Store, several: Iterable[tuple[str, Mapping[str, Any]]], actor: str) -> list[Answer]:
    """Book messages in order, all in one transaction; answers in the same order. What raises books none of them.

    Messages of several licences: in the order of their numbers, or two such calls at once may wait for each other (PostgreSQL
    then ends one, which is run again).
    """
    by = text(actor, "actor")
    messages = [(licence, message_from(stated)) for licence, stated in several]

    def work(connection: Connection) -> list[Answer]:
        return [_book(connection, licence, message, by) for licence, message in messages]

    return store.write(work)


class _UndoneError(Exception):
    """Carries an answer out of a transaction that is not to be kept."""

    def __init__(self, answer: Answer) -> None:
        super().__init__()
        self.answer = answer


def preview(store: Store, licence: str, stated: Mapping[str, Any]) -> Answer:
    """The answer a message would get now; nothing is booked, nothing recorded, and no message id used up."""
    message = message_from(stated)

    def work(connection: Connection) -> Answer:
        raise _UndoneError(_book(connection, licence, message, "preview"))

    try:
        return store.write(work)
    except _UndoneError as undone:
        return undone.answer


def _book(connection: Connection, licence: str, message: Message, actor: str) -> Answer:
    locked = registry.lock(connection, licence, message.msg)
    held = locked.held
    if locked.known is not None:
        first = connection.execute(_BY_ID, {"entry_id": locked.known}).one()
        return _repeated(connection, held, message, first, actor)
    earlier, target = _target(connection, held, message)
    decision = rules.decide(held.terms, held.state, message, target)
    asked = rules.merged(message, target.message) if message.op == "confirm" and target else message
    plan = quotas.Plan()
    if decision.kg is not None and locked.quotas:
        plan = _charges(connection, held, asked, decision, earlier, target)
        decision = rules.refused(plan.reason, plan.because or "") if plan.reason else decision
    warnings = [] if decision.reason else [*plan.warnings]
    if locked.promises and (decision.drawn_kg > 0 or decision.reserved_kg > 0):
        assert message.date is not None
        warnings += undertakings.overdue(connection, held.id, message.date)
    return _write(connection, held, asked, decision, plan, warnings, actor)


def _target(connection: Connection, held: Held, message: Message) -> tuple[int | None, rules.Target | None]:
    """The accepted entry that `ref` names: its id and what of it still stands."""
    if message.ref is None:
        return None, None
    row = connection.execute(_BY_MSG, {"licence_id": held.id, "msg": message.ref}).first()
    if row is None or row.reason is not None or row.kg is None:
        return None, None
    later = connection.execute(_LATER, {"licence_id": held.id, "ref": message.ref}).all()
    left = EXACT.subtract(row.kg, total(one.kg for one in later if one.op != "confirm"))
    closed = left == 0 or any(one.op == "confirm" for one in later)
    stated = msgspec.json.decode(row.content)
    return row.id, rules.Target(message_from({**stated, "msg": row.msg}), row.kg, left, closed)


def _charges(
    connection: Connection,
    held: Held,
    message: Message,
    decision: rules.Decision,
    earlier: int | None,
    target: rules.Target | None,
) -> quotas.Plan:
    """What quotas are charged with or get back for a decision that books an amount."""
    move = quotas.Move(
        op=message.op,
        day=message.date,
        exporter=_exporter(held, message),
        item=message.item,
        element=message.element,
        by_basis=decision.by_basis,
        origin=earlier,
        whole=target is not None and decision.kg == target.left_kg,
    )
    return quotas.plan(connection, move)


def _exporter(held: Held, message: Message) -> str | None:
    named = held.terms.exporter or ()
    return message.exporter or (named[0] if len(named) == 1 else None)


def _write(
    connection: Connection,
    held: Held,
    message: Message,
    decision: rules.Decision,
    plan: quotas.Plan,
    warnings: list[str],
    actor: str,
) -> Answer:
    """Entry, quota uses, audit row."""
    seq = held.state.seq + 1
    state = State(
        seq=seq,
        drawn_kg=EXACT.add(held.state.drawn_kg, decision.drawn_kg),
        reserved_kg=EXACT.add(held.state.reserved_kg, decision.reserved_kg),
        status=decision.status or held.state.status,
        terms_seq=seq if decision.terms else held.state.terms_seq,
    )
    row = {
        "licence_id": held.id,
        "seq": seq,
        "msg": message.msg,
        "op": message.op,
        "date": message.date,
        "ref": message.ref,
        "item": message.item,
        "element": message.element,
        "exporter": _exporter(held, message),
        "content": message.content,
        "content_sha256": message.content_sha256,
        "reason": decision.reason,
        "because": decision.because,
        "kg": decision.kg,
        "by_basis": canonical(decision.by_basis),
        "drawn_kg": state.drawn_kg,
        "reserved_kg": state.reserved_kg,
        "status": state.status,
        "terms_seq": state.terms_seq,
        "terms": encode(decision.terms) if decision.terms else None,
        "warnings": canonical(warnings),
        "at_utc": audit.now_utc(),
        "actor": actor,
    }
    entry_id = connection.execute(_INSERT, row).scalar_one()
    quotas.record(connection, plan, entry_id)
    del row["licence_id"]
    audit.append(connection, actor, f"licence.{message.op}", held.terms.number, row)
    return _answer(Held(held.id, decision.terms or held.terms, state), message, row, warnings)


def _repeated(connection: Connection, held: Held, message: Message, first: Row[Any], actor: str) -> Answer:
    """A message id met before: booked nothing, and recorded that it came again."""
    same = first.content_sha256 == message.content_sha256
    row = {
        "msg": message.msg,
        "reason": "duplicate_message" if same else "message_id_reused",
        "because": f"Message {message.msg} was answered on {first.at_utc}."
        if same
        else f"Message id {message.msg} was used for another content on {first.at_utc}.",
        "kg": None,
    }
    payload = {**row, "content_sha256": message.content_sha256, "first_seq": first.seq}
    audit.append(connection, actor, f"licence.{message.op}", held.terms.number, payload)
    answer = _answer(held, message, row, [])
    return msgspec.structs.replace(answer, first=_as_answered(held, first)) if same else answer


def _answer(held: Held, message: Message, row: Mapping[str, Any], warnings: Iterable[str]) -> Answer:
    """The answer for a row of the ledger, with the balance as it stands now."""
    left = available(held.terms, held.state)
    kg: Decimal | None = row["kg"]
    return Answer(
        licence=held.terms.number,
        msg=message.msg,
        op=message.op,
        result="refused" if row["reason"] else "accepted",
        reason=row["reason"],
        because=row["because"],
        amount=None if kg is None else plain(kg),
        balance=None if left is None else plain(left),
        drawn=plain(held.state.drawn_kg),
        reserved=plain(held.state.reserved_kg),
        basis=held.terms.basis,
        status=held.state.status,
        warnings=tuple(warnings),
    )


def _as_answered(held: Held, row: Row[Any]) -> Answer:
    """What was answered when a row was written; the balance in it is that of today's quantity."""
    state = State(row.seq, row.drawn_kg, row.reserved_kg, row.status, row.terms_seq)
    message = Message(msg=row.msg, op=row.op, content=row.content)
    then = Held(held.id, held.terms, state)
    return _answer(then, message, row._asdict(), msgspec.json.decode(row.warnings))
