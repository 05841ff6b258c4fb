"""USGS Mineral Commodity Summaries data releases: world production and reserves of rare earths. Three layouts:

- MCS 2026 on, one long file: MCS chapter, Section, Commodity, Country, Statistics, Statistics_detail, Unit, Year,
  Value, Notes, ...
- MCS 2025, one wide file: SOURCE, COMMODITY, COUNTRY, TYPE, UNIT_MEAS, PROD_2023, PROD_EST_ 2024, PROD_NOTES, ...,
  RESERVES_2024, ...
- MCS 2022 to 2024, a file per commodity: Source, Country, Type, Prod_t_2022, Prod_t_est_2023, Prod_notes,
  Reserves_t, ...
"""

from __future__ import annotations

import re
from pathlib import Path
from typing import Final

import polars as pl

from didymium.errors import InputError
from didymium.reference.importers.common import add_to_overlay, alpha2, number, read_text_table

_TONNES: Final = {"metric tons": 1.0, "thousand metric tons": 1e3, "million metric tons": 1e6, "kilograms": 1e-3}
_LONG: Final = {"MCS chapter", "Country", "Statistics", "Statistics_detail", "Unit", "Year", "Value"}


def import_usgs(file: Path, to: Path) -> str:
    """Add production and reserves (t REO) of a release to `mine_production` and `reserves`, under its own vintage."""
    frame = read_text_table(file)
    if set(frame.columns) >= _LONG:
        rows = _long(frame, file)
    elif {"COMMODITY", "COUNTRY", "UNIT_MEAS"} <= set(frame.columns):
        rows = _wide(frame, file)
    elif {"Country", "Type"} <= set(frame.columns) and any(c.startswith("Prod_") for c in frame.columns):
        rows = _single(frame, file)
    else:
        raise InputError(
            "this is none of the layouts of a USGS Mineral Commodity Summaries data release.",
            file=str(file),
            row=1,
            fix=f"Columns met: {', '.join(frame.columns[:20])}.",
        )
    rows = _placed(rows, file)
    production, reserves = rows.filter(what="production"), rows.filter(what="reserves")
    if production.is_empty() and reserves.is_empty():
        raise InputError("no figure on rare earths is in this file.", file=str(file))
    for name, part in (("mine_production", production), ("reserves", reserves)):
        if not part.is_empty():
            add_to_overlay(name, part, to)
    return (
        f"{production.height} figures of mine production and {reserves.height} of reserves, vintage "
        f"{rows['vintage'][0]}, added to {to}."
    )


def _long(frame: pl.DataFrame, file: Path) -> pl.DataFrame:
    """MCS 2026 on: one row per chapter, country, statistic and year."""
    world = frame.filter(
        pl.col("MCS chapter").str.to_uppercase().eq("RARE EARTHS")
        & pl.col("Section").str.to_lowercase().str.contains("world")
        & pl.col("Statistics").str.to_lowercase().is_in(["production", "reserves"])
    )
    return world.select(
        name="Country",
        what=pl.col("Statistics").str.to_lowercase(),
        year=pl.col("Year").str.slice(0, 4).cast(pl.Int64, strict=False),
        raw="Value",
        unit="Unit",
        note="Notes",
        vintage=pl.lit(_vintage(file)),
    )


def _wide(frame: pl.DataFrame, file: Path) -> pl.DataFrame:
    """MCS 2025: years are columns."""
    world = frame.filter(pl.col("COMMODITY").str.to_lowercase() == "rare earths")
    vintage = pl.col("SOURCE").fill_null(_vintage(file)) if "SOURCE" in frame.columns else pl.lit(_vintage(file))
    parts = []
    for column in frame.columns:
        found = re.fullmatch(r"(PROD|RESERVES)_(?:EST_ ?)?(\d{4})", column)
        if found:
            what = "production" if found[1] == "PROD" else "reserves"
            notes = "PROD_NOTES" if what == "production" else "RESERVE_NOTES"
            parts.append(
                world.select(
                    name="COUNTRY", what=pl.lit(what), year=pl.lit(int(found[2]), pl.Int64), raw=column,
                    unit="UNIT_MEAS",
                    note=pl.col(notes) if notes in frame.columns else pl.lit(None, pl.String), vintage=vintage,
                )
            )  # fmt: skip
    return pl.concat(parts)


def _single(frame: pl.DataFrame, file: Path) -> pl.DataFrame:
    """MCS 2022 to 2024: one commodity a file; the unit stands in the column names."""
    if "rare" not in file.name.lower() and not any("rare" in str(t).lower() for t in frame["Type"].drop_nulls()):
        raise InputError("this file is not about rare earths.", file=str(file), fix="Its name has `raree` in it.")
    parts, last = [], 0
    units = {"t": "metric tons", "kt": "thousand metric tons"}
    for column in frame.columns:
        found = re.fullmatch(r"Prod_(k?t)_(?:est_)?(\d{4})", column)
        if found:
            last = max(last, int(found[2]))
            parts.append(_column(frame, column, "production", int(found[2]), units[found[1]], file))
    reserves = [name for name in ("Reserves_t", "Reserves_kt") if name in frame.columns]
    parts += [_column(frame, name, "reserves", last, units[name.split("_")[1]], file) for name in reserves]
    return pl.concat(parts)


def _column(frame: pl.DataFrame, column: str, what: str, year: int, unit: str, file: Path) -> pl.DataFrame:
    notes = "Prod_notes" if what == "production" else "Reserves_notes"
    return frame.select(
        name="Country", what=pl.lit(what), year=pl.lit(year, pl.Int64), raw=column, unit=pl.lit(unit),
        note=pl.col(notes) if notes in frame.columns else pl.lit(None, pl.String), vintage=pl.lit(_vintage(file)),
    )  # fmt: skip


def _placed(rows: pl.DataFrame, file: Path) -> pl.DataFrame:
    """Rows with country, area, t_reo, qualifier, flag and provenance; rows without a figure are left out.

    Errors: InputError for a country whose name is not known: it must not vanish.
    """
    rows = rows.drop_nulls("raw").with_columns(lower=pl.col("name").str.to_lowercase())
    rows = rows.with_columns(
        area=pl.when(pl.col("lower").str.starts_with("world")).then(pl.lit("world"))
        .when(pl.col("lower").str.starts_with("other")).then(pl.lit("rest")).otherwise(pl.lit("country")),
        qualifier=pl.col("raw").str.extract(r"^([<>])"),
        bare=pl.col("raw").str.strip_chars_start("<> "),
    )  # fmt: skip
    known = alpha2(rows.filter(area="country")["name"])
    unknown = sorted(set(rows.filter(area="country")["name"]) - set(known))
    if unknown:
        raise InputError(
            f"the country {unknown[0]!r} is not known.", file=str(file), fix="Add its name to the table `countries`."
        )
    factor = pl.col("unit").str.to_lowercase().replace_strict(_TONNES, default=None, return_dtype=pl.Float64)
    return (
        rows.with_columns(
            country=pl.col("name").replace_strict(
                list(known), list(known.values()), default=None, return_dtype=pl.String
            ),
            t_reo=number("bare") * factor,
            flag=pl.when(pl.col("area") == "world").then(pl.lit("rounded_total")),
            source=pl.lit(f"USGS Mineral Commodity Summaries data release, {file.name}"),
            confidence=pl.lit("high"),
        )
        .drop_nulls(["t_reo", "year"])
        .unique(["what", "name", "year", "vintage"], keep="first", maintain_order=True)
    )


def _vintage(file: Path) -> str:
    found = re.search(r"mcs ?(\d{4})", file.name.lower())
    return f"MCS{found[1]}" if found else f"USGS {file.stem}"
