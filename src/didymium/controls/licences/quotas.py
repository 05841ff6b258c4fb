"""Quotas: how much of an element an exporter may move in a period, whatever licences it moves under.

A quota names its exporter and element (null = all together), a basis, first and last day, a limit, a share of it from which every
draw is warned of, and whether it blocks or only warns. Draws and reservations are charged to every quota they fall under, what is
given back is credited to the quota it was charged to. What a quota stands at is in its last use row, and is derived anew by
`recount.py`. Adding a quota charges what was booked before.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterable, Mapping, Sequence
from decimal import Decimal
from functools import lru_cache
from typing import Any, Final

import msgspec
from sqlalchemy import Date, Row, bindparam, insert, or_, select
from sqlalchemy.engine import Connection

from didymium.controls.licences.model import Basis
from didymium.controls.licences.names import same
from didymium.controls.licences.tables import QUOTA_USES, QUOTAS
from didymium.store.decimals import EXACT, ZERO, plain, times, total


class Move(msgspec.Struct, frozen=True, kw_only=True):
    """An amount that is about to be booked. by_basis: kg in every basis known. origin: id of the earlier entry it is about.
    whole: everything that is left of that entry. day null = not stated (possible only where something is given back).
    """

    op: str
    day: dt.date | None
    exporter: str | None
    item: str | None
    element: str | None
    by_basis: dict[Basis, Decimal]
    origin: int | None = None
    whole: bool = False


class Use(msgspec.Struct, frozen=True):
    """One row to be written: kg charged (above 0) or given back (below 0). origin null = the entry itself."""

    quota: int
    seq: int
    kg: Decimal
    used_kg: Decimal
    origin: int | None


class Plan(msgspec.Struct):
    """What is to be written, what is worth a warning, or why the booking is refused."""

    uses: list[Use] = []
    warnings: list[str] = []
    reason: str | None = None
    because: str | None = None


_USES_OF: Final = select(QUOTA_USES.c.quota_id, QUOTA_USES.c.kg).where(QUOTA_USES.c.origin_id == bindparam("origin"))
_LAST: Final = (
    select(QUOTA_USES.c.seq, QUOTA_USES.c.used_kg)
    .where(QUOTA_USES.c.quota_id == bindparam("quota"))
    .order_by(QUOTA_USES.c.seq.desc())
    .limit(1)
)
_OF_DAY: Final = (QUOTAS.c.first_day <= bindparam("day", type_=Date)) & (
    QUOTAS.c.last_day >= bindparam("day", type_=Date)
)
_ONLY_OF_DAY: Final = select(QUOTAS).where(_OF_DAY).order_by(QUOTAS.c.id).with_for_update()
_CHARGING: Final = ("draw", "reserve", "confirm")
_RETURNING: Final = ("confirm", "cancel", "release", "reverse")


def plan(connection: Connection, move: Move) -> Plan:
    """What a booking does to the quotas; they are locked until the transaction ends."""
    held = _held_by(connection, move) if move.op in _RETURNING and move.origin is not None else {}
    made = Plan()
    for quota in _relevant(connection, move, held):
        last = connection.execute(_LAST, {"quota": quota.id}).first()
        on_one(quota, move, held.get(quota.id, ZERO), (last.seq, last.used_kg) if last else (0, ZERO), made)
        if made.reason:
            break
    return made


def _held_by(connection: Connection, move: Move) -> dict[int, Decimal]:
    """What each quota still holds of the entry that `move` is about."""
    held: dict[int, list[Decimal]] = {}
    for row in connection.execute(_USES_OF, {"origin": move.origin}):
        held.setdefault(row.quota_id, []).append(row.kg)
    return {quota: total(several) for quota, several in held.items()}


def _relevant(connection: Connection, move: Move, held: Iterable[int]) -> list[Any]:
    """Quotas of the day, and those that hold something of the earlier entry; locked in one order by all writers."""
    ids = list(held)
    wanted = select(QUOTAS).where(or_(_OF_DAY, QUOTAS.c.id.in_(ids))) if ids else _ONLY_OF_DAY
    if ids:
        wanted = wanted.order_by(QUOTAS.c.id).with_for_update()
    return list(connection.execute(wanted, {"day": move.day}).all())


def on_one(quota: Row[Any], move: Move, held: Decimal, stands: tuple[int, Decimal], made: Plan) -> None:
    """Add to `made` what a move does to one quota. held: kg it still holds of the earlier entry.
    stands: number of its last use row, and kg used after it.
    """
    seq, used = stands
    back = _given_back(quota, move, held, made)
    if back:
        seq, used = seq + 1, EXACT.subtract(used, back)
        made.uses.append(Use(quota.id, seq, EXACT.minus(back), used, move.origin))
    if move.op not in _CHARGING or not applies(quota, move, made.warnings):
        return
    kg = move.by_basis.get(quota.basis)
    if kg is None:
        _unmeasured(quota, made)
        return
    used = EXACT.add(used, kg)
    made.uses.append(Use(quota.id, seq + 1, kg, used, None))
    _judge(quota, used, made)


def _given_back(quota: Row[Any], move: Move, held: Decimal, made: Plan) -> Decimal:
    """How much of what the quota holds of the earlier entry becomes free."""
    if held <= ZERO:
        return ZERO
    if move.whole or move.op == "confirm":
        return held
    kg = move.by_basis.get(quota.basis)
    if kg is None:
        made.warnings.append(
            f"Quota {quota.name}: the {quota.basis} mass given back is not known; nothing was credited."
        )
        return ZERO
    return min(kg, held)


def applies(quota: Row[Any], move: Move, warnings: list[str]) -> bool:
    """Whether a move falls under a quota. What is not known does not match, and is warned of."""
    if move.day is None or not quota.first_day <= move.day <= quota.last_day:
        return False
    element = None if quota.element is None else move.element or element_of(move.item)
    if quota.element is not None and element != quota.element:
        if element is None:
            warnings.append(f"Quota {quota.name}: the element of {move.item} is not known; it was not charged.")
        return False
    if quota.exporter is not None and move.exporter is None:
        warnings.append(f"Quota {quota.name}: no exporter is named; it was not charged.")
    return quota.exporter is None or (move.exporter is not None and same(quota.exporter, move.exporter))


def _unmeasured(quota: Row[Any], made: Plan) -> None:
    said = f"Quota {quota.name} counts {quota.basis} mass, which does not follow from what is stated"
    if quota.blocking:
        made.reason, made.because = "basis_missing", f"{said}."
    else:
        made.warnings.append(f"{said}; it was not charged.")


def _judge(quota: Row[Any], used: Decimal, made: Plan) -> None:
    """Refuse or warn, by what the quota stands at afterwards."""
    said = f"Quota {quota.name}: {plain(used)} of {plain(quota.limit_kg)} kg {quota.basis}"
    if used > quota.limit_kg:
        if quota.blocking:
            made.reason, made.because = "quota_exceeded", f"{said} would be used."
        made.warnings.append(f"{said} are used: it is exceeded.")
    elif used >= times(quota.limit_kg, quota.critical_share):
        made.warnings.append(f"{said} are used: the critical threshold is reached.")


@lru_cache(maxsize=4_096)
def element_of(item: str | None) -> str | None:
    """The one element a control code stands for in the reference base; None = none or several."""
    import polars as pl

    from didymium import reference

    found = (
        reference.table("control_items").filter(pl.col("item_code") == item)["element"].drop_nulls().unique().to_list()
    )
    return str(found[0]) if len(found) == 1 and len(found[0]) <= 2 else None


def record(connection: Connection, made: Plan, entry: int) -> None:
    """Write the uses of a plan for an entry."""
    if made.uses and made.reason is None:
        connection.execute(insert(QUOTA_USES), rows(made.uses, entry))


def rows(uses: Sequence[Use], entry: int) -> list[Mapping[str, object]]:
    """Rows of licence_quota_uses."""
    return [
        {
            "quota_id": use.quota,
            "seq": use.seq,
            "entry_id": entry,
            "origin_id": use.origin or entry,
            "kg": use.kg,
            "used_kg": use.used_kg,
        }
        for use in uses
    ]
