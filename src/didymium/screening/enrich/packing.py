"""Mass per volume, per package and against gross."""

from __future__ import annotations

import polars as pl


def add_packing(rows: pl.DataFrame) -> pl.DataFrame:
    """Adds kg_per_l (net mass over outer volume), kg_per_package, gross_over_net."""
    ratio = pl.col("net_kg") / pl.col("packages")
    return rows.with_columns(
        kg_per_l=pl.when(pl.col("volume_m3") > 0).then(pl.col("net_kg") / pl.col("volume_m3") * 0.001),
        kg_per_package=pl.when(pl.col("packages") > 0).then(ratio),
        gross_over_net=pl.when(pl.col("gross_kg") > 0).then(pl.col("gross_kg") / pl.col("net_kg")),
    )
