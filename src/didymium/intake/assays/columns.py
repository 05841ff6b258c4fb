"""Analytes in columns, one row a sample: laboratory tables with rows of units, limits and methods beside the header, and
exports of handheld XRF instruments (`Nd`, `Nd Error`, ...).
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import Final

import polars as pl

from didymium.intake.assays import names as assay_names
from didymium.intake.assays.cells import RAW
from didymium.intake.assays.grid import GridRow
from didymium.intake.assays.layout import Layout, asked_for, values
from didymium.intake.assays.names import Named, label, named, some
from didymium.intake.cells import numbers
from didymium.intake.mapping import Mapping as ColumnMapping
from didymium.intake.resolve import plain
from didymium.intake.source import ROW

_NONE: Final = pl.lit(None, dtype=pl.String)
_HEAD_ROWS: Final = 8  # rows of units, limits, methods looked for on each side of the header
_BESIDE: Final = ("unit", "lod", "upper", "method", "uncertainty", "expanded")
_ALONG: Final = ("remark", "date", "laboratory", "basis", "surface")
_ROWWISE: Final = ("unit", "sigma", "method")


@dataclass
class Head:
    """What the rows around a header say. columns: place -> what it holds (values, errors, limits of analytes).

    beside: unit | lod | method | uncertainty -> place -> cell. lines: lines of the file that belong to the head.
    others: place -> name of a column that holds no analyte.
    """

    columns: Mapping[int, Named]
    others: dict[int, str]
    beside: dict[str, dict[int, str]] = field(default_factory=dict)
    lines: list[int] = field(default_factory=list)


def read_head(layout: Layout) -> Head:
    """The header row with the rows beside it that describe its columns."""
    cells = layout.head.cells
    columns = _named(cells)
    head = Head(columns, {place: cell for place, cell in enumerate(cells) if place not in columns})
    shown = list(values(cells))
    for row in layout.below[:_HEAD_ROWS]:
        if not _take(head, row, shown, below=True):
            break
        head.lines.append(row.line)
    for distance, row in enumerate(reversed(layout.above[-_HEAD_ROWS:])):
        if not _take(head, row, shown, below=False, near=distance == 0):
            break
    return head


def _named(cells: Sequence[str]) -> dict[int, Named]:
    """Columns of analytes; where each is followed by a column that says `2s`, `±` or `unit` alone, that one belongs to it."""
    columns = {place: name for place, cell in enumerate(cells) if cell and (name := named(cell))}
    figures = [place for place, name in columns.items() if name.part == "value"]
    after = {
        p + 1: named(f"{columns[p].analyte} {cells[p + 1]}") for p in figures if p + 1 < len(cells) and cells[p + 1]
    }
    bare = {p: name for p, name in after.items() if p not in columns and name is not None and name.part != "value"}
    return {**columns, **bare} if len(bare) == len(figures) else columns


def _take(head: Head, row: GridRow, shown: Sequence[int], *, below: bool, near: bool = False) -> bool:
    """Whether a row belongs to the head; what it says is noted."""
    meant = next((m for p in head.others if (m := label(_cell(row, p))) in _BESIDE), None)
    at = {place: cell for place in shown if (cell := _cell(row, place))}
    if meant is None and at and len(at) * 2 >= len(shown) and all(assay_names.unit(c) for c in at.values()):
        meant = "unit"
    if meant is None and near and at and not _cell(row, min(head.others, default=0)) and _codes(at):
        meant = "method"
    if meant is not None and (at or below):
        head.beside.setdefault(meant, {place: c for place in head.columns if (c := _cell(row, place))})
        return True
    if below and not at and any(label(_cell(row, p)) == "sample" for p in head.others):
        head.others |= {place: cell for place in head.others if (cell := _cell(row, place))}
        return True
    return False


def _cell(row: GridRow, place: int) -> str:
    return row.cells[place] if place < len(row.cells) else ""


def _codes(at: Mapping[int, str]) -> bool:
    """Cells that can be codes of methods: no figures, and letters in each."""
    return all(any(c.isalpha() for c in cell) and not cell[0].isdigit() and not named(cell) for cell in at.values())


def to_rows(
    frame: pl.DataFrame, layout: Layout, mapping: ColumnMapping
) -> tuple[pl.DataFrame, dict[str, object], list[str]]:
    """Rows in the RAW schema (and the columns that go along), constants of the table, and sentences."""
    head = read_head(layout)
    names = [name for name in frame.columns if name != ROW]
    head.others = {place: title for place, title in head.others.items() if place < len(names)}
    sample = _sample(head)
    named_by = [names[place] for place in sample]
    data = frame.filter(~pl.col(ROW).is_in(head.lines)).rename({name: _at(place) for place, name in enumerate(names)})
    beside, along = _of_row(data, head, sample), _along(head, names, sample, mapping)
    data = data.select(pl.all(), *beside, *(expression.alias(f"+{name}") for name, expression in along.items()))
    shown = [(place, name) for place, name in head.columns.items() if name.part == "value" and place < len(names)]
    parts = [_one(data, head, names, place, list(along)) for place, _ in shown]
    rows, repeats = _numbered(pl.concat(parts).sort(ROW, maintain_order=True))
    analytes = list(dict.fromkeys(name.analyte for _, name in shown))
    said = [f"Assays with {len(analytes)} analytes in columns ({some(analytes)}), one row a sample."]
    said += [
        f"Samples are told apart by {some(named_by)}." if sample else "No column names the samples: rows are counted."
    ]
    said += [f"Rows beside the header give: {', '.join(sorted(head.beside))}."] if head.beside else []
    xrf = [title for title in head.others.values() if title.casefold() in assay_names.vocabulary("xrf")]
    if len(xrf) >= 2:
        said.append(f"Export of a handheld XRF instrument (it has the columns {', '.join(xrf[:3])}).")
    return rows, {"method": "pXRF"} if len(xrf) >= 2 else {}, said + repeats


def _sample(head: Head) -> list[int]:
    """Places that name the sample: its label and the number of the reading, else the first column without analytes."""
    meant = {place: label(title) for place, title in head.others.items()}
    first = {kind: next((p for p, m in meant.items() if m == kind), None) for kind in ("sample", "reading", "index")}
    both = [place for kind in ("sample", "reading") if (place := first[kind]) is not None]
    return both or ([first["index"]] if first["index"] is not None else list(head.others)[:1])


def _at(place: int) -> str:
    """Name of a column of the file while rows are made: it cannot be taken for a canonical one."""
    return f"@{place}"


def _of_row(data: pl.DataFrame, head: Head, sample: Sequence[int]) -> list[pl.Expr]:
    """What holds for all analytes of a row: its sample, unit, method and the sigmas of its uncertainties."""
    found = {m: _at(place) for place, title in reversed(head.others.items()) if (m := label(title)) in _ROWWISE}
    cells = {kind: pl.col(found[kind]) if kind in found else _NONE for kind in _ROWWISE}
    label_ = pl.concat_str([_at(place) for place in sample], separator=" / ", ignore_nulls=True) if sample else _NONE
    sigmas = numbers.read(data[found["sigma"]], ".") if "sigma" in found else pl.Series([None], dtype=pl.Float64)
    sigmas = sigmas if len(sigmas) == data.height else sigmas.new_from_index(0, data.height)
    return [
        pl.when(label_ != "").then(label_).otherwise(pl.format("row {}", ROW)).alias("__sample__"),
        cells["unit"].alias("__unit__"), cells["method"].alias("__method__"),
        pl.lit(sigmas.set(~sigmas.is_between(0.5, 5), None)).alias("__sigma__"),
    ]  # fmt: skip


def _along(head: Head, names: Sequence[str], sample: Sequence[int], mapping: ColumnMapping) -> dict[str, pl.Expr]:
    """Columns that go along: those a mapping asks for under their own name, known ones under the canonical name, others as
    they are; `sample` is the label alone."""
    asked, found = asked_for(mapping), dict[str, pl.Expr]()
    for place, title in head.others.items():
        name, meant = names[place], label(title)
        if plain(name) not in asked and (place in sample or meant in {*_ROWWISE, "analyte", "value"}):
            continue
        new = meant if meant in _ALONG and meant not in found and plain(name) not in asked else name
        if new not in RAW:
            found.setdefault(new, pl.col(_at(place)))
    if sample and "sample" in asked - {plain(name) for name in found}:
        found["sample"] = pl.col(_at(sample[0]))
    return found


def _one(data: pl.DataFrame, head: Head, names: Sequence[str], place: int, along: Sequence[str]) -> pl.DataFrame:
    """Rows of one analyte."""
    name = head.columns[place]
    parts = _parts(head.columns, place, len(names))
    error = parts.get("error", parts.get("rsd"))

    def cell(part: str) -> pl.Expr:
        return pl.col(_at(parts[part])) if part in parts else _NONE

    def row_beside(kind: str) -> pl.Expr:
        return pl.lit(head.beside.get(kind, {}).get(place), dtype=pl.String)

    whole = row_beside("uncertainty"), row_beside("expanded")
    sigmas = pl.lit(head.columns[error].sigma if error is not None else None, dtype=pl.Float64)
    expanded = pl.when(whole[0].is_null() & whole[1].is_not_null() & pl.lit(error is None)).then(2.0)
    return data.select(
        ROW, pl.col(ROW).alias("__key__"), pl.lit(names[place]).alias("__from__"), pl.col("__sample__").alias("sample_id"),
        pl.lit(name.analyte).alias("analyte"), pl.col(_at(place)).alias("value"),
        pl.coalesce(pl.lit(name.unit, dtype=pl.String), cell("unit"), row_beside("unit"), "__unit__").alias("unit"),
        pl.coalesce(cell("error"), cell("rsd"), *whole).alias("uncertainty"),
        pl.coalesce(sigmas, expanded, "__sigma__").alias("__sigmas__"),
        pl.lit(error is not None and head.columns[error].part == "rsd").alias("__relative__"),
        pl.coalesce(cell("lod"), row_beside("lod")).alias("lod"),
        pl.coalesce(pl.lit(name.method, dtype=pl.String), cell("method"), row_beside("method"), "__method__").alias("method"),
        *(pl.col(f"+{name}").alias(name) for name in along),
    )  # fmt: skip


def _parts(columns: Mapping[int, Named], place: int, width: int) -> dict[str, int]:
    """Part -> place of the columns that belong to the value at `place`: those of its analyte before the next value of it."""
    mine = {p: n.part for p, n in columns.items() if n.analyte == columns[place].analyte and p < width}
    later = [p for p, part in mine.items() if part == "value" and p > place]
    only = sum(part == "value" for part in mine.values()) == 1
    near = {p: part for p, part in mine.items() if only or place < p < (later[0] if later else width)}
    return {part: p for p, part in reversed(near.items()) if part != "value"}


def _numbered(rows: pl.DataFrame) -> tuple[pl.DataFrame, list[str]]:
    """Samples measured more than once get a number each: two readings of a sample must not be added up as one."""
    stated = rows.filter(pl.col("value").is_not_null() & (pl.col("value") != ""))
    times = stated.group_by("sample_id", "analyte").agg(pl.col(ROW).n_unique().alias("n"))
    again = times.filter(pl.col("n") > 1)["sample_id"].unique().sort()
    if not len(again):
        return rows, []
    number = pl.format("{} #{}", "sample_id", pl.col(ROW).rank("dense").over("sample_id"))
    numbered = pl.when(pl.col("sample_id").is_in(again.to_list())).then(number).otherwise("sample_id")
    said = f"Measured more than once, and numbered: {some(again.to_list())}."
    return rows.with_columns(numbered.alias("sample_id")), [said]
