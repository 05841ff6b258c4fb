"""Inputs of decisions about supply: what is uncertain and by how much, and what a project takes before it gives anything."""

from __future__ import annotations

from typing import Final

from didymium.reference.registry import PROVENANCE, Column, TableSpec

_OURS: Final = "our own, Apache-2.0"

RANGES: Final = TableSpec(
    name="supply_decisions",
    title="Ranges for choices between projects and for leverage: easing of controls, delays, losses of both sides",
    file="supply_decisions.csv",
    source="assumptions and own judgement, per row",
    licence=_OURS,
    key=("name", "item"),
    columns=(
        Column("name", required=True),
        Column("item", doc="what it holds for; empty = all", keep_empty=True),
        Column("low", "float", doc="in `unit`", required=True, low=0, high=1e7),
        Column("mid", "float", doc="most likely, in `unit`", required=True, low=0, high=1e7),
        Column("high", "float", doc="in `unit`", required=True, low=0, high=1e7),
        Column("unit", required=True),
        Column("meaning", required=True),
        *PROVENANCE,
    ),
)

TERMS: Final = TableSpec(
    name="supply_project_terms",
    title="Lead time of projects, and what has to stand before them",
    file="supply_project_terms.csv",
    source="own judgement from company reports, per row",
    licence=_OURS,
    key=("project",),
    columns=(
        Column("project", doc="id in supply_projects", required=True),
        Column(
            "lead_months", "int", "months", "from a decision to first output, at least", required=True, low=0, high=240
        ),
        Column("needs", doc="projects; | = any of these, ; = and: `a|b;c` needs c, and a or b; empty = none"),
        Column("note"),
        *PROVENANCE,
    ),
)

DECISIONS: Final = (RANGES, TERMS)
