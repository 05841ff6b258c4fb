"""From the states of single rows to one verdict per sample and per consignment."""

from __future__ import annotations

from typing import Final

import polars as pl

#: Deciding elements are named in this order: undeclared controlled ones, declared ones outside, goods and grade, room.
_ORDER: Final = {"level": 0, "declared": 1, "grade": 2, "name": 3, "goods": 3, "room": 4}
_KEYS: Final = ["consignment"]


def superseded(rows: pl.DataFrame) -> pl.DataFrame:
    """Rows without those a cleaner reading of the same element makes needless, within one sample.

    A reading without artefact goes before one with; a smaller uncertainty before a larger; the larger z decides a tie.
    """
    repeated = pl.struct("sample", "key", "test", "share").is_duplicated()
    marked = rows.with_columns(repeated=repeated)
    single, rows = marked.filter(~pl.col("repeated")).drop("repeated"), marked.filter("repeated").drop("repeated")
    if rows.is_empty():
        return single
    clean = ~(pl.col("blocked") | pl.col("partial") | pl.col("cover").is_not_null())
    rank = rows.with_columns(
        clean=clean,
        width=pl.coalesce("sigma", "upper").fill_null(1e9),
        number=pl.col("x").is_not_null(),
    )
    order = rank.sort(
        ["sample", "clean", "number", "width", "z", "row"], descending=[False, True, True, False, True, False]
    )
    best = order.unique(["sample", "key", "test", "share"], keep="first", maintain_order=True)
    return pl.concat([single, best.drop("clean", "width", "number")])


def of_samples(rows: pl.DataFrame, heads: pl.DataFrame) -> pl.DataFrame:
    """rows: all tested rows of all samples. -> per sample: verdict, out, open (lists of elements), whys, tested, blocked."""
    rank = pl.col("test").replace_strict(_ORDER, default=9, return_dtype=pl.Int32)
    ordered = rows.with_columns(rank=rank).sort(
        "sample", "rank", pl.col("bans").fill_null(0.0), "key", descending=[False, False, True, False]
    )
    state = pl.col("state")
    found = ordered.group_by("sample", maintain_order=True).agg(
        out=pl.col("key").filter(state == "out").unique(maintain_order=True),
        open=pl.col("key").filter(state == "open").unique(maintain_order=True),
        balance=pl.col("key").filter(pl.col("why") == "balance").unique(maintain_order=True),
        settled=pl.col("key").filter(state == "in").unique(maintain_order=True),
        whys=pl.col("why").filter(state == "open").unique(maintain_order=True),
        tested=state.is_in(["in", "out", "open"]).sum(),
        blocked=(state == "blocked").sum(),
    )
    lists = ["out", "open", "balance", "settled", "whys"]
    samples = heads.join(found, on="sample", how="left").with_columns(
        *(pl.col(c).fill_null(pl.lit([], dtype=pl.List(pl.String))) for c in lists),
        pl.col("tested", "blocked").fill_null(0),
    )
    inconclusive = (
        (pl.col("open").list.len() > 0)
        | pl.col("total_bad")
        | (pl.col("tested") == 0)
        | pl.col("unreadable").is_not_null()
    )
    return samples.with_columns(
        verdict=pl.when(pl.col("out").list.len() > 0).then(pl.lit("inconsistent"))
        .when(inconclusive).then(pl.lit("inconclusive"))
        .otherwise(pl.lit("consistent")),
        blocker=_blocker(),
    )  # fmt: skip


def _blocker() -> pl.Expr:
    """What stands in the way of a verdict, first the one that spoils most."""
    whys = pl.col("whys")
    first = pl.coalesce(
        pl.when(whys.list.contains(w)).then(pl.lit(w))
        for w in (
            "partial",
            "slip",
            "overlap",
            "scatter",
            "range",
            "limit",
            "precision",
            "basis",
            "sum",
            "balance",
            "other_half",
            "goods",
        )
    )
    return (
        pl.when((pl.col("tested") == 0) & (pl.col("blocked") > 0)).then(pl.lit("plating"))
        .when("total_bad").then(pl.lit("total"))
        .when(first.is_not_null()).then(first)
        .when(pl.col("unreadable").is_not_null()).then(pl.lit("unreadable"))
        .when(pl.col("tested") == 0).then(pl.lit("nothing"))
    )  # fmt: skip


def of_consignments(samples: pl.DataFrame) -> pl.DataFrame:
    """Per declaration and item: the verdict, its elements, and `sample`, the one that decides.

    One inconsistent sample decides. An open element of one sample is settled by another in which it is clean.
    """
    if samples.height == samples["consignment"].n_unique():
        return _with_elements(samples)
    settled = (
        samples.filter(pl.col("verdict") == "consistent").select(*_KEYS, "settled").explode("settled").drop_nulls()
    )
    settled = settled.group_by(_KEYS, maintain_order=True).agg(known=pl.col("settled").unique(maintain_order=True))
    joined = samples.join(settled, on=_KEYS, how="left", maintain_order="left")
    left = pl.col("open").list.set_difference(pl.col("known").fill_null(pl.lit([], dtype=pl.List(pl.String))))
    lifted = (pl.col("verdict") == "inconclusive") & pl.col("known").is_not_null() & (left.list.len() == 0)
    rank = (
        pl.when(pl.col("verdict") == "inconsistent").then(0)
        .when(lifted).then(3)
        .when(pl.col("verdict") == "inconclusive").then(1)
        .otherwise(2)
    )  # fmt: skip
    order = [*_KEYS, "rank", "tested", "sample"]
    first = joined.with_columns(rank=rank).sort(order, descending=[False, False, True, False])
    first = first.unique(_KEYS, keep="first", maintain_order=True)
    return _with_elements(first.drop("rank", "known"))


def _with_elements(first: pl.DataFrame) -> pl.DataFrame:
    """Adds elements: those that decide, and a balance element that is off with them; for an open verdict the undecided one
    where it is one."""
    alone = pl.when(pl.col("open").list.len() == 1).then(pl.col("open")).otherwise(pl.lit([], dtype=pl.List(pl.String)))
    return first.with_columns(
        elements=pl.when(pl.col("verdict") == "inconsistent").then(pl.col("out").list.set_union("balance"))
        .when(pl.col("verdict") == "inconclusive").then(alone)
        .otherwise(pl.lit([], dtype=pl.List(pl.String)))
    )  # fmt: skip
