"""USD per kg against the peers in the same file: same material, else same code, by origin and year where enough."""

from __future__ import annotations

import polars as pl

from didymium.checks.base import Check, Row, Steps
from didymium.checks.likelihood import among_kinds, bounded, lawful_density, mixture_bans, uniform_density, with_slips
from didymium.checks.unit_value import cheap, dear, extra_spread, some_in_other_currency
from didymium.units import figure

#: Peers never count as closer together than this: invoices are rounded, freight terms differ [dex].
LEAST_DEX = 0.05

#: Below this mass and value ordinary goods are samples, priced by the piece, and their price says little [kg, USD].
SAMPLE_KG = 25.0
SAMPLE_USD = 1_000.0


def weight() -> pl.Expr:
    """Robust deviation from the median of the peers, in units of their own scatter (never less than LEAST_DEX).
    Dear goods under a cheap code are often declared a little above the cover's price, to be insured: half of such
    lots stay at the cover's price, the rest spread up to 20 times above, a tenth as many for each further factor of ten
    (terbium under the name of feldspar at its full price is 10 000 times). Under a rare-earth code both directions
    occur. Few peers widen the scatter by 1 + 3/n. Where only a rare-earth code is declared its lines are lanthanum
    and terbium alike, so a price that anything under the code has says nothing, and a trade flow is left to its
    corridor. Prices above those of the peers count little while a control parts the market (see unit_value)."""
    ree, other = pl.col("peer_value.ree"), pl.col("peer_value.other")
    inside = pl.col("usd_per_kg").is_between(pl.col("corridor_low_usd_per_kg"), pl.col("corridor_high_usd_per_kg"))
    sample = ~pl.col("rare_earth_goods") & (pl.col("net_kg") < SAMPLE_KG) & (pl.col("value_usd") < SAMPLE_USD)
    return (
        pl.when(sample)
        .then(bounded(other, -0.3, 0.2))
        .when(pl.col("corridor_of_code") & inside)
        .then(None)
        .when(pl.col("corridor_of_code") & pl.col("aggregate").fill_null(value=False))
        .then(None)
        .when(pl.col("rare_earth_goods") & inside)
        .then(bounded(ree, -0.15, 0.1))
        .when("rare_earth_goods")
        .then(bounded(ree, -0.15, pl.when(_OFF > 0).then(dear(0.5)).otherwise(cheap(_OFF))))
        .otherwise(bounded(other, -0.3, 2.3))
    )


_OFF, _SCALE, _LAWFUL = (pl.col(f"peer_value.{name}") for name in ("off_dex", "scale_dex", "lawful_per_dex"))


def steps() -> Steps:
    """Distance from the peers' median and their scatter [dex], lawful density there [1/dex], and the bans before bounds."""
    own = pl.col("peer_price_scale_dex").clip(lower_bound=LEAST_DEX) + extra_spread()
    return (
        {
            "peer_value.off_dex": pl.col("price_log") - pl.col("peer_price_centre_log"),
            "peer_value.scale_dex": own * (1.0 + 3.0 / pl.col("peer_price_lines")),
        },
        {"peer_value.lawful_per_dex": with_slips(lawful_density(_OFF, _SCALE), _OFF)},
        {"peer_value.lawful_per_dex": among_kinds(_LAWFUL, _OFF)},
        {"peer_value.lawful_per_dex": some_in_other_currency(_LAWFUL, _OFF)},
        {
            "peer_value.ree": mixture_bans(
                0.7, some_in_other_currency(uniform_density(_OFF, -2.0, 1.0), _OFF), _LAWFUL
            ),
            "peer_value.other": mixture_bans(
                0.5, some_in_other_currency(uniform_density(_OFF, 0.0, 1.3, above=1.0), _OFF), _LAWFUL
            ),
        },
    )


def because(row: Row) -> str:
    ratio = 10 ** (row["price_log"] - row["peer_price_centre_log"])
    median = row["usd_per_kg"] / ratio
    assumed = " (currency not stated; US dollars assumed)" if row["currency_assumed"] else ""
    return (
        f"Declared at {figure(row['usd_per_kg'])} USD/kg{assumed}; the median of {row['peer_price_lines']} lines of "
        f"{row['peer_price_label']} in this file is {figure(median)} USD/kg at that month's market: "
        f"{figure(ratio)} times."
    )


CHECK = Check(
    name="peer_value",
    question="contents",
    datum="value",
    asks="Is the unit value like that of comparable lines in the same file?",
    weight=weight,
    because=because,
    source="the file itself (median and median absolute deviation of log10 USD/kg)",
    steps=steps,
)
