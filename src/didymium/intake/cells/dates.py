"""How dates are written in a file: evidence for the order of day and month, decision, reading."""

from __future__ import annotations

import datetime as dt
import re
from dataclasses import dataclass
from typing import Final, Literal

import polars as pl

Order = Literal["ymd", "dmy", "mdy", "excel"]

FIRST: Final = dt.date(1970, 1, 1)
LAST: Final = dt.date(2100, 12, 31)

_ISO: Final = re.compile(r"^(\d{4})([-/.])(\d{1,2})\2(\d{1,2})(?:[T ].*)?$")
_COMPACT: Final = re.compile(r"^(\d{4})(\d{2})(\d{2})$")
_EAST: Final = re.compile(r"^(\d{4})\s*[年년]\s*(\d{1,2})\s*[月월]\s*(\d{1,2})\s*[日일]?$")
_PARTS: Final = re.compile(r"^(\d{1,2})[-/. ](\d{1,2})[-/. ](\d{4})(?:[T ].*)?$")
_SHORT_YEAR: Final = re.compile(r"^\d{1,2}[-/.]\d{1,2}[-/.]\d{2}$")
_NAMED: Final = re.compile(r"^(\d{1,2})[-. /]*([A-Za-z]{3,9})[-., /]*(\d{4})(?:[T ].*)?$")
_NAMED_US: Final = re.compile(r"^([A-Za-z]{3,9})[-. ]*(\d{1,2}),?[-. ]*(\d{4})$")
_PARTS_POLARS: Final = r"^\s*(\d{1,2})[-/. ](\d{1,2})[-/. ]\d{4}"
_MONTHS: Final = ("jan", "feb", "mar", "apr", "may", "jun", "jul", "aug", "sep", "oct", "nov", "dec")
_DAY_ONE: Final = dt.date(1899, 12, 30)  # day 0 of spreadsheet dates (1900 system, from March 1900)


@dataclass
class DateVotes:
    """Cells whose first part can only be a day, cells whose second part can only be one, cells that leave it open."""

    day_first: int = 0
    month_first: int = 0
    open: int = 0
    dotted: int = 0
    example: str | None = None

    def count(self, cells: pl.Series) -> None:
        """Add the cells of one batch (text)."""
        cells = cells.drop_nulls()
        if cells.is_empty() or _iso(cells).null_count() == 0:
            return
        parts = cells.value_counts().filter(pl.col(cells.name).str.contains(_PARTS_POLARS))
        for cell, n in parts.iter_rows():
            first, second = (int(x) for x in re.findall(r"\d+", cell)[:2])
            self.day_first += n if first > 12 >= second else 0
            self.month_first += n if second > 12 >= first else 0
            if first <= 12 and second <= 12 and first != second:
                self.open += n
                self.dotted += n if "." in cell else 0
                self.example = self.example or cell.strip()


def decide(votes: DateVotes, wanted: Order | None) -> tuple[Order | None, list[str]]:
    """Order of day and month for dates like 03/04/2024, and the sentences that report it; None = undecidable.

    Dates with points are day first by convention (no country writes month.day.year); ISO dates need no order.
    """
    if wanted:
        return wanted, [f"Date order {wanted}, as the mapping says."]
    if votes.day_first or votes.month_first:
        order: Order = "dmy" if votes.day_first >= votes.month_first else "mdy"
        said = [f"Dates are {_word(order)} ({max(votes.day_first, votes.month_first)} dates have a day above 12)."]
        if votes.day_first and votes.month_first:
            said.append(f"{min(votes.day_first, votes.month_first)} dates are the other way round and are refused.")
        return order, said
    if votes.open and votes.dotted == votes.open:
        return "dmy", [f"Dates are day first, as dates with points are (no day above 12 proves it): {votes.example}."]
    if votes.open:
        return None, [
            f"Date order undecidable: {votes.example} can be read in two ways and no date in it has a day over 12;"
            f' such rows are refused until a mapping says [dates] order = "dmy" or "mdy".'
        ]
    return "ymd", []


def _word(order: str) -> str:
    return "day first" if order == "dmy" else "month first"


def read(cells: pl.Series, order: Order | None) -> pl.Series:
    """Text to Date; null where a cell is no calendar date in this order. Each distinct cell is read once."""
    quick = _iso(cells)
    rest = cells.filter(quick.is_null() & cells.is_not_null()).unique()
    if rest.is_empty():
        return quick
    known = {cell: parse(cell, order) for cell in rest}
    found = {cell: date for cell, date in known.items() if date is not None}
    if not found:
        return quick
    slow = cells.replace_strict(list(found), list(found.values()), default=None, return_dtype=pl.Date)
    return pl.select(pl.coalesce(quick, slow)).to_series()


def _iso(cells: pl.Series) -> pl.Series:
    """Cells of exactly YYYY-MM-DD; Polars alone would take the year 24 for a year."""
    day = cells.str.to_date("%Y-%m-%d", strict=False)
    sure = cells.str.len_bytes() == 10
    return day if sure.all() else day.set((~sure).fill_null(value=False), None)


def parse(cell: str, order: Order | None) -> dt.date | None:
    """One date as written; None = no calendar date, or an order is needed and not known."""
    cell = cell.strip()
    if order == "excel" and re.fullmatch(r"\d{4,6}(?:\.\d+)?", cell):
        return _DAY_ONE + dt.timedelta(days=int(float(cell)))
    if found := _ISO.match(cell):
        return _date(found[1], found[3], found[4])
    if found := _COMPACT.match(cell) or _EAST.match(cell):
        return _date(found[1], found[2], found[3])
    if found := _PARTS.match(cell):
        if found[1] == found[2] or order == "dmy":
            return _date(found[3], found[2], found[1])
        return _date(found[3], found[1], found[2]) if order == "mdy" else None
    if found := _NAMED.match(cell):
        return _named(found[3], found[2], found[1])
    if found := _NAMED_US.match(cell):
        return _named(found[3], found[1], found[2])
    return None


def _named(year: str, month: str, day: str) -> dt.date | None:
    short = month.lower()[:3]
    return _date(year, str(_MONTHS.index(short) + 1), day) if short in _MONTHS else None


def _date(year: str, month: str, day: str) -> dt.date | None:
    try:
        return dt.date(int(year), int(month), int(day))
    except ValueError:
        return None


def fault(cell: str, order: Order | None) -> str:
    """Why a cell is no date, and what is allowed."""
    cell = cell.strip()
    if _SHORT_YEAR.match(cell):
        return "the year has two digits; write it with four, for instance 2024-03-31"
    if order is None and _PARTS.match(cell):
        return 'day and month cannot be told apart; say [dates] order = "dmy" or "mdy" in a mapping'
    if any(p.match(cell) for p in (_ISO, _COMPACT, _EAST, _PARTS, _NAMED, _NAMED_US)):
        return "there is no such day in the calendar" + (f" (read as {order})" if order in {"dmy", "mdy"} else "")
    return "not a date; write it as 2024-03-31"
