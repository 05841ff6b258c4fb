"""Inputs of the EU criticality formula as far as the reference base knows them, and from a user's file."""

from __future__ import annotations

from collections.abc import Collection, Mapping
from pathlib import Path
from typing import Final

import numpy as np
import polars as pl

from didymium.errors import InputError, UsageError
from didymium.reference.importers.common import read_text_table, require
from didymium.reference.trade import newest_baci
from didymium.supply.concentration import parameters
from didymium.supply.concentration.bounds import Floats, share_bounds, weighted_bounds
from didymium.supply.concentration.criticality import Input, use
from didymium.supply.concentration.governance import instability
from didymium.supply.concentration.import_reliance import eu_members, import_reliance
from didymium.supply.concentration.shares import markets

_SHIPPED: Final = Path(__file__).parent / "criticality_inputs.csv"
_RELIANCE_SOURCE: Final = (
    "BACI and USGS mine figures; what the EU separates from imported feed is not counted as its own"
)
#: Inputs that come one per sector or country: `A:C26`, `Q:C26`, `t:CN`.
_PARTED: Final = ("A", "Q", "t")


def known_inputs(
    rows: pl.DataFrame, year: int, given: Collection[Input] = (), t: Mapping[str, float] | None = None
) -> list[Input]:
    """All inputs that can be had for one market: `given` first, then computed, then shipped.

    rows: statements of one stage, basket and year; several vintages give a range. t: trade parameter by country, others 1.
    hhi_eu comes from imports of compounds and metals (HS 280530, 284610, 284690, gross mass), so only for refining.
    """
    found = {one.name: one for one in given}
    computed = [_global(rows, year, t or {}), *_european(rows, year, t or {}), *_shipped(rows)]
    for one in computed:
        if one is not None:
            found.setdefault(one.name, one)
    return list(found.values())


def read_inputs(path: Path) -> tuple[list[Input], dict[str, float]]:
    """Inputs and trade parameters from a CSV with input, value and, where it has them, low, high, source.

    input: hhi_gs, hhi_eu, ir, eol_rir, si_sr, si_ei, use; or A:SECTOR and Q:SECTOR with Q:max for `use`; or t:COUNTRY.
    Errors: InputError or UsageError naming row, value and what is allowed.
    """
    raw = read_text_table(path)
    require(raw, ("input", "value"), path, "a table of criticality inputs")
    inputs: list[Input] = []
    parted: dict[str, dict[str, float]] = {name: {} for name in _PARTED}
    for number, row in enumerate(raw.iter_rows(named=True), start=2):
        middle = _number(row["value"], path, number, "value")
        head, colon, rest = (row["input"] or "").partition(":")
        if colon and head in _PARTED:
            parted[head][rest.strip()] = middle
            continue
        low, high = (_number(row.get(end) or row["value"], path, number, end) for end in ("low", "high"))
        inputs.append(Input(row["input"] or "", low, high, row.get("source") or path.name))
    if parted["A"]:
        if "max" not in parted["Q"]:
            raise UsageError("Q:max is missing.", file=str(path), fix="Give the value added of the largest sector.")
        inputs.append(use(parted["A"], parted["Q"], parted["Q"]["max"], path.name))
    return inputs, parted["t"]


def _number(text: str | None, path: Path, row: int, column: str) -> float:
    try:
        value = float(text or "")
    except ValueError:
        value = float("nan")
    if not 0 <= value < 1e15:
        raise InputError(
            f"{text!r} is not allowed.", file=str(path), row=row, column=column, fix="Allowed: a number from 0."
        )
    return value


def _hhi(
    countries: list[str], low: Floats, high: Floats, rest: float, year: int, t: Mapping[str, float]
) -> tuple[float, float]:
    """Bounds of sum of share^2 x WGI (0..10) x t; a rest may be one supplier of the worst governance."""
    scale, rated = parameters.value("wgi_scale"), instability(year)
    factor = np.array([t.get(country, 1.0) for country in countries]) * scale
    least = np.array([max(rated.get(country, 0.0), 0.0) for country in countries]) * factor
    most = np.array([max(rated.get(country, 1.0), 0.0) for country in countries]) * factor
    return weighted_bounds(low, high, least, most, rest**2 * scale)


def _global(rows: pl.DataFrame, year: int, t: Mapping[str, float]) -> Input | None:
    ends, sources = [], []
    for market in markets(rows):
        if market.total > 0:
            low, high = share_bounds(market.low, market.high, market.rest[0], market.rest[2])
            rest = market.rest[2] / (market.rest[2] + float(market.low.sum()))
            ends.append(_hhi(market.countries, low, high, rest, year, t))
            sources.append(f"{market.key['basket']}, {market.key['vintage']}")
    if not ends:
        return None
    source = f"shares of {'; '.join(sorted(set(sources)))}; political stability (World Bank) for governance"
    return Input("hhi_gs", min(low for low, _ in ends), max(high for _, high in ends), source)


def _european(rows: pl.DataFrame, year: int, t: Mapping[str, float]) -> list[Input]:
    """Import reliance of the EU for the mine stage or refining, and its sourcing for refining."""
    members = eu_members()
    found = []
    reliance = import_reliance(members=members, name="EU").filter(pl.col("year") == year).drop_nulls("reliance_low")
    if not reliance.is_empty():
        row = reliance.row(0, named=True)
        found.append(Input("ir", row["reliance_low"], row["reliance_high"], _RELIANCE_SOURCE))
    if set(rows["stage"]) != {"refining"}:
        return found
    outside = pl.col("importer").is_in(members) & ~pl.col("exporter").is_in(members) & (pl.col("year") == year)
    flows = newest_baci().filter(outside).group_by("exporter").agg(pl.col("net_kg").sum()).filter(pl.col("net_kg") > 0)
    if flows.is_empty():
        return found
    flows = flows.sort("exporter")
    amounts = flows["net_kg"].to_numpy().astype(np.float64)
    parts = amounts / amounts.sum()
    low, high = _hhi(flows["exporter"].to_list(), parts, parts, 0.0, year, t)
    source = f"EU imports {year} of HS {', '.join(sorted(newest_baci()['hs6'].unique()))} from outside (BACI), gross"
    return [*found, Input("hhi_eu", low, high, source)]


def _shipped(rows: pl.DataFrame) -> list[Input]:
    stages, baskets = set(rows["stage"]), set(rows["basket"])
    return [
        Input(row["input"], float(row["low"]), float(row["high"]), row["source"])
        for row in pl.read_csv(_SHIPPED, infer_schema=False).iter_rows(named=True)
        if (not row["stage"] or {row["stage"]} == stages) and (not row["element"] or {row["element"]} == baskets)
    ]
