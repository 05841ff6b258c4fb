"""One draw solved with and without control, and a chunk of draws written to its folder."""

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


def solve_chunk(task: Task) -> int:
    """Solve all draws of the task and write their tables; gives back how many failed (each is named)."""
    tables: dict[str, list[pl.DataFrame]] = {name: [] for name in folder.TABLES}
    failed: list[str | None] = []
    for row, values in enumerate(task.values):
        try:
            found = solved(made(task.scenario, task.ranges, values, task.held), task.months)
        except DidymiumError as error:
            failed.append(str(error))
            continue
        failed.append(None)
        number = pl.lit(task.first + row, pl.UInt32).alias("draw")
        for name, frame in found.items():
            tables[name].append(frame.select(number, pl.all()))
    numbers = pl.Series("draw", range(task.first, task.first + len(failed)), dtype=pl.UInt32)
    done = {name: pl.concat(parts) for name, parts in tables.items() if parts}
    if done:
        done["outcomes"] = outcomes(*(done[name] for name in folder.TABLES))
    done["status"] = pl.DataFrame({"draw": numbers, "failed": pl.Series(failed, dtype=pl.String)})
    folder.write_chunk(task.out, task.chunk, done)
    return len(failed) - failed.count(None)


def solved(draw: Draw, months: int) -> dict[str, pl.DataFrame]:
    """Tables prices, shortages and stock_outs of one draw, always against the run without control of the same draw.

    Columns as in `Result`, and in shortages: extra_short_t, short_t less that without control (below 0 = control relieves);
    extra_short_share, of what is wanted; extra_lost_musd at the loss factor of the draw, null where no loss per kg is known.
    """
    ready = prepare(draw.scenario, months, draw.parameters)
    both = frames.Both(ready.roller, *ready.paths())
    price = frames.prices(both).filter(pl.col("stage").is_in(STAGES))
    return {
        "prices": _narrow(price.drop("base_usd_per_kg")),
        "shortages": _narrow(_extra(shortages(both), both, draw.loss)),
        "stock_outs": stocks.stock_outs(both),
    }


def _extra(short: pl.DataFrame, both: frames.Both, factor: float) -> pl.DataFrame:
    uses = both.roller.layout.calibrated.network.uses
    per_kg = pl.DataFrame(
        [(use.sector, *use.good.split(":", 1), use.zone, use.loss) for use in uses if use.loss],
        schema={"sector": pl.String, "stage": pl.String, "item": pl.String, "zone": pl.String, "usd": pl.Float64},
        orient="row",
    ).unique(["sector", "stage", "item", "zone"], keep="first", maintain_order=True)
    extra = pl.col("short_t") - pl.col("no_control_short_t")
    return (
        short.join(per_kg, on=["sector", "stage", "item", "zone"], how="left", maintain_order="left")
        .with_columns(extra_short_t=extra, extra_lost_musd=extra * pl.col("usd") * factor / 1000.0)
        .with_columns(
            extra_short_share=pl.when(pl.col("wanted_t") > 0).then(pl.col("extra_short_t") / pl.col("wanted_t"))
        )
        .select(*_KEYS, "sector", "wanted_t", "short_share", "extra_short_t", "extra_short_share", "extra_lost_musd")
    )


def _narrow(frame: pl.DataFrame) -> pl.DataFrame:
    """Seven digits are more than the model knows; half the room."""
    return frame.with_columns(pl.selectors.float().cast(pl.Float32))
