"""Samples for the pattern tests: published deposits, products as sold, and long assays made from them."""

from __future__ import annotations

from typing import Any

import numpy as np
import polars as pl

from didymium.composition.pattern.model import deposits
from didymium.composition.pattern.table import ELEMENTS, Floats, analytes, to_oxide

#: Element -> ppm; keys such as Dy_most are bounds.
Sample = dict[str, float]

BASTNAESITE: Sample = {
    "La": 250000, "Ce": 410000, "Pr": 36000, "Nd": 112000, "Sm": 7900, "Eu": 1500, "Gd": 3600, "Y": 1200, "Yb": 60,
}  # fmt: skip
MAGNET: Sample = {
    "Nd": 235000,
    "Pr": 62000,
    "Dy": 14000,
    "Tb": 2500,
    "La": 300,
    "Ce": 700,
    "Sm": 60,
    "Y": 40,
    "Gd": 900,
}
HEAVY_CLAY: Sample = {
    "La": 14000, "Ce": 5000, "Pr": 7000, "Nd": 24000, "Sm": 17000, "Eu": 900, "Gd": 40000, "Tb": 8000, "Dy": 54000,
    "Y": 410000, "Ho": 11500, "Er": 31000, "Tm": 4300, "Yb": 24000, "Lu": 3400,
}  # fmt: skip
ND_OXIDE: Sample = {"Nd": 852000, "Pr": 900, "Ce": 60, "La": 40, "Sm": 110, "Y": 15, "Dy_most": 30, "Tb_most": 30}


def frame(*samples: Sample, **columns: list[Any]) -> pl.DataFrame:
    """Samples as a table of pattern.table, with further columns."""
    names = list(dict.fromkeys(name for sample in samples for name in sample))
    values = {name: [sample.get(name) for sample in samples] for name in names}
    return pl.DataFrame(values, schema=dict.fromkeys(names, pl.Float64)).with_columns(
        pl.Series(name, cells) for name, cells in columns.items()
    )


def published() -> tuple[list[str], Floats]:
    """Names and ln contents (deposits x ELEMENTS) of table deposits_reo."""
    names, shares = deposits()
    return names, shares - np.log(to_oxide())


def from_logs(logs: Floats) -> pl.DataFrame:
    """ln contents (samples x ELEMENTS, NaN = not measured) as a table of pattern.table."""
    return pl.DataFrame({name: np.exp(logs[:, at]) for at, name in enumerate(ELEMENTS)}, nan_to_null=True)


def assays(sample: Sample, unit: str = "ppm", oxide: bool = False, sample_id: str = "s") -> pl.DataFrame:
    """One sample as canonical long assays, as elements or as trade oxides, in any unit."""
    as_oxide = dict(zip(ELEMENTS, to_oxide(), strict=True))
    names = dict(analytes().filter(pl.col("basis") == "oxide").group_by("element", maintain_order=True).agg(
        pl.col("analyte").filter(pl.col("analyte") != pl.col("element")).last()
    ).rows())  # fmt: skip
    rows = []
    for key, ppm in sample.items():
        name, _, bound = key.partition("_")
        number = ppm * (as_oxide[name] if oxide else 1.0) / (1e4 if unit in ("wt%", "%") else 1.0)
        rows.append(
            {
                "declaration_id": "d",
                "item_no": 1,
                "sample_id": sample_id,
                "analyte": names[name] if oxide else name,
                "value_number": None if bound else number,
                "censored": "below_lod" if bound else None,
                "lod": number if bound else None,
                "unit": unit,
                "basis": "oxide" if oxide else "element",
                "uncertainty": None,
                "surface": None,
            }
        )
    kinds = {
        "value_number": pl.Float64,
        "lod": pl.Float64,
        "uncertainty": pl.Float64,
        "censored": pl.String,
        "surface": pl.String,
    }
    return pl.DataFrame(rows, schema_overrides=kinds)
