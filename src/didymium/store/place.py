"""Where the store lies: from a setting (path or URL) to a database URL, with errors that say what is allowed.

A setting is a path (`licences.db`), a `sqlite:///` URL or a `postgresql://user@host/name` URL. Without one the variable
DIDYMIUM_STORE counts, and without that a file in the user's data folder: XDG_DATA_HOME (freedesktop.org base directory
specification 0.8) or what macOS and Windows keep for it.
"""

from __future__ import annotations

import os
import sys
from pathlib import Path
from typing import Final

from sqlalchemy.engine import URL, make_url
from sqlalchemy.exc import ArgumentError

from didymium.errors import UsageError

VARIABLE: Final = "DIDYMIUM_STORE"
_DRIVERS: Final = {
    "sqlite": "sqlite",
    "postgres": "postgresql+psycopg",
    "postgresql": "postgresql+psycopg",
    "postgresql+psycopg": "postgresql+psycopg",
}
_ALLOWED: Final = "Write a path, sqlite:///PATH or postgresql://USER@HOST/DATABASE."


def default_file() -> Path:
    """The store of a user who set nothing: `didymium/didymium.db` in the data folder of the platform."""
    home = Path.home()
    if sys.platform == "darwin":
        folder = home / "Library" / "Application Support"
    elif sys.platform == "win32":
        folder = Path(os.environ.get("LOCALAPPDATA") or home / "AppData" / "Local")
    else:
        stated = Path(os.environ.get("XDG_DATA_HOME") or "")
        folder = stated if stated.is_absolute() else home / ".local" / "share"  # a relative one is to be ignored
    return folder / "didymium" / "didymium.db"


def store_url(setting: str | Path | None = None) -> URL:
    """The URL a setting means; null or empty = DIDYMIUM_STORE, else the default file. UsageError for any other database."""
    text = str(setting or os.environ.get(VARIABLE) or default_file()).strip()
    if "://" not in text and not text.startswith("sqlite:"):
        return URL.create("sqlite", database=str(Path(text).expanduser().absolute()))
    try:
        url = make_url(text)
    except (ArgumentError, ValueError) as error:  # a port that is no number is a ValueError
        raise UsageError(f"{_unnamed(text)!r} is no address of a store.", fix=_ALLOWED) from error
    if url.drivername not in _DRIVERS:
        raise UsageError(f"a store of kind {url.drivername!r} is not known.", fix=_ALLOWED)
    url = url.set(drivername=_DRIVERS[url.drivername])
    if not url.database or url.database == ":memory:":
        raise UsageError(f"{shown(url)!r} names no database that lasts.", fix=_ALLOWED)
    return url


def shown(url: URL) -> str:
    """A URL for people and log files: the path of a file, or the address without its password."""
    return str(url.database) if url.drivername == "sqlite" else url.render_as_string(hide_password=True)


def _unnamed(text: str) -> str:
    """Text that could not be read as a URL, without what may be a password."""
    scheme, _, rest = text.partition("://")
    return f"{scheme}://…@{rest.rpartition('@')[2]}" if "@" in rest else text
