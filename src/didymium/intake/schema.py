"""The canonical tables every reader produces: `declarations` and `assays`.

All text UTF-8; dates are calendar dates; countries ISO 3166-1 alpha-2 (Namibia is the string "NA", never null);
null = not stated, never zero. Units are in the column names or noted here.
"""

from __future__ import annotations

from typing import Final

import polars as pl

#: One row per declared item line. `value` is in `currency`; `volume_m3` is the outer volume of all packages.
DECLARATIONS: Final[dict[str, pl.DataType]] = {
    "declaration_id": pl.String(),
    "item_no": pl.Int32(),
    "date": pl.Date(),
    "direction": pl.String(),  # export | import | transit, seen from the declaring country
    "hs_code": pl.String(),  # 6 to 10 digits, dots and blanks taken out
    "description": pl.String(),
    "origin": pl.String(),
    "export_country": pl.String(),
    "import_country": pl.String(),
    "transit_countries": pl.String(),  # ;-separated
    "port_loading": pl.String(),  # UN/LOCODE
    "port_discharge": pl.String(),
    "mode": pl.String(),  # sea, air, road, rail, post, express, multimodal, inland waterway, pipeline, own propulsion
    "exporter": pl.String(),
    "exporter_address": pl.String(),
    "importer": pl.String(),
    "importer_address": pl.String(),
    "end_user": pl.String(),
    "declarant": pl.String(),
    "producer": pl.String(),
    "net_kg": pl.Float64(),
    "gross_kg": pl.Float64(),
    "packages": pl.Float64(),
    "package_kind": pl.String(),
    "volume_m3": pl.Float64(),
    "value": pl.Float64(),
    "currency": pl.String(),  # ISO 4217; null = unknown
    "composition": pl.String(),
    "grade": pl.String(),
    "label_text": pl.String(),
    "licence_no": pl.String(),
    "certificate_of_origin_no": pl.String(),
    "use": pl.String(),
    # what intake adds
    "aggregate": pl.Boolean(),  # true = a trade flow of a period (BACI, Comtrade), not one consignment
    "source_file": pl.String(),
    "source_row": pl.Int64(),  # line in the file as a user sees it, 1 = first line (XML: position of the item)
}

#: Columns without which a row is refused.
REQUIRED: Final = ("declaration_id", "date", "direction", "hs_code", "net_kg", "value")

#: One row per analyte of a sample. `value`, `uncertainty` (1 sigma) and `lod` are in `unit`.
ASSAYS: Final[dict[str, pl.DataType]] = {
    "declaration_id": pl.String(),
    "item_no": pl.Int32(),
    "sample_id": pl.String(),
    "analyte": pl.String(),
    "value": pl.String(),  # as written: a number, `<0.05`, `trace`, `<LOD`
    "value_number": pl.Float64(),  # null where censored, blank or `trace`
    "censored": pl.String(),  # null = measured | below_lod | trace | above_range | not_measured
    "unit": pl.String(),  # wt% | ppm | mg/kg | g/t
    "basis": pl.String(),  # element | oxide; null for what is neither (LOI, H2O, TOTAL)
    "uncertainty": pl.Float64(),
    "lod": pl.Float64(),
    "method": pl.String(),
    "surface": pl.String(),
    "date": pl.Date(),
    "laboratory": pl.String(),
    "remark": pl.String(),  # what the laboratory adds in words: `residue not dissolved, filtered off`
    "source_file": pl.String(),
    "source_row": pl.Int64(),
}

#: What was refused: one row per refused row (or cell that refused it), never dropped.
REJECTS: Final[dict[str, pl.DataType]] = {
    "source_file": pl.String(),
    "source_row": pl.Int64(),
    "column": pl.String(),
    "value": pl.String(),
    "reason": pl.String(),
}
