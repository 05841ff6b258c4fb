"""Handheld XRF export of the Vanta kind: one line per reading, seven columns per element -> one row per element.

`<El> Concentration` is the element and `<El> Compound Level` the oxide of the same reading: never both. `<LOD` means
below detection, and the limit (3 sigma) then stands in `<El> Error1s`. An element without a column or with blank cells
was not measured: it gets no row, and that is no zero.
"""

from __future__ import annotations

from pathlib import Path
from typing import Final

import polars as pl

from didymium.errors import InputError
from didymium.intake.formats import csv_
from didymium.intake.formats.xml_ import head_text
from didymium.intake.source import ROW, Format, Job, Source

_RARE_EARTHS: Final = ("La", "Ce", "Pr", "Nd", "Sm", "Eu", "Gd", "Tb", "Dy", "Ho", "Er", "Tm", "Yb", "Lu", "Y", "Sc")
_NOT_AN_ELEMENT: Final = "LE"  # sum of the light elements the tube cannot see
_LOD: Final = "<LOD"


def open_(job: Job) -> Source:
    """All readings of an export, as assays. The declaration a sample belongs to is not in the layout."""
    source = csv_.open_(job)
    names = {name.strip(): name for name in source.frame.collect_schema().names() if name != ROW}
    elements = [n.removesuffix(" Concentration") for n in names if n.endswith(" Concentration")]
    measured = [e for e in elements if e != _NOT_AN_ELEMENT]
    if not measured:
        raise InputError("the export has no column of an element.", file=job.name, fix="Export the concentrations too.")
    frame = source.frame.collect(engine="streaming")
    rows = pl.concat([_element(frame, names, e) for e in measured]).sort(ROW, maintain_order=True)
    kept = pl.col("value").is_not_null()
    rare = [e for e in _RARE_EARTHS if e in measured]
    absent = [e for e in ("Dy", "Tb") if e not in measured]
    said = [
        *source.detected,
        f"Handheld XRF export, {frame.height} readings, {len(measured)} elements; concentrations are of the element.",
        f"Rare earths this method measures: {', '.join(rare) or 'none'}."
        + (f" It does not look for {' and '.join(absent)}: nothing is known about them." if absent else ""),
        *_slopes(frame, names, measured),
        "The file does not say which declaration a sample belongs to: "
        'give [columns] declaration_id = "Test Label" or a constant in a mapping.',
    ]
    return Source(
        rows.filter(kept).lazy(), rows.filter(kept).height, said, refused=source.refused,
        constants={"method": "pXRF", "basis": "element"}, random_access=True,
        settled=dict.fromkeys(("uncertainty", "lod", "value"), "point"),
    )  # fmt: skip


def _element(frame: pl.DataFrame, names: dict[str, str], element: str) -> pl.DataFrame:
    """Rows of one element: a value, or the compound where only that is given."""

    def cell(what: str) -> pl.Expr:
        name = names.get(what)
        text = pl.col(name).str.strip_chars() if name else pl.lit(None, dtype=pl.String)
        return pl.when(text != "").then(text)

    value, sigma = cell(f"{element} Concentration"), cell(f"{element} Error1s")
    level, compound = cell(f"{element} Compound Level"), cell(f"{element} Compound")
    oxide = (
        value.is_null() & compound.is_not_null() & (level.cast(pl.Float64, strict=False) != 0).fill_null(value=False)
    )
    below = value.str.to_uppercase() == _LOD
    reading = [cell("Instrument Serial Num"), cell("Reading #"), cell("Date")]
    unit = cell("Units").str.to_lowercase().replace({"%": "wt%"})
    return frame.select(
        ROW,
        *(pl.col(names[n]) for n in ("Test Label", "info") if n in names),
        pl.concat_str(reading, separator="-", ignore_nulls=True).alias("sample_id"),
        cell("Date").alias("date"), unit.alias("unit"),
        pl.when(oxide).then(compound).otherwise(pl.lit(element)).alias("analyte"),
        pl.when(oxide).then(pl.lit("oxide")).otherwise(pl.lit("element")).alias("basis"),
        pl.when(oxide).then(level).otherwise(value).alias("value"),
        pl.when(oxide).then(cell(f"{element} Compound Error")).when(~below).then(sigma).alias("uncertainty"),
        pl.when(below).then(sigma).alias("lod"),
    )  # fmt: skip


def _slopes(frame: pl.DataFrame, names: dict[str, str], elements: list[str]) -> list[str]:
    """Elements whose readings carry a user calibration."""
    found = []
    for element in elements:
        name = names.get(f"{element} User Factor Slope")
        other = [
            s for s in (frame[name].cast(pl.Float64, strict=False).drop_nulls().unique() if name else []) if s != 1
        ]
        found += [f"{element} x{slope:g}" for slope in sorted(other)]
    return [f"A user calibration is in the readings: {', '.join(found)}."] if found else []


def sniff(_: Path, head: bytes) -> bool:
    """A header row with the triple every element has."""
    line = head_text(head).split("\n", 1)[0]
    return " Concentration" in line and " Error1s" in line and "Instrument Serial Num" in line


FORMAT = Format("xrf_vanta", "handheld XRF export (Vanta layout)", "assays", sniff, open_)
