"""`didymium supply run`: what if it stops? Registered in cli/supply.py with `supply_run.register(app)`."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

import cyclopts

from didymium.cli.supply_options import Json, Months, ScenarioName, Set, overrides
from didymium.cli.terminal import clean, console
from didymium.errors import UsageError

if TYPE_CHECKING:
    import polars as pl

    from didymium.supply import Result


def register(app: cyclopts.App) -> None:
    """Put the command on `didymium supply`."""
    app.command(run)


def run(
    scenario: ScenarioName,
    /,
    *,
    months: Months = None,
    set_: Set = None,
    out: Path | None = None,
    sweep: Path | None = None,
    json: Json = False,
) -> None:
    """Solve a scenario month by month, beside the same network without control: prices, shortages, stock-outs.

    Parameters
    ----------
    out
        Folder for the report (report.html) and all tables as Parquet, with units in the names of columns.
    sweep
        Folder of a finished sweep of the same scenario and months: the report then shows its bands. Needs --out.
    """
    from didymium.supply import run as solve

    if sweep is not None and out is None:
        raise UsageError("--sweep is for the report, and no folder is named for it.", fix="Add --out FOLDER.")
    if out is not None and out.exists() and not out.is_dir():
        raise UsageError("--out is a file, not a folder.", file=str(out), fix="Name a folder; it is made if need be.")
    parameters = overrides(set_)
    result = solve(scenario, months, parameters)
    if out is not None:
        _write(result, parameters, out, sweep)
    if json:
        print(_as_json(result))
        return
    _show(result, out)


def _write(result: Result, parameters: dict[str, float], out: Path, sweep: Path | None) -> None:
    """Report and tables of a run. The network is made anew from the same data: that takes a twentieth of a second."""
    from didymium.supply import prepare
    from didymium.supply.report.write import write
    from didymium.supply.sweep.folder import read

    bands = None if sweep is None else read(sweep)
    network = prepare(result.scenario, None, parameters).roller.layout.calibrated.network
    write(result, network, out, bands)


def peaks(result: Result) -> pl.DataFrame:
    """Per zone and good: highest price over no control and its month, whether rationed, worst shortage share, first stops."""
    import polars as pl

    traded = result.prices.filter(pl.col("stage").is_in(["oxide", "metal", "magnet"]))
    keys = ("zone", "stage", "item")
    price = traded.group_by(*keys, maintain_order=True).agg(
        peak_ratio=pl.col("ratio").max(),
        peak_month=pl.col("month").get(pl.col("ratio").fill_null(0.0).arg_max()),
        rationed_months=pl.col("rationed").sum(),
    )
    month = result.shortages.group_by("month", *keys).agg(pl.col("short_t", "wanted_t").sum())
    share = pl.when(pl.col("wanted_t") > 0).then(pl.col("short_t") / pl.col("wanted_t"))
    short = month.group_by(*keys).agg(worst_short_share=share.max(), short_t=pl.col("short_t").sum())
    stops = result.stock_outs.select(*keys, "firms_10_pct_stop", "mean_stock_out")
    return price.join(short, on=list(keys), how="left").join(stops, on=list(keys), how="left")


def _as_json(result: Result) -> str:
    import msgspec
    import polars as pl

    sums = result.shortages.group_by("month", "sector", maintain_order=True).agg(pl.col("short_t", "lost_musd").sum())
    summary = {
        "scenario": result.scenario,
        "zones": result.zones,
        "peaks": peaks(result).to_dicts(),
        "sectors": sums.to_dicts(),
    }
    return msgspec.json.encode(summary).decode()


def _show(result: Result, out: Path | None) -> None:
    import polars as pl
    from rich.table import Table

    show, story = console(), result.scenario
    show.print(f"{clean(story.title)}\n{clean(story.summary)}")
    for zone, members in result.zones.items():
        if len(members) > 1:
            show.print(f"Zone {zone}: {', '.join(members)}.")
    table = Table(
        "zone",
        "good",
        "highest price, x no control",
        "in",
        "rationed, months",
        "worst shortage, %",
        "a tenth of firms stop",
    )
    rows = peaks(result).filter(
        (pl.col("peak_ratio") > 1.1) | (pl.col("rationed_months") > 0) | (pl.col("worst_short_share") > 0.02)
    )
    for row in rows.sort("worst_short_share", descending=True, nulls_last=True).head(40).iter_rows(named=True):
        short = "–" if row["worst_short_share"] is None else f"{100 * row['worst_short_share']:.0f}"
        peak = "–" if row["peak_ratio"] is None else f"{row['peak_ratio']:.2f}"
        stop = "–" if row["firms_10_pct_stop"] is None else f"{row['firms_10_pct_stop']:%Y-%m}"
        good, rationed = f"{row['stage']} {row['item']}", str(row["rationed_months"])
        table.add_row(row["zone"], good, peak, f"{row['peak_month']:%Y-%m}", rationed, short, stop)
    show.print(table if rows.height else "No good becomes dearer by a tenth or short by 2 %.")
    lost = float(result.shortages["lost_musd"].sum()) / 1000.0
    show.print(f"Output lost by users of magnets: {lost:,.1f} bn USD, uncertain by x/÷3.")
    show.print(f"Confidence {story.confidence}; source: {clean(story.source)}.")
    show.print("Rationed: ten times the base price or more; then a price is not given. Limits: docs/supply_model.md.")
    if out is not None:
        show.print(f"Report: {out / 'report.html'}; tables beside it.")
