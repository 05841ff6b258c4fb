"""Reading company names: a key that survives script, legal form and trade words; a country hint; lines of business.

`包头楠煦泓有色金属贸易有限公司` and `BAOTOU NANXUHONG NONFERROUS TRADING CO., LTD.` get the same key: the proper name,
romanised, without town, trade words and legal form. Firms that share a proper name get one key too: that is meant,
the key stands for a house of affiliates. It is no identification (see the party screening for that).
"""

from __future__ import annotations

import re
from functools import cache
from importlib import resources
from typing import Final

import polars as pl
from anyascii import anyascii

from didymium.reference import table
from didymium.reference.words import meanings, normal_form, pattern, without

#: Lines of business (`sector` of party_words) that count as rare-earth trade.
RARE_EARTH_SECTORS: Final = ("rare_earth",)
MAGNET_SECTORS: Final = ("magnet",)

PARTY_SCHEMA: Final[dict[str, pl.DataType]] = {
    "name": pl.String(),
    "party": pl.UInt64(),
    "party_countries": pl.String(),
    "party_sectors": pl.String(),
}


_NO_LETTER: Final = re.compile(r"[^a-z0-9]")


@cache
def _legal_forms() -> dict[str, str]:
    with resources.files("didymium.parties").joinpath("legal_forms.csv").open("rb") as file:
        rows = pl.read_csv(file.read(), infer_schema=False)
    return {pattern(form): countries or "" for form, countries in rows.select("form", "countries").iter_rows()}


@cache
def _cities() -> dict[str, str]:
    with resources.files("didymium.parties").joinpath("cities.csv").open("rb") as file:
        rows = pl.read_csv(file.read(), infer_schema=False)
    return {pattern(name): country for city, country, _ in rows.iter_rows() for name in city.split("|")}


@cache
def _words() -> dict[str, str]:
    rows = table("party_words").select("word", "sector")
    return {pattern(word): sector for word, sector in rows.iter_rows()}


def _script_country() -> pl.Expr:
    """The country a script points to, where the name tells nothing better (Han without kana: China, less surely)."""
    norm = pl.col("norm")
    return (
        pl.when(norm.str.contains(r"[\p{Hiragana}\p{Katakana}]"))
        .then(pl.lit("JP"))
        .when(norm.str.contains(r"\p{Hangul}"))
        .then(pl.lit("KR|KP"))
        .when(norm.str.contains(r"\p{Han}"))
        .then(pl.lit("CN|TW|HK|MO"))
        .when(norm.str.contains(r"\p{Thai}"))
        .then(pl.lit("TH"))
        .when(norm.str.contains(r"\p{Myanmar}"))
        .then(pl.lit("MM"))
        .when(norm.str.contains(r"\p{Lao}"))
        .then(pl.lit("LA"))
        .otherwise(pl.lit(""))
    )


def _letters(text: str) -> str:
    """ASCII letters and digits only; other scripts romanised."""
    return _NO_LETTER.sub("", (text if text.isascii() else anyascii(text)).lower())


def _romanise(names: pl.Series) -> pl.Series:
    return pl.Series(names.name, [_letters(text) for text in names.to_list()], dtype=pl.String)


def read_names(names: pl.Series) -> pl.DataFrame:
    """Read distinct company names.

    names: String series of any length; nulls and repeats are dropped.
    Returns PARTY_SCHEMA, one row per distinct name: `party` (64-bit key), `party_countries` (|-joined ISO codes the
    legal form, town or script allows, in that order of trust; empty = no hint), `party_sectors` (|-joined, may be empty).
    """
    frame = names.drop_nulls().unique(maintain_order=True).alias("name").to_frame()
    if frame.is_empty():
        return pl.DataFrame(schema=PARTY_SCHEMA)
    frame = frame.with_columns(norm=normal_form(pl.col("name")))
    frame = frame.with_columns(
        city=meanings(pl.col("norm"), _cities()),
        legal=meanings(pl.col("norm"), _legal_forms()),
        party_sectors=meanings(pl.col("norm"), _words()),
        script=_script_country(),
        core=without(pl.col("norm"), [*_legal_forms(), *_words(), *_cities()]),
    )
    core = _romanise(frame["core"])
    frame = frame.with_columns(core=core, whole=_romanise(frame["norm"]))
    frame = frame.with_columns(key=pl.when(pl.col("core").str.len_chars() >= 3).then("core").otherwise("whole"))
    return frame.select(
        "name",
        party=pl.col("key").hash(seed=20250404),
        party_countries=pl.coalesce(
            pl.when(pl.col(c) != "").then(pl.col(c).str.strip_chars("|")) for c in ("city", "legal", "script")
        ).fill_null(""),
        party_sectors=pl.col("party_sectors"),
    )
