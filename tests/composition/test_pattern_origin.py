"""What the verification can and cannot do: the experiment behind the figures of docs/patterns.md.

Mines are made from the published deposits: eight references are drawn around one with a stated scatter between samples, and
lots around the same deposit (own), around another of its class (sister), or of another class (foreign). Run as a module it
prints the tables of the document: python -m tests.composition.test_pattern_origin
"""

from __future__ import annotations

import sys
from collections import Counter

import numpy as np
import polars as pl

from didymium.composition.pattern.mine import verify
from didymium.composition.pattern.table import ELEMENTS, Floats
from didymium.reference import table
from tests.composition.pattern_samples import from_logs, published

ALL = ELEMENTS
FOUR = ("La", "Ce", "Pr", "Nd")
WAY = np.linspace(-1.5, 1.5, len(ELEMENTS))
VERDICTS = ("compatible", "inconclusive", "not compatible")


def classes() -> dict[str, str]:
    """Deposit -> class, for classes with several deposits."""
    rows = table("pattern_classes").filter(pl.col("deposits").str.contains("|", literal=True))
    return {
        deposit: name for name, deposits in rows.select("class", "deposits").rows() for deposit in deposits.split("|")
    }


def drawn(centre: Floats, scatter: float, number: int, rng: np.random.Generator) -> Floats:
    """Samples of one deposit: most of the scatter tilts the pattern from La to Lu, the rest is independent."""
    tilt = rng.normal(size=(number, 1)) * WAY
    return centre + scatter * (tilt + 0.4 * rng.normal(size=(number, len(ELEMENTS))))


def shares(scatter: float, elements: tuple[str, ...], rounds: int, number: int = 8) -> dict[str, dict[str, float]]:
    """own, sister, foreign -> verdict -> share of lots."""
    names, logs = published()
    of, rng = classes(), np.random.default_rng(11)
    left_out = [at for at, name in enumerate(ELEMENTS) if name not in elements]
    counts: dict[str, Counter[str]] = {"own": Counter(), "sister": Counter(), "foreign": Counter()}
    for name in [name for name in names if name in of] * rounds:
        reference = drawn(logs[names.index(name)], scatter, number, rng)
        for other in names:
            lot = drawn(logs[names.index(other)], scatter, 1, rng)
            lot[:, left_out] = np.nan
            both = (~np.isnan(lot[0]) & ~np.isnan(reference).any(axis=0)).sum()
            if both >= 4:
                kind = "own" if other == name else "sister" if of.get(other) == of[name] else "foreign"
                counts[kind][verify(from_logs(lot), from_logs(reference), deposit=name).verdict] += 1
    return {kind: {v: found[v] / found.total() for v in VERDICTS} for kind, found in counts.items()}


def test_with_little_scatter_and_all_elements_sisters_are_told_apart() -> None:
    found = shares(0.1, ALL, 1)
    assert found["own"]["compatible"] >= 0.9
    assert found["sister"]["compatible"] <= 0.05
    assert found["foreign"]["compatible"] == 0
    assert found["own"]["not compatible"] == 0


def test_with_four_light_elements_sisters_pass() -> None:
    found = shares(0.1, FOUR, 1)
    assert found["sister"]["compatible"] >= 0.08
    assert found["sister"]["not compatible"] <= 0.7


def test_with_the_scatter_of_rocks_sisters_cannot_be_excluded() -> None:
    found = shares(0.5, ALL, 1)
    assert found["sister"]["not compatible"] <= 0.3
    assert found["sister"]["inconclusive"] >= 0.6
    assert found["own"]["not compatible"] <= 0.1


if __name__ == "__main__":
    rounds = int(sys.argv[1]) if len(sys.argv) > 1 else 4
    for label, elements in (("all elements", ALL), ("La, Ce, Pr, Nd", FOUR)):
        for scatter in (0.05, 0.1, 0.2, 0.3, 0.5):
            row = shares(scatter, elements, rounds)
            cells = [" / ".join(f"{100 * row[kind][v]:.0f}" for v in VERDICTS) for kind in row]
            print(f"| {label} | {scatter} | {' | '.join(cells)} |")
