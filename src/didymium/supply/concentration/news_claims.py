"""What ">80 % of production and processing" and ">60 % of output" can mean: every reading, and which fit the claim.

A press figure seldom says the stage, the basket (all rare earths or those of magnets), the year or the source. Here each
combination that the reference base can compute is a reading; the claim is held against each. Claims are the rows of table
`stage_shares` whose basis is not stated, so a new one is one row of data.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import Final

import msgspec
import polars as pl

from didymium.errors import UsageError
from didymium.reference import table
from didymium.supply.concentration.bottom_up import ELEMENTS
from didymium.supply.concentration.shares import shares
from didymium.supply.concentration.statements import statements

BOTH: Final = "mining and refining"
_UNSTATED: Final = "basis not stated"
#: A rounded share such as `92` may be half a point off.
ROUNDING: Final = 0.005
#: Of the press, readings beyond this many years before the claim are not what it can mean.
YEARS_BACK: Final = 2
#: More elements than these are counted in sentences, not named.
MOST_NAMED: Final = 5


class Claim(msgspec.Struct, frozen=True):
    """A share as published. qualifier: `>`, `<` or empty (about); share 0..1; stage and year as far as stated."""

    country: str
    stage: str
    year: int
    qualifier: str
    share: float
    source: str

    @property
    def text(self) -> str:
        """`>80 % of mining and refining, CN, 2025`."""
        return f"{self.qualifier}{self.share * 100:g} % of {self.stage}, {self.country}, {self.year}"


def press_claims() -> list[Claim]:
    """The claims of table `stage_shares` whose basket is not stated."""
    rows = table("stage_shares").filter(pl.col("material").str.contains(_UNSTATED, literal=True))
    return [
        Claim(row["country"], row["stage"], row["year"], row["qualifier"] or "", row["share_pct"] / 100, row["source"])
        for row in rows.sort("share_pct", "stage").iter_rows(named=True)
    ]


def readings(claim: Claim, rows: pl.DataFrame | None = None) -> pl.DataFrame:
    """Every reading of a claim, sorted by stage, basket, year and vintage; rows: statements (None = all that is known).

    stage (mining, refining, magnet; for a claim on both also `mining and refining`: the claim holds at each of the two),
    basket, year, vintage, how, share_low, share, share_high (0..1), fits (yes, no, possible: the range reaches over it),
    as_claimed (whether the stage is one the claim names), source. Years: that of the claim and YEARS_BACK before.
    Errors: UsageError for a share out of range or an unknown qualifier.
    """
    if not 0 <= claim.share <= 1 or claim.qualifier not in ("", ">", "<"):
        raise UsageError(f"{claim.text!r} is no claim.", fix="Share from 0 to 1; qualifier >, < or none.")
    known = statements() if rows is None else rows
    in_time = pl.col("year").is_between(claim.year - YEARS_BACK, claim.year) & (pl.col("kind") == "actual")
    usable = known.filter(in_time & ~pl.col("basket").str.contains(_UNSTATED, literal=True))
    single = shares(usable).filter(pl.col("country") == claim.country)
    columns = ["stage", "basket", "year", "vintage", "how", "share_low", "share", "share_high", "source"]
    found = single.select(columns)
    if claim.stage == BOTH:
        found = pl.concat([found, _both(found)])
    named = claim.stage.split(" and ")
    return found.with_columns(
        fits=_fits(claim), as_claimed=pl.col("stage").is_in([claim.stage, *named] if claim.stage != BOTH else [BOTH])
    ).sort("stage", "basket", "year", "vintage")


def verdict(claim: Claim, found: pl.DataFrame) -> str:
    """One sentence: which readings fit, and whether the claim holds as it stands."""
    fits, named = found.filter(pl.col("fits") == "yes"), found.filter(pl.col("as_claimed"))
    if found.is_empty():
        return f"{claim.text}: nothing in the reference base can be held against it."
    where = _places(fits) or "none"
    if named.is_empty():
        own = "what it names cannot be computed"
    elif (named["fits"] == "yes").all():
        own = "it holds in every reading of what it names"
    elif (named["fits"] == "no").all():
        own = "it holds in no reading of what it names"
    else:
        own = f"of what it names it holds for {_places(named.filter(pl.col('fits') == 'yes')) or 'none with certainty'}"
    return f"{claim.text}: {own}. Over all readings it fits {where}; {fits.height} of {found.height} readings."


def _places(rows: pl.DataFrame) -> str:
    """Stages and baskets in words; single elements, which are summed bottom-up, last."""
    pairs: Sequence[tuple[str, str]] = rows.select("stage", "basket").unique(maintain_order=True).rows()
    by_stage: dict[str, list[str]] = {}
    for stage, basket in sorted(pairs, key=lambda pair: (pair[0], pair[1] in ELEMENTS, pair[1])):
        by_stage.setdefault(stage, []).append(basket)
    return "; ".join(f"{stage} of {_listed(baskets)}" for stage, baskets in by_stage.items())


def _listed(baskets: Sequence[str]) -> str:
    elements = [basket for basket in baskets if basket in ELEMENTS]
    if len(elements) <= MOST_NAMED:
        return ", ".join(baskets)
    every = "every element" if len(elements) == len(ELEMENTS) else f"{len(elements)} of {len(ELEMENTS)} elements"
    return ", ".join([*(basket for basket in baskets if basket not in ELEMENTS), every])


def _both(found: pl.DataFrame) -> pl.DataFrame:
    """Readings of mining and refining of the same basket and year together: the smaller of the two shares."""
    key = ["basket", "year"]
    mined, refined = (found.filter(pl.col("stage") == stage) for stage in ("mining", "refining"))
    joined = mined.join(refined, on=key, how="inner", suffix="_r")
    return joined.select(
        pl.lit(BOTH).alias("stage"),
        "basket",
        "year",
        vintage=pl.when(pl.col("vintage") == pl.col("vintage_r"))
        .then("vintage")
        .otherwise(pl.concat_str("vintage", "vintage_r", separator=" and ")),
        how="how",
        share_low=pl.min_horizontal("share_low", "share_low_r"),
        share=pl.min_horizontal("share", "share_r"),
        share_high=pl.min_horizontal("share_high", "share_high_r"),
        source=pl.concat_str("source", "source_r", separator=" | "),
    )


def _fits(claim: Claim) -> pl.Expr:
    """A claim with > or < is held strictly; a bare figure fits within its rounding."""
    low, high = pl.col("share_low"), pl.col("share_high")
    if claim.qualifier == ">":
        surely, surely_not = low > claim.share, high <= claim.share
    elif claim.qualifier == "<":
        surely, surely_not = high < claim.share, low >= claim.share
    else:
        surely = (low >= claim.share - ROUNDING) & (high <= claim.share + ROUNDING)
        surely_not = (high < claim.share - ROUNDING) | (low > claim.share + ROUNDING)
    return pl.when(surely).then(pl.lit("yes")).when(surely_not).then(pl.lit("no")).otherwise(pl.lit("possible"))
