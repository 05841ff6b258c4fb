"""A message to the ledger: an operation with its id, its day, and what it states about goods, parties and amounts.

Figures are kept as written (text); whether they can be read is for the rules to say, because a message whose quantity makes no
sense is refused and recorded, while one without an id or with an unknown operation is no message at all and is an error.
"""

from __future__ import annotations

import datetime as dt
import hashlib
from collections.abc import Mapping
from decimal import Decimal
from typing import Any, Final

import msgspec

from didymium.composition.chemistry import RARE_EARTHS
from didymium.controls.licences.reading import FieldError, day, fault, text
from didymium.store.canonical import canonical
from didymium.store.decimals import plain

OPERATIONS: Final = (
    "draw", "reserve", "confirm", "cancel", "release", "reverse", "amend", "suspend", "revoke", "reinstate",
)  # fmt: skip
#: Figures: masses in kg, contents in percent by mass, kg of oxide per kg of element.
FIGURES: Final = ("gross_kg", "reo_kg", "element_kg", "treo_pct", "assay_pct", "oxide_factor")
MASSES: Final = ("gross_kg", "reo_kg", "element_kg")
_LINES: Final = ("item", "exporter", "consignee", "end_user", "destination", "element", "ref")
_DATED: Final = ("draw", "reserve", "confirm")
_REFERRING: Final = ("confirm", "cancel", "release", "reverse")


class Message(msgspec.Struct, frozen=True, kw_only=True):
    """One message, read. Null = not stated.

    content: canonical text of every field but the id, as stated; two messages of one content are the same message.
    figures: name -> number as written. ref: id of the earlier message it is about. terms: what an amendment sets.
    """

    msg: str
    op: str
    content: str
    date: dt.date | None = None
    item: str | None = None
    exporter: str | None = None
    consignee: str | None = None
    end_user: str | None = None
    destination: str | None = None
    element: str | None = None
    ref: str | None = None
    figures: dict[str, str] = {}
    terms: dict[str, Any] | None = None

    @property
    def content_sha256(self) -> str:
        """Hash of the content."""
        return hashlib.sha256(self.content.encode()).hexdigest()


def message_from(stated: Mapping[str, Any]) -> Message:
    """Read a message; fields that are null or empty count as not stated, fields not known here belong to the content.

    InputError for one without id, with an unknown operation, without the day or the reference its operation needs.
    """
    given = {name: value for name, value in stated.items() if value not in (None, "")}
    op = str(given.get("op", "")).strip().lower()
    if op not in OPERATIONS:
        raise fault("op", stated.get("op"), ", ".join(OPERATIONS))
    if "msg" not in given:
        raise FieldError("is not stated.", column="msg", fix="Every message needs an id, so that it counts once.")
    lines = {name: text(given[name], name) for name in _LINES if name in given}
    if "element" in lines and lines["element"] not in RARE_EARTHS:
        raise fault("element", lines["element"], "the symbol of a rare earth, such as Dy")
    if op in _REFERRING and "ref" not in lines:
        raise FieldError(f"is not stated; {op} needs it.", column="ref", fix="Name the id of the message it is about.")
    if op in _DATED and "date" not in given:
        raise FieldError(f"is not stated; {op} needs it.", column="date", fix="Write a day such as 2026-03-31.")
    return Message(
        msg=text(given["msg"], "msg"),
        op=op,
        content=canonical({name: _as_stated(value) for name, value in given.items() if name != "msg"}),
        date=day(given["date"], "date") if "date" in given else None,
        figures={name: str(_as_stated(given[name]))[:80] for name in FIGURES if name in given},
        terms=_terms(given) if op == "amend" else None,
        **lines,
    )


def _terms(given: Mapping[str, Any]) -> dict[str, Any]:
    stated = given.get("set")
    if not isinstance(stated, Mapping) or not stated:
        raise FieldError(
            "is not stated; amend needs it.", column="set", fix="Write the fields to change, such as quantity."
        )
    for fixed in ("number", "licence_no"):
        if fixed in stated:
            raise fault(f"set.{fixed}", stated[fixed], "any field but the number, which names the licence")
    return {text(name, "set"): value for name, value in stated.items()}


def _as_stated(value: object) -> object:
    """The value in a form that can be hashed: numbers as their text, everything else as it is."""
    if isinstance(value, bool) or value is None or isinstance(value, str | dt.date):
        return value
    if isinstance(value, Mapping):
        return {str(name): _as_stated(one) for name, one in value.items()}
    if isinstance(value, list | tuple):
        return [_as_stated(one) for one in value]
    if isinstance(value, Decimal) and value.is_finite() and abs(value.adjusted()) < 50:
        return plain(value)
    return repr(value) if isinstance(value, float | int) else str(value)[:80]
