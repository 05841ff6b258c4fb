"""The exception tree. Every error a user can meet is one of these and says place, value, allowed range and fix.

DidymiumError                exit code 1
├── UsageError               exit code 2   the call itself is wrong (option, missing file, unknown name)
├── InputError               exit code 3   a file cannot be read at all, or not safely
│   ├── HostileInputError    exit code 3   a limit for size, depth or expansion was reached
│   └── NothingAcceptedError exit code 3   every row of the input was refused
├── ReferenceDataError       exit code 4   the reference base is damaged, incomplete or not to be found
├── StoreError               exit code 5   the store cannot be reached, is busy, damaged, or of another version
└── MappingError             exit code 2   a column mapping (TOML) does not fit the file
"""

from __future__ import annotations

from dataclasses import dataclass


@dataclass
class DidymiumError(Exception):
    """An error with its place and its fix.

    message: what is wrong, with the value met and what is allowed.
    file, row, column: where (row is the line a user sees in the file, 1 = first line); None = does not apply.
    fix: what the user can do, one sentence; None = nothing to advise.
    """

    message: str
    file: str | None = None
    row: int | None = None
    column: str | None = None
    fix: str | None = None

    exit_code = 1

    def __str__(self) -> str:
        place = ", ".join(
            part
            for part in (
                self.file,
                f"row {self.row}" if self.row is not None else None,
                f"column {self.column}" if self.column else None,
            )
            if part
        )
        text = f"{place}: {self.message}" if place else self.message
        return f"{text} {self.fix}" if self.fix else text


class UsageError(DidymiumError):
    """The call itself is wrong: an unknown option value, a file that does not exist, a name that is not known."""

    exit_code = 2


class MappingError(UsageError):
    """A column mapping does not fit the file it is used on, or is not valid TOML."""


class InputError(DidymiumError):
    """A file cannot be read at all."""

    exit_code = 3


class HostileInputError(InputError):
    """A limit (bytes, depth, expansion, field length) was reached; nothing of the file was used."""


class NothingAcceptedError(InputError):
    """Every row of the input was refused; the rejects say why."""


class ReferenceDataError(DidymiumError):
    """The reference base is damaged, incomplete, or a table, figure or date is not in it."""

    exit_code = 4


class StoreError(DidymiumError):
    """The store (SQLite or PostgreSQL) cannot be opened or reached, is busy or damaged, or its tables are of another version."""

    exit_code = 5
