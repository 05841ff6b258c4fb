"""Figures of the declared composition that need no grammar: percentages, their sum, rare-earth content.

Reading whole declarations is the business of the composition package; this serves the checks of closure and content.
"""

from __future__ import annotations

from typing import Final

import polars as pl

#: Y and La alone are a letter (zeolite Y) and an article: they count only before a figure or in a formula.
_REE: Final = r"Ce|Pr|Nd|Sm|Eu|Gd|Tb|Dy|Ho|Er|Tm|Yb|Lu|Sc|(?:La|Y)(?:2O3|PO4|F3|Cl3|[0-9]| ?[:=<>]| [0-9])"
#: Element, oxide or total, then a figure with a per-cent sign.
_PART: Final = r"(?:^|[^A-Za-z])([A-Z][A-Za-z0-9₀-₉]{0,9}) ?[:=]? ?(\d{1,3}(?:[.,]\d+)?) ?%"
#: A total beside parts: the parts are then usually of the total, so they must not be added to it.
_TOTAL: Final = r"(?i)\b(?:T?REO|TRE|TREM|HREO?|LREO?)\b"
_OF_TREO: Final = r"(?i)of TREO|/ ?TREO|/ ?REO|占总?稀土"


def read_composition(texts: pl.Series) -> pl.DataFrame:
    """Distinct compositions -> text, stated_sum_pct (sum of all figures, null where fewer than two, or a total is among them),
    treo_pct (stated TREO or REO), names_rare_earth (an element, oxide or word of the rare earths is in it)."""
    frame = texts.alias("text").to_frame()
    parts = pl.col("text").str.extract_all(_PART)
    figure = pl.element().str.extract(r"(\d{1,3}(?:[.,]\d+)?) ?%$", 1).str.replace(",", ".").cast(pl.Float64)
    total = pl.col("text").str.contains(_OF_TREO) | pl.col("text").str.contains(_TOTAL)
    return frame.select(
        "text",
        stated_sum_pct=pl.when((parts.list.len() >= 2) & ~total).then(parts.list.eval(figure).list.sum()),
        treo_pct=pl.col("text")
        .str.extract(r"(?i)\bT?REO ?[:=]? ?(?:>|>=|≥|min\.?)? ?(\d{1,3}(?:[.,]\d+)?) ?%", 1)
        .str.replace(",", ".")
        .cast(pl.Float64),
        names_rare_earth=pl.col("text").str.contains(
            rf"(?:^|[^A-Za-z])(?:{_REE}|PrNd|NdPr|TREO?|REO|HREE?|REE?)(?:$|[^a-z])|稀土|[镧铈镨钕钐铕钆铽镝钬铒铥镱镥钇钪]"
        ),
    )
