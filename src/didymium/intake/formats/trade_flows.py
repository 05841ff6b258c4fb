"""Trade flows as aggregate consignments: BACI, UN Comtrade (new and legacy columns), and the parquet didymium ships.

Each flow of a year becomes one row: `declaration_id` like 2024-TR-BJ-284690, dated the last day of its period,
`aggregate` true, currency USD. A flow without a mass is refused ("quantity not stated"): nothing can be said about it.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import replace
from pathlib import Path
from typing import Final

import polars as pl

from didymium.errors import InputError
from didymium.intake.formats import csv_, parquet
from didymium.intake.formats.xml_ import head_text
from didymium.intake.resolve import plain
from didymium.intake.source import ROW, Format, Job, Source

_BACI: Final = {"t", "i", "j", "k", "v", "q"}
_SHIPPED: Final = {"year", "hs6", "exporter", "importer", "value_usd", "net_kg"}
_FIXED: Final[Mapping[str, object]] = {"currency": "USD", "aggregate": True, "item_no": 1}

#: Comtrade: what is needed -> names it goes by in the API (2022 on) and in the legacy download, folded by `plain`.
_COMTRADE: Final[Mapping[str, tuple[str, ...]]] = {
    "period": ("period", "refyear", "year"),
    "reporter": ("reporteriso", "reporter_iso"),
    "partner": ("partneriso", "partner_iso"),
    "flow": ("flowcode", "trade_flow"),
    "code": ("cmdcode", "commodity_code"),
    "mass": ("netwgt", "netweight_(kg)"),
    "value": ("primaryvalue", "trade_value_(us$)"),
}


def _day(period: pl.Expr) -> pl.Expr:
    """Last day of a year (`2024`) or month (`202403`) as ISO text; other texts stay, to be refused."""
    year = period.str.slice(0, 4)
    month_end = (year + "-" + period.str.slice(4, 2) + "-01").str.to_date("%Y-%m-%d", strict=False).dt.month_end()
    return (
        pl.when(period.str.contains(r"^\d{4}$")).then(year + "-12-31")
        .when(period.str.contains(r"^\d{6}$")).then(month_end.cast(pl.String))
        .otherwise(period)
    )  # fmt: skip


def _flows(
    period: pl.Expr, exporter: pl.Expr, importer: pl.Expr, code: pl.Expr, origin: pl.Expr | None = None
) -> list[pl.Expr]:
    """The columns every kind of flow has."""
    return [
        pl.concat_str([period, exporter, importer, code], separator="-").alias("declaration_id"),
        _day(period).alias("date"),
        code.alias("hs_code"),
        (exporter if origin is None else origin).alias("origin"),
        exporter.alias("export_country"),
        importer.alias("import_country"),
    ]


def _open_shipped(job: Job) -> Source:
    source = parquet.open_(job)
    c = {plain(name): pl.col(name).cast(pl.String) for name in source.frame.collect_schema().names() if name != ROW}
    frame = source.frame.select(
        ROW, *_flows(c["year"], c["exporter"], c["importer"], c["hs6"]),
        pl.col("net_kg").cast(pl.Float64), pl.col("value_usd").cast(pl.Float64).alias("value"),
    )  # fmt: skip
    said = [*source.detected, "Trade flows by year, one row per flow (aggregate consignments)."]
    return replace(source, frame=frame, detected=said, constants={**_FIXED, "direction": "export"})


def _open_baci(job: Job) -> Source:
    source = csv_.open_(job)
    codes, file = _country_codes(job)
    frame = source.frame.rename({n: plain(n) for n in source.frame.collect_schema().names() if n != ROW})
    stated = {name: pl.col(name).str.strip_chars() for name in _BACI}
    country = {n: stated[n].replace(list(codes), list(codes.values())) for n in ("i", "j")}
    mass = pl.when(stated["q"].str.to_uppercase() != "NA").then(stated["q"])
    frame = frame.select(
        ROW, *_flows(stated["t"], country["i"], country["j"], stated["k"].str.zfill(6)),
        mass.alias("net_kg"), stated["v"].alias("value"),
    )  # fmt: skip
    said = [
        *source.detected,
        f"BACI (value in thousand USD, mass in t), countries by {file}; one row per flow and year.",
    ]
    return replace(
        source, frame=frame, detected=said, constants={**_FIXED, "direction": "export"},
        factors={"net_kg": 1000.0, "value": 1000.0}, settled=dict.fromkeys(("net_kg", "value", "date"), "point"),
    )  # fmt: skip


def _country_codes(job: Job) -> tuple[dict[str, str], str]:
    """BACI's numbers -> alpha-2 (areas without one: alpha-3), from the country_codes file of the release."""
    beside = sorted(job.path.parent.glob("country_codes*.csv"))
    if not beside:
        raise InputError(
            "BACI numbers its countries and the list of numbers is not beside the file.",
            file=job.name, fix="Put country_codes_V*.csv of the same release into the same folder.",
        )  # fmt: skip
    table = csv_.open_(replace(job, path=beside[-1])).frame.collect()
    names = {plain(n): n for n in table.columns}
    number, iso2, iso3 = (
        next((names[n] for n in (f"country_{what}", what) if n in names), None) for what in ("code", "iso2", "iso3")
    )
    if number is None or iso2 is None:
        raise InputError(
            "no columns country_code and country_iso2.", file=beside[-1].name, fix="Take the file of the release."
        )
    found = {}
    for row in table.select(number, iso2, *([iso3] if iso3 else [])).iter_rows():
        two, three = (row[1] or "").strip(), (row[-1] or "").strip()
        found[str(row[0]).strip()] = two if re.fullmatch(r"[A-Z]{2}", two) else three
    return found, beside[-1].name


def _open_comtrade(job: Job) -> Source:
    source = csv_.open_(job)
    names = {plain(n): n for n in source.frame.collect_schema().names() if n != ROW}
    c = {k: pl.col(next(names[n] for n in forms if n in names)).str.strip_chars() for k, forms in _COMTRADE.items()}
    flow = c["flow"].str.to_lowercase().str.strip_chars_end("s")
    inward = flow.is_in(["m", "import", "re-import", "rm", "fm", "mip", "mop"])
    exporter = pl.when(inward).then(c["partner"]).otherwise(c["reporter"])
    importer = pl.when(inward).then(c["reporter"]).otherwise(c["partner"])
    again = flow.is_in(["rx", "re-export", "rm", "re-import"])  # goods made elsewhere
    origin = pl.when(~again).then(exporter)
    identifier, *others = _flows(c["period"], exporter, importer, c["code"], origin)
    frame = source.frame.select(
        ROW, pl.concat_str([identifier, c["flow"].str.to_uppercase()], separator="-").alias("declaration_id"),
        *others, c["mass"].alias("net_kg"), c["value"].alias("value"),
        pl.when(inward).then(pl.lit("import")).otherwise(pl.lit("export")).alias("direction"),
    )  # fmt: skip
    said = [
        *source.detected,
        "UN Comtrade (as the reporter says: imports CIF, exports FOB); one row per flow and period.",
    ]
    return replace(
        source,
        frame=frame,
        detected=said,
        constants=_FIXED,
        settled=dict.fromkeys(("net_kg", "value", "date"), "point"),
    )


def _header_names(head: bytes) -> set[str]:
    line = head_text(head).split("\n", 1)[0]
    return {plain(cell.strip(' "\r')) for cell in re.split(r"[,;\t]", line)}


def _is_shipped(path: Path, head: bytes) -> bool:
    if not parquet.sniff(path, head):
        return False
    try:
        return set(pl.read_parquet_schema(path)) >= _SHIPPED
    except (pl.exceptions.PolarsError, pl.exceptions.PanicException):
        return False


def _is_comtrade(_: Path, head: bytes) -> bool:
    names = _header_names(head)
    return all(any(form in names for form in forms) for forms in _COMTRADE.values())


FORMATS: Final = (
    Format("trade_flows", "trade flows as Parquet", "declarations", _is_shipped, _open_shipped),
    Format("baci", "BACI CSV", "declarations", lambda _, head: _header_names(head) == _BACI, _open_baci),
    Format("comtrade", "UN Comtrade CSV", "declarations", _is_comtrade, _open_comtrade),
)
