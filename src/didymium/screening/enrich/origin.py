"""Can the claimed country make the declared material in that month?"""

from __future__ import annotations

from functools import cache
from typing import Final

import polars as pl

from didymium.reference.stages import stage_months
from didymium.reference.trade import trade_balance
from didymium.screening.enrich.lookup import attach

#: Material stage -> facility stages any of which can put these goods on a ship, best known first.
#: `phosphor_other` are plants that make compounds from bought feed (catalyst, phosphor and polishing makers).
#: A mixed carbonate or oxide leaves a clay mine (in-situ leach) as well as a cracking plant; separated goods also come
#: from recycling; alloy makers sell metal, and a magnet plant sells its own flake and swarf.
_STAGES: Final[dict[str, tuple[str, ...]]] = {
    "mining": ("mine", "concentrate"),
    "concentrate": ("mine", "concentrate", "cracking_leaching", "separation", "phosphor_other"),
    "separation": ("separation", "phosphor_other"),
    "metal making": ("separation", "metal", "phosphor_other"),
    "metal": ("metal", "alloy"),
    "alloy": ("alloy", "metal", "magnet_sintered"),
    "magnet": ("magnet_sintered", "magnet_bonded", "alloy"),
}
#: Stage where only the code is declared: the least processed goods the code holds, so that no lawful trade is refused.
_CODE_STAGE: Final = {
    "280530": "metal", "284610": "concentrate", "284690": "concentrate", "850511": "magnet", "253090": "mining",
    "261220": "mining",
}  # fmt: skip
_RANK: Final = {"commercial": 3, "pilot": 2, "tail": 1}


@cache
def _can_make() -> pl.DataFrame:
    """claimed_origin, stage, light_heavy, month -> origin_status, origin_capacity_t_per_year, origin_evidence."""
    months = stage_months()
    wanted = pl.DataFrame(
        [(material_stage, stage) for material_stage, stages in _STAGES.items() for stage in stages],
        schema=["stage_declared", "stage"],
        orient="row",
    )
    ranked = months.join(wanted, on="stage").with_columns(
        rank=pl.col("status").replace_strict(_RANK, default=0, return_dtype=pl.Int32)
    )
    return (
        ranked.filter(pl.col("rank") > 0)
        .group_by("country", "stage_declared", "group", "month")
        .agg(
            origin_rank=pl.col("rank").max(),
            origin_capacity_t_per_year=pl.when(pl.col("capacity_t_per_year").is_not_null().all()).then(
                pl.col("capacity_t_per_year").sum()
            ),
            origin_evidence=pl.col("evidence").sort_by("rank", descending=True).first(),
        )
        .rename({"country": "claimed_origin", "stage_declared": "stage", "group": "plant_group"})
    )


def add_origin(rows: pl.DataFrame) -> pl.DataFrame:
    """Adds plant_group, origin_rank (3 commercial, 2 pilot, 1 stocks after closure, 0 nothing known), capacity, evidence.

    Also origin_import_t (what the country imported that year under the code, shipped trade) and
    origin_supply_t = capacity + imports; null where a plant's capacity or the imports are not known.
    origin_rank is null where the question does not arise: goods without a rare-earth stage, or no claimed country.
    """
    by_code = pl.col("hs6").replace_strict(_CODE_STAGE, default=None, return_dtype=pl.String)
    rows = rows.with_columns(stage=pl.coalesce("stage", pl.when("rare_earth_goods").then(by_code)))
    heavy_magnet = pl.col("material").is_in(["smco_magnet"])
    group = (
        pl.when((pl.col("stage") == "magnet") & heavy_magnet)
        .then(pl.lit("SmCo"))
        .when((pl.col("stage") == "magnet") & pl.col("material").is_not_null())
        .then(pl.lit("NdFeB"))
        .when(pl.col("stage").is_in(["separation", "metal", "metal making"]) & (pl.col("light_heavy") == "HREE"))
        .then(pl.lit("HREE"))
        .when(pl.col("stage").is_in(["separation", "metal", "metal making"]) & (pl.col("light_heavy") == "LREE"))
        .then(pl.lit("LREE"))
        .otherwise(pl.lit("ANY"))
    )
    makers = _can_make().filter(pl.col("month").is_between(rows["month"].min(), rows["month"].max()))
    rows = attach(rows.with_columns(plant_group=group), makers, on=["claimed_origin", "stage", "plant_group", "month"])
    rows = attach(
        rows.with_columns(year=pl.col("date").dt.year().cast(pl.Int32)),
        _imports(),
        on=["claimed_origin", "hs6", "year"],
    ).drop("year")
    asked = pl.col("rare_earth_goods") & pl.col("stage").is_in(list(_STAGES)) & pl.col("claimed_origin").is_not_null()
    rows = rows.with_columns(origin_rank=pl.when(asked).then(pl.col("origin_rank").fill_null(0)))
    own = pl.when(pl.col("origin_rank") == 0).then(0.0).otherwise("origin_capacity_t_per_year")
    return rows.with_columns(origin_supply_t=own + pl.col("origin_import_t"))


@cache
def _trades() -> pl.DataFrame:
    """country, month in which any rare-earth stage runs there, from pilot plants up."""
    months = stage_months().filter(pl.col("status").is_in(["commercial", "pilot"]))
    return months.select("country", "month").unique()


def add_lane(rows: pl.DataFrame) -> pl.DataFrame:
    """Adds source_has_rare_earths and destination_has_rare_earths: any stage runs there that month; null = not stated."""
    destination = pl.coalesce("import_country", "discharge_country")
    rows = rows.with_columns(
        _source=pl.coalesce("export_country", "origin", "loading_country"), _destination=destination
    )
    for side in ("source", "destination"):
        known = _trades().rename({"country": f"_{side}"}).with_columns(pl.lit(value=True).alias(f"_{side}_trades"))
        rows = attach(rows, known, on=[f"_{side}", "month"])
    return rows.with_columns(
        pl.when(pl.col(f"_{side}").is_not_null())
        .then(pl.col(f"_{side}_trades").fill_null(value=False))
        .alias(f"{side}_has_rare_earths")
        for side in ("source", "destination")
    ).drop("_source", "_destination", "_source_trades", "_destination_trades")


@cache
def _imports() -> pl.DataFrame:
    """claimed_origin, hs6, year -> origin_import_t: gross imports of the code; the last year carries on."""
    yearly = (
        trade_balance()
        .group_by("country", "hs6", pl.col("year").cast(pl.Int32))
        .agg(origin_import_t=pl.col("import_kg").sort().sum() / 1e3)
        .rename({"country": "claimed_origin"})
    )
    last = int(yearly["year"].max())  # type: ignore[arg-type]
    later = yearly.filter(pl.col("year") == last)
    return pl.concat([yearly, *(later.with_columns(year=pl.lit(y, dtype=pl.Int32)) for y in range(last + 1, 2031))])
