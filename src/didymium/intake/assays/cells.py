"""From cells of an assay table to rows of the canonical one: unit and uncertainty written into a cell, sigmas, repeats.

Blank, `0`, `<LOD`, `trace` and `n.d.` stay different: a blank was not asked for and gets no row, all others keep their
cell in `value` and are told apart in `intake/cells/amounts.py`.
"""

from __future__ import annotations

import re
from typing import Final

import polars as pl

from didymium import reference
from didymium.errors import MappingError
from didymium.intake.assays.names import SYMBOLS, element, some, unit, vocabulary
from didymium.intake.cells import numbers
from didymium.intake.cells.amounts import BELOW, BLANK
from didymium.intake.rejects import RejectLog
from didymium.intake.source import ROW, Job, Source

#: Columns of the rows a layout hands over, beside ROW and the columns of the file that go along untouched.
#: key: samples of one file are told apart by it (null: never repeated). from: name of the column or row of the file.
#: sigmas: standard errors in one `uncertainty` (null = not said). relative: `uncertainty` is in % of the value.
RAW: Final = {
    "__key__": pl.Int64(), "__from__": pl.String(), "sample_id": pl.String(), "analyte": pl.String(),
    "value": pl.String(), "unit": pl.String(), "uncertainty": pl.String(), "__sigmas__": pl.Float64(),
    "__relative__": pl.Boolean(), "lod": pl.String(), "method": pl.String(),
}  # fmt: skip
_NUMBER: Final = r"[-+]?[\d.,'\s\u00a0]*\d[.,]?(?:[eE][-+]?\d+)?"


def finish(raw: pl.DataFrame, source: Source, job: Job, said: list[str]) -> Source:
    """Canonical assays of a file, as written; refused rows and sentences added. Raises MappingError without any unit."""
    rows = raw.with_columns(pl.col("value", "unit", "uncertainty", "lod", "sample_id", "method").str.strip_chars())
    blank = rows["value"].is_null() | (rows["value"] == "")
    rows = _cut(rows.filter(~blank))
    _demand_unit(rows, job)
    decimal, sentences = _decimal(rows, job, source.delimiter)
    rows = _errors(rows, decimal)
    refused = RejectLog(job.work, job.name, source.refused)
    rows = _once(rows, refused)
    said = [*source.detected, *said, *sentences, *_told(rows, int(blank.sum()))]
    if not {"declaration_id"} & {*rows.columns, *job.mapping.columns, *job.mapping.constants}:
        said.append(
            "The file does not say which declaration a sample belongs to: "
            'give [columns] declaration_id = "sample" (or another column), or a constant, in a mapping.'
        )
    kept = rows.drop(c for c in rows.columns if c.startswith("__") and c != ROW)
    form = "point" if decimal == "." else "comma"
    return Source(
        kept.lazy(), kept.height, said, refused=refused, constants=source.constants, random_access=True,
        settled={"value": form, "lod": form, "uncertainty": "point"},
    )  # fmt: skip


def _cut(rows: pl.DataFrame) -> pl.DataFrame:
    """Units and uncertainties out of the cells: `1.2 %` -> 1.2 and %, `31 ± 2 ppm` -> 31, 2 and ppm, `<0.01%`."""
    written = sorted(vocabulary("unit"), key=len, reverse=True)
    units = "|".join(re.escape(word) for word in written)
    shape = rf"(?i)^([<≤>]?\s*{_NUMBER}|<\s*(?:lod|dl|loq)|n\.?d\.?)?\s*(?:(?:±|\+/-|\+-)\s*({_NUMBER}))?\s*({units})?$"
    value = pl.col("value").str.extract(shape, 1)
    inside = pl.col("value").str.extract(shape, 2)
    unit_ = pl.col("value").str.extract(shape, 3)
    fits = value.is_not_null() & (inside.is_not_null() | unit_.is_not_null())
    rows = rows.with_columns(
        pl.when(fits).then(value.str.strip_chars()).otherwise("value").alias("value"),
        pl.when(fits).then(pl.coalesce(unit_, "unit")).otherwise("unit").alias("unit"),
        pl.when(fits & inside.is_not_null()).then(inside).otherwise("uncertainty").alias("uncertainty"),
        pl.when(~(fits & inside.is_not_null())).then("__sigmas__").alias("__sigmas__"),
        pl.when(~(fits & inside.is_not_null())).then("__relative__").alias("__relative__"),
        pl.col("lod").str.extract(rf"({_NUMBER})", 1).str.strip_chars(),
    )
    met = [cell for cell in rows["unit"].drop_nulls().unique() if unit(cell)]
    known = {cell: unit(cell) or cell for cell in met}
    return rows.with_columns(pl.col("unit").replace(list(known), list(known.values())) if known else "unit")


def _demand_unit(rows: pl.DataFrame, job: Job) -> None:
    if rows.height and rows["unit"].null_count() == rows.height and "unit" not in job.mapping.constants:
        raise MappingError(
            "no unit is stated in the head of the table, in a column or in the cells.", file=job.name, column="unit",
            fix='Say [constants] unit = "wt%" (or ppm, mg/kg, g/t) in a mapping.',
        )  # fmt: skip


def _decimal(rows: pl.DataFrame, job: Job, delimiter: str | None) -> tuple[numbers.Mark, list[str]]:
    """Decimal mark of all figures of the table together: one instrument or laboratory wrote them."""
    votes = numbers.Votes()
    for column in ("value", "uncertainty", "lod"):
        votes.count(rows[column].str.strip_chars("<≤> "))
    forms, said = numbers.decide({"value": votes}, job.mapping.numbers.decimal, delimiter)
    return forms["value"].decimal, said


def _errors(rows: pl.DataFrame, decimal: numbers.Mark) -> pl.DataFrame:
    """`uncertainty` as one standard error in the unit of the value; of a value that is none there is none. What cannot be
    read stays as written, and validation refuses it."""
    value = numbers.read(rows["value"], decimal)
    error = numbers.read(rows["uncertainty"], decimal)
    nothing = rows["uncertainty"].str.to_lowercase().str.contains(f"{BELOW}|{BLANK}|^$|^nan$")
    frame = rows.with_columns(value.alias("__number__"), error.alias("__error__"), nothing.alias("__nothing__"))
    share = pl.when(pl.col("__relative__").fill_null(value=False)).then(pl.col("__number__").abs() / 100).otherwise(1.0)
    one = pl.col("__error__") * share / pl.col("__sigmas__").fill_null(1.0)
    stated = pl.when(~pl.col("__nothing__") & pl.col("__number__").is_not_null())
    text = pl.coalesce(one.cast(pl.String), pl.when(pl.col("__error__").is_null()).then("uncertainty"))
    limit = pl.when(~pl.col("value").str.contains(r"^[<≤>≥]\s*[\d.,]")).then(
        "lod"
    )  # the cell's own limit is the better one
    return frame.with_columns(stated.then(text).alias("uncertainty"), limit.alias("lod"))


def _once(rows: pl.DataFrame, refused: RejectLog) -> pl.DataFrame:
    """One row for each analyte of a sample: a number before a limit, then the first of the file. A rare earth written as
    element and as oxide is the same figure twice. What is put aside is refused, with the place that was taken."""
    rare = reference.table("elements").select("element", "oxide")
    same = dict(zip(rare["oxide"], rare["element"], strict=True))
    order = rows.with_row_index("__order__").with_columns(
        pl.col("analyte").replace(same).alias("__what__"), pl.col("__number__").is_null().alias("__no_number__")
    )
    ranked = order.sort("__key__", "__what__", "__no_number__", "__order__").with_columns(
        pl.int_range(pl.len()).over("__key__", "__what__").alias("__rank__"),
        pl.col("__from__").first().over("__key__", "__what__").alias("__taken__"),
    )
    again = (pl.col("__rank__") > 0) & pl.col("__key__").is_not_null()
    out = ranked.filter(again).sort("__order__")
    for line, column, value, taken, analyte in out.select(ROW, "__from__", "value", "__taken__", "analyte").iter_rows():
        refused.say(line, column, value, f"{analyte} of this sample is taken from {taken!r}: one figure each, not two")
    refused.settle()
    return (
        ranked.filter(~again).sort("__order__").drop("__order__", "__what__", "__no_number__", "__rank__", "__taken__")
    )


def _told(rows: pl.DataFrame, blank: int) -> list[str]:
    """Sentences: blanks, missing units, uncertainties whose number of sigmas nobody said, units that will be refused."""
    said = []
    if blank:
        said.append(f"{blank} blank cells: not measured, they give no row (a zero or <LOD does).")
    none = rows.filter(pl.col("unit").is_null())["analyte"].drop_nulls().unique(maintain_order=True).to_list()
    if none:
        said.append(
            f'No unit is stated for {some(none)}: say [constants] unit = "..." in a mapping, or they are refused.'
        )
    unsaid = rows.filter(pl.col("uncertainty").is_not_null() & pl.col("__sigmas__").is_null() & ~_relative())
    if unsaid.height:
        said.append("The file does not say how many sigmas its uncertainties are: they are taken as one.")
    counts = rows.filter(pl.col("uncertainty").is_not_null())["__sigmas__"].drop_nulls().unique().sort()
    said += [f"Uncertainties of {n:g} sigma are divided by {n:g}." for n in counts if n != 1]
    usual = {*SYMBOLS, *vocabulary("analyte").values()}
    strange = [a for a in rows["analyte"].drop_nulls().unique(maintain_order=True) if element(a) not in usual]
    return said + ([f"Analytes taken as written: {some(strange)}."] if strange else [])


def _relative() -> pl.Expr:
    return pl.col("__relative__").fill_null(value=False)
