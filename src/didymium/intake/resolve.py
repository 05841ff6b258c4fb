"""Which column of a file is which canonical column: by the mapping, else by its own name."""

from __future__ import annotations

import difflib
import re
from collections.abc import Iterable, Sequence

from didymium.errors import MappingError
from didymium.intake.mapping import Mapping

_SHOWN = 40


def plain(name: str) -> str:
    """The form in which column names are compared: `Net KG ` -> `net_kg`."""
    return re.sub(r"[\s\-.]+", "_", name.strip().casefold()).strip("_")


def listed(names: Sequence[str]) -> str:
    """Column names for a message; long lists are cut."""
    shown = ", ".join(repr(n) for n in names[:_SHOWN])
    return shown + (f" and {len(names) - _SHOWN} more" if len(names) > _SHOWN else "")


def resolve(
    names: Sequence[str], mapping: Mapping, wanted: Iterable[str], file: str
) -> tuple[dict[str, tuple[str, ...]], list[str]]:
    """Canonical column -> columns of the file, and the columns of the file that were not understood.

    Raises MappingError when the mapping names a column the file does not have.
    """
    columns: dict[str, tuple[str, ...]] = {}
    for canonical, given in mapping.columns.items():
        sources = (given,) if isinstance(given, str) else tuple(given)
        columns[canonical] = tuple(_find(source, names, canonical, mapping, file) for source in sources)
    taken = {name for sources in columns.values() for name in sources}
    by_plain: dict[str, str] = {}
    for name in names:
        if name not in taken:
            by_plain.setdefault(plain(name), name)
    for canonical in wanted:
        if canonical not in columns and canonical in by_plain:
            columns[canonical] = (by_plain[canonical],)
            taken.add(by_plain[canonical])
    return columns, [name for name in names if name not in taken]


def _find(source: str, names: Sequence[str], canonical: str, mapping: Mapping, file: str) -> str:
    if source in names:
        return source
    loose = [name for name in names if plain(name) == plain(source)]
    if len(loose) == 1:
        return loose[0]
    near = difflib.get_close_matches(source, names, n=1)
    raise MappingError(
        f"[columns] {canonical} = {source!r}, but {file} has no such column; it has {listed(names)}.",
        file=mapping.file, column=canonical, fix=f"Did you mean {near[0]!r}?" if near else "Name one of these.",
    )  # fmt: skip


def demand(
    columns: Iterable[str], given: Iterable[str], required: Sequence[str], names: Sequence[str], file: str
) -> None:
    """Raise MappingError when a required column is neither in the file nor a constant."""
    there = {*columns, *given}
    missing = [column for column in required if column not in there]
    if missing:
        raise MappingError(
            f"no column for {', '.join(missing)}; the file has {listed(names)}.", file=file,
            fix="Write a first mapping with `didymium intake suggest FILE`, mend it, and give it with --mapping.",
        )  # fmt: skip
