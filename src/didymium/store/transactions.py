"""Transactions: writes that come one after the other, reads of one moment.

SQLite: BEGIN IMMEDIATE takes the one write lock before anything is read, so what a writer decides on cannot change under it.
PostgreSQL: READ COMMITTED, and the writer locks the rows it decides on (SELECT ... FOR UPDATE) before it reads further;
where the server ends a transaction for a deadlock or a serialization failure, it is run again, a bounded number of times.
A transaction whose COMMIT was not answered is never run again by itself: it may have been kept.
"""

from __future__ import annotations

import random
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from typing import TYPE_CHECKING, Final, TypeVar

from sqlalchemy.engine import Connection
from sqlalchemy.exc import DBAPIError

from didymium.store.engine import BEGIN
from didymium.store.faults import RETRIABLE, code_of, explained

if TYPE_CHECKING:
    from didymium.store.engine import Store

T = TypeVar("T")

_ATTEMPTS: Final = 10


def write(store: Store, work: Callable[[Connection], T]) -> T:
    """Run `work` in one write transaction and return what it returns, after COMMIT.

    `work` may be run several times and must do nothing but use the connection. Any exception from it undoes everything.
    """
    with explained(store.place):
        for attempt in range(1, _ATTEMPTS + 1):
            try:
                with store.engine.connect() as plain, _for_writing(plain, store.kind) as connection:
                    return work(connection)
            except DBAPIError as error:
                if code_of(error) not in RETRIABLE or attempt == _ATTEMPTS:
                    raise
                time.sleep(random.uniform(0, 0.01 * 2**attempt))  # noqa: S311 - spreads retries, keeps no secret
    raise AssertionError("unreachable")


@contextmanager
def _for_writing(connection: Connection, kind: str) -> Iterator[Connection]:
    if kind == "sqlite":
        connection = connection.execution_options(**{BEGIN: "BEGIN IMMEDIATE"})
    with connection.begin():
        yield connection


@contextmanager
def reading(store: Store) -> Iterator[Connection]:
    """A connection on which everything read belongs to one moment; it cannot write in PostgreSQL."""
    with explained(store.place), store.engine.connect() as plain:
        options = {"isolation_level": "REPEATABLE READ", "postgresql_readonly": True}
        connection = plain.execution_options(**options) if store.kind == "postgresql" else plain
        with connection.begin():
            yield connection
