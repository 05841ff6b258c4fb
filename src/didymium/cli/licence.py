"""`didymium licence`: licences, what they stand at, what was booked. Messages are in licence_book.py."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

import cyclopts
from cyclopts import Parameter
from cyclopts.validators import Number

from didymium.cli import licence_book, licence_dossier, licence_quota, licence_undertakings
from didymium.cli.licence_common import Actor, encoded, given, licences_of, mass, opened, table_of, today, value_of, who
from didymium.cli.store import Json, Place
from didymium.cli.terminal import clean, console
from didymium.errors import DidymiumError, UsageError

app = cyclopts.App(
    name="licence", help="Licences to the last gram: add, draw, see what is left, prepare an application."
)
for command in licence_book.COMMANDS:
    app.command(command)
app.command(licence_quota.app)
app.command(licence_dossier.dossier)
app.command(licence_undertakings.undertakings)


@app.command
def add(
    number: str | None = None,
    *,
    file: Path | None = None,
    kind: str | None = None,
    issuer: str | None = None,
    item: list[str] | None = None,
    quantity: str | None = None,
    basis: str | None = None,
    exporter: list[str] | None = None,
    consignee: list[str] | None = None,
    end_user: list[str] | None = None,
    destination: list[str] | None = None,
    valid_from: str | None = None,
    valid_to: str | None = None,
    oxide_factor: str | None = None,
    value: str | None = None,
    undertaking: list[str] | None = None,
    actor: Actor = None,
    store: Place = None,
) -> None:
    """Add a licence, by options or from a file (TOML or JSON: one licence, or a list named `licence`).

    Parameters
    ----------
    number
        Number as printed.
    file
        File with the same fields: number, kind, issuer, items, quantity, unit, basis, exporter, consignee, end_user,
        destinations, valid_from, valid_to, oxide_factor, value, currency, note, undertakings (text, due, expires).
    kind
        individual (default), general or validated-end-user.
    issuer
        Authority that issued it.
    item
        Control code it covers, with all below it; again for more.
    quantity
        Mass with its unit (g, kg, t): "500 kg". Without it a general licence has no limit.
    basis
        What the mass counts: gross, REO (rare-earth oxide) or element.
    exporter
        Name it is given to; again for more; without it any.
    consignee
        Consignee it names; again for more; without it any.
    end_user
        End user it names; again for more; without it any.
    destination
        Country, two letters; again for more; without it any.
    valid_from
        First day, such as 2026-01-01.
    valid_to
        Last day; without it open.
    oxide_factor
        kg of oxide per kg of element as printed on it.
    value
        Value with its currency: "120000 CNY". Kept and shown, not drawn down.
    undertaking
        What the holder undertook; again for more.
    """
    from didymium.controls import licences

    if file is not None:
        stated = licences_of(file)
    else:
        fields = given(
            number=number, kind=kind, issuer=issuer, items=item, basis=basis, exporter=exporter, consignee=consignee,
            end_user=end_user, destinations=destination, valid_from=valid_from, valid_to=valid_to, oxide_factor=oxide_factor,
            undertakings=undertaking,
        )  # fmt: skip
        stated = [{**fields, **mass(quantity, "quantity"), **value_of(value)}]
    if file is not None and number is not None:
        raise UsageError(
            f"both {clean(number)} and --file are given.", fix="The file names its licences; leave one of the two out."
        )
    place = opened(store)
    for order, each in enumerate(stated, 1):
        try:
            print(f"Licence {clean(licences.add(place, each, who(actor)).number)} added.")
        except DidymiumError as error:
            if file is None:
                raise
            error.file = error.file or f"{file}, licence {order} of {len(stated)}"
            raise


@app.command(name="list")
def list_(*, store: Place = None, json: Json = False) -> None:
    """List all licences with their status and what is left, in kg of their basis."""
    from didymium.controls.licences import views

    found = views.standings(opened(store), today())
    if json:
        print(encoded(found))
        return
    columns = ("licence", "status", "basis", "quantity", "drawn", "reserved", "available", "valid_to")
    console().print(table_of(columns, found))


@app.command
def show(number: str, *, store: Place = None, json: Json = False) -> None:
    """Show what a licence says, as amended, and what was undertaken.

    Parameters
    ----------
    number
        Number of the licence.
    """
    from didymium.controls.licences import views

    terms, promised = views.whole(opened(store), number)
    if json:
        print(encoded({"terms": terms, "undertakings": promised}))
        return
    import msgspec

    out = console()
    for name, value in msgspec.to_builtins(terms).items():
        said = ", ".join(map(str, value)) if isinstance(value, list | tuple) else str(value)
        out.print(f"{name}: {clean(said)}")
    for one in promised:
        out.print(f"undertaking {one.number} ({one.state(today())}): {clean(one.words)}")


@app.command
def balance(number: str, *, store: Place = None, json: Json = False) -> None:
    """Say what is left of a licence, after adding up all its entries anew and comparing them with the audit trail.

    Parameters
    ----------
    number
        Number of the licence.
    """
    from didymium.controls.licences import views

    found = views.standing(opened(store), number, today())
    if json:
        print(encoded(found))
        return
    left = "no limit" if found.available is None else f"{found.available} kg of {found.quantity} kg {found.basis} left"
    barred = {"suspended": ", not to be drawn on until reinstated", "revoked": ", never to be drawn on again"}
    used = f"drawn {found.drawn} kg, reserved {found.reserved} kg"
    print(f"{clean(number)} ({found.status}{barred.get(found.status, '')}): {left}; {used}.")
    for warning in found.overdue:
        print(clean(warning))


@app.command
def history(
    number: str,
    *,
    last: Annotated[int | None, Parameter(validator=Number(gte=1))] = None,
    store: Place = None,
    json: Json = False,
) -> None:
    """Show every message to a licence, accepted or refused, in the order of booking.

    Parameters
    ----------
    number
        Number of the licence.
    last
        Only so many, from the end.
    """
    from didymium.controls.licences import views

    found = views.history(opened(store), number, last)
    if json:
        print(encoded(found))
        return
    columns = ("seq", "date", "op", "msg", "ref", "result", "reason", "kg")
    console().print(table_of(columns, found))
