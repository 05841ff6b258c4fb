"""Analytes in rows: a column for each sample (or for the one sample of a certificate), units and limits in columns."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Final

import polars as pl

from didymium.intake.assays.cells import RAW
from didymium.intake.assays.layout import Layout, asked_for
from didymium.intake.assays.names import Named, label, named, sigma, some, unit
from didymium.intake.mapping import Mapping as ColumnMapping
from didymium.intake.rejects import RejectLog
from didymium.intake.resolve import plain
from didymium.intake.source import ROW

#: Rows that describe the samples, by their canonical name or a word for it.
_OF_SAMPLE: Final = ("declaration_id", "item_no", "date", "surface", "laboratory", "remark", "unit", "method")
#: Columns that hold for an analyte in all samples.
_OF_ANALYTE: Final = (
    "unit",
    "lod",
    "upper",
    "method",
    "uncertainty",
    "expanded",
    "basis",
    "date",
    "laboratory",
    "remark",
)
_ALONG: Final = ("basis", "date", "laboratory", "remark")
_NONE: Final = pl.lit(None, dtype=pl.String)


@dataclass(frozen=True)
class Table:
    """The columns of a table with analytes in rows.

    what: column of the analytes. samples: columns of figures. errors: sample -> column of its uncertainties.
    columns: unit | lod | ... -> column. single: the figures are of one sample that has no name.
    """

    what: str
    samples: Sequence[str]
    errors: Mapping[str, str]
    columns: Mapping[str, str]
    single: bool


def to_rows(
    frame: pl.DataFrame, layout: Layout, mapping: ColumnMapping, refused: RejectLog
) -> tuple[pl.DataFrame, list[str]]:
    """Rows in the RAW schema, one for each analyte of each sample; rows that name no analyte are refused."""
    table = _table(frame, layout)
    cells = {cell: named(cell) for cell in frame[table.what].drop_nulls().unique()}
    attributes = _attributes(frame, table, cells)
    _refuse(frame, table, cells, attributes, refused)
    parts = [_one(frame, table, cells, attributes, place) for place in range(len(table.samples))]
    rows = pl.concat(parts).sort("__key__", ROW) if parts else pl.DataFrame(schema={ROW: pl.Int64(), **RAW})
    rows = rows if "sample" in asked_for(mapping) else rows.drop("sample", strict=False)
    analytes = rows["analyte"].unique(maintain_order=True).to_list()
    told = "one sample" if table.single else f"{len(table.samples)} samples in columns ({some(table.samples)})"
    said = [f"Assays with {len(analytes)} analytes in rows ({some(analytes)}), {told}."]
    return rows, said + ([f"Rows of the samples: {', '.join(attributes)}."] if attributes else [])


def _table(frame: pl.DataFrame, layout: Layout) -> Table:
    names = [name for name in frame.columns if name != ROW]
    right = names[layout.column + 1 :]  # on the left stand numbers of lines and the like
    meant = {name: label(name) for name in right}
    columns: dict[str, str] = {}
    for name, what in meant.items():
        if what in _OF_ANALYTE:
            columns.setdefault(what, name)
    errors = {base: name for name in right if (base := _base_of(name, names))}
    taken = {*columns.values(), *errors.values()}
    samples = [
        n for n in right if n not in taken and meant[n] not in _OF_ANALYTE and frame[n].null_count() < frame.height
    ]
    return Table(names[layout.column], samples, errors, columns, len(samples) == 1 and meant[samples[0]] == "value")


def _base_of(name: str, names: Sequence[str]) -> str | None:
    """The sample a column of uncertainties belongs to: `S-1 +/-`, `S-1 2s`, `S-1 error`."""
    for base in names:
        rest = name[len(base) :].strip(" _()") if name != base and name.startswith(base) else ""
        probe = named("Nd " + rest) if rest else None  # what may follow an analyte may follow a sample
        if probe and probe.part == "error":
            return base
    return None


def _attributes(frame: pl.DataFrame, table: Table, cells: Mapping[str, Named | None]) -> dict[str, dict[str, str]]:
    """declaration_id | date | unit | ... -> sample -> cell, from rows that describe the samples."""
    found: dict[str, dict[str, str]] = {}
    for row in frame.iter_rows(named=True):
        cell = row[table.what]
        if cell is None or cells[cell] is not None:
            continue
        meant = plain(cell) if plain(cell) in _OF_SAMPLE else label(cell)
        if meant in _OF_SAMPLE and meant not in found:
            found[meant] = {sample: row[sample] for sample in table.samples if row[sample]}
    return found


def _refuse(
    frame: pl.DataFrame,
    table: Table,
    cells: Mapping[str, Named | None],
    attributes: Mapping[str, object],
    log: RejectLog,
) -> None:
    """Rows with figures that belong to no analyte."""
    if not table.samples:
        return
    stated = frame.filter(pl.any_horizontal(pl.col(list(table.samples)).is_not_null()))
    for line, cell in stated.select(ROW, table.what).iter_rows():
        meant = None if cell is None else plain(cell) if plain(cell) in attributes else label(cell)
        if cell is None or (cells[cell] is None and meant not in attributes):
            log.say(
                line,
                table.what,
                cell,
                "the row has figures and names no analyte (an element, its oxide, TREO, LOI, TOTAL)",
            )
    log.settle()


def _one(
    frame: pl.DataFrame,
    table: Table,
    cells: Mapping[str, Named | None],
    attributes: Mapping[str, Mapping[str, str]],
    place: int,
) -> pl.DataFrame:
    """Rows of one sample; uncertainties stand in a column of the sample, of the table, or in rows (`Nd +/-`)."""
    sample, named_ = table.samples[place], {cell: name for cell, name in cells.items() if name}

    def said(part: str) -> pl.Expr:
        """What the cells of the analytes say, null where they do not."""
        dtype = pl.Float64() if part == "sigma" else pl.String()
        values = {cell: getattr(name, part) for cell, name in named_.items()}
        return pl.col(table.what).replace_strict(values, default=None, return_dtype=dtype)

    def column(kind: str) -> pl.Expr:
        return pl.col(table.columns[kind]) if kind in table.columns else _NONE

    def of_sample(kind: str) -> pl.Expr:
        return pl.lit(attributes.get(kind, {}).get(sample), dtype=pl.String)

    own = table.errors.get(sample)
    rows = frame.filter(said("part") == "value")
    label_ = pl.lit(None if table.single else sample, dtype=pl.String)
    along: dict[str, pl.Expr] = {
        k: pl.coalesce(column(k), of_sample(k)) for k in _ALONG if k in {*table.columns, *attributes}
    }
    along |= {k: of_sample(k) for k in ("declaration_id", "item_no", "surface") if k in attributes}
    rows = rows.select(
        ROW, pl.lit(place, dtype=pl.Int64).alias("__key__"), pl.lit(sample).alias("__from__"), label_.alias("sample_id"),
        said("analyte").alias("analyte"), pl.col(sample).alias("value"),
        pl.coalesce(said("unit"), column("unit"), of_sample("unit"), pl.lit(unit(sample), dtype=pl.String)).alias("unit"),
        pl.coalesce(pl.col(own) if own else _NONE, column("uncertainty"), column("expanded")).alias("uncertainty"),
        pl.lit(_sigmas(table, own), dtype=pl.Float64).alias("__sigmas__"), pl.lit(value=False).alias("__relative__"),
        column("lod").alias("lod"), pl.coalesce(said("method"), column("method"), of_sample("method")).alias("method"),
        *(expression.alias(name) for name, expression in along.items()), label_.alias("sample"),
    )  # fmt: skip
    errors = frame.filter(said("part") == "error")
    return _with_errors_below(
        rows, errors.select(said("analyte"), pl.col(sample).alias("cell"), said("sigma").alias("s"))
    )


def _with_errors_below(rows: pl.DataFrame, errors: pl.DataFrame) -> pl.DataFrame:
    """Uncertainties of rows of their own (first column the analyte, `cell`, `s` = sigmas) where a row has none."""
    what = errors.columns[0]
    first = errors.filter(pl.col(what).is_not_null()).unique(what, keep="first", maintain_order=True)
    for name, column, dtype in (("uncertainty", "cell", pl.String()), ("__sigmas__", "s", pl.Float64())):
        other = pl.col("analyte").replace_strict(first[what], first[column], default=None, return_dtype=dtype)
        rows = rows.with_columns(pl.coalesce(name, other).alias(name))
    return rows


def _sigmas(table: Table, own: str | None) -> float | None:
    """Standard errors in one uncertainty: by the name of its column; an expanded one has two where it says nothing."""
    stated = own or table.columns.get("uncertainty")
    expanded = table.columns.get("expanded")
    return sigma(stated) if stated else (sigma(expanded) or 2.0) if expanded else None
