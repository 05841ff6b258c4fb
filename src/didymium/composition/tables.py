"""Many declared compositions at once: distinct texts are read once and laid out as three long tables."""

from __future__ import annotations

from typing import Any, Final, NamedTuple

import polars as pl

from didymium.composition.declared import read
from didymium.composition.model import Declared

_CHUNK: Final = 10_000

#: One row per distinct text. grade, error, message null = none; readings 0 where error is set; warnings joined by `; `.
TEXTS: Final[dict[str, pl.DataType]] = {
    "text": pl.String(), "kind": pl.String(), "error": pl.String(), "grade": pl.String(), "readings": pl.UInt32(),
    "message": pl.String(), "warnings": pl.String(),
}  # fmt: skip
#: One row per component of a reading (readings are numbered from 0). low, high: in `unit` of `of`, null = not stated.
COMPONENTS: Final[dict[str, pl.DataType]] = {
    "text": pl.String(), "reading": pl.UInt32(), "component": pl.String(), "low": pl.Float64(), "high": pl.Float64(),
    "unit": pl.String(), "basis": pl.String(), "of": pl.String(), "meaning": pl.String(), "half_unit": pl.Float64(),
}  # fmt: skip
#: One row per element that a reading determines. low_pct, high_pct: wt% of the whole; high null = no upper figure.
FRACTIONS: Final[dict[str, pl.DataType]] = {
    "text": pl.String(), "reading": pl.UInt32(), "element": pl.String(), "low_pct": pl.Float64(), "high_pct": pl.Float64(),
}  # fmt: skip


class Tables(NamedTuple):
    """texts, components, fractions: see TEXTS, COMPONENTS, FRACTIONS; joined by `text` (and `reading`)."""

    texts: pl.DataFrame
    components: pl.DataFrame
    fractions: pl.DataFrame


def read_many(texts: pl.Series) -> Tables:
    """Read a column of declared compositions. Nulls are left out; equal texts are read once, in the order first met."""
    distinct = texts.drop_nulls().cast(pl.String).unique(maintain_order=True)
    parts = [_chunk(distinct.slice(at, _CHUNK)) for at in range(0, len(distinct), _CHUNK)]
    if not parts:
        return Tables(pl.DataFrame(schema=TEXTS), pl.DataFrame(schema=COMPONENTS), pl.DataFrame(schema=FRACTIONS))
    return Tables(*(pl.concat(frames) for frames in zip(*parts, strict=True)))


def _chunk(texts: pl.Series) -> Tables:
    heads: list[tuple[Any, ...]] = []
    components: list[tuple[Any, ...]] = []
    fractions: list[tuple[Any, ...]] = []
    for text in texts:
        declared = read(text)
        heads.append(_head(declared))
        for number, reading in enumerate(declared.readings):
            components.extend(
                (text, number, c.component, c.low, c.high, c.unit, c.basis, c.of, c.meaning, c.half_unit)
                for c in reading.components
            )
            fractions.extend((text, number, element, low, high) for element, (low, high) in reading.fractions.items())
    return Tables(
        _frame(heads, TEXTS),
        _frame(components, COMPONENTS),
        _frame(fractions, FRACTIONS),
    )


def _frame(rows: list[tuple[Any, ...]], schema: dict[str, pl.DataType]) -> pl.DataFrame:
    """A frame made column by column, which is faster than row by row."""
    columns = zip(*rows, strict=True) if rows else ((),) * len(schema)
    return pl.DataFrame(
        [pl.Series(name, list(column), dtype) for (name, dtype), column in zip(schema.items(), columns, strict=True)]
    )


def _head(d: Declared) -> tuple[Any, ...]:
    return (d.text, d.kind, d.error, d.grade, len(d.readings), d.message or None, "; ".join(d.warnings) or None)
