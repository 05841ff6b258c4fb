"""Mass per volume, per package and against gross, and what the bags say about it."""

from __future__ import annotations

from typing import Final

import polars as pl

#: `NET 25 KG`, `N.W. 20KG`, `1000 kg`: the net mass printed on a package, else the first mass.
_MASS: Final = r"(\d{1,3}(?:,\d{3})+|\d{1,4}(?:[.,]\d{1,3})?) ?(?:kgs?|公斤|千克|กก|кг)(?:$|[^a-z0-9])"
_LABEL_MASS: Final = r"(?i)" + _MASS
_NET_MASS: Final = r"(?i)(?:\bn\.?w\.?|\bnet(?:to| wt\.?| weight)?|净重|淨重|нетто)[ :]*" + _MASS


def add_packing(rows: pl.DataFrame) -> pl.DataFrame:
    """Adds kg_per_l (net mass over outer volume), kg_per_package, gross_over_net, label_kg (mass printed on the bag)."""
    ratio = pl.col("net_kg") / pl.col("packages")
    return rows.with_columns(
        kg_per_l=pl.when(pl.col("volume_m3") > 0).then(pl.col("net_kg") / pl.col("volume_m3") * 0.001),
        kg_per_package=pl.when(pl.col("packages") > 0).then(ratio),
        gross_over_net=pl.when(pl.col("gross_kg") > 0).then(pl.col("gross_kg") / pl.col("net_kg")),
        label_kg=pl.coalesce(
            pl.col("label_text")
            .str.extract(form, 1)
            .str.replace_all(r",(\d{3})$", "$1")
            .str.replace(",", ".")
            .cast(pl.Float64, strict=False)
            for form in (_NET_MASS, _LABEL_MASS)
        ),
    )
