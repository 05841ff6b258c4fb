"""Compare GeoPolRisk values with a reference: largest differences, and that nothing is missing or made up.

A value fits where it is within 1e-12 of the reference, absolutely, or relatively above 1. Where the reference has no
value (neither import nor production has a mass), there must be none.
"""

from __future__ import annotations

from pathlib import Path
from typing import Any, Final

import polars as pl

COLUMNS: Final = ("hhi", "import_risk", "score", "price_usd_per_kg", "cf_kg_cu_eq_per_kg")
TOLERANCE: Final = 1e-12


def score(predictions: Path, reference: Path) -> dict[str, Any]:
    """Rows, values and how many fit; per column the largest difference."""
    text = {"country": pl.String}
    own = pl.read_csv(predictions, schema_overrides=text)
    wanted = pl.read_csv(reference, schema_overrides=text)
    both = wanted.join(own, on=["country", "year"], how="left", suffix="_own")
    result: dict[str, Any] = {"rows": wanted.height, "rows_missing": both["vintage"].null_count()}
    values = fitting = 0
    for name in COLUMNS:
        found, other = both[name].cast(pl.Float64), both[f"{name}_own"].cast(pl.Float64)
        asked = found if name != "cf_kg_cu_eq_per_kg" else found.filter(both["computed_by"] == "package")
        other = other if name != "cf_kg_cu_eq_per_kg" else other.filter(both["computed_by"] == "package")
        apart = (asked - other).abs() / other.abs().clip(lower_bound=1.0)
        fits = (apart <= TOLERANCE).fill_null(value=False) | (asked.is_null() & other.is_null())
        values, fitting = values + len(asked), fitting + int(fits.sum())
        result[f"largest_difference_{name}"] = float(apart.max() or 0.0)  # type: ignore[arg-type]
    return result | {"values": values, "values_within_1e-12": fitting}
