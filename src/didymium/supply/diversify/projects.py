"""Projects one may pay for: what each adds and when, what it costs, how likely it is, and what has to stand before it."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterable
from dataclasses import dataclass
from typing import Final

import polars as pl

from didymium.errors import ReferenceDataError
from didymium.reference import table
from didymium.supply.network.model import Addition, Node
from didymium.units import month_index

MONTHS: Final = 12.0
_TERMS: Final = "supply_project_terms.csv"


@dataclass(frozen=True, slots=True)
class Part:
    """What a project adds in one place, t/month in full; group as in `Addition`: (stage, area), or ("mine", feed)."""

    group: Node
    area: str
    t: float


@dataclass(frozen=True, slots=True)
class Project:
    """start: month index of first output at the earliest; ramp: months to full output; p: probability that it ever gives any.

    needs: every inner tuple names projects of which at least one must stand. committed: stands without a decision (its first
    output is not after the decision), so it costs nothing more.
    """

    name: str
    title: str
    parts: tuple[Part, ...]
    start: int
    ramp: int
    p: float
    cost_musd: float
    needs: tuple[tuple[str, ...], ...] = ()
    committed: bool = False

    def additions(self) -> tuple[Addition, ...]:
        """Its parts for a network, at full capacity: success is drawn, not averaged."""
        return tuple(Addition(self.name, part.group, part.t, self.start, self.ramp, part.area) for part in self.parts)


def portfolio(decide: dt.date) -> tuple[Project, ...]:
    """All projects of supply_projects as they stand on the day of decision, in the order of the table.

    One whose first output is later starts then or after its lead time, whichever is later.
    ReferenceDataError where terms are missing, a need is not a project, or nothing says what a project costs.
    """
    rows = table("supply_projects").filter(pl.col("p_success") > 0)
    terms = {row["project"]: row for row in table("supply_project_terms").iter_rows(named=True)}
    found = tuple(
        _project(name, part, terms.get(name), decide)
        for (name,), part in rows.group_by("project", maintain_order=True)
        if isinstance(name, str)
    )
    check_needs(found)
    return found


def _project(name: str, rows: pl.DataFrame, terms: dict[str, object] | None, decide: dt.date) -> Project:
    if terms is None:
        raise ReferenceDataError(f"project {name} has no terms.", file=_TERMS, fix="Add a row with its lead time.")
    head, capex = rows.row(0, named=True), rows["capex_musd"].drop_nulls()
    if capex.is_empty():
        raise ReferenceDataError(
            f"nothing says what {name} costs.",
            file="supply_projects.csv",
            column="capex_musd",
            fix="State it in one row.",
        )
    first, now = month_index(head["first_output"]), month_index(decide)
    committed = head["first_output"] <= decide
    lead = terms["lead_months"]
    earliest = now + (lead if isinstance(lead, int) else 0)
    parts = tuple(
        Part(
            ("mine", row["feed"]) if row["adds_to"] == "mine" else (row["adds_to"], row["area"]),
            row["area"],
            row["t_per_year"] / MONTHS,
        )
        for row in rows.iter_rows(named=True)
    )
    return Project(
        name, head["title"], parts, first if committed else max(first, earliest), head["ramp_months"], head["p_success"],
        float(capex.sum()), _needs(str(terms["needs"] or "")), committed,
    )  # fmt: skip


def _needs(text: str) -> tuple[tuple[str, ...], ...]:
    """`a|b;c` -> ((a, b), (c,))."""
    every = [[word.strip() for word in part.split("|") if word.strip()] for part in text.split(";")]
    return tuple(tuple(words) for words in every if words)


def check_needs(projects: Iterable[Project]) -> None:
    """ReferenceDataError where a need names no project, or can never be met because needs run in a circle."""
    all_of = {project.name: project for project in projects}
    standing: set[str] = set()
    for project in all_of.values():
        for unknown in sorted({name for group in project.needs for name in group} - set(all_of)):
            raise ReferenceDataError(
                f"{project.name} needs {unknown!r}, which is no project.",
                file=_TERMS,
                column="needs",
                fix="Name one of supply_projects.",
            )
    while True:
        ready = {p.name for p in all_of.values() if p.committed or all(set(g) & standing for g in p.needs)} - standing
        if not ready:
            break
        standing |= ready
    for stuck in sorted(set(all_of) - standing):
        raise ReferenceDataError(
            f"{stuck} can never stand: what it needs needs it in turn.",
            file=_TERMS,
            column="needs",
            fix="Break the circle.",
        )
