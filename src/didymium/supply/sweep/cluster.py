"""A Ray cluster: the same chunks of the same draws; their files come back as bytes, so no node needs the folder.

Needs the extra `[cluster]`, didymium on every node, and the same reference base there: a node with another is an error.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path
from typing import Any, Final

from didymium import __version__
from didymium.errors import DidymiumError, UsageError
from didymium.reference import content_hash
from didymium.supply.sweep import folder
from didymium.supply.sweep.local import ONE_THREAD
from didymium.supply.sweep.one import Task, solve_chunk

#: Chunks handed out per core at a time; what is done is fetched and written before more is handed out.
_AHEAD: Final = 2


def solved_there(task: Task, asked_with: tuple[str, str]) -> dict[str, bytes]:
    """On a node: the files of a chunk. UsageError where version or reference base are not those of who asks."""
    has = (__version__, content_hash())
    if has != asked_with:
        what = "version of didymium" if has[0] != asked_with[0] else "reference base"
        raise UsageError(
            f"a node of the cluster has another {what}.", fix="Install the same on every node, overlay included."
        )
    return solve_chunk(task)


def finished(tasks: list[Task], address: str | None) -> Iterator[Task]:
    """The tasks as they are done, their chunks written here; address: of the cluster, None = one on this machine.

    Errors: UsageError without Ray or a cluster; DidymiumError where a node fails for good (what is done is kept).
    """
    if not tasks:
        return
    ray = _ray(address)
    solve = ray.remote(num_cpus=1, runtime_env={"env_vars": ONE_THREAD})(solved_there)
    asked_with = (__version__, content_hash())
    room = max(int(ray.cluster_resources().get("CPU", 1)) * _AHEAD, 2)
    waiting, running = list(reversed(tasks)), dict[Any, Task]()
    try:
        while waiting or running:
            while waiting and len(running) < room:
                task = waiting.pop()
                running[solve.remote(replace(task, out=Path()), asked_with)] = task
            for done in ray.wait(list(running))[0]:
                task = running.pop(done)
                folder.write_chunk(task.out, task.chunk, ray.get(done))
                yield task
    except ray.exceptions.RayTaskError as error:
        cause = error.cause
        if isinstance(cause, DidymiumError):
            raise cause from None
        raise
    except ray.exceptions.RayError as error:
        raise DidymiumError(
            f"the cluster failed: {str(error).splitlines()[0]}",
            fix="Look at its nodes, then ask again: what is done is kept.",
        ) from error
    finally:
        for one in running:
            ray.cancel(one)


def _ray(address: str | None) -> Any:
    try:
        import ray
    except ImportError as error:
        raise UsageError(
            "the engine ray is not installed.", fix="Install didymium with the extra [cluster]."
        ) from error
    if not ray.is_initialized():
        try:
            ray.init(address=address, log_to_driver=False, include_dashboard=False, configure_logging=False)
        except (ConnectionError, ValueError) as error:
            raise UsageError(f"there is no Ray cluster at {address}.", fix="Check --address (host:port).") from error
    return ray
