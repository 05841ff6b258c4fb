"""Lots held against the user's own samples of a mine, from assays as they are read."""

from __future__ import annotations

from typing import Final

import polars as pl

from didymium.composition import compare
from didymium.composition.pattern import Verification, verify, wide
from didymium.errors import InputError
from didymium.intake.schema import DECLARATIONS
from didymium.screening.assays import without_artefacts

_KEYS: Final = ["declaration_id", "item_no"]


def held_against(
    lots: pl.DataFrame, samples: pl.DataFrame, mine: str, deposit: str | None = None
) -> dict[tuple[str, int], Verification]:
    """Canonical assays of lots and of the samples of a mine -> (declaration_id, item_no) of each lot -> what was found.

    All samples of one declaration are one lot. Readings of a coating, and those that a line of a main element can make,
    are left out of both. mine: its name; deposit: its id in table deposits_reo, if it is there. Errors: InputError where
    fewer than 5 samples of the mine, or fewer than 4 elements, can be compared; it names the lot.
    """
    reference = _patterns(samples)
    found = {}
    for (name, item), lot in _patterns(lots).partition_by(_KEYS, as_dict=True, maintain_order=True).items():
        try:
            found[str(name), int(item)] = verify(lot, reference, mine, deposit)
        except InputError as error:
            raise InputError(f"lot {name}, item {item}: {error.message}", fix=error.fix) from error
    if not found:
        raise InputError("no sample of a lot has a rare earth.", fix="Give the rare earths that were measured.")
    return found


def _patterns(assays: pl.DataFrame) -> pl.DataFrame:
    """Samples as rows of pattern.table, without artefacts of the instrument."""
    keys = assays.select(*_KEYS).unique(maintain_order=True)
    columns = [
        pl.col(name) if name in _KEYS else pl.lit(None, dtype=kind).alias(name) for name, kind in DECLARATIONS.items()
    ]
    return wide(without_artefacts(assays, compare(assays, keys.select(columns))))
