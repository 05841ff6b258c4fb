"""Do the tables of the supply model fit each other? Overlays may change any of them, so this is asked before building."""

from __future__ import annotations

from functools import cache
from typing import Final

import polars as pl

from didymium.errors import ReferenceDataError
from didymium.reference import content_hash, table
from didymium.supply.network.tables import ELEMENTS

#: Shares of one user or element sum to 1 within this.
_ROUNDING: Final = 1e-6


def check_tables() -> None:
    """ReferenceDataError naming table and value where one table names what another lacks, or shares do not sum to 1."""
    _check(content_hash())


@cache
def _check(_hash: str) -> None:
    areas, feeds = set(table("supply_areas")["area"]), set(table("feeds")["feed"])
    for name in ("supply_stages", "supply_splits", "supply_projects"):
        _named(name, "area", set(table(name)["area"]), areas, "supply_areas")
    _named("supply_projects", "feed", set(table("supply_projects")["feed"].drop_nulls()), feeds, "feeds")
    users = set(table("supply_splits")["user"])
    _named("supply_sectors", "sector", set(table("supply_sectors")["sector"]), users, "supply_splits")
    _named("supply_direct_uses", "user", set(table("supply_direct_uses")["user"]), users, "supply_splits")
    _named("the model", "element", set(ELEMENTS), set(table("supply_direct_uses")["element"]), "supply_direct_uses")
    mines = table("supply_projects").filter((pl.col("adds_to") == "mine") & pl.col("feed").is_null())
    for project in mines["project"]:
        raise ReferenceDataError(
            f"mine {project} has no feed.", file="supply_projects.csv", fix="Name one of table feeds."
        )
    _whole("supply_splits", "user")
    _whole("supply_direct_uses", "element")


def _named(name: str, column: str, used: set[str], known: set[str], where: str) -> None:
    for unknown in sorted(used - known):
        raise ReferenceDataError(
            f"{unknown!r} is not in table {where}.",
            file=f"{name}.csv",
            column=column,
            fix=f"Add it there: {where}.csv.",
        )


def _whole(name: str, key: str) -> None:
    sums = table(name).group_by(key, maintain_order=True).agg(pl.col("share").sum())
    for word, share in sums.rows():
        if abs(share - 1.0) > _ROUNDING:
            raise ReferenceDataError(
                f"shares of {word} sum to {share:.6f}.", file=f"{name}.csv", column="share", fix="Let them sum to 1."
            )
