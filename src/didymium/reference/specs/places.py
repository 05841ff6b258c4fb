"""Countries, ports, towns of the trade, and currencies."""

from __future__ import annotations

from typing import Final

from didymium.reference.registry import PROVENANCE, Column, TableSpec

_OURS: Final = "facts, free to use"
_LAT: Final = Column("lat", "float", "degrees", low=-90, high=90)
_LON: Final = Column("lon", "float", "degrees", low=-180, high=180)

COUNTRIES: Final = TableSpec(
    name="countries",
    title="Countries and territories of ISO 3166-1 (Namibia is the text NA)",
    file="countries.csv",
    source="ISO 3166-1; general geography",
    licence=_OURS,
    key=("iso2",),
    columns=(
        Column("iso2", required=True),
        Column("iso3", required=True),
        Column("name", required=True),
        Column("region"),
        _LAT,
        _LON,
        Column("landlocked", "flag"),
        Column("neighbours", doc="land borders, |-separated alpha-2"),
        Column("hub", "flag", doc="1 = re-export hub"),
        Column("in_eu", "flag"),
        Column("currency", doc="ISO 4217, of 2025; null = none of its own"),
        *PROVENANCE,
        Column("note"),
    ),
)

PORTS: Final = TableSpec(
    name="ports",
    title="Ports, airports and border posts by UN/LOCODE",
    file="ports.csv",
    source="UN/LOCODE; general geography",
    licence=_OURS,
    key=("locode",),
    columns=(
        Column("locode", doc="UN/LOCODE, five signs", required=True),
        Column("name", required=True),
        Column("country", required=True),
        _LAT,
        _LON,
        Column("kind", required=True, allowed=("sea", "air", "road", "rail", "inland")),
        *PROVENANCE,
        Column("note"),
    ),
)

PLACES: Final = TableSpec(
    name="places",
    title="Towns, districts and border crossings of the rare-earth trade",
    file="places.csv",
    source="general geography; reports, per row",
    licence=_OURS,
    key=("place", "role"),
    columns=(
        Column("place", required=True),
        Column("local_name"),
        Column("country", required=True),
        Column("role", required=True),
        _LAT,
        _LON,
        *PROVENANCE,
        Column("note"),
    ),
)

FX: Final = TableSpec(
    name="fx",
    title="Annual average exchange rates, units of the currency for one US dollar",
    file="fx.csv",
    source="annual averages as published by central banks, per row",
    licence=_OURS,
    key=("currency", "year"),
    columns=(
        Column("currency", doc="ISO 4217", required=True),
        Column("year", "int", required=True, low=1990, high=2100),
        Column("units_per_usd", "float", "units/USD", required=True, low=1e-6, high=1e9),
        Column("low", "float", "units/USD", "lowest month", low=0),
        Column("high", "float", "units/USD", "highest month", low=0),
        *PROVENANCE,
        Column("note"),
    ),
)

PLACES_TABLES: Final = (COUNTRIES, PORTS, PLACES, FX)
