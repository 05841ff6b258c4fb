"""`didymium screen`: the main job."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Literal

from cyclopts import Parameter
from cyclopts.validators import Number

from didymium.cli.licence_common import opened
from didymium.cli.terminal import console, existing, progress
from didymium.errors import UsageError

if TYPE_CHECKING:
    from didymium.controls.rescreening import Line


def screen(
    *files: Path,
    assays: Path | None = None,
    mapping: Path | None = None,
    out: Path = Path("out/screen"),
    top: Annotated[int, Parameter(validator=Number(gte=0))] = 30,
    prior: Annotated[float, Parameter(validator=Number(gt=0, lt=1))] = 0.04,
    trade_year: int | None = None,
    engine: Literal["local", "ray"] = "local",
    address: str | None = None,
    batch_rows: Annotated[int, Parameter(validator=Number(gte=1))] = 100_000,
    keep: Annotated[bool, Parameter(negative="")] = False,
    licences: Annotated[bool, Parameter(negative="")] = False,
    incentive: Path | None = None,
    store: str | None = None,
    actor: str | None = None,
    json: Annotated[bool, Parameter(negative="")] = False,
    quiet: Annotated[bool, Parameter(name=["--quiet", "-q"], negative="")] = False,
) -> None:
    """Rank declared consignments by the probability that their label is false, with reasons.

    Writes findings and evidence (Parquet and CSV), refused rows, a summary and an HTML report into a folder.

    Parameters
    ----------
    files
        Declarations or trade flows: CSV, Parquet, XLSX, ODS, ASYCUDA or WCO XML, AMS, BACI, Comtrade.
    assays
        Measured analytes of samples of these declarations.
    mapping
        TOML that says which column of the files is which; `didymium intake suggest FILE` writes a first one.
    out
        Folder for the results; made where it does not exist, files of an earlier run are replaced.
    top
        How many findings get a full page and stand in the terminal.
    prior
        Share of false labels expected before looking, between 0 and 1.
    trade_year
        Screen the world trade flows of this year that come with didymium (1995-2024) instead of files.
    engine
        `local`: this machine. `ray`: a Ray cluster (needs the extra `cluster`).
    address
        Address of the Ray cluster; without it Ray starts one on this machine.
    batch_rows
        Rows handled at a time; changes memory and speed, never the result.
    keep
        Keep the listed lines in the store, so that `didymium control rescreen` says what a change of the law means for them.
    licences
        Hold the licences that the papers state against the ledger in the store: held, mismatched, or a quota used up.
    incentive
        Table of `didymium supply incentive SCENARIO --prior FILE`: a small prior for lots whose relabelling would pay.
    store
        Database for --keep and --licences: a path, or postgresql://...; default: as `didymium store where` says.
    actor
        Who keeps them, for the audit trail; default: the user of this system.
    json
        Print summary and findings as JSON on stdout and nothing else.
    quiet
        No progress bar and no table; errors still show.
    """
    _refuse_contradictions(files, trade_year, engine, address)
    for path in (*files, assays, mapping, incentive):
        if path is not None:
            existing(path, "file")
    from didymium.screening import run

    with progress(quiet=quiet or json) as report:
        outcome = run.screen(
            files,
            assays=assays,
            mapping=mapping,
            out=out,
            top=top,
            prior=prior,
            trade_year=trade_year,
            engine=engine,
            address=address,
            batch_rows=batch_rows,
            keep=_keeper(store, actor) if keep else None,
            ledger=opened(store) if licences else None,
            incentive=incentive,
            progress=report,
        )
    from didymium.cli import show_screening

    if json:
        print(show_screening.as_json(outcome.screening, outcome.files, top))
    elif not quiet:
        show_screening.as_table(console(), outcome.screening, outcome.files, top)


def _keeper(setting: str | None, actor: str | None) -> Callable[[Sequence[Line], str], None]:
    """What keeps lines in a store, and asks the law about them for the first time. The store is opened before work begins."""
    import datetime as dt

    from didymium.cli.licence_common import who
    from didymium.controls import ruleset
    from didymium.controls.rescreening import keep, rescreen

    store = opened(setting)

    def kept(lines: Sequence[Line], source: str) -> None:
        keep(store, lines, source, who(actor))
        rescreen(store, ruleset(), dt.date.today(), who(actor))  # noqa: DTZ011 the officer's day

    return kept


def _refuse_contradictions(files: tuple[Path, ...], trade_year: int | None, engine: str, address: str | None) -> None:
    if not files and trade_year is None:
        raise UsageError(
            "there is nothing to screen.",
            fix="Name one or more files, or use --trade-year 2024 for shipped world trade.",
        )
    if files and trade_year is not None:
        raise UsageError("files and --trade-year cannot be screened together.", fix="Leave one of them out.")
    if address is not None and engine != "ray":
        raise UsageError(f"--address {address} says nothing to the engine {engine}.", fix="Add --engine ray.")
