"""Columns that tell what samples say of a consignment; all null where there is no assay (see screening/assays.py)."""

from __future__ import annotations

from typing import Final

import polars as pl

#: Columns added to a batch before enrichment.
MEASURED: Final[dict[str, pl.DataType]] = {
    "measured_reo_pct": pl.Float64(),  # sum of firm rare-earth readings as oxides [wt%], largest over the samples
    "measured_doubtful_pct": pl.Float64(),  # the same of readings that an interfering element can explain
    "measured_dy_tb_pct": pl.Float64(),  # Dy + Tb [wt% element], firm readings
    "measured_method": pl.String(),
    "assay_verdict": pl.String(),  # consistent, inconsistent, inconclusive
    "assay_reason": pl.String(),
    "assay_next": pl.String(),  # the next most informative measurement
    "assay_could_be": pl.String(),  # what the measured contents would fit instead
    "assay_declared_bans": pl.Float64(),
    "assay_material_bans": pl.Float64(),
    "controlled_undeclared_bans": pl.Float64(),
    "assay_unit_slip": pl.Boolean(),
    "pattern_bans": pl.Float64(),
    "pattern_sentence": pl.String(),
}


def with_measured(rows: pl.DataFrame) -> pl.DataFrame:
    """The columns of MEASURED exist; null where there are no assays."""
    missing = {name: dtype for name, dtype in MEASURED.items() if name not in rows.columns}
    return rows.with_columns(pl.lit(None, dtype=dtype).alias(name) for name, dtype in missing.items())
