"""Stocks by month, firms by class of cover, and the months in which stocks end."""

from __future__ import annotations

import numpy as np
import polars as pl

from didymium.supply.network.layout import Floats
from didymium.supply.solve.cover import CLASSES, firms
from didymium.supply.solve.frames import Both, long, node_keys
from didymium.supply.solve.roll import Path, Roller

#: A good is scarcer than without control where it costs more by more than this share.
_DEARER = 1e-6
#: Shares of firms whose stop is dated.
STOPPED = (0.1, 0.25, 0.5)


def taken(roller: Roller, path: Path) -> Floats:
    """t used by month and stocked node: by activities and by final uses, not counting what is sent elsewhere or kept."""
    layout, rows = roller.layout, roller.programme
    network = layout.calibrated.network
    flows = np.zeros((len(layout.calibrated.tranches), len(layout.nodes)))
    for j, tranche in enumerate(layout.calibrated.tranches):
        for good, zone, kg in network.activities[tranche.activity].flows:
            if kg < 0:
                flows[j, layout.at[good, zone]] -= kg
    steps = len(rows.demand_levels)
    found = np.zeros((len(path.months), len(layout.nodes)))
    for t, month in enumerate(path.months):
        found[t] = month.x[rows.tranches] @ flows
        np.add.at(found[t], rows.use_node, month.x[rows.demand].reshape(-1, steps).sum(axis=1))
    return found[:, layout.stocks]


def stocks(both: Both) -> pl.DataFrame:
    """Closing stock t and months of use (of the base month), with the months held without control; out: below `stock_out`."""
    layout, pace = both.roller.layout, both.roller.pace
    rate = np.broadcast_to(layout.use_rate(), both.path.closing.shape)
    nodes = [layout.nodes[i] for i in layout.stocks]
    values = {
        "stock_t": both.path.closing,
        "months_of_use": both.path.closing / rate,
        "no_control_months_of_use": both.free.closing / rate,
    }
    frame = long(both, node_keys(nodes), values)
    return frame.with_columns(out=pl.col("months_of_use") < pace.stock_out)


def firm_cover(both: Both) -> pl.DataFrame:
    """Ten classes of firms by good and zone: months of stock left and share of need met, firms with least stock first."""
    left, met, nodes = _firms(both)
    rate = np.broadcast_to((both.roller.layout.use_rate() / CLASSES)[:, None], left.shape[1:])
    keys = node_keys([node for node in nodes for _ in range(CLASSES)])
    keys["firms"] = [f"{100 * k // CLASSES}-{100 * (k + 1) // CLASSES} %" for _ in nodes for k in range(CLASSES)]
    shape = (len(both.dates), -1)
    return long(both, keys, {"months_of_use": (left / rate).reshape(shape), "share_met": met.reshape(shape)})


def _firms(both: Both) -> tuple[Floats, Floats, list[tuple[str, str]]]:
    """Stock left and share of need met by class, and the nodes. Need is the use without control; where the good is no dearer
    than without control, what is used less is not wanted (its products cannot leave), and need is what is used."""
    layout, pace = both.roller.layout, both.roller.pace
    use, free = taken(both.roller, both.path), taken(both.roller, both.free)
    dearer = (both.path.prices() > both.free.prices() * (1.0 + _DEARER))[:, layout.stocks]
    need = np.where(dearer, free, np.minimum(free, use))
    arrivals = np.maximum(use + both.path.closing - both.path.opening, 0.0)
    left, met = firms(both.path.opening[0], arrivals, need, pace.cover_spread)
    return left, met, [layout.nodes[i] for i in layout.stocks]


def stock_outs(both: Both) -> pl.DataFrame:
    """Per good and zone: first month in which the mean stock is out, and in which 10, 25, 50 % of firms cannot meet 95 % of need.

    null = not within the months of the run.
    """
    _, met, nodes = _firms(both)
    layout, pace = both.roller.layout, both.roller.pace
    mean_out = both.path.closing / layout.use_rate() < pace.stock_out
    stopped = (met < 0.95).mean(axis=2)
    columns: dict[str, pl.Series] = {}
    for name, hit in (
        ("mean_stock_out", mean_out),
        *((f"firms_{int(100 * s)}_pct_stop", stopped >= s) for s in STOPPED),
    ):
        first = [both.dates[int(np.argmax(hit[:, n]))] if hit[:, n].any() else None for n in range(len(nodes))]
        columns[name] = pl.Series(name, first, dtype=pl.Date)
    return pl.DataFrame({**node_keys(nodes), **columns})
