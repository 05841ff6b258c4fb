"""Backtests: rows.csv names an observation of table supply_history and what to read from a run of an event.

An event is a scenario whose throughputs are what was observed (backtest/events/, or a shipped scenario), with what was
observed of mines (given.csv); prices, stocks and stoppages are outputs. role: fitted = a parameter was chosen on it, so it
proves nothing; predicted = none was. All observations were known while model and inputs were made, so predicted does not
mean blind.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Mapping
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from typing import Any, Final

import numpy as np
import polars as pl

from didymium.errors import ReferenceDataError
from didymium.reference import table
from didymium.supply.network.layout import Floats
from didymium.supply.running import Prepared, prepare
from didymium.supply.scenario import Scenario, load
from didymium.supply.scenario.read import names
from didymium.supply.solve.frames import Both
from didymium.supply.solve.stocks import stock_outs
from didymium.units import month_index

HERE: Final = Path(__file__).parent


@dataclass(slots=True)
class Played:
    """One event solved: USD/kg over base by month and node, and the dates of stoppages."""

    ready: Prepared
    ratio: Floats
    stops: pl.DataFrame


def backtests(parameters: Mapping[str, float] | None = None) -> pl.DataFrame:
    """event, observable, item, zone, role, observed_low, observed_high, unit, model, within, off_factor, note.

    off_factor: model over the nearer end of what was observed, 1 = within. parameters: overrides, see `running.run`.
    """
    played: dict[str, Played] = {}
    found = []
    for row in rows().iter_rows(named=True):
        event = row["scenario"]
        if event not in played:
            played[event] = play(story(event), {**given(event), **(parameters or {})})
        low, high, unit = observed(row)
        model = measure(played[event], row)
        nearer = 1.0 if low <= model <= high else model / (low if model < low else high)
        found.append(
            {
                "event": row["event"],
                "observable": row["observable"] + (f", since {row['over_from'][:7]}" if row["over_from"] else ""),
                **{key: row[key] for key in ("item", "zone", "role")},
                "observed_low": low,
                "observed_high": high,
                "unit": unit,
                "model": model,
                "within": low <= model <= high,
                "off_factor": nearer,
                "note": row["note"],
            }
        )
    return pl.DataFrame(found)


def equal_rents(parameters: Mapping[str, float] | None = None) -> pl.DataFrame:
    """One tonnage quota gives one rent per kg: element, rent USD/kg and price ratio outside in its first full month.

    Elements that are not exported in that month have no arc and no row.
    """
    ready = prepare("quota_2010", 2, parameters)
    path, _ = ready.paths()
    layout, month = ready.roller.layout, path.months[1]
    rent = np.maximum(-month.arc_reduced, 0.0) + ready.roller.programme.row_rent(month)
    carried = month.x[ready.roller.programme.arcs]
    base = layout.price()
    found = [
        {
            "element": good.split(":")[1],
            "rent_usd_per_kg": float(rent[i]),
            "price_ratio": float(month.price[n] / base[n]),
        }
        for i, (good, a, b) in enumerate(layout.arcs)
        for n in [layout.at[good, b]]
        if good.startswith("oxide:") and a == "CN" and carried[i] > 1e-6
    ]
    return pl.DataFrame(found, schema={"element": pl.String, "rent_usd_per_kg": pl.Float64, "price_ratio": pl.Float64})


@cache
def rows() -> pl.DataFrame:
    """rows.csv; empty cells of over_from and over are null."""
    return pl.read_csv(HERE / "rows.csv", infer_schema=False).with_columns(
        pl.col("over_from", "over").replace("", None)
    )


def given(event: str) -> dict[str, float]:
    """Parameters that an event takes from what was observed (given.csv); none for most."""
    table_ = pl.read_csv(HERE / "given.csv", schema_overrides={"value": pl.Float64})
    return dict(table_.filter(pl.col("scenario") == event).select("parameter", "value").rows())


def observed(row: dict[str, Any]) -> tuple[float, float, str]:
    """Low, high and unit: the range in table supply_history, divided by an earlier observation where the row asks for it."""
    low, high, unit = _history(row, row["from"])
    if row["over_from"]:
        below, above, _ = _history(row, row["over_from"])
        return low / above, high / below, "1"
    return low, high, unit


def _history(row: dict[str, Any], day: str) -> tuple[float, float, str]:
    found = table("supply_history").filter(
        (pl.col("event") == row["event"])
        & (pl.col("from") == dt.date.fromisoformat(day))
        & (pl.col("observable") == row["observable"])
        & (pl.col("item") == row["item"])
    )
    if found.is_empty():
        raise ReferenceDataError(
            f"no observation {row['observable']!r} of {row['item']} on {day}.",
            file="supply_history.csv",
            fix="Add the row.",
        )
    return found.select("low", "high", "unit").row(0)


def story(event: str) -> Scenario:
    """The scenario of an event: a shipped one, or one of backtest/events."""
    return load(event if event in names() else HERE / "events" / f"{event}.toml")


def play(event: Scenario, parameters: Mapping[str, float]) -> Played:
    """The event solved with these parameters."""
    ready = prepare(event, None, parameters)
    path, free = ready.paths()
    return Played(ready, path.prices() / ready.roller.layout.price(), stock_outs(Both(ready.roller, path, free)))


def _price_ratio(played: Played, row: dict[str, Any]) -> float:
    """Geometric mean of the months `at`, over that of the months `over` (base = the base month)."""
    start, node = month_index(played.ready.scenario.start), played.ready.roller.layout.at[row["item"], row["zone"]]

    def mean(months: str) -> float:
        if months == "base":
            return 1.0
        places = [month_index(dt.date.fromisoformat(f"{month}-01")) - start for month in months.split("|")]
        return float(np.exp(np.mean(np.log(np.maximum(played.ratio[places, node], 1e-9)))))

    return mean(row["at"]) / mean(row["over"])


def _weeks_to_stop(played: Played, row: dict[str, Any]) -> float:
    """Weeks from the day `at` to the middle of the first month in which a tenth of the firms stop; infinite where none does."""
    stage, item = row["item"].split(":")
    of = played.stops.filter((pl.col("stage") == stage) & (pl.col("item") == item) & (pl.col("zone") == row["zone"]))
    first = of["firms_10_pct_stop"][0]
    if first is None:
        return float("inf")
    return float((first + dt.timedelta(days=15) - dt.date.fromisoformat(row["at"])).days / 7.0)


def measure(played: Played, row: dict[str, Any]) -> float:
    """What the model gives for a row, in the unit of the observation."""
    return float(_MEASURES[row["measure"]](played, row))


_MEASURES: Final = {"price_ratio": _price_ratio, "weeks_to_stop": _weeks_to_stop}
