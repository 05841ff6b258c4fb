"""`didymium licence undertakings`: what the holder undertook, what is due, what is done."""

from __future__ import annotations

from didymium.cli.licence_common import Actor, encoded, opened, today, who
from didymium.cli.store import Json, Place
from didymium.cli.terminal import clean


def undertakings(
    number: str,
    *,
    add: str | None = None,
    due: str | None = None,
    expires: str | None = None,
    done: int | None = None,
    on: str | None = None,
    note: str | None = None,
    actor: Actor = None,
    store: Place = None,
    json: Json = False,
) -> None:
    """List what was undertaken with a licence; with --add or --done change it first.

    Parameters
    ----------
    number
        Number of the licence.
    add
        A further undertaking, in words.
    due
        Day by which it is to be done.
    expires
        Last day on which it binds.
    done
        Number of an undertaking that is done.
    on
        Day on which it was done; default today.
    note
        What is to be remembered about it.
    """
    from didymium.controls.licences import undertakings as promises
    from didymium.controls.licences import views
    from didymium.controls.licences.reading import day

    place = opened(store)
    if add is not None:
        promises.add(place, number, promises.one({"text": add, "due": due, "expires": expires}), who(actor))
    if done is not None:
        promises.done(place, number, done, day(on, "on") if on else today(), note, who(actor))
    _, found = views.whole(place, number)
    if json:
        print(encoded(found))
        return
    for one in found:
        days = "".join(f", {name} {day}" for name, day in (("due", one.due), ("expires", one.expires)) if day)
        print(f"{one.number}. {clean(one.words)} ({one.state(today())}{days})")
