"""Which country could make which stage of the rare-earth chain, month by month, drawn from the facilities.

Groups: ANY; LREE and HREE; NdFeB and SmCo (magnets and their alloys); Sm, Sc only where a facility names them.
A month is an Int32: year * 12 + month - 1.
"""

from __future__ import annotations

from functools import cache
from typing import Final

import polars as pl

from didymium.reference.load import content_hash, table

FIRST_MONTH: Final = 1995 * 12
LAST_MONTH: Final = 2030 * 12 + 11
#: Months in which stock from before a closure may still be shipped, unless the facility states otherwise.
TAIL_MONTHS: Final = 12

LIGHT: Final = ("La", "Ce", "Pr", "Nd")
HEAVY: Final = ("Eu", "Gd", "Tb", "Dy", "Ho", "Er", "Tm", "Yb", "Lu", "Y")
_MAGNETIC: Final = ("alloy", "magnet_sintered", "magnet_bonded", "recycling")
ORE: Final = ("mine", "concentrate")
#: Best status of a month counts: 4 commercial, 3 pilot, 2 tail, 1 planned.
_STATUS: Final = {"planned": 1, "tail": 2, "pilot": 3, "commercial": 4}


def stage_months() -> pl.DataFrame:
    """One row per country, stage, group and month (1995-01 to 2030-12) of which something is known.

    A country, stage and group that is absent has no known facility.
    status: commercial; pilot (also commissioning, finishing only, and what rests on a doubtful source); tail (only
    stock from before a closure); planned (announced or building: nothing made).
    capacity_t_per_year: of the facilities behind the status, in capacity_basis; for ore stages the mine production of
    the year where USGS states it, highest vintage; null = not known for all of them. evidence: facilities; source.
    """
    return _months(content_hash())


@cache
def _months(_hash: str) -> pl.DataFrame:
    parts = phases().explode("group", empty_as_null=True).explode("month", empty_as_null=True)
    parts = _corroborate(parts)
    best = parts.filter(pl.col("rank") == pl.col("rank").max().over("country", "stage", "group", "month"))
    known = pl.col("capacity_t_per_year")
    summed = best.group_by("country", "stage", "group", "month").agg(
        pl.col("rank").first(),
        capacity_t_per_year=pl.when(known.is_not_null().all() & (pl.col("capacity_basis").n_unique() == 1)).then(
            known.sum().round(3)
        ),
        capacity_basis=pl.col("capacity_basis").drop_nulls().min(),
        evidence=pl.col("words").unique().sort().head(4).str.join(" | "),
        source=pl.col("source").unique().sort().head(3).str.join(" | "),
    )
    reported = mined().rename({"t_reo": "mined"})
    ore = pl.col("stage").is_in(ORE) & (pl.col("group") == "ANY") & (pl.col("rank") > _STATUS["tail"])
    with_mined = summed.with_columns(year=(pl.col("month") // 12).cast(pl.Int64)).join(
        reported, on=["country", "year"], how="left"
    )
    use = ore & (pl.col("mined") > 0)
    return (
        with_mined.with_columns(
            status=pl.col("rank").replace_strict(list(_STATUS.values()), list(_STATUS), return_dtype=pl.String),
            capacity_t_per_year=pl.when(use).then(pl.col("mined")).otherwise(pl.col("capacity_t_per_year")),
            capacity_basis=pl.when(use).then(pl.lit("REO mined (USGS)")).otherwise(pl.col("capacity_basis")),
        )
        .select(
            "country",
            "stage",
            "group",
            "month",
            "status",
            "capacity_t_per_year",
            "capacity_basis",
            "evidence",
            "source",
        )
        .sort("country", "stage", "group", "month")
    )


def phases() -> pl.DataFrame:
    """One row per facility and phase (runs, sells stock, planned): its months, groups, rank and words.

    All columns of `facilities`, and: group (list), month (list of Int32), rank (Int32), words (facility and what limits
    it), low_evidence (rests on a source of low confidence).
    """
    rows = with_dates(table("facilities"))
    first, last = pl.lit(FIRST_MONTH, pl.Int32), pl.lit(LAST_MONTH, pl.Int32)
    runs = rows.filter(pl.col("runs")).with_columns(
        rank=pl.when((pl.col("scale").is_in(["commercial", "artisanal"])) & (pl.col("status") != "commissioning"))
        .then(_STATUS["commercial"])
        .otherwise(_STATUS["pilot"])
        .cast(pl.Int32),
        month=pl.int_ranges(
            pl.max_horizontal("first_month", first), pl.min_horizontal("last_month", last) + 1, dtype=pl.Int32
        ),
    )
    stock = rows.filter(pl.col("runs") & pl.col("last_month").lt(LAST_MONTH)).with_columns(
        rank=pl.lit(_STATUS["tail"], pl.Int32),
        month=pl.int_ranges(
            pl.max_horizontal(pl.col("last_month") + 1, first),
            pl.min_horizontal("stock_month", last) + 1,
            dtype=pl.Int32,
        ),
    )
    planned = rows.filter(pl.col("building")).with_columns(
        rank=pl.lit(_STATUS["planned"], pl.Int32),
        month=pl.int_ranges(
            first, pl.min_horizontal(pl.col("first_month").fill_null(LAST_MONTH), last) + 1, dtype=pl.Int32
        ),
    )
    all_phases = pl.concat([runs, stock, planned], how="vertical").filter(pl.col("month").list.len() > 0)
    return all_phases.with_columns(
        group=_groups(),
        low_evidence=pl.col("confidence") == "low",
        words=pl.concat_str("facility", _limits()),
    )


def with_dates(facilities: pl.DataFrame) -> pl.DataFrame:
    """Facilities with first_month, last_month, stock_month (Int32), runs (ever made something), building."""
    start, end = month_of("start", last_of_year=False), month_of("end", last_of_year=True)
    never = pl.col("status").is_in(["planned", "construction"]) | (
        pl.col("status").is_in(["closed", "care_and_maintenance"]) & start.is_null() & end.is_null()
    )
    open_end = pl.lit(LAST_MONTH, pl.Int32)
    return facilities.with_columns(
        runs=~never,
        building=pl.col("status").is_in(["planned", "construction", "commissioning"]),
        first_month=pl.when(never).then(start).otherwise(start.fill_null(FIRST_MONTH)),
        last_month=end.fill_null(open_end),
    ).with_columns(
        stock_month=month_of("stock_until", last_of_year=True).fill_null(pl.col("last_month") + TAIL_MONTHS),
    )


def month_of(column: str, *, last_of_year: bool) -> pl.Expr:
    """Month (Int32) of a text `2018`, `2018-07`; null where empty. A bare year means its first or its last month."""
    text = pl.col(column)
    year = text.str.slice(0, 4).cast(pl.Int32, strict=False)
    month = text.str.slice(5, 2).cast(pl.Int32, strict=False).fill_null(12 if last_of_year else 1)
    return year * 12 + month - 1


def _groups() -> pl.Expr:
    """Groups a facility counts for, from its elements and stage."""
    named = pl.col("elements").str.split(";")
    light = named.list.set_intersection(["LREE", *LIGHT]).list.len() > 0
    heavy = named.list.set_intersection(["HREE", *HEAVY]).list.len() > 0
    samarium, scandium = named.list.contains("Sm"), named.list.contains("Sc")
    magnetic = pl.col("stage").is_in(_MAGNETIC)
    marks = {
        "ANY": ~(scandium & (named.list.len() == 1)),
        "LREE": light,
        "HREE": heavy,
        "Sm": samarium,
        "Sc": scandium,
        "NdFeB": magnetic & (light | heavy),
        "SmCo": magnetic & samarium,
    }
    return pl.concat_list(pl.when(mark).then(pl.lit(group)) for group, mark in marks.items()).list.drop_nulls()


def _limits() -> pl.Expr:
    """What limits a facility, in brackets; empty where nothing does."""
    sold = pl.when(pl.col("rank") == _STATUS["tail"]).then(pl.concat_str(pl.lit("closed "), "end"))
    planned = pl.col("rank") == _STATUS["planned"]
    notes = [
        pl.when(planned).then(pl.concat_str(pl.lit("not yet running: "), "status")),
        sold,
        pl.when((pl.col("status") == "commissioning") & ~planned).then(pl.lit("commissioning")),
        pl.when(pl.col("scale").is_in(["pilot", "finishing"])).then(pl.concat_str("scale", pl.lit(" only"))),
        pl.when(pl.col("confidence") == "low").then(pl.lit("doubtful source")),
        pl.col("legality"),
    ]
    joined = pl.concat_str(notes, separator=", ", ignore_nulls=True)
    return pl.when(joined != "").then(pl.concat_str(pl.lit(" ("), joined, pl.lit(")"))).otherwise(pl.lit(""))


def _corroborate(parts: pl.DataFrame) -> pl.DataFrame:
    """Facilities of low confidence count as pilot, unless USGS reports mine production of the country in that year."""
    years = parts.with_columns(year=(pl.col("month") // 12).cast(pl.Int64)).join(
        mined(), on=["country", "year"], how="left"
    )
    doubtful = pl.col("low_evidence") & (pl.col("rank") == _STATUS["commercial"])
    backed = pl.col("stage").is_in(ORE) & (pl.col("t_reo").fill_null(0) > 0)
    return years.with_columns(
        rank=pl.when(doubtful & ~backed).then(pl.lit(_STATUS["pilot"], pl.Int32)).otherwise(pl.col("rank"))
    )


def mined() -> pl.DataFrame:
    """country, year, t_reo: highest figure of any vintage of a year; the last known year stands for later ones."""
    rows = table("mine_production").filter(pl.col("area") == "country").drop_nulls("t_reo")
    known = rows.group_by("country", "year").agg(pl.col("t_reo").max())
    years = pl.DataFrame({"year": pl.int_range(FIRST_MONTH // 12, LAST_MONTH // 12 + 1, eager=True, dtype=pl.Int64)})
    grid = known.select("country").unique().join(years, how="cross").sort("country", "year")
    filled = grid.join(known, on=["country", "year"], how="left", maintain_order="left")
    last = filled["year"].filter(filled["t_reo"].is_not_null()).max()
    carried = pl.when(pl.col("year") > last).then(pl.col("t_reo").forward_fill().over("country"))
    return filled.with_columns(t_reo=pl.coalesce("t_reo", carried)).drop_nulls("t_reo")
