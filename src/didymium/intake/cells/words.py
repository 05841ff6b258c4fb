"""Words with a fixed meaning (directions, modes, currencies, package kinds, countries): one lookup for every format."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from functools import cache
from importlib.resources import files
from typing import Final

import polars as pl

from didymium import reference
from didymium.errors import ReferenceDataError

DIRECTIONS: Final = ("export", "import", "transit")
MODES: Final = (
    "sea", "air", "road", "rail", "post", "express", "multimodal", "inland waterway", "pipeline", "own propulsion",
)  # fmt: skip


def fold(word: str) -> str:
    """The form in which words are compared: lower case, single blanks."""
    return " ".join(word.casefold().split())


@cache
def known(column: str) -> Mapping[str, str]:
    """Folded word -> canonical word of one column, from words.csv and, for countries, the reference base."""
    if column == "country":
        return _countries()
    text = (files("didymium.intake.cells") / "words.csv").read_bytes()
    rows = pl.read_csv(text, infer_schema=False, missing_columns="raise").filter(pl.col("column") == column)
    return {fold(word): value for word, value in rows.select("word", "value").iter_rows()}


@cache
def country_codes() -> frozenset[str] | None:
    """ISO 3166-1 alpha-2 codes of the reference base; None = the base has no table of countries."""
    try:
        return frozenset(reference.table("countries")["iso2"].to_list())
    except (ReferenceDataError, AttributeError):
        return None


def _countries() -> Mapping[str, str]:
    text = (files("didymium.intake.cells") / "words.csv").read_bytes()
    extra = pl.read_csv(text, infer_schema=False).filter(pl.col("column") == "country")
    found = {fold(word): value for word, value in extra.select("word", "value").iter_rows()}
    if country_codes() is not None:
        for iso2, iso3, name in reference.table("countries").select("iso2", "iso3", "name").iter_rows():
            found |= {fold(form): iso2 for form in (iso3, name) if form}
    return found


def country(cell: str) -> str | None:
    """Alpha-2 code of a country as written (alpha-2, alpha-3 or English name); None = not known."""
    code = cell.strip().upper()
    codes = country_codes()
    if code in codes if codes is not None else (len(code) == 2 and code.isascii() and code.isalpha()):
        return code
    return known("country").get(fold(cell))


def several_countries(cell: str) -> str | None:
    """`;`-joined alpha-2 codes of a list written with ; , | / or >; None = one of them is not known."""
    parts = [
        p for p in cell.replace("|", ";").replace(",", ";").replace("/", ";").replace(">", ";").split(";") if p.strip()
    ]
    codes = [country(p) for p in parts]
    return ";".join(c for c in codes if c) if all(codes) else None


def currency(cell: str) -> str | None:
    """ISO 4217 code of a currency as written; None = no code. Only the form of a code is checked, not its existence."""
    code = cell.strip().upper()
    return known("currency").get(fold(cell)) or (code if len(code) == 3 and code.isascii() and code.isalpha() else None)


def hs_code(cell: str) -> str | None:
    """6 to 10 digits without the dots, blanks and dashes they were written with; None = no such code."""
    digits = "".join(cell.split()).replace(".", "").replace("-", "")
    return digits if 6 <= len(digits) <= 10 and digits.isascii() and digits.isdigit() else None


def locode(cell: str) -> str:
    """A port: a UN/LOCODE without blanks and in capitals; any other text stays as written."""
    code = "".join(cell.split()).upper()
    return code if len(code) == 5 and code[:2].isalpha() and code.isascii() and code.isalnum() else cell.strip()


def package_kind(cell: str) -> str:
    """A package kind: codes of UN/ECE Recommendation 21 become words; other texts stay as written."""
    return known("package_kind").get(fold(cell), cell.strip())


def of(column: str, cells: Iterable[str]) -> dict[str, str | None]:
    """Each cell of a column with a fixed vocabulary -> its canonical form, None = not known."""
    if column in {"origin", "export_country", "import_country"}:
        return {cell: country(cell) for cell in cells}
    readers = {"transit_countries": several_countries, "currency": currency, "hs_code": hs_code,
               "port_loading": locode, "port_discharge": locode, "package_kind": package_kind}  # fmt: skip
    if column in readers:
        return {cell: readers[column](cell) for cell in cells}
    table = known(column)
    return {cell: table.get(fold(cell)) for cell in cells}


#: Columns whose cells are looked up; each says what is allowed.
ALLOWED: Final[Mapping[str, str]] = {
    "direction": f"known are {', '.join(DIRECTIONS)}",
    "mode": f"known are {', '.join(MODES)}",
    "hs_code": "a code has 6 to 10 digits (dots and blanks apart); a spreadsheet may have dropped a leading zero",
    "origin": "write the ISO 3166-1 alpha-2 code, for instance MY",
    "export_country": "write the ISO 3166-1 alpha-2 code, for instance MY",
    "import_country": "write the ISO 3166-1 alpha-2 code, for instance MY",
    "transit_countries": "write ISO 3166-1 alpha-2 codes with ; between them, for instance SG;HK",
    "currency": "write the ISO 4217 code, for instance USD",
    "port_loading": "",
    "port_discharge": "",
    "package_kind": "",
    "unit": "known are wt%, ppm, mg/kg, g/t",
    "basis": "known are element, oxide",
    "surface": "known are coated, ground, powder, bulk, unknown",
}
