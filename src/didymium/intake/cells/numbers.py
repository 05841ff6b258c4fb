"""How numbers are written in a file (`1,234.56`, `1.234,56`, `1 234,56`, `1'234.56`): evidence, decision, reading."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Final, Literal

import polars as pl

Mark = Literal[".", ","]

_ENOUGH: Final = 1_000  # votes for the point after which a column without any comma needs no more counting
_BLANKS: Final = r"[\s\u00a0\u2007\u2009\u202f'’`´_]"
_DIGITS: Final = {
    chr(start + d): str(d) for start in (0xFF10, 0x0660, 0x06F0, 0x0966, 0x0E50, 0x1040, 0x09E6) for d in range(10)
} | {"．": ".", "，": ",", "－": "-", "−": "-", "٫": ".", "٬": ","}
_POINT_VOTE: Final = r"^[+-]?(?:\d{4,}|0\d*)?\.\d+$|^[+-]?\d{1,3}\.(?:\d{1,2}|\d{4,})$|,\d{3}.*\.\d*$|,\d{3},\d{3}"
_COMMA_VOTE: Final = r"^[+-]?(?:\d{4,}|0\d*)?,\d+$|^[+-]?\d{1,3},(?:\d{1,2}|\d{4,})$|\.\d{3}.*,\d*$|\.\d{3}\.\d{3}"
_POINT_OPEN: Final = r"^[+-]?[1-9]\d{0,2}\.\d{3}$"
_COMMA_OPEN: Final = r"^[+-]?[1-9]\d{0,2},\d{3}$"


@dataclass
class Votes:
    """What the cells of a column say: cells only a decimal point (or comma) explains, and cells that leave it open."""

    point: int = 0
    comma: int = 0
    point_open: int = 0
    comma_open: int = 0
    grouped: int = 0
    example: str | None = None

    def count(self, cells: pl.Series) -> None:
        """Add the cells of one batch (text)."""
        cells = cells.drop_nulls()
        has_comma = bool(cells.str.contains(",", literal=True).any())
        if not has_comma and self.point >= _ENOUGH:
            return
        plain = cells.str.strip_chars()
        grouped = plain.str.contains(r"\d" + _BLANKS + r"\d{3}")
        if grouped.any():
            self.grouped += int(grouped.sum())
            plain = plain.str.replace_all(_BLANKS, "")
        self.point += int(plain.str.contains(_POINT_VOTE).sum())
        is_open = plain.str.contains(_POINT_OPEN)
        self.point_open += int(is_open.sum())
        if has_comma or plain.str.contains(r"\.\d{3}\.\d{3}").any():
            self.comma += int(plain.str.contains(_COMMA_VOTE).sum())
            comma_open = plain.str.contains(_COMMA_OPEN)
            self.comma_open += int(comma_open.sum())
            is_open = is_open | comma_open
        if self.example is None and is_open.any():
            self.example = str(plain.filter(is_open)[0])


@dataclass(frozen=True)
class NumberForm:
    """Decimal mark of one column, and how it was settled: `evidence`, `file`, `assumed`, `mapping` or `format`."""

    decimal: Mark
    how: str


def decide(
    votes: dict[str, Votes], wanted: Mark | None, delimiter: str | None
) -> tuple[dict[str, NumberForm], list[str]]:
    """Number form per column and the sentences that report it.

    A column decides for itself where a cell allows one reading only; else the other columns of the file decide; else
    the decimal mark is assumed to be the point (the comma where the delimiter is `;` and a comma was met), and said.
    """
    if wanted:
        forms = {c: NumberForm(wanted, "mapping") for c in votes}
        return forms, [f"Decimal {_word(wanted)} in every column, as the mapping says."]
    points, commas = sum(v.point > v.comma for v in votes.values()), sum(v.comma > v.point for v in votes.values())
    file_mark: Mark | None = "." if points > commas else "," if commas > points else None
    forms = {column: _one(v, file_mark, delimiter) for column, v in votes.items()}
    return forms, _sentences(votes, forms)


def _one(v: Votes, file_mark: Mark | None, delimiter: str | None) -> NumberForm:
    if v.point or v.comma:
        return NumberForm("," if v.comma > v.point else ".", "evidence")
    if file_mark:
        return NumberForm(file_mark, "file")
    if v.comma_open and not v.point_open and delimiter == ";":
        return NumberForm(",", "assumed")
    return NumberForm(".", "assumed")


def _word(mark: str) -> str:
    return "point" if mark == "." else "comma"


def _sentences(votes: dict[str, Votes], forms: dict[str, NumberForm]) -> list[str]:
    said = []
    for mark in (".", ","):
        sure = [c for c, f in forms.items() if f.decimal == mark and f.how == "evidence"]
        if sure:
            said.append(f"Decimal {_word(mark)} in {', '.join(sure)} (by the numbers themselves).")
    for column, v in votes.items():
        form = forms[column]
        if v.point and v.comma:
            said.append(
                f"{column} mixes both decimal marks ({v.point} cells need the point, {v.comma} the comma); read with "
                f"the {_word(form.decimal)}, cells that do not fit are refused."
            )
        if (v.point_open or v.comma_open) and form.how in {"file", "assumed"} and v.example is not None:
            why = "as in the other columns" if form.how == "file" else "assumed: nothing in the file decides"
            value = read(pl.Series([v.example]), form.decimal)[0]
            said.append(
                f"{column}: {v.example} is read as {value:g} (decimal {_word(form.decimal)}, {why}); "
                f'[numbers] decimal = "{"," if form.decimal == "." else "."}" in a mapping changes that.'
            )
    grouped = [c for c, v in votes.items() if v.grouped]
    if grouped:
        said.append(f"Thousands set off by a blank or an apostrophe in {', '.join(grouped)}.")
    return said


def read(cells: pl.Series, decimal: Mark) -> pl.Series:
    """Text to Float64; null where a cell is no number in this form (groups of three are checked) or is blank."""
    quick = cells.cast(pl.Float64, strict=False)
    if decimal == "." and quick.null_count() == cells.null_count():
        return quick
    plain = cells.str.replace_many(_DIGITS).str.strip_chars()
    plain = plain.str.replace_all(r"(\d)" + _BLANKS + r"(\d{3})", "${1}${2}").str.replace_all(
        r"(\d)" + _BLANKS + r"(\d{3})", "${1}${2}"
    )
    group, mark = (",", ".") if decimal == "." else (".", ",")
    shape = rf"^[+-]?(?:\d+|\d{{1,3}}(?:\{group}\d{{3}})+)?(?:\{mark}\d*)?(?:[eE][+-]?\d+)?$"
    fits = plain.str.contains(shape) & plain.str.contains(r"\d")
    number = plain.str.replace_all(group, "", literal=True).str.replace(mark, ".", literal=True)
    return pl.select(pl.when(fits).then(number.cast(pl.Float64, strict=False))).to_series()
