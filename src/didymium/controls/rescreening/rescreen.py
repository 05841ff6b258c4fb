"""What changes: every open line and licence asked anew under other acts, and those listed whose answer is another.

A line is asked about its own day, with what is known on the day of re-screening. A licence is asked whether its items are
controlled on that day. Asked is what has no answer yet, or one under another ruleset; the new answer is kept.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterator
from typing import Any

import msgspec
from sqlalchemy import Row, insert
from sqlalchemy.engine import Connection

from didymium.controls.decide import Determination, Permission, determine
from didymium.controls.licences.model import Terms
from didymium.controls.licences.registry import all_
from didymium.controls.licences.rules import covers
from didymium.controls.rescreening.keep import answer_row, last_answers, open_lines
from didymium.controls.rescreening.tables import ANSWERS
from didymium.controls.rules import Ruleset
from didymium.store import Store, audit


class Changed(msgspec.Struct, frozen=True):
    """A line or licence whose answer is another. kind: line | licence. before_ids, after_ids: measures that apply."""

    kind: str
    subject: str
    before: str
    after: str
    before_ids: tuple[str, ...]
    after_ids: tuple[str, ...]
    missing: tuple[str, ...]


class Rescreened(msgspec.Struct, frozen=True):
    """asked: how many lines and licences were asked anew; first: of these for the first time; changed: those that differ."""

    asked: int
    first: int
    changed: list[Changed]
    ruleset: str


def rescreen(store: Store, rules: Ruleset, known_on: dt.date, actor: str) -> Rescreened:
    """Ask anew what was last asked under another ruleset; keep the answers; list those that changed."""

    def work(connection: Connection) -> Rescreened:
        last = last_answers(connection)
        rows, changed, first = [], [], 0
        for kind, subject, shown, answer in _answers(connection, rules, known_on, last):
            row = answer_row(subject, answer, known_on, actor)
            rows.append(row)
            before = last.get(subject)
            if before is None:
                first += 1
            elif _core(before.permission, before.answer) != _core(row["permission"], row["answer"]):
                changed.append(_changed(kind, shown, before, answer))
        if rows:
            connection.execute(insert(ANSWERS), rows)
            payload = {"asked": len(rows), "changed": len(changed), "ruleset": rules.hash}
            audit.append(connection, actor, "lines.rescreen", rules.hash, payload)
        return Rescreened(len(rows), first, changed, rules.hash)

    return store.write(work)


def _answers(
    connection: Connection, rules: Ruleset, known_on: dt.date, last: dict[str, Row[Any]]
) -> Iterator[tuple[str, str, str, Determination]]:
    """(kind, subject, how it is shown, answer) of everything that is to be asked."""
    for kept in list(open_lines(connection)):
        subject = f"line:{kept.id}"
        if subject not in last or last[subject].ruleset != rules.hash:
            shown = f"{kept.line.declaration_id}, item {kept.line.item_no}"
            yield "line", subject, shown, determine(kept.line.facts(max(known_on, kept.line.date)), rules)
    for held in all_(connection):
        subject = f"licence:{held.terms.number}"
        if held.state.status != "revoked" and (subject not in last or last[subject].ruleset != rules.hash):
            yield "licence", subject, held.terms.number, of_licence(held.terms, rules, known_on)


def of_licence(terms: Terms, rules: Ruleset, day: dt.date) -> Determination:
    """Are the items of a licence controlled on a day? applies: those in force; unknown where their state is not confirmed."""
    states: dict[str, list[str]] = {"in force": [], "unverified": [], "suspended": []}
    found = set()
    for act, measure in rules.asked:
        for entry in measure.items:
            licensed = [item for item in terms.items if covers(item, entry.item)]
            if not licensed:
                continue
            found |= set(licensed)
            window = rules.window(act, measure, day, day) if act.known_from <= day else None
            if window and window.state in states:
                states[window.state].append(f"{act.id}#{entry.item}")
    strange = sorted(set(terms.items) - found)
    missing = tuple(f"item {item} is in no act that is loaded" for item in strange)
    open_state = bool(states["unverified"] or strange)
    permission: Permission = "licence required" if states["in force"] else "unknown" if open_state else "free"
    return Determination(
        permission=permission, applies=tuple(states["in force"]), suspended=tuple(states["suspended"]), not_in_force=(),
        unverified=tuple(states["unverified"]), also=(), missing=missing, open_to=(), hits=(), ruleset=rules.hash,
    )  # fmt: skip


def _core(permission: str, answer: str) -> tuple[object, ...]:
    """What counts as the answer: permission and the measures behind it; which fact is missing may change without it."""
    said = msgspec.json.decode(answer)
    return permission, tuple(said["applies"]), tuple(said["unverified"])


def _changed(kind: str, shown: str, before: Row[Any], answer: Determination) -> Changed:
    old = msgspec.json.decode(before.answer)
    return Changed(
        kind, shown, before.permission, answer.permission, tuple(old["applies"] or old["unverified"]),
        answer.applies or answer.unverified, answer.missing,
    )  # fmt: skip
