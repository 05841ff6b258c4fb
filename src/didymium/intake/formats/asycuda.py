"""ASYCUDA World declarations (SAD) as XML: one row per Item.

Layout: docs/formats.md. The format's own spelling errors are kept; `<X><null/></X>` and `<X/>` mean not stated.
"""

from __future__ import annotations

from pathlib import Path
from typing import Final

from didymium.errors import InputError
from didymium.intake.formats.xml_ import Element, first_text, joined, records, root_name, text_at
from didymium.intake.schema import DECLARATIONS
from didymium.intake.source import Format, Job, Source
from didymium.intake.stage import Stage

_NUMBERS: Final = ("net_kg", "gross_kg", "packages", "volume_m3", "value")
_COLUMNS: Final = tuple(c for c in DECLARATIONS if not c.startswith("source_") and c != "aggregate")


def open_(job: Job) -> Source:
    """One or more SADs in a file. `source_row` is the position of the Item in the file."""
    stage = Stage(_COLUMNS, job.work)
    declarations = 0
    for sad in records(job, lambda name: name == "ASYCUDA"):
        declarations += 1
        head = _head(sad)
        for number, item in enumerate(sad.findall("{*}Item"), start=1):
            row = {**head, **_item(item), "item_no": str(number)}
            stage.add(stage.height + 1, [row.get(c) for c in _COLUMNS])
    if not stage.height:
        raise InputError(
            "the ASYCUDA declaration has no Item.", file=job.name, fix="Export the declaration with its items."
        )
    said = [f"ASYCUDA World XML, {declarations} declaration{'s' * (declarations != 1)}, {stage.height} items."]
    return Source(
        stage.scan(), stage.height, said, settled=dict.fromkeys(_NUMBERS, "point"), text=False, random_access=True
    )


def _head(sad: Element) -> dict[str, str | None]:
    exporter, exporter_address = _party(text_at(sad, "Traders/Exporter/Exporter_name"))
    importer, importer_address = _party(text_at(sad, "Traders/Consignee/Consignee_name"))
    date = first_text(sad, "Identification/Registration/Date", "Property/Date_of_declaration")
    return {
        "declaration_id": _identifier(sad, date),
        "date": date,
        "direction": first_text(sad, "Property/Sad_flow", "Identification/Type/Type_of_declaration"),
        "export_country": text_at(sad, "General_information/Country/Export/Export_country_code"),
        "import_country": text_at(sad, "General_information/Country/Destination/Destination_country_code"),
        "port_loading": text_at(sad, "Transport/Place_of_loading/Code"),
        "mode": text_at(sad, "Transport/Means_of_transport/Border_information/Mode"),
        "exporter": exporter,
        "exporter_address": exporter_address,
        "importer": importer,
        "importer_address": importer_address,
        "declarant": text_at(sad, "Declarant/Declarant_name"),
        "currency": text_at(sad, "Valuation/Gs_Invoice/Currency_code"),
    }


def _identifier(sad: Element, date: str | None) -> str | None:
    """Office, year, serial letter and number; before registration the manifest or the declarant's reference."""
    number = text_at(sad, "Identification/Registration/Number")
    if not number:
        return first_text(sad, "Identification/Manifest_reference_number", "Declarant/Reference/Number")
    office = text_at(sad, "Identification/Office_segment/Customs_clearance_office_code")
    year = next((part for part in (date or "").replace("/", "-").replace(".", "-").split("-") if len(part) == 4), None)
    serial = text_at(sad, "Identification/Registration/Serial_number") or ""
    return joined([office, year, serial + number], "-")


def _party(text: str | None) -> tuple[str | None, str | None]:
    """Name and address stand in one text: the first line is the name."""
    lines = [line.strip() for line in (text or "").splitlines() if line.strip()]
    return (lines[0] if lines else None), joined([*lines[1:]], ", ")


def _item(item: Element) -> dict[str, str | None]:
    code = text_at(item, "Tarification/HScode/Commodity_code")
    precision = text_at(item, "Tarification/HScode/Precision_1")
    found = {
        "hs_code": joined([code, precision], "") if len((code or "") + (precision or "")) <= 10 else code,
        "description": first_text(
            item, "Goods_description/Commercial_Description", "Goods_description/Description_of_goods"
        ),
        "origin": text_at(item, "Goods_description/Country_of_origin_code"),
        "packages": text_at(item, "Packages/Number_of_packages"),
        "package_kind": first_text(item, "Packages/Kind_of_packages_code", "Packages/Kind_of_packages_name"),
        "label_text": joined(
            [text_at(item, "Packages/Marks1_of_packages"), text_at(item, "Packages/Marks2_of_packages")]
        ),
        "gross_kg": text_at(item, "Valuation_item/Weight_itm/Gross_weight_itm"),
        "net_kg": text_at(item, "Valuation_item/Weight_itm/Net_weight_itm"),
        "licence_no": text_at(item, "Licence_number"),
        **_value(item),
    }
    return {column: text for column, text in found.items() if text is not None}


def _value(item: Element) -> dict[str, str | None]:
    """Invoice amount in foreign currency; else the customs value, in national currency that the file does not name."""
    amount = text_at(item, "Valuation_item/Item_Invoice/Amount_foreign_currency")
    if amount and not _is_zero(amount):
        return {"value": amount, "currency": text_at(item, "Valuation_item/Item_Invoice/Currency_code")}
    national = first_text(
        item, "Valuation_item/Statistical_value", "Valuation_item/Total_CIF_itm",
        "Valuation_item/Item_Invoice/Amount_national_currency",
    )  # fmt: skip
    return {"value": national, "currency": ""}


def _is_zero(text: str) -> bool:
    return not text.strip("0.,")


def sniff(_: Path, head: bytes) -> bool:
    """XML with the root ASYCUDA (or a wrapper of several)."""
    return root_name(head) is not None and b"<ASYCUDA" in head.replace(b"\0", b"")


FORMAT = Format("asycuda", "ASYCUDA World XML", "declarations", sniff, open_)
