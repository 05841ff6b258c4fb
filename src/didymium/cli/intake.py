"""`didymium intake`: look at a file before it is screened."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any

import cyclopts
from cyclopts import Parameter

from didymium.cli.terminal import clean, console, existing, progress
from didymium.errors import UsageError

if TYPE_CHECKING:
    from rich.console import Console

app = cyclopts.App(name="intake", help="Look at a file before it is screened.")


@app.command
def suggest(file: Path, *, to: Path | None = None) -> None:
    """Write a first mapping from the columns of a file to those didymium knows, to be read and mended by a person.

    Parameters
    ----------
    file
        The file whose columns have other names.
    to
        TOML file to write; without it the mapping is printed.
    """
    existing(file, "file")
    if to is not None and to.exists():
        raise UsageError("this file exists.", file=str(to), fix="Name another one, or remove it first.")
    from didymium.intake.suggest import suggest as suggest_mapping

    text = suggest_mapping(file)
    if to is None:
        print(text, end="" if text.endswith("\n") else "\n")
    else:
        to.write_text(text, encoding="utf-8")
        print(f"Mapping: {to}")


@app.command
def check(
    file: Path,
    *,
    mapping: Path | None = None,
    json: Annotated[bool, Parameter(negative="")] = False,
    quiet: Annotated[bool, Parameter(name=["--quiet", "-q"], negative="")] = False,
) -> None:
    """Read declarations or assays as `screen` would and say what was detected, what was accepted, and what was refused and why.

    Parameters
    ----------
    file
        The file to look at.
    mapping
        TOML that says which column is which.
    json
        Print the answer as JSON.
    quiet
        No progress bar.
    """
    for path in (file, mapping):
        if path is not None:
            existing(path, "file")
    from didymium.intake.kind import table_of
    from didymium.intake.read import read_assays, read_declarations

    kind = table_of(file, mapping)
    reading = (read_assays if kind == "assays" else read_declarations)(file, mapping=mapping)
    with progress(quiet=quiet or json) as report:
        done = 0
        for batch in reading.batches(200_000):
            done += batch.height
            if report is not None:
                report("reading", done, None)
    counts = reading.counts
    answer = {
        "file": str(file),
        "kind": kind,
        "rows_in": counts.rows_in,
        "accepted": counts.accepted,
        "rejected": counts.rejected,
        "detected": list(reading.detected),
        "columns_unused": list(reading.columns_unused),
        "first_rejects": reading.rejects().head(10).to_dicts(),
    }
    if json:
        import msgspec

        print(msgspec.json.encode(answer).decode())
    else:
        _show(console(), answer)


def _show(out: Console, answer: dict[str, Any]) -> None:
    counts = f"{answer['rows_in']} rows read = {answer['accepted']} accepted + {answer['rejected']} rejected"
    out.print(f"{clean(answer['file'])} ({answer['kind']}): {counts}.", soft_wrap=True)
    for sentence in answer["detected"]:
        out.print(f"  {clean(sentence)}")
    if answer["columns_unused"]:
        out.print(f"Columns not used: {clean(', '.join(answer['columns_unused']))}")
        out.print("  `didymium intake suggest FILE` writes a mapping that can name them.")
    if answer["first_rejects"]:
        out.print("First refused rows:")
    for reject in answer["first_rejects"]:
        shown = "empty" if reject["value"] is None else repr(reject["value"])
        out.print(
            f"  row {reject['source_row']}, {clean(str(reject['column']))} {clean(shown)}: {clean(reject['reason'])}"
        )
