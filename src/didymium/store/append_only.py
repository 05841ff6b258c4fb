"""Tables whose rows are only ever added: the database itself refuses to change or delete them.

A guard against mistakes and idle hands, not against an owner of the database; what such a one does, audit.py finds out.
"""

from __future__ import annotations

from typing import Final

from sqlalchemy.engine import Connection

_FUNCTION: Final = """
CREATE OR REPLACE FUNCTION didymium_append_only() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN RAISE EXCEPTION USING MESSAGE = 'rows of ' || TG_TABLE_NAME || ' are only ever added'; END $$
"""


def protect(connection: Connection, table: str) -> None:
    """Make a table append-only. `table`: a name from our own migrations, never from a user."""
    for statement in _statements(connection.dialect.name, table):
        connection.exec_driver_sql(statement)


def _statements(dialect: str, table: str) -> list[str]:
    if dialect == "sqlite":
        return [
            f"CREATE TRIGGER {table}_no_{verb.lower()} BEFORE {verb} ON {table} "
            f"BEGIN SELECT RAISE(ABORT, 'rows of {table} are only ever added'); END"
            for verb in ("UPDATE", "DELETE")
        ]
    call = "EXECUTE FUNCTION didymium_append_only()"
    return [
        _FUNCTION,
        f"CREATE TRIGGER {table}_no_change BEFORE UPDATE OR DELETE ON {table} FOR EACH ROW {call}",
        f"CREATE TRIGGER {table}_no_truncate BEFORE TRUNCATE ON {table} FOR EACH STATEMENT {call}",
    ]
