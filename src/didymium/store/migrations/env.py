"""What Alembic runs around the steps: it uses the connection, and so the transaction, that migrate.py gives it."""

from __future__ import annotations

from alembic import context

connection = context.config.attributes["connection"]
context.configure(connection=connection)
with context.begin_transaction():  # already in one: begins and ends nothing
    context.run_migrations()
