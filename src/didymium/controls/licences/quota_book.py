"""Adding quotas (what was booked before is charged), and what each stands at."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterator, Mapping
from decimal import Decimal
from typing import Any, Final

import msgspec
from sqlalchemy import Row, insert, select, text
from sqlalchemy.engine import Connection

from didymium.controls.licences.model import BASES, Basis
from didymium.controls.licences.quotas import Move, Plan, on_one, record
from didymium.controls.licences.reading import day, fault, kilograms
from didymium.controls.licences.reading import text as line
from didymium.controls.licences.tables import ENTRIES, QUOTA_USES, QUOTAS
from didymium.errors import UsageError
from didymium.store import Store, audit
from didymium.store.decimals import EXACT, ZERO, parse, times

_ONE: Final = Decimal(1)


class Quota(msgspec.Struct, frozen=True, kw_only=True):
    """A quota and what it stands at. used_kg, limit_kg: in `basis`. state: free | critical | exceeded."""

    name: str
    exporter: str | None
    element: str | None
    basis: Basis
    first_day: dt.date
    last_day: dt.date
    limit_kg: Decimal
    used_kg: Decimal
    critical_share: Decimal
    blocking: bool
    source: str

    @property
    def state(self) -> str:
        """Where it stands against its limit and its threshold."""
        if self.used_kg > self.limit_kg:
            return "exceeded"
        return "critical" if self.used_kg >= times(self.limit_kg, self.critical_share) else "free"


_FIELDS: Final = (
    "name",
    "exporter",
    "element",
    "year",
    "first_day",
    "last_day",
    "limit",
    "unit",
    "basis",
    "critical",
    "blocking",
    "source",
)


def add(store: Store, stated: Mapping[str, Any], actor: str) -> list[str]:
    """Add a quota from the fields name, limit, unit, basis, year (or first_day and last_day), source; exporter, element (empty =
    all together), critical (share of the limit, default 0.9), blocking (default true). Warnings where what was booked before
    could not be charged. InputError naming the field; UsageError where the name is taken.
    """
    row = _row(stated)

    def work(connection: Connection) -> list[str]:
        if store.kind == "postgresql":  # waits for bookings that saw no quota, holds off new ones
            connection.execute(text("LOCK TABLE licence_quotas IN ACCESS EXCLUSIVE MODE"))
        if connection.execute(select(QUOTAS.c.id).where(QUOTAS.c.name == row["name"])).first():
            raise UsageError(f"quota {row['name']!r} is there already.", fix="Choose another name.")
        kept = {**row, "at_utc": audit.now_utc(), "actor": line(actor, "actor")}
        found = connection.execute(insert(QUOTAS).returning(QUOTAS.c.id), kept).scalar_one()
        warnings = _charge_past(connection, connection.execute(select(QUOTAS).where(QUOTAS.c.id == found)).one())
        audit.append(connection, actor, "quota.add", row["name"], row)
        return warnings

    return store.write(work)


def _row(stated: Mapping[str, Any]) -> dict[str, Any]:
    """The fields of a quota, read and checked."""
    for name in stated:
        if name not in _FIELDS:
            raise fault(name, stated[name], f"the fields {', '.join(_FIELDS)}")
    share = parse(stated.get("critical", "0.9"))
    if share is None or not ZERO < share <= _ONE:
        raise fault("critical", stated.get("critical"), "a share of the limit above 0 up to 1, such as 0.9")
    basis = next((one for one in BASES if one.lower() == str(stated.get("basis", "REO")).lower()), None)
    if basis is None:
        raise fault("basis", stated.get("basis"), ", ".join(BASES))
    element = stated.get("element") or None
    if element is not None and not (isinstance(element, str) and element.isalpha() and len(element) <= 2):
        raise fault("element", element, "the symbol of an element, such as Dy; empty = all")
    first, last = _period(stated)
    return {
        "name": line(stated.get("name"), "name"),
        "exporter": line(stated["exporter"], "exporter") if stated.get("exporter") else None,
        "element": element,
        "basis": basis,
        "first_day": first,
        "last_day": last,
        "limit_kg": kilograms(stated.get("limit"), stated.get("unit", "kg"), "limit"),
        "critical_share": share,
        "blocking": bool(stated.get("blocking", True)),
        "source": line(stated.get("source"), "source"),
    }


def _period(stated: Mapping[str, Any]) -> tuple[dt.date, dt.date]:
    year = stated.get("year")
    if year is not None:
        if not str(year).isdigit() or not 1900 <= int(year) <= 2999:
            raise fault("year", year, "a year such as 2026")
        return dt.date(int(year), 1, 1), dt.date(int(year), 12, 31)
    first, last = day(stated.get("first_day"), "first_day"), day(stated.get("last_day"), "last_day")
    if last < first:
        raise fault("last_day", last, f"a day from {first}")
    return first, last


def _charge_past(connection: Connection, quota: Row[Any]) -> list[str]:
    """Charge a new quota with everything booked before, in the order in which it was booked."""
    held: dict[int, Decimal] = {}
    stands, warnings = (0, ZERO), []
    for entry, move in _past(connection):
        made = Plan()
        on_one(quota, move, held.get(move.origin or 0, ZERO), stands, made)
        made.reason = None  # what is booked is booked
        record(connection, made, entry)
        warnings += [warning for warning in made.warnings if "not charged" in warning or "not known" in warning]
        for use in made.uses:
            key = use.origin or entry
            held[key] = EXACT.add(held.get(key, ZERO), use.kg)
            stands = (use.seq, use.used_kg)
    return warnings


def _past(connection: Connection) -> Iterator[tuple[int, Move]]:
    """Every accepted entry that booked an amount, oldest first, as the move it was."""
    ids: dict[tuple[int, str], int] = {}
    left: dict[int, Decimal] = {}
    booked = select(ENTRIES).where(ENTRIES.c.reason.is_(None), ENTRIES.c.kg.is_not(None)).order_by(ENTRIES.c.id)
    for row in connection.execute(booked).all():
        ids[row.licence_id, row.msg] = row.id
        left[row.id] = row.kg
        origin = ids.get((row.licence_id, row.ref)) if row.ref else None
        whole = False
        if origin is not None and row.op != "confirm":
            whole = row.kg == left[origin]
            left[origin] = EXACT.subtract(left[origin], row.kg)
        by_basis = msgspec.json.decode(row.by_basis, type=dict[Basis, Decimal])
        yield row.id, Move(
            op=row.op, day=row.date, exporter=row.exporter, item=row.item, element=row.element, by_basis=by_basis,
            origin=origin, whole=whole,
        )  # fmt: skip


def all_(connection: Connection) -> list[Quota]:
    """Every quota with what it stands at, by name."""
    used: dict[int, Decimal] = {}
    for row in connection.execute(select(QUOTA_USES.c.quota_id, QUOTA_USES.c.used_kg).order_by(QUOTA_USES.c.seq)):
        used[row.quota_id] = row.used_kg
    names = [name for name in Quota.__struct_fields__ if name != "used_kg"]
    return [
        Quota(**{name: getattr(row, name) for name in names}, used_kg=used.get(row.id, ZERO))
        for row in connection.execute(select(QUOTAS).order_by(QUOTAS.c.name))
    ]
