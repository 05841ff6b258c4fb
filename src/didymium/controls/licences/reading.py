"""Reading a licence from what a person wrote (TOML, JSON, options of a command): each field checked, each fault named.

Also used when a licence is amended: the same fields, over those in force.
"""

from __future__ import annotations

import datetime as dt
import re
import unicodedata
from collections.abc import Callable, Mapping
from decimal import Decimal
from functools import cache
from typing import Any, Final

from didymium.controls.licences.model import BASES, KINDS, STATUSES, Terms
from didymium.errors import InputError
from didymium.store.decimals import ZERO, parse, times

#: kg in one unit, exactly. UN/CEFACT Recommendation 20 codes beside the usual words.
KG_IN: Final = {
    "kg": Decimal(1), "kgm": Decimal(1), "t": Decimal(1000), "tne": Decimal(1000), "g": Decimal("0.001"), "grm": Decimal("0.001"),
}  # fmt: skip
_TERMS_NAMES: Final = {"licence_no": "number", "type": "kind", "destination": "destinations", "authority": "issuer"}
_TERMS_WORDS: Final = {"veu": "validated-end-user"}
_COUNTRY: Final = re.compile(r"[A-Z]{2}", re.ASCII)
_DAY: Final = re.compile(r"\d{4}-\d\d-\d\d", re.ASCII)
_CURRENCY: Final = re.compile(r"[A-Z]{3}", re.ASCII)
_ITEM: Final = re.compile(r"[0-9A-Za-z][0-9A-Za-z.\-#/ ]{0,63}", re.ASCII)
_LONGEST, _MOST = 500, 1_000


class FieldError(InputError):
    """A field of a licence or message that cannot be: `column` names it."""


def fault(field: str, value: object, allowed: str) -> FieldError:
    """The error for a field, with the value met and what is allowed."""
    return FieldError(f"{str(value)[:80]!r} is not allowed.", column=field, fix=f"Allowed: {allowed}.")


def text(value: object, field: str) -> str:
    """A line of text: trimmed, not empty, no control characters."""
    line = str(value).strip() if isinstance(value, str | int) and not isinstance(value, bool) else ""
    if not line or len(line) > _LONGEST or any(unicodedata.category(c) in ("Cc", "Cs") for c in line):
        raise fault(field, value, f"one line of 1 to {_LONGEST} characters")
    return line


def day(value: object, field: str) -> dt.date:
    """A day: ISO 8601 text or a date."""
    if isinstance(value, dt.datetime):
        return value.date()
    if isinstance(value, dt.date):
        return value
    try:
        line = str(value).strip()
        if not _DAY.fullmatch(line):
            raise ValueError(line)
        return dt.date.fromisoformat(line)
    except ValueError:
        raise fault(field, value, "a day such as 2026-03-31") from None


def kilograms(value: object, unit: object, field: str = "quantity") -> Decimal:
    """A mass in kg, exactly: (1.5, 't') -> 1500."""
    number = parse(value)
    if number is None or number < ZERO:
        raise fault(field, value, "a decimal number from 0, up to 15 digits before and 18 after the point")
    factor = KG_IN.get(str(unit).strip().lower())
    if factor is None:
        raise fault("unit", unit, ", ".join(KG_IN))
    return times(number, factor)


def terms_from(stated: Mapping[str, Any], over: Terms | None = None) -> Terms:
    """Terms from the fields a person stated. over: terms in force, whose fields stand where none is stated (an amendment).

    Null or empty = any (parties, destinations), open (valid_to), no limit (quantity). InputError naming the field.
    """
    fields = {_TERMS_NAMES.get(name, name): value for name, value in stated.items()}
    if len(fields) != len(stated):
        raise fault(", ".join(stated), "two names of one field", "each field once")
    unknown = sorted(set(fields) - set(_READ))
    if unknown:
        raise fault(unknown[0], fields[unknown[0]], f"the fields {', '.join(_READ)}")
    known = {name: getattr(over, name) for name in Terms.__struct_fields__} if over else {}
    for name, value in fields.items():
        known[name] = None if value in (None, "", [], ()) else _READ[name](value, name)
    return _whole(
        known, amended="quantity" in fields, unit_only="unit" in fields and "quantity" not in fields and bool(over)
    )


def _whole(known: dict[str, Any], *, amended: bool, unit_only: bool) -> Terms:
    """Rules that concern several fields."""
    known = {name: value for name, value in known.items() if value is not None}
    for needed in ("number", "items", "basis", "valid_from"):
        if needed not in known:
            raise FieldError(
                "is not stated.", column=needed, fix="A licence needs number, items, basis and valid_from."
            )
    known.setdefault("kind", KINDS[0])
    known.setdefault("unit", "kg")
    if unit_only and known.get("quantity") is not None:
        raise fault("unit", known["unit"], "a new unit only together with a new quantity")
    if "quantity" in known:
        known["quantity_kg"] = kilograms(known["quantity"], known["unit"])
    elif amended:
        known.pop("quantity_kg", None)
    if "quantity" not in known and known["kind"] == "individual":
        raise FieldError(
            "is not stated.", column="quantity", fix="Only a general or validated-end-user licence has no limit."
        )
    if "valid_to" in known and known["valid_to"] < known["valid_from"]:
        raise fault("valid_to", known["valid_to"], f"a day from {known['valid_from']}")
    return Terms(**known)


def names(value: object, field: str) -> tuple[str, ...]:
    """One or several lines of text."""
    several = value if isinstance(value, list | tuple) else [value]
    if len(several) > _MOST:
        raise fault(field, f"{len(several)} entries", f"up to {_MOST}")
    return tuple(text(one, field) for one in several)


def countries(value: object, field: str) -> tuple[str, ...]:
    """One or several ISO 3166-1 alpha-2 codes. A YAML `NO` that became false is not one: write it in quotes."""
    found = tuple(name.upper() for name in names(value, field))
    for code in found:
        if not _COUNTRY.fullmatch(code) or code not in _isos():
            raise fault(field, code, "two letters of ISO 3166-1, such as DE (GB, not UK)")
    return found


@cache
def _isos() -> frozenset[str]:
    from didymium.reference import table

    return frozenset(table("countries")["iso2"].to_list())


def _items(value: object, field: str) -> tuple[str, ...]:
    found = names(value, field)
    for code in found:
        if not _ITEM.fullmatch(code):
            raise fault(field, code, "control codes such as 1C905.b")
    return found


def _one_of(allowed: tuple[str, ...]) -> Callable[[object, str], str]:
    def read(value: object, field: str) -> str:
        said = str(value).strip().lower().replace("_", "-").replace(" ", "-")
        for word in allowed:
            if _TERMS_WORDS.get(said, said) == word.lower():
                return word
        raise fault(field, value, ", ".join(allowed))

    return read


def _number(value: object, field: str) -> Decimal:
    found = parse(value)
    if found is None or found < ZERO:
        raise fault(field, value, "a decimal number from 0, up to 15 digits before and 18 after the point")
    return found


def _factor(value: object, field: str) -> Decimal:
    found = _number(value, field)
    if not 1 <= found <= 2:
        raise fault(field, value, "kg of oxide per kg of element, from 1 to 2")
    return found


def _currency(value: object, field: str) -> str:
    code = text(value, field).upper()
    if not _CURRENCY.fullmatch(code):
        raise fault(field, value, "three letters of ISO 4217, such as CNY")
    return code


#: What reads each field of a licence.
_READ: Final[dict[str, Callable[[Any, str], Any]]] = {
    "number": text, "kind": _one_of(KINDS), "issuer": text, "items": _items, "quantity": _number, "unit": _one_of(tuple(KG_IN)),
    "basis": _one_of(BASES), "value": _number, "currency": _currency, "exporter": names, "consignee": names, "end_user": names,
    "destinations": countries, "valid_from": day, "valid_to": day, "oxide_factor": _factor, "note": text,
    "status": _one_of(STATUSES),
}  # fmt: skip
