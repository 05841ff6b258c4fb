"""Keeping what was screened, so that a change of the law can be held against it."""

from __future__ import annotations

import datetime as dt
import hashlib
from collections.abc import Iterable, Iterator
from typing import Any, Final

import msgspec
from sqlalchemy import Row, bindparam, func, insert, select
from sqlalchemy.engine import Connection

from didymium.controls.decide import Determination
from didymium.controls.facts import Facts, uses_of
from didymium.controls.goods import read_goods
from didymium.controls.rescreening.tables import ANSWERS, CLOSED, LINES
from didymium.errors import UsageError
from didymium.store import Store, audit
from didymium.store.canonical import canonical

_BATCH: Final = 5_000


class Line(msgspec.Struct, frozen=True, kw_only=True):
    """One declared item line, with the words the law is asked about. Null = not stated. goods: text as read."""

    declaration_id: str
    item_no: int
    date: dt.date
    goods: str
    hs_code: str
    export_country: str | None = None
    import_country: str | None = None
    origin: str | None = None
    use: str | None = None
    importer: str | None = None
    end_user: str | None = None

    def facts(self, known_on: dt.date) -> Facts:
        """What the law is asked, with the day of knowledge."""
        receivers = [(role, name) for role, name in (("importer", self.importer), ("end_user", self.end_user)) if name]
        return Facts(
            date=self.date, known_on=known_on, goods=read_goods(self.goods, self.hs_code),
            export_country=self.export_country, import_country=self.import_country, origin=self.origin,
            uses=uses_of(self.use, "", receivers), parties=tuple(receivers),
        )  # fmt: skip


class Kept(msgspec.Struct, frozen=True):
    """A line as kept. id: of its row."""

    id: int
    line: Line


def keep(store: Store, lines: Iterable[Line], source: str, actor: str) -> int:
    """Keep lines; those kept before with the same facts stay as they are. Returns how many are new or changed."""
    rows = [_row(line, source, actor) for line in lines]

    def work(connection: Connection) -> int:
        new = [row for batch in _batches(rows) for row in _unknown(connection, batch)]
        for batch in _batches(new):
            connection.execute(insert(LINES), batch)
        if new:
            audit.append(connection, actor, "lines.keep", source, {"lines": len(new), "sha256": _digest(new)})
        return len(new)

    return store.write(work)


def close(store: Store, declaration_id: str, item_no: int, why: str, actor: str) -> None:
    """Close a line: it has moved or been given up, and is not re-screened. UsageError where it is not kept or closed."""

    def work(connection: Connection) -> None:
        found = next(
            (k for k in open_lines(connection) if (k.line.declaration_id, k.line.item_no) == (declaration_id, item_no)),
            None,
        )
        if found is None:
            raise UsageError(
                f"no open line {declaration_id}, item {item_no}, is kept.",
                fix="`didymium screen FILE --keep` keeps lines.",
            )
        row = {"line_id": found.id, "why": why, "at_utc": audit.now_utc(), "actor": actor}
        connection.execute(insert(CLOSED), row)
        audit.append(connection, actor, "lines.close", f"{declaration_id}/{item_no}", {"why": why})

    store.write(work)


def open_lines(connection: Connection) -> Iterator[Kept]:
    """The last kept line of every identity that is not closed, in the order they were kept."""
    last = select(func.max(LINES.c.id)).group_by(LINES.c.declaration_id, LINES.c.item_no)
    closed = select(CLOSED.c.line_id)
    rows = select(LINES.c.id, LINES.c.facts).where(LINES.c.id.in_(last), LINES.c.id.not_in(closed)).order_by(LINES.c.id)
    for row in connection.execute(rows):
        yield Kept(row.id, msgspec.json.decode(row.facts, type=Line))


def last_answers(connection: Connection) -> dict[str, Row[Any]]:
    """subject -> its last answer."""
    last = select(func.max(ANSWERS.c.id)).group_by(ANSWERS.c.subject)
    return {row.subject: row for row in connection.execute(select(ANSWERS).where(ANSWERS.c.id.in_(last)))}


def answer_row(subject: str, answer: Determination, known_on: dt.date, actor: str) -> dict[str, Any]:
    """A row of kept_answers."""
    said = {name: list(getattr(answer, name)) for name in ("applies", "unverified", "suspended", "missing")}
    return {
        "subject": subject, "ruleset": answer.ruleset, "known_on": known_on, "permission": answer.permission,
        "answer": canonical(said), "at_utc": audit.now_utc(), "actor": actor,
    }  # fmt: skip


def _row(line: Line, source: str, actor: str) -> dict[str, Any]:
    facts = canonical(msgspec.to_builtins(line))
    return {
        "declaration_id": line.declaration_id, "item_no": line.item_no, "facts": facts,
        "facts_sha256": hashlib.sha256(facts.encode()).hexdigest(), "source": source, "at_utc": audit.now_utc(),
        "actor": actor,
    }  # fmt: skip


def _unknown(connection: Connection, rows: list[dict[str, Any]]) -> list[dict[str, Any]]:
    """Rows whose facts are not kept yet under their identity."""
    wanted = select(LINES.c.declaration_id, LINES.c.item_no, LINES.c.facts_sha256).where(
        LINES.c.facts_sha256.in_(bindparam("hashes", expanding=True))
    )
    there = {tuple(row) for row in connection.execute(wanted, {"hashes": [row["facts_sha256"] for row in rows]})}
    out = []
    for row in rows:
        key = (row["declaration_id"], row["item_no"], row["facts_sha256"])
        if key not in there:
            there.add(key)
            out.append(row)
    return out


def _batches(rows: list[dict[str, Any]]) -> Iterator[list[dict[str, Any]]]:
    for start in range(0, len(rows), _BATCH):
        yield rows[start : start + _BATCH]


def _digest(rows: list[dict[str, Any]]) -> str:
    return hashlib.sha256("".join(row["facts_sha256"] for row in rows).encode()).hexdigest()
