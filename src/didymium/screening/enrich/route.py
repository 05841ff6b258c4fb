"""Where the goods say they come from, and where the ports and the transit put them."""

from __future__ import annotations

from functools import cache

import polars as pl

from didymium.reference import table
from didymium.screening.enrich.lookup import attach


def add_route(rows: pl.DataFrame) -> pl.DataFrame:
    """Adds loading_country, discharge_country (from UN/LOCODE), claimed_origin, lane, transit list.

    claimed_origin = declared origin, else the country of dispatch, else the one country the exporter's or producer's name
    points to (origin_is_dispatch is then true).
    """
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
