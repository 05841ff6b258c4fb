"""Proof that balances are derived: everything added up anew from the entries, and entries held against the audit trail.

For each licence: entries numbered without gap; drawn, reserved, status and terms follow from the entry before and its own amount;
nothing overdrawn; every entry is word for word what the audit trail recorded. For each quota: its uses add up.
"""

from __future__ import annotations

from collections.abc import Iterator
from decimal import Decimal
from typing import Any, Final

import msgspec
from sqlalchemy import Row, select
from sqlalchemy.engine import Connection

from didymium.controls.licences.model import Status, decode
from didymium.controls.licences.tables import ENTRIES, LICENCES, QUOTA_USES, QUOTAS
from didymium.store import Store
from didymium.store.audit import AUDIT
from didymium.store.canonical import canonical
from didymium.store.decimals import EXACT, ZERO, total

#: Drawn kg, reserved kg, status.
Stands = tuple[Decimal, Decimal, str]
_STATUS: Final[dict[str, Status]] = {"suspend": "suspended", "revoke": "revoked", "reinstate": "active"}


def problems(store: Store, licence: str | None = None) -> list[str]:
    """Every place where what is kept does not follow from the entries; empty = all of it does. licence null = all."""
    with store.reading() as connection:
        wanted = select(LICENCES).order_by(LICENCES.c.number)
        found = connection.execute(wanted.where(LICENCES.c.number == licence) if licence else wanted).all()
        wrong = [said for row in found for said in _licence(connection, row)]
        if licence is None:
            wrong += _quotas(connection)
    return wrong


def _licence(connection: Connection, row: Row[Any]) -> Iterator[str]:
    recorded = _recorded(connection, row.number)
    if recorded.get(0) != row.terms:
        yield f"Licence {row.number}: its terms are not those the audit trail recorded."
    terms = decode(row.terms)
    stands: Stands = (ZERO, ZERO, terms.status)
    kg_of: dict[str, tuple[str, Decimal]] = {}
    returned: dict[str, Decimal] = {}
    entries = select(ENTRIES).where(ENTRIES.c.licence_id == row.id).order_by(ENTRIES.c.seq)
    for number, entry in enumerate(connection.execute(entries).all(), start=1):
        if entry.seq != number:
            yield f"Licence {row.number}: entry {number} is missing."
            return
        if recorded.pop(number, None) != _fingerprint(entry):
            yield f"Licence {row.number}: entry {number} is not what the audit trail recorded."
        terms = decode(entry.terms) if entry.terms and not entry.reason else terms
        if _after(stands, entry, kg_of, returned) != (entry.drawn_kg, entry.reserved_kg, entry.status):
            yield f"Licence {row.number}: entry {number} does not follow from its amount and the entry before."
        used = EXACT.add(entry.drawn_kg, entry.reserved_kg)
        if terms.quantity_kg is not None and used > terms.quantity_kg:
            yield f"Licence {row.number}: entry {number} leaves it overdrawn ({used:f} of {terms.quantity_kg:f} kg)."
        stands = (entry.drawn_kg, entry.reserved_kg, entry.status)
    if any(key > 0 for key in recorded):
        yield f"Licence {row.number}: the audit trail knows entries that are not there."


def _after(
    stands: Stands, entry: Row[Any], kg_of: dict[str, tuple[str, Decimal]], returned: dict[str, Decimal]
) -> Stands:
    """Drawn, reserved and status after an entry, from its amount alone. kg_of: accepted messages; returned: kg given back."""
    drawn, reserved, status = stands
    if entry.reason is not None:
        return drawn, reserved, status
    kg = entry.kg if entry.kg is not None else ZERO
    if entry.op in ("draw", "confirm"):
        drawn = EXACT.add(drawn, kg)
    if entry.op == "confirm" and entry.ref in kg_of:
        held = EXACT.subtract(kg_of[entry.ref][1], returned.get(entry.ref, ZERO))
        reserved = EXACT.subtract(reserved, held)
    if entry.op == "reserve":
        reserved = EXACT.add(reserved, kg)
    if entry.op in ("cancel", "release"):
        reserved = EXACT.subtract(reserved, kg)
    if entry.op == "reverse":
        drawn = EXACT.subtract(drawn, kg)
    if entry.op in ("cancel", "release", "reverse"):
        returned[entry.ref] = EXACT.add(returned.get(entry.ref, ZERO), kg)
    kg_of[entry.msg] = (entry.op, kg)
    return drawn, reserved, _STATUS.get(entry.op, status)


def _recorded(connection: Connection, number: str) -> dict[int, str]:
    """What the audit trail says of a licence: its terms as issued under 0, a fingerprint of each entry under its number."""
    rows = select(AUDIT.c.action, AUDIT.c.payload).where(AUDIT.c.subject == number, AUDIT.c.action.like("licence.%"))
    found = {}
    for row in connection.execute(rows.order_by(AUDIT.c.seq)):
        payload = msgspec.json.decode(row.payload)
        if row.action == "licence.add":
            found[0] = str(payload["terms"])
        elif "seq" in payload:
            found[int(payload["seq"])] = row.payload
    return found


def _fingerprint(entry: Row[Any]) -> str:
    return canonical({name: value for name, value in entry._asdict().items() if name not in ("id", "licence_id")})


def _quotas(connection: Connection) -> Iterator[str]:
    for quota in connection.execute(select(QUOTAS.c.id, QUOTAS.c.name).order_by(QUOTAS.c.name)).all():
        uses = select(QUOTA_USES).where(QUOTA_USES.c.quota_id == quota.id).order_by(QUOTA_USES.c.seq)
        rows = connection.execute(uses).all()
        sums = total(row.kg for row in rows)
        if [row.seq for row in rows] != list(range(1, len(rows) + 1)):
            yield f"Quota {quota.name}: a use is missing."
        elif rows and rows[-1].used_kg != sums:
            yield f"Quota {quota.name}: its uses add up to {sums:f} kg, not {rows[-1].used_kg:f} kg."
