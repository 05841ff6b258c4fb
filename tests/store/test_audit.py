"""The chain of hashes: whole as written; whatever is done to it shows, and where."""

from __future__ import annotations

import threading
from collections.abc import Callable

import pytest
from sqlalchemy import text

from didymium.errors import StoreError
from didymium.store import Store, audit


def record(store: Store, number: int) -> None:
    for n in range(number):
        store.write(
            lambda c, n=n: audit.append(
                c, "Zoë", "test.change", f"thing {n % 3}", {"n": n, "words": "a\u0000 ü \ud800"}
            )
        )


def tamper(store: Store, *statements: str) -> None:
    """As the owner of the database could: without the guards."""

    def work(connection) -> None:
        if store.kind == "sqlite":
            connection.execute(text("DROP TRIGGER audit_no_update"))
            connection.execute(text("DROP TRIGGER audit_no_delete"))
        else:
            connection.execute(text("ALTER TABLE audit DISABLE TRIGGER USER"))
        for statement in statements:
            connection.execute(text(statement))

    store.write(work)


def test_whole_chain(store: Store) -> None:
    assert audit.verify(store) == audit.Chain(0, audit.GENESIS)
    record(store, 20)
    chain = audit.verify(store)
    assert (chain.rows, chain.broken_at, chain.because) == (20, None, None)
    assert audit.verify(store, expect=chain.head).broken_at is None
    record(store, 1)
    assert audit.verify(store, expect=chain.head).broken_at is None


@pytest.mark.parametrize(
    ("statements", "at", "said"),
    [
        (["UPDATE audit SET payload = '[]' WHERE seq = 7"], 7, "changed"),
        (["UPDATE audit SET actor = 'somebody else' WHERE seq = 7"], 7, "changed"),
        (["UPDATE audit SET at_utc = '2020-01-01T00:00:00.000000Z' WHERE seq = 7"], 7, "changed"),
        (["DELETE FROM audit WHERE seq = 7"], 7, "missing"),
        (["DELETE FROM audit WHERE seq = 1"], 1, "missing"),
        (["DELETE FROM audit WHERE seq = 12"], 13 - 1, "cut"),
        (["DELETE FROM audit WHERE seq > 5"], 6, "cut"),
        ([f"UPDATE audit SET seq = {to} WHERE seq = {at}" for at, to in ((7, 100), (8, 7), (100, 8))], 7, "changed or moved"),
        (["UPDATE audit SET hash = '" + "a" * 64 + "' WHERE seq = 7"], 7, "changed"),
        (["DELETE FROM audit_head"], 13, "no row"),
        (["DELETE FROM audit WHERE seq = 12", "UPDATE audit_head SET seq = 11"], 12, "head"),
    ],
)  # fmt: skip
def test_tampering_shows(store: Store, statements: list[str], at: int, said: str) -> None:
    record(store, 12)
    tamper(store, *statements)
    chain = audit.verify(store)
    assert chain.broken_at == at
    assert chain.rows == at - 1
    assert said in str(chain.because)


def test_a_chain_rewritten_from_the_start_shows_against_a_head_noted_elsewhere(new_setting: Callable[..., str]) -> None:
    from didymium.store import open_store

    one, other = open_store(new_setting()), open_store(new_setting())
    record(one, 5)
    record(other, 9)
    noted = audit.verify(one).head
    assert audit.verify(other).broken_at is None
    assert audit.verify(other, expect=noted).because.startswith("The hash")


@pytest.mark.parametrize("verb", ["UPDATE audit SET actor = 'x'", "DELETE FROM audit"])
def test_the_database_refuses_changes(store: Store, verb: str) -> None:
    record(store, 2)
    with pytest.raises(Exception, match="only ever added"):
        store.write(lambda c: c.execute(text(verb)))
    assert audit.verify(store).rows == 2


def test_a_change_that_fails_leaves_no_trace(store: Store) -> None:
    def work(connection) -> None:
        audit.append(connection, "me", "test.change", "x", {})
        raise KeyError("no")

    with pytest.raises(KeyError):
        store.write(work)
    assert audit.verify(store).rows == 0


def test_many_at_once_make_one_chain(store: Store) -> None:
    threads = [threading.Thread(target=record, args=(store, 20)) for _ in range(4)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    chain = audit.verify(store)
    assert (chain.rows, chain.broken_at) == (80, None)


def test_floats_do_not_enter(store: Store) -> None:
    with pytest.raises(TypeError, match="float"):
        store.write(lambda c: audit.append(c, "me", "test.change", "x", {"kg": 0.1}))


def test_without_a_head_nothing_is_written(store: Store) -> None:
    store.write(lambda c: c.execute(text("DELETE FROM audit_head")))
    with pytest.raises(StoreError, match="head row"):
        record(store, 1)
