"""Materials, their names, what hides them, and the words of the trade."""

from __future__ import annotations

from typing import Final

from didymium.reference.registry import PROVENANCE, Column, TableSpec

_OURS: Final = "our own, Apache-2.0"
_DENSITY: Final = "g/cm3"

MATERIALS: Final = TableSpec(
    name="materials",
    title="Rare-earth materials, goods that look like them, and neighbours in the tariff",
    file="materials.csv",
    source="general chemistry knowledge; computed ranges; trade statistics for goods, per row",
    licence=_OURS,
    key=("material",),
    columns=(
        Column("material", doc="id", required=True),
        Column("name", required=True),
        Column("family", required=True, allowed=("ree", "magnet_ree", "ree_bearing", "look_alike", "goods")),
        Column("formula"),
        Column("stage"),
        Column("form"),
        Column("appearance", doc="coarse class in which goods can be taken for each other"),
        Column("density_low_g_cm3", "float", _DENSITY, low=0.01, high=25),
        Column("density_high_g_cm3", "float", _DENSITY, low=0.01, high=25),
        Column("bulk_density_low_g_cm3", "float", _DENSITY, low=0.005, high=25),
        Column("bulk_density_high_g_cm3", "float", _DENSITY, low=0.005, high=25),
        Column("reo_low_pct", "float", "wt% REO", "metals above 100", low=0, high=160),
        Column("reo_high_pct", "float", "wt% REO", low=0, high=160),
        Column("elements", doc="symbols, |-separated"),
        Column("light_heavy", allowed=("LREE", "HREE", "mixed")),
        Column("hs6", doc="usual codes, |-separated"),
        Column("packing"),
        Column("price_low_usd_per_kg", "float", "USD/kg", "only for goods without a monthly corridor", low=0),
        Column("price_high_usd_per_kg", "float", "USD/kg", low=0),
        *PROVENANCE,
        Column("note"),
    ),
)

LEXICON: Final = TableSpec(
    name="lexicon",
    title="Names, formulas, CAS numbers and trade names of materials in many languages",
    file="lexicon.csv",
    source="per row",
    licence=_OURS,
    key=("term", "language", "kind", "material"),
    columns=(
        Column("term", required=True),
        Column("language", required=True),
        Column("kind", required=True, allowed=("name", "formula", "cas", "trade", "code")),
        Column("material", doc="id in table materials", required=True),
        Column("specificity", "int", doc="1 generic to 3 exact", required=True, low=1, high=3),
        Column("word", "flag", doc="1 = only as a whole word"),
        *PROVENANCE,
        Column("note"),
    ),
)

LOOK_ALIKES: Final = TableSpec(
    name="look_alikes",
    title="Goods under whose name rare earths have been hidden, or could be",
    file="look_alikes.csv",
    source="court, police and trade reports, per row",
    licence=_OURS,
    key=("cover", "material"),
    columns=(
        Column("cover", doc="id of the cover material", required=True),
        Column("material", doc="id of the rare-earth material", required=True),
        Column("reliability", doc="A official or court, B agency, C by appearance only", allowed=("A", "B", "C")),
        *PROVENANCE,
        Column("note"),
    ),
)

PARTY_WORDS: Final = TableSpec(
    name="party_words",
    title="Words in company names that tell the line of business",
    file="party_words.csv",
    source="general language knowledge",
    licence=_OURS,
    key=("word", "language", "sector"),
    columns=(
        Column("word", required=True),
        Column("language", required=True),
        Column("sector", required=True),
        *PROVENANCE,
        Column("note"),
    ),
)

HS6_TITLES: Final = TableSpec(
    name="hs6_titles",
    title="Short titles of the subheadings the reports name",
    file="hs6_titles.csv",
    source="Harmonized System 2022 (World Customs Organization), wording shortened",
    licence=_OURS,
    key=("hs6",),
    columns=(Column("hs6", required=True), Column("title", required=True), *PROVENANCE, Column("note")),
)

WORDS: Final = (MATERIALS, HS6_TITLES, LEXICON, LOOK_ALIKES, PARTY_WORDS)
