"""Result files: findings and evidence as Parquet and CSV, rejects, summary, report. Same input, same bytes."""

from __future__ import annotations

from pathlib import Path

import msgspec
import polars as pl

from didymium.checks import CHECKS
from didymium.intake.neutral import neutralise
from didymium.screening.report.render import render
from didymium.screening.views import Screening
from didymium.screening.weigh import SHARES


def findings_table(best: pl.DataFrame, shown: pl.DataFrame) -> pl.DataFrame:
    """The public table `findings`: identity, rank, probability, bans per question, permission, top_reason.

    best: the listed lines with `permission`. top_reason is null for lines beyond those explained.
    """
    reasons = shown.select("rank", "top_reason")
    return best.join(reasons, on="rank", how="left", maintain_order="left").select(
        "declaration_id",
        "item_no",
        "rank",
        pl.col("probability").round(9),
        *(pl.col(f"{question}_bans").round(6).alias(question) for question in SHARES),
        pl.col("permission").cast(pl.String),
        top_reason="top_reason",
    )


def write_all(
    out: Path, view: Screening, *, findings: pl.DataFrame, evidence: pl.DataFrame, rejects: pl.DataFrame
) -> dict[str, Path]:
    """Write every result into `out` (made where missing; files of an earlier run are replaced)."""
    out.mkdir(parents=True, exist_ok=True)
    names = {
        "findings_parquet": "findings.parquet",
        "findings_csv": "findings.csv",
        "evidence_parquet": "evidence.parquet",
        "evidence_csv": "evidence.csv",
        "rejects_csv": "rejects.csv",
        "summary_json": "summary.json",
        "findings_json": "pages.json",
        "report_html": "report.html",
    }
    paths = {key: out / name for key, name in names.items()}
    findings.write_parquet(paths["findings_parquet"], compression="zstd", statistics=False)
    evidence.write_parquet(paths["evidence_parquet"], compression="zstd", statistics=False)
    neutralise(findings).write_csv(paths["findings_csv"])
    neutralise(evidence).write_csv(paths["evidence_csv"])
    neutralise(rejects).write_csv(paths["rejects_csv"])
    paths["summary_json"].write_bytes(msgspec.json.format(msgspec.json.encode(_summary(view)), indent=1))
    paths["findings_json"].write_bytes(msgspec.json.encode(view.findings))
    paths["report_html"].write_text(render(view), encoding="utf-8")
    return paths


def _summary(view: Screening) -> dict[str, object]:
    return {
        "title": view.title,
        "version": view.version,
        "reference_hash": view.reference_hash,
        "intake": view.intake,
        "lines_screened": view.lines_screened,
        "lines_listed": view.lines_listed,
        "expected_false": round(view.expected_false, 3),
        "checks": [check.name for check in CHECKS],
    }
