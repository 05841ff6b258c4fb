"""`sweep`: all draws, spilled chunk by chunk, in processes of this machine or on a cluster, then summed up."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from functools import partial
from pathlib import Path
from typing import Final, Literal

import polars as pl

from didymium.errors import UsageError
from didymium.supply.network.layout import Floats
from didymium.supply.running import prepare
from didymium.supply.scenario import Scenario, load
from didymium.supply.sweep import bands, cluster, folder, local
from didymium.supply.sweep.draws import hypercube
from didymium.supply.sweep.folder import Sweep
from didymium.supply.sweep.one import Task
from didymium.supply.sweep.ranges import Range, read_ranges, spans
from didymium.supply.sweep.tornado import tornado

MOST_DRAWS: Final = 20_000
_MOST_SEED: Final = 2**63 - 1
Report = Callable[[str, int, int | None], None]


def sweep(  # noqa: PLR0913  (what a user may choose about a sweep, by name only)
    scenario: str | Path | Scenario,
    draws: int,
    out: Path | str,
    *,
    seed: int = 0,
    months: int | None = None,
    parameters: Mapping[str, float] | None = None,
    ranges: Path | None = None,
    workers: int | None = None,
    engine: Literal["local", "ray"] = "local",
    address: str | None = None,
    report: Report | None = None,
) -> Sweep:
    """Solve `draws` draws of a scenario, with and without control, and sum them up in the folder `out`.

    A run that was broken off goes on where it stopped; the result does not depend on that, on the number of processes or
    on the engine. parameters: held at these values; ranges: a file as ranges.toml; workers: processes, None = all cores;
    engine: `ray` for a Ray cluster (extra [cluster]) at `address`, None = one on this machine; report: called with stage,
    done, total. Errors: UsageError, InputError, ReferenceDataError, and SolveError where the middle of all ranges has
    no solution. A draw without a solution is counted in `draws`, and in no band.
    """
    story = load(scenario)
    count = story.months if months is None else months
    for name, value, least, most in (
        ("draws", draws, 2, MOST_DRAWS),
        ("seed", seed, 0, _MOST_SEED),
        ("workers", workers, 1, 512),
    ):
        if value is not None and not least <= value <= most:
            raise UsageError(f"{name} is {value}.", fix=f"Allowed: {least} to {most}.")
    held = dict(parameters or {})
    prepare(story, count, held)  # what is wrong with the middle is wrong with all: said before a folder is made
    drawn = tuple(spans(story, read_ranges(ranges), held))
    if not drawn:
        raise UsageError("there is nothing to draw.", fix="Leave some parameters or shocks a range.")
    out = Path(out)
    folder.begin(out, folder.manifest(story, count, draws, seed, drawn, held))
    values = hypercube(drawn, draws, seed)
    with folder.alone(out):
        folder.tidy(out)
        ways = {"local": partial(local.finished, workers=workers), "ray": partial(cluster.finished, address=address)}
        _solve_all(list(_tasks(out, story, count, drawn, held, values)), draws, ways[engine], report)
        return _summed_up(out, count, drawn, values, report)


def _tasks(
    out: Path, story: Scenario, months: int, drawn: tuple[Range, ...], held: dict[str, float], values: Floats
) -> Iterator[Task]:
    size = min(20, max(1, len(values) // 16))
    for chunk, first in enumerate(range(0, len(values), size)):
        yield Task(out, chunk, first, story, months, drawn, held, values[first : first + size])


def _solve_all(
    tasks: list[Task], draws: int, engine: Callable[[list[Task]], Iterator[Task]], report: Report | None
) -> None:
    missing = [task for task in tasks if not folder.chunk_path(task.out, task.chunk).exists()]
    done = draws - sum(len(task.values) for task in missing)
    if report:
        report("draws", done, draws)
    for finished in engine(missing):
        done += len(finished.values)
        if report:
            report("draws", done, draws)


def _summed_up(out: Path, months: int, drawn: tuple[Range, ...], values: Floats, report: Report | None) -> Sweep:
    status = folder.scan(out, "status").sort("draw").collect()
    draws = status.with_columns(pl.Series(one.name, values[:, n]) for n, one in enumerate(drawn))
    if report:
        report("bands", 0, 1)
    ends = folder.scan(out, "outcomes").sort("outcome", "zone", "stage", "item", "draw").collect()
    found = Sweep(
        out,
        folder.manifest_of(out),
        draws,
        bands.prices(out),
        bands.shortages(out),
        bands.stock_outs(out, months),
        ends,
        tornado(ends, drawn, values),
    )
    folder.write_summaries(out, found)
    if report:
        report("bands", 1, 1)
    return found
