"""`sweep`: all draws in all processes, spilled chunk by chunk, then summed up."""

from __future__ import annotations

import gc
import multiprocessing
import os
import signal
from collections.abc import Callable, Iterator, Mapping
from concurrent.futures import ProcessPoolExecutor, as_completed
from concurrent.futures.process import BrokenProcessPool
from contextlib import contextmanager
from pathlib import Path
from typing import Final

import polars as pl

from didymium.errors import DidymiumError, UsageError
from didymium.supply.network.layout import Floats
from didymium.supply.running import prepare
from didymium.supply.scenario import Scenario, load
from didymium.supply.sweep import bands, folder
from didymium.supply.sweep.draws import hypercube
from didymium.supply.sweep.folder import Sweep
from didymium.supply.sweep.one import Task, solve_chunk
from didymium.supply.sweep.ranges import Range, read_ranges, spans
from didymium.supply.sweep.tornado import tornado

MOST_DRAWS: Final = 20_000
_MOST_SEED: Final = 2**63 - 1
#: One thread each: the processes fill the cores.
_THREADS: Final = ("POLARS_MAX_THREADS", "OPENBLAS_NUM_THREADS", "OMP_NUM_THREADS", "MKL_NUM_THREADS")
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
    report: Report | None = None,
) -> Sweep:
    """Solve `draws` draws of a scenario, with and without control, and sum them up in the folder `out`.

    A run that was broken off goes on where it stopped; the result does not depend on that, nor on the number of processes.
    parameters: held at these values; ranges: a file as ranges.toml; workers: processes, None = all cores; report: called with
    stage, done, total. Errors: UsageError, InputError, ReferenceDataError, and SolveError where the middle of all ranges has
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
        _solve_all(list(_tasks(out, story, count, drawn, held, values)), draws, workers, report)
        return _summed_up(out, count, drawn, values, report)


def _tasks(
    out: Path, story: Scenario, months: int, drawn: tuple[Range, ...], held: dict[str, float], values: Floats
) -> Iterator[Task]:
    size = min(20, max(1, len(values) // 16))
    for chunk, first in enumerate(range(0, len(values), size)):
        yield Task(out, chunk, first, story, months, drawn, held, values[first : first + size])


def _solve_all(tasks: list[Task], draws: int, workers: int | None, report: Report | None) -> None:
    missing = [task for task in tasks if not folder.chunk_path(task.out, task.chunk).exists()]
    done = draws - sum(len(task.values) for task in missing)
    if report:
        report("draws", done, draws)
    for finished in _finished(missing, min(workers or os.cpu_count() or 1, len(missing))):
        done += len(finished.values)
        if report:
            report("draws", done, draws)


def _finished(tasks: list[Task], workers: int) -> Iterator[Task]:
    """The tasks as they are done."""
    if workers <= 1:
        for task in tasks:
            solve_chunk(task)
            yield task
        return
    context = multiprocessing.get_context("spawn")  # a fork copies threads of Polars that hold locks
    with _one_thread_each(), ProcessPoolExecutor(workers, context, _begin) as pool:
        try:
            futures = {pool.submit(solve_chunk, task): task for task in tasks}
            for future in as_completed(futures):
                future.result()
                yield futures[future]
        except BrokenProcessPool as error:
            raise DidymiumError(
                "a process of the sweep ended before its work was done.",
                fix="Short of memory? Use fewer workers. In a file of your own, call it under `if __name__ == '__main__':`. "
                "What is done is kept.",
            ) from error
        finally:
            pool.shutdown(wait=True, cancel_futures=True)


def _begin() -> None:
    """Of every process: an interrupt goes to the first process, which lets the others end their chunk. A draw makes tens of
    thousands of tuples and no cycles, so looking for garbage more seldom costs nothing."""
    signal.signal(signal.SIGINT, signal.SIG_IGN)
    gc.set_threshold(200_000)


@contextmanager
def _one_thread_each() -> Iterator[None]:
    before = {name: os.environ.get(name) for name in _THREADS}
    os.environ.update(dict.fromkeys(_THREADS, "1"))
    try:
        yield
    finally:
        for name, value in before.items():
            if value is None:
                os.environ.pop(name, None)
            else:
                os.environ[name] = value


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
