"""Opening the store: one object that knows its engine, whichever of the two databases lies under it.

SQLite: write-ahead log, so readers never wait; synchronous=FULL, so that what was acknowledged survives a kill and a power
cut; foreign keys on; a writer waits for its turn. Transactions are begun by us (see transactions.py), not by the driver.
PostgreSQL: synchronous_commit on, whatever the role says; waiting for a lock is bounded. Everything said of SQLite holds
only on a local disk: its locks do not work on network drives.
"""

from __future__ import annotations

import random
import sqlite3
import time
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any, Final, TypeVar

from sqlalchemy import create_engine, event
from sqlalchemy.engine import URL, Connection, Engine
from sqlalchemy.exc import NoSuchModuleError

from didymium.errors import StoreError
from didymium.store.place import shown, store_url

if TYPE_CHECKING:
    from contextlib import AbstractContextManager

    from sqlalchemy.engine.interfaces import DBAPIConnection

T = TypeVar("T")

#: How long a writer waits for another one, in seconds.
PATIENCE_S: Final = 60
#: Option of a connection that says how SQLite begins its transaction.
BEGIN: Final = "didymium_begin"


@dataclass(frozen=True, slots=True)
class Store:
    """A store that is open. kind: sqlite | postgresql. place: for messages, without a password.

    One object per process: after a fork open another one.
    """

    engine: Engine
    kind: str
    place: str

    def write(self, work: Callable[[Connection], T]) -> T:
        """Run `work` in one write transaction; what it returns is returned once the change is safely kept."""
        from didymium.store.transactions import write

        return write(self, work)

    def reading(self) -> AbstractContextManager[Connection]:
        """A connection on which everything read belongs to one moment."""
        from didymium.store.transactions import reading

        return reading(self)

    def close(self) -> None:
        """Give all connections back."""
        self.engine.dispose()


def open_store(setting: str | Path | None = None, *, check: bool = True) -> Store:
    """Open the store a setting names (see place.py); a new SQLite file gets its tables at once.

    check: demand that the tables are of this version (`didymium store migrate` makes them so). StoreError where the store
    cannot be reached, UsageError where the setting means none.
    """
    from didymium.store import migrate

    url = store_url(setting)
    store = connect(url)
    if check:
        migrate.demand(store)
    return store


def connect(url: URL) -> Store:
    """A store at a URL, without a look at its tables."""
    if url.drivername == "sqlite":
        return Store(_sqlite(url), "sqlite", shown(url))
    return Store(_postgresql(url), "postgresql", shown(url))


def _sqlite(url: URL) -> Engine:
    path = Path(str(url.database))
    try:
        path.parent.mkdir(parents=True, exist_ok=True)
    except OSError as error:
        raise StoreError(
            f"its folder cannot be made ({error.strerror}).", file=str(path), fix="Use --store."
        ) from error
    engine = create_engine(url, connect_args={"timeout": PATIENCE_S})
    event.listen(engine, "connect", _prepare_sqlite)
    event.listen(engine, "begin", _begin_sqlite)
    return engine


def _prepare_sqlite(connection: Any, _: object) -> None:
    connection.isolation_level = None  # the driver begins nothing by itself
    _use_write_ahead_log(connection)
    connection.execute("PRAGMA synchronous=FULL")
    connection.execute("PRAGMA fullfsync=ON")  # macOS: through the cache of the disk; without effect elsewhere
    connection.execute("PRAGMA foreign_keys=ON")


def _use_write_ahead_log(connection: sqlite3.Connection) -> None:
    """Kept in the file, so only the first connection changes anything; that one may meet others doing the same."""
    for attempt in range(100):
        if connection.execute("PRAGMA journal_mode").fetchone()[0] == "wal":
            return
        try:
            connection.execute("PRAGMA journal_mode=WAL")
        except sqlite3.OperationalError as error:
            if error.sqlite_errorname != "SQLITE_BUSY" or attempt == 99:
                raise
            time.sleep(0.02)


def _begin_sqlite(connection: Connection) -> None:
    """Begin as the connection asks to; a writer asks again every few milliseconds until it is its turn.

    SQLite itself would sleep longer and longer, up to 0.1 s: with 16 writers most of them sleep while nobody works, and who has
    waited longest waits on.
    """
    begin = connection.get_execution_options().get(BEGIN, "BEGIN")
    driver: Any = connection.connection.dbapi_connection
    if begin == "BEGIN":
        driver.execute(begin)
        return
    driver.execute("PRAGMA busy_timeout=0")
    try:
        deadline = time.monotonic() + PATIENCE_S
        while time.monotonic() < deadline:
            try:
                driver.execute(begin)
            except sqlite3.OperationalError as error:
                if not error.sqlite_errorname.startswith("SQLITE_BUSY"):
                    break
                time.sleep(random.uniform(0.001, 0.006))  # noqa: S311 - spreads writers, keeps no secret
            else:
                return
        connection.exec_driver_sql(begin)  # once more, so that a failure is raised as one of SQLAlchemy
    finally:
        driver.execute(f"PRAGMA busy_timeout={PATIENCE_S * 1000}")


def _postgresql(url: URL) -> Engine:
    try:
        engine = create_engine(url, pool_pre_ping=True, connect_args={"connect_timeout": 10})
    except (ModuleNotFoundError, NoSuchModuleError) as error:
        raise StoreError(
            "needs the driver of PostgreSQL.", file=shown(url), fix='Install it: pip install "didymium[postgres]".'
        ) from error
    event.listen(engine, "connect", _prepare_postgresql)
    return engine


def _prepare_postgresql(connection: DBAPIConnection, _: object) -> None:
    cursor = connection.cursor()
    cursor.execute("SET synchronous_commit = on")
    cursor.execute(f"SET lock_timeout = '{PATIENCE_S}s'")
    cursor.close()
    connection.commit()
