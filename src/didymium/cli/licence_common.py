"""What the licence commands share: the store, the actor, masses with units, files, tables, JSON."""

from __future__ import annotations

import datetime as dt
import getpass
import re
from collections.abc import Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any, Final

from cyclopts import Parameter

from didymium.cli.terminal import clean, existing
from didymium.errors import InputError, UsageError

if TYPE_CHECKING:
    from rich.table import Table

    from didymium.store import Store

Actor = Annotated[str | None, Parameter(help="Who does it, for the audit trail; default: the user of this system.")]

#: Columns of tables that are never broken.
_SHORT: Final = frozenset(
    {"seq", "date", "op", "result", "status", "basis", "valid_to", "first_day", "last_day", "state", "element"}
)
_MASS: Final = re.compile(r"\s*([0-9.,]+)\s*([a-zA-Z]*)\s*")


def opened(setting: str | None) -> Store:
    """The store of a call."""
    from didymium.store import open_store

    return open_store(setting)


def who(actor: str | None) -> str:
    """The actor named, else the user of this system."""
    if actor:
        return actor
    try:
        return getpass.getuser()
    except (KeyError, OSError):  # a user without a name, as in some containers
        return "unknown"


def given(**fields: Any) -> dict[str, Any]:
    """The fields that were given."""
    return {name: value for name, value in fields.items() if value not in (None, [])}


def mass(text: str | None, field: str) -> dict[str, str]:
    """A mass as written, `500 kg` or `0.5t`, as the fields of that name and `unit`; nothing where nothing is given."""
    if text is None:
        return {}
    found = _MASS.fullmatch(text)
    if not found:
        raise UsageError(
            f"--{field} {text!r} is no mass.", fix='Write a number and its unit: "500 kg", "0.5 t", "20 g".'
        )
    return {field: found[1], "unit": found[2] or "kg"}


def in_kg(text: str | None, field: str) -> str | None:
    """A mass as written, in kg, exactly."""
    from didymium.controls.licences.reading import kilograms
    from didymium.store.decimals import plain

    found = mass(text, field)
    return plain(kilograms(found[field], found["unit"], field)) if found else None


def value_of(text: str | None) -> dict[str, str]:
    """`120000 CNY` as value and currency."""
    if text is None:
        return {}
    number, _, currency = text.strip().partition(" ")
    if not currency:
        raise UsageError(f"--value {text!r} has no currency.", fix='Write "120000 CNY".')
    return {"value": number, "currency": currency.strip()}


def encoded(value: object) -> str:
    """JSON of records; exact decimals as text."""
    import msgspec

    return msgspec.json.encode(value).decode()


def table_of(columns: Sequence[str], rows: Sequence[object]) -> Table:
    """Records as a table; null is a dash."""
    from rich.table import Table

    table = Table(box=None, padding=(0, 1), header_style="bold", pad_edge=False)
    for column in columns:
        table.add_column(column.replace("_", " "), overflow="fold", no_wrap=column in _SHORT)
    for row in rows:
        values = (getattr(row, column) for column in columns)
        table.add_row(*map(_cell, values))
    return table


def _cell(value: object) -> str:
    """A value as a person reads it; null is a dash."""
    said = {None: "–", True: "yes", False: "no"}
    return said[value] if value is None or isinstance(value, bool) else clean(str(value))


def licences_of(path: Path) -> list[dict[str, Any]]:
    """The licences of a TOML or JSON file."""
    import msgspec

    data = existing(path, "file").read_bytes()
    reader = msgspec.json.decode if path.suffix.lower() == ".json" else msgspec.toml.decode
    try:
        read = reader(data)
    except (msgspec.DecodeError, UnicodeDecodeError) as error:
        raise InputError(
            f"cannot be read: {error}.", file=str(path), fix="Write TOML, or JSON in a .json file."
        ) from error
    several = read.get("licence", read) if isinstance(read, dict) else read
    several = several if isinstance(several, list) else [several]
    if not several or not all(isinstance(one, dict) for one in several):
        raise InputError(
            "holds no licences.", file=str(path), fix="Write the fields of one, or a list named `licence`."
        )
    return several


def today() -> dt.date:
    """The day here and now."""
    return dt.datetime.now(dt.UTC).astimezone().date()
