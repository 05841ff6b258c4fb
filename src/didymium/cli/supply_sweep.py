"""`didymium supply sweep` and `incentive`: ranges instead of one figure. Registered with `supply_sweep.register(app)`."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any, Literal

import cyclopts
from cyclopts import Parameter
from cyclopts.validators import Number

from didymium.cli.supply_options import Json, Months, Quiet, ScenarioName, Set, overrides
from didymium.cli.terminal import clean, console, existing, progress
from didymium.errors import UsageError

if TYPE_CHECKING:
    import polars as pl
    from rich.table import Table

    from didymium.supply.sweep import Sweep


def register(app: cyclopts.App) -> None:
    """Put both commands on `didymium supply`."""
    app.command(sweep)
    app.command(incentive)


def sweep(
    scenario: ScenarioName,
    /,
    *,
    out: Path,
    draws: Annotated[int, Parameter(validator=Number(gte=2, lte=20_000))] = 200,
    seed: Annotated[int, Parameter(validator=Number(gte=0))] = 0,
    months: Months = None,
    ranges: Path | None = None,
    set_: Set = None,
    workers: Annotated[int | None, Parameter(validator=Number(gte=1, lte=512))] = None,
    engine: Literal["local", "ray"] = "local",
    address: str | None = None,
    json: Json = False,
    quiet: Quiet = False,
) -> None:
    """Solve many draws of a scenario over the ranges of parameters and shocks: percentile bands, and what drives them.

    Parameters
    ----------
    out
        Folder of the sweep. A run that was broken off goes on here; one that was asked something else is refused.
    draws
        How many draws, each solved with and without control.
    seed
        Seed of the draws; it is kept in sweep.json.
    ranges
        A TOML file laid over the shipped ranges (docs/supply_sweep.md).
    workers
        Processes on this machine; without it one per core. The result does not depend on it.
    engine
        `local`: this machine. `ray`: a Ray cluster (needs the extra `cluster`); the same result, byte for byte.
    address
        Address of the Ray cluster; without it Ray starts one on this machine.
    """
    from didymium.supply.sweep import sweep as solve

    if address is not None and engine != "ray":
        raise UsageError(f"--address {address} says nothing to the engine {engine}.", fix="Add --engine ray.")
    if workers is not None and engine != "local":
        raise UsageError(
            f"--workers says nothing to the engine {engine}.", fix="Leave it out: a cluster uses all its cores."
        )
    own = None if ranges is None else existing(ranges, "file")
    with progress(quiet=quiet) as report:
        found = solve(
            scenario, draws, out, seed=seed, months=months, parameters=overrides(set_), ranges=own, workers=workers,
            engine=engine, address=address, report=report,
        )  # fmt: skip
    if json:
        _print_json(summary(found))
        return
    _show(found)


def incentive(
    scenario: ScenarioName,
    /,
    *,
    months: Months = None,
    set_: Set = None,
    out: Path | None = None,
    prior: Path | None = None,
    json: Json = False,
) -> None:
    """Show what relabelling would pay in a scenario, by element and route: USD per kg REO after the risk of being caught.

    Parameters
    ----------
    out
        Parquet file for all rows: every month, element, route, good and way.
    prior
        Parquet file for `didymium screen --incentive`: what pays on which route in which month, by country.
    """
    from didymium.supply import run
    from didymium.supply.incentive import incentives
    from didymium.supply.incentive_lots import prior_table

    held = overrides(set_)
    result = run(scenario, months, held)
    found = incentives(result, held)
    if out is not None:
        out.parent.mkdir(parents=True, exist_ok=True)
        found.write_parquet(out)
    if prior is not None:
        prior.parent.mkdir(parents=True, exist_ok=True)
        prior_table(found, result.zones, held).write_parquet(prior)
    best = best_months(found)
    if json:
        _print_json({"zones": result.zones, "best": best.to_dicts()})
        return
    _show_incentive(best, out)


def best_months(found: pl.DataFrame) -> pl.DataFrame:
    """Per element and route the row with the highest expected gain, and in how many months relabelling pays at all."""
    import polars as pl

    keys = ["element", "from_zone", "to_zone"]
    paying = found.filter("pays").group_by(keys).agg(pl.col("month").n_unique().alias("paying_months"))
    best = found.sort("expected_usd_per_kg_reo", descending=True, maintain_order=True).unique(
        keys, keep="first", maintain_order=True
    )
    return best.join(paying, on=keys, how="left", maintain_order="left").with_columns(
        pl.col("paying_months").fill_null(0)
    )


def summary(found: Sweep) -> dict[str, Any]:
    """What the terminal shows, as plain values: scenario, failed draws, peaks, losses, first stoppages, drivers."""
    import polars as pl

    asked = found.manifest
    peaks = _spread(found.outcomes, "peak_ratio").filter(pl.col("p95") > 1.1)
    return {
        "title": asked["scenario"]["title"],
        "months": asked["months"],
        "draws": found.draws.height,
        "seed": asked["seed"],
        "failed": found.draws["failed"].count(),
        "peak_ratio": peaks.sort("p50", descending=True).to_dicts(),
        "lost_musd": _spread(found.outcomes, "lost_musd").to_dicts(),
        "first_stops": found.stock_outs.filter(
            (pl.col("event") == "firms_10_pct_stop") & (pl.col("share") > 0)
        ).to_dicts(),
        "drivers_of_losses": found.tornado.filter(
            (pl.col("outcome") == "lost_musd") & (pl.col("rank_correlation").abs() > pl.col("noise"))
        ).to_dicts(),
    }


def _spread(outcomes: pl.DataFrame, name: str) -> pl.DataFrame:
    import polars as pl

    levels = {"p05": 0.05, "p50": 0.5, "p95": 0.95}
    rows = outcomes.filter((pl.col("outcome") == name) & pl.col("value").is_finite())
    bands = (pl.col("value").quantile(level, interpolation="nearest").alias(short) for short, level in levels.items())
    return rows.group_by("zone", "stage", "item", maintain_order=True).agg(bands)


def _show(found: Sweep) -> None:
    from rich.table import Table

    show, what = console(), summary(found)
    show.print(f"{clean(what['title'])}: {what['draws']} draws of {what['months']} months, seed {what['seed']}")
    if what["failed"]:
        why = found.draws["failed"].drop_nulls().mode().first()
        show.print(f"{what['failed']} draws have no solution and are in no band. Most often: {clean(str(why))}")
    peaks = Table("zone", "good", "highest price, x no control: 5 %", "median", "95 %")
    for row in what["peak_ratio"][:25]:
        _add(peaks, row["zone"], f"{row['stage']} {row['item']}", *(f"{row[key]:.2f}" for key in ("p05", "p50", "p95")))
    show.print(peaks if what["peak_ratio"] else "No good becomes dearer by a tenth in more than one draw of twenty.")
    stops = Table("zone", "good", "a tenth of firms stop: 5 %", "median", "95 %", "share of draws")
    for row in sorted(what["first_stops"], key=lambda row: -row["share"])[:15]:
        months = ("–" if row[key] is None else f"{row[key]:%Y-%m}" for key in ("month_p05", "month_p50", "month_p95"))
        _add(stops, row["zone"], f"{row['stage']} {row['item']}", *months, f"{row['share']:.2f}")
    show.print(stops if what["first_stops"] else "Nowhere does a tenth of firms stop.")
    for row in what["lost_musd"]:
        low, middle, high = (f"{row[key] / 1000:,.1f}" for key in ("p05", "p50", "p95"))
        show.print(
            f"Output lost by users of magnets in {row['zone']}: {middle} bn USD ({low} to {high} in 90 % of draws)."
        )
    drivers = Table("zone", "what drives output lost", "rank correlation", "lost when low, bn USD", "when high")
    for row in [row for row in what["drivers_of_losses"] if row["zone"] != "CN"][:12]:
        ends = (f"{row[key] / 1000:,.1f}" for key in ("at_low", "at_high"))
        _add(drivers, row["zone"], row["range"], f"{row['rank_correlation']:+.2f}", *ends)
    show.print(drivers)
    show.print(
        f"Bands come from ranges that are judgement for the most part: docs/supply_sweep.md. Tables: {found.out}"
    )


def _show_incentive(best: pl.DataFrame, out: Path | None) -> None:
    from rich.table import Table

    show = console()
    table = Table(
        "element", "route", "as", "in", "wedge", "expected", "range", "pays up to a chance of", "months it pays"
    )
    for row in best.sort("expected_usd_per_kg_reo", descending=True).head(40).iter_rows(named=True):
        least = "≥ " if row["outside_rationed"] else ""
        spread = (f"{row[f'expected_{end}_usd_per_kg_reo']:,.0f}" for end in ("low", "high"))
        bold = "–" if row["breakeven_caught"] is None else f"{100 * row['breakeven_caught']:.0f} %"
        _add(
            table, row["element"], f"{row['from_zone']} to {row['to_zone']}", f"{row['stage']} {row['item']}",
            f"{row['month']:%Y-%m}", f"{least}{row['wedge_usd_per_kg_reo']:,.0f}",
            f"{least}{row['expected_usd_per_kg_reo']:,.0f}", " to ".join(spread), bold, str(row["paying_months"]),
        )  # fmt: skip
    show.print(table if best.height else "No control parts a market in these months: relabelling pays nowhere.")
    show.print("USD per kg REO; expected: after discount, costs and the chance of being caught (parameters relabel_*).")
    show.print("An incentive is not an observation. What the model does not know: docs/supply_sweep.md.")
    if out is not None:
        show.print(f"All rows: {out}")


def _add(table: Table, *cells: str) -> None:
    table.add_row(*(clean(cell) for cell in cells))


def _print_json(content: dict[str, Any]) -> None:
    import msgspec

    print(msgspec.json.encode(content).decode())
