"""Which rows of a batch are refused, for which cell and why: the first fault of a row counts."""

from __future__ import annotations

from collections.abc import Callable

import polars as pl

from didymium.intake.schema import REJECTS


class Faults:
    """The first fault of each row of one batch."""

    def __init__(self, rows: pl.Series, name: str) -> None:
        self._rows = rows
        self._name = name
        self._bad: pl.Series | None = None
        self._frames: list[pl.DataFrame] = []

    def add(self, column: str, mask: pl.Series, cells: pl.Series, reason: str | Callable[[str], str]) -> None:
        """Refuse the rows of `mask` (no nulls in it) that were not refused before; reason may depend on the cell."""
        if not mask.any():
            return
        fresh = mask if self._bad is None else mask & ~self._bad
        self._bad = mask if self._bad is None else mask | self._bad
        cells = cells.filter(fresh).cast(pl.String, strict=False)
        reasons = (
            pl.Series([reason], dtype=pl.String).new_from_index(0, len(cells))
            if isinstance(reason, str)
            else pl.Series([reason(cell or "") for cell in cells], dtype=pl.String)
        )
        self._frames.append(
            pl.DataFrame({"source_row": self._rows.filter(fresh), "value": cells.str.slice(0, 200), "reason": reasons})
            .select(
                source_file=pl.lit(self._name),
                column=pl.lit(column),
                source_row="source_row",
                value="value",
                reason="reason",
            )
            .select(pl.col(c).cast(t) for c, t in REJECTS.items())
        )

    def split(self, frame: pl.DataFrame) -> tuple[pl.DataFrame, pl.DataFrame]:
        """Accepted rows and REJECTS rows in file order."""
        if self._bad is None:
            return frame, pl.DataFrame(schema=REJECTS)
        return frame.filter(~self._bad), pl.concat(self._frames).sort("source_row", maintain_order=True)
