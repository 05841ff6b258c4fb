"""What is done to one batch of rows: the same two functions on one machine and on a cluster.

`first` turns canonical declarations into a compact frame (identity, weights of the checks that need no other row, and
what the others need) and counts for the profile. `second` adds the rest once the profile is closed.
"""

from __future__ import annotations

from functools import cache
from itertools import zip_longest
from typing import Final

import polars as pl

from didymium.checks import CHECKS, Check
from didymium.screening.attach import FEATURES, Profile, attach_profile
from didymium.screening.enrich import enrich
from didymium.screening.profile import PARCEL_LINKS, count
from didymium.screening.weigh import SHARES, weigh

IDENTITY: Final = ("declaration_id", "item_no", "file_no", "source_row")
#: Columns `attach_profile` joins on or computes with.
_KEYS: Final = (
    "date", "month", "hs6", "aggregate", "net_kg", "claimed_origin", "stage", "plant_group", "peer", "goods_class",
    "rare_earth_goods", "seller_party", "buyer_party", *FEATURES.values(), *PARCEL_LINKS,
)  # fmt: skip
#: Columns that `attach_profile` brings.
_FROM_PROFILE: Final = (
    "peer_",
    "seller_",
    "buyer_",
    "lane_",
    "mode_",
    "package_",
    "mass_",
    "parcel_",
    "origin_year",
    "hub_",
)


def needs_profile(check: Check) -> bool:
    """Does the check read a column that only the profile brings?"""
    own = {"seller_sector", "buyer_sector", "package_kind", "mode"}
    return any(name.startswith(_FROM_PROFILE) and name not in own for name in check.needs)


@cache
def local_checks() -> tuple[Check, ...]:
    """Checks that need no other row than their own."""
    return tuple(check for check in CHECKS if not needs_profile(check))


@cache
def profile_checks() -> tuple[Check, ...]:
    """Checks that compare a row with the profile of the file."""
    return tuple(check for check in CHECKS if needs_profile(check))


def with_raw_weights(rows: pl.DataFrame, checks: tuple[Check, ...]) -> pl.DataFrame:
    """The rows with one Float64 column per check, as the checks give it: null and what is not finite are both possible."""
    before = rows.columns
    for stage in zip_longest(*(check.steps() for check in checks), fillvalue={}):
        rows = rows.with_columns(**{name: expression for part in stage for name, expression in part.items()})
    rows = rows.with_columns(check.weight().cast(pl.Float64).alias(check.name) for check in checks)
    return rows.select(*before, *(check.name for check in checks))


def with_weights(rows: pl.DataFrame, checks: tuple[Check, ...]) -> pl.DataFrame:
    """The rows with one Float64 column of bans per check; what is not a finite number is silence."""
    names = [check.name for check in checks]
    weighed = with_raw_weights(rows, checks)
    return weighed.with_columns(pl.when(pl.col(name).is_finite()).then(name).alias(name) for name in names)


def first(rows: pl.DataFrame) -> tuple[pl.DataFrame, dict[str, pl.DataFrame]]:
    """Canonical declarations with `file_no` -> compact frame (same rows, same order) and counts."""
    wide = enrich(rows)
    wanted = {name for check in profile_checks() for name in check.needs} | set(_KEYS)
    keep = [name for name in wide.columns if name in wanted or name in IDENTITY]
    local = with_weights(wide, local_checks())
    return local.select(*keep, *(check.name for check in local_checks())), count(wide)


def second(compact: pl.DataFrame, profile: Profile, prior: float) -> pl.DataFrame:
    """Compact rows -> identity, one column of bans per check, bans per question, posterior_bans, probability."""
    rows = with_weights(attach_profile(compact, profile), profile_checks())
    names = [check.name for check in CHECKS]
    weighed = weigh(rows.select(*IDENTITY, "rare_earth_goods", *names), prior)
    return weighed.select(
        *IDENTITY,
        "rare_earth_goods",
        *names,
        *(f"{question}_bans" for question in SHARES),
        "posterior_bans",
        "probability",
    )
