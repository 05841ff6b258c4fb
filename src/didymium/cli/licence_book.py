"""The messages of `didymium licence`: draw, reserve, confirm, cancel, release, reverse, amend, suspend, revoke, reinstate.

Each ends with exit code 0 where it was accepted and 6 where it was refused; the answer is on stdout either way.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Annotated, Any, Final

from cyclopts import Parameter

from didymium.cli.failures import REFUSED
from didymium.cli.licence_common import Actor, encoded, given, in_kg, mass, opened, who
from didymium.cli.store import Json, Place
from didymium.cli.terminal import clean
from didymium.errors import UsageError

Number = Annotated[str, Parameter(help="Number of the licence.")]
Msg = Annotated[str, Parameter(help="Id of this message; sending it again books nothing.")]
Ref = Annotated[str, Parameter(help="Id of the earlier message it is about.")]
Day = Annotated[str, Parameter(help="Day it counts on, such as 2026-02-01.")]
MaybeDay = Annotated[str | None, Parameter(help="Day it was done, such as 2026-02-01.")]


@dataclass(frozen=True)
class Amount:
    """How much, and what it contains."""

    gross: Annotated[str | None, Parameter(help='Gross mass with its unit (g, kg, t): "400.1 kg".')] = None
    treo_pct: Annotated[str | None, Parameter(help="Rare-earth oxides, percent of the gross mass.")] = None
    assay_pct: Annotated[str | None, Parameter(help="The element, percent of the gross mass.")] = None
    oxide_factor: Annotated[str | None, Parameter(help="kg of oxide per kg of the element.")] = None
    reo: Annotated[str | None, Parameter(help="Mass of rare-earth oxides with its unit.")] = None
    element_mass: Annotated[str | None, Parameter(help="Mass of the element with its unit.")] = None
    element: Annotated[str | None, Parameter(help="Symbol of the element, such as Dy.")] = None

    def fields(self) -> dict[str, Any]:
        """As fields of a message; masses in kg."""
        return given(
            gross_kg=in_kg(self.gross, "gross"), reo_kg=in_kg(self.reo, "reo"),
            element_kg=in_kg(self.element_mass, "element-mass"), treo_pct=self.treo_pct, assay_pct=self.assay_pct,
            oxide_factor=self.oxide_factor, element=self.element,
        )  # fmt: skip


@dataclass(frozen=True)
class Parties:
    """Whose goods they are, and where they go."""

    exporter: Annotated[str | None, Parameter(help="Exporter; without it as on the licence.")] = None
    consignee: Annotated[str | None, Parameter(help="Consignee; without it as on the licence.")] = None
    end_user: Annotated[str | None, Parameter(help="End user; without it as on the licence.")] = None
    destination: Annotated[str | None, Parameter(help="Country, two letters; without it as on the licence.")] = None

    def fields(self) -> dict[str, Any]:
        """As fields of a message."""
        return given(**vars(self))


HowMuch = Annotated[Amount, Parameter(name="*", help="How much, and what it contains.")]
Whose = Annotated[Parties, Parameter(name="*", help="Whose goods they are, and where they go.")]
_ALL: Final = Amount()
_AS_LICENSED: Final = Parties()
Assignments = Annotated[
    list[str],
    Parameter(
        name="--set", help='FIELD=VALUE, such as quantity="150 kg" or valid_to=2027-03-31; several values with ;.'
    ),
]
Item = Annotated[str, Parameter(help="Control code of the goods.")]


def draw(
    number: Number, *, msg: Msg, date: Day, item: Item, amount: HowMuch = _ALL, parties: Whose = _AS_LICENSED,
    actor: Actor = None, store: Place = None, json: Json = False,
) -> int:  # fmt: skip
    """Draw an amount from a licence: goods that move now."""
    fields = {"op": "draw", "msg": msg, "date": date, "item": item, **amount.fields(), **parties.fields()}
    return _book(number, fields, actor, store, json=json)


def reserve(
    number: Number, *, msg: Msg, date: Day, item: Item, amount: HowMuch = _ALL, parties: Whose = _AS_LICENSED,
    actor: Actor = None, store: Place = None, json: Json = False,
) -> int:  # fmt: skip
    """Hold an amount of a licence for goods that will move; confirm, release or cancel it later."""
    fields = {"op": "reserve", "msg": msg, "date": date, "item": item, **amount.fields(), **parties.fields()}
    return _book(number, fields, actor, store, json=json)


def confirm(
    number: Number, ref: Ref, *, msg: Msg, date: Day, amount: HowMuch = _ALL, parties: Whose = _AS_LICENSED,
    actor: Actor = None, store: Place = None, json: Json = False,
) -> int:  # fmt: skip
    """Draw what was reserved, or the amount given; the rest of the reservation becomes free."""
    fields = {"op": "confirm", "msg": msg, "ref": ref, "date": date, **amount.fields(), **parties.fields()}
    return _book(number, fields, actor, store, json=json)


def cancel(
    number: Number, ref: Ref, *, msg: Msg, date: MaybeDay = None,
    actor: Actor = None, store: Place = None, json: Json = False,
) -> int:  # fmt: skip
    """Give back all that is left of a reservation."""
    return _book(number, {"op": "cancel", "msg": msg, "ref": ref, "date": date}, actor, store, json=json)


def release(
    number: Number, ref: Ref, *, msg: Msg, date: MaybeDay = None, amount: HowMuch = _ALL,
    actor: Actor = None, store: Place = None, json: Json = False,
) -> int:  # fmt: skip
    """Give back part of a reservation; without an amount all that is left of it."""
    fields = {"op": "release", "msg": msg, "ref": ref, "date": date, **amount.fields()}
    return _book(number, fields, actor, store, json=json)


def reverse(
    number: Number, ref: Ref, *, msg: Msg, date: MaybeDay = None, amount: HowMuch = _ALL,
    actor: Actor = None, store: Place = None, json: Json = False,
) -> int:  # fmt: skip
    """Take back a draw or a confirmation: goods that did not move after all; without an amount all that is left of it."""
    fields = {"op": "reverse", "msg": msg, "ref": ref, "date": date, **amount.fields()}
    return _book(number, fields, actor, store, json=json)


def amend(
    number: Number,
    *,
    msg: Msg,
    set_: Assignments,
    date: MaybeDay = None,
    actor: Actor = None,
    store: Place = None,
    json: Json = False,
) -> int:
    """Change what a licence says; never below what is drawn and reserved."""
    fields = {
        "op": "amend",
        "msg": msg,
        "date": date,
        "set": {k: v for one in set_ for k, v in _assignments(one).items()},
    }
    return _book(number, fields, actor, store, json=json)


def suspend(
    number: Number, *, msg: Msg, date: MaybeDay = None, actor: Actor = None, store: Place = None, json: Json = False
) -> int:
    """Suspend a licence: no draws until it is reinstated."""
    return _book(number, {"op": "suspend", "msg": msg, "date": date}, actor, store, json=json)


def revoke(
    number: Number, *, msg: Msg, date: MaybeDay = None, actor: Actor = None, store: Place = None, json: Json = False
) -> int:
    """Revoke a licence for good."""
    return _book(number, {"op": "revoke", "msg": msg, "date": date}, actor, store, json=json)


def reinstate(
    number: Number, *, msg: Msg, date: MaybeDay = None, actor: Actor = None, store: Place = None, json: Json = False
) -> int:
    """Let a suspended licence be drawn on again."""
    return _book(number, {"op": "reinstate", "msg": msg, "date": date}, actor, store, json=json)


#: What to state instead, where the reason alone does not say it.
_HINTS: Final = {
    "basis_missing": "State --reo, or --gross with --treo-pct, or --gross with --assay-pct and --element or --oxide-factor; "
    "for a licence by element --element-mass, or --gross with --assay-pct. A corrected message needs a new --msg.",
}
COMMANDS: Final = (draw, reserve, confirm, cancel, release, reverse, amend, suspend, revoke, reinstate)


def _book(number: str, fields: dict[str, Any], actor: str | None, store: str | None, *, json: bool) -> int:
    """Book one message, print the answer, and say by the exit code whether it was accepted."""
    from didymium.controls.licences import book

    answer = book(opened(store), number, fields, who(actor))
    if json:
        print(encoded(answer))
    else:
        left = "no limit" if answer.balance is None else f"{answer.balance} kg {answer.basis} left"
        said = f"{answer.op} {answer.msg} {answer.result}"
        said += f" ({answer.reason}): {answer.because}" if answer.reason else ""
        print(clean(f"{said}{'' if said.endswith('.') else ';'} {clean(number)}: {left}."))
        if answer.reason in _HINTS:
            print(_HINTS[answer.reason])
        if answer.first is not None:
            print(
                f"The first one was {answer.first.result}{f' ({answer.first.reason})' if answer.first.reason else ''}."
            )
        for warning in answer.warnings:
            print(f"Warning: {clean(warning)}")
    return REFUSED if answer.result == "refused" else 0


def _assignments(text: str) -> dict[str, Any]:
    """FIELD=VALUE as fields; a quantity with its unit ("600 kg") is two, as when a licence is added."""
    name, sign, value = text.partition("=")
    if not sign or not name.strip():
        raise UsageError(f"--set {text!r} is no FIELD=VALUE.", fix="Write for example quantity=150.")
    if name.strip() == "quantity" and value.strip()[-1:].isalpha():
        return mass(value, "quantity")
    parts = [part.strip() for part in value.split(";")]
    return {name.strip(): parts if len(parts) > 1 else parts[0]}
