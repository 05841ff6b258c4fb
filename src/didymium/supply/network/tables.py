"""The reference tables of the supply model as plain look-ups, with the parameters a caller may override."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from functools import cache, wraps
from typing import Final, ParamSpec, TypeVar

import polars as pl

from didymium.errors import ReferenceDataError, UsageError
from didymium.reference import content_hash, table

#: Elements that the model trades: those with a quoted price (thulium has none).
ELEMENTS: Final = ("La", "Ce", "Pr", "Nd", "Sm", "Eu", "Gd", "Tb", "Dy", "Ho", "Er", "Yb", "Lu", "Y")
LIGHT: Final = ("La", "Ce", "Pr", "Nd")
BASE_YEAR: Final = 2024
MONTHS: Final = 12.0
P = ParamSpec("P")
T = TypeVar("T")


def kept(look: Callable[P, T]) -> Callable[P, T]:
    """A look-up that asks the tables once per state of the reference base. Its answer is shared: nobody may change it."""
    answers = cache(lambda _hash, *args, **named: look(*args, **named))

    @wraps(look)
    def asked(*args: P.args, **named: P.kwargs) -> T:
        return answers(content_hash(), *args, **named)  # type: ignore[arg-type]  # all are hashable

    return asked


class Parameters:
    """Values of table supply_parameters, with overrides `{"name": value}` or `{"name item": value}`.

    Errors: UsageError for an override that no row has, or outside the row's `least` and `most`.
    """

    def __init__(self, overrides: Mapping[str, float] | None = None) -> None:
        known = _defaults(content_hash())
        self._values = {key: value for key, (value, _, _) in known.items()}
        for key, value in (overrides or {}).items():
            if key not in known:
                raise UsageError(f"no parameter is called {key!r}.", fix=f"Parameters: {', '.join(sorted(known))}.")
            _, least, most = known[key]
            if not least <= value <= most:
                raise UsageError(f"parameter {key} is {value}.", fix=f"Allowed: {least:g} to {most:g}.")
            self._values[key] = float(value)

    def get(self, name: str, item: str = "") -> float:
        """The value in the unit of the table; ReferenceDataError where the table has no such row."""
        key = f"{name} {item}".strip()
        if key not in self._values:
            raise ReferenceDataError(
                f"parameter {key!r} is missing.", file="supply_parameters.csv", fix="Add the row, or install again."
            )
        return self._values[key]

    def items(self, name: str) -> dict[str, float]:
        """item -> value of all rows of that name, in the order of the table."""
        return {key[len(name) + 1 :]: value for key, value in self._values.items() if key.startswith(name + " ")}


@cache
def _defaults(_hash: str) -> dict[str, tuple[float, float, float]]:
    """name item -> value, least, most; ReferenceDataError where the table itself oversteps."""
    found = {}
    for name, item, value, least, most in (
        table("supply_parameters").select("name", "item", "value", "least", "most").rows()
    ):
        key = f"{name} {item}".strip()
        if not least <= value <= most:
            raise ReferenceDataError(
                f"parameter {key} is {value:g}.", file="supply_parameters.csv", fix=f"Allowed: {least:g} to {most:g}."
            )
        found[key] = (value, least, most)
    return found


@kept
def base_prices(year: int = BASE_YEAR) -> dict[str, float]:
    """Element -> USD/kg of oxide, the mean of the annual averages quoted for that year inside China or without a market.

    ReferenceDataError where an element of the model has none.
    """
    quoted = table("prices").filter(
        (pl.col("kind") == "annual_average")
        & (pl.col("period_start").dt.year() == year)
        & pl.col("market").is_in(["inside", "any"])
    )
    means = quoted.group_by("material").agg(((pl.col("low_usd_per_kg") + pl.col("high_usd_per_kg")) / 2.0).mean())
    by_material = dict(means.rows())
    found = {}
    for element in ELEMENTS:
        price = by_material.get(f"{element.lower()}_oxide")
        if price is None:
            raise ReferenceDataError(
                f"no annual average of {year} for {element} oxide.",
                file="prices.csv",
                fix="Add one, or choose another year.",
            )
        found[element] = float(price)
    return found


@kept
def patterns() -> dict[str, dict[str, float]]:
    """Deposit -> element -> t oxide per t REO; upper limits and what is not stated count as nothing."""
    found = {}
    for row in table("deposits_reo").iter_rows(named=True):
        limits = (row["upper_limit_elements"] or "").split("|")
        found[row["deposit"]] = {
            element: row[element] / 100.0 for element in ELEMENTS if row[element] and element not in limits
        }
    return found


@kept
def area_of() -> dict[str, str]:
    """ISO country -> area; a country that no area names belongs to ROW."""
    found = dict.fromkeys(table("countries")["iso2"], "ROW")
    for area, members in table("supply_areas").select("area", "members").rows():
        for country in (members or "").split("|"):
            if country:
                found[country] = area
    return found


@kept
def areas() -> tuple[str, ...]:
    """Ids of all areas, in the order of the table."""
    return tuple(table("supply_areas")["area"])


def recipe(product: str) -> dict[str, float]:
    """Input good -> kg REO per kg of product; ReferenceDataError where the product has no row."""
    found = _recipes(content_hash()).get(product)
    if found is None:
        raise ReferenceDataError(f"no recipe for {product}.", file="supply_recipes.csv", fix="Add its rows.")
    return found


@cache
def _recipes(_hash: str) -> dict[str, dict[str, float]]:
    found: dict[str, dict[str, float]] = {}
    for product, good, kg in table("supply_recipes").select("product", "input", "kg_per_kg").rows():
        found.setdefault(product, {})[good] = kg
    return found
