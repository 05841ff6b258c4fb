"""CEPII BACI: `BACI_HS92_Y2024_V202601.csv` (t,i,j,k,v,q) with `country_codes_V202601.csv` beside it, or their zip."""

from __future__ import annotations

import re
import tempfile
import zipfile
from pathlib import Path
from typing import Final

import polars as pl

from didymium.errors import InputError
from didymium.reference.importers.common import add_to_overlay, alpha2, require, years
from didymium.reference.load import table

_COLUMNS: Final = ("t", "i", "j", "k", "v", "q")
_LAYOUT: Final = "a BACI file (t,i,j,k,v,q)"
#: Largest uncompressed member taken out of a zip, bytes; a year of BACI is about 0.3 GB.
_MEMBER_LIMIT: Final = 2_000_000_000


def import_baci(file: Path, to: Path) -> str:
    """Add the rare-earth flows of a BACI release (value in thousand USD, quantity in t) to the table `trade`."""
    if file.suffix.lower() == ".zip":
        with tempfile.TemporaryDirectory() as folder:
            parts = _unpack(file, Path(folder))
            frames = [_flows(part, _country_codes(part)) for part in parts]
    else:
        frames = [_flows(file, _country_codes(file))]
    rows = pl.concat(frames)
    if rows.is_empty():
        raise InputError(f"no flow of {', '.join(_codes())} is in this file.", file=str(file))
    add_to_overlay("trade", rows, to)
    return f"{rows.height} flows of {', '.join(_codes())}, {years(rows)}, vintage {rows['vintage'][0]}, added to {to}."


def _codes() -> list[str]:
    return sorted(table("trade")["hs6"].unique())


def _flows(file: Path, countries: dict[str, str]) -> pl.DataFrame:
    lazy = pl.scan_csv(file, infer_schema=False)
    head = lazy.head(0).collect()
    require(head, _COLUMNS, file, _LAYOUT)
    kept = lazy.with_columns(pl.col(_COLUMNS).str.strip_chars()).filter(pl.col("k").str.zfill(6).is_in(_codes()))
    raw = kept.collect(engine="streaming")
    unknown = sorted((set(raw["i"]) | set(raw["j"])) - set(countries))
    if unknown:
        raise InputError(
            f"the country codes {', '.join(unknown[:5])} are not in the country_codes file.", file=str(file)
        )
    vintage = _vintage(file)
    codes, names = list(countries), list(countries.values())
    return raw.select(
        year=pl.col("t").cast(pl.Int64),
        hs6=pl.col("k").str.zfill(6),
        exporter=pl.col("i").replace_strict(codes, names, return_dtype=pl.String),
        importer=pl.col("j").replace_strict(codes, names, return_dtype=pl.String),
        value_usd=pl.col("v").cast(pl.Float64) * 1000.0,
        net_kg=pl.col("q").cast(pl.Float64, strict=False) * 1000.0,
        source=pl.lit(f"CEPII BACI (Etalab 2.0), {file.name}"),
        vintage=pl.lit(vintage),
        confidence=pl.lit("high"),
    )


def _vintage(file: Path) -> str:
    """`BACI HS92 V202601` from the file name; sorts after the shipped vintage, so that the import stands."""
    found = re.search(r"BACI_(HS\d\d)_Y\d{4}_(V\w+)", file.stem)
    return f"BACI {found[1]} {found[2]}" if found else f"BACI {file.stem}"


def _country_codes(file: Path) -> dict[str, str]:
    """BACI's numeric codes -> alpha-2, from the country_codes file of the release."""
    found = sorted(file.parent.glob("country_codes*.csv"))
    if not found:
        raise InputError(
            "the file country_codes_V*.csv of the release is not beside this file.",
            file=str(file),
            fix="Unpack the whole release into one folder, or give the zip.",
        )
    frame = pl.read_csv(found[-1], infer_schema=False, encoding="utf8-lossy")
    require(frame, ("country_code", "country_iso2", "country_iso3"), found[-1], "BACI's list of countries")
    known = alpha2([*frame["country_iso3"], *frame["country_iso2"]])
    pairs = {}
    for code, two, three in frame.select("country_code", "country_iso2", "country_iso3").rows():
        country = known.get(three) or known.get(two) or two or three
        if country:
            pairs[code] = country
    return pairs


def _unpack(file: Path, folder: Path) -> list[Path]:
    try:
        with zipfile.ZipFile(file) as archive:
            for member in archive.infolist():
                name = Path(member.filename).name
                if not re.match(r"(BACI_|country_codes)\w*\.csv$", name):
                    continue
                if member.file_size > _MEMBER_LIMIT:
                    raise InputError(f"{name} in the zip is larger than {_MEMBER_LIMIT} bytes.", file=str(file))
                with archive.open(member) as source, (folder / name).open("wb") as target:
                    while block := source.read(1 << 20):
                        target.write(block)
    except zipfile.BadZipFile as error:
        raise InputError("this zip is damaged.", file=str(file)) from error
    parts = sorted(folder.glob("BACI_*.csv"))
    if not parts:
        raise InputError("no BACI_*.csv is in this zip.", file=str(file))
    return parts
