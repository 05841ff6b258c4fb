"""USD per kg outside the price corridor of the declared material in that month."""

from __future__ import annotations

import polars as pl

from didymium.checks.base import Check, Row, Steps
from didymium.checks.likelihood import lawful_density, mixture_bans, uniform_density
from didymium.units import figure

#: Lawful invoices around a quoted price: grade, contract date, freight terms [dex]; about ±26 % at one scale.
SPREAD_DEX = 0.10
#: Where the currency is not stated US dollars are assumed; so many such values are in another currency after all, most
#: of them worth less (yuan, yen, dong). The true unit value is anywhere down to what the smaller currency of the two
#: countries makes of it (other_dex), or up to OTHER_DEX below where neither country is known.
OTHER_CURRENCY = 0.1
OTHER_DEX = 2.5

#: Most that a price above the corridor of a rare earth counts where the papers name such a grade [bans].
SPECIAL_MOST = 0.15
#: Small lots carry a premium of their own; below this mass the spread grows [kg], by SMALL_DEX per decade.
SMALL_KG = 25.0
SMALL_DEX = 0.3

#: Most that a price below the corridor of declared rare earths counts for a single lot [bans]. A value is understated
#: far more often than the goods are other ones: off-grade lots, and duty saved. A year's flow averages that away, and
#: nobody understates by more than GIVEN_AWAY_DEX, where the goods themselves come into question.
CHEAP_MOST = 0.3
GIVEN_AWAY_DEX = 1.0
GIVEN_AWAY_MOST = 1.2
#: A year's flow worth less is a trifle: values are rounded or cut off at the threshold of the statistics [USD].
TRIFLE_USD = 1_000.0
#: Most that the price of a trifle counts [bans].
TRIFLE_MOST = 0.1
#: Most that a price above the corridor counts while a control keeps a material short outside [bans].
SHORTAGE_MOST = 0.1


def extra_spread() -> pl.Expr:
    """Scatter [dex] that belongs to the line itself: small lots."""
    return SMALL_DEX * small_lot()


def dear(usual: float) -> pl.Expr:
    """Most that a price above the usual may count [bans]: SHORTAGE_MOST where a control has parted the market,
    SPECIAL_MOST where the papers name a special grade."""
    shortage = pl.col("market_split").fill_null(value=False)
    return pl.when(shortage).then(SHORTAGE_MOST).when("special_grade").then(SPECIAL_MOST).otherwise(usual)


def cheap(off_dex: pl.Expr) -> pl.Expr:
    """Most that a price below the usual may count for one lot of declared rare earths [bans]."""
    return pl.when(off_dex < -GIVEN_AWAY_DEX).then(GIVEN_AWAY_MOST).otherwise(CHEAP_MOST)


def some_in_other_currency(density: pl.Expr, deviation: pl.Expr) -> pl.Expr:
    """Density where the currency had to be assumed: a part of the values is in another one, of true and false labels."""
    other = uniform_density(deviation, -0.1, pl.col("other_dex").fill_null(OTHER_DEX) + 0.1)
    return pl.when("currency_assumed").then((1 - OTHER_CURRENCY) * density + OTHER_CURRENCY * other).otherwise(density)


def small_lot() -> pl.Expr:
    """Decades by which the lot is below SMALL_KG, 0 to 3: samples are priced by the sample and packed in air."""
    return (SMALL_KG / pl.col("net_kg")).log10().clip(0.0, 3.0)


def weight() -> pl.Expr:
    """Inside the corridor: a false label is priced like a true one in 60 % of cases. Below it: cheap goods under a
    rare-earth code, or value hidden. Above it: dear goods under a cheap code. The corridor itself is a range of quotes,
    so the distance counts from its edge. A trade flow of a year mixes grades: its scatter is doubled,
    and below 1 000 USD, where statistics are rounded, its price says hardly anything. Above the corridor of
    a rare earth lie special grades (high purity, surface area, particle size), so the scatter is doubled there too; and
    where a control has parted the market (market_split) small lots outside go at any price, in 2025 at 5 (Dy) to 50
    times (Y) the price inside (Adamas Intelligence, December 2025: well below 1 % of the volume), so that a price above
    the corridor says hardly anything: ratio 1.25 at most."""
    flow = pl.col("aggregate").fill_null(value=False)
    false_ree = some_in_other_currency(uniform_density(_OFF, -2.0, 1.0) * 3.0 / (3.0 + _WIDTH), _OFF)
    false_other = some_in_other_currency(uniform_density(_OFF, -0.3, 1.9, above=1.0) * 2.2 / (2.2 + _WIDTH), _OFF)
    ree, other = mixture_bans(0.6, false_ree, _LAWFUL), mixture_bans(0.5, false_other, _LAWFUL)
    # What the same goods cost in the same file is known better than what they cost in the world.
    own_peers = ~pl.col("rare_earth_goods") & pl.col("peer_price_lines").is_not_null()
    surely = pl.col("from_text") | (pl.col("code_families") == 1) | pl.col("corridor_of_code")
    # Inside the corridor nothing speaks against; above everything usual under the code, in a small flow, stand
    # reagents and special grades: no news.
    most = (
        pl.when(_OFF == 0)
        .then(0.0)
        .when(flow & (pl.col("value_usd") < TRIFLE_USD))
        .then(TRIFLE_MOST)
        .when(flow & (_OFF > 0) & (pl.col("net_kg") < 10_000))
        .then(0.1)
        .when(~pl.col("rare_earth_goods"))
        .then(1.6)
        .when(_OFF > 0)
        .then(dear(0.6))
        .when(flow)
        .then(2.0)
        .otherwise(cheap(_OFF))
    )
    bans = pl.when("rare_earth_goods").then(ree.clip(lower_bound=-0.22)).otherwise(other.clip(lower_bound=-0.3))
    return pl.when(surely & ~own_peers & (pl.col("usd_per_kg") > 0)).then(bans.clip(upper_bound=most))


_OFF, _WIDTH, _SCALE, _LAWFUL = (
    pl.col(f"unit_value.{name}") for name in ("off_dex", "width_dex", "scale_dex", "lawful_per_dex")
)


def steps() -> Steps:
    """Distance outside the corridor and its width [dex], lawful scatter [dex] and density [1/dex] there."""
    log = pl.col("usd_per_kg").log10()
    low, high = pl.col("corridor_low_usd_per_kg").log10(), pl.col("corridor_high_usd_per_kg").log10()
    flow = pl.col("aggregate").fill_null(value=False)
    dear_ree = pl.when("rare_earth_goods", _OFF > 0).then(2.0).otherwise(1.0)
    return (
        {
            "unit_value.off_dex": pl.max_horizontal(log - high, pl.lit(0.0))
            - pl.max_horizontal(low - log, pl.lit(0.0)),
            "unit_value.width_dex": (high - low).clip(0.0, 3.0),
            "unit_value.scale_dex": (SPREAD_DEX + extra_spread()) * pl.when(flow).then(2.0).otherwise(1.0),
        },
        {"unit_value.scale_dex": _SCALE * dear_ree},
        {"unit_value.lawful_per_dex": lawful_density(_OFF, _SCALE) * _SCALE / (_SCALE + _WIDTH)},
        {"unit_value.lawful_per_dex": some_in_other_currency(_LAWFUL, _OFF)},
    )


def because(row: Row) -> str:
    low, high = row["corridor_low_usd_per_kg"], row["corridor_high_usd_per_kg"]
    where = "below" if row["usd_per_kg"] < low else "above" if row["usd_per_kg"] > high else "inside"
    what = f"everything usual under {row['hs6']}" if row["corridor_of_code"] else row["material_name"]
    assumed = " (currency not stated; US dollars assumed)" if row["currency_assumed"] else ""
    return (
        f"Declared at {figure(row['usd_per_kg'])} USD/kg{assumed}; {what} cost {figure(low)} to "
        f"{figure(high)} USD/kg in {row['date']:%B %Y}: {where} the corridor."
    )


CHECK = Check(
    name="unit_value",
    question="contents",
    datum="value",
    asks="Is the unit value inside the price corridor of the declared material in that month?",
    weight=weight,
    because=because,
    source="reference tables prices, price_rules, materials; fx",
    steps=steps,
)
