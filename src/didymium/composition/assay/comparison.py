"""Assays held against declarations: per element, per sample and per consignment, with reasons and what to measure next.

`compare` takes canonical frames of any size, in batches of consignments; the same code serves one sample (`assess`).
Verdicts: `consistent` (every comparable figure within 3 sigma), `inconsistent` (one is outside and nothing listed explains
it), `inconclusive` (an artefact, a basis or a label could explain either, or nothing can be compared).
"""

from __future__ import annotations

from typing import Final, NamedTuple

import polars as pl

from didymium.composition.assay import (
    claim_frames,
    contents,
    goods_tests,
    grade_tests,
    judge,
    match,
    materiality,
    measured,
    say,
    verdict,
)
from didymium.composition.assay.claim_frames import ClaimFrames
from didymium.composition.assay.data import rule

_KEYS: Final = ["declaration_id", "item_no"]
#: Consignments compared at a time: memory stays bounded, and a batch is long enough for vectors.
_BATCH: Final = 50_000
_TESTED: Final = (
    "sample", "key", "test", "state", "why", "share", "low", "high", "x", "sigma", "v", "s", "u", "l", "z", "censored",
    "cover", "bans", "method", "denied", "row", "blocked", "partial", "upper",
)  # fmt: skip
#: Column of the consignment frame with a weight in bans -> the questions of the elements it sums up.
QUESTIONS: Final = {
    "assay_declared_bans": ("declared", "grade"),
    "assay_material_bans": ("goods", "name", "room"),
    "controlled_undeclared_bans": ("level",),
}
_VERDICTS: Final = {"in": "consistent", "out": "inconsistent", "open": "inconclusive", "blocked": "unusable"}


class Comparison(NamedTuple):
    """elements: one row per tested element of a sample. declared_low and declared_high, measured, sigma, below and above are in
    `unit` (wt% of the element, or % of the rare-earth oxides, or wt% in the form of the declared figures for `room`); null
    = not declared, not a number, not censored. denied: the papers say it is absent. artefact: what leaves it open.
    weight_bans: null = says nothing.
    samples: verdict, elements, blocker, basis and closure of each sample.
    consignments: verdict, elements, reason, next_measurement, could_be, the weights of QUESTIONS, unit_slip, and
    measured_reo_pct, measured_doubtful_pct, measured_dy_tb_pct, measured_method as screening reads them.
    """

    elements: pl.DataFrame
    samples: pl.DataFrame
    consignments: pl.DataFrame


def compare(assays: pl.DataFrame, declarations: pl.DataFrame) -> Comparison:
    """Canonical assays (with optional `remark`) against canonical declarations. Rows of unknown declarations are left out.

    Errors: InputError for an unknown unit; ReferenceDataError where the data beside the code are damaged.
    """
    claims = claim_frames.read(declarations)
    rows = measured.rows(assays).join(claims.declarations.select(*_KEYS, "consignment"), on=_KEYS, how="inner")
    rows = rows.sort("consignment", maintain_order=True)
    numbers = rows["consignment"].unique().sort()
    starts = [rows["consignment"].search_sorted(n) for n in numbers.gather_every(_BATCH)] or [0]
    parts = [_batch(rows[a:b], claims) for a, b in zip(starts, [*starts[1:], rows.height], strict=True)]
    return Comparison(*(pl.concat(frames) for frames in zip(*parts, strict=True)))


def _batch(rows: pl.DataFrame, claims: ClaimFrames) -> Comparison:
    """Some consignments: states of single rows, then verdicts, then sentences."""
    rows, heads = match.samples(rows, claims)
    marked = match.with_sums(match.artefacts(rows, heads, claims), claims.figures)
    best = judge.chosen(judge.against_figures(match.held(_closed(marked, heads), heads, claims)))
    slips = best.filter((pl.col("why") == "slip") & ~pl.col("summed"))["sample"].unique()
    best = best.with_columns(slipped=pl.col("sample").is_in(slips.implode()), first=pl.col("row").is_first_distinct())
    judged = materiality.weighed(judge.impossible(judge.against_levels(best)), heads)
    tested = verdict.superseded(judged.filter(pl.col("state").is_not_null()).select(_TESTED))
    extra = [goods_tests.tests(judged, heads, claims), grade_tests.tests(judged, heads)]
    tested = pl.concat([tested, *extra], how="diagonal").with_columns(pl.col("share", "denied").fill_null(value=False))
    tested = tested.sort("sample", "key", maintain_order=True)
    samples = verdict.of_samples(tested, _with_ways(heads, best))
    picked = verdict.of_consignments(samples)
    picked = picked.join(_weights(tested, heads), on="consignment", how="left")
    picked = contents.added(picked, judged, heads)
    picked = say.next_measurements(say.reasons(picked, tested))
    return Comparison(_element_frame(tested, heads), _sample_frame(samples), _consignment_frame(picked))


def _closed(rows: pl.DataFrame, heads: pl.DataFrame) -> pl.DataFrame:
    """Adds closed: the rows leave nothing unreported, or most rare earths are among them, so a low sum is firm."""
    enough = (pl.col("as_oxides") >= rule("closed_sum")) | (pl.col("as_elements") >= rule("closed_sum"))
    closed = enough | (pl.col("reo_rows") >= 10)
    flags = heads.select("sample", closed=closed.fill_null(value=False))
    return rows.join(flags, on="sample", how="left", maintain_order="left")


def _with_ways(heads: pl.DataFrame, best: pl.DataFrame) -> pl.DataFrame:
    """Adds to each sample the basis and reading chosen, and whether its total is unusable."""
    ways = best.select("sample", "basis", "reading_why", "total_bad").unique("sample", keep="first")
    return heads.join(ways, on="sample", how="left").with_columns(pl.col("total_bad").fill_null(value=False))


def _weights(tested: pl.DataFrame, heads: pl.DataFrame) -> pl.DataFrame:
    """Bans per question: the strongest element against the label, or, where none speaks against it, the best support.

    Elements of one analysis depend on each other (what one has too much the others lack), so they do not add.
    """
    exprs = []
    for name, tests in QUESTIONS.items():
        bans = pl.when(pl.col("test").is_in(tests)).then("bans")
        exprs.append(pl.when(bans.max() > 0).then(bans.max()).otherwise(bans.min()).alias(name))
    slip = (pl.col("why") == "slip").any().alias("unit_slip")
    return tested.join(heads.select("sample", "consignment"), on="sample").group_by("consignment").agg(*exprs, slip)


def _element_frame(tested: pl.DataFrame, heads: pl.DataFrame) -> pl.DataFrame:
    keyed = tested.join(heads.select("sample", *_KEYS, "sample_id"), on="sample", how="left", maintain_order="left")
    return keyed.select(
        *_KEYS, "sample_id", element="key", question="test",
        unit=pl.when("share").then(pl.lit("% of TREO")).otherwise(pl.lit("wt%")),
        declared_low="low", declared_high="high", measured="v", sigma="s",
        below=pl.when(pl.col("l").is_null()).then("u"), above="l",
        censored="censored", denied="denied",
        sigmas_outside="z", weight_bans="bans", verdict=pl.col("state").replace_strict(_VERDICTS), artefact="why",
        interferent=pl.when(pl.col("why") == "overlap").then("cover"), method="method",
    )  # fmt: skip


def _sample_frame(samples: pl.DataFrame) -> pl.DataFrame:
    return samples.sort("sample").select(
        *_KEYS, "sample_id", "verdict", "blocker", "basis", elements_out="out", elements_open="open",
        total_pct="total_found", reading="reading_why",
    )  # fmt: skip


def _consignment_frame(picked: pl.DataFrame) -> pl.DataFrame:
    return picked.sort("consignment").select(
        *_KEYS, "verdict", "elements", "reason", "next_measurement", "could_be", *QUESTIONS, "unit_slip",
        "measured_reo_pct", "measured_doubtful_pct", "measured_dy_tb_pct", "measured_method",
    )  # fmt: skip
