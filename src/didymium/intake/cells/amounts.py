"""Assay values as written (`1.2`, `<0.05`, `trace`, `n.d.`): number, censoring, limit; units, basis and surfaces."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Final

import polars as pl

from didymium.intake.cells import numbers

#: Columns a row of assays must state. `declaration_id` may be missing: an instrument does not know it.
REQUIRED: Final = ("analyte", "value", "unit")

_MAX_SHARE: Final[Mapping[str, float]] = {"wt%": 200.0, "ppm": 2e6, "mg/kg": 2e6, "g/t": 2e6}
#: Lower-case cells that mean: looked for and not found.
BELOW: Final = (
    r"^(?:<\s*lod|<\s*dl|<\s*loq|<\s*mdl|bdl|bld|blq|lod|n\.?\s*d\.?|not detected|below detection(?: limit)?"
    r"|nicht nachweisbar|n\.?n\.?|未检出)$"
)
_OXIDE: Final = r"O\d*$|^TR[EM]?EO$|^[LH]REO$"
#: What is neither element nor oxide: it has no basis. Ignition can add mass, so its loss can be negative.
_NO_BASIS: Final = r"^(?:LOI|H2O[+-]?|TOTAL|LE)$"
_TRACE: Final = r"^(?:tr\.?|trace|traces|spuren|痕量)$"
#: Lower-case cells that mean: not looked for (not asked, too little sample, sample not received).
BLANK: Final = (
    r"^(?:-+|n\.?a\.?|n/a|n\.?r\.?|not measured|not analysed|not analyzed|not determined|not requested"
    r"|i\.?s\.?|ins\.?|n\.?s\.?s\.?|insufficient sample|lnr|未测)$"
)
_LESS: Final = r"^[<≤]\s*([\d.,'\s]+)$"
_MORE: Final = r"^[>≥]\s*([\d.,'\s]+)$"


def derive(frame: pl.DataFrame, decimal: numbers.Mark) -> tuple[pl.DataFrame, pl.Series, pl.Series]:
    """Fill value_number, censored, lod and basis from what is written. Of `>10000` lod is the upper limit of the method.

    Returns the frame, a mask of rows whose value is nothing known, and a mask of rows outside 0 to 200 % of the sample
    (metal reported as oxide, or a reading that is not normalised, can be well above 100 %; a loss on ignition can be
    negative).
    """
    written = frame["value"].str.strip_chars()
    folded = written.str.to_lowercase()
    less = written.str.extract(_LESS, 1)
    limit = numbers.read(less, decimal)
    most = numbers.read(written.str.extract(_MORE, 1), decimal)
    number = numbers.read(written, decimal)
    known = frame.select("lod", "unit", "basis", a="analyte").with_columns(
        number=number, limit=limit, top=most, f=folded
    )
    found = known.select(
        value_number="number",
        censored=pl.when(pl.col("number").is_not_null()).then(None)
        .when(pl.col("limit").is_not_null() | pl.col("f").str.contains(BELOW)).then(pl.lit("below_lod"))
        .when(pl.col("top").is_not_null()).then(pl.lit("above_range"))
        .when(pl.col("f").str.contains(_TRACE)).then(pl.lit("trace"))
        .when(pl.col("f").str.contains(BLANK)).then(pl.lit("not_measured")),
        lod=pl.coalesce("top", "lod", "limit"),
        size=pl.coalesce("number", "top"),
        basis=pl.coalesce(
            "basis",
            pl.when(pl.col("a").str.contains(_NO_BASIS)).then(None)
            .when(pl.col("a").str.contains(_OXIDE)).then(pl.lit("oxide")).otherwise(pl.lit("element")),
        ),
        most=pl.col("unit").replace_strict(dict(_MAX_SHARE), default=None, return_dtype=pl.Float64),
        least=pl.when(pl.col("a") == "LOI").then(-pl.lit(100.0)).otherwise(0.0),
    )  # fmt: skip
    unknown = (found["value_number"].is_null() & found["censored"].is_null() & written.is_not_null()).fill_null(
        value=False
    )
    over = ((found["size"] < found["least"]) | (found["size"] > found["most"])).fill_null(value=False)
    return frame.with_columns(found.select("value_number", "censored", "lod", "basis")), unknown, over
