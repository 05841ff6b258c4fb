"""Rare-earth patterns: what they are normalised to, what each material class looks like, which class a material may have."""

from __future__ import annotations

from typing import Final

from didymium.reference.registry import PROVENANCE, Column, TableSpec

_OURS: Final = "our own, Apache-2.0"

NORMALISERS: Final = TableSpec(
    name="ree_normalisers",
    title="Shales that rare-earth patterns are normalised to (chondrite and crust stand in table elements)",
    file="ree_normalisers.csv",
    source="Pourmand and others 2012; Taylor and McLennan 1985",
    licence="facts, free to use",
    key=("normaliser", "element"),
    columns=(
        Column("normaliser", required=True),
        Column("element", required=True),
        Column("ppm", "float", "ppm", "content of the element", required=True, low=0.001, high=1000),
        *PROVENANCE,
    ),
)

CLASSES: Final = TableSpec(
    name="pattern_classes",
    title="Material classes that a rare-earth pattern may tell apart",
    file="pattern_classes.csv",
    source="table deposits_reo (USGS); trade specifications; own judgement",
    licence=_OURS,
    key=("class",),
    columns=(
        Column("class", required=True),
        Column("name", doc="for sentences", required=True),
        Column(
            "deposits", doc="deposits of table deposits_reo that it is made of, |-separated; empty = pattern_shares"
        ),
        Column("tilt_dex", "float", "dex", "how much deposits differ from La to Lu as a whole", low=0, high=2),
        *PROVENANCE,
        Column("note"),
    ),
)

SHARES: Final = TableSpec(
    name="pattern_shares",
    title="Share of each rare-earth oxide in the classes that are made, not mined: 19 of 20 products lie between low and high",
    file="pattern_shares.csv",
    source="trade specifications; own judgement",
    licence=_OURS,
    key=("class", "variant", "element"),
    columns=(
        Column("class", required=True),
        Column("variant", doc="kind of product within the class; each = one per element", required=True),
        Column("element", doc="symbol; self = the element of the variant; others = all not named", required=True),
        Column("low_pct", "float", "% of TREO", "oxide share", required=True, low=1e-6, high=100),
        Column("high_pct", "float", "% of TREO", "oxide share", required=True, low=1e-6, high=100),
        *PROVENANCE,
    ),
)

SCATTER: Final = TableSpec(
    name="pattern_scatter",
    title="How far deposits of one class differ in one element, by how much of it there is",
    file="pattern_scatter.csv",
    source="table deposits_reo (USGS)",
    licence=_OURS,
    key=("content",),
    columns=(
        Column("content", doc="how much of the element there is, in words", required=True),
        Column("share_from_pct", "float", "% of TREO", "for shares from here on", required=True, low=0, high=100),
        Column("scatter_dex", "float", "dex", "standard deviation of log10", required=True, low=0.01, high=3),
        *PROVENANCE,
    ),
)

MATERIAL_PATTERNS: Final = TableSpec(
    name="material_patterns",
    title="Pattern classes that a declared material may have; a material that is not listed may have any",
    file="material_patterns.csv",
    source="own judgement",
    licence=_OURS,
    key=("material",),
    columns=(
        Column("material", doc="id of table materials", required=True),
        Column("classes", doc="class or class:variant, |-separated", required=True),
        *PROVENANCE,
        Column("note"),
    ),
)

PATTERNS: Final = (NORMALISERS, CLASSES, SHARES, SCATTER, MATERIAL_PATTERNS)
