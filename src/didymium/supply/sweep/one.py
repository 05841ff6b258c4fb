"""One draw solved with and without control, and the tables of a chunk of draws."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path
from typing import Final

import polars as pl

from didymium.errors import DidymiumError
from didymium.supply.network.layout import Floats
from didymium.supply.running import prepare
from didymium.supply.scenario import Scenario
from didymium.supply.solve import frames, stocks
from didymium.supply.solve.shortages import shortages
from didymium.supply.sweep import folder
from didymium.supply.sweep.draws import Draw, made
from didymium.supply.sweep.outcomes import outcomes
from didymium.supply.sweep.ranges import Range

#: Goods whose prices are kept.
STAGES: Final = ("oxide", "metal", "magnet")
_KEYS: Final = ("month", "zone", "stage", "item")
_PER_KG: Final = {"sector": pl.String, "stage": pl.String, "item": pl.String, "zone": pl.String, "usd": pl.Float64}


@dataclass(frozen=True, slots=True)
class Task:
    """Draws `first`, `first` + 1, ... of a sweep, one row of values each; out: folder of the sweep."""

    out: Path
    chunk: int
    first: int
    scenario: Scenario
    months: int
    ranges: tuple[Range, ...]
    held: dict[str, float]
    values: Floats


def solve_chunk(task: Task) -> dict[str, bytes]:
    """Solve all draws of the task; gives back their tables as Parquet files. A draw that failed is named in `status`."""
    tables: dict[str, list[pl.DataFrame]] = {name: [] for name in folder.TABLES}
    failed: list[str | None] = []
    losses: dict[int, float] = {}
    per_kg = pl.DataFrame(schema=_PER_KG)
    for number, values in enumerate(task.values, start=task.first):
        draw = made(task.scenario, task.ranges, values, task.held)
        try:
            both = solved(draw, task.months)
        except DidymiumError as error:
            failed.append(str(error))
            continue
        failed.append(None)
        losses[number] = draw.loss
        per_kg = per_kg if len(losses) > 1 else _loss_per_kg(both)
        for name, frame in (
            ("prices", frames.prices(both)), ("shortages", shortages(both)), ("stock_outs", stocks.stock_outs(both))
        ):  # fmt: skip
            tables[name].append(frame.select(pl.lit(number, pl.UInt32).alias("draw"), pl.all()))
    done = {name: pl.concat(parts) for name, parts in tables.items() if parts}
    if done:  # all draws at once: many small frames take longer
        done["prices"] = _narrow(done["prices"].filter(pl.col("stage").is_in(STAGES)).drop("base_usd_per_kg"))
        done["shortages"] = _narrow(_extra(done["shortages"], per_kg, losses))
        done["outcomes"] = outcomes(*(done[name] for name in folder.TABLES))
    numbers = pl.Series("draw", range(task.first, task.first + len(failed)), dtype=pl.UInt32)
    done["status"] = pl.DataFrame({"draw": numbers, "failed": pl.Series(failed, dtype=pl.String)})
    return {name: folder.packed(frame) for name, frame in done.items()}


def solved(draw: Draw, months: int) -> frames.Both:
    """One draw with control, and without."""
    ready = prepare(draw.scenario, months, draw.parameters)
    return frames.Both(ready.roller, *ready.paths())


def _loss_per_kg(both: frames.Both) -> pl.DataFrame:
    """USD of output lost per kg missing, by sector, good and zone; no draw changes it but by its one factor."""
    uses = both.roller.layout.calibrated.network.uses
    rows = [(use.sector, *use.good.split(":", 1), use.zone, use.loss) for use in uses if use.loss]
    known = pl.DataFrame(rows, schema=_PER_KG, orient="row")
    return known.unique(["sector", "stage", "item", "zone"], keep="first", maintain_order=True)


def _extra(short: pl.DataFrame, per_kg: pl.DataFrame, losses: dict[int, float]) -> pl.DataFrame:
    """Shortages of all draws against the run without control of the same draw: extra_short_t, short_t less that without
    control (below 0 = control relieves); extra_short_share, of what is wanted; extra_lost_musd at the loss factor of the
    draw, null where no loss per kg is known."""
    extra = pl.col("short_t") - pl.col("no_control_short_t")
    factor = pl.col("draw").replace_strict(losses, return_dtype=pl.Float64)
    return (
        short.join(per_kg, on=["sector", "stage", "item", "zone"], how="left", maintain_order="left")
        .with_columns(extra_short_t=extra, extra_lost_musd=extra * pl.col("usd") * factor / 1000.0)
        .with_columns(
            extra_short_share=pl.when(pl.col("wanted_t") > 0).then(pl.col("extra_short_t") / pl.col("wanted_t"))
        )
        .select(
            "draw", *_KEYS, "sector", "wanted_t", "short_share", "extra_short_t", "extra_short_share", "extra_lost_musd"
        )
    )


def _narrow(frame: pl.DataFrame) -> pl.DataFrame:
    """Seven digits are more than the model knows; half the room."""
    return frame.with_columns(pl.selectors.float().cast(pl.Float32))
