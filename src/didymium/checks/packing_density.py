"""Net mass per outer volume against the declared material, packed."""

from __future__ import annotations

import polars as pl

from didymium.checks.base import Check, Row, Steps
from didymium.checks.likelihood import among_kinds, bounded, lawful_density, mixture_bans, uniform_density
from didymium.checks.unit_value import small_lot
from didymium.units import figure

#: A package holds 45 to 95 % of its outer volume as goods (pallet gaps, drum walls, liners); middle of the range [dex].
FILL_MIDDLE_DEX = -0.14
#: Half of that range, as scatter [dex].
FILL_DEX = 0.12

#: Shares of lawful lots packed oddly: loose (half-empty drums, a volume that counts the pallet) up to a factor 4, tight
#: (vacuum bricks, a volume without the pallet) seldom, for goods do not pack beyond their tapped density.
LOOSE_SHARE = 0.02
TIGHT_SHARE = 0.005
#: Scatter grows by this per decade below 25 kg: samples travel in air [dex].
SMALL_DEX = 0.2


def weight() -> pl.Expr:
    """Where the file holds enough lines of the same goods they are the yardstick (median and scatter of log density,
    tails heavier than normal because loose and tight packing happen); otherwise the material's bulk density times the
    usual filling. Rare earths under a cover pack anywhere from carbonate in bags (0.45 kg/L) to metal and magnets
    (3.5 kg/L), evenly over 0.9 dex; one lie in four is packed to look right. Under a rare-earth name the goods that could
    lie beneath pack much alike: four in five look right."""
    log = pl.col("kg_per_l").log10()
    hidden = mixture_bans(0.30, uniform_density(log, -0.35, 0.55, edge=0.15), _LAWFUL)
    same_family = mixture_bans(0.8, uniform_density(_OFF, -0.5, 0.5), _LAWFUL)
    bans = pl.when("rare_earth_goods").then(bounded(same_family, -0.1, 0.6)).otherwise(bounded(hidden, -0.4, 1.7))
    return pl.when((pl.col("kg_per_l") > 0) & pl.col("kg_per_l").is_finite()).then(bans)


_OFF, _SCALE, _LAWFUL = (pl.col(f"packing_density.{name}") for name in ("off_dex", "scale_dex", "lawful_per_dex"))


def steps() -> Steps:
    """Distance from the expected density and its scatter [dex], and the lawful density there [1/dex]."""
    low, high = pl.col("bulk_low_kg_l").log10(), pl.col("bulk_high_kg_l").log10()
    middle = pl.coalesce(pl.col("peer_density_centre_log"), (low + high) / 2 + FILL_MIDDLE_DEX)
    peers = pl.col("peer_density_scale_dex").clip(lower_bound=0.04) * (1.0 + 3.0 / pl.col("peer_density_lines"))
    book = ((high - low) / 4 + FILL_DEX).clip(0.12, 0.6)
    odd = LOOSE_SHARE * uniform_density(_OFF, -0.6, 0.0) + TIGHT_SHARE * uniform_density(_OFF, 0.0, 0.6)
    return (
        {
            "packing_density.off_dex": pl.col("kg_per_l").log10() - middle,
            "packing_density.scale_dex": pl.coalesce(peers, book) + SMALL_DEX * small_lot(),
        },
        {"packing_density.lawful_per_dex": (1 - LOOSE_SHARE - TIGHT_SHARE) * lawful_density(_OFF, _SCALE) + odd},
        {"packing_density.lawful_per_dex": among_kinds(_LAWFUL, _OFF)},
    )


def because(row: Row) -> str:
    own = f"{figure(row['net_kg'])} kg in {figure(row['volume_m3'])} m³ is {figure(row['kg_per_l'])} kg/L"
    if row["peer_density_lines"]:
        middle = 10 ** row["peer_density_centre_log"]
        return f"{own}; the median of {row['peer_density_lines']} lines of {row['peer_density_label']} is {figure(middle)} kg/L."
    return (
        f"{own}; {row['material_name']} has a bulk density of {figure(row['bulk_low_kg_l'])} to "
        f"{figure(row['bulk_high_kg_l'])} kg/L before packing gaps."
    )


CHECK = Check(
    name="packing_density",
    question="contents",
    datum="packing",
    asks="Does mass per volume fit the declared goods as they are packed?",
    weight=weight,
    because=because,
    source="reference table materials (bulk densities); the file itself for peers",
    steps=steps,
)
