"""From what a database driver raises to a StoreError that says what happened and what to do.

SQLite is known by its result code names, PostgreSQL by its SQLSTATE (documentation, appendix A).
"""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from typing import Final

from sqlalchemy.exc import DBAPIError, InterfaceError, InvalidRequestError, OperationalError
from sqlalchemy.exc import TimeoutError as PoolTimeoutError

from didymium.errors import StoreError

#: SQLite result code (without its extension), or first five or two letters of an SQLSTATE -> (what, fix).
_KNOWN: Final = {
    "SQLITE_BUSY": ("is busy: another writer kept it too long.", "Try again; the message id keeps it from counting twice."),
    "SQLITE_CANTOPEN": ("cannot be opened.", "Check the folder and its permissions."),
    "SQLITE_READONLY": ("cannot be written.", "Check the permissions of the file and its folder."),
    "SQLITE_FULL": ("cannot grow: the disk is full.", "Free some space; nothing was booked."),
    "SQLITE_NOTADB": ("is not an SQLite database.", "Name another file with --store."),
    "SQLITE_CORRUPT": ("is damaged.", "Restore a copy; `didymium store verify` says whether a copy is whole."),
    "SQLITE_IOERR": ("could not be read or written.", "Check the disk. SQLite must not lie on a network drive."),
    "55P03": ("is busy: another writer kept it too long.", "Try again; the message id keeps it from counting twice."),
    "28": ("refuses the user name or password.", "Check the address of the store."),
    "3D000": ("does not exist on that server.", "Create it (createdb), then `didymium store migrate`."),
    "42501": ("does not allow this user to do that.", "Grant the rights, or use another user."),
    "53": ("is short of space, memory or connections.", "See the log of the server; nothing was booked."),
    "57P": ("is shutting down or starting.", "Try again in a moment, with the same message id."),
}  # fmt: skip
_AWAY: Final = (
    "Check the address, and that the server runs. If the line broke during a change, whether it was kept is not known: send it "
    "again with the same message id."
)
#: Transactions of PostgreSQL that may simply be run again: serialization failure, deadlock.
RETRIABLE: Final = frozenset({"40001", "40P01"})


def code_of(error: DBAPIError) -> str:
    """SQLite result code name or SQLSTATE; empty where the driver gives none (a lost connection)."""
    name = getattr(error.orig, "sqlite_errorname", None) or getattr(error.orig, "sqlstate", None)
    return str(name or "")


def as_store_error(error: Exception, place: str) -> StoreError | None:
    """The StoreError for a failure a user can do something about; None where it is a fault of didymium."""
    if isinstance(error, PoolTimeoutError):
        return StoreError("has no connection free.", file=place, fix="Try again; fewer at once.")
    if not isinstance(error, DBAPIError):
        return None
    code = code_of(error)
    if error.connection_invalidated or (not code and isinstance(error, OperationalError | InterfaceError)):
        said = str(error.orig).strip().splitlines() or ["no answer"]
        return StoreError(f"cannot be reached: {said[-1][:200]}.", file=place, fix=_AWAY)
    for known in (code, "_".join(code.split("_")[:2]), code[:3], code[:2]):
        if known in _KNOWN:
            what, fix = _KNOWN[known]
            return StoreError(what, file=place, fix=fix)
    return None


@contextmanager
def explained(place: str) -> Iterator[None]:
    """Turn database failures inside the block into StoreErrors naming `place`; others pass as they are."""
    try:
        yield
    except (DBAPIError, InvalidRequestError, PoolTimeoutError) as error:
        said = as_store_error(error, place)
        if said is None:
            raise
        raise said from error
