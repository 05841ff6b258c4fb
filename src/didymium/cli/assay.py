"""`didymium assay`: what samples say of what is declared, or of the mine they are said to come from."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any

from cyclopts import Parameter

from didymium.cli.terminal import AGAINST, FOR, SILENT, clean, console, existing
from didymium.errors import NothingAcceptedError, UsageError

if TYPE_CHECKING:
    import polars as pl
    from rich.console import Console

    from didymium.screening.views import Assay

_STYLE = {"inconsistent": AGAINST, "consistent": FOR}


def assay(
    file: Path,
    *,
    declarations: Path | None = None,
    declared: str | None = None,
    description: str | None = None,
    grade: str | None = None,
    hs_code: str | None = None,
    date: str | None = None,
    mine: Path | None = None,
    deposit: str | None = None,
    mapping: Path | None = None,
    json: Annotated[bool, Parameter(negative="")] = False,
) -> int:
    """Compare an assay with what is declared: per element, the verdict, and what to measure next.

    Either name the declarations the samples belong to, or state what is declared of all of them; or, with --mine, hold a
    lot against your own samples of the mine it is said to come from: compatible, not compatible or inconclusive.

    Parameters
    ----------
    file
        Assays: long table, laboratory certificate, handheld XRF export (CSV, XLSX, ODS).
    declarations
        File of declarations; samples are joined to them by declaration and item.
    declared
        Declared composition, such as "Dy2O3 99.5%".
    description
        Declared goods in words.
    grade
        Declared magnet grade, such as N42SH.
    hs_code
        Declared tariff code.
    date
        Day of the declaration (YYYY-MM-DD): which elements are controlled depends on it.
    mine
        Your samples of a mine (at least five, same kind of product), in any layout of assays; FILE then holds the lot: all
        samples of one declaration, or of the whole file where it names none.
    deposit
        With --mine: its id in table deposits_reo, if it is there, so that it is not held against itself.
    mapping
        TOML that says which column is which.
    json
        Print the answers as JSON on stdout.
    """
    for path in (file, declarations, mine, mapping):
        if path is not None:
            existing(path, "file")
    stated = {"composition": declared, "description": description, "grade": grade, "hs_code": hs_code, "date": date}
    if declarations is not None and any(stated.values()):
        raise UsageError("--declarations and single statements exclude each other.", fix="Leave out one of them.")
    if mine is not None:
        return _of_mine(
            file, mine, deposit, mapping, stated=declarations is not None or any(stated.values()), json=json
        )
    if deposit is not None:
        raise UsageError("--deposit says nothing without --mine.", fix="Add --mine SAMPLES, or leave it out.")
    samples = _samples(file, mapping, joined=declarations is not None)
    papers = _papers(samples, stated) if declarations is None else _read(declarations, mapping)
    from didymium.screening.assay_page import pages

    found = pages(samples, papers)
    if not found:
        raise NothingAcceptedError(
            "no sample belongs to a declaration that is known.", file=str(file),
            fix="Give --declared, or a mapping that names the column declaration_id.",
        )  # fmt: skip
    if json:
        import msgspec

        print(msgspec.json.encode([{"declaration_id": key, "item_no": item} | msgspec.structs.asdict(one)
                                   for (key, item), one in sorted(found.items())]).decode())  # fmt: skip
        return 0
    out = console()
    for (key, item), one in sorted(found.items()):
        _show(out, f"{clean(key)}, item {item}" if declarations is not None else clean(key), one)
    return 0


def _of_mine(file: Path, mine: Path, deposit: str | None, mapping: Path | None, *, stated: bool, json: bool) -> int:
    """The lot against the samples of the mine; without a declaration the whole file is one lot."""
    if stated:
        raise UsageError(
            "--mine and what is declared exclude each other.",
            fix="Compare with the mine and with the papers in two calls.",
        )
    import polars as pl

    from didymium.cli.mine import verify

    rows = (_samples(path, mapping, joined=True) for path in (file, mine))
    lot, samples = (
        one.with_columns(pl.col("declaration_id").fill_null(path.stem), pl.col("item_no").fill_null(1))
        for one, path in zip(rows, (file, mine), strict=True)
    )
    return verify(lot, samples, mine, deposit, json=json)


def _samples(file: Path, mapping: Path | None, *, joined: bool) -> pl.DataFrame:
    """Canonical assays; where nothing is joined to declarations every sample stands for a consignment of its own."""
    import polars as pl

    from didymium.intake.read import read_assays

    reading = read_assays(file, mapping)
    batches = list(reading.batches())
    if not batches:
        raise NothingAcceptedError(
            "no assay row was accepted.", file=str(file), fix=f"`didymium intake check {file}` says why."
        )
    rows = pl.concat(batches)
    if joined:
        return rows
    own = pl.coalesce("declaration_id", "sample_id", pl.lit("sample"))
    return rows.with_columns(declaration_id=own, item_no=pl.col("item_no").fill_null(1))


def _papers(samples: pl.DataFrame, stated: dict[str, str | None]) -> pl.DataFrame:
    """One declaration per sample, all with the same statements."""
    import datetime as dt

    import polars as pl

    from didymium.intake.schema import DECLARATIONS

    try:
        day = None if stated["date"] is None else dt.date.fromisoformat(stated["date"])
    except ValueError as error:
        raise UsageError(f"--date {stated['date']!r} is no date.", fix="Write it as 2025-04-04.") from error
    code = None if stated["hs_code"] is None else stated["hs_code"].replace(".", "")
    values: dict[str, Any] = {**stated, "date": day, "hs_code": code}
    keys = samples.select("declaration_id", "item_no").unique(maintain_order=True)
    columns = [
        pl.col(name) if name in keys.columns else pl.lit(values.get(name), dtype=dtype).alias(name)
        for name, dtype in DECLARATIONS.items()
    ]
    return keys.select(columns)


def _read(declarations: Path, mapping: Path | None) -> pl.DataFrame:
    import polars as pl

    from didymium.intake.read import read_declarations

    batches = list(read_declarations(declarations, mapping).batches(200_000))
    if not batches:
        raise NothingAcceptedError("no declaration was accepted.", file=str(declarations))
    return pl.concat(batches)


def _show(out: Console, name: str, one: Assay) -> None:
    from rich.table import Table
    from rich.text import Text

    out.print(Text(f"{name}: ", style="bold") + Text(one.verdict, style=f"bold {_STYLE.get(one.verdict, SILENT)}"))
    out.print(f"  {clean(one.reason)}")
    if one.rows:
        table = Table(box=None, pad_edge=False, padding=(0, 3, 0, 0))
        for heading in ("  element", "declared", "measured", "verdict"):
            table.add_column(heading, justify="right" if heading == "measured" else "left")
        for row in one.rows:
            said = Text(row.verdict, style=_STYLE.get(row.verdict, SILENT))
            table.add_row(
                f"  {row.element}", row.declared, row.measured, said + Text(f", {row.because}" if row.because else "")
            )
        out.print(table)
    if one.pattern_sentence:
        out.print(f"  {clean(one.pattern_sentence)}")
    out.print(f"  Next: {clean(one.next_measurement)}")
    out.print()
