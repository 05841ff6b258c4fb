"""`leverage`: losses of both sides over time and over how much passes, with the months in which their order flips."""

from __future__ import annotations

import datetime as dt
import math
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from itertools import product
from pathlib import Path as File

import numpy as np
import polars as pl

from didymium.errors import UsageError
from didymium.supply.diversify.ranges import Floats, ranges
from didymium.supply.leverage.chips import CASES, chip_losses
from didymium.supply.leverage.sides import Losses, Sides, losses, sides
from didymium.supply.network.model import Network
from didymium.supply.running import Prepared, prepare
from didymium.supply.scenario import Scenario
from didymium.supply.scenario.effects import Effects
from didymium.supply.solve.frames import Both
from didymium.supply.solve.roll import Path
from didymium.supply.solve.stocks import stock_outs
from didymium.units import month_index, month_start

#: Shares of the base flow that pass, for the curves.
THROUGHPUT = (0.0, 0.1, 0.25, 0.5, 0.75, 1.0)
#: Shares of chips that pass, for the coupled controls.
CHIPS = (0.0, 0.5, 1.0)


@dataclass(slots=True)
class Leverage:
    """Losses in MUSD, cumulative ones from the first month. low, mid, high: ranges of supply_decisions.

    losses: by month, scenario as it stands. throughput: the same where every control lets one share pass, with the slope (MUSD
    per unit of throughput). stock_outs: by throughput, zone and good. both: with a control of chips. flips: months in which the
    side that has lost more changes; month null = it never does, order_from says who is ahead from the first month on.
    """

    scenario: Scenario
    sides: Sides
    losses: pl.DataFrame
    throughput: pl.DataFrame
    stock_outs: pl.DataFrame
    both: pl.DataFrame
    flips: pl.DataFrame


def leverage(
    scenario: str | File | Scenario,
    months: int | None = None,
    *,
    throughput: Sequence[float] = THROUGHPUT,
    chips: Sequence[float] = CHIPS,
    parameters: Mapping[str, float] | None = None,
    network: Network | None = None,
) -> Leverage:
    """Curves of both sides. Errors: UsageError where nobody controls, or nobody is left as a target; as in `prepare`."""
    for name, values in (("throughput", throughput), ("chips", chips)):
        bad = [v for v in values if not (math.isfinite(v) and 0 <= v <= 1)]
        if bad or not values:
            raise UsageError(
                f"{name} {bad[0] if bad else 'is empty'}.", fix="Allowed: shares from 0 to 1, at least one."
            )
    ready = prepare(scenario, months, parameters, network)
    who = sides(ready.scenario, ready.roller.layout.calibrated.network)
    if not who.controller or not who.target:
        raise UsageError(
            f"scenario {ready.scenario.name} has {'no side that controls' if not who.controller else 'no target'}.",
            fix="Leverage needs a ban, licence, delay, quota or origin rule that names an origin, and somebody else.",
        )
    path, free = ready.paths()
    curves, stops = [], []
    levels = sorted(set(throughput))
    for share in levels:
        eased = passing(ready.effects, share, ready.roller.layout.arc_base())
        run = ready.roller.run(path.start, ready.effects.months, eased, projects=ready.scenario.projects)
        curves.append((share, losses(ready.roller, who, run, free)))
        stops.append(_stops(ready, who, run, free).with_columns(throughput=pl.lit(share)))
    own = losses(ready.roller, who, path, free)
    both = _both(ready, curves, sorted(set(chips)))
    return Leverage(
        ready.scenario, who, _monthly(path, own), _slopes(path, curves),
        pl.concat(stops).select("throughput", pl.exclude("throughput")), both, flips(both),
    )  # fmt: skip


def passing(effects: Effects, share: float, base: Floats) -> Effects:
    """Every control of flows lets this share of the base flow pass in every month in which it holds; leaks come on top."""

    def level(caps: Floats) -> Floats:
        return np.where(np.isfinite(caps), share, caps)

    quotas = [(arcs, np.where(np.isfinite(limit), share * base[arcs].sum(), limit)) for arcs, limit in effects.quotas]
    return replace(effects, arc_share=level(effects.arc_share), way_share=level(effects.way_share), quotas=quotas)


def cases(found: Losses) -> dict[str, dict[str, Floats]]:
    """side -> case -> MUSD by month. Only output lost is uncertain by the loss factor; the import bill is what it is."""
    output, revenue = ranges("loss_factor"), ranges("controller_factor")
    return {
        "target": {case: found.output * f + found.bill for case, f in zip(CASES, output, strict=True)},
        "controller": {case: found.revenue * f for case, f in zip(CASES, revenue, strict=True)},
    }


def _monthly(path: Path, found: Losses) -> pl.DataFrame:
    columns: dict[str, Floats] = {
        "target_output_musd": found.output,
        "target_import_bill_musd": found.bill,
        "controller_revenue_musd": found.revenue,
        "controller_market_gone_musd_per_year": found.market,
    }
    for side, by_case in cases(found).items():
        columns |= {f"{side}_cumulative_{case}_musd": np.cumsum(values) for case, values in by_case.items()}
    dates = [month_start(path.start + t) for t in range(len(found.output))]
    return pl.DataFrame({"month": pl.Series(dates, dtype=pl.Date), **columns})


def _slopes(path: Path, curves: list[tuple[float, Losses]]) -> pl.DataFrame:
    """Month x throughput; slope: from this throughput to the next, null for the last."""
    parts = []
    for share, found in curves:
        frame = _monthly(path, found).with_columns(throughput=pl.lit(share))
        parts.append(frame)
    whole = pl.concat(parts).select("throughput", pl.exclude("throughput"))
    step = pl.col("throughput").shift(-1).over("month", order_by="throughput") - pl.col("throughput")
    slope = [
        ((pl.col(name).shift(-1).over("month", order_by="throughput") - pl.col(name)) / step).alias(
            name.replace("_cumulative_mid_musd", "_slope_musd")
        )
        for name in ("target_cumulative_mid_musd", "controller_cumulative_mid_musd")
    ]
    return whole.with_columns(*slope)


def _stops(ready: Prepared, who: Sides, run: Path, free: Path) -> pl.DataFrame:
    return stock_outs(Both(ready.roller, run, free)).filter(pl.col("zone").is_in(list(who.target)))


def _both(ready: Prepared, curves: list[tuple[float, Losses]], chips: Sequence[float]) -> pl.DataFrame:
    start, months = month_index(ready.scenario.start), ready.effects.months
    dates = [month_start(start + t) for t in range(months)]
    parts = []
    for (share, found), passes in product(curves, chips):
        own, other = cases(found), chip_losses(months, passes)
        columns = {
            f"{side}_cumulative_{case}_musd": np.cumsum(own[side][case] + other[side][case])
            for side in own
            for case in CASES
        }
        parts.append(
            pl.DataFrame({"month": pl.Series(dates, dtype=pl.Date), **columns}).with_columns(
                rare_earths_pass=pl.lit(share), chips_pass=pl.lit(passes)
            )
        )
    return pl.concat(parts).select("rare_earths_pass", "chips_pass", pl.exclude("rare_earths_pass", "chips_pass"))


def flips(both: pl.DataFrame) -> pl.DataFrame:
    """Months in which the side with the greater cumulative loss changes, for mid and for both extremes of the ranges.

    case: target low against controller high (for the controller's foe the mildest), mid, target high against controller low.
    """
    rows: list[tuple[float, float, str, str, dt.date | None]] = []
    pairs = (
        ("target low, controller high", "low", "high"),
        ("mid", "mid", "mid"),
        ("target high, controller low", "high", "low"),
    )
    for key, part in both.group_by("rare_earths_pass", "chips_pass", maintain_order=True):
        share, passes = float(str(key[0])), float(str(key[1]))
        for name, target, controller in pairs:
            gap = (
                part[f"target_cumulative_{target}_musd"] - part[f"controller_cumulative_{controller}_musd"]
            ).to_numpy()
            ahead = np.where(np.abs(gap) < 1e-6, 0, np.sign(gap))
            who = [("neither", "target", "controller")[int(side)] for side in ahead]  # -1 is the last: the controller
            changes = [t for t in range(1, len(who)) if who[t] != who[t - 1]]
            rows.append((share, passes, name, who[0], None))
            rows += [(share, passes, name, who[t], part["month"][t]) for t in changes]
    return pl.DataFrame(rows, schema={
        "rare_earths_pass": pl.Float64, "chips_pass": pl.Float64, "case": pl.String, "loses_more": pl.String, "from": pl.Date,
    }, orient="row")  # fmt: skip
