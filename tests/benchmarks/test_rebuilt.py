"""What is handed to scipy is what the product solved: months in the order of their optima."""

from __future__ import annotations

import numpy as np

from benchmarks.rebuilt import months_of


def test_every_month_is_written_down_with_its_optimum() -> None:
    programme, months, optima = months_of("april_2025")
    assert len(months) == len(optima) >= 24
    entries = programme.entries()
    assert entries[:, 0].max() < programme.columns
    assert entries[:, 1].max() < programme.rows
    assert not np.array_equal(months[0][0], months[-1][0])  # the last month is one under control
