"""Things by months as a table whose cells are shares: the stock-out calendar and the heat map of sectors."""

from __future__ import annotations

import datetime as dt
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Final

#: Lowest share of each step of colour, h1 to h5; a cell always holds its number too.
STEPS: Final = (0.005, 0.05, 0.1, 0.25, 0.5)
MOST_COLUMNS: Final = 36


@dataclass(frozen=True, slots=True)
class Cell:
    """text: per cent without its sign, empty below half a per cent; marked: drawn with a frame."""

    text: str
    level: int
    marked: bool = False


@dataclass(frozen=True, slots=True)
class Row:
    """One thing: what it is, where, its cells in the order of the columns, and a remark behind them."""

    title: str
    where: str
    cells: tuple[Cell, ...]
    remark: str = ""


@dataclass(frozen=True, slots=True)
class Grid:
    """years: (year, number of its columns); columns: month, or first month of a stretch; each: months in one column."""

    years: tuple[tuple[int, int], ...]
    columns: tuple[dt.date, ...]
    each: int
    rows: tuple[Row, ...]


def stretch(months: Sequence[dt.date]) -> int:
    """Months in one column, so that no more than MOST_COLUMNS stand side by side: 1, 3, 6 or 12."""
    return next((each for each in (1, 3, 6, 12) if len(months) / each <= MOST_COLUMNS), 12)


def grid(months: Sequence[dt.date], rows: Sequence[Row], each: int) -> Grid:
    """Head of the table for rows whose cells were made with the same `each`."""
    columns = tuple(months[::each])
    years: dict[int, int] = {}
    for month in columns:
        years[month.year] = years.get(month.year, 0) + 1
    return Grid(tuple(years.items()), columns, each, tuple(rows))


def cells(
    months: Sequence[dt.date], shares: Mapping[dt.date, float], marked: frozenset[dt.date], each: int
) -> tuple[Cell, ...]:
    """One cell per column: the largest share within it; a month without a share counts as nothing."""
    made = []
    for at in range(0, len(months), each):
        inside = months[at : at + each]
        share = max(shares.get(month, 0.0) for month in inside)
        level = sum(share >= step for step in STEPS)
        text = "" if level == 0 else f"{100 * share:.0f}"
        made.append(Cell(text, level, any(month in marked for month in inside)))
    return tuple(made)
