"""UN Comtrade CSV: the layout of comtradeplus and its API (refYear, reporterISO, ...), and the legacy one."""

from __future__ import annotations

from pathlib import Path
from typing import Final

import polars as pl

from didymium.errors import InputError
from didymium.reference.importers.common import add_to_overlay, number, read_text_table, require, to_alpha2, years
from didymium.reference.load import table

_NEW: Final = {"refYear": "year", "reporterISO": "reporter", "partnerISO": "partner", "flowCode": "flow",
               "cmdCode": "hs6", "netWgt": "net_kg", "primaryValue": "value_usd"}  # fmt: skip
_LEGACY: Final = {"Year": "year", "Reporter ISO": "reporter", "Partner ISO": "partner", "Trade Flow": "flow",
                  "Commodity Code": "hs6", "Netweight (kg)": "net_kg", "Trade Value (US$)": "value_usd"}  # fmt: skip
#: Where these columns are there, only the row that holds the total of the breakdown is taken.
_TOTALS: Final = {"customsCode": ("C00", "0"), "motCode": ("0",), "partner2Code": ("0",), "mosCode": ("0",)}
_WORLD: Final = ("W00", "WLD")


def import_comtrade(file: Path, to: Path) -> str:
    """Add the rare-earth flows of a Comtrade file to the table `trade`: import and export reports as two vintages.

    A net weight of 0 or empty is null. Months of one year are added up.
    """
    frame = read_text_table(file)
    names = _LEGACY if "Netweight (kg)" in frame.columns else _NEW
    require(frame, list(names), file, "a UN Comtrade file")
    for column, totals in _TOTALS.items():
        if column in frame.columns:
            frame = frame.filter(pl.col(column).is_null() | pl.col(column).is_in(totals))
    frame = frame.rename(names).filter(pl.col("hs6").is_in(table("trade")["hs6"].unique().to_list()))
    frame = frame.filter(~pl.col("partner").fill_null("W00").is_in(_WORLD))
    flow = pl.col("flow").str.to_uppercase().str.slice(0, 1).replace_strict(
        {"M": "import", "I": "import", "X": "export", "E": "export"}, default=None, return_dtype=pl.String
    )  # fmt: skip
    rows = frame.with_columns(
        flow=flow,
        reporter=to_alpha2("reporter", frame),
        partner=to_alpha2("partner", frame),
        year=pl.col("year").cast(pl.Int64, strict=False),
        net_kg=number("net_kg"),
        value_usd=number("value_usd"),
    )
    placed = rows.drop_nulls(["flow", "reporter", "partner", "year"]).filter(pl.col("reporter") != pl.col("partner"))
    if placed.is_empty():
        raise InputError("no bilateral flow of the rare-earth codes is in this file.", file=str(file))
    summed = _summed(placed, file)
    add_to_overlay("trade", summed, to)
    left = rows.height - placed.height
    return (
        f"{summed.height} flows, {years(summed)}, added to {to}; {left} rows left out "
        "(unknown country, re-import, or no year)."
    )


def _summed(rows: pl.DataFrame, file: Path) -> pl.DataFrame:
    imports = pl.col("flow") == "import"
    weight = pl.when(pl.col("net_kg") > 0).then(pl.col("net_kg"))
    return (
        rows.with_columns(
            exporter=pl.when(imports).then("partner").otherwise("reporter"),
            importer=pl.when(imports).then("reporter").otherwise("partner"),
            weight=weight,
        )
        .group_by("year", "hs6", "exporter", "importer", "flow")
        .agg(
            pl.col("value_usd").sum(),
            net_kg=pl.when(pl.col("weight").is_not_null().all()).then(pl.col("weight").sum()),
        )
        .with_columns(
            source=pl.lit(f"UN Comtrade, {file.name}"),
            vintage=pl.concat_str(pl.lit("Comtrade "), "flow", pl.lit(f" reports, {file.stem}")),
            confidence=pl.lit("high"),
        )
        .drop("flow")
        .sort("year", "hs6", "exporter", "importer", "vintage")
    )
