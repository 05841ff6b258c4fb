"""`didymium store`: the database of licences and the audit trail."""

from __future__ import annotations

from importlib import import_module
from pathlib import Path
from typing import Annotated, Final

import cyclopts
from cyclopts import Parameter

from didymium.cli.terminal import clean, console
from didymium.errors import StoreError

app = cyclopts.App(name="store", help="Look after the store: where it lies, its version, whether it is whole.")

#: Where the domains describe their tables; `verify` compares the store with all of them.
TABLES: Final = ("didymium.store.audit", "didymium.controls.licences.tables", "didymium.controls.rescreening.tables")

Place = Annotated[str | None, Parameter(name="--store", help="Path or address of the store; default: DIDYMIUM_STORE.")]
Json = Annotated[bool, Parameter(negative="", help="Print one JSON object on stdout.")]


@app.command
def where(*, store: Place = None) -> None:
    """Say which store is used: a path, or an address without its password."""
    from didymium.store.place import shown, store_url

    print(clean(shown(store_url(store))))


@app.command
def migrate(*, store: Place = None) -> None:
    """Make the tables of the store, or bring them to this version, in one transaction. Make a copy first."""
    from didymium.store import migrate as migrating
    from didymium.store import open_store

    opened = open_store(store, check=False)
    pending = migrating.status(opened).pending
    migrating.upgrade(opened)
    done = f"brought to {migrating.HEAD} ({', '.join(pending)})" if pending else f"is at {migrating.HEAD} already"
    print(f"{clean(opened.place)}: {done}.")


@app.command
def status(*, store: Place = None, json: Json = False) -> None:
    """Say which version the store is at, and which steps are pending."""
    from didymium.store import migrate as migrating
    from didymium.store import open_store

    _there(store)
    opened = open_store(store, check=False)
    found = migrating.status(opened)
    if json:
        import msgspec

        print(msgspec.json.encode({"store": opened.place, "kind": opened.kind, **msgspec.to_builtins(found)}).decode())
        return
    said = "up to date" if not found.pending else f"pending: {', '.join(found.pending)}; run `didymium store migrate`"
    print(f"{clean(opened.place)} ({opened.kind}): version {found.version or 'none'}, {said}.")


@app.command
def verify(
    *,
    expect: Annotated[str | None, Parameter(help="A head of the trail noted earlier; it must still be in it.")] = None,
    store: Place = None,
    json: Json = False,
) -> int:
    """Walk the audit trail, derive every balance anew and compare the tables with what they should be.

    Note the head it prints somewhere else: with --expect a later call shows that nothing before it was rewritten.
    """
    from didymium.controls.licences import recount
    from didymium.store import audit, open_store
    from didymium.store import migrate as migrating

    for name in TABLES:
        import_module(name)
    _there(store)
    opened = open_store(store)
    chain = audit.verify(opened, expect=expect)
    problems = [chain.because] if chain.because else []
    problems += recount.problems(opened) + [f"Tables: {one}" for one in migrating.differences(opened)]
    if json:
        import msgspec

        print(msgspec.json.encode({"rows": chain.rows, "head": chain.head, "problems": problems}).decode())
    else:
        out = console()
        for problem in problems:
            out.print(clean(str(problem)))
        out.print(f"Audit trail: {chain.rows} rows, head {chain.head}", soft_wrap=True)
        out.print(f"{len(problems)} fault{'s' * (len(problems) > 1)} found." if problems else "No fault found.")
    return StoreError.exit_code if problems else 0


def _there(setting: str | None) -> None:
    """Refuse to look at a file that is not there: opening would make an empty store, and find no fault in it."""
    from didymium.store.place import shown, store_url

    url = store_url(setting)
    if url.drivername == "sqlite" and url.database and not Path(url.database).exists():
        raise StoreError(
            "there is no store yet.",
            file=clean(shown(url)),
            fix="Check --store and DIDYMIUM_STORE, or make one with `didymium store migrate`.",
        )
