"""What the bags say about mass and country; each distinct label is read once."""

from __future__ import annotations

from functools import cache
from typing import Final

import polars as pl

from didymium.reference import table
from didymium.screening.enrich.lookup import by_distinct

#: `NET 25 KG`, `N.W. 20KG`, `1000 kg`: the net mass printed on a package, else the first mass.
_MASS: Final = r"(\d{1,3}(?:,\d{3})+|\d{1,4}(?:[.,]\d{1,3})?) ?(?:kgs?|公斤|千克|กก|кг)(?:$|[^a-z0-9])"
_LABEL_MASS: Final = r"(?i)" + _MASS
_NET_MASS: Final = r"(?i)(?:\bn\.?w\.?|\bnet(?:to| wt\.?| weight)?|净重|淨重|нетто)[ :]*" + _MASS
_MADE_IN: Final = (
    r"(?i)(?:made in|product of|produce of|origin:?|fabricado en|fabricado no|hecho en|fabriqu[eé] en|hergestellt in|"
    r"сделано в|sản xuất tại|xuất xứ:?|buatan) ?(?:the )?([\p{L}][\p{L} .'-]*)"
)
#: One of these stands in every text that _MADE_IN matches; looking for them is much cheaper than the expression.
_MADE_IN_MARKS: Final = [
    "made in", "product of", "produce of", "origin", "fabricado", "hecho en", "fabriqu", "hergestellt", "сделано",
    "sản xuất", "xuất xứ", "buatan",
]  # fmt: skip
_MADE_IN_HAN: Final = {"中国制造": "CN", "中國製造": "CN", "中国製": "CN", "日本製": "JP", "韩国制造": "KR"}


def add_label(rows: pl.DataFrame) -> pl.DataFrame:
    """Adds label_kg (mass printed on the bag) and made_in (ISO code of the country printed); null where none is read."""
    return by_distinct(rows, "label_text", _read)


def _read(labels: pl.Series) -> pl.DataFrame:
    label = pl.col("label_text")
    mass = pl.coalesce(
        label.str.extract(form, 1)
        .str.replace_all(r",(\d{3})$", "$1")
        .str.replace(",", ".")
        .cast(pl.Float64, strict=False)
        for form in (_NET_MASS, _LABEL_MASS)
    )
    return _made_in(labels).with_columns(label_kg=mass)


@cache
def _country_words() -> tuple[list[str], list[str]]:
    rows = table("countries").select("name", "iso2").rows()
    extra = [("p r c", "CN"), ("prc", "CN"), ("china", "CN"), ("viet nam", "VN"), ("vietnam", "VN"), ("usa", "US"),
             ("u s a", "US"), ("korea", "KR"), ("russia", "RU"), ("burma", "MM"), ("laos", "LA"), ("lao pdr", "LA")]  # fmt: skip
    known = {name.lower(): iso for name, iso in rows} | dict(extra)
    return list(known), [known[name] for name in known]


def _made_in(labels: pl.Series) -> pl.DataFrame:
    """Distinct label texts -> label_text, made_in (ISO code of the country printed, null where none is read)."""
    names, codes = _country_words()
    label = pl.col("label_text")
    frame = labels.alias("label_text").to_frame()
    marked = label.str.to_lowercase().str.contains_any(_MADE_IN_MARKS) | label.str.contains_any(list(_MADE_IN_HAN))
    written = label.str.extract(_MADE_IN, 1).str.to_lowercase().str.replace_all(r"[^\p{L}]+", " ").str.strip_chars()
    han = pl.coalesce(
        pl.when(label.str.contains(words, literal=True)).then(pl.lit(code)) for words, code in _MADE_IN_HAN.items()
    )
    country = written.replace_strict(names, codes, default=None, return_dtype=pl.String)
    read = frame.filter(marked).with_columns(made_in=pl.coalesce(han, country))
    return pl.concat([read, frame.filter(~marked).with_columns(made_in=pl.lit(None, dtype=pl.String))])
