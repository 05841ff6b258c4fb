"""World Bank, Worldwide Governance Indicators, political stability. Two published layouts:

- wgidataset, long: `codeindyr,code,countryname,year,indicator,estimate,stddev,nsource,pctrank,...` with indicator `pv`
- DataBank, wide: `Country Name,Country Code,Series Name,Series Code,1996 [YR1996],...` with series `PV.EST`
"""

from __future__ import annotations

import re
from pathlib import Path

import polars as pl

from didymium.errors import InputError
from didymium.reference.importers.common import add_to_overlay, number, read_text_table, to_alpha2, years


def import_wgi(file: Path, to: Path) -> str:
    """Add political instability, (2.5 - estimate) / 5, of a WGI release to the table `governance`.

    An estimate that is missing (`..`, `#N/A`) is left out, never 0.
    """
    frame = read_text_table(file)
    if {"code", "year", "indicator", "estimate"} <= set(frame.columns):
        rows = frame.filter(pl.col("indicator").str.to_lowercase() == "pv").select("code", "year", "estimate")
    elif {"Country Code", "Series Code"} <= set(frame.columns):
        columns = [name for name in frame.columns if re.match(r"\d{4}\b", name)]
        wide = frame.filter(pl.col("Series Code").str.to_uppercase().str.contains("PV.EST", literal=True))
        long = wide.unpivot(on=columns, index="Country Code", variable_name="year", value_name="estimate")
        rows = long.rename({"Country Code": "code"})
    else:
        raise InputError(
            "this is none of the layouts of the Worldwide Governance Indicators.",
            file=str(file),
            row=1,
            fix=f"Columns met: {', '.join(frame.columns[:20])}.",
        )
    placed = rows.with_columns(
        country=to_alpha2("code", rows),
        year=pl.col("year").str.slice(0, 4).cast(pl.Int64, strict=False),
        instability=(2.5 - number("estimate")) / 5.0,
        source=pl.lit(f"World Bank WGI, political stability, {file.name}"),
        vintage=pl.lit(f"WGI {file.stem}"),
        confidence=pl.lit("high"),
    )
    known = placed.drop_nulls(["country", "year", "instability"]).unique(["country", "year"], maintain_order=True)
    if known.is_empty():
        raise InputError("no estimate of political stability is in this file.", file=str(file))
    add_to_overlay("governance", known, to)
    left = sorted(set(placed.filter(pl.col("country").is_null())["code"].drop_nulls()))
    unknown = f"; areas left out: {', '.join(left[:10])}" if left else ""
    return f"{known.height} country-years, {years(known)}, added to {to}{unknown}."
