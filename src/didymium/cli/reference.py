"""`didymium reference`: what is known, where it comes from, and bringing newer editions."""

from __future__ import annotations

import os
from pathlib import Path
from typing import Annotated, Literal

import cyclopts
from cyclopts import Parameter
from cyclopts.validators import Number

from didymium.cli.terminal import clean, console, existing
from didymium.errors import ReferenceDataError, UsageError

app = cyclopts.App(name="reference", help="Look into the reference base: tables, figures, sources, newer editions.")


@app.command(name="list")
def list_() -> None:
    """List the tables of the reference base with source and licence, and the hash of its content."""
    from rich.table import Table

    from didymium import reference

    table = Table(box=None, padding=(0, 1), header_style="bold", pad_edge=False)
    for heading in ("table", "what it holds", "source", "licence"):
        table.add_column(heading, overflow="fold", no_wrap=heading == "table")
    for name in reference.names():
        spec = reference.spec(name)
        table.add_row(*map(clean, (spec.name, spec.title, spec.source, spec.licence)))
    out = console()
    out.print(table)
    out.print(f"Reference: {reference.content_hash()}", soft_wrap=True)


@app.command
def show(
    table: str,
    *,
    rows: Annotated[int, Parameter(validator=Number(gte=0))] = 20,
    csv: Annotated[bool, Parameter(negative="")] = False,
) -> None:
    """Show one table: what its columns mean, and its first rows.

    Parameters
    ----------
    table
        Name of the table as in `didymium reference list`.
    rows
        How many rows to show.
    csv
        Print the whole table as CSV and nothing else.
    """
    from didymium import reference

    spec, content = reference.spec(table), reference.table(table)
    if csv:
        print(content.write_csv(), end="")
        return
    from didymium.cli import show_table

    show_table.show(console(), spec, content, rows)


@app.command
def verify() -> int:
    """Check the whole reference base: types, ranges, sources, factors, sums, that every name used is defined."""
    from didymium import reference

    problems = reference.verify()
    for problem in problems:
        print(clean(problem))
    if problems:
        return ReferenceDataError.exit_code
    print(f"{len(reference.names())} tables, no problem found. Reference: {reference.content_hash()}")
    return 0


@app.command
def why(figure: str) -> None:
    """Say where a figure comes from: every source that states it, with vintage and confidence.

    Parameters
    ----------
    figure
        Free words ("prices Dy oxide 2024") or TABLE:KEY.
    """
    from didymium import reference
    from didymium.cli import show_table

    records = reference.why(figure)
    if not records:
        raise UsageError(
            f"nothing in the reference base states {figure!r}.",
            fix="Use fewer words, or find the table with `didymium reference list`.",
        )
    show_table.records(console(), records)


@app.command(name="import")
def import_(kind: Literal["baci", "comtrade", "usgs", "wgi"], file: Path, *, to: Path | None = None) -> None:
    """Read an official release in its published layout into a folder that is laid over the shipped tables.

    Parameters
    ----------
    kind
        Whose release it is.
    file
        The release as downloaded.
    to
        Folder to write to; default: the folder DIDYMIUM_REFERENCE names, else `didymium-reference` here.
    """
    existing(file, "file")
    from didymium.reference.importers import import_release

    overlay = os.environ.get("DIDYMIUM_REFERENCE")
    target = to or Path(overlay or "didymium-reference")
    print(clean(import_release(kind, file, target)))
    if overlay is None or Path(overlay).resolve() != target.resolve():
        print(f"To use it: export DIDYMIUM_REFERENCE={target.resolve()}")
