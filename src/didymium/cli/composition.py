"""`didymium composition`: what a declared composition says."""

from __future__ import annotations

from typing import TYPE_CHECKING, Annotated

from cyclopts import Parameter

from didymium.cli.terminal import clean, console

if TYPE_CHECKING:
    from rich.console import Console

    from didymium.composition.model import Component, Declared, Reading


def composition(text: str, *, json: Annotated[bool, Parameter(negative="")] = False) -> None:
    """Read a composition as written on papers or labels: its parts, and what they mean for each element.

    Where it can be understood in several ways all are shown, and none is preferred.

    Parameters
    ----------
    text
        Such as "Dy2O3 99.5% min (TREO 99%)", "TREO 45%; La2O3 25%" or "Nd 29.5-30.5%, B 0.95-1.05, Fe bal.".
    json
        Print the reading as JSON on stdout.
    """
    from didymium.composition import as_answer, read
    from didymium.errors import InputError

    declared = read(text)
    if json:
        import msgspec

        print(msgspec.json.encode({"text": text, **as_answer(declared)}).decode())
        return
    if declared.kind == "error":
        where = f"; understood up to “{text[: declared.understood]}”" if declared.understood else ""
        kind = (declared.error or "").replace("_", " ")
        raise InputError(f"“{clean(text)}”: {declared.message} ({kind}{where})", fix="Write parts with their shares.")
    show(console(), declared)


def show(out: Console, declared: Declared) -> None:
    """Print every reading: parts as understood, then intervals per element."""
    from rich.text import Text

    if declared.kind == "ambiguous":
        out.print(Text(f"Can be understood in {len(declared.readings)} ways:", style="bold"))
    for number, reading in enumerate(declared.readings, 1):
        if declared.kind == "ambiguous":
            out.print()
            out.print(Text(f"{number}. {reading.why}", style="bold"))
        _parts(out, reading)
        _elements(out, reading)
    if declared.grade:
        out.print(f"Trade grade {declared.grade}: a claim about the magnet, not a composition.")
    for warning in declared.warnings:
        out.print(f"Warning: {clean(warning)}.")


def _parts(out: Console, reading: Reading) -> None:
    from rich.table import Table

    table = Table(box=None, pad_edge=False, padding=(0, 3, 0, 0))
    for heading in ("part", "share", "unit", "of", "basis", "meaning"):
        table.add_column(heading, justify="right" if heading == "share" else "left")
    for part in reading.components:
        table.add_row(
            clean(part.component), _interval(part), part.unit, _of(part), part.basis, part.meaning.replace("_", " ")
        )
    out.print(table)


def _of(part: Component) -> str:
    return "whole" if part.of == "whole" else "rare-earth oxides"


def _interval(part: Component) -> str:
    from didymium.units import figure

    if part.low is None and part.high is None:
        return "not stated"
    if part.high is None:
        return f"from {figure(part.low or 0.0)}"
    if part.low is None:
        return f"up to {figure(part.high)}"
    return figure(part.low) if part.low == part.high else f"{figure(part.low)} to {figure(part.high)}"


def _elements(out: Console, reading: Reading) -> None:
    from rich.table import Table

    from didymium.units import figure

    if not reading.fractions:
        out.print("No element content of the whole is determined.")
        return
    table = Table(box=None, pad_edge=False, padding=(0, 3, 0, 0))
    for heading in ("element", "least", "most"):
        table.add_column(heading, justify="left" if heading == "element" else "right")
    for element, (low, high) in reading.fractions.items():
        table.add_row(element, figure(low), "not stated" if high is None else figure(high))
    out.print()
    out.print("Element content of the whole, wt%:")
    out.print(table)
