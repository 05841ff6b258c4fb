"""The dossier of an application: what the authority asks for, filled from a declaration, and what is missing.

What is asked for is data (`dossiers/*.toml`, one file per kind of licence, each with its source). Nothing is invented: a field
the declaration leaves open stays open and is listed. Control codes are candidates found by customs code and declared
composition, for a person to choose from.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping
from functools import cache
from pathlib import Path
from typing import Any, Final

import msgspec

from didymium.errors import UsageError

_FOLDER: Final = Path(__file__).parent / "dossiers"


class FormField(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """A field of the form. column: of the declarations table that fills it; null = a declaration does not hold it.
    pattern: what a value must look like to be complete; null = anything.
    """

    id: str
    title: str
    column: str | None = None
    pattern: str | None = None
    optional: bool = False


class Document(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """A paper to be handed in. by: who issues it. form: how many, on what."""

    id: str
    title: str
    by: str
    form: str
    optional: bool = False


class Assurance(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """What importer and end user promise."""

    text: str


class Regime(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """What one kind of application asks for, with its source."""

    title: str
    authority: str
    instrument: str
    basis: str
    source: str
    vintage: str
    confidence: str
    field: list[FormField]
    document: list[Document]
    assurance: list[Assurance]
    valid: str | None = None
    confidence_note: str | None = None


class Dossier(msgspec.Struct, frozen=True, kw_only=True):
    """fields: title -> value as text, null = open. documents: title -> at hand. candidates: control codes that may apply.
    missing: what is still needed, fields then documents. complete: nothing is.
    """

    regime: str
    title: str
    authority: str
    basis: str
    declaration_id: str
    item_no: int
    fields: dict[str, str | None]
    documents: dict[str, bool]
    assurances: list[str]
    candidates: list[str]
    missing: list[str]
    complete: bool
    source: str
    vintage: str
    confidence: str


def regimes() -> list[str]:
    """Names of the kinds of application that are known."""
    return sorted(path.stem for path in _FOLDER.glob("*.toml"))


@cache
def regime(name: str) -> Regime:
    """What one kind asks for; UsageError where none has that name."""
    if name not in regimes():
        raise UsageError(f"no dossier is called {name!r}.", fix=f"Known: {', '.join(regimes())}.")
    return msgspec.toml.decode((_FOLDER / f"{name}.toml").read_bytes(), type=Regime)


def prepare(
    row: Mapping[str, Any],
    name: str = "cn_dual_use",
    *,
    known: Mapping[str, Any] | None = None,
    at_hand: Iterable[str] = (),
) -> Dossier:
    """Fill a dossier from a row of declarations (canonical columns). known: field id -> value, over what the row says.
    at_hand: ids of documents that need not be asked for any more. UsageError for ids the dossier does not know.
    """
    asked, stated, have = regime(name), dict(known or {}), set(at_hand)
    _demand("field", set(stated), {field.id for field in asked.field})
    _demand("document", have, {document.id for document in asked.document})
    values = {field.id: _text(stated.get(field.id, row.get(field.column or ""))) for field in asked.field}
    missing = [said for field in asked.field if (said := _lacking(field, values[field.id]))]
    missing += [f"{one.title} (by {one.by})" for one in asked.document if one.id not in have and not one.optional]
    return Dossier(
        regime=name,
        title=asked.title,
        authority=asked.authority,
        basis=asked.basis,
        declaration_id=str(row.get("declaration_id")),
        item_no=int(row.get("item_no") or 1),
        fields={field.title: values[field.id] for field in asked.field},
        documents={one.title: one.id in have for one in asked.document},
        assurances=[one.text for one in asked.assurance],
        candidates=[] if values.get("control_code") else candidates(row),
        missing=missing,
        complete=not missing,
        source=asked.source,
        vintage=asked.vintage,
        confidence=asked.confidence,
    )


def candidates(row: Mapping[str, Any]) -> list[str]:
    """Control codes whose customs codes agree with the declared one as far as both go (at least 6 digits), narrowed to the
    elements of the declared composition where it can be read. A help to find the item, not a classification.
    """
    import polars as pl

    from didymium import composition, reference

    code = str(row.get("hs_code") or "").replace(".", "")
    if len(code) < 6:
        return []
    declared = composition.read(str(row["composition"])) if row.get("composition") else None
    elements = {element for reading in declared.readings for element in reading.fractions} if declared else set()
    listed = reference.table("control_items").filter(pl.col("cn_codes").is_not_null())
    found = {}
    for item in listed.select("item_code", "element", "description", "cn_codes").iter_rows(named=True):
        fits = any(one.startswith(code) or code.startswith(one) for one in item["cn_codes"].split("|"))
        if fits and (not elements or item["element"] in elements):
            found[item["item_code"]] = f"{item['item_code']}: {item['description']}"
    return list(found.values())


def markdown(dossier: Dossier) -> str:
    """The dossier for a reader."""
    lines = [f"# {dossier.title}", "", f"To: {dossier.authority}", "", f"Basis: {dossier.basis}", ""]
    lines += [
        f"Declaration {_cell(dossier.declaration_id)}, item {dossier.item_no}",
        "",
        "| field | value |",
        "|---|---|",
    ]
    lines += [f"| {title} | {_cell(value) if value else '**open**'} |" for title, value in dossier.fields.items()]
    if dossier.candidates:
        lines += ["", "Control codes that may apply (choose one):", ""]
        lines += [f"- {_cell(one)}" for one in dossier.candidates]
    lines += ["", "## Documents", ""]
    lines += [f"- [{'x' if there else ' '}] {title}" for title, there in dossier.documents.items()]
    lines += ["", "## Assurances of importer and end user", "", *[f"- {one}" for one in dossier.assurances]]
    lines += ["", "## Still missing", "", *([f"- {one}" for one in dossier.missing] or ["Nothing."])]
    sources = " ".join(f"<{one.strip()}>" for one in dossier.source.split("|"))
    return "\n".join([*lines, "", f"Sources: {sources}, {dossier.vintage}, confidence {dossier.confidence}.", ""])


def _lacking(field: FormField, value: str | None) -> str | None:
    """What a field still lacks; None = nothing."""
    if value is None:
        return None if field.optional else field.title
    fits = field.pattern is None or re.fullmatch(field.pattern, value.replace(".", ""))
    return None if fits else f"{field.title}: {value} is not complete"


def _demand(kind: str, given: set[str], known: set[str]) -> None:
    unknown = sorted(given - known)
    if unknown:
        raise UsageError(f"the dossier has no {kind} {unknown[0]!r}.", fix=f"Known: {', '.join(sorted(known))}.")


def _text(value: object) -> str | None:
    if isinstance(value, float):
        return f"{value:.15g}"
    return None if value is None or not str(value).strip() else str(value).strip()


def _cell(text: str) -> str:
    """Text of a file inside a Markdown table: no cell ends, no line ends, no markup."""
    flat = " ".join(text.split())
    return "".join(f"\\{letter}" if letter in "|\\`*_<>[]#" else letter for letter in flat)
