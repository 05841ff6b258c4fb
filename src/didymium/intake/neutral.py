"""Text made safe for CSV files that people open in a spreadsheet: no cell can start a formula."""

from __future__ import annotations

from typing import Final

import polars as pl

_STARTS: Final = r"^[\s\u00a0\ufeff]*[=+\-@\t\r\u{ff1d}\u{ff0b}\u{ff0d}\u{ff20}]|^[\t\r\n]"


def neutralise(df: pl.DataFrame) -> pl.DataFrame:
    """A leading apostrophe for texts that begin with = + - @ (also full width), tab or line end; numbers stay."""
    text = [
        name for name, dtype in df.schema.items() if dtype in {pl.String, pl.Categorical} or isinstance(dtype, pl.Enum)
    ]
    cells = (pl.col(name).cast(pl.String) for name in text)
    return df.with_columns(
        pl.when(cell.str.contains(_STARTS)).then(pl.lit("'") + cell).otherwise(cell).alias(name)
        for name, cell in zip(text, cells, strict=True)
    )
