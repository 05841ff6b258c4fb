"""What the report of a screening says in words of its own; figures, dates and countries come from `didymium.plots.words`.

Every function returns plain text (no markup). None gives the words `not stated`.
"""

from __future__ import annotations

import hashlib
import math
import re
from collections.abc import Mapping

from didymium.plots.words import (
    MINUS,
    NOT_STATED,
    THIN,
    clean,
    country,
    day,
    figure,
    mass,
    parts,
    usd,
    usd_per_kg,
    visible,
    visible_all,
    whole,
)

__all__ = [
    "MINUS", "NOT_STATED", "THIN", "anchor", "bans", "clean", "country", "day", "figure", "mass", "named", "parts",
    "probability", "route", "usd", "usd_per_kg", "visible", "visible_all", "whole",
]  # fmt: skip

_WAY = re.compile(r"\b(leaves|goes to|originates in) ([A-Z]{2})\b")


def probability(p: float | None) -> str:
    """A probability in per cent; never 0 % or 100 %, because the method cannot know so much."""
    if p is None or not math.isfinite(p):
        return NOT_STATED
    if p > 0.999:
        return f">{THIN}99.9{THIN}%"
    if p < 0.001:
        return f"<{THIN}0.1{THIN}%"
    decimals = 1 if p < 0.0995 or p >= 0.99 else 0
    return f"{100 * p:.{decimals}f}{THIN}%"


def bans(weight: float) -> str:
    """A weight of evidence with its sign, two decimals."""
    rounded = round(weight, 2)
    sign = "+" if rounded > 0 else MINUS if rounded < 0 else ""
    return f"{sign}{abs(rounded):.2f}"


def named(text: str, names: Mapping[str, str]) -> str:
    """A reason of the law with its countries by name: `leaves CN` gives `leaves China (CN)`."""
    return _WAY.sub(lambda found: f"{found[1]} {country(found[2], names)}", text)


def route(text: object, names: Mapping[str, str]) -> str:
    """A route such as `TR → BJ` with names: each leg that is a known code gets its name; other text stays."""
    if text in (None, ""):
        return NOT_STATED
    legs = [leg.strip() for leg in re.split(r"[→>]", str(text))]
    return " → ".join(country(leg, names) if leg in names else leg for leg in legs)


def anchor(declaration_id: str, item_no: int) -> str:
    """The id of a finding's page: safe in HTML and URLs, unique, the same every time."""
    slug = re.sub(r"[^A-Za-z0-9._-]+", "_", declaration_id)[:60]
    if slug != declaration_id:
        raw = declaration_id.encode("utf-8", "surrogatepass")
        slug = f"{slug}.{hashlib.sha256(raw).hexdigest()[:8]}"
    return f"f-{slug}-{item_no}"
