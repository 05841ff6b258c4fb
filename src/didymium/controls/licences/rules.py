"""The decision: licence, state and message in; accepted with what changes, or refused with the first reason that fits. Pure.

Order of refusals (after the message id, which the ledger looks up): unknown_reference, already_reversed, exceeds_draw and
exceeds_reservation for messages about an earlier one; then revoked, suspended, not_yet_valid, expired, wrong_party,
wrong_destination, wrong_item, bad_quantity, basis_missing, basis_conflict, overdraw. Reversals, cancellations and amendments
are booked whatever the day and the status: goods that came back did come back. Confirming a reservation is a draw.
"""

from __future__ import annotations

from collections.abc import Callable
from decimal import Decimal
from typing import Final

import msgspec

from didymium.controls.licences.message import FIGURES, MASSES, Message
from didymium.controls.licences.model import PARTIES, Basis, State, Status, Terms, available
from didymium.controls.licences.names import same
from didymium.controls.licences.reading import FieldError, terms_from
from didymium.controls.licences.reo import Measured, measure
from didymium.store.decimals import EXACT, ZERO, plain


class Target(msgspec.Struct, frozen=True):
    """The earlier accepted message a later one refers to. kg: what it drew or reserved; left_kg: what of it still stands.
    closed: a reservation that was confirmed or wholly cancelled.
    """

    message: Message
    kg: Decimal
    left_kg: Decimal
    closed: bool = False


class Decision(msgspec.Struct, frozen=True):
    """reason null = accepted. kg: what was booked, in the basis of the licence; null = nothing measured.
    drawn_kg, reserved_kg: change of each. by_basis: kg per basis for quotas. terms: the licence as amended.
    """

    reason: str | None = None
    because: str | None = None
    kg: Decimal | None = None
    drawn_kg: Decimal = ZERO
    reserved_kg: Decimal = ZERO
    by_basis: dict[Basis, Decimal] = {}
    status: Status | None = None
    terms: Terms | None = None


def decide(terms: Terms, state: State, message: Message, target: Target | None = None) -> Decision:
    """Decide one message. target: what its `ref` names among the accepted messages of this licence; null = nothing."""
    return _OPERATIONS[message.op](terms, state, message, target)


def refused(reason: str, because: str) -> Decision:
    """A refusal, with its reason in one word and in one sentence."""
    return Decision(reason, because)


def _draw(terms: Terms, state: State, message: Message, _: Target | None) -> Decision:
    no = _forbidden(terms, state, message)
    if no:
        return no
    found = measure(message.figures, terms.basis, printed=terms.oxide_factor, element=message.element)
    if found.kg is None:
        return _not_measured(found)
    if _more_than_left(terms, state, found.kg):
        return _overdraw(terms, state, found.kg)
    if message.op == "reserve":
        return Decision(kg=found.kg, reserved_kg=found.kg, by_basis=found.by_basis)
    return Decision(kg=found.kg, drawn_kg=found.kg, by_basis=found.by_basis)


def _confirm(terms: Terms, state: State, message: Message, target: Target | None) -> Decision:
    """Draw what was reserved, or the amount stated: the rest of the reservation becomes free."""
    if target is None or target.message.op != "reserve" or target.closed:
        return _unknown(message, "an open reservation")
    asked = merged(message, target.message)
    no = _forbidden(terms, state, asked)
    if no:
        return no
    found = _part(terms, message, target)
    if found.kg is None:
        return _not_measured(found)
    if _more_than_left(terms, state, EXACT.subtract(found.kg, target.left_kg)):
        return _overdraw(terms, state, found.kg)
    return Decision(kg=found.kg, drawn_kg=found.kg, reserved_kg=EXACT.minus(target.left_kg), by_basis=found.by_basis)


def _release(terms: Terms, _: State, message: Message, target: Target | None) -> Decision:
    """Give back a reservation (cancel) or part of it (release with an amount)."""
    if target is None or target.message.op != "reserve" or target.closed:
        return _unknown(message, "an open reservation")
    found = _part(terms, message, target)
    if found.kg is None:
        return _not_measured(found)
    if found.kg > target.left_kg:
        return refused(
            "exceeds_reservation", f"{plain(found.kg)} kg is more than the {plain(target.left_kg)} kg still reserved."
        )
    return Decision(kg=found.kg, reserved_kg=EXACT.minus(found.kg), by_basis=found.by_basis)


def _reverse(terms: Terms, _: State, message: Message, target: Target | None) -> Decision:
    """Take back a draw or a confirmation, or part of it; parts may follow each other until nothing of it is left."""
    if target is None or target.message.op not in ("draw", "confirm"):
        return _unknown(message, "an accepted draw")
    if target.left_kg <= ZERO:
        return refused("already_reversed", f"Nothing is left of {message.ref}.")
    found = _part(terms, message, target)
    if found.kg is None:
        return _not_measured(found)
    if found.kg > target.left_kg:
        return refused(
            "exceeds_draw", f"{plain(found.kg)} kg is more than the {plain(target.left_kg)} kg left of {message.ref}."
        )
    return Decision(kg=found.kg, drawn_kg=EXACT.minus(found.kg), by_basis=found.by_basis)


def _amend(terms: Terms, state: State, message: Message, _: Target | None) -> Decision:
    try:
        new = terms_from(message.terms or {}, terms)
    except FieldError as error:
        reason = "bad_quantity" if error.column == "quantity" else "bad_terms"
        return refused(reason, str(error))
    if new.status != terms.status:
        return refused("bad_terms", "The status changes by suspend, revoke and reinstate, not by an amendment.")
    if new.basis != terms.basis and state.used_kg != ZERO:
        return refused("bad_terms", f"The basis cannot change after {plain(state.used_kg)} kg {terms.basis} were used.")
    if new.quantity_kg is not None and new.quantity_kg < state.used_kg:
        return refused(
            "below_used", f"{plain(new.quantity_kg)} kg is less than the {plain(state.used_kg)} kg drawn and reserved."
        )
    return Decision(terms=new)


def _to(status: Status) -> Callable[[Terms, State, Message, Target | None], Decision]:
    """Suspend, revoke, reinstate. A revoked licence stays revoked."""

    def change(_: Terms, state: State, *__: object) -> Decision:
        if state.status == "revoked":
            return refused("revoked", "The licence was revoked, which is final.")
        return Decision(status=status)

    return change


def _forbidden(terms: Terms, state: State, message: Message) -> Decision | None:
    """The first reason of status, day, party, destination or item against a draw; None = none."""
    if state.status != "active":
        return refused(state.status, f"The licence is {state.status}.")
    assert message.date is not None
    if message.date < terms.valid_from:
        return refused("not_yet_valid", f"{message.date} is before {terms.valid_from}, the first day.")
    if terms.valid_to is not None and message.date > terms.valid_to:
        return refused("expired", f"{message.date} is after {terms.valid_to}, the last day.")
    for party in PARTIES:
        stated, named = getattr(message, party), getattr(terms, party)
        if stated is not None and named is not None and not any(same(stated, one) for one in named):
            return refused("wrong_party", f"The {party.replace('_', ' ')} {stated} is not named in the licence.")
    goal, allowed = (message.destination or "").upper(), terms.destinations
    if goal and allowed is not None and goal not in allowed:
        return refused("wrong_destination", f"{goal} is not among {', '.join(allowed)}.")
    if not any(covers(item, message.item) for item in terms.items):
        return refused("wrong_item", f"{message.item or 'No item'} is not covered by {', '.join(terms.items[:5])}.")
    return None


def covers(licensed: str, item: str | None) -> bool:
    """A control code covers itself and what stands below it: 1C905.a covers 1C905.a.1, not 1C905.b and not 1C905."""
    wanted, own = (item or "").strip().casefold(), licensed.strip().casefold()
    return wanted == own or wanted.startswith(own + ".")


def _part(terms: Terms, message: Message, target: Target) -> Measured:
    """The part of an earlier message that this one is about; all that is left of it where no mass is stated.

    Contents not stated again are those of the earlier message.
    """
    if not any(name in message.figures for name in MASSES):
        by_basis = {terms.basis: target.left_kg}
        if target.left_kg == target.kg:
            earlier = measure(
                target.message.figures, terms.basis, printed=terms.oxide_factor, element=target.message.element
            )
            by_basis = {**earlier.by_basis, **by_basis}
        return Measured(target.left_kg, by_basis=by_basis)
    asked = merged(message, target.message)
    return measure(asked.figures, terms.basis, printed=terms.oxide_factor, element=asked.element)


def merged(message: Message, earlier: Message) -> Message:
    """The message, with what it leaves out taken from the earlier one; masses are never taken over."""
    contents = {name: value for name, value in earlier.figures.items() if name in FIGURES and name not in MASSES}
    lines = ("item", *PARTIES, "destination", "element")
    return msgspec.structs.replace(
        message,
        figures={**contents, **message.figures},
        **{name: getattr(message, name) or getattr(earlier, name) for name in lines},
    )


def _more_than_left(terms: Terms, state: State, kg: Decimal) -> bool:
    left = available(terms, state)
    return left is not None and kg > left


def _overdraw(terms: Terms, state: State, kg: Decimal) -> Decision:
    left = available(terms, state) or ZERO
    return refused("overdraw", f"{plain(kg)} kg {terms.basis} is more than the {plain(left)} kg available.")


def _unknown(message: Message, wanted: str) -> Decision:
    return refused("unknown_reference", f"{message.ref} is not {wanted} of this licence.")


def _not_measured(found: Measured) -> Decision:
    return refused(found.reason or "bad_quantity", found.because or "No mass is stated.")


_OPERATIONS: Final[dict[str, Callable[[Terms, State, Message, Target | None], Decision]]] = {
    "draw": _draw,
    "reserve": _draw,
    "confirm": _confirm,
    "cancel": _release,
    "release": _release,
    "reverse": _reverse,
    "amend": _amend,
    "suspend": _to("suspended"),
    "revoke": _to("revoked"),
    "reinstate": _to("active"),
}
