"""One figure per draw and thing: what a sweep is asked about, and what its tornado explains."""

from __future__ import annotations

from typing import Final

import polars as pl

NODE: Final = ("zone", "stage", "item")


def outcomes(prices: pl.DataFrame, shortages: pl.DataFrame, stock_outs: pl.DataFrame) -> pl.DataFrame:
    """By draw, outcome, zone, stage, item (stage and item empty for sums over goods): value in `unit`; tables as in `one`.

    peak_ratio: highest price over no control, where rationed at least that limit; short_t and lost_musd: over no control, all
    months; worst_share: largest extra shortage of a good in a month; first_stop: months until a tenth of firms stop, the
    months of the run where they do not.
    """
    parts = [_peaks(prices), *_shortages(shortages), _stops(stock_outs, prices["month"])]
    columns = ("draw", "outcome", *NODE, "value", "unit")
    return pl.concat([part.select(columns) for part in parts]).sort("outcome", *NODE, "draw")


def _named(rows: pl.DataFrame, outcome: str, unit: str) -> pl.DataFrame:
    return rows.with_columns(outcome=pl.lit(outcome), unit=pl.lit(unit), value=pl.col("value").cast(pl.Float64))


def _peaks(prices: pl.DataFrame) -> pl.DataFrame:
    ratio = pl.coalesce("ratio", pl.col("at_least_usd_per_kg") / pl.col("no_control_usd_per_kg"))
    return _named(prices.group_by("draw", *NODE).agg(value=ratio.max()), "peak_ratio", "x no control")


def _shortages(rows: pl.DataFrame) -> list[pl.DataFrame]:
    # in the order of the rows: a sum in another order differs in its last digit
    month = rows.group_by("draw", "month", *NODE, maintain_order=True).agg(
        short=pl.col("extra_short_t").sum(), wanted=pl.col("wanted_t").sum()
    )
    goods = month.group_by("draw", *NODE, maintain_order=True).agg(value=pl.col("short").sum())
    share = (pl.col("short") / pl.col("wanted")).max()
    worst = month.filter(pl.col("wanted") > 0).group_by("draw", *NODE).agg(value=share)
    lost = rows.group_by("draw", "zone", maintain_order=True).agg(value=pl.col("extra_lost_musd").sum())
    nothing = {"stage": pl.lit(""), "item": pl.lit("")}
    return [
        _named(goods, "short_t", "t"),
        _named(worst, "worst_share", "1"),
        _named(lost.with_columns(**nothing), "lost_musd", "MUSD"),
    ]


def _stops(stock_outs: pl.DataFrame, months: pl.Series) -> pl.DataFrame:
    start = months.cast(pl.Date).sort()[0]
    when = pl.col("firms_10_pct_stop").dt
    since = (when.year().cast(pl.Int32) - start.year) * 12 + when.month().cast(pl.Int32) - start.month
    return _named(stock_outs.with_columns(value=since.fill_null(months.n_unique())), "first_stop", "months")
