"""US Automated Manifest System bills of lading, as the CSV set CBP publishes: tables keyed by `identifier`.

The header table is the file to name; its sisters (cargodesc, tariff, shipper, consignee, marksnumbers) are looked for
beside it under the same name with `header` exchanged. One row per tariff line, or per cargo line without one.

A manifest states the gross mass of a bill. Net mass is the mass of the tariff line (`harmonized_weight`); value is
`harmonized_value`, in USD. Many bills state neither: those rows are refused, as the rules want.
"""

from __future__ import annotations

import re
from dataclasses import replace
from pathlib import Path
from typing import Final

import polars as pl

from didymium import units
from didymium.errors import InputError
from didymium.intake.cells import words
from didymium.intake.formats import csv_
from didymium.intake.formats.xml_ import head_text
from didymium.intake.rejects import RejectLog
from didymium.intake.source import ROW, Format, Job, Source
from didymium.intake.workspace import Workspace

_LINE: Final = ["identifier", "container_number", "description_sequence_number"]
_ADDRESS: Final = ["city", "state_province", "zip_code", "country_code"]
_COLUMNS: Final = {
    "header": [
        "identifier", "foreign_port_of_lading", "actual_arrival_date", "estimated_arrival_date", "port_of_unlading",
        "weight", "mode_of_transportation", "manifest_unit", "weight_unit", "record_status_indicator",
    ],
    "cargodesc": [*_LINE, "description_text", "piece_count"],
    "tariff": [*_LINE, "harmonized_number", "harmonized_value", "harmonized_weight", "harmonized_weight_unit"],
    "shipper": ["identifier", "shipper_party_name", *(f"shipper_party_address_{i}" for i in range(1, 5)), *_ADDRESS],
    "consignee": ["identifier", "consignee_name", *(f"consignee_address_{i}" for i in range(1, 5)), *_ADDRESS],
    "marksnumbers": ["identifier", "marks_and_numbers_1"],
}  # fmt: skip
_PARTS: Final = ("cargodesc", "tariff", "shipper", "consignee", "marksnumbers")


def open_(job: Job) -> Source:
    """The whole set. Raises InputError when the sisters of the header table are not beside it."""
    header = csv_.open_(job)
    parts = {part: _part(job, part) for part in _PARTS}
    if parts["tariff"] is None and parts["cargodesc"] is None:
        raise InputError(
            "neither the cargodesc nor the tariff table lies beside this file.",
            file=job.name, fix=f"Add {_sister(job.path, 'cargodesc').name} or its tariff table.",
        )  # fmt: skip
    _demand(header.frame, _COLUMNS["header"], job.path)
    frame = _rows(header.frame, parts)
    target = job.work.path / "ams.parquet"
    deleted = pl.col("deleted")
    frame.filter(~deleted).drop("deleted").sink_parquet(target)
    refused = RejectLog(job.work, job.name)
    gone = frame.filter(deleted).select(ROW, "declaration_id").collect(engine="streaming")
    for row, identifier in gone.iter_rows():
        refused.say(row, "record_status_indicator", identifier, "the bill of lading is marked as deleted")
    refused.settle()
    read = [part for part in _PARTS if parts[part] is not None]
    said = [
        *header.detected,
        f"US AMS bills of lading; joined with {', '.join(read)}; net mass and value are those of the tariff lines.",
    ]
    scan = pl.scan_parquet(target, glob=False)
    rows = int(scan.select(pl.len()).collect().item())
    return Source(
        scan, rows, said, refused=refused, random_access=True,
        constants={"direction": "import", "import_country": "US", "currency": "USD"},
        settled=dict.fromkeys(("net_kg", "gross_kg", "volume_m3", "value", "packages"), "point"),
    )  # fmt: skip


def _sister(path: Path, part: str) -> Path:
    return path.with_name(re.sub("header", part, path.name, count=1, flags=re.IGNORECASE))


def _part(job: Job, part: str) -> pl.LazyFrame | None:
    path = _sister(job.path, part)
    if path == job.path or not path.is_file():
        return None
    own = replace(job, path=path, work=Workspace())  # a copy in UTF-8 needs its own folder
    frame = csv_.open_(own).frame
    _demand(frame, _COLUMNS[part], path)
    return frame.collect(engine="streaming").lazy()


def _demand(frame: pl.LazyFrame, columns: list[str], path: Path) -> None:
    missing = sorted(set(columns) - set(frame.collect_schema().names()))
    if missing:
        raise InputError(
            f"no column {', '.join(missing)}, which this table of the AMS set has.",
            file=path.name, fix="Take the file as it was published.",
        )  # fmt: skip


def _rows(header: pl.LazyFrame, parts: dict[str, pl.LazyFrame | None]) -> pl.LazyFrame:
    lines = _lines(parts["cargodesc"], parts["tariff"])
    number = pl.int_range(1, pl.len() + 1).over("identifier")
    frame = lines.with_columns(item_no=number.cast(pl.String)).join(_bills(header), on="identifier", how="left")
    for part, column in (("shipper", "exporter"), ("consignee", "importer")):
        if (party := parts[part]) is not None:
            frame = frame.join(_party(party, part, column), on="identifier", how="left")
    if (marks := parts["marksnumbers"]) is not None:
        text = pl.concat_str(pl.col("^marks_and_numbers_.*$"), separator=" ", ignore_nulls=True).str.strip_chars()
        label = (
            marks.select("identifier", label_text=text)
            .group_by("identifier", maintain_order=True)
            .agg(pl.col("label_text").str.join("\n"))
        )
        frame = frame.join(label, on="identifier", how="left")
    alone = pl.len().over("identifier") == 1  # the gross mass is that of the whole bill
    frame = frame.with_columns(
        pl.col("deleted").fill_null(value=False), pl.when(alone).then(pl.col("gross_kg")).alias("gross_kg")
    )
    return frame.rename({"identifier": "declaration_id"})


def _lines(cargo: pl.LazyFrame | None, tariff: pl.LazyFrame | None) -> pl.LazyFrame:
    """Cargo lines with their tariff lines."""
    goods = (
        None
        if cargo is None
        else cargo.select(*_LINE, description="description_text", packages="piece_count")
        .group_by(_LINE, maintain_order=True)
        .agg(pl.col("description").str.join(" "), pl.col("packages").first())
    )
    codes = None if tariff is None else tariff.select(
        *_LINE, pl.col("harmonized_number").alias("hs_code"), _positive("harmonized_value").alias("value"),
        _scaled("harmonized_weight", "harmonized_weight_unit", units.KG_PER).alias("net_kg"),
    )  # fmt: skip
    if goods is None:
        assert codes is not None
        return codes
    if codes is None:
        return goods
    return goods.join(codes, on=_LINE, how="full", coalesce=True, nulls_equal=True, maintain_order="left_right")


def _bills(header: pl.LazyFrame) -> pl.LazyFrame:
    """One row per bill with what the whole bill shares."""
    places = header.select(pl.col("foreign_port_of_lading").unique()).collect(engine="streaming").to_series()
    countries = {place: code for place in places.drop_nulls() if (code := words.country(place.rpartition(",")[2]))}
    lading = pl.col("foreign_port_of_lading")
    country = lading.replace_strict(list(countries), list(countries.values()), default=None, return_dtype=pl.String)
    return header.select(
        ROW, "identifier",
        pl.coalesce("actual_arrival_date", "estimated_arrival_date").alias("date"),
        country.alias("export_country"),
        lading.alias("port_loading"), pl.col("port_of_unlading").alias("port_discharge"),
        pl.col("mode_of_transportation").alias("mode"), pl.col("manifest_unit").alias("package_kind"),
        _scaled("weight", "weight_unit", units.KG_PER).alias("gross_kg"),
        (pl.col("record_status_indicator").str.to_lowercase() == "deleted").alias("deleted"),
    ).unique("identifier", keep="first", maintain_order=True)  # fmt: skip


def _party(frame: pl.LazyFrame, part: str, column: str) -> pl.LazyFrame:
    prefix = "shipper_party" if part == "shipper" else part
    address = [f"{prefix}_address_{i}" for i in range(1, 5)] + _ADDRESS
    return frame.select(
        "identifier", pl.col(f"{prefix}_name").alias(column),
        pl.concat_str([pl.col(a) for a in address], separator=", ", ignore_nulls=True).alias(f"{column}_address"),
    ).unique("identifier", keep="first", maintain_order=True)  # fmt: skip


def _positive(column: str) -> pl.Expr:
    """A number as written; 0 means not stated in this data set."""
    return pl.when(pl.col(column).cast(pl.Float64, strict=False) != 0).then(pl.col(column))


def _scaled(column: str, unit: str, table: object) -> pl.Expr:
    """A mass as text in kg; an unknown unit leaves the cell unreadable, so that the row is refused and says so."""
    assert isinstance(table, dict)
    factor = (
        pl.col(unit).str.strip_chars().str.to_lowercase().replace_strict(table, default=None, return_dtype=pl.Float64)
    )
    number = pl.col(column).cast(pl.Float64, strict=False)
    scaled = (number * factor).cast(pl.String)
    unknown = pl.concat_str([pl.col(column), pl.lit(" "), pl.col(unit).fill_null("of unknown unit")])
    return pl.when(number != 0).then(pl.coalesce(scaled, unknown))


def sniff(_: Path, head: bytes) -> bool:
    """A header row with the columns of the AMS header table."""
    line = head_text(head).split("\n", 1)[0].lower()
    return all(name in line for name in ("identifier", "foreign_port_of_lading", "manifest_quantity"))


FORMAT = Format("ams", "US AMS bill-of-lading CSV set", "declarations", sniff, open_)
