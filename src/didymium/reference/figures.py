"""`why`: every row of the reference that states a figure, with its source, vintage and confidence."""

from __future__ import annotations

import re
from functools import cache
from typing import Final

import msgspec
import polars as pl

from didymium.reference.load import content_hash, table
from didymium.reference.registry import Column, TableSpec, names, spec

#: Words that carry no meaning in a question.
_EMPTY: Final = frozenset(
    ["a", "an", "the", "of", "in", "on", "for", "by", "to", "is", "was", "what", "why", "which", "from", "and", "per"]
)
#: Everyday words and the words of the tables they stand for.
_SYNONYMS: Final = {"price": "prices", "burma": "myanmar", "usa": "us", "american": "us", "chinese": "china",
                    "output": "production", "instability": "governance"}  # fmt: skip
#: Columns that place a row but are no figure.
_NOT_FIGURES: Final = frozenset({"lat", "lon", "year", "year_from", "year_to", "z", "specificity", "purity_pct"})
#: Columns that say where a row comes from, not what it is about.
_NOT_ABOUT: Final = frozenset({"source", "vintage", "confidence", "note", "primary_reference", "confidence_note"})
LIMIT: Final = 200


class Figure(msgspec.Struct, frozen=True):
    """One statement of one figure. value: a number, or text; unit "" = none; note None = nothing to add."""

    figure: str
    value: float | str
    unit: str
    source: str
    vintage: str
    confidence: str
    note: str | None


def why(figure: str) -> list[Figure]:
    """Rows that state a figure: free words (`china share of mining 2024`) or TABLE:KEY (`prices:dy_oxide 2024`). Words that
    begin with the name of a table (`prices Dy oxide 2024`) are sought in that table only.

    Every word must be found in the table's name or title, the column, or the row (its keys and names; country and
    element names are understood). At most 200 rows, in the order of the tables; [] where nothing states it.
    """
    head, colon, rest = figure.partition(":")
    chosen = [head.strip()] if colon and head.strip() in names() else names()
    first = figure.split()[:1]
    if not colon and first and first[0].lower() in names():
        chosen = [first[0].lower()]
    words = _words(rest if colon and chosen == [head.strip()] else figure)
    found: list[Figure] = []
    if not words and len(chosen) > 1:
        return found
    for name in chosen:
        known = spec(name)
        for column in known.columns:
            if column.dtype == "float" and column.name not in _NOT_FIGURES:
                found.extend(_statements(known, column, words))
    return found[:LIMIT]


def _words(text: str) -> list[str]:
    parts = [part for part in re.split(r"[\W_]+", text.lower()) if part and part not in _EMPTY]
    return [_SYNONYMS.get(part, part) for part in parts]


def _statements(known: TableSpec, column: Column, words: list[str]) -> list[Figure]:
    about = set(_words(f"{known.name} {known.title} {column.name} {column.doc} {column.unit}"))
    left = [word for word in words if word not in about]
    rows = _searchable(known.name, content_hash())
    for word in left:
        rows = rows.filter(pl.col("text_searched").str.contains(rf"(?:^| ){re.escape(word)}"))
    rows = rows.drop_nulls(column.name).head(LIMIT)
    own_unit = "unit" in rows.columns
    return [
        Figure(
            figure=_label(known, column, row),
            value=row[column.name],
            unit=str(row["unit"]) if own_unit and not column.unit else column.unit,
            source=row["source"],
            vintage=row["vintage"],
            confidence=row["confidence"],
            note=row.get("note"),
        )
        for row in rows.iter_rows(named=True)
    ]


def _label(known: TableSpec, column: Column, row: dict[str, object]) -> str:
    keys = [
        str(row[key]) for key in known.key if key not in ("vintage", "source", column.name) and row[key] is not None
    ]
    return f"{known.name}: {'; '.join(keys)}; {column.name}"


@cache
def _searchable(name: str, _hash: str) -> pl.DataFrame:
    """The table with a column text_searched: lower-case words of what each row is about, blanks between."""
    known, rows = spec(name), table(name)
    about = [
        pl.col(column.name).cast(pl.String).fill_null("")
        for column in known.columns
        if column.name not in _NOT_ABOUT and (column.dtype != "float")
    ]
    countries, elements, materials = _names("countries", "iso2"), _names("elements", "element"), _names("materials")
    spoken = {"country": countries, "exporter": countries, "importer": countries, "element": elements,
              "elements": elements, "material": materials}  # fmt: skip
    named = [
        pl.col(column).replace_strict(list(known_as), list(known_as.values()), default="", return_dtype=pl.String)
        for column, known_as in spoken.items()
        if column in rows.columns
    ]
    text = pl.concat_str([*about, *named], separator=" ").str.to_lowercase().str.replace_all(r"[\W_]+", " ")
    return rows.with_columns(text_searched=text)


def _names(name: str, key: str = "material") -> dict[str, str]:
    """id -> everyday name of the countries, elements or materials."""
    return {
        code: spoken.replace("Viet Nam", "Viet Nam Vietnam") for code, spoken in table(name).select(key, "name").rows()
    }
