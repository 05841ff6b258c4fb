"""Tables of licences: what was issued, the entries of the ledger, quotas and what was charged to them, undertakings.

Everything but the state of an undertaking is only ever added (the database refuses anything else). An entry holds what the
licence stood at after it, so the last entry is the balance; `recount.py` derives it anew from the amounts and compares.
"""

from __future__ import annotations

from typing import Final

from sqlalchemy import Boolean, Column, Date, ForeignKey, Index, Integer, String, Table, Text, UniqueConstraint

from didymium.store import METADATA, Exact, RowId

LICENCES: Final = Table(
    "licences",
    METADATA,
    Column("id", RowId, primary_key=True),
    Column("number", Text, nullable=False, unique=True),
    Column("terms", Text, nullable=False),  # canonical JSON of model.Terms, as issued
    Column("at_utc", String(32), nullable=False),
    Column("actor", Text, nullable=False),
)

#: One row per message id of a licence, accepted or refused. drawn_kg, reserved_kg, status, terms_seq: after this entry.
ENTRIES: Final = Table(
    "licence_entries",
    METADATA,
    Column("id", RowId, primary_key=True),
    Column("licence_id", RowId, ForeignKey(LICENCES.c.id), nullable=False),
    Column("seq", Integer, nullable=False),  # 1, 2, 3, ... per licence: the order in which messages were booked
    Column("msg", Text, nullable=False),
    Column("op", String(16), nullable=False),
    Column("date", Date),
    Column("ref", Text),
    Column("item", Text),  # of a confirmation: as in the reservation, where not stated anew; so the next two
    Column("element", String(2)),
    Column("exporter", Text),  # as stated, else the one the licence names
    Column("content", Text, nullable=False),  # canonical JSON of the message
    Column("content_sha256", String(64), nullable=False),
    Column("reason", String(32)),  # null = accepted
    Column("because", Text),
    Column("kg", Exact),  # in the basis of the licence; null = nothing was measured or booked
    Column("by_basis", Text, nullable=False),  # canonical JSON: kg in every basis that is known
    Column("drawn_kg", Exact, nullable=False),
    Column("reserved_kg", Exact, nullable=False),
    Column("status", String(16), nullable=False),
    Column("terms_seq", Integer, nullable=False),  # entry that set the terms in force; 0 = as issued
    Column("terms", Text),  # of an accepted amendment: the licence as amended
    Column("warnings", Text, nullable=False),  # canonical JSON list
    Column("at_utc", String(32), nullable=False),
    Column("actor", Text, nullable=False),
    UniqueConstraint("licence_id", "seq"),
    # Message id first: so only the index of the numbers begins with the licence, and no planner without statistics (a new store)
    # takes another one to find the last entry, which would read them all.
    UniqueConstraint("msg", "licence_id"),
    Index(None, "ref", "licence_id"),
)

QUOTAS: Final = Table(
    "licence_quotas",
    METADATA,
    Column("id", RowId, primary_key=True),
    Column("name", Text, nullable=False, unique=True),
    Column("exporter", Text),  # null = all exporters together
    Column("element", String(2)),  # null = all elements together
    Column("basis", String(8), nullable=False),
    Column("first_day", Date, nullable=False),
    Column("last_day", Date, nullable=False),
    Column("limit_kg", Exact, nullable=False),
    Column("critical_share", Exact, nullable=False),  # 0..1 of the limit, from which draws are warned of
    Column("blocking", Boolean, nullable=False),
    Column("source", Text, nullable=False),
    Column("at_utc", String(32), nullable=False),
    Column("actor", Text, nullable=False),
)

#: What entries charged to a quota (kg above 0) or gave back (below 0). used_kg: after this row.
QUOTA_USES: Final = Table(
    "licence_quota_uses",
    METADATA,
    Column("id", RowId, primary_key=True),
    Column("quota_id", RowId, ForeignKey(QUOTAS.c.id), nullable=False),
    Column("seq", Integer, nullable=False),
    Column("entry_id", RowId, ForeignKey(ENTRIES.c.id), nullable=False, index=True),
    Column(
        "origin_id", RowId, ForeignKey(ENTRIES.c.id), nullable=False, index=True
    ),  # the draw or reservation it belongs to
    Column("kg", Exact, nullable=False),
    Column("used_kg", Exact, nullable=False),
    UniqueConstraint("quota_id", "seq"),
)

UNDERTAKINGS: Final = Table(
    "licence_undertakings",
    METADATA,
    Column("id", RowId, primary_key=True),
    Column("licence_id", RowId, ForeignKey(LICENCES.c.id), nullable=False),
    Column("number", Integer, nullable=False),
    Column("words", Text, nullable=False),
    Column("due", Date),  # to be done by; null = no day
    Column("expires", Date),  # binds up to and including this day; null = without end
    Column("done_on", Date),
    Column("done_note", Text),
    UniqueConstraint("licence_id", "number"),
)
