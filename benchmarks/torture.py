"""`make torture`: the licence ledger under many writers at once and under kill -9, on SQLite and, where it is there, PostgreSQL.

    python -m benchmarks.torture [--store SETTING] [--writers 16] [--draws 100000] [--kills 2000]

Writers: processes that draw at the same time, every tenth message id sent by two of them; more is asked for than the licence
holds. Kills: processes that draw until they are killed at a random moment and begin again with the message that was not
acknowledged. Afterwards the balance must be exact, every acknowledged draw there once, the sums derivable, the audit trail
whole. Without --store a new SQLite file is used, then the server that DIDYMIUM_TORTURE_POSTGRESQL names (its database must be
empty or ours).
"""

from __future__ import annotations

import argparse
import contextlib
import json
import os
import random
import signal
import subprocess
import sys
import tempfile
import time
import traceback
import uuid
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from decimal import Decimal
from pathlib import Path
from typing import Any

ROOT = Path(__file__).resolve().parent.parent
EACH = Decimal("0.1")
REPEATED = 10


def new_licence(setting: str, kg: Decimal) -> str:
    """A licence of its own for one run."""
    from didymium.controls import licences
    from didymium.store import open_store

    store = open_store(setting)
    fields = {"number": f"TORTURE-{uuid.uuid4().hex[:12]}", "quantity": str(kg), "basis": "gross", "items": ["1C905.b"]}
    number = licences.add(store, {**fields, "valid_from": "2026-01-01"}, "torture").number
    store.close()
    return number


def message(msg: str) -> dict[str, str]:
    return {"op": "draw", "msg": msg, "date": "2026-02-01", "item": "1C905.b", "gross_kg": str(EACH)}


# --- many writers at once -------------------------------------------------------------------------------------------


def writers(setting: str, *, processes: int = 16, draws: int = 10_000, batches: Sequence[int] = (1,)) -> dict[str, Any]:
    """`draws` messages from `processes` writers, every tenth sent by two of them, on a licence that holds nine
    tenths of what is asked for. batches: messages a transaction, for one writer after the other.

    Returns figures; raises AssertionError where anything is lost, counted twice or overdrawn.
    """
    holds = draws * 9 // 10
    licence = new_licence(setting, holds * EACH)
    plans = [
        {"setting": setting, "licence": licence, "ids": ids, "batch": batches[number % len(batches)]}
        for number, ids in enumerate(shares(processes, draws))
    ]
    start = time.monotonic()
    answers = json.loads(answer(child("crowd", {"plans": plans})))
    seconds = time.monotonic() - start
    accepted = [msg for one in answers for msg in one["accepted"]]
    assert len(accepted) == len(set(accepted)) == holds, (len(accepted), len(set(accepted)), holds)
    assert sum(one["duplicates"] for one in answers) == draws // REPEATED
    check(setting, licence, expected=set(accepted))
    sent = draws + draws // REPEATED
    return {"seconds": round(seconds, 1), "messages": sent, "per_second": round(sent / seconds)}


def shares(processes: int, draws: int) -> list[list[str]]:
    """Ids of each writer: every id has one writer, every tenth id the next writer as well."""
    ids: list[list[str]] = [[] for _ in range(processes)]
    for number in range(draws):
        ids[number % processes].append(f"w-{number}")
        if number % REPEATED == REPEATED - 1:
            ids[(number + 1) % processes].append(f"w-{number}")
    return ids


def crowd(plan: dict[str, Any]) -> None:
    """Fork the writers from this process, which has everything loaded and no connection; print their answers."""
    load()
    with tempfile.TemporaryDirectory() as folder:
        paths = [Path(folder) / str(number) for number in range(len(plan["plans"]))]
        running = [
            forked(lambda one=one, path=path: write(one, path)) for one, path in zip(plan["plans"], paths, strict=True)
        ]
        failed = [pid for pid in running if os.waitstatus_to_exitcode(os.waitpid(pid, 0)[1])]
        assert not failed, f"{len(failed)} writers failed"
        print(json.dumps([json.loads(path.read_text()) for path in paths]))


def load() -> None:
    """Import what a writer needs, so that its forks begin at once."""
    from didymium.controls.licences import ledger  # noqa: F401
    from didymium.store import migrate  # noqa: F401

    with contextlib.suppress(ModuleNotFoundError):
        from sqlalchemy.dialects.postgresql import psycopg as dialect

        dialect.dialect.import_dbapi()


def forked(work: Callable[[], None]) -> int:
    """Run `work` in a fork of this process, which ends with it; the fork's process id."""
    pid = os.fork()
    if pid:
        return pid
    code = 1
    try:
        work()
        code = 0
    except BaseException:  # noqa: BLE001 - said on stderr, and by the exit code
        traceback.print_exc()
    finally:
        sys.stderr.flush()
        os._exit(code)


def write(plan: dict[str, Any], to: Path) -> None:
    """One writer: send all, say what was accepted."""
    from didymium.controls import licences
    from didymium.store import open_store

    store = open_store(plan["setting"])
    accepted, duplicates = [], 0
    size = plan["batch"]
    for at in range(0, len(plan["ids"]), size):
        several = [(plan["licence"], message(msg)) for msg in plan["ids"][at : at + size]]
        for found in licences.book_many(store, several, "writer"):
            accepted += [found.msg] if found.result == "accepted" else []
            duplicates += found.reason == "duplicate_message"
    to.write_text(json.dumps({"accepted": accepted, "duplicates": duplicates}))


# --- kill -9 --------------------------------------------------------------------------------------------------------


def kills(setting: str, *, times: int = 60, lanes: int = 3, longest_s: float = 0.2, seed: int = 1) -> dict[str, Any]:
    """Kill drawing processes `times` times at random moments, `lanes` of them working at once.

    Returns figures (mid_work: kills of processes that had draws of their own acknowledged); raises AssertionError where an
    acknowledged draw is lost or one is counted twice.
    """
    licence = new_licence(setting, Decimal(10_000_000))
    with tempfile.TemporaryDirectory() as folder:
        plan = {"setting": setting, "licence": licence, "folder": folder, "times": times, "lanes": lanes}
        start = time.monotonic()
        done = json.loads(answer(child("slaughter", {**plan, "longest_s": longest_s, "seed": seed})))
        seconds = time.monotonic() - start
        kept = {line for path in Path(folder).glob("*.ack") for line in path.read_text().split()}
    check(setting, licence, expected=kept)
    return {
        "seconds": round(seconds, 1),
        "kills": done["kills"],
        "mid_work": done["mid_work"],
        "acknowledged": len(kept),
    }


@dataclass
class Life:
    """A drawing process. before: draws of its lane acknowledged when it began. working: it has added to them."""

    lane: int
    before: int
    dies: float
    working: bool = False


def slaughter(plan: dict[str, Any]) -> None:
    """Fork drawing processes from this one, which has everything loaded and no connection, and kill them."""
    load()
    choose = random.Random(plan["seed"])
    alive: dict[int, Life] = {}
    killed = mid_work = 0
    while killed < plan["times"]:
        for lane in set(range(plan["lanes"])) - {life.lane for life in alive.values()}:
            pid = forked(lambda lane=lane: draw_until_killed(plan, lane))
            # One in four at any moment from the start; the others once they have drawn, however slow the machine is.
            dies = time.monotonic() + (choose.uniform(0, plan["longest_s"]) if choose.random() < 0.25 else 60)
            alive[pid] = Life(lane, acknowledged(plan, lane), dies)
        time.sleep(0.001)
        for pid, life in list(alive.items()):
            if not life.working and acknowledged(plan, life.lane) > life.before:
                life.working = True
                life.dies = min(life.dies, time.monotonic() + choose.uniform(0, plan["longest_s"] / 2))
            if life.dies <= time.monotonic():
                os.kill(pid, signal.SIGKILL)
                _, status = os.waitpid(pid, 0)
                assert os.WIFSIGNALED(status), "a writer ended by itself"
                killed, mid_work = killed + 1, mid_work + life.working
                del alive[pid]
    for pid in alive:
        os.kill(pid, signal.SIGKILL)
        os.waitpid(pid, 0)
    for lane in range(plan["lanes"]):  # one more draw each: what was in the air is sent again
        pid = forked(lambda lane=lane: draw_until_killed(plan, lane, only=5))
        _, status = os.waitpid(pid, 0)
        assert os.waitstatus_to_exitcode(status) == 0
    print(json.dumps({"kills": killed, "mid_work": mid_work}))


def acknowledged(plan: dict[str, Any], lane: int) -> int:
    """How many draws of a lane were acknowledged so far."""
    path = Path(plan["folder"]) / f"{lane}.ack"
    return len(path.read_text().split()) if path.exists() else 0


def draw_until_killed(plan: dict[str, Any], lane: int, only: int | None = None) -> None:
    """Draw on and on; each acknowledged id goes to a file at once. Begins with the first id not acknowledged."""
    from didymium.controls import licences
    from didymium.store import open_store

    number = acknowledged(plan, lane)
    stop = None if only is None else number + only
    store = open_store(plan["setting"])
    out = os.open(Path(plan["folder"]) / f"{lane}.ack", os.O_CREAT | os.O_APPEND | os.O_WRONLY)
    while number != stop:
        found = licences.book(store, plan["licence"], message(f"k{lane}-{number}"), "victim")
        assert (found.first or found).result == "accepted", found
        os.write(out, f"k{lane}-{number}\n".encode())
        number += 1


# --- what must hold afterwards --------------------------------------------------------------------------------------


def check(setting: str, licence: str, *, expected: set[str]) -> None:
    """Accepted ids are those expected, each once; the balance is their sum; sums and audit trail are whole."""
    import datetime as dt

    from didymium.controls.licences import recount, views
    from didymium.store import audit, open_store

    store = open_store(setting)
    lines = [line for line in views.history(store, licence) if line.result == "accepted"]
    assert sorted(line.msg for line in lines) == sorted(expected)
    stands = views.standing(store, licence, dt.date(2026, 2, 1))
    assert Decimal(stands.drawn) == len(expected) * EACH, (stands.drawn, len(expected))
    problems = recount.problems(store)
    assert not problems, problems[:5]
    chain = audit.verify(store)
    assert chain.broken_at is None, chain
    store.close()


# --- processes ------------------------------------------------------------------------------------------------------


def child(role: str, plan: dict[str, Any]) -> subprocess.Popen[str]:
    """A process of this module in a role; its plan goes in as JSON."""
    command = [sys.executable, "-m", "benchmarks.torture", "--role", role]
    path = os.pathsep.join([str(ROOT / "src"), str(ROOT)])
    environment = {**os.environ, "PYTHONPATH": path}
    process = subprocess.Popen(
        command,
        cwd=ROOT,
        env=environment,
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        text=True,
    )
    assert process.stdin is not None
    process.stdin.write(json.dumps(plan))
    process.stdin.close()
    process.stdin = None
    return process


def answer(process: subprocess.Popen[str]) -> str:
    """What a process printed; its error where it failed."""
    out, err = process.communicate()
    assert process.returncode == 0, err[-2000:]
    return out


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--store", default="")
    parser.add_argument("--writers", type=int, default=16)
    parser.add_argument("--draws", type=int, default=100_000)
    parser.add_argument("--kills", type=int, default=2_000)
    parser.add_argument("--role", choices=["crowd", "slaughter"])
    arguments = parser.parse_args()
    if arguments.role:
        {"crowd": crowd, "slaughter": slaughter}[arguments.role](json.load(sys.stdin))
        return
    with tempfile.TemporaryDirectory() as folder:
        server = os.environ.get("DIDYMIUM_TORTURE_POSTGRESQL", "")
        for setting in (
            [arguments.store] if arguments.store else [f"{folder}/torture.db", *([server] if server else [])]
        ):
            torture(setting, arguments)


def torture(setting: str, arguments: argparse.Namespace) -> None:
    """Everything on one store; figures to stdout."""
    from didymium.store import migrate, open_store

    store = open_store(setting, check=False)
    migrate.upgrade(store)
    print(store.place if store.kind == "postgresql" else "SQLite")
    store.close()
    print("  writers", writers(setting, processes=arguments.writers, draws=arguments.draws))
    print("  kills  ", kills(setting, times=arguments.kills))


if __name__ == "__main__":
    main()
