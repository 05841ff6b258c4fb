"""The section Concentration of docs/quality.md: published figures beside what the reference base gives."""

from __future__ import annotations

from pathlib import Path
from typing import Any, Final

import polars as pl

from didymium.supply.concentration import (
    chosen,
    concentration,
    n_minus_1,
    press_claims,
    readings,
    shares,
    statements,
    verdict,
)

START: Final = "<!-- concentration: start (written by make quality) -->"
END: Final = "<!-- concentration: end -->"
MAGNET: Final = "magnet REE (Nd, Pr, Dy, Tb)"


def figures() -> dict[str, Any]:
    """Everything the section shows, as plain values."""
    known = statements()
    table = concentration(known)
    return {
        "published": _published(known),
        "hhi": table.filter(pl.col("basket") == "all REO").to_dicts(),
        "n_minus_1": n_minus_1(known.filter(pl.col("stage") == "refining")).to_dicts(),
        "bottom_up": _bottom_up(known),
        "claims": [verdict(claim, readings(claim, known)) for claim in press_claims()],
    }


def write(document: Path) -> None:
    """Put the section between its markers; a document without them is left alone."""
    text = document.read_text(encoding="utf-8")
    if START in text and END in text:
        before, rest = text.split(START, 1)
        after = rest.split(END, 1)[1]
        document.write_text(f"{before}{START}\n\n{as_markdown(figures())}\n{END}{after}", encoding="utf-8")


def as_markdown(found: dict[str, Any]) -> str:
    lines = [
        "Shares of 2024 as stated, beside those from the tonnages (a check of arithmetic):",
        "",
        "| figure | stated | here | source here |",
        "|---|---:|---:|---|",
    ]
    lines += [f"| {name} | {stated} | {own:.2f} % | {source} |" for name, stated, own, source in found["published"]]
    lines += [
        "",
        "Mining of all rare earths by vintage of USGS (HHI 0 to 1; the rest is never split by the source):",
        "",
    ]
    lines += ["| year | vintage | China | HHI | governed HHI | sum of rows, t REO | stated world total |"]
    lines += ["|---:|---|---:|---:|---:|---:|---:|"]
    lines += [
        f"| {row['year']} | {row['vintage']} | {row['top_share'] * 100:.2f} % | {_range(row, 'hhi', 4)} | "
        f"{_range(row, 'governed', 3)} | {row['total']:,.0f} | {row['world_difference_pct']:+.1f} % |"
        for row in found["hhi"]
    ]
    lines += ["", "Refining of magnet rare earths without China (N-1; IEA supply and demand):", ""]
    lines += [
        "| year | demand | left / all demand | left / lost | stated by IEA | share of demand in China that fits the stated |"
    ]
    lines += ["|---:|---|---:|---:|---:|---:|"]
    lines += [
        f"| {row['year']} | {row['scenario']} | {row['cover_of_demand'] * 100:.1f} % | {row['remaining_per_lost'] * 100:.1f} % | "
        f"{_percent(row, 'stated_cover')} | {_percent(row, 'implied_own_demand')} |"
        for row in found["n_minus_1"]
    ]
    lines += [
        "",
        "Bottom-up (tonnes of each feed x pattern of its deposit x recovery) beside the IEA, magnet rare earths 2024:",
        "",
    ]
    lines += [
        "| stage | China bottom-up | range | China, IEA | total bottom-up, kt | total IEA, kt |",
        "|---|---:|---|---:|---:|---:|",
    ]
    lines += [
        f"| {row['stage']} | {row['own'] * 100:.1f} % | {row['low'] * 100:.1f} to {row['high'] * 100:.1f} % | "
        f"{row['iea'] * 100:.1f} % | {row['total']:.1f} | {row['iea_total']:.1f} |"
        for row in found["bottom_up"]
    ]
    return "\n".join([*lines, "", "Press figures:", "", *(f"- {sentence}" for sentence in found["claims"]), ""])


def _published(known: pl.DataFrame) -> list[tuple[str, str, float, str]]:
    table = shares(chosen(known, year=2024, basket=MAGNET, vintage="GCMO2025"))

    def part(stage: str, *countries: str) -> float:
        rows = table.filter((pl.col("stage") == stage) & pl.col("country").is_in(countries))
        return float(rows["share"].sum()) * 100

    source = "IEA tables, GCMO 2025"
    return [
        ("China, mining of magnet rare earths", "60.97 %", part("mining", "CN"), source),
        ("China, refining of magnet rare earths", "91.28 % (table), 91 % (text)", part("refining", "CN"), source),
        ("China, Malaysia, United States, refining", "96.95 %", part("refining", "CN", "MY", "US"), source),
    ]


def _bottom_up(known: pl.DataFrame) -> list[dict[str, Any]]:
    found = []
    for stage in ("mining", "refining"):
        own = concentration(chosen(known, stage=stage, basket="magnet REE, bottom-up")).row(0, named=True)
        iea = concentration(chosen(known, stage=stage, basket=MAGNET, year=2024, vintage="GCMO2025")).row(0, named=True)
        found.append(
            {"stage": stage, "own": own["top_share"], "low": own["top_share_low"], "high": own["top_share_high"]}
            | {"iea": iea["top_share"], "total": own["total"] / 1000, "iea_total": iea["total"]}
        )
    return found


def _range(row: dict[str, Any], name: str, digits: int) -> str:
    low, high = (f"{row[f'{name}_{end}']:.{digits}f}" for end in ("low", "high"))
    return low if low == high else f"{low} to {high}"


def _percent(row: dict[str, Any], name: str) -> str:
    low, high = row[f"{name}_low"], row[f"{name}_high"]
    return "–" if low is None or high is None else f"{low * 100:.0f} to {high * 100:.0f} %"
