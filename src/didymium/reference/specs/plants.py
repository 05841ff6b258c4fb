"""Who can make what, where, since when."""

from __future__ import annotations

from typing import Final

from didymium.reference.registry import PROVENANCE, Column, TableSpec

STAGES: Final = (
    "mine",
    "concentrate",
    "cracking_leaching",
    "separation",
    "metal",
    "alloy",
    "magnet_sintered",
    "magnet_bonded",
    "recycling",
    "phosphor_other",
)
_STAGE: Final = Column("stage", required=True, allowed=STAGES)
_COUNTRY: Final = Column("country", doc="ISO 3166-1 alpha-2", required=True)
_OURS: Final = "facts, each with its source"
_WINDOW: Final = (
    Column("first_year", doc="year, `2010 or earlier`, or `none to date`"),
    Column("last_year", doc="empty = still running"),
    Column("basis_rows", doc="facilities it rests on"),
    Column("scale"),
    Column("first_commercial_year"),
    Column("evidence", doc="seen or recall"),
    Column("open_point"),
    *PROVENANCE,
)

FACILITIES: Final = TableSpec(
    name="facilities",
    title="Facilities by stage with dates, capacity and what is known of them",
    file="facilities.csv",
    source="public pages and registers, per row",
    licence=_OURS,
    key=("facility", "stage"),
    columns=(
        Column("facility", required=True),
        Column("operator"),
        _COUNTRY,
        Column("region"),
        Column("lat", "float", "degrees", "approximate", low=-90, high=90),
        Column("lon", "float", "degrees", "approximate", low=-180, high=180),
        _STAGE,
        Column("products"),
        Column("elements", doc="LREE, HREE or symbols, ;-separated; Sm and Sc only where named", required=True),
        Column("feed_origin", doc="countries the feed comes from, ;-separated"),
        Column("capacity_t_per_year", "float", "t/year", "in capacity_basis; null = unknown", low=0, high=1e6),
        Column("capacity_basis", doc="REO, metal, magnet, ... "),
        Column("start", doc="year or year-month of the first product; empty = 2010 or earlier where it ran"),
        Column("end", doc="year or year-month of the last product; empty = runs on"),
        Column("stock_until", doc="year-month to which stock was sold; empty = 12 months after the end"),
        Column(
            "status",
            required=True,
            allowed=("operating", "commissioning", "care_and_maintenance", "closed", "construction", "planned"),
        ),
        Column("scale", required=True, allowed=("commercial", "pilot", "artisanal", "finishing")),
        Column("legality", doc="empty = nothing known against it", allowed=("illicit", "disputed")),
        Column("treo_low_pct", "float", "wt% REO", "grade of the product, where known", low=0, high=100),
        Column("treo_high_pct", "float", "wt% REO", low=0, high=100),
        Column("evidence", doc="seen = a page was read; recall = from memory", allowed=("seen", "recall")),
        *PROVENANCE,
        Column("note"),
    ),
)

COUNTRY_STAGE: Final = TableSpec(
    name="country_stage",
    title="Years in which a country ran a stage (summary, checked against facilities)",
    file="country_stage.csv",
    source="drawn from facilities",
    licence=_OURS,
    key=("country", "stage", "first_year"),
    columns=(_COUNTRY, _STAGE, *_WINDOW),
)

COUNTRY_STAGE_ELEMENTS: Final = TableSpec(
    name="country_stage_elements",
    title="The same for separation and metal by light and heavy, for sintered magnets by NdFeB and SmCo",
    file="country_stage_elements.csv",
    source="drawn from facilities",
    licence=_OURS,
    key=("country", "stage", "group", "first_year"),
    columns=(_COUNTRY, _STAGE, Column("group", required=True, allowed=("LREE", "HREE", "NdFeB", "SmCo")), *_WINDOW),
)

PLANTS: Final = (FACILITIES, COUNTRY_STAGE, COUNTRY_STAGE_ELEMENTS)
