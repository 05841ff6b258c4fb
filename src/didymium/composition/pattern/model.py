"""What each material class looks like in log-ratio space.

A variant (one kind of product, or the deposits of one class) says of every element: ln(share of TREO) = centre + scatter,
plus a tilt from La to Lu by which deposits of one class differ as a whole. Numbers: tables pattern_classes,
pattern_shares, pattern_scatter and deposits_reo; how a sample is held against them: pattern_density.
"""

from __future__ import annotations

import math
from collections.abc import Iterator
from dataclasses import dataclass
from functools import cache
from typing import Any, Final

import numpy as np
import polars as pl

from didymium.composition.pattern.table import ELEMENTS, Floats, to_oxide
from didymium.errors import ReferenceDataError
from didymium.reference import content_hash, table

#: Degrees of freedom of a prior scatter: how far pattern_scatter is trusted, and of ranges given by judgement.
_PRIOR_DOF, _JUDGED_DOF = 4.0, 20.0
#: Low and high of pattern_shares hold 19 of 20 products: 2 x 1.96 standard deviations apart.
_WIDTH: Final = 3.92
_LN10: Final = math.log(10)


@dataclass(frozen=True, slots=True)
class Model:
    """All variants. classes, variants: names per variant; centre: ln share, scatter: its standard deviation (variants x
    ELEMENTS); tilt, dof: per variant."""

    classes: tuple[str, ...]
    variants: tuple[str, ...]
    centre: Floats
    scatter: Floats
    tilt: Floats
    dof: Floats


def model(leave_out: str | None = None) -> Model:
    """The classes as the reference base knows them. leave_out: a deposit to do without, for calibration; a class that
    rests on it alone is then missing."""
    return _model(leave_out, content_hash())


@cache
def _model(leave_out: str | None, _hash: str) -> Model:
    found: list[tuple[str, str, Floats, Floats, float, float]] = []
    for row in table("pattern_classes").iter_rows(named=True):
        name = row["class"]
        if row["deposits"] is None:
            found += [(name, variant, *ranges, 0.0, _JUDGED_DOF) for variant, ranges in _made(name)]
            continue
        members = [deposit for deposit in row["deposits"].split("|") if deposit != leave_out]
        if members:
            centre, scatter = _mined(members)
            dof = _PRIOR_DOF + len(members) - 1
            found.append((name, "deposits", centre, scatter, (row["tilt_dex"] or 0.0) * _LN10, dof))
    classes, variants, centres, scatters, tilts, dofs = zip(*found, strict=True)
    return Model(classes, variants, np.array(centres), np.array(scatters), np.array(tilts), np.array(dofs))


def _made(name: str) -> Iterator[tuple[str, tuple[Floats, Floats]]]:
    """Variants of a class that is described by ranges: (variant, (centre, scatter))."""
    rows = table("pattern_shares").filter(pl.col("class") == name)
    if rows.is_empty():
        raise ReferenceDataError(
            f"class {name!r} has neither deposits nor shares.",
            file="pattern_classes.csv",
            fix="Add rows to pattern_shares.csv.",
        )
    for variant in rows["variant"].unique(maintain_order=True):
        named = {row["element"]: row for row in rows.filter(pl.col("variant") == variant).iter_rows(named=True)}
        if "self" in named:
            for element in ELEMENTS:
                yield element, _ranges({element: named["self"], "others": named["others"]}, name)
        else:
            yield variant, _ranges(named, name)


def _ranges(named: dict[str, dict[str, Any]], name: str) -> tuple[Floats, Floats]:
    """Low and high of every element as centre and standard deviation of ln share."""
    pairs = []
    for element in ELEMENTS:
        row = named.get(element) or named.get("others")
        if row is None or row["low_pct"] >= row["high_pct"]:
            raise ReferenceDataError(
                f"class {name!r}: {element} has no range, or low is not under high.",
                file="pattern_shares.csv",
                fix="Give low_pct < high_pct for it, or a row `others`.",
            )
        pairs.append((math.log(row["low_pct"]), math.log(row["high_pct"])))
    low, high = np.array(pairs).T
    return (low + high) / 2, (high - low) / _WIDTH


def deposits(names: list[str] | None = None) -> tuple[list[str], Floats]:
    """Names and ln share of TREO (deposits x ELEMENTS) of table deposits_reo, NaN where not reported. Half the limit
    stands for an upper limit."""
    rows = table("deposits_reo")
    if names is not None:
        rows = rows.filter(pl.col("deposit").is_in(names))
    limits = pl.col("upper_limit_elements").fill_null("").str.split("|")
    shares = [
        (pl.when(limits.list.contains(name)).then(0.5).otherwise(1.0) * pl.col(name))
        .fill_null(float("nan"))
        .alias(name)
        for name in ELEMENTS
    ]
    with np.errstate(divide="ignore"):
        logs = np.log(rows.select(shares).to_numpy())
    return rows["deposit"].to_list(), np.where(np.isfinite(logs), logs, np.nan)


def _mined(members: list[str]) -> tuple[Floats, Floats]:
    """Mean and predictive scatter of ln share over deposits; scatter is shrunk to what elements of that share usually have.
    An element that none reports lies between its neighbours on the normalised pattern, with the widest scatter."""
    _, logs = deposits(members)
    count = np.sum(~np.isnan(logs), axis=0)
    if not count.any():
        raise ReferenceDataError(
            f"no deposit {', '.join(members)} in table deposits_reo.", file="pattern_classes.csv", column="deposits"
        )
    mean = np.nansum(logs, axis=0) / np.maximum(count, 1)
    ppm = dict(table("elements").select("element", "chondrite_ppm").rows())
    chondrite = np.log(np.array([ppm[name] for name in ELEMENTS]) * to_oxide())
    known = np.flatnonzero(count)
    mean = chondrite + np.interp(np.arange(len(ELEMENTS)), known, (mean - chondrite)[known])
    steps = table("pattern_scatter").sort("share_from_pct", descending=True)
    share = np.exp(mean)
    prior = np.select([share >= low for low in steps["share_from_pct"]], list(steps["scatter_dex"] * _LN10))
    prior = np.where(count == 0, max(steps["scatter_dex"]) * _LN10, prior)
    spread = np.nansum((logs - mean) ** 2, axis=0) * (count > 0)
    variance = (_PRIOR_DOF * prior**2 + spread) / (_PRIOR_DOF + np.maximum(count - 1, 0))
    return mean, np.sqrt(variance * (1 + 1 / np.maximum(count, 1)))
