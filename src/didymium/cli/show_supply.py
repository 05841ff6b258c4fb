"""Concentration, GeoPolRisk, import reliance and criticality in the terminal: ranges, vintages, sources."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import TYPE_CHECKING, Final

import polars as pl
from rich.table import Table
from rich.text import Text

from didymium.cli.terminal import clean

if TYPE_CHECKING:
    from rich.console import Console

    from didymium.supply.concentration import Claim, Input, Result

#: Suppliers shown one by one; the tables of more markets would not be read.
MOST_MARKETS: Final = 6
MOST_SUPPLIERS: Final = 8
MOST_ROWS: Final = 40


def between(low: float | None, high: float | None, digits: int = 3, factor: float = 1.0) -> str:
    """`0.49 – 0.52`, one figure where both print alike, a dash where nothing is known."""
    if low is None and high is None:
        return "–"
    ends = ["?" if end is None else f"{end * factor:.{digits}f}" for end in (low, high)]
    return ends[0] if ends[0] == ends[1] else " – ".join(ends)


def markets(out: Console, table: pl.DataFrame) -> None:
    """One line per market, then the range of HHI over vintages where there is more than one."""
    from didymium.supply.concentration import over_vintages

    shown = _table(
        "stage",
        "basket",
        "year",
        "vintage",
        "largest, %",
        "HHI 0–1",
        "governed HHI",
        "not split, %",
        "suppliers",
        "how",
    )
    for row in table.iter_rows(named=True):
        largest = f"{row['top'] or '–'} {between(row['top_share_low'], row['top_share_high'], 1, 100)}"
        hhi, governed = between(row["hhi_low"], row["hhi_high"]), between(row["governed_low"], row["governed_high"])
        rest = between(row["rest_share"], row["rest_share"], 1, 100)
        year = f"{row['year']}{' proj.' if row['kind'] == 'projection' else ''}"
        cells = (row["stage"], row["basket"], year, row["vintage"], largest, hhi, governed, rest, row["suppliers"])
        shown.add_row(*map(_cell, cells), row["how"])
    out.print(shown)
    for row in over_vintages(table).filter(pl.col("sources") > 1).iter_rows(named=True):
        where = f"{row['stage']}, {row['basket']}, {row['year']}"
        share = between(row["top_share_low"], row["top_share_high"], 1, 100)
        words = f"HHI {between(row['hhi_low'], row['hhi_high'])}, largest {' or '.join(row['tops'])} {share} %"
        out.print(f"Over {row['sources']} statements of {where}: {words}.")
    out.print()


def suppliers(out: Console, shares: pl.DataFrame) -> None:
    """Shares of the suppliers, where there are few markets."""
    key = ["stage", "basket", "year", "vintage", "source"]
    parts = shares.partition_by(key, maintain_order=True)
    if len(parts) > MOST_MARKETS:
        out.print(f"Suppliers of {len(parts)} markets: narrow down with --stage and --year, or take --csv.\n")
        return
    for part in parts:
        head = part.row(0, named=True)
        out.print(Text(f"{head['stage']} of {head['basket']}, {head['year']}, {head['vintage']}", style="bold"))
        shown = _table("country", "share, %", f"amount, {head['unit']}")
        for row in part.head(MOST_SUPPLIERS).iter_rows(named=True):
            share = between(row["share_low"], row["share_high"], 2, 100)
            shown.add_row(row["country"] or "not split", share, f"{row['amount']:,.6g}")
        out.print(shown)
        if part.height > MOST_SUPPLIERS:
            out.print(f"… {part.height - MOST_SUPPLIERS} more; --csv prints all.")
        out.print()


def without_largest(out: Console, table: pl.DataFrame) -> None:
    """N-1 in its three readings."""
    if table.is_empty():
        return
    out.print(Text("Without the largest supplier (N-1), magnet rare earths", style="bold"))
    shown = _table(
        "stage", "year", "demand", "without", "left / all demand, %", "left / outside demand, %", "left / lost, %", "stated, %",
        "own demand that this implies, %",
    )  # fmt: skip
    for row in table.iter_rows(named=True):
        outside = row["cover_of_outside_demand"]
        implied = between(row["implied_own_demand_low"], row["implied_own_demand_high"], 0, 100)
        whole, lost = row["cover_of_demand"], row["remaining_per_lost"]
        shown.add_row(
            row["stage"], str(row["year"]), row["scenario"], row["largest"], between(whole, whole, 1, 100),
            "needs --own-demand-share" if outside is None else between(outside, outside, 1, 100),
            between(lost, lost, 1, 100), between(row["stated_cover_low"], row["stated_cover_high"], 0, 100), implied,
        )  # fmt: skip
    out.print(shown)
    out.print()


def claims(out: Console, found: Sequence[tuple[Claim, pl.DataFrame]]) -> None:
    """What press figures can mean: readings of whole baskets, then the verdict with the single elements."""
    from didymium.supply.concentration import ELEMENTS

    out.print(Text("What press figures can mean", style="bold"))
    for claim, readings in found:
        shown = _table("", "stage", "basket", "year", "vintage", "share, %")
        for row in readings.filter(~pl.col("basket").is_in(ELEMENTS)).iter_rows(named=True):
            share = between(row["share_low"], row["share_high"], 1, 100)
            fits = {"yes": "fits", "no": "no", "possible": "possible"}[row["fits"]]
            shown.add_row(fits, *map(_cell, (row["stage"], row["basket"], row["year"], row["vintage"])), share)
        out.print(shown)
        from didymium.supply.concentration import verdict

        out.print(Text(clean(verdict(claim, readings))))
        out.print(Text(f"Claim: {clean(claim.source)}", style="dim"))
        out.print()


def sources(out: Console, table: pl.DataFrame) -> None:
    """Sources with their vintage and confidence."""
    out.print(Text("Sources", style="bold"))
    for row in table.select("vintage", "source", "confidence").unique(maintain_order=True).iter_rows(named=True):
        out.print(Text(f"{clean(row['vintage'])} ({row['confidence']}): {clean(row['source'])}", style="dim"))


def geopolrisk(out: Console, table: pl.DataFrame) -> None:
    """Scores, largest first within a year; the range over vintages where there are several."""
    shown = _table(
        "country", "year", "mine figures", "HHI", "import risk", "score", "over vintages", "USD/kg", "kg Cu-eq/kg",
        "not rated, %", "flows without mass",
    )  # fmt: skip
    ordered = table.sort("year", "score", descending=[False, True], nulls_last=True)
    for row in ordered.head(MOST_ROWS).iter_rows(named=True):
        numbers = (between(row[name], row[name], 4) for name in ("hhi", "import_risk", "score"))
        price, cf = row["price_usd_per_kg"], row["cf_kg_cu_eq_per_kg"]
        shown.add_row(
            row["country"], str(row["year"]), clean(row["vintage"]), *numbers,
            between(row.get("score_low"), row.get("score_high"), 4), between(price, price, 2), between(cf, cf, 3),
            between(row["unrated_share"], row["unrated_share"], 1, 100), str(row["unknown_mass"]),
        )  # fmt: skip
    out.print(shown)
    if table.height > MOST_ROWS:
        out.print(f"… {table.height - MOST_ROWS} more; --csv prints all, --year and --country narrow down.")
    out.print(
        "Mine stage only; gross tonnes of compounds are added to tonnes REO, as the method does. Sources: mine figures as "
        "named, CEPII BACI, World Bank WGI (political stability); method Koyamparambath and others 2024."
    )


def reliance(out: Console, table: pl.DataFrame, stated: pl.DataFrame) -> None:
    """Reliance by year, with the amounts behind it, and what sources state (they may count otherwise)."""
    shown = _table(
        "country", "year", "reliance, %", "mined, t REO", "imports, t REO", "exports, t REO", "without mass", "meaning"
    )
    for row in table.iter_rows(named=True):
        amounts = (
            between(row[f"{part}_low_t"], row[f"{part}_high_t"], 0) for part in ("production", "imports", "exports")
        )
        share = between(row["reliance_low"], row["reliance_high"], 0, 100)
        shown.add_row(row["country"], str(row["year"]), share, *amounts, str(row["unknown_mass"]), row["meaning"])
    out.print(shown)
    for row in stated.iter_rows(named=True):
        figure = between(row["low"], row["high"], 0, 100)
        out.print(clean(f"Stated for {row['year']}: {figure} %, {row['note']} ({row['source']})."))
    out.print(
        "Ores, stocks and goods that contain rare earths are not in it. Sources: CEPII BACI, USGS mine figures of all vintages, "
        "oxide factors of U.S. tariff lines (USGS Minerals Yearbook 2022). “?” = apparent consumption not positive at that end."
    )


def criticality(out: Console, results: Sequence[Result], known: Sequence[Input], t: Mapping[str, float]) -> None:
    """Results in words, then every input with its source."""
    for result in results:
        out.print(Text(result.sentence, style="bold"))
    shown = _table("input", "value", "source")
    for one in known:
        shown.add_row(one.name, between(one.low, one.high, 4), clean(one.source))
    out.print(shown)
    given = ", ".join(f"{clean(country)} {value:g}" for country, value in t.items()) or "none given"
    out.print(
        f"Trade parameters: {given}, 1 for all others. Governance: political stability alone, where the EU averages."
    )


def _cell(value: object) -> str:
    return clean(str(value))


def _table(*headings: str) -> Table:
    table = Table(box=None, padding=(0, 1), header_style="bold", pad_edge=False)
    for heading in headings:
        table.add_column(heading, overflow="fold")
    return table
