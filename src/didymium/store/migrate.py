"""Bringing the tables of a store to this version, and saying which version they are.

The steps are Alembic revisions in migrations/versions (r0001, r0002, ...), one line without branches, packed into the wheel and
run from here: no alembic.ini, no command line of its own. All steps of one call are one transaction in both databases.
"""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Final

from sqlalchemy import inspect, text
from sqlalchemy.engine import Connection

from didymium.errors import StoreError
from didymium.store.faults import explained

if TYPE_CHECKING:
    from alembic.config import Config

    from didymium.store.engine import Store

#: The last revision; a test holds it against migrations/versions, so that opening a store need not load Alembic.
HEAD: Final = "r0003"
_FOLDER: Final = Path(__file__).parent / "migrations"
_LOCK: Final = 0x646964796D  # key of the advisory lock in PostgreSQL: one migration at a time


@dataclass(frozen=True, slots=True)
class Status:
    """version: revision of the store, None = no tables yet. newest: what this didymium needs. pending: steps to take."""

    version: str | None
    newest: str
    pending: list[str]


def version(connection: Connection) -> str | None:
    """The revision a store is at; None where it has no tables of ours."""
    if not inspect(connection).has_table("alembic_version"):
        return None
    found = connection.execute(text("SELECT version_num FROM alembic_version")).scalar()
    return None if found is None else str(found)


def demand(store: Store) -> None:
    """Make the tables of a new SQLite file; otherwise a StoreError where the store is not at this version."""
    with store.reading() as connection:
        found = version(connection)
    if found is None and store.kind == "sqlite":
        upgrade(store)
        return
    if found == HEAD:
        return
    if found is None:
        raise StoreError("has no tables yet.", file=store.place, fix="Run `didymium store migrate`.")
    if found not in _revisions():
        raise StoreError(
            f"was made by a newer didymium (version {found}, this one knows {HEAD}).",
            file=store.place,
            fix="Update didymium.",
        )
    raise StoreError(f"is at version {found}, {HEAD} is needed.", file=store.place, fix="Run `didymium store migrate`.")


def status(store: Store) -> Status:
    """Which version the store is at and which steps are to be taken."""
    with store.reading() as connection:
        found = version(connection)
    known = _revisions()
    if found is not None and found not in known:
        raise StoreError(f"has the unknown version {found!r}.", file=store.place, fix="Update didymium.")
    return Status(found, HEAD, known[known.index(found) + 1 :] if found else known)


def upgrade(store: Store, to: str = "head") -> None:
    """Take all steps up to `to` in one transaction; a store that is there already stays as it is."""
    from alembic import command

    def steps(connection: Connection) -> None:
        if store.kind == "postgresql":
            connection.execute(text("SELECT pg_advisory_xact_lock(:key)"), {"key": _LOCK})
        config = _config()
        config.attributes["connection"] = connection
        command.upgrade(config, to)

    store.write(steps)


def differences(store: Store) -> list[str]:
    """Where the tables differ from what the loaded domains describe; empty = they agree. For tests and `store verify`."""
    from alembic.autogenerate import compare_metadata
    from alembic.migration import MigrationContext

    from didymium.store.metadata import METADATA

    with explained(store.place), store.engine.connect() as connection:
        context = MigrationContext.configure(connection, opts={"compare_type": True, "compare_server_default": True})
        return [repr(one) for one in compare_metadata(context, METADATA)]


def _config() -> Config:
    from alembic.config import Config

    config = Config()
    config.set_main_option("script_location", str(_FOLDER).replace("%", "%%"))
    config.set_main_option("path_separator", "os")
    return config


def _revisions() -> list[str]:
    """All revisions, oldest first."""
    from alembic.script import ScriptDirectory

    found = ScriptDirectory.from_config(_config()).walk_revisions()
    return [script.revision for script in found][::-1]
