"""The rules of an accepted declaration, the same for every format; whole batches at a time.

A column that is already in canonical form costs one cheap test; only columns that are not are rewritten. A row is
refused for its first fault (in the order of the canonical columns) and goes to the rejects with the cell as written.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Final

import numpy as np
import polars as pl

from didymium.intake import duplicates
from didymium.intake.cells import amounts as assays
from didymium.intake.cells import dates, numbers, words
from didymium.intake.faults import Faults
from didymium.intake.schema import REJECTS
from didymium.intake.source import ROW

MAX_KG: Final = 1e12
MAX_VALUE: Final = 1e15
MAX_M3: Final = 1e9
MAX_COUNT: Final = 1e12
MAX_ITEM: Final = 2**31 - 1

#: column -> (lowest allowed, is the lowest itself allowed, highest allowed, words for the range)
RANGES: Final[Mapping[str, tuple[float, bool, float, str]]] = {
    "item_no": (1, True, MAX_ITEM, "a whole number from 1"),
    "net_kg": (0, False, MAX_KG, "above 0 and at most 1e12 kg"),
    "gross_kg": (0, True, MAX_KG, "from 0 to 1e12 kg"),
    "packages": (0, True, MAX_COUNT, "from 0 to 1e12"),
    "volume_m3": (0, False, MAX_M3, "above 0 and at most 1e9 m3"),
    "value": (0, True, MAX_VALUE, "from 0 to 1e15"),
}
ASSAY_RANGES: Final[Mapping[str, tuple[float, bool, float, str]]] = {
    "item_no": RANGES["item_no"],
    "uncertainty": (0, True, 1e9, "from 0 to 1e9"),
    "lod": (0, True, 1e9, "from 0 to 1e9"),
}
_WHAT: Final = {"net_kg": "quantity not stated", "value": "value not stated", "hs_code": "code not stated"}
_MAX_CELL_BYTES: Final = 1 << 20


@dataclass(frozen=True)
class Rules:
    """What is known before the first batch: where each canonical column comes from and how it is to be read.

    schema: the canonical table.
    required: its columns that must be stated.
    columns: canonical -> columns of the file (several are joined).
    constants: canonical -> the same value for every row.
    factors: canonical -> multiplier to the canonical unit.
    values: canonical -> folded word in the file -> canonical word.
    forms: canonical -> decimal mark of text cells.
    order: order of day and month of text dates.
    ranges: numeric columns and their allowed range.
    text: True = cells as a person wrote them: blanks around them are taken off.
    assays: True = the table is assays, whose values are read as written.
    """

    schema: Mapping[str, pl.DataType]
    required: tuple[str, ...]
    columns: Mapping[str, tuple[str, ...]]
    name: str
    constants: Mapping[str, object] = field(default_factory=dict)
    factors: Mapping[str, float] = field(default_factory=dict)
    values: Mapping[str, Mapping[str, str]] = field(default_factory=dict)
    forms: Mapping[str, numbers.Mark] = field(default_factory=dict)
    order: dates.Order | None = "ymd"
    ranges: Mapping[str, tuple[float, bool, float, str]] = field(default_factory=lambda: RANGES)
    text: bool = True
    assays: bool = False


def check(batch: pl.DataFrame, rules: Rules, first: duplicates.FirstRows | None) -> tuple[pl.DataFrame, pl.DataFrame]:
    """Canonical rows and refused rows of one batch; accepted.height + rejects.height == batch.height."""
    rows = batch[ROW].cast(pl.Int64)
    faults = Faults(rows, rules.name)
    ready: list[pl.Series] = []
    for column, dtype in rules.schema.items():
        cells = cells_of(batch, column, rules.columns)
        if column == "source_row":
            series = rows
        elif cells is None:
            series = _constant(column, rules, batch.height)
        else:
            series = _read(cells, column, rules, faults)
            if column in rules.constants and series.null_count():
                series = series.fill_null(pl.Series([rules.constants[column]], dtype=dtype).first())
        if column in rules.required and series.null_count():
            blank = series.is_null() if cells is None else series.is_null() & _blank(cells)
            faults.add(column, blank, series, _WHAT.get(column, f"{column} not stated"))
        ready.append(series.alias(column).cast(dtype))
    frame = pl.DataFrame(ready)
    if rules.assays:
        frame, unknown, over = assays.derive(frame, rules.forms.get("value", "."))
        faults.add("value", unknown, frame["value"], "no value known: a number, <0.05, <LOD, trace, n.d. or n.a.")
        faults.add("value", over, frame["value"], "out of range; allowed is 0 to 200 % of the sample (2 000 000 ppm)")
    if len(set(frame.n_chunks("all"))) > 1:  # Polars 2.1 panics in concat_str and format over unlike chunks
        frame = frame.rechunk()
    accepted, rejects = faults.split(frame)
    if first is not None:
        accepted, repeats = _without_repeats(accepted, rules.name, first)
        rejects = pl.concat([rejects, repeats]) if repeats.height else rejects
    assert accepted.height + rejects.height == batch.height
    return accepted, rejects


def _blank(cells: pl.Series) -> pl.Series:
    return cells.is_null() if cells.dtype != pl.String else (cells.str.strip_chars() == "").fill_null(value=True)


def cells_of(batch: pl.DataFrame, column: str, columns: Mapping[str, tuple[str, ...]]) -> pl.Series | None:
    """The cells of a canonical column (several columns are joined by a line end); None = not in the file."""
    names = columns.get(column, ())
    if not names:
        return None
    if len(names) == 1:
        return batch[names[0]]
    return batch.select(
        pl.concat_str([pl.col(n).cast(pl.String) for n in names], separator="\n", ignore_nulls=True)
    ).to_series()


def _constant(column: str, rules: Rules, height: int) -> pl.Series:
    if column == "source_file":
        value: object = rules.name
    elif column in {"value_number", "censored"}:
        value = None
    else:
        value = rules.constants.get(column, {"item_no": 1, "aggregate": False}.get(column))
    return pl.Series([value], dtype=rules.schema[column]).new_from_index(0, height)


def _read(cells: pl.Series, column: str, rules: Rules, faults: Faults) -> pl.Series:
    """Cells of one column in canonical form; faults noted."""
    if isinstance(cells.dtype, (pl.Categorical, pl.Enum)):
        cells = cells.cast(pl.String)
    if rules.values.get(column):
        cells = _replaced(cells.cast(pl.String), rules.values[column])
    dtype = rules.schema[column]
    if dtype.is_numeric():
        return _number(cells, column, rules, faults)
    if dtype == pl.Date():
        return _date(cells, column, rules, faults)
    if dtype == pl.Boolean():
        return _flag(cells, column, faults)
    return _text(cells, column, rules, faults)


def _replaced(cells: pl.Series, table: Mapping[str, str]) -> pl.Series:
    met = cells.drop_nulls().unique()
    known = {cell: table[words.fold(cell)] for cell in met if words.fold(cell) in table}
    return cells.replace(list(known), list(known.values())) if known else cells


def _number(cells: pl.Series, column: str, rules: Rules, faults: Faults) -> pl.Series:
    if cells.dtype == pl.String:
        cells = _stripped(cells)
        number = numbers.read(cells, rules.forms.get(column, "."))
        mark = "point" if rules.forms.get(column, ".") == "." else "comma"
        if number.null_count() > cells.null_count():
            faults.add(
                column, number.is_null() & cells.is_not_null(), cells, f"not a number (decimal {mark} in this file)"
            )
    else:
        number = cells.cast(pl.Float64, strict=False)
    if column in rules.factors:
        number = number * rules.factors[column]
    low, low_allowed, high, allowed = rules.ranges[column]
    if number.is_nan().any():
        faults.add(column, number.is_nan().fill_null(value=False), cells, f"not a number; allowed is {allowed}")
    least, most = number.min(), number.max()
    if (
        isinstance(least, float)
        and isinstance(most, float)
        and (least < low or (least == low and not low_allowed) or most > high)
    ):
        wrong = (number < low if low_allowed else number <= low) | (number > high)
        faults.add(column, wrong.fill_null(value=False), cells, f"out of range; allowed is {allowed}")
    if column == "item_no":
        uneven = (number != number.floor()).fill_null(value=False)
        faults.add(column, uneven, cells, f"out of range; allowed is {allowed}")
        return number.fill_null(1).cast(pl.Int32, strict=False)
    return number


def _stripped(cells: pl.Series) -> pl.Series:
    """Text without blanks around it; empty text is null."""
    text = cells.str.strip_chars()
    return text.replace("", None) if text.str.len_bytes().min() == 0 else text


def _date(cells: pl.Series, column: str, rules: Rules, faults: Faults) -> pl.Series:
    if cells.dtype == pl.String:
        cells = _stripped(cells)
        day = dates.read(cells, rules.order)
        if day.null_count() > cells.null_count():
            faults.add(column, day.is_null() & cells.is_not_null(), cells, lambda cell: dates.fault(cell, rules.order))
    elif cells.dtype.is_integer() and cells.dtype.is_numeric():
        return _date(cells.cast(pl.String), column, rules, faults)
    else:
        day = cells.cast(pl.Date, strict=False)
    least, most = day.min(), day.max()
    if least is not None and (least < dates.FIRST or most > dates.LAST):  # type: ignore[operator]
        wrong = ((day < dates.FIRST) | (day > dates.LAST)).fill_null(value=False)
        faults.add(column, wrong, cells, f"out of range; allowed is {dates.FIRST} to {dates.LAST}")
    return day


def _flag(cells: pl.Series, column: str, faults: Faults) -> pl.Series:
    if cells.dtype == pl.Boolean:
        return cells.fill_null(value=False)
    text = cells.cast(pl.String).str.strip_chars().str.to_lowercase()
    wrong = ~text.is_in(["true", "false", "1", "0", ""]).fill_null(value=True)
    faults.add(column, wrong, cells, "allowed is true or false")
    return text.is_in(["true", "1"]).fill_null(value=False)


def as_text(cells: pl.Series) -> pl.Series:
    """Any cells as text; whole floats lose their `.0` (a code or a number that went through a spreadsheet)."""
    if cells.dtype == pl.String:
        return cells
    if cells.dtype.is_float() and bool((cells == cells.floor()).all()):
        return cells.cast(pl.Int64, strict=False).cast(pl.String)
    return cells.cast(pl.String, strict=False)


def _text(cells: pl.Series, column: str, rules: Rules, faults: Faults) -> pl.Series:
    text = as_text(cells)
    lengths = text.str.len_bytes()
    longest, shortest = lengths.max(), lengths.min()
    if isinstance(longest, int) and longest > _MAX_CELL_BYTES:
        too_long = (lengths > _MAX_CELL_BYTES).fill_null(value=False)
        faults.add(column, too_long, text, "longer than 1 MiB")
    if column in words.ALLOWED:
        return _word(text, column, faults)
    if rules.text or column == "declaration_id":
        ends = text.str.contains(r"^\s|\s$")
        text = text.str.strip_chars() if ends.any() else text
        shortest = text.str.len_bytes().min()
    return text.replace("", None) if shortest == 0 else text


def _word(text: pl.Series, column: str, faults: Faults) -> pl.Series:
    """A column with a fixed vocabulary: each distinct cell is looked up once."""
    met = text.drop_nulls().unique()
    known = words.of(column, met.to_list())
    changed = {cell: to for cell, to in known.items() if cell != to}
    if not changed:
        return text
    empty = {cell for cell, to in changed.items() if to is None and not cell.strip()}
    for cell in empty | {cell for cell, to in changed.items() if to == ""}:
        changed[cell] = None
    unknown = [cell for cell, to in changed.items() if to is None and cell.strip()]
    if unknown:
        faults.add(column, text.is_in(unknown).fill_null(value=False), text, f"{words.ALLOWED[column]}")
    return text.replace(list(changed), list(changed.values()))


def _without_repeats(frame: pl.DataFrame, name: str, first: duplicates.FirstRows) -> tuple[pl.DataFrame, pl.DataFrame]:
    none = pl.DataFrame(schema=REJECTS)
    if first.nothing:
        return frame, none
    rows = np.asarray(frame["source_row"].to_numpy())
    earlier = first.earlier(duplicates.key_hash(frame["declaration_id"], frame["item_no"]), rows)
    if earlier is None or not (earlier >= 0).any():
        return frame, none
    mask = pl.Series(earlier >= 0)
    refused = frame.with_columns(pl.Series("__first__", earlier)).filter(mask).rechunk()
    said = pl.format("declaration {} item {} stands in row {} already", "declaration_id", "item_no", "__first__")
    rejects = refused.select(
        source_file=pl.lit(name),
        source_row="source_row",
        column=pl.lit("declaration_id"),
        value="declaration_id",
        reason=said,
    ).select(pl.col(c).cast(t) for c, t in REJECTS.items())
    return frame.filter(~mask), rejects


def constant(column: str, value: object, rules: Rules) -> object:
    """A value the user gives for a whole column, read by the same rules. Raises ValueError with the reason."""
    faults = Faults(pl.Series([0], dtype=pl.Int64), rules.name)
    read = _read(pl.Series([str(value)]), column, rules, faults)
    refused = faults.split(pl.DataFrame({"x": [0]}))[1]
    if refused.height:
        raise ValueError(refused["reason"][0])
    return read[0]
