"""The only group statistics: counts gathered batch by batch, then closed to small tables that checks look things up in.

Every count is an integer (masses in whole grams), so the result is the same for any order and split of the rows.
"""

from __future__ import annotations

import datetime as dt
from dataclasses import dataclass, field
from typing import Final

import polars as pl

from didymium.checks.structuring import DEAR_USD_PER_KG, PARCEL_KG

#: Width of a histogram bin of log10 values.
BIN_DEX: Final = 0.01
#: Chinese controls on seven medium and heavy elements (MOFCOM and GACC Announcement 18/2025).
CONTROL_DATE: Final = dt.date(2025, 4, 4)
#: Partial counts are merged when this many rows of them lie about, and as many again as were left by the last merge.
_MERGE_AT: Final = 400_000

KEYS: Final[dict[str, tuple[str, ...]]] = {
    "price": ("peer", "claimed_origin", "year", "bin"),
    "density": ("peer", "package_kind", "bin"),
    "features": ("goods_class", "feature", "value"),
    "parties": ("side", "party", "goods_class", "controlled"),
    "parcels": ("link", "month", "consignor", "consignee"),
    "origins": ("claimed_origin", "stage", "plant_group", "year"),
    "hubs": ("claimed_origin", "hs6", "half_year"),
}
_COUNTS: Final = ("lines", "grams")
#: Columns of 64-bit keys that link parcels.
PARCEL_LINKS: Final = (
    "importer_party",
    "importer_address_key",
    "end_user_party",
    "exporter_party",
    "exporter_address_key",
)
#: Columns of a wide row that are counted or select what is counted.
_READ: Final = (
    "aggregate", "peer", "claimed_origin", "price_log", "kg_per_l", "package_kind", "goods_class", "seller_sector",
    "buyer_sector", "mode", "mass_class", "seller_party", "buyer_party", "rare_earth_goods", "net_kg", "usd_per_kg",
    "month", *PARCEL_LINKS, "stage", "plant_group", "origin_rank", "hs6",
)  # fmt: skip
#: Types of keys that are not String, as `count` gives them.
_TYPES: Final[dict[str, type[pl.DataType]]] = {
    **dict.fromkeys(("year", "month", "half_year", "bin"), pl.Int32),
    **dict.fromkeys(("party", "link", "consignor", "consignee"), pl.UInt64),
    **dict.fromkeys(_COUNTS, pl.Int64),
    "controlled": pl.Boolean,
}


def _binned(log10: pl.Expr) -> pl.Expr:
    return (log10 * (1.0 / BIN_DEX)).round().cast(pl.Int32).alias("bin")


def feature_values(wide: pl.DataFrame) -> pl.DataFrame:
    """The circumstances of a consignment that do not depend on what is in it: one column each, String, null = unknown."""
    return wide.select(
        seller="seller_sector",
        buyer="buyer_sector",
        mode="mode",
        package="package_kind",
        mass="mass_class",
    )


def count(wide: pl.DataFrame) -> dict[str, pl.DataFrame]:
    """The counts of one batch of wide rows: per entry of KEYS a frame of keys, `lines` (Int64) and `grams` (Int64)."""
    every = wide.select(
        *_READ,
        year=pl.col("date").dt.year().cast(pl.Int32),
        half_year=pl.col("month") // 6,
        controlled=pl.col("date") >= CONTROL_DATE,
        grams=(pl.col("net_kg").clip(upper_bound=1e9) * 1000).round().cast(pl.Int64),
    )
    rows = every.filter(~pl.col("aggregate").fill_null(value=False))
    features = pl.concat([rows.select("goods_class", "grams"), feature_values(rows)], how="horizontal").unpivot(
        index=["goods_class", "grams"], variable_name="feature", value_name="value"
    )
    sources: dict[str, pl.DataFrame] = {
        "price": every.filter(pl.col("price_log").is_finite()).with_columns(_binned(pl.col("price_log"))),
        "density": rows.filter((pl.col("kg_per_l") > 0) & pl.col("kg_per_l").is_finite()).with_columns(
            _binned(pl.col("kg_per_l").log10()), package_kind=pl.col("package_kind").fill_null("")
        ),
        "features": features.drop_nulls("value"),
        "parties": _parties(rows),
        "parcels": _parcels(rows),
        "origins": every.filter(pl.col("origin_rank").is_not_null()),
        "hubs": every.filter(pl.col("rare_earth_goods")).drop_nulls("claimed_origin"),
    }
    return {
        name: frame.group_by(KEYS[name]).agg(lines=pl.len().cast(pl.Int64), grams=pl.col("grams").sum())
        for name, frame in sources.items()
    }


def _parties(rows: pl.DataFrame) -> pl.DataFrame:
    """One row per line and side (seller = exporter else producer, buyer = importer else end user) that is known."""
    return pl.concat(
        rows.select(
            pl.lit(side).alias("side"), pl.col(f"{side}_party").alias("party"), "goods_class", "controlled", "grams"
        )
        for side in ("seller", "buyer")
    ).drop_nulls("party")


def _parcels(rows: pl.DataFrame) -> pl.DataFrame:
    """Small dear rare-earth lots by what can tie them together: each party key and address key, with the consignor."""
    small = rows.filter(
        pl.col("rare_earth_goods") & (pl.col("net_kg") <= PARCEL_KG) & (pl.col("usd_per_kg") >= DEAR_USD_PER_KG)
    )
    consignor = pl.coalesce("exporter_party", "exporter_address_key").fill_null(0)
    consignee = pl.col("importer_party").fill_null(0)
    return pl.concat(
        small.select("month", "grams", link=pl.col(name), consignor=consignor, consignee=consignee).drop_nulls("link")
        for name in PARCEL_LINKS
    )


@dataclass
class Counter:
    """Gathers the counts of batches in any order; `tables()` gives the merged, sorted result.

    parts: per name the merged counts, then those that wait to be merged.
    """

    parts: dict[str, list[pl.DataFrame]] = field(default_factory=lambda: {name: [_merge(name, [])] for name in KEYS})

    def add(self, counts: dict[str, pl.DataFrame]) -> None:
        """Take in the counts of one batch."""
        for name, frame in counts.items():
            merged, *waiting = self.parts[name] = [*self.parts[name], frame]
            if sum(part.height for part in waiting) > max(_MERGE_AT, merged.height):
                self.parts[name] = [_merge(name, self.parts[name])]

    def tables(self) -> dict[str, pl.DataFrame]:
        """The merged counts, sorted by their keys."""
        return {name: _merge(name, parts).sort(KEYS[name]) for name, parts in self.parts.items()}


def _merge(name: str, parts: list[pl.DataFrame]) -> pl.DataFrame:
    if not parts:
        return pl.DataFrame(schema={column: _TYPES.get(column, pl.String) for column in (*KEYS[name], *_COUNTS)})
    return pl.concat(parts).group_by(KEYS[name]).agg(pl.col(c).sum() for c in _COUNTS)
