"""Keys, countries and lines of business of the parties on a declaration."""

from __future__ import annotations

from typing import Final

import polars as pl

from didymium.parties import read_names
from didymium.screening.enrich.lookup import Remembered, attach

ROLES = ("exporter", "importer", "end_user", "producer")


def _sector(sectors: pl.Expr) -> pl.Expr:
    """The line of business of |-joined ones: rare earths and magnets first, plain trading last; null = none told."""
    text = pl.when(sectors != "").then(sectors)
    first = text.str.replace_all(r"(?:^|\|)trading(?:$|\|)", "|").str.strip_chars("|").str.split("|").list.first()
    return (
        pl.when(text.str.contains("rare_earth", literal=True))
        .then(pl.lit("rare_earth"))
        .when(text.str.contains("magnet", literal=True))
        .then(pl.lit("magnet"))
        .when(first != "")
        .then(first)
        .when(text.is_not_null())
        .then(pl.lit("trading"))
    )


def _address_key(column: str) -> pl.Expr:
    text = pl.col(column).str.to_lowercase().str.replace_all(r"^no\.? ?|[\p{P}\p{S}\s]+", "")
    return pl.when(text != "").then(text.hash(seed=20250404)).alias(f"{column}_key")


def _read(names: pl.Series) -> pl.DataFrame:
    return read_names(names).with_columns(party_sector=_sector(pl.col("party_sectors")))


_READ_NAMES: Final = Remembered("name", _read)


def add_people(rows: pl.DataFrame) -> pl.DataFrame:
    """Per role adds ROLE_party (64-bit key), ROLE_countries, ROLE_sectors (|-joined hints) and ROLE_sector; null =
    role not stated.

    Also seller_party, buyer_party, seller_sector, buyer_sector, exporter_address_key and importer_address_key.
    """
    distinct = pl.concat([rows.get_column(role).drop_nulls().unique() for role in ROLES]).unique()
    known = _READ_NAMES(distinct)
    for role in ROLES:
        renamed = known.rename(
            {
                "name": role,
                "party": f"{role}_party",
                "party_countries": f"{role}_countries",
                "party_sectors": f"{role}_sectors",
                "party_sector": f"{role}_sector",
            }
        )
        rows = attach(rows, renamed, on=role)
    return rows.with_columns(
        _address_key("exporter_address"),
        _address_key("importer_address"),
        seller_party=pl.coalesce("exporter_party", "producer_party"),
        buyer_party=pl.coalesce("importer_party", "end_user_party"),
        seller_sector=pl.coalesce("exporter_sector", "producer_sector"),
        buyer_sector=pl.coalesce("end_user_sector", "importer_sector"),
    )
