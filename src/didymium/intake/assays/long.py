"""A long table of assays whose columns have other names than the canonical ones, or whose cells carry the unit."""

from __future__ import annotations

import polars as pl

from didymium.intake.assays.cells import RAW
from didymium.intake.assays.layout import asked_for
from didymium.intake.assays.names import label, named, sigma
from didymium.intake.mapping import Mapping
from didymium.intake.resolve import plain
from didymium.intake.source import ROW

_ALONG = ("remark", "date", "laboratory", "basis", "surface")
_NONE = pl.lit(None, dtype=pl.String)


def to_rows(frame: pl.DataFrame, mapping: Mapping) -> tuple[pl.DataFrame, list[str]]:
    """Rows in the RAW schema, one for each row of the table; an analyte nobody knows stays as written."""
    names = [name for name in frame.columns if name != ROW]
    columns: dict[str, str] = {}
    for name in names:
        columns.setdefault(label(name) or "", name)
    columns.pop("", None)

    def column(*kinds: str) -> pl.Expr:
        return pl.coalesce(*(pl.col(columns[k]) for k in kinds if k in columns), _NONE)

    met = {cell: named(cell) for cell in frame[columns["analyte"]].drop_nulls().unique()}
    what = pl.col(columns["analyte"])
    title = columns.get("uncertainty", columns.get("expanded", ""))
    sigmas = sigma(title) or (2.0 if "expanded" in columns and "uncertainty" not in columns else None)
    sample = [pl.col(columns[kind]) for kind in ("sample", "reading") if kind in columns]
    rows = frame.select(
        ROW, pl.lit(None, dtype=pl.Int64).alias("__key__"), pl.lit(columns["value"]).alias("__from__"),
        (pl.concat_str(sample, separator=" / ", ignore_nulls=True).replace("", None) if sample else _NONE).alias("sample_id"),
        pl.coalesce(
            what.replace_strict({c: n.analyte for c, n in met.items() if n}, default=None, return_dtype=pl.String), what
        ).alias("analyte"),
        column("value").alias("value"),
        pl.coalesce(
            what.replace_strict({c: n.unit for c, n in met.items() if n}, default=None, return_dtype=pl.String), column("unit")
        ).alias("unit"),
        column("uncertainty", "expanded").alias("uncertainty"), pl.lit(sigmas, dtype=pl.Float64).alias("__sigmas__"),
        pl.lit(value=False).alias("__relative__"), column("lod").alias("lod"), column("method").alias("method"),
        *_along(names, columns, mapping),
    )  # fmt: skip
    used = ", ".join(
        f"{name!r} is the {kind}" for kind, name in columns.items() if kind in {"analyte", "value", "unit"}
    )
    return rows, [f"Long table of assays: {used}."]


def _along(names: list[str], columns: dict[str, str], mapping: Mapping) -> list[pl.Expr]:
    """Columns that go along: known ones under the canonical name, others as they are."""
    asked, taken, found = asked_for(mapping), set(RAW), []
    used = {name for kind, name in columns.items() if kind not in _ALONG}
    known = {columns[kind]: kind for kind in _ALONG if kind in columns}
    for name in names:
        if name in used and plain(name) not in asked:
            continue
        new = known.get(name, name) if plain(name) not in asked else name
        if new not in taken:
            taken.add(new)
            found.append(pl.col(name).alias(new))
    if "sample" in columns and "sample" in asked - {plain(name) for name in taken}:
        found.append(pl.col(columns["sample"]).alias("sample"))
    return found
