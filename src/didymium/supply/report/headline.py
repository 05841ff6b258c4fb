"""What decides, in sentences: what becomes dear, who goes without, when firms stop, what it costs."""

from __future__ import annotations

import datetime as dt
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any, Final

import polars as pl

from didymium.plots import words
from didymium.supply.report import names
from didymium.supply.report.shortage import HELD, missing
from didymium.supply.running import Result

#: Losses per kg missing are known within this factor (table supply_sectors).
FACTOR: Final = 3.0
#: Below these nothing is said to happen.
DEARER, SHORT = 1.05, 0.005
#: Goods named in one sentence.
NAMED: Final = 5


@dataclass(frozen=True, slots=True)
class Headline:
    """sentence decides; more follow it. strip: (name, figure). month: the month with the largest loss or shortage."""

    sentence: str
    more: tuple[str, ...]
    strip: tuple[tuple[str, str], ...]
    month: dt.date


def headline(result: Result, zones: Mapping[str, str]) -> Headline:
    """The sentences of a run, each from its tables and against the run without control."""
    dear, rationed, scarce, stop = _dearest(result), _rationed(result), _scarcest(result), _first_stop(result)
    said = (_scarce(scarce, zones), _stops(stop), _dear(dear, zones), _scarcity(rationed))
    sentences = [sentence for sentence in said if sentence]
    first = sentences[0] if sentences else "Nothing becomes dearer by a twentieth or short by half a per cent."
    lost = float(missing(result).select((pl.col("missing_t") * _loss()).sum()).item() or 0.0)
    strip = [
        ("output lost by magnet users", money(lost)),
        ("largest rise, never rationed", _figure_of(dear)),
        ("goods rationed", str(len({(row["stage"], row["item"]) for row in rationed}))),
        ("first firms stop", f"{stop['month']:%Y-%m}" if stop else "none"),
        ("months run", str(result.prices["month"].n_unique())),
        ("confidence", result.scenario.confidence),
    ]
    return Headline(first, tuple(sentences[1:]), tuple(strip), _worst_month(result))


def money(musd: float) -> str:
    """Loss with its range: `14.2 bn USD (5 to 43)`."""
    if musd < 0.5:
        return "none"
    unit, by = ("bn", 1000.0) if musd >= 1000 else ("M", 1.0)
    low, high = (words.figure(musd / by * f, 2) for f in (1 / FACTOR, FACTOR))
    return f"{words.figure(musd / by, 2)} {unit} USD ({low} to {high})"


def _loss() -> pl.Expr:
    """MUSD per t missing, as the run has it: nothing where no figure is known."""
    return (pl.col("lost_musd") / pl.col("short_t")).fill_nan(0.0).fill_null(0.0)


def _rationed(result: Result) -> list[dict[str, Any]]:
    """Goods that are rationed, most months first: month (first), months, at least USD/kg, zone, stage, item."""
    rows = result.prices.filter(pl.col("stage").is_in(HELD) & pl.col("rationed")).sort("month")
    found = rows.group_by("zone", "stage", "item", maintain_order=True).agg(
        pl.col("month").first(), months=pl.len(), least=pl.col("at_least_usd_per_kg").first()
    )
    return found.sort("months", descending=True, maintain_order=True).to_dicts()


def _dearest(result: Result) -> dict[str, Any] | None:
    """The month and good with the highest price over that without control, of goods that are never rationed."""
    never = ~pl.col("rationed").any().over("zone", "stage", "item")
    traded = result.prices.filter(never & pl.col("stage").is_in(HELD)).filter(pl.col("ratio") > DEARER)
    return traded.sort("ratio", descending=True, maintain_order=True).row(0, named=True) if traded.height else None


def _scarcest(result: Result) -> dict[str, Any] | None:
    """Magnet users first, for they lose most by the kg; else the direct use with the largest share missing."""
    by = missing(result).group_by("month", "zone", "stage", "item", maintain_order=True)
    shares = by.agg(pl.col("missing_t", "wanted_t").sum()).filter(pl.col("wanted_t") > 0)
    shares = shares.with_columns(share=pl.col("missing_t") / pl.col("wanted_t")).filter(pl.col("share") > SHORT)
    for rows in (shares.filter(pl.col("stage") == "magnet"), shares):
        if rows.height:
            return rows.sort("share", descending=True, maintain_order=True).row(0, named=True)
    return None


def _first_stop(result: Result) -> dict[str, Any] | None:
    rows = result.stock_outs.filter(pl.col("stage").is_in(HELD) & pl.col("firms_10_pct_stop").is_not_null())
    if rows.is_empty():
        return None
    first = rows["firms_10_pct_stop"].min()
    goods = rows.filter(pl.col("firms_10_pct_stop") == first).select("zone", "stage", "item").rows(named=True)
    return {"month": first, "goods": goods}


def _worst_month(result: Result) -> dt.date:
    """The month with the largest loss; where nothing is lost, with most t missing; else the last one."""
    by = (
        missing(result)
        .group_by("month")
        .agg((pl.col("missing_t") * _loss()).sum().alias("lost"), pl.col("missing_t").sum())
    )
    lost = by.filter(pl.col("missing_t") > 1e-6).sort("lost", "missing_t", descending=True)
    month = lost["month"][0] if lost.height else result.prices["month"].max()
    assert isinstance(month, dt.date)
    return month


def _scarce(row: Mapping[str, Any] | None, zones: Mapping[str, str]) -> str:
    if row is None:
        return ""
    share, good = 100 * row["share"], names.good(row["stage"], row["item"])
    return (
        f"Users of {good} in {_in(row['zone'], zones)} go without {share:.0f} % of what they want in {row['month']:%Y-%m}, "
        f"beyond what is short without control."
    )


def _dear(row: Mapping[str, Any] | None, zones: Mapping[str, str]) -> str:
    if row is None:
        return ""
    good, who = names.good(row["stage"], row["item"]), _in(row["zone"], zones)
    return (
        f"{good} in {who} costs {row['ratio']:.1f} times as much as without control in {row['month']:%Y-%m}, "
        f"{words.figure(row['usd_per_kg'])} against {words.figure(row['no_control_usd_per_kg'])} USD/kg: "
        "the largest rise of what is never rationed."
    )


def _scarcity(rows: Sequence[Mapping[str, Any]]) -> str:
    if not rows:
        return ""
    goods: dict[str, int] = {}
    for row in rows:
        good = names.good(row["stage"], row["item"])
        goods[good] = max(goods.get(good, 0), row["months"])
    said = [f"{good} ({months} {'month' if months == 1 else 'months'})" for good, months in goods.items()]
    return (
        f"Rationed, at ten times the base price or more, where no price can be stated: {', '.join(said[:NAMED])}"
        f"{_more(len(said))}; first in {min(row['month'] for row in rows):%Y-%m}."
    )


def _more(count: int) -> str:
    return f" and {count - NAMED} more" if count > NAMED else ""


def _in(zone: str, zones: Mapping[str, str]) -> str:
    return "all other areas" if zone == "rest" else zones.get(zone, zone)


def _stops(row: Mapping[str, Any] | None) -> str:
    if row is None:
        return ""
    goods = list(dict.fromkeys(names.good(one["stage"], one["item"]) for one in row["goods"]))
    return f"A tenth of firms stop from {row['month']:%Y-%m} on, for want of {', '.join(goods[:NAMED])}{_more(len(goods))}."


def _figure_of(row: Mapping[str, Any] | None) -> str:
    return "none" if row is None else f"{row['item']} {row['stage']} × {row['ratio']:.1f}"
