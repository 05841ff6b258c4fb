"""Inputs of the supply model: areas, capacities by stage, recipes, uses, parameters, projects, and what was observed."""

from __future__ import annotations

from typing import Final

from didymium.reference.registry import PROVENANCE, Column, TableSpec

_OURS: Final = "our own, Apache-2.0"
_JUDGED: Final = "press and company figures, assumptions and own judgement, per row"
_AREA: Final = Column("area", doc="id in supply_areas", required=True)
_ADDS: Final = ("separation_light", "separation_heavy", "metal", "magnet_ndfeb", "magnet_smco", "recycling", "scrap")

AREAS: Final = TableSpec(
    name="supply_areas",
    title="Areas of the supply model: countries, and groups of countries that act as one",
    file="supply_areas.csv",
    source="ISO 3166-1; grouping by own judgement",
    licence=_OURS,
    key=("area",),
    columns=(
        _AREA,
        Column("name", required=True),
        Column("members", doc="ISO 3166-1 alpha-2, |-separated; empty = no country of its own (ROW: all not named)"),
        *PROVENANCE,
    ),
)

STAGES: Final = TableSpec(
    name="supply_stages",
    title="Capacity and base output by area and stage of the supply model",
    file="supply_stages.csv",
    source=_JUDGED,
    licence=_OURS,
    key=("area", "stage"),
    columns=(
        _AREA,
        Column("stage", required=True, allowed=_ADDS),
        Column("base_t_per_year", "float", "t/year", "null = follows from feeds, or makes the rest", low=0, high=1e6),
        Column("low_t_per_year", "float", "t/year", "least the capacity could be; null = no range", low=0, high=1e6),
        Column("capacity_t_per_year", "float", "t/year", "unit by stage, see note", required=True, low=0, high=1e6),
        Column("high_t_per_year", "float", "t/year", "most the capacity could be; null = no range", low=0, high=1e6),
        Column("h_share", "float", "1", "share of heat-proof grades in NdFeB magnets", low=0, high=1),
        Column("note"),
        *PROVENANCE,
    ),
)

RECIPES: Final = TableSpec(
    name="supply_recipes",
    title="What one kg of metal, magnet or scrap holds, in kg of oxide equivalent",
    file="supply_recipes.csv",
    source=_JUDGED,
    licence=_OURS,
    key=("product", "input"),
    columns=(
        Column("product", required=True),
        Column("input", required=True),
        Column("kg_per_kg", "float", "kg REO per kg", required=True, low=0, high=2),
        Column("note"),
        *PROVENANCE,
    ),
)

SECTORS: Final = TableSpec(
    name="supply_sectors",
    title="Sectors that use magnets: tonnes, elasticity, trend against supply, and what a missing kg costs them",
    file="supply_sectors.csv",
    source=_JUDGED,
    licence=_OURS,
    key=("sector", "product"),
    columns=(
        Column("sector", required=True),
        Column("title", required=True),
        Column("product", required=True, allowed=("magnet:N", "magnet:H", "magnet:S")),
        Column("t_per_year", "float", "t/year", "world", required=True, low=0, high=1e6),
        Column("elasticity", "float", "1", "of demand to price, 0 to 6 months", required=True, low=0.001, high=5),
        Column("trend_pct_per_year", "float", "%", "growth over that of mine supply", required=True, low=-50, high=50),
        Column("loss_usd_per_kg", "float", "USD/kg", "output lost per kg of magnet missing", low=0, high=1e6),
        *PROVENANCE,
    ),
)

SPLITS: Final = TableSpec(
    name="supply_splits",
    title="Share of each area in the use of magnets by sector, and in direct uses of oxides",
    file="supply_splits.csv",
    source=_JUDGED,
    licence=_OURS,
    key=("user", "area"),
    columns=(
        Column("user", doc="sector of supply_sectors, or user of supply_direct_uses", required=True),
        _AREA,
        Column("share", "float", "1", required=True, low=0, high=1),
        *PROVENANCE,
    ),
)

DIRECT_USES: Final = TableSpec(
    name="supply_direct_uses",
    title="Uses of single oxides outside magnets, by sector; their tonnes are what magnets leave of the base supply",
    file="supply_direct_uses.csv",
    source=_JUDGED,
    licence=_OURS,
    key=("element", "sector"),
    columns=(
        Column("element", required=True),
        Column("sector", required=True),
        Column("share", "float", "1", "of the direct uses of the element", required=True, low=0, high=1),
        Column("user", doc="whose split over areas holds (supply_splits)", required=True),
        Column("elasticity", "float", "1", "of demand to price, 0 to 6 months", required=True, low=0.001, high=5),
        Column("trend_pct_per_year", "float", "%", "growth over that of mine supply", required=True, low=-50, high=50),
        *PROVENANCE,
    ),
)

PARAMETERS: Final = TableSpec(
    name="supply_parameters",
    title="Parameters of the supply model with their ranges",
    file="supply_parameters.csv",
    source=_JUDGED,
    licence=_OURS,
    key=("name", "item"),
    columns=(
        Column("name", required=True),
        Column("item", doc="what it holds for; empty = all", keep_empty=True),
        Column("value", "float", doc="in `unit`", required=True),
        Column("low", "float", doc="null = no range"),
        Column("high", "float", doc="null = no range"),
        Column("least", "float", doc="what the model can take at least", required=True),
        Column("most", "float", doc="what the model can take at most", required=True),
        Column("unit", required=True),
        Column("meaning", required=True),
        *PROVENANCE,
    ),
)

PROJECTS: Final = TableSpec(
    name="supply_projects",
    title="New capacity of the supply model: what a project adds, when, and how likely",
    file="supply_projects.csv",
    source=_JUDGED,
    licence=_OURS,
    key=("project", "adds_to"),
    columns=(
        Column("project", required=True),
        Column("title", required=True),
        _AREA,
        Column("adds_to", doc="stage, or mine", required=True, allowed=("mine", *_ADDS)),
        Column("feed", doc="feed of table feeds whose pattern it digs; mines only"),
        Column(
            "t_per_year", "float", "t/year", "unit as in supply_stages; mines t REO", required=True, low=0, high=1e6
        ),
        Column("first_output", "date", required=True),
        Column("ramp_months", "int", "months", "to full output, linear", required=True, low=1, high=120),
        Column("p_success", "float", "1", required=True, low=0, high=1),
        Column("capex_musd", "float", "MUSD", "null = counted with another row of the project", low=0, high=1e5),
        *PROVENANCE,
    ),
)

HISTORY: Final = TableSpec(
    name="supply_history",
    title="What was observed in 2009 to 2012 and 2024 to 2025: quotas, exports, prices, stoppages",
    file="supply_history.csv",
    source="press, agencies and USGS as cited, single figures",
    licence="single figures cited",
    key=("event", "from", "observable", "item"),
    columns=(
        Column("event", required=True),
        Column("from", "date", required=True),
        Column("to", "date", required=True),
        Column("observable", required=True),
        Column("item", required=True),
        Column("low", "float", doc="in `unit`", required=True),
        Column("high", "float", doc="in `unit`", required=True),
        Column("unit", required=True),
        *PROVENANCE,
    ),
)

SUPPLY: Final = (AREAS, STAGES, RECIPES, SECTORS, SPLITS, DIRECT_USES, PARAMETERS, PROJECTS, HISTORY)
