"""Where the goods say they come from, and where the ports, the transit and the label put them."""

from __future__ import annotations

from functools import cache
from typing import Final

import polars as pl

from didymium.reference import table
from didymium.screening.enrich.lookup import attach, by_distinct

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


def add_route(rows: pl.DataFrame) -> pl.DataFrame:
    """Adds loading_country, discharge_country (from UN/LOCODE), claimed_origin, claimed_from, made_in, transit list.

    claimed_origin = declared origin, else the country of dispatch, else the one country the exporter's or producer's name
    points to (origin_is_dispatch is then true).
    made_in = country printed on the label, null where none is read.
    """
    rows = by_distinct(rows, "label_text", _made_in)
    transit = pl.col("transit_countries").str.to_uppercase()
    rows = rows.with_columns(
        loading_country=pl.col("port_loading").str.slice(0, 2),
        discharge_country=pl.col("port_discharge").str.slice(0, 2),
        claimed_origin=pl.coalesce("origin", "export_country", _one_country("exporter"), _one_country("producer")),
        origin_is_dispatch=pl.col("origin").is_null(),
        lane=pl.concat_str(
            [
                pl.coalesce("origin", "export_country"),
                pl.coalesce("import_country", pl.col("port_discharge").str.slice(0, 2)),
            ],
            separator=" → ",
        ),
        transit=transit,
        transit_china=transit.str.contains(r"(?:^|[^A-Z])CN(?:$|[^A-Z])"),
        transit_hub=transit.str.contains(r"(?:^|[^A-Z])(?:HK|MO)(?:$|[^A-Z])"),
    )
    rows = rows.with_columns(
        origin_hub=pl.col("claimed_origin").is_in(_with("hub")),
        origin_landlocked=pl.col("claimed_origin").is_in(_with("landlocked")),
    )
    return attach(rows, _near(), on=["claimed_origin", "loading_country"])


@cache
def _with(flag: str) -> list[str]:
    """The countries a flag of the table `countries` is set for."""
    return table("countries").filter(pl.col(flag))["iso2"].to_list()


def _one_country(role: str) -> pl.Expr:
    """The country a party's name points to, where it is one only."""
    hints = pl.col(f"{role}_countries")
    return pl.when(hints.str.len_chars() == 2).then(hints)


@cache
def _near() -> pl.DataFrame:
    """claimed_origin, loading_country -> shares_border (true rows only)."""
    rows = table("countries").select("iso2", "neighbours", "landlocked")
    pairs = rows.with_columns(other=pl.col("neighbours").str.split("|")).explode("other").filter(pl.col("other") != "")
    return pairs.select(claimed_origin="iso2", loading_country="other", shares_border=pl.lit(value=True)).unique()
