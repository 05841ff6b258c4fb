"""What was screened, the answers of the law to it, and what is closed."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

from didymium.store.append_only import protect

revision = "r0003"
down_revision = "r0002"


def row_id() -> sa.types.TypeEngine[int]:
    """64 bits in both databases."""
    return sa.BigInteger().with_variant(sa.Integer(), "sqlite")


def upgrade() -> None:
    """Three tables that are only ever added to."""
    op.create_table(
        "kept_lines",
        sa.Column("id", row_id(), nullable=False),
        sa.Column("declaration_id", sa.Text(), nullable=False),
        sa.Column("item_no", sa.Integer(), nullable=False),
        sa.Column("facts", sa.Text(), nullable=False),
        sa.Column("facts_sha256", sa.String(64), nullable=False),
        sa.Column("source", sa.Text(), nullable=False),
        sa.Column("at_utc", sa.String(32), nullable=False),
        sa.Column("actor", sa.Text(), nullable=False),
        sa.PrimaryKeyConstraint("id", name="pk_kept_lines"),
        sa.UniqueConstraint(
            "declaration_id", "item_no", "facts_sha256", name="uq_kept_lines_declaration_id_item_no_facts_sha256"
        ),
    )
    op.create_table(
        "kept_answers",
        sa.Column("id", row_id(), nullable=False),
        sa.Column("subject", sa.Text(), nullable=False),
        sa.Column("ruleset", sa.String(16), nullable=False),
        sa.Column("known_on", sa.Date(), nullable=False),
        sa.Column("permission", sa.String(20), nullable=False),
        sa.Column("answer", sa.Text(), nullable=False),
        sa.Column("at_utc", sa.String(32), nullable=False),
        sa.Column("actor", sa.Text(), nullable=False),
        sa.PrimaryKeyConstraint("id", name="pk_kept_answers"),
    )
    op.create_index("ix_kept_answers_subject", "kept_answers", ["subject"])
    op.create_table(
        "kept_closed",
        sa.Column("id", row_id(), nullable=False),
        sa.Column("line_id", row_id(), nullable=False),
        sa.Column("why", sa.Text(), nullable=False),
        sa.Column("at_utc", sa.String(32), nullable=False),
        sa.Column("actor", sa.Text(), nullable=False),
        sa.PrimaryKeyConstraint("id", name="pk_kept_closed"),
        sa.ForeignKeyConstraint(["line_id"], ["kept_lines.id"], name="fk_kept_closed_line_id_kept_lines"),
        sa.UniqueConstraint("line_id", name="uq_kept_closed_line_id"),
    )
    for table in ("kept_lines", "kept_answers", "kept_closed"):
        protect(op.get_bind(), table)
