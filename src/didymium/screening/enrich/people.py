"""Keys, countries and lines of business of the parties on a declaration."""

from __future__ import annotations

import polars as pl

from didymium.parties import read_names
from didymium.screening.enrich.lookup import attach

ROLES = ("exporter", "importer", "end_user", "producer")


def _sector(*columns: str) -> pl.Expr:
    """The line of business of the first role that tells one: rare earths and magnets first, plain trading last."""

    def of(column: str) -> pl.Expr:
        text = pl.when(pl.col(column) != "").then(pl.col(column))
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

    return pl.coalesce(of(column) for column in columns)


def _address_key(column: str) -> pl.Expr:
    text = pl.col(column).str.to_lowercase().str.replace_all(r"^no\.? ?|[\p{P}\p{S}\s]+", "")
    return pl.when(text != "").then(text.hash(seed=20250404)).alias(f"{column}_key")


def add_people(rows: pl.DataFrame) -> pl.DataFrame:
    """Per role adds ROLE_party (64-bit key), ROLE_countries and ROLE_sectors (|-joined hints); null = role not stated.

    Also seller_party, buyer_party, seller_sector, buyer_sector, exporter_address_key and importer_address_key.
    """
    distinct = pl.concat([rows.get_column(role).drop_nulls().unique() for role in ROLES]).unique()
    known = read_names(distinct)
    for role in ROLES:
        renamed = known.rename(
            {
                "name": role,
                "party": f"{role}_party",
                "party_countries": f"{role}_countries",
                "party_sectors": f"{role}_sectors",
            }
        )
        rows = attach(rows, renamed, on=role)
    return rows.with_columns(
        _address_key("exporter_address"),
        _address_key("importer_address"),
        seller_party=pl.coalesce("exporter_party", "producer_party"),
        buyer_party=pl.coalesce("importer_party", "end_user_party"),
        seller_sector=_sector("exporter_sectors", "producer_sectors"),
        buyer_sector=_sector("end_user_sectors", "importer_sectors"),
    )
