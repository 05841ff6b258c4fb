"""WCO Data Model 3.x declarations (urn:wco:datamodel:WCO:DEC-DMS:2 and its relatives): one row per goods item.

Amendments carry changed fields only; their items are refused with that reason.
"""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from typing import Final

from didymium import units
from didymium.errors import InputError
from didymium.intake.formats.xml_ import Element, all_at, first_text, head_text, joined, records, root_name, text_at
from didymium.intake.rejects import RejectLog
from didymium.intake.schema import DECLARATIONS
from didymium.intake.source import Format, Job, Source
from didymium.intake.stage import Stage

_COLUMNS: Final = tuple(c for c in DECLARATIONS if not c.startswith("source_") and c != "aggregate")
_NUMBERS: Final = ("net_kg", "gross_kg", "packages", "volume_m3", "value")
_ORIGINAL: Final = {"9", None}  # UN/EDIFACT 1225: 9 = original; 13 = request (amendment), 4 = change, 1 = cancellation
_DIRECTION: Final = {"EX": "export", "IM": "import", "TR": "transit", "CO": "import"}
_LICENCES: Final = {"X", "L"}  # EU document categories: X export authorisations, L import licences
_ORIGIN_PROOFS: Final = {"N861", "N862", "N864", "N865", "N954"}  # certificates of origin and EUR.1


def open_(job: Job) -> Source:
    """One or more declarations in a file. `source_row` is the position of the goods item in the file."""
    stage, refused = Stage(_COLUMNS, job.work), RejectLog(job.work, job.name)
    declarations = position = 0
    for declaration in records(job, lambda name: name == "Declaration"):
        declarations += 1
        function = text_at(declaration, "FunctionCode")
        amendment = function not in _ORIGINAL or text_at(declaration, "TypeCode") == "COR"
        head = _head(declaration)
        items = all_at(declaration, "GoodsShipment/GovernmentAgencyGoodsItem")
        for number, item in enumerate(items, start=1):
            position += 1
            if amendment:
                said = "an amendment holds changed fields only; give the declaration as it stands after it"
                refused.say(position, "FunctionCode", function, said)
                continue
            row = {**head, **_item(item, declaration, alone=len(items) == 1)}
            row["item_no"] = text_at(item, "SequenceNumeric") or str(number)
            stage.add(position, [row.get(c) for c in _COLUMNS])
    if not position:
        raise InputError(
            "the XML has no goods item (GovernmentAgencyGoodsItem).", file=job.name, fix="Export it with items."
        )
    refused.settle()
    detected = [f"WCO Data Model XML, {declarations} declaration{'s' * (declarations != 1)}, {position} items."]
    settled = dict.fromkeys((*_NUMBERS, "date"), "point")
    return Source(
        stage.scan(), stage.height, detected, refused=refused, settled=settled, text=False, random_access=True
    )


def _head(declaration: Element) -> dict[str, str | None]:
    kind = text_at(declaration, "TypeCode") or ""
    shipment = "GoodsShipment/"
    exporter = _party(
        declaration, "Exporter", shipment + "Exporter", shipment + "Consignor", "Consignor", shipment + "Seller"
    )
    importer = _party(declaration, shipment + "Importer", "Importer", shipment + "Consignee", shipment + "Buyer")
    stamp = first_text(
        declaration,
        "AcceptanceDateTime/DateTimeString",
        "IssueDateTime/DateTimeString",
        "AcceptanceDateTime",
        "IssueDateTime",
    )
    return {
        "declaration_id": first_text(declaration, "ID", "FunctionalReferenceID"),
        "date": stamp[:8] if stamp and stamp[:8].isdigit() else stamp,
        "direction": _DIRECTION.get(kind[:2], kind or None),
        "export_country": text_at(declaration, shipment + "ExportCountry/ID"),
        "import_country": text_at(declaration, shipment + "Destination/CountryCode"),
        "transit_countries": _between(declaration),
        "port_loading": first_text(declaration, shipment + "Consignment/LoadingLocation/ID", "LoadingLocation/ID"),
        "port_discharge": first_text(
            declaration, shipment + "Consignment/UnloadingLocation/ID", "UnloadingLocation/ID"
        ),
        "mode": text_at(declaration, "BorderTransportMeans/ModeCode"),
        "exporter": exporter[0],
        "exporter_address": exporter[1],
        "importer": importer[0],
        "importer_address": importer[1],
        "declarant": _party(declaration, "Declarant", "Agent")[0],
    }


def _party(element: Element, *paths: str) -> tuple[str | None, str | None]:
    """Name (else the trader's number) and address of the first party that has one."""
    for path in paths:
        name = first_text(element, f"{path}/Name", f"{path}/ID")
        if name:
            parts = [
                text_at(element, f"{path}/Address/{part}") for part in ("Line", "PostcodeID", "CityName", "CountryCode")
            ]
            return name, joined(parts, ", ")
    return None, None


def _between(declaration: Element) -> str | None:
    """Routing countries without the first dispatch and the last destination."""
    codes = [text_at(stop, "RoutingCountryCode") for stop in all_at(declaration, "Consignment/Itinerary")]
    paths = ("GoodsShipment/ExportCountry/ID", "GoodsShipment/Destination/CountryCode")
    ends = {text_at(declaration, path) for path in paths}
    return joined([code for code in codes if code not in ends], ";")


def _item(item: Element, declaration: Element, *, alone: bool) -> dict[str, str | None]:
    packaging = all_at(item, "Packaging")
    value, currency = _value(item, declaration, alone=alone)
    found = {
        "hs_code": _code(item),
        "description": text_at(item, "Commodity/Description"),
        "origin": text_at(item, "Origin/CountryCode"),
        "export_country": text_at(item, "ExportCountry/ID"),
        "import_country": text_at(item, "Destination/CountryCode"),
        "exporter": _party(item, "Consignor")[0],
        "importer": _party(item, "Consignee")[0],
        "net_kg": _mass(item, "Commodity/GoodsMeasure/NetNetWeightMeasure", "Commodity/GoodsMeasure/NetWeightMeasure"),
        "gross_kg": _mass(item, "Commodity/GoodsMeasure/GrossMassMeasure", "GoodsMeasure/GrossMassMeasure"),
        "packages": _sum([text_at(pack, "QuantityQuantity") for pack in packaging]),
        "package_kind": next((kind for pack in packaging if (kind := text_at(pack, "TypeCode"))), None),
        "label_text": joined([text_at(pack, "MarksNumbersID") for pack in packaging], "\n"),
        "value": value,
        "currency": currency,
        "licence_no": _document(item, lambda category, _: category in _LICENCES),
        "certificate_of_origin_no": _document(item, lambda category, kind: category + kind in _ORIGIN_PROOFS),
    }
    return {column: text for column, text in found.items() if text is not None}


def _code(item: Element) -> str | None:
    """Commodity code (TSP, 8 digits) and, where it fits, the Taric part (TRC, 2 digits)."""
    parts = {text_at(c, "IdentificationTypeCode"): text_at(c, "ID") for c in all_at(item, "Commodity/Classification")}
    main = (
        parts.get("TSP")
        or parts.get("HS")
        or next((code for code in parts.values() if code and code[:6].isdigit()), None)
    )
    further = parts.get("TRC") or ""
    return main + further if main and len(main) == 8 and len(further) == 2 else main


def _mass(item: Element, *paths: str) -> str | None:
    """A mass in kg; a unitCode other than kilograms is converted (an unknown one leaves the cell to be refused)."""
    for path in paths:
        for element in all_at(item, path):
            if element.text and element.text.strip():
                unit = element.get("unitCode")
                factor = units.lookup(units.KG_PER, unit) if unit else 1.0
                number = str(element.text).strip()
                if factor == 1.0:
                    return number
                try:
                    return repr(float(number) * factor) if factor else f"{number} {unit}"
                except ValueError:
                    return number
    return None


def _sum(counts: list[str | None]) -> str | None:
    stated = [count for count in counts if count]
    if len(stated) < 2:
        return stated[0] if stated else None
    try:
        return repr(sum(float(count) for count in stated))
    except ValueError:
        return " + ".join(stated)


def _value(item: Element, declaration: Element, *, alone: bool) -> tuple[str | None, str | None]:
    """Invoice line, else statistical value, else customs value, else (one item only) the invoice; with its currency."""
    places = [
        (item, p) for p in ("Commodity/InvoiceLine/ItemChargeAmount", "StatisticalValueAmount", "CustomsValueAmount")
    ]
    if alone:
        places.append((declaration, "InvoiceAmount"))
    for element, path in places:
        for amount in all_at(element, path):
            if amount.text and amount.text.strip():
                return str(amount.text).strip(), amount.get("currencyID")
    return None, None


def _document(item: Element, wanted: Callable[[str, str], bool]) -> str | None:
    """Numbers of the documents wanted by category and type."""
    found = [
        text_at(document, "ID")
        for document in all_at(item, "AdditionalDocument")
        if wanted(text_at(document, "CategoryCode") or "", text_at(document, "TypeCode") or "")
    ]
    return joined(found, "; ")


def sniff(_: Path, head: bytes) -> bool:
    """XML in a declaration namespace of the WCO Data Model."""
    return root_name(head) is not None and "urn:wco:datamodel:" in head_text(head)


FORMAT = Format("wco", "WCO Data Model XML", "declarations", sniff, open_)
