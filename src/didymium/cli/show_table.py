"""Reference tables and figures in the terminal."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING

import msgspec
from rich.padding import Padding
from rich.table import Table
from rich.text import Text

from didymium.cli.terminal import clean

if TYPE_CHECKING:
    import polars as pl
    from rich.console import Console

    from didymium.reference import TableSpec


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
    """Print records (figure, value, unit, source, vintage, confidence, note) by figure, and their range."""
    by_figure: dict[tuple[str, str], list[dict[str, object]]] = {}
    for record in found:
        row = msgspec.to_builtins(record)
        by_figure.setdefault((str(row["figure"]), str(row["unit"] or "")), []).append(row)
    for (name, unit), rows in by_figure.items():
        console.print(Text(clean(name), style="bold"))
        numbers = [float(row["value"]) for row in rows if isinstance(row["value"], int | float)]
        if numbers and min(numbers) < max(numbers):
            console.print(f"  sources disagree: {cell(min(numbers))} to {cell(max(numbers))} {clean(unit)}")
        for row in rows:
            facts = (f"{cell(row['value'])} {clean(unit)}".strip(), f"vintage {cell(row['vintage'])}")
            console.print(f"  {', '.join(facts)}, confidence {cell(row['confidence'])}")
            for said in (row["source"], row["note"]):
                if said:
                    console.print(Padding(Text(clean(str(said)), style="dim"), (0, 0, 0, 4)))


def cell(value: object) -> str:
    """One value as text, numbers as stated (not rounded); null is a dash."""
    if value is None or value == "":
        return "–"
    return f"{value:,.12g}".replace(",", "\u2009") if isinstance(value, float) else clean(str(value))


def _table(*headings: str) -> Table:
    table = Table(box=None, padding=(0, 1), header_style="bold", pad_edge=False)
    for heading in headings:
        table.add_column(heading, overflow="fold")
    return table
