"""A table of what relabelling pays beside declarations: a small prior for lots on routes where a control parts the market."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path
from typing import Final

import polars as pl

from didymium.errors import InputError
from didymium.screening.engines import Source

_NEEDED: Final = (
    "month",
    "from_countries",
    "to_countries",
    "goods",
    "usd_per_kg_reo",
    "market_kg",
    "fixed_usd",
    "bans",
)
#: No row may say more than this [bans].
_MOST: Final = 1.0
_LANE: Final = ["__month", "export_country", "import_country"]


def read_incentive(path: Path) -> pl.DataFrame:
    """The table of `didymium supply incentive --prior`, one row per month, country pair and goods that pay.

    InputError naming file and column for another table, or for bans outside 0 to 1.
    """
    fix = "Make it with `didymium supply incentive SCENARIO --prior FILE`."
    try:
        rows = pl.read_parquet(path)
    except (OSError, pl.exceptions.PolarsError) as error:
        raise InputError(f"is no Parquet file: {error}.", file=path.name, fix=fix) from error
    for name in _NEEDED:
        if name not in rows.columns:
            raise InputError("the column is missing.", file=path.name, column=name, fix=fix)
    try:
        rows = rows.select(
            pl.col("month").cast(pl.Date).alias("__month"), pl.col("from_countries", "to_countries").cast(pl.List(pl.String)),
            pl.col("goods").cast(pl.String), pl.col("usd_per_kg_reo", "market_kg", "fixed_usd", "bans").cast(pl.Float64),
        )  # fmt: skip
    except pl.exceptions.PolarsError as error:
        raise InputError(f"a column is of another type: {error}.", file=path.name, fix=fix) from error
    if not rows["bans"].is_between(0, _MOST).fill_null(value=False).all():
        raise InputError("holds other values.", file=path.name, column="bans", fix=f"Allowed: 0 to {_MOST:g}.")
    lanes = rows.explode("from_countries").explode("to_countries")
    return lanes.rename({"from_countries": "export_country", "to_countries": "import_country"}).drop_nulls()


class WithIncentive:
    """A reader of declarations whose batches carry the columns of INCENTIVE."""

    def __init__(self, source: Source, lanes: pl.DataFrame) -> None:
        self._source, self._lanes = source, lanes

    def batches(self, batch_rows: int) -> Iterator[pl.DataFrame]:
        """Canonical declarations, `batch_rows` at a time."""
        for rows in self._source.batches(batch_rows):
            yield beside(rows, self._lanes)


def beside(rows: pl.DataFrame, lanes: pl.DataFrame) -> pl.DataFrame:
    """The same rows in the same order with what would pay most for a lot of that mass; null where nothing would."""
    keyed = rows.select("export_country", "import_country", "net_kg", __month=pl.col("date").dt.truncate("1mo"))
    found = keyed.with_row_index("__row").join(lanes, on=_LANE, how="inner")
    gain = pl.min_horizontal("net_kg", "market_kg") * pl.col("usd_per_kg_reo") - pl.col("fixed_usd")
    best = (
        found.with_columns(gain=gain).filter(pl.col("gain") > 0)
        .sort("__row", "gain", "goods", descending=[False, True, False])
        .unique("__row", keep="first", maintain_order=True)
        .select("__row", incentive_bans="bans", incentive_usd_per_kg="usd_per_kg_reo", incentive_goods="goods")
    )  # fmt: skip
    return rows.with_row_index("__row").join(best, on="__row", how="left", maintain_order="left").drop("__row")
