"""Names of analytes as laboratories write them -> what is measured and how much of it is the element.

`Nd` and `Nd2O3` become the same quantity in wt% of the element; sums (`TREO`, `TOTAL`), losses (`LOI`, `H2O`) and
names that are no analyte keep a key of their own.
"""

from __future__ import annotations

import re
import unicodedata
from functools import cache
from typing import Final, NamedTuple

import polars as pl

from didymium.composition.assay.data import rare_earths, rows
from didymium.reference import table

_SUMS: Final = {
    r"Σ?T?RE?[Eᴇ]?O|TREO\+?Y(?:2O3)?|TRE2O3|TRO|RE2O3|РЗО|OTR|稀土总量|稀土氧化物总量": "TREO",
    r"TREM?|TREE|ΣREE?|TRE": "TREM",
    r"TOTAL|SUM|Σ|TOTALS?|合计|总计|SUMME|SUMA|SOMME|ИТОГО": "TOTAL",
    r"L\.?O\.?I\.?(?:\(?\d{3,4}°?C?\)?)?|LOSS ON IGNITION|IGNITION LOSS|GLÜHVERLUST|烧失量|灼减": "LOI",
    r"H2O[-+±]?|MOISTURE|WATER|HUMIDITY|水分": "H2O",
}
_OXIDE: Final = re.compile(r"^([A-Z][a-z]?)(\d*)O(\d*)$")
_SYMBOL: Final = re.compile(r"^[A-Z][a-z]?$")


class Analyte(NamedTuple):
    """key: element symbol, TREO, TREM, TOTAL, LOI, H2O, or the text as written where it is nothing known.

    to_element: wt% of the element in 1 wt% as reported (1 for sums). relabel: factor on the element's wt% if the label
    (element or oxide) were the wrong one of the two; null where there is no other. known: False = nothing to compare.
    """

    key: str
    to_element: float
    relabel: float | None
    known: bool


@cache
def atomic_weights() -> dict[str, float]:
    """Symbol -> standard atomic weight [g/mol] of all elements."""
    from periodictable import elements

    return {e.symbol: float(e.mass) for e in elements if e.number > 0}


@cache
def usual_oxides() -> dict[str, float]:
    """Symbol -> kg of the oxide in which the element is customarily reported, from 1 kg of it."""
    found = {element: 1.0 / share for element, share in _shares()}
    return found | dict(rare_earths())


def _shares() -> list[tuple[str, float]]:
    return [(e, s) for e, o in rows("usual_oxides.csv").select("element", "oxide").iter_rows() if (s := _share(o)[1])]


def _share(formula: str) -> tuple[str, float]:
    """Element of a binary oxide and its share by mass; ('', 0) where it is none."""
    found = _OXIDE.match(formula)
    weights = atomic_weights()
    if not found or found[1] not in weights or found[1] == "O":
        return "", 0.0
    cation = weights[found[1]] * int(found[2] or 1)
    return found[1], cation / (cation + weights["O"] * int(found[3] or 1))


@cache
def _names() -> dict[str, str]:
    """Lower-case name of a rare earth and of its oxide -> symbol or formula."""
    known = table("elements").select("element", "name", "oxide").rows()
    return {name: symbol for symbol, name, _ in known} | {f"{name} oxide": oxide for _, name, oxide in known}


@cache
def read(name: str, basis: str | None) -> Analyte:
    """One analyte. A formula decides; a bare symbol with basis `oxide` is the element reported as its usual oxide."""
    text = unicodedata.normalize("NFKC", name).strip()
    text = _names().get(text.lower(), text).replace(" ", "")
    for pattern, key in _SUMS.items():
        if re.fullmatch(pattern, text.upper()):
            return Analyte(key, 1.0, None, known=True)
    element, share = _share(text)
    if element:
        return Analyte(element, share, 1.0 / share, known=True)
    symbol = text.capitalize() if text.isupper() and len(text) == 2 else text
    if not _SYMBOL.match(symbol) or symbol not in atomic_weights():
        return Analyte(text, 1.0, None, known=False)
    factor = usual_oxides().get(symbol)
    if basis == "oxide" and factor:
        return Analyte(symbol, 1.0 / factor, factor, known=True)
    return Analyte(symbol, 1.0, 1.0 / factor if factor else None, known=True)


def read_all(pairs: pl.DataFrame) -> pl.DataFrame:
    """Distinct analyte, basis -> analyte, basis, key, to_element, relabel, to_oxide (element to usual oxide), known."""
    found = [read(analyte, basis) for analyte, basis in pairs.select("analyte", "basis").iter_rows()]
    schema = {"key": pl.String(), "to_element": pl.Float64(), "relabel": pl.Float64(), "known": pl.Boolean()}
    frame = pl.DataFrame(found, schema=schema, orient="row")
    oxides = usual_oxides()
    factor = pl.col("key").replace_strict(list(oxides), list(oxides.values()), default=1.0, return_dtype=pl.Float64)
    return pl.concat([pairs.select("analyte", "basis"), frame], how="horizontal").with_columns(to_oxide=factor)
