"""A rare-earth pattern that is not that of the declared class of material."""

from __future__ import annotations

import polars as pl

from didymium.checks.base import Check, Row


def weight() -> pl.Expr:
    """Relative contents of the rare earths tell a class of material (bastnaesite, ion clay, magnet scrap, separated
    element), never a country (docs/patterns.md gives the figures). composition/pattern gives up to +2 bans, but several
    of its classes rest on one deposit or on judgement, and real assays have not tested them: a ratio of 2 at most, and
    next to nothing for the label, for most false labels name the right class."""
    return pl.col("pattern_bans").clip(-0.05, 0.3)


def because(row: Row) -> str:
    return str(row["pattern_sentence"])


CHECK = Check(
    name="pattern_class",
    question="contents",
    datum="sample",
    asks="Is the rare-earth pattern that of the declared class of material?",
    weight=weight,
    because=because,
    source="the assays; reference tables pattern_classes, pattern_shares, pattern_scatter, material_patterns",
)
