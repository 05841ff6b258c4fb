"""All cores of this machine: chunks of a sweep in processes of their own."""

from __future__ import annotations

import gc
import multiprocessing
import os
import signal
from collections.abc import Iterator
from concurrent.futures import ProcessPoolExecutor, as_completed
from concurrent.futures.process import BrokenProcessPool
from contextlib import contextmanager
from typing import Final

from didymium.errors import DidymiumError
from didymium.supply.sweep import folder
from didymium.supply.sweep.one import Task, solve_chunk

#: One thread each: the processes fill the cores.
ONE_THREAD: Final = dict.fromkeys(
    ("POLARS_MAX_THREADS", "OPENBLAS_NUM_THREADS", "OMP_NUM_THREADS", "MKL_NUM_THREADS"), "1"
)


def finished(tasks: list[Task], workers: int | None) -> Iterator[Task]:
    """The tasks as they are done, their chunks written. workers: None = one per core; 1 = in this process."""
    count = min(workers or os.cpu_count() or 1, len(tasks))
    if count <= 1:
        for task in tasks:
            yield _written(task)
        return
    context = multiprocessing.get_context("spawn")  # a fork copies threads of Polars that hold locks
    with _one_thread_each(), ProcessPoolExecutor(count, context, begin) as pool:
        try:
            for future in as_completed([pool.submit(_written, task) for task in tasks]):
                yield future.result()
        except BrokenProcessPool as error:
            raise DidymiumError(
                "a process of the sweep ended before its work was done.",
                fix="Short of memory? Use fewer workers. In a file of your own, call it under `if __name__ == '__main__':`. "
                "What is done is kept.",
            ) from error
        finally:
            pool.shutdown(wait=True, cancel_futures=True)


def _written(task: Task) -> Task:
    folder.write_chunk(task.out, task.chunk, solve_chunk(task))
    return task


def begin() -> None:
    """Of every process: an interrupt goes to the first process, which lets the others end their chunk. A draw makes tens of
    thousands of tuples and no cycles, so looking for garbage more seldom costs nothing."""
    signal.signal(signal.SIGINT, signal.SIG_IGN)
    gc.set_threshold(200_000)


@contextmanager
def _one_thread_each() -> Iterator[None]:
    before = {name: os.environ.get(name) for name in ONE_THREAD}
    os.environ.update(ONE_THREAD)
    try:
        yield
    finally:
        for name, value in before.items():
            if value is None:
                os.environ.pop(name, None)
            else:
                os.environ[name] = value
