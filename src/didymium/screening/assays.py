"""Samples beside declarations: what they say of each consignment, as columns that the checks read."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Final

import polars as pl

from didymium.composition import Comparison, compare
from didymium.composition.pattern import classify, weigh, wide
from didymium.composition.pattern.words import sentence
from didymium.screening.engines import Source
from didymium.screening.enrich import enrich_goods
from didymium.screening.enrich.lookup import attach
from didymium.screening.enrich.measured import MEASURED

_KEYS: Final = ["declaration_id", "item_no"]
_SAMPLE: Final = [*_KEYS, "sample_id"]


class WithAssays:
    """A reader of declarations whose batches carry what was measured. The assays are held in memory: they are inspection
    samples, thousands, not millions."""

    def __init__(self, source: Source, assays: pl.DataFrame) -> None:
        self._source, self.assays = source, assays

    def batches(self, batch_rows: int) -> Iterator[pl.DataFrame]:
        """Canonical declarations with the columns of MEASURED, where a row of the batch was sampled."""
        for rows in self._source.batches(batch_rows):
            sampled = rows.join(self.assays, on=_KEYS, how="semi")
            yield attach(rows, beside(self.assays, sampled), on=_KEYS) if sampled.height else rows


def beside(assays: pl.DataFrame, sampled: pl.DataFrame) -> pl.DataFrame:
    """Canonical assays and the canonical declarations they belong to -> _KEYS and MEASURED, one row per consignment."""
    own = assays.join(sampled, on=_KEYS, how="semi")
    found = compare(own, sampled)
    told = found.consignments.rename(
        {
            "verdict": "assay_verdict",
            "reason": "assay_reason",
            "next_measurement": "assay_next",
            "could_be": "assay_could_be",
            "unit_slip": "assay_unit_slip",
        }
    )
    joined = told.join(_patterns(without_artefacts(own, found), sampled), on=_KEYS, how="left", maintain_order="left")
    return joined.select(*_KEYS, *(pl.col(name).cast(dtype) for name, dtype in MEASURED.items()))


def without_artefacts(assays: pl.DataFrame, found: Comparison) -> pl.DataFrame:
    """Assays without samples of a coating and without readings that a neighbouring line can explain: no pattern is there."""
    coated = found.samples.filter(pl.col("blocker").eq_missing(pl.lit("plating")))
    shadows = found.elements.filter(pl.col("artefact") == "overlap").select(*_SAMPLE, symbol="element")
    symbols = assays.with_columns(symbol=pl.col("analyte").str.extract(r"^([A-Z][a-z]?)"))
    kept = symbols.join(coated, on=_SAMPLE, how="anti", nulls_equal=True)
    return kept.join(shadows, on=[*_SAMPLE, "symbol"], how="anti", nulls_equal=True).drop("symbol")


def beside_material(samples: pl.DataFrame, sampled: pl.DataFrame) -> pl.DataFrame:
    """Samples (rows of pattern.table) with `material`, the declared one of their canonical declaration; null = not known."""
    goods = enrich_goods(sampled).select(*_KEYS, "material")
    return samples.join(goods, on=_KEYS, how="inner", maintain_order="left")


def _patterns(assays: pl.DataFrame, sampled: pl.DataFrame) -> pl.DataFrame:
    """_KEYS, pattern_bans, pattern_sentence: of the sample that speaks loudest against the declared class of material."""
    samples = beside_material(wide(assays), sampled)
    bans = weigh(samples)
    loud = samples.with_columns(pattern_bans=bans).drop_nulls("pattern_bans")
    loud = loud.sort([*_KEYS, "pattern_bans", "sample_id"], descending=[False, False, True, False]).unique(
        _KEYS, keep="first", maintain_order=True
    )
    said = [sentence(row) for row in classify(loud).iter_rows(named=True)]
    return loud.select(*_KEYS, "pattern_bans", pattern_sentence=pl.Series(said, dtype=pl.String))
