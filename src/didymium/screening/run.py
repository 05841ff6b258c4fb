"""The main job: read, enrich, check, weigh, rank, explain, write."""

from __future__ import annotations

import tempfile
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Final

import polars as pl

from didymium import __version__
from didymium.checks import CHECKS
from didymium.controls.rescreening import Line
from didymium.errors import NothingAcceptedError, UsageError
from didymium.intake.read import Intake, read_assays, read_declarations
from didymium.intake.schema import DECLARATIONS
from didymium.reference import content_hash, table
from didymium.screening import views, write
from didymium.screening.assay_page import Key, pages
from didymium.screening.assays import WithAssays
from didymium.screening.attach import attach_profile
from didymium.screening.batch import with_weights
from didymium.screening.engines import Progress, Scored, Source, local
from didymium.screening.enrich import enrich, enrich_goods
from didymium.screening.enrich.law import LINE_NEEDS, add_law, line_of
from didymium.screening.enrich.lookup import own_copy
from didymium.screening.evidence import leading_question, long_table
from didymium.screening.incentive import WithIncentive, read_incentive
from didymium.screening.licences import LAW_COLUMNS, with_remarks
from didymium.screening.names import add_names
from didymium.screening.present import finding
from didymium.store import Store

#: Rows kept in the ranked findings; lines below are counted, not listed.
LISTED: Final = 100_000
#: Rows of the list whose evidence is written out in sentences.
EXPLAINED: Final = 10_000


@dataclass(frozen=True)
class Outcome:
    """screening: what a report shows. files: the files written, by what they are."""

    screening: views.Screening
    files: dict[str, Path]


def screen(
    files: Sequence[Path],
    *,
    assays: Path | None = None,
    mapping: Path | None = None,
    out: Path,
    top: int = 30,
    prior: float = 0.04,
    trade_year: int | None = None,
    engine: str = "local",
    address: str | None = None,
    batch_rows: int = 100_000,
    keep: Callable[[Sequence[Line], str], None] | None = None,
    ledger: Store | None = None,
    incentive: Path | None = None,
    progress: Progress | None = None,
) -> Outcome:
    """Screen declarations and write findings, evidence, rejects, summary and report into `out`.

    files: declarations or trade flows in any format of `intake`; empty with `trade_year` = the shipped flows of a year.
    prior: share of false labels expected before looking. top: findings with a full page. Lines beyond LISTED are counted
    in the summary (lines_screened against lines_listed). keep: is given the listed lines of which the law may ask something,
    and the title, for re-screening. ledger: store whose licences are held against those the papers state.
    incentive: table of `didymium supply incentive --prior`, a small prior for routes on which relabelling pays.
    Raises UsageError, InputError, NothingAcceptedError (see errors.py).
    """
    progress = progress or (lambda *_: None)
    with tempfile.TemporaryDirectory(prefix="didymium-") as scratch:
        paths = list(files) if trade_year is None else [shipped_flows(trade_year, Path(scratch))]
        intakes = [read_declarations(path, mapping) for path in paths]
        samples = None if assays is None else read_assays(assays, mapping)
        sources = _with_assays(intakes, samples)
        if incentive is not None:
            lanes = read_incentive(incentive)
            sources = [WithIncentive(source, lanes) for source in sources]
        scored = _engine(engine, address)(sources, prior=prior, limit=LISTED, batch_rows=batch_rows, progress=progress)
        if scored.lines == 0:
            raise NothingAcceptedError(
                f"no row was accepted of {sum(i.counts.rows_in for i in intakes)} read.",
                file=", ".join(path.name for path in paths),
                fix=f"`didymium intake check {paths[0].name}` lists why; a mapping may help.",
            )
        listed, shown, lines = _listed_and_shown(sources, scored, batch_rows, ledger=ledger, keep=keep is not None)
        if keep is not None:
            keep(lines, _title(paths, trade_year))
        of_samples = _assay_pages(sources, shown.head(top))
        if samples is not None:
            intakes = [*intakes, samples]
        progress("writing", 0, None)
        view, evidence, findings = _present(
            intakes, scored, listed, shown, of_samples, prior=prior, top=top, title=_title(paths, trade_year)
        )
        rejects = pl.concat([intake.rejects() for intake in intakes])
    return Outcome(view, write.write_all(out, view, findings=findings, evidence=evidence, rejects=rejects))


def _with_assays(intakes: Sequence[Intake], samples: Intake | None) -> list[Source]:
    """The readers, their batches carrying what was measured where there are assays."""
    if samples is None:
        return list(intakes)
    batches = list(samples.batches())
    if not batches:
        raise NothingAcceptedError("no assay row was accepted.", file=samples.file, fix="`rejects` says why.")
    return [WithAssays(intake, pl.concat(batches)) for intake in intakes]


def _assay_pages(sources: Sequence[Source], shown: pl.DataFrame) -> dict[Key, views.Assay]:
    """What samples say of the lines with a full page; {} without assays."""
    out: dict[Key, views.Assay] = {}
    for file_no, source in enumerate(sources):
        if isinstance(source, WithAssays):
            out |= pages(source.assays, shown.filter(pl.col("file_no") == file_no).select(list(DECLARATIONS)))
    return out


def _title(paths: Sequence[Path], trade_year: int | None) -> str:
    if trade_year is not None:
        return f"World trade in rare earths {trade_year} (CEPII BACI)"
    return ", ".join(path.name for path in paths)


def _engine(engine: str, address: str | None) -> Any:
    if engine == "local":
        return local.run
    from functools import partial

    from didymium.screening.engines import ray

    return partial(ray.run, address=address)


def shipped_flows(year: int, folder: Path) -> Path:
    """The shipped BACI flows of one year as a file for intake."""
    trade = table("trade")
    years = trade["year"].unique().sort()
    if year not in years:
        raise UsageError(
            f"--trade-year {year}: no trade flows of that year are shipped.", fix=f"Take {years[0]} to {years[-1]}."
        )
    path = folder / f"baci_{year}.parquet"
    trade.filter(pl.col("year") == year).write_parquet(path)
    return path


def _listed_and_shown(
    sources: Sequence[Source], scored: Scored, batch_rows: int, *, ledger: Store | None, keep: bool
) -> tuple[pl.DataFrame, pl.DataFrame, list[Line]]:
    """(listed lines with what the law asks of them, wide rows with names and weights of those explained, by rank; the
    listed lines of which the law may ask something)."""
    wanted = scored.best.select("file_no", "source_row", "rank", *_SCORES)
    rows = pl.concat(_fetch(sources, wanted, batch_rows), how="diagonal")
    rows = rows.join(wanted, on=["file_no", "source_row"], how="inner", maintain_order="left")
    law = with_remarks(add_law(enrich_goods(rows)), ledger)
    lines = []
    if keep:
        asked = law.filter(pl.col("permission") != "not applicable").select(LINE_NEEDS)
        lines = [line_of(row) for row in asked.iter_rows(named=True)]
    wide = enrich(rows.filter(pl.col("rank") <= EXPLAINED)).join(
        law.select("rank", *LAW_COLUMNS), on="rank", how="left"
    )
    wide = attach_profile(wide, scored.profile)
    shown = add_names(with_weights(wide, CHECKS)).sort("rank")
    listed = scored.best.join(law.select("rank", "permission"), on="rank", how="left", maintain_order="left")
    assert listed["permission"].null_count() == 0, "a listed line was not found again in its file"
    assert shown.height == min(EXPLAINED, listed.height), "lines to explain were lost"
    return listed, shown, lines


_SCORES: Final = ("contents_bans", "composition_bans", "origin_bans", "behaviour_bans", "posterior_bans", "probability")


def _fetch(sources: Sequence[Source], wanted: pl.DataFrame, batch_rows: int) -> Iterator[pl.DataFrame]:
    for file_no, source in enumerate(sources):
        rest = wanted.filter(pl.col("file_no") == file_no).select("source_row")
        for rows in source.batches(batch_rows):
            if rest.is_empty():
                break
            hit = rows.join(rest, on="source_row", how="semi")
            rest = rest.join(hit, on="source_row", how="anti")
            if not hit.is_empty():
                yield own_copy(hit).with_columns(file_no=pl.lit(file_no, dtype=pl.Int32))


def _present(
    intakes: Sequence[Intake],
    scored: Scored,
    listed: pl.DataFrame,
    shown: pl.DataFrame,
    of_samples: Mapping[Key, views.Assay],
    *,
    prior: float,
    top: int,
    title: str,
) -> tuple[views.Screening, pl.DataFrame, pl.DataFrame]:
    evidence, reasons = long_table(shown.iter_rows(named=True))
    shown = shown.with_columns(top_reason=pl.Series(reasons, dtype=pl.String))
    full = [
        finding(row, row["rank"], prior, scored.price_counts, of_samples.get((row["declaration_id"], row["item_no"])))
        for row in shown.head(top).iter_rows(named=True)
    ]
    findings = write.findings_table(listed, shown)
    view = views.Screening(
        title=title,
        version=__version__,
        reference_hash=content_hash(),
        intake=[_intake_view(intake) for intake in intakes],
        lines_screened=scored.lines,
        lines_listed=findings.height,
        expected_false=scored.expected_false,
        checks=[(check.name, check.question, check.asks) for check in CHECKS],
        findings=full,
        listed=[_listed(row) for row in shown.iter_rows(named=True)],
    )
    return view, evidence, findings


def _intake_view(intake: Intake) -> views.Intake:
    counts = intake.counts
    return views.Intake(intake.file, counts.rows_in, counts.accepted, counts.rejected, list(intake.detected))


def _listed(row: dict[str, Any]) -> dict[str, object]:
    names = (
        "rank", "declaration_id", "item_no", "probability", "net_kg", "value_usd", "usd_per_kg", "origin",
        "import_country", "hs_code",
    )  # fmt: skip
    return {name: row[name] for name in names} | {
        "permission": row["permission"],
        "decision": row["top_reason"],
        "route": row["lane"],
        "date": row["date"],
        "goods": row["description"] or row["goods_text"],
        "question": leading_question(row),
    }
