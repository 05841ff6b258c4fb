"""What users go without, by sector."""

from __future__ import annotations

import numpy as np
import polars as pl

from didymium.supply.network.layout import Floats
from didymium.supply.solve.frames import NOTHING, Both, long, node_keys
from didymium.supply.solve.roll import Path, Roller


def served(roller: Roller, path: Path) -> Floats:
    """t by month and use."""
    steps = len(roller.programme.demand_levels)
    return np.array([month.x[roller.programme.demand].reshape(-1, steps).sum(axis=1) for month in path.months])


def _by_part(roller: Roller, path: Path) -> Floats:
    """t by month and part of a use (`Layout.demand_parts`): a step that is served goes to its sectors by their widths."""
    of = [u for u, _, _, _ in roller.layout.demand_parts()]
    shares = roller.layout.step_shares()
    steps = (len(path.months), -1, len(roller.programme.demand_levels))
    got = np.array([month.x[roller.programme.demand] for month in path.months]).reshape(steps)
    return np.asarray(np.einsum("tps,ps->tp", got[:, of], shares))


def shortages(both: Both) -> pl.DataFrame:
    """What users go without: wanted at base prices (with trend and adaptation) less served, by sector, good and zone.

    short_share is null where nothing is wanted. lost_musd: output lost by magnet users, with an uncertainty of x/÷3; null
    where no figure is known. Direct uses of an oxide are told apart by sector: those that give way first go without first.
    """
    network, roller = both.roller.layout.calibrated.network, both.roller
    parts = roller.layout.demand_parts()
    which, share = np.array([u for u, _, _, _ in parts]), np.array([s for _, _, s, _ in parts])
    wanted, got = both.path.wanted[:, which] * share, _by_part(roller, both.path)
    without = _gap(both.free.wanted[:, which] * share, _by_part(roller, both.free))
    loss = np.array([network.uses[u].loss or np.nan for u in which])
    nodes = [(network.uses[u].good, network.uses[u].zone) for u in which]
    scaled = {
        "wanted_t": wanted,
        "served_t": got,
        "short_t": _gap(wanted, got),
        "no_control_short_t": without,
    }
    frame = long(both, {"sector": [s for _, s, _, _ in parts], **node_keys(nodes)}, scaled)
    frame = frame.with_columns(loss=pl.Series(np.tile(loss, len(both.dates))).fill_nan(None))
    return frame.with_columns(
        short_share=pl.when(pl.col("wanted_t") > 0).then(pl.col("short_t") / pl.col("wanted_t")),
        lost_musd=pl.col("short_t") * pl.col("loss") / 1000.0,
    ).drop("loss")


def _gap(wanted: Floats, got: Floats) -> Floats:
    """Wanted less got, t; nothing where it is rounding of the solver."""
    gap = wanted - got
    return np.where(gap > NOTHING, gap, 0.0)
