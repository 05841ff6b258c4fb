"""`didymium licence quota`: limits per exporter, element and year over all licences."""

from __future__ import annotations

from typing import Annotated

import cyclopts
from cyclopts import Parameter

from didymium.cli.licence_common import Actor, encoded, given, mass, opened, table_of, who
from didymium.cli.store import Json, Place
from didymium.cli.terminal import clean, console

app = cyclopts.App(name="quota", help="Limits per exporter, element and year, over all licences.")


@app.command
def add(
    name: str,
    *,
    limit: str,
    year: int,
    source: str,
    element: str | None = None,
    exporter: str | None = None,
    basis: str = "REO",
    critical: str = "0.9",
    blocking: Annotated[bool, Parameter(negative="--warning-only")] = True,
    actor: Actor = None,
    store: Place = None,
) -> None:
    """Add a quota; what was drawn and reserved before is charged to it.

    Parameters
    ----------
    name
        Name of the quota.
    limit
        Mass with its unit (g, kg, t): "20 t".
    year
        Calendar year it holds for.
    source
        Where it is laid down.
    element
        Symbol of the element; without it all together.
    exporter
        Exporter; without it all together.
    basis
        What the mass counts: gross, REO or element.
    critical
        Share of the limit from which every draw is warned of.
    blocking
        Refuse draws beyond the limit, or only warn of them.
    """
    from didymium.controls.licences import quota_book

    fields = given(
        name=name, year=year, source=source, element=element, exporter=exporter, basis=basis, critical=critical,
        blocking=blocking,
    )  # fmt: skip
    for warning in quota_book.add(opened(store), {**fields, **mass(limit, "limit")}, who(actor)):
        print(f"Warning: {clean(warning)}")
    print(f"Quota {clean(name)} added.")


@app.command(name="list")
def list_(*, store: Place = None, json: Json = False) -> None:
    """List all quotas with what was charged to them, in kg of their basis."""
    from didymium.controls.licences import quota_book

    with opened(store).reading() as connection:
        found = quota_book.all_(connection)
    if json:
        import msgspec

        print(encoded([{**msgspec.structs.asdict(one), "state": one.state} for one in found]))
        return
    columns = (
        "name",
        "exporter",
        "element",
        "first_day",
        "last_day",
        "basis",
        "limit_kg",
        "used_kg",
        "state",
        "blocking",
    )
    console().print(table_of(columns, found))
