"""Opening a store: what is set, and what is said when it fails."""

from __future__ import annotations

import builtins
import os
import sqlite3
import threading
import time
from collections.abc import Callable
from pathlib import Path

import pytest
from sqlalchemy import text

from didymium.errors import StoreError
from didymium.store import Store, engine, open_store
from tests.databases import Server


def test_sqlite_is_set_to_lose_nothing(tmp_path: Path) -> None:
    store = open_store(tmp_path / "deep" / "folder" / "a.db")
    with store.reading() as connection:
        found = {
            name: connection.execute(text(f"PRAGMA {name}")).scalar()
            for name in ("journal_mode", "synchronous", "foreign_keys")
        }
    assert found == {"journal_mode": "wal", "synchronous": 2, "foreign_keys": 1}


def test_postgresql_waits_for_the_disk_whatever_the_role_says(postgresql: Server) -> None:
    url = postgresql.database()
    with_role = open_store(url)
    with_role.write(lambda c: c.execute(text("ALTER ROLE didymium SET synchronous_commit = off")))
    with_role.close()
    with open_store(url).reading() as connection:
        assert connection.execute(text("SHOW synchronous_commit")).scalar() == "on"
    open_store(url).write(lambda c: c.execute(text("ALTER ROLE didymium RESET synchronous_commit")))


def test_writers_come_one_after_the_other(store: Store) -> None:
    """Read, think, write: with plain transactions two threads would lose each other's change."""
    store.write(lambda c: c.execute(text("CREATE TABLE counter (id integer PRIMARY KEY, n integer)")))
    store.write(lambda c: c.execute(text("INSERT INTO counter VALUES (1, 0)")))
    lock = " FOR UPDATE" if store.kind == "postgresql" else ""

    def raise_by_one(connection) -> None:
        n = connection.execute(text(f"SELECT n FROM counter WHERE id = 1{lock}")).scalar()
        time.sleep(0.001)
        connection.execute(text("UPDATE counter SET n = :n WHERE id = 1"), {"n": n + 1})

    def many() -> None:
        for _ in range(10):
            store.write(raise_by_one)

    threads = [threading.Thread(target=many) for _ in range(4)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    with store.reading() as connection:
        assert connection.execute(text("SELECT n FROM counter")).scalar() == 40


def test_readers_see_one_moment(store: Store) -> None:
    store.write(lambda c: c.execute(text("CREATE TABLE seen (n integer)")))
    with store.reading() as connection:
        before = connection.execute(text("SELECT count(*) FROM seen")).scalar()
        store.write(lambda c: c.execute(text("INSERT INTO seen VALUES (1)")))
        assert connection.execute(text("SELECT count(*) FROM seen")).scalar() == before == 0


def test_an_exception_undoes_everything(store: Store) -> None:
    def work(connection) -> None:
        connection.execute(text("CREATE TABLE half (n integer)"))
        raise KeyError("no")

    with pytest.raises(KeyError):
        store.write(work)
    with pytest.raises(Exception, match="half"), store.reading() as connection:
        connection.execute(text("SELECT * FROM half"))


def test_deadlocks_are_run_again(postgresql: Server) -> None:
    store = open_store(postgresql.database())
    store.write(lambda c: c.execute(text("CREATE TABLE two (id integer PRIMARY KEY, n integer)")))
    store.write(lambda c: c.execute(text("INSERT INTO two VALUES (1, 0), (2, 0)")))
    meeting = threading.Barrier(2, timeout=20)
    runs: list[int] = []

    def cross(first: int, second: int) -> None:
        def work(connection) -> None:
            runs.append(first)
            connection.execute(text("UPDATE two SET n = n + 1 WHERE id = :id"), {"id": first})
            if runs.count(first) == 1:
                meeting.wait()
            connection.execute(text("UPDATE two SET n = n + 1 WHERE id = :id"), {"id": second})

        store.write(work)

    threads = [threading.Thread(target=cross, args=pair) for pair in ((1, 2), (2, 1))]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join(30)
    with store.reading() as connection:
        assert connection.execute(text("SELECT n FROM two ORDER BY id")).scalars().all() == [2, 2]
    assert len(runs) >= 3  # two at first, and the one that lost again (twice where it lost to a slow machine)


def test_a_busy_store_says_so_in_bounded_time(new_setting: Callable[..., str], monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(engine, "PATIENCE_S", 1)
    setting = new_setting()
    holder, waiter = open_store(setting), open_store(setting)
    holder.write(lambda c: c.execute(text("CREATE TABLE held (n integer)")))
    holder.write(lambda c: c.execute(text("INSERT INTO held VALUES (1)")))
    start = time.monotonic()

    def while_held(connection) -> None:
        connection.execute(text("UPDATE held SET n = 2"))
        with pytest.raises(StoreError, match=r"busy.*message id"):
            waiter.write(lambda c: c.execute(text("UPDATE held SET n = 3")))

    holder.write(while_held)
    assert 0.9 < time.monotonic() - start < 10


def test_a_file_that_is_no_database(tmp_path: Path) -> None:
    path = tmp_path / "a.db"
    path.write_text("not a database, however long it may be" * 100)
    with pytest.raises(StoreError, match=r"a\.db: is not an SQLite database"):
        open_store(path)


def test_a_folder_that_cannot_be(tmp_path: Path) -> None:
    (tmp_path / "file").write_text("")
    with pytest.raises(StoreError, match="folder cannot be made"):
        open_store(tmp_path / "file" / "a.db")
    with pytest.raises(StoreError, match="cannot be opened"):
        open_store(tmp_path)


def test_a_damaged_file(tmp_path: Path) -> None:
    path = tmp_path / "a.db"
    open_store(path).close()
    with sqlite3.connect(path) as connection:
        connection.execute("PRAGMA wal_checkpoint(TRUNCATE)")
    connection.close()
    size = path.stat().st_size
    with path.open("r+b") as file:
        file.seek(4096)
        file.write(os.urandom(size - 4096))

    def use() -> None:
        open_store(path).write(lambda c: c.execute(text("SELECT * FROM audit")))

    with pytest.raises(StoreError, match="damaged"):
        use()


def test_a_server_that_is_not_there() -> None:
    pytest.importorskip("psycopg")
    with pytest.raises(StoreError, match="cannot be reached") as caught:
        open_store("postgresql://didymium:secret@127.0.0.1:1/none")
    assert "secret" not in str(caught.value)


def test_a_database_that_is_not_there(postgresql: Server) -> None:
    with pytest.raises(StoreError, match="does not exist"):
        open_store(postgresql.url("nowhere"))


def test_without_the_driver_the_extra_is_named(monkeypatch: pytest.MonkeyPatch) -> None:
    real = builtins.__import__

    def without(name: str, *rest, **more):
        if name.split(".", maxsplit=1)[0] == "psycopg":
            raise ModuleNotFoundError("No module named 'psycopg'", name="psycopg")
        return real(name, *rest, **more)

    monkeypatch.setattr(builtins, "__import__", without)
    with pytest.raises(StoreError, match=r"didymium\[postgres\]"):
        open_store("postgresql://u@h/d")
