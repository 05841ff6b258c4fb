"""Solutions as tidy tables: one row per month and thing, units in the names of columns."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import polars as pl

from didymium.supply.network.layout import Floats
from didymium.supply.network.model import Node
from didymium.supply.solve.roll import Path, Roller
from didymium.units import month_start

#: Amounts below this (t/month) are rounding of the solver.
NOTHING = 1e-7


@dataclass(slots=True)
class Both:
    """A controlled path and the path without control of the same draw."""

    roller: Roller
    path: Path
    free: Path

    @property
    def dates(self) -> list[object]:
        """First day of each month."""
        return [month_start(self.path.start + t) for t in range(len(self.path.months))]


def long(both: Both, keys: dict[str, list[str]], values: dict[str, Floats]) -> pl.DataFrame:
    """months x things arrays as rows: month first, then the keys of the things, then the values."""
    months, things = len(both.dates), len(next(iter(keys.values())))
    month = pl.Series("month", np.repeat(np.array(both.dates, "datetime64[D]"), things))
    columns = {name: pl.Series(name, list(words) * months, dtype=pl.String) for name, words in keys.items()}
    rows = (pl.Series(name, np.ascontiguousarray(array).ravel()) for name, array in values.items())
    return pl.DataFrame([month, *columns.values(), *rows])


def node_keys(nodes: list[Node]) -> dict[str, list[str]]:
    """Columns zone, stage and item of nodes."""
    return {
        "zone": [zone for _, zone in nodes],
        "stage": [good.split(":", 1)[0] for good, _ in nodes],
        "item": [good.split(":", 1)[1] for good, _ in nodes],
    }


def prices(both: Both) -> pl.DataFrame:
    """Marginal prices by month and node.

    usd_per_kg is null where the price stands at `rationing` times the base price or above: there buyers are rationed, no
    price clears a thin market, and at_least_usd_per_kg says from where on. ratio: over the price without control, null alike.
    """
    layout, pace = both.roller.layout, both.roller.pace
    base, here, free = layout.price(), both.path.prices(), both.free.prices()
    limit = np.broadcast_to(base * pace.rationing, here.shape)
    frame = long(
        both,
        node_keys(layout.nodes),
        {
            "marginal": here,
            "no_control_usd_per_kg": free,
            "base_usd_per_kg": np.broadcast_to(base, here.shape),
            "limit": limit,
        },
    )
    rationed = pl.col("marginal") >= pl.col("limit")
    cleared = pl.when(~rationed).then(pl.col("marginal"))
    compared = pl.when(pl.col("no_control_usd_per_kg") > 0).then(cleared / pl.col("no_control_usd_per_kg"))
    return frame.with_columns(
        usd_per_kg=cleared,
        rationed=rationed,
        at_least_usd_per_kg=pl.when(rationed).then(pl.col("limit")),
        ratio=compared,
    ).drop("marginal", "limit")


def arc_flows(both: Both) -> pl.DataFrame:
    """t by month and arc, beside the base month and the path without control; arcs that never carry anything are left out."""
    roller = both.roller
    here = np.array([month.x[roller.programme.arcs] for month in both.path.months])
    free = np.array([month.x[roller.programme.arcs] for month in both.free.months])
    base = np.broadcast_to(roller.layout.arc_base(), here.shape)
    cap = np.where(np.isfinite(both.path.arc_cap), both.path.arc_cap, np.nan)
    frame = long(
        both, _arc_keys(roller), {"t": here, "base_t": base, "no_control_t": free, "cap_t": cap}
    ).with_columns(pl.col("cap_t").fill_nan(None))  # fmt: skip
    return frame.filter((pl.col("t") > NOTHING) | (pl.col("base_t") > 0) | (pl.col("no_control_t") > NOTHING))


def _arc_keys(roller: Roller) -> dict[str, list[str]]:
    arcs = roller.layout.arcs
    return {
        "stage": [good.split(":", 1)[0] for good, _, _ in arcs],
        "item": [good.split(":", 1)[1] for good, _, _ in arcs],
        "from_zone": [a for _, a, _ in arcs],
        "to_zone": [b for _, _, b in arcs],
    }


def wedges(both: Both) -> pl.DataFrame:
    """Price outside less price inside on every arc that carries something, and what it is made of, USD/kg.

    wedge = transport + tax + rent (quota_rent and rule_rent are part of rent). Rent is what the right to pass is worth.
    """
    roller, months = both.roller, both.path.months
    layout = roller.layout
    start = np.array([layout.at[good, a] for good, a, _ in layout.arcs], np.intp)
    end = np.array([layout.at[good, b] for good, _, b in layout.arcs], np.intp)
    carried = np.array([month.x[roller.programme.arcs] for month in months])
    inside, outside = both.path.prices()[:, start], both.path.prices()[:, end]
    rent = np.array([np.maximum(-month.arc_reduced, 0.0) + roller.programme.row_rent(month) for month in months])
    frame = long(
        both,
        _arc_keys(roller),
        {
            "t": carried,
            "inside_usd_per_kg": inside,
            "outside_usd_per_kg": outside,
            "wedge_usd_per_kg": outside - inside,
            "transport_usd_per_kg": np.broadcast_to(roller.programme.freight, carried.shape),
            "tax_usd_per_kg": both.path.arc_tax,
            "rent_usd_per_kg": rent,
        },
    )
    return frame.filter(pl.col("t") > NOTHING)


def activity_levels(both: Both) -> pl.DataFrame:
    """t by month, stage, item and zone: mines, routes of separation, metals, magnets, thrift, recycling; idle ones left out."""
    roller = both.roller
    network, tranches = roller.layout.calibrated.network, roller.layout.calibrated.tranches
    sums = np.zeros((len(tranches), len(network.activities)))
    for j, tranche in enumerate(tranches):
        sums[j, tranche.activity] = 1.0
    here = np.array([month.x[roller.programme.tranches] for month in both.path.months]) @ sums
    free = np.array([month.x[roller.programme.tranches] for month in both.free.months]) @ sums
    ones = network.activities
    keys = {
        "activity": [one.stage for one in ones],
        "item": [one.item for one in ones],
        "zone": [one.zone for one in ones],
        "heavy_zone": [one.second_group[1] if one.second_group else "" for one in ones],
    }
    base = np.broadcast_to(np.array([one.base for one in ones]), here.shape)
    frame = long(both, keys, {"t": here, "base_t": base, "no_control_t": free})
    return frame.with_columns(heavy_zone=pl.col("heavy_zone").replace("", None)).filter(
        (pl.col("t") > NOTHING) | (pl.col("base_t") > 0) | (pl.col("no_control_t") > NOTHING)
    )


def discards(both: Both) -> pl.DataFrame:
    """t of each good that nobody took, by month and zone: the slack of its balance."""
    layout = both.roller.layout
    here = np.array([month.discard for month in both.path.months]) - both.path.supplied
    frame = long(both, node_keys(layout.nodes), {"t": here})
    return frame.filter(pl.col("t") > NOTHING)
