"""What a licence says, what it stands at, and what is answered to a message.

Quantities are exact decimals in kilograms of the basis of the licence: gross mass, rare-earth oxide (REO) or the element.
Null in a licence means `any` (a party, a destination, an end) or `no limit` (a quantity).
"""

from __future__ import annotations

import datetime as dt
from decimal import Decimal
from typing import Final, Literal

import msgspec

from didymium.store.canonical import canonical
from didymium.store.decimals import EXACT, ZERO

Basis = Literal["gross", "REO", "element"]
Status = Literal["active", "suspended", "revoked"]

STATUSES: Final[tuple[Status, ...]] = ("active", "suspended", "revoked")
KINDS: Final = ("individual", "general", "validated-end-user")
BASES: Final[tuple[Basis, ...]] = ("gross", "REO", "element")
#: Parties a licence can name; a message may name each of them.
PARTIES: Final = ("exporter", "consignee", "end_user")


class Terms(msgspec.Struct, frozen=True, kw_only=True, omit_defaults=True):
    """A licence as issued or as amended.

    items: control codes; a code covers those below it (1C905.a covers 1C905.a.1).
    quantity: number in `unit` as printed; null = no limit. value, currency: as printed, shown and exported, not drawn down.
    exporter, consignee, end_user: names, any of which fits; null = any. destinations: ISO 3166-1 alpha-2; null = any.
    valid_from, valid_to: first and last day, both count; valid_to null = open.
    oxide_factor: kg of oxide per kg of element as printed on the licence; null = none printed.
    status: as it came; what it is now is in its State.
    """

    number: str
    kind: str
    items: tuple[str, ...]
    basis: Basis
    valid_from: dt.date
    unit: str = "kg"
    quantity: Decimal | None = None
    quantity_kg: Decimal | None = None
    valid_to: dt.date | None = None
    issuer: str | None = None
    exporter: tuple[str, ...] | None = None
    consignee: tuple[str, ...] | None = None
    end_user: tuple[str, ...] | None = None
    destinations: tuple[str, ...] | None = None
    value: Decimal | None = None
    currency: str | None = None
    oxide_factor: Decimal | None = None
    note: str | None = None
    status: Status = "active"


class State(msgspec.Struct, frozen=True):
    """What a licence stands at after its entry number `seq`; everything follows from its entries.

    terms_seq: the entry that set the terms in force (0 = as issued).
    """

    seq: int = 0
    drawn_kg: Decimal = ZERO
    reserved_kg: Decimal = ZERO
    status: Status = "active"
    terms_seq: int = 0

    @property
    def used_kg(self) -> Decimal:
        """Drawn and reserved together."""
        return EXACT.add(self.drawn_kg, self.reserved_kg)


class Answer(msgspec.Struct, frozen=True, kw_only=True, omit_defaults=True):
    """What is answered to a message.

    balance: kg still available after it, as text; null = the licence has no limit. amount: kg it was about, null = none.
    because: one sentence for a refusal. first: for a duplicate, what was answered to the first one.
    warnings: what is worth knowing although it was accepted (a quota past its threshold, an undertaking overdue).
    """

    licence: str
    msg: str
    op: str
    result: Literal["accepted", "refused"]
    reason: str | None = None
    because: str | None = None
    amount: str | None = None
    balance: str | None
    drawn: str
    reserved: str
    unit: str = "kg"
    basis: Basis
    status: Status
    warnings: tuple[str, ...] = ()
    first: Answer | None = None


def available(terms: Terms, state: State) -> Decimal | None:
    """Quantity less drawn and reserved, in kg; null = no limit."""
    return None if terms.quantity_kg is None else EXACT.subtract(terms.quantity_kg, state.used_kg)


def encode(terms: Terms) -> str:
    """Canonical text of the terms, as the store keeps them."""
    return canonical(msgspec.to_builtins(terms, builtin_types=(Decimal, dt.date)))


def decode(text: str) -> Terms:
    """The terms that `encode` wrote."""
    return msgspec.json.decode(text, type=Terms)
