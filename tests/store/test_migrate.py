"""Migrations: the tables they make are those the domains describe, on both databases; versions are told apart."""

from __future__ import annotations

import ast
import importlib
import re
import threading
from collections.abc import Callable
from pathlib import Path

import pytest
from sqlalchemy import text

import didymium
from didymium.cli.store import TABLES
from didymium.errors import StoreError
from didymium.store import Store, engine, migrate, open_store
from didymium.store.metadata import METADATA
from didymium.store.place import store_url

VERSIONS = Path(migrate.__file__).parent / "migrations" / "versions"


@pytest.fixture(autouse=True, scope="module")
def all_tables() -> None:
    """Tables of every domain are described in METADATA once their modules are loaded."""
    for name in TABLES:
        importlib.import_module(name)


def test_the_list_of_tables_is_complete() -> None:
    """Every module that describes tables is in the list of `didymium store verify`."""
    root = Path(didymium.__file__).parent
    found = {
        path for path in root.rglob("*.py") if re.search(r"\bTable\(\s*\"\w+\",\s*METADATA", path.read_text("utf-8"))
    }
    assert {".".join(("didymium", *path.relative_to(root).with_suffix("").parts)) for path in found} == set(TABLES)


def test_tables_are_those_described(store: Store) -> None:
    assert {"audit", "licences", "licence_entries"} <= set(METADATA.tables)
    assert migrate.differences(store) == []


def test_a_difference_would_show(store: Store) -> None:
    store.write(lambda c: c.execute(text("ALTER TABLE licence_undertakings DROP COLUMN done_note")))
    assert "done_note" in migrate.differences(store)[0]


def test_head_is_the_last_revision() -> None:
    written = sorted(path.stem for path in VERSIONS.glob("r*.py"))
    assert written[-1].startswith(f"{migrate.HEAD}_")
    assert migrate._revisions() == [name.split("_")[0] for name in written]


def test_revisions_import_no_domain() -> None:
    """A step written today must still run when the domains have moved on."""
    for path in VERSIONS.glob("*.py"):
        for node in ast.walk(ast.parse(path.read_text())):
            if isinstance(node, ast.ImportFrom) and (node.module or "").startswith("didymium"):
                assert node.module == "didymium.store.append_only", path.name


def test_status_before_and_after(new_setting: Callable[..., str]) -> None:
    store = engine.connect(store_url(new_setting(tables=False)))
    before = migrate.status(store)
    assert (before.version, before.pending[-1]) == (None, migrate.HEAD)
    migrate.upgrade(store)
    migrate.upgrade(store)
    assert migrate.status(store) == migrate.Status(migrate.HEAD, migrate.HEAD, [])


def test_one_step_after_the_other_keeps_what_is_there(new_setting: Callable[..., str]) -> None:
    from didymium.store import audit

    store = engine.connect(store_url(new_setting(tables=False)))
    migrate.upgrade(store, "r0001")
    store.write(lambda c: audit.append(c, "me", "test.change", "x", {}))
    with pytest.raises(StoreError, match=r"at version r0001, .* is needed.*store migrate"):
        migrate.demand(store)
    migrate.upgrade(store)
    assert audit.verify(store).rows == 1
    assert migrate.differences(store) == []


def test_a_store_of_a_newer_version_is_left_alone(store: Store) -> None:
    store.write(lambda c: c.execute(text("UPDATE alembic_version SET version_num = 'r9999'")))
    with pytest.raises(StoreError, match="newer didymium"):
        migrate.demand(store)
    with pytest.raises(StoreError, match="r9999"):
        migrate.status(store)


def test_a_step_that_fails_leaves_nothing(new_setting: Callable[..., str], monkeypatch: pytest.MonkeyPatch) -> None:
    from didymium.store import append_only

    store = engine.connect(store_url(new_setting(tables=False)))
    monkeypatch.setattr(append_only, "_statements", lambda *_: ["SELECT no_such_function()"])
    with pytest.raises(Exception, match="no_such_function"):
        migrate.upgrade(store)
    monkeypatch.undo()
    assert migrate.status(store).version is None
    migrate.upgrade(store)
    assert migrate.differences(store) == []


def test_an_empty_postgresql_database_is_not_touched_unasked(postgresql) -> None:
    url = postgresql.database(tables=False)
    with pytest.raises(StoreError, match=r"no tables yet.*store migrate"):
        open_store(url)


def test_many_open_a_new_file_at_once(tmp_path: Path) -> None:
    failed: list[Exception] = []

    def go() -> None:
        try:
            open_store(tmp_path / "new.db").close()
        except Exception as error:  # noqa: BLE001 - whatever it is, the test fails with it
            failed.append(error)

    threads = [threading.Thread(target=go) for _ in range(8)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert not failed
    assert migrate.differences(open_store(tmp_path / "new.db")) == []
