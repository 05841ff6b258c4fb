"""Licences, their ledger, quotas, undertakings."""

from __future__ import annotations

from typing import Any

import sqlalchemy as sa
from alembic import op

from didymium.store.append_only import protect

revision = "r0002"
down_revision = "r0001"


def row_id() -> sa.types.TypeEngine[int]:
    """64 bits in both databases."""
    return sa.BigInteger().with_variant(sa.Integer(), "sqlite")


def exact() -> sa.types.TypeEngine[Any]:
    """Exact decimals: NUMERIC, or text where there is none."""
    return sa.Text().with_variant(sa.Numeric(), "postgresql")


def upgrade() -> None:
    """Five tables; all but the undertakings are only ever added to."""
    _licences()
    _quotas()
    for table in ("licences", "licence_entries", "licence_quotas", "licence_quota_uses"):
        protect(op.get_bind(), table)


def _licences() -> None:
    op.create_table(
        "licences",
        sa.Column("id", row_id(), nullable=False),
        sa.Column("number", sa.Text(), nullable=False),
        sa.Column("terms", sa.Text(), nullable=False),
        sa.Column("at_utc", sa.String(32), nullable=False),
        sa.Column("actor", sa.Text(), nullable=False),
        sa.PrimaryKeyConstraint("id", name="pk_licences"),
        sa.UniqueConstraint("number", name="uq_licences_number"),
    )
    op.create_table(
        "licence_entries",
        sa.Column("id", row_id(), nullable=False),
        sa.Column("licence_id", row_id(), nullable=False),
        sa.Column("seq", sa.Integer(), nullable=False),
        sa.Column("msg", sa.Text(), nullable=False),
        sa.Column("op", sa.String(16), nullable=False),
        sa.Column("date", sa.Date()),
        sa.Column("ref", sa.Text()),
        sa.Column("item", sa.Text()),
        sa.Column("element", sa.String(2)),
        sa.Column("exporter", sa.Text()),
        sa.Column("content", sa.Text(), nullable=False),
        sa.Column("content_sha256", sa.String(64), nullable=False),
        sa.Column("reason", sa.String(32)),
        sa.Column("because", sa.Text()),
        sa.Column("kg", exact()),
        sa.Column("by_basis", sa.Text(), nullable=False),
        sa.Column("drawn_kg", exact(), nullable=False),
        sa.Column("reserved_kg", exact(), nullable=False),
        sa.Column("status", sa.String(16), nullable=False),
        sa.Column("terms_seq", sa.Integer(), nullable=False),
        sa.Column("terms", sa.Text()),
        sa.Column("warnings", sa.Text(), nullable=False),
        sa.Column("at_utc", sa.String(32), nullable=False),
        sa.Column("actor", sa.Text(), nullable=False),
        sa.PrimaryKeyConstraint("id", name="pk_licence_entries"),
        sa.ForeignKeyConstraint(["licence_id"], ["licences.id"], name="fk_licence_entries_licence_id_licences"),
        sa.UniqueConstraint("licence_id", "seq", name="uq_licence_entries_licence_id_seq"),
        sa.UniqueConstraint("msg", "licence_id", name="uq_licence_entries_msg_licence_id"),
    )
    op.create_index("ix_licence_entries_ref_licence_id", "licence_entries", ["ref", "licence_id"])
    op.create_table(
        "licence_undertakings",
        sa.Column("id", row_id(), nullable=False),
        sa.Column("licence_id", row_id(), nullable=False),
        sa.Column("number", sa.Integer(), nullable=False),
        sa.Column("words", sa.Text(), nullable=False),
        sa.Column("due", sa.Date()),
        sa.Column("expires", sa.Date()),
        sa.Column("done_on", sa.Date()),
        sa.Column("done_note", sa.Text()),
        sa.PrimaryKeyConstraint("id", name="pk_licence_undertakings"),
        sa.ForeignKeyConstraint(["licence_id"], ["licences.id"], name="fk_licence_undertakings_licence_id_licences"),
        sa.UniqueConstraint("licence_id", "number", name="uq_licence_undertakings_licence_id_number"),
    )


def _quotas() -> None:
    op.create_table(
        "licence_quotas",
        sa.Column("id", row_id(), nullable=False),
        sa.Column("name", sa.Text(), nullable=False),
        sa.Column("exporter", sa.Text()),
        sa.Column("element", sa.String(2)),
        sa.Column("basis", sa.String(8), nullable=False),
        sa.Column("first_day", sa.Date(), nullable=False),
        sa.Column("last_day", sa.Date(), nullable=False),
        sa.Column("limit_kg", exact(), nullable=False),
        sa.Column("critical_share", exact(), nullable=False),
        sa.Column("blocking", sa.Boolean(), nullable=False),
        sa.Column("source", sa.Text(), nullable=False),
        sa.Column("at_utc", sa.String(32), nullable=False),
        sa.Column("actor", sa.Text(), nullable=False),
        sa.PrimaryKeyConstraint("id", name="pk_licence_quotas"),
        sa.UniqueConstraint("name", name="uq_licence_quotas_name"),
    )
    op.create_table(
        "licence_quota_uses",
        sa.Column("id", row_id(), nullable=False),
        sa.Column("quota_id", row_id(), nullable=False),
        sa.Column("seq", sa.Integer(), nullable=False),
        sa.Column("entry_id", row_id(), nullable=False),
        sa.Column("origin_id", row_id(), nullable=False),
        sa.Column("kg", exact(), nullable=False),
        sa.Column("used_kg", exact(), nullable=False),
        sa.PrimaryKeyConstraint("id", name="pk_licence_quota_uses"),
        sa.ForeignKeyConstraint(
            ["quota_id"], ["licence_quotas.id"], name="fk_licence_quota_uses_quota_id_licence_quotas"
        ),
        sa.ForeignKeyConstraint(
            ["entry_id"], ["licence_entries.id"], name="fk_licence_quota_uses_entry_id_licence_entries"
        ),
        sa.ForeignKeyConstraint(
            ["origin_id"], ["licence_entries.id"], name="fk_licence_quota_uses_origin_id_licence_entries"
        ),
        sa.UniqueConstraint("quota_id", "seq", name="uq_licence_quota_uses_quota_id_seq"),
    )
    op.create_index("ix_licence_quota_uses_entry_id", "licence_quota_uses", ["entry_id"])
    op.create_index("ix_licence_quota_uses_origin_id", "licence_quota_uses", ["origin_id"])
