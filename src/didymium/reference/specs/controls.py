"""Tariff codes and control law."""

from __future__ import annotations

from typing import Final

from didymium.reference.registry import PROVENANCE, Column, TableSpec

_LICENCE: Final = "facts of law, free to use"
_NOTES: Final = (Column("note"), Column("confidence_note"))

HS_CODES: Final = TableSpec(
    name="hs_codes",
    title="Tariff lines of rare earths, of what goes with them, and of decoys",
    file="hs_codes.csv",
    source="national tariff pages, per row",
    licence=_LICENCE,
    key=("system", "code"),
    columns=(
        Column("system", doc="HS, CN8 (EU or China), CN10, EU8 or HTS10", required=True),
        Column("code", doc="digits; a prefix of the code declared", required=True),
        Column("hs6", doc="null where the line is older than the HS"),
        Column("description", required=True),
        Column("role", doc="ree, related (reagent, equipment) or decoy", required=True),
        Column("elements", doc="symbols, |-separated"),
        Column("stage"),
        Column("cn_flags", doc="Chinese regulation flags"),
        Column("dual_use_licence"),
        *_NOTES,
        *PROVENANCE,
    ),
)

CONTROL_ITEMS: Final = TableSpec(
    name="control_items",
    title="Control-list entries for rare earths with their Chinese tariff codes",
    file="control_items.csv",
    source="MOFCOM and GACC announcements 18, 56, 57, 62 of 2025; licence catalogue 2026",
    licence=_LICENCE,
    key=("item_code", "element", "form", "description", "instrument"),
    columns=(
        Column("item_code", required=True),
        Column("element"),
        Column("form"),
        Column("description", required=True),
        Column("cn_codes", doc="separated by |, or ;"),
        Column("valid_from", "date", doc="null = not stated"),
        Column("valid_to", "date", doc="null = open"),
        Column("instrument", doc="id in table instruments", required=True),
        Column("suspended_by"),
        *_NOTES,
        *PROVENANCE,
    ),
)

INSTRUMENTS: Final = TableSpec(
    name="instruments",
    title="Acts of control: issuer, kind, subject, dates",
    file="instruments.csv",
    source="official texts, mostly through reposts; per row",
    licence=_LICENCE,
    key=("instrument",),
    columns=(
        Column("instrument", required=True),
        Column("issuer", required=True),
        Column("kind", required=True),
        Column("title", doc="what it covers"),
        Column("published", "date"),
        Column("valid_from", "date", doc="null = not stated"),
        Column("valid_to", "date", doc="null = open"),
        Column("note"),
        *PROVENANCE,
    ),
)

CONTROL_WINDOWS: Final = TableSpec(
    name="control_windows",
    title="Days on which each article of an act is in force",
    file="control_windows.csv",
    source="computed from the acts",
    licence=_LICENCE,
    key=("instrument", "article", "effective_from", "effective_to"),
    columns=(
        Column("instrument", doc="id in table instruments", required=True),
        Column("article", doc="null = the whole act"),
        Column("effective_from", "date", doc="first day in force; null = not stated"),
        Column("effective_to", "date", doc="last day in force; null = open"),
        Column("suspended_by"),
        Column("status", doc="verified or not"),
        *PROVENANCE,
    ),
)

CONTROLS: Final = (HS_CODES, CONTROL_ITEMS, INSTRUMENTS, CONTROL_WINDOWS)
