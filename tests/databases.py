"""The databases that tests of the store run on: SQLite files, and a PostgreSQL server of our own in a temporary folder.

The server is started once per test process, by another user where the tests run as root (PostgreSQL refuses root), listens on a
Unix socket only, and is removed at the end. Without its programs the tests that need it are skipped and say so.
"""

from __future__ import annotations

import os
import pwd
import shutil
import subprocess
import tempfile
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest

from didymium.store import Store, open_store


def program(name: str) -> str | None:
    """Path of a PostgreSQL program: on the PATH, or where Debian keeps it (newest version)."""
    kept = sorted(Path("/usr/lib/postgresql").glob(f"*/bin/{name}"), key=lambda path: int(path.parts[4]))
    return shutil.which(name) or (str(kept[-1]) if kept else None)


class Server:
    """A PostgreSQL server in a folder of its own."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder
        self.count = 0

    def start(self) -> None:
        options = f"-k {self.folder} -c listen_addresses='' -c max_connections=60"
        self.run("initdb", "-D", f"{self.folder}/data", "-U", "didymium", "-A", "trust", "-E", "UTF8", "--locale=C")
        self.run("pg_ctl", "-D", f"{self.folder}/data", "-w", "-o", options, "-l", f"{self.folder}/log", "start")
        self.sql("CREATE DATABASE template_didymium")
        made = open_store(self.url("template_didymium"), check=False)
        from didymium.store import migrate

        migrate.upgrade(made)
        made.close()

    def stop(self) -> None:
        self.run("pg_ctl", "-D", f"{self.folder}/data", "-m", "immediate", "stop", check=False)

    def run(self, name: str, *arguments: str, check: bool = True) -> None:
        command = [str(program(name)), *arguments]
        if os.geteuid() == 0:
            command = ["runuser", "-u", unprivileged(), "--", *command]
        # The server keeps what it inherits: a pipe here would never end.
        with (self.folder / f"{name}.out").open("w") as out:
            done = subprocess.run(
                command, check=False, cwd=self.folder, stdin=subprocess.DEVNULL, stdout=out, stderr=out
            )
        if check and done.returncode:
            raise RuntimeError(f"{name}: {(self.folder / f'{name}.out').read_text()[-500:]}")

    def url(self, database: str) -> str:
        return f"postgresql+psycopg://didymium@/{database}?host={self.folder}"

    def sql(self, statement: str) -> None:
        import psycopg

        with psycopg.connect(host=str(self.folder), user="didymium", dbname="postgres", autocommit=True) as connection:
            connection.execute(statement)

    def database(self, *, tables: bool = True) -> str:
        """URL of a new database, with our tables or empty."""
        self.count += 1
        name = f"test_{self.count}"
        self.sql(f"CREATE DATABASE {name}" + (" TEMPLATE template_didymium" if tables else ""))
        return self.url(name)


def unprivileged() -> str:
    """A user other than root that may own a server."""
    for name in ("postgres", "nobody"):
        try:
            return pwd.getpwnam(name).pw_name
        except KeyError:
            continue
    pytest.skip("no unprivileged user to run PostgreSQL as")


@pytest.fixture(scope="session")
def postgresql() -> Iterator[Server]:
    """A running server; skips where PostgreSQL or its driver is not installed."""
    pytest.importorskip("psycopg", reason="psycopg is not installed")
    for name in ("initdb", "pg_ctl", "postgres"):
        if program(name) is None:
            pytest.skip(f"PostgreSQL is not installed ({name} not found)")
    if os.geteuid() == 0 and shutil.which("runuser") is None:
        pytest.skip("PostgreSQL refuses root, and runuser is not there to become another user")
    folder = Path(tempfile.mkdtemp(prefix="didymium-pg-"))
    if os.geteuid() == 0:
        shutil.chown(folder, unprivileged())
    server = Server(folder)
    try:
        server.start()
        yield server
    finally:
        server.stop()
        shutil.rmtree(folder, ignore_errors=True)


@pytest.fixture(params=["sqlite", "postgresql"])
def new_setting(request: pytest.FixtureRequest, tmp_path: Path) -> Callable[..., str]:
    """A function that gives the setting of a new store; every test that uses it runs on both databases."""
    if request.param == "postgresql":
        return request.getfixturevalue("postgresql").database
    made: list[Path] = []

    def setting(*, tables: bool = True) -> str:
        path = tmp_path / f"store_{len(made)}.db"
        made.append(path)
        if tables:
            open_store(path).close()
        return str(path)

    return setting


@pytest.fixture
def setting(new_setting: Callable[..., str]) -> str:
    """Setting of a store with tables."""
    return new_setting()


@pytest.fixture
def store(setting: str) -> Iterator[Store]:
    """An open store with tables."""
    opened = open_store(setting)
    yield opened
    opened.close()
