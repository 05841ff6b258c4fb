"""`didymium supply diversify` and `leverage`: what to pay for, and whom a control hurts when. Registered in cli/supply.py."""

from __future__ import annotations

import datetime as dt
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import cyclopts
from cyclopts import Parameter
from cyclopts.validators import Number

from didymium.cli.supply_options import Json, Months, ScenarioName, TablesFolder
from didymium.cli.terminal import clean, console
from didymium.errors import UsageError

if TYPE_CHECKING:
    from rich.console import Console

    from didymium.supply.diversify import Plan
    from didymium.supply.leverage import Leverage


#: Tables written, in the order they are written.
PLAN_TABLES = ("projects", "outcome", "draws", "values", "network_values")
LEVERAGE_TABLES = ("losses", "throughput", "stock_outs", "both", "flips")
#: Months of a curve that the terminal shows.
_SHOWN = (0, 2, 5, 11, 17, 23)


def register(app: cyclopts.App) -> None:
    """Put both commands on `didymium supply`."""
    app.command(diversify)
    app.command(leverage)


def diversify(
    scenario: ScenarioName,
    /,
    *,
    budget: Annotated[float, Parameter(validator=Number(gte=0, lte=1_000_000))],
    months: Annotated[int, Parameter(validator=Number(gte=1, lte=240))] = 60,
    decide: str | None = None,
    draws: Annotated[int, Parameter(validator=Number(gte=1, lte=2000))] = 40,
    seed: Annotated[int, Parameter(validator=Number(gte=0))] = 1,
    averse: Annotated[float, Parameter(validator=Number(gte=0, lte=1))] = 0.5,
    out: TablesFolder = None,
    json: Json = False,
) -> None:
    """Choose new mines, plants and recyclers under a budget, and what a tonne is worth at each stage.

    Parameters
    ----------
    budget
        MUSD to spend on projects of table supply_projects that do not stand yet.
    months
        Months over which losses count.
    decide
        Day of decision, such as 2026-12-01; without it the first day of the scenario.
    draws
        Futures: how far controls ease, which projects fail, how late they come.
    seed
        Of the futures; the same seed gives the same plan.
    averse
        Weight of the worst fifth of the futures against the mean, 0 to 1.
    """
    from didymium.supply.diversify import diversify as choose

    plan = choose(scenario, budget, months=months, decide=_day(decide), draws=draws, seed=seed, averse=averse)
    _write(plan, PLAN_TABLES, out)
    if json:
        print(_as_json(plan, PLAN_TABLES))
        return
    _show_plan(console(), plan)
    if out is not None:
        console().print(f"Tables: {out}")


def leverage(
    scenario: ScenarioName,
    /,
    *,
    months: Months = None,
    throughput: str = "0,0.1,0.25,0.5,0.75,1",
    chips: str = "0,0.5,1",
    out: TablesFolder = None,
    json: Json = False,
) -> None:
    """Show what a control costs each side over time and by how much passes, alone and beside a control of chips.

    Parameters
    ----------
    throughput
        Shares of the base flow that pass, comma-separated, 0 to 1.
    chips
        Shares of chips that pass, comma-separated, 0 to 1.
    """
    from didymium.supply.leverage import leverage as weigh

    found = weigh(scenario, months, throughput=_shares("--throughput", throughput), chips=_shares("--chips", chips))
    _write(found, LEVERAGE_TABLES, out)
    if json:
        print(_as_json(found, LEVERAGE_TABLES))
        return
    _show_leverage(console(), found)
    if out is not None:
        console().print(f"Tables: {out}")


def _day(text: str | None) -> dt.date | None:
    try:
        return dt.date.fromisoformat(text) if text is not None else None
    except ValueError as error:
        raise UsageError(f"--decide {text!r} is not a day.", fix="Write it as 2026-12-01.") from error


def _shares(option: str, text: str) -> list[float]:
    try:
        return [float(part) for part in text.split(",")]
    except ValueError as error:
        raise UsageError(f"{option} {text!r} is not a list of numbers.", fix='For instance "0,0.5,1".') from error


def _write(found: Plan | Leverage, tables: tuple[str, ...], out: Path | None) -> None:
    if out is not None:
        out.mkdir(parents=True, exist_ok=True)
        for name in tables:
            getattr(found, name).write_parquet(out / f"{name}.parquet")


def _as_json(found: Plan | Leverage, tables: tuple[str, ...]) -> str:
    import msgspec

    content = {"scenario": found.scenario, **{name: getattr(found, name).to_dicts() for name in tables}}
    return msgspec.json.encode(content).decode()


def _bn(musd: float | None, digits: int = 1) -> str:
    return "–" if musd is None else f"{musd / 1000:,.{digits}f}"


def _show_plan(show: Console, plan: Plan) -> None:
    from rich.table import Table

    show.print(f"{clean(plan.scenario.title)}\nDecided {plan.decide}, budget {plan.budget_musd:,.0f} MUSD.")
    table = Table("project", "adds", "in", "MUSD", "success, %", "from", "avoids, bn USD", "step")
    for row in plan.projects.filter("chosen").sort("greedy_step", nulls_last=True).iter_rows(named=True):
        step = "–" if row["greedy_step"] is None else str(row["greedy_step"])
        table.add_row(
            clean(row["title"]), row["adds"], row["areas"], f"{row['cost_musd']:,.0f}", f"{100 * row['p_success']:.0f}",
            f"{row['first_output']:%Y-%m}", _bn(row["network_avoided_musd"], 2), step,
        )  # fmt: skip
    show.print(
        table if table.row_count else "No project that the budget allows avoids more than it costs to consider it."
    )
    lost = Table("choice", "cost, MUSD", "proxy: mean", "worst fifth", "network: mean", "worst fifth")
    for row in plan.outcome.iter_rows(named=True):
        figures = [_bn(row[name]) for name in plan.outcome.columns[2:]]
        lost.add_row(row["choice"], f"{row['cost_musd']:,.0f}", *figures)
    show.print("Output lost outside by users of magnets, bn USD, uncertain by x/÷3:")
    show.print(lost)
    ratio = plan.proxy_over_network
    if ratio is not None:
        show.print(f"The proxy that chose hopes for {ratio:.1f} times the loss avoided in the network.")
    _show_values(show, plan)


def _show_values(show: Console, plan: Plan) -> None:
    import polars as pl
    from rich.table import Table

    table = Table("one more kg of", "network, USD/kg", "noise, USD/kg", "proxy, USD/kg (mean over months)")
    means = plan.values.group_by("kind", "stage", "item", maintain_order=True).agg(pl.col("usd_per_kg").mean())
    asked = {(r["stage"], r["item"]): r for r in plan.network_values.iter_rows(named=True)}
    for row in means.iter_rows(named=True):
        known = asked.get((row["stage"], row["item"])) if row["kind"] == "good" else None
        noise = known["noise_usd_per_kg"] if known else None
        cells = (
            f"{row['kind']} {row['stage']} {row['item']}".strip().removeprefix("good "),
            "–" if known is None else _audible(known["usd_per_kg"], noise),
            "–" if noise is None else f"{noise:,.0f}",
            f"{row['usd_per_kg']:,.0f}",
        )
        table.add_row(*cells)
    show.print("Output not lost per further kg, without any choice:")
    show.print(table)
    show.print("Projects, costs, probabilities: table supply_projects; limits: docs/supply_decisions.md.")


def _audible(usd_per_kg: float, noise: float | None) -> str:
    return "within noise" if noise and abs(usd_per_kg) < noise else f"{usd_per_kg:,.0f}"


def _show_leverage(show: Console, found: Leverage) -> None:
    from rich.table import Table

    sides, story = found.sides, found.scenario
    show.print(f"{clean(story.title)}\nControls: {', '.join(sides.controller)}. Target: {', '.join(sides.target)}.")
    table = Table(
        "until", "target lost, bn USD (low – mid – high)", "controller lost, bn USD", "market gone, MUSD/year"
    )
    rows = found.losses.rows(named=True)
    for t in sorted({min(t, len(rows) - 1) for t in (*_SHOWN, len(rows) - 1)}):
        cells = [" – ".join(_bn(rows[t][f"{s}_cumulative_{c}_musd"], 2) for c in ("low", "mid", "high"))
                 for s in ("target", "controller")]  # fmt: skip
        table.add_row(f"{rows[t]['month']:%Y-%m}", *cells, f"{rows[t]['controller_market_gone_musd_per_year']:,.0f}")
    show.print(table)
    _show_throughput(show, found)
    _show_flips(show, found)
    show.print("No single score: both sides can lose at once, and what counts is who can bear it longer.")
    show.print(
        "Losses of chips and the ranges are assumptions (table supply_decisions); limits: docs/supply_decisions.md."
    )


def _show_throughput(show: Console, found: Leverage) -> None:
    import polars as pl
    from rich.table import Table

    last = found.throughput.filter(pl.col("month") == pl.col("month").max())
    stops = dict(found.stock_outs.group_by("throughput").agg(pl.col("mean_stock_out").min()).rows())
    table = Table(
        "passes, %",
        "target lost, bn USD",
        "per 10 % more",
        "controller lost",
        "per 10 % more",
        "first good out of stock",
    )
    for row in last.iter_rows(named=True):
        slopes = [row["target_slope_musd"], row["controller_slope_musd"]]
        per = ["–" if slope is None else _bn(slope / 10, 2) for slope in slopes]
        stop = stops.get(row["throughput"])
        table.add_row(
            f"{100 * row['throughput']:.0f}", _bn(row["target_cumulative_mid_musd"]), per[0],
            _bn(row["controller_cumulative_mid_musd"], 2), per[1], "–" if stop is None else f"{stop:%Y-%m}",
        )  # fmt: skip
    show.print("Where every control lets one share of the base flow pass, to the last month:")
    show.print(table)


def _show_flips(show: Console, found: Leverage) -> None:
    import polars as pl
    from rich.table import Table

    table = Table("rare earths pass, %", "chips pass, %", "case", "loses more at first", "then")
    keys = ["rare_earths_pass", "chips_pass", "case"]
    for key, part in found.flips.group_by(keys, maintain_order=True):
        later = part.filter(pl.col("from").is_not_null())
        if later.is_empty() or float(str(key[1])) == 1.0:
            continue
        then = "; ".join(f"{row['loses_more']} from {row['from']:%Y-%m}" for row in later.iter_rows(named=True))
        share, passes = (f"{100 * float(str(k)):.0f}" for k in key[:2])
        table.add_row(share, passes, str(key[2]), part["loses_more"][0], then)
    show.print("With a control of chips beside it, the side that has lost more changes:")
    show.print(table if table.row_count else "Never within these months.")
