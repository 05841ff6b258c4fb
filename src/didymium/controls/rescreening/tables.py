"""Tables of what was screened: the lines, the answers of the law to them and to licences, and lines that are closed.

Rows are only ever added (the database refuses anything else): the last line of an identity and its last answer count.
"""

from __future__ import annotations

from typing import Final

from sqlalchemy import Column, Date, ForeignKey, Index, Integer, String, Table, Text, UniqueConstraint

from didymium.store import METADATA, RowId

LINES: Final = Table(
    "kept_lines",
    METADATA,
    Column("id", RowId, primary_key=True),
    Column("declaration_id", Text, nullable=False),
    Column("item_no", Integer, nullable=False),
    Column("facts", Text, nullable=False),  # canonical JSON of what keep.Line states
    Column("facts_sha256", String(64), nullable=False),
    Column("source", Text, nullable=False),  # files it came from
    Column("at_utc", String(32), nullable=False),
    Column("actor", Text, nullable=False),
    UniqueConstraint("declaration_id", "item_no", "facts_sha256"),
)

#: subject: `line:ID` of kept_lines, or `licence:NUMBER`.
ANSWERS: Final = Table(
    "kept_answers",
    METADATA,
    Column("id", RowId, primary_key=True),
    Column("subject", Text, nullable=False),
    Column("ruleset", String(16), nullable=False),
    Column("known_on", Date, nullable=False),
    Column("permission", String(20), nullable=False),
    Column("answer", Text, nullable=False),  # canonical JSON: ids that apply, are unverified, suspended; missing facts
    Column("at_utc", String(32), nullable=False),
    Column("actor", Text, nullable=False),
    Index(None, "subject"),
)

CLOSED: Final = Table(
    "kept_closed",
    METADATA,
    Column("id", RowId, primary_key=True),
    Column("line_id", RowId, ForeignKey(LINES.c.id), nullable=False, unique=True),
    Column("why", Text, nullable=False),
    Column("at_utc", String(32), nullable=False),
    Column("actor", Text, nullable=False),
)
