"""Reference tables and figures in the terminal."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING, Final

import msgspec
from rich.table import Table
from rich.text import Text

from didymium.cli.terminal import clean
from didymium.units import figure

if TYPE_CHECKING:
    import polars as pl
    from rich.console import Console

    from didymium.reference import TableSpec

#: What `why` answers, in this order.
_FIGURE: Final = ("figure", "value", "unit", "vintage", "confidence", "source", "note")


def show(console: Console, spec: TableSpec, content: pl.DataFrame, rows: int) -> None:
    """Print title, source, the meaning of the columns, and the first rows one below the other."""
    console.print(Text(clean(spec.title), style="bold"))
    console.print(f"Source: {clean(spec.source)}. Licence: {clean(spec.licence)}. {content.height} rows.")
    console.print()
    columns = _table("column", "type", "unit", "meaning")
    for column in spec.columns:
        columns.add_row(*(cell(part) for part in (column.name, column.dtype, column.unit, column.doc)))
    console.print(columns)
    console.print()
    for number, row in enumerate(content.head(rows).iter_rows(named=True), start=1):
        filled = [f"{name}={cell(value)}" for name, value in row.items() if value is not None]
        console.print(f"{number}. {'  '.join(filled)}")
    if content.height > rows:
        console.print(f"… {content.height - rows} more; --rows N shows more, --csv prints all.")


def records(console: Console, found: Sequence[object]) -> None:
    """Print records (figure, value, unit, source, vintage, confidence, note), and the range where they disagree."""
    rows = [msgspec.to_builtins(record) for record in found]
    table = _table(*_FIGURE)
    for row in rows:
        table.add_row(*(cell(row.get(part)) for part in _FIGURE))
    console.print(table)
    by_figure: dict[tuple[str, str], list[float]] = {}
    for row in rows:
        if isinstance(row.get("value"), int | float):
            by_figure.setdefault((str(row.get("figure")), str(row.get("unit") or "")), []).append(float(row["value"]))
    for (name, unit), values in by_figure.items():
        if min(values) < max(values):
            console.print(
                clean(f"{name}: sources disagree, {figure(min(values))} to {figure(max(values))} {unit}".strip())
            )


def cell(value: object) -> str:
    """One value as text; null is a dash."""
    if value is None or value == "":
        return "–"
    return figure(value) if isinstance(value, float) else clean(str(value))


def _table(*headings: str) -> Table:
    table = Table(box=None, padding=(0, 1), header_style="bold", pad_edge=False)
    for heading in headings:
        table.add_column(heading, overflow="fold")
    return table
