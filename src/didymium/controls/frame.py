"""Many consignments at once: rows that the law cannot tell apart are decided once, and the answer is joined back.

Each row is reduced to one integer (see reduce.py); each distinct situation is decided by `Ruleset.determine`, the same
function that decides a single row; the answers go back to the rows by one join.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Mapping, Sequence
from typing import Any, Final

import numpy as np
import polars as pl

from didymium.controls import reduce
from didymium.controls.decide import Determination, determine
from didymium.controls.facts import Facts
from didymium.controls.goods import Goods
from didymium.controls.reduce import Facet, Ints, as_set, dense
from didymium.controls.rules import Ruleset

#: Columns a row may have; only date and goods are needed. A column that is not there is not stated.
OPTIONAL: Final[dict[str, Any]] = {
    "known_on": pl.Date(),
    "export_country": pl.String(),
    "import_country": pl.String(),
    "origin": pl.String(),
    "uses": pl.String(),
    "lists": pl.String(),
    "owned_share": pl.Float64(),
    "cn_value_share": pl.Float64(),
}
PERMISSIONS: Final = ("free", "licence required", "prohibited", "unknown", "not applicable")
RESULT: Final[dict[str, Any]] = {
    "permission": pl.Enum(PERMISSIONS),
    "applies": pl.String(),
    "suspended": pl.String(),
    "not_in_force": pl.String(),
    "unverified": pl.String(),
    "also": pl.String(),
    "missing": pl.String(),
}


def determine_frame(frame: pl.DataFrame, goods: Sequence[Goods], rules: Ruleset) -> pl.DataFrame:
    """Answers for all rows, in their order.

    frame: date (Date), goods (index into `goods`), and as far as stated known_on (Date), export_country, import_country,
    origin (ISO alpha-2), uses, lists (`|`-separated), owned_share, cn_value_share (0..1). Returns RESULT's columns; ids are
    `|`-separated, missing facts `; `-separated, empty = none. A null date gives `unknown`, missing: date.
    """
    rows = frame.select("date", "goods", *(c for c in OPTIONAL if c in frame.columns)).with_columns(
        pl.lit(None, dtype=dtype).alias(name) for name, dtype in OPTIONAL.items() if name not in frame.columns
    )
    if rows.is_empty():
        return pl.DataFrame(schema=RESULT)
    rows = rows.with_columns(pl.col("known_on").fill_null(pl.col("date")), pl.col("uses", "lists").fill_null(""))
    situations = _Situations(_alike(rows, rules), goods, rules)
    index, keys = dense(situations.keys, len(situations.contexts))
    answers = [_row(determine(situations.facts(key), rules)) for key in keys]
    out = pl.DataFrame(answers, schema=RESULT, orient="row")[pl.Series(index)]
    if not rows["date"].has_nulls():
        return out
    dateless = dict(zip(RESULT, ("unknown", "", "", "", "", "", "date"), strict=True))
    null = rows["date"].is_null()
    return out.with_columns(
        pl.when(null).then(pl.lit(dateless[name])).otherwise(pl.col(name)).cast(kind).alias(name)
        for name, kind in RESULT.items()
    )


def _row(answer: Determination) -> tuple[str, ...]:
    ids = (answer.applies, answer.suspended, answer.not_in_force, answer.unverified, answer.also)
    return (answer.permission, *("|".join(one) for one in ids), "; ".join(answer.missing))


def reached(frame: pl.DataFrame, rules: Ruleset) -> pl.Series:
    """Rows whose way and day let any measure for particular goods reach them, in force or not confirmed (Boolean).

    frame: date, export_country, import_country, origin. Knowledge is that of the day.
    """
    rows = frame.select("date", "export_country", "import_country", "origin", known_on="date")
    rows = _alike(rows, rules)
    way, way_values = _coded(rows, ["export_country", "import_country", "origin"], {})
    time, time_values = _times(rows, rules)
    particular = np.asarray(
        [not measure.any_goods and measure.outcome != "goods licence" for _, measure in reduce.measures(rules)]
    )
    open_way = ~reduce.ways(rules, way_values).no & particular[:, None]
    live = np.asarray(
        [
            [
                act.known_from <= known and rules.window(act, measure, day, known).state in ("in force", "unverified")
                for day, known in time_values
            ]
            for act, measure in reduce.measures(rules)
        ],
        dtype=np.bool_,
    ).reshape(len(particular), len(time_values))
    together = (open_way.T.astype(np.int64) @ live.astype(np.int64)) > 0
    return pl.Series("reached", together[way, time]) if frame.height else pl.Series("reached", [], dtype=pl.Boolean())


class _Situations:
    """One integer per row, and the facts an integer stands for."""

    def __init__(self, rows: pl.DataFrame, goods: Sequence[Goods], rules: Ruleset) -> None:
        places, contexts = reduce.start(goods, rules)
        keys = np.asarray(places, dtype=np.int64)[rows["goods"].to_numpy()]
        ids, self.facets = _facets(rows, rules)
        for values, facet in zip(ids, self.facets, strict=True):
            keys, contexts = reduce.refine(keys, values, contexts, facet, rules)
        self.keys: Ints = keys
        self.contexts = contexts

    def facts(self, key: int) -> Facts:
        """The situation a key stands for, as facts of one consignment."""
        context = self.contexts[key]
        way, party, share, use, time = (
            facet.values[place] for facet, place in zip(self.facets, context.chosen, strict=True)
        )
        return Facts(
            date=time[0], known_on=time[1], goods=context.goods, export_country=way[0], import_country=way[1],
            origin=way[2], uses=as_set(use), lists=as_set(party[0]), owned=() if party[1] is None else (party[1],),
            value_shares={} if share is None else {"CN": share},
        )  # fmt: skip


def _facets(rows: pl.DataFrame, rules: Ruleset) -> tuple[list[Ints], list[Facet]]:
    """Way, party, share, use and time of each row as an index, and what the index stands for."""
    limits = {"owned_share": rules.owned_limits, "cn_value_share": rules.value_limits}
    way, way_values = _coded(rows, ["export_country", "import_country", "origin"], limits)
    use, use_values = _coded(rows, ["uses"], limits)
    party, party_values = _coded(rows, ["lists", "owned_share"], limits)
    share, share_values = _coded(rows, ["cn_value_share"], limits)
    time, time_values = _times(rows, rules)
    facets = [
        reduce.ways(rules, way_values),
        reduce.parties(rules, party_values),
        reduce.shares(rules, [value for (value,) in share_values]),
        reduce.uses(rules, [value for (value,) in use_values]),
        reduce.times(rules, time_values),
    ]
    return [way, party, share, use, time], facets


def _alike(rows: pl.DataFrame, rules: Ruleset) -> pl.DataFrame:
    """Countries that no measure names, made alike: ZZ; YY for a destination that is not the country of dispatch."""

    def named(column: str) -> pl.Expr:
        return pl.col(column).is_in(rules.countries) | pl.col(column).is_null()

    stays = (pl.col("import_country") == pl.col("export_country")).fill_null(value=False)
    abroad = pl.when(stays).then(pl.lit("ZZ")).otherwise(pl.lit("YY"))
    return rows.with_columns(
        pl.when(named("export_country")).then("export_country").otherwise(pl.lit("ZZ")).alias("export_country"),
        pl.when(named("import_country")).then("import_country").otherwise(abroad).alias("import_country"),
        pl.when(named("origin")).then("origin").otherwise(pl.lit("ZZ")).alias("origin"),
    )


def _coded(rows: pl.DataFrame, columns: list[str], limits: Mapping[str, list[float]]) -> tuple[Ints, list[Any]]:
    """Index of each row's values among the distinct ones, and those. Shares count as the limit they reach."""
    index = np.zeros(rows.height, dtype=np.int64)
    values: list[tuple[Any, ...]] = [()]
    for name in columns:
        distinct: list[Any]
        if name in limits:
            codes, distinct = _bucket(rows[name], limits[name])
        else:
            codes, distinct = _ranked(rows[name])
        index, pairs = dense(index * len(distinct) + codes, len(values) * len(distinct))
        values = [(*values[pair // len(distinct)], distinct[pair % len(distinct)]) for pair in pairs]
    return index, values


def _ranked(column: pl.Series) -> tuple[Ints, list[str | None]]:
    """Codes of a text column and what each stands for; null is a value, the last one."""
    distinct = column.drop_nulls().unique(maintain_order=True).to_list()
    codes = column.cast(pl.Enum(distinct)).to_physical().cast(pl.Int64).fill_null(len(distinct))
    return codes.to_numpy(), [*distinct, None]


def _bucket(column: pl.Series, thresholds: list[float]) -> tuple[Ints, list[float | None]]:
    """Which thresholds of the law a share reaches, as codes, and a share that stands for each; null is the last."""
    stands: list[float | None] = [0.0, *thresholds, None]
    if column.null_count() == len(column):
        return np.full(len(column), len(stands) - 1, dtype=np.int64), stands
    reached = np.searchsorted(np.asarray(thresholds), column.fill_null(0.0).to_numpy(), side="right")
    return np.where(column.is_null().to_numpy(), len(stands) - 1, reached).astype(np.int64), stands


def _times(rows: pl.DataFrame, rules: Ruleset) -> tuple[Ints, list[tuple[dt.date, dt.date]]]:
    """Index of (day, day of knowledge); days between two changes of the law are one."""
    days, epochs = rules.change_days, rules.epochs
    day = _place(rows["date"], days)
    known = _place(rows["known_on"], epochs)
    index, pairs = dense(day * len(epochs) + known, len(days) * len(epochs))
    return index, [(days[pair // len(epochs)], epochs[pair % len(epochs)]) for pair in pairs]


def _place(dates: pl.Series, starts: list[dt.date]) -> Ints:
    """Index of the last start on or before each day; a null day is placed first."""
    first = pl.Series(starts).cast(pl.Int32).to_numpy()
    days = dates.cast(pl.Int32).fill_null(int(first[0])).to_numpy()
    return np.maximum(np.searchsorted(first, days, side="right") - 1, 0).astype(np.int64)
