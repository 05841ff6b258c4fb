"""The producer or exporter is, by its name, a firm of another country than the claimed origin."""

from __future__ import annotations

import polars as pl

from didymium.checks.base import Check, Row


def _elsewhere(role: str) -> tuple[pl.Expr, pl.Expr]:
    """(the name points elsewhere, the name allows the origin); both null without a hint."""
    hints = pl.when(pl.col(f"{role}_countries") != "").then(pl.col(f"{role}_countries"))
    allows = hints.str.contains(pl.col("claimed_origin"), literal=True)
    return ~allows, allows


def weight() -> pl.Expr:
    """The producer made the goods: a producer whose legal form, town or script belongs to another country contradicts
    the origin (ratio 15 where that country is China, 5 elsewhere; subsidiaries abroad keep home names). The exporter
    may lawfully be a foreign trader (third-country invoice): ratio 2 for China, none elsewhere."""
    abroad, local = _elsewhere("producer")
    seller_abroad, _ = _elsewhere("exporter")
    china = pl.col("producer_countries").str.contains("CN", literal=True)
    seller_china = pl.col("exporter_countries").str.contains("CN", literal=True)
    asked = pl.col("rare_earth_goods") & pl.col("origin").is_not_null()
    return (
        pl.when(~asked)
        .then(None)
        .when(abroad & china)
        .then(1.2)
        .when(abroad)
        .then(0.6)
        .when(seller_abroad & seller_china & local.is_null())
        .then(0.35)
        .when(local)
        .then(-0.2)
    )


def because(row: Row) -> str:
    who = row["producer"] or row["exporter"]
    role = "producer" if row["producer"] else "exporter"
    hint = (row["producer_countries"] if row["producer"] else row["exporter_countries"]) or "no country"
    origin, where = row["claimed_origin_name"], hint.replace("|", " or ")
    return f"Claimed origin {origin}; the {role} “{who}” bears the name of a firm in {where}."


CHECK = Check(
    name="producer_place",
    question="origin",
    datum="people",
    asks="Is the named producer a firm of the claimed country?",
    weight=weight,
    because=because,
    source="legal forms, towns and scripts (parties/legal_forms.csv, cities.csv); typology T18",
)
