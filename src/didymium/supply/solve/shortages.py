"""What users go without, by sector."""

from __future__ import annotations

import numpy as np
import polars as pl

from didymium.supply.network.layout import Floats
from didymium.supply.network.model import Network
from didymium.supply.solve.frames import NOTHING, Both, long, node_keys
from didymium.supply.solve.roll import Path, Roller


def served(roller: Roller, path: Path) -> Floats:
    """t by month and use."""
    steps = len(roller.programme.demand_levels)
    return np.array([month.x[roller.programme.demand].reshape(-1, steps).sum(axis=1) for month in path.months])


def _sector_parts(network: Network) -> list[tuple[int, str, float]]:
    """Number of the use, sector, share: direct uses of an oxide are split over its sectors."""
    found = []
    for u, use in enumerate(network.uses):
        sectors = network.sector_shares.get(use.good, ()) if use.sector == "direct" else ()
        found += [(u, sector, share) for sector, share in sectors] or [(u, use.sector, 1.0)]
    return found


def shortages(both: Both) -> pl.DataFrame:
    """What users go without: wanted at base prices (with trend and adaptation) less served, by sector, good and zone.

    short_share is null where nothing is wanted. lost_musd: output lost by magnet users, with an uncertainty of x/÷3; null
    where no figure is known. Direct uses of an oxide are split by the shares of its sectors.
    """
    network, roller = both.roller.layout.calibrated.network, both.roller
    got, free = served(roller, both.path), served(roller, both.free)
    parts = _sector_parts(network)
    which, share = np.array([u for u, _, _ in parts]), np.array([s for _, _, s in parts])
    short, without = _gap(both.path.wanted, got), _gap(both.free.wanted, free)
    loss = np.array([network.uses[u].loss or np.nan for u in which])
    nodes = [(network.uses[u].good, network.uses[u].zone) for u in which]
    scaled = {
        "wanted_t": both.path.wanted[:, which] * share,
        "served_t": got[:, which] * share,
        "short_t": short[:, which] * share,
        "no_control_short_t": without[:, which] * share,
    }
    frame = long(both, {"sector": [s for _, s, _ in parts], **node_keys(nodes)}, scaled)
    frame = frame.with_columns(loss=pl.Series(np.tile(loss, len(both.dates))).fill_nan(None))
    return frame.with_columns(
        short_share=pl.when(pl.col("wanted_t") > 0).then(pl.col("short_t") / pl.col("wanted_t")),
        lost_musd=pl.col("short_t") * pl.col("loss") / 1000.0,
    ).drop("loss")


def _gap(wanted: Floats, got: Floats) -> Floats:
    """Wanted less got, t; nothing where it is rounding of the solver."""
    gap = wanted - got
    return np.where(gap > NOTHING, gap, 0.0)
