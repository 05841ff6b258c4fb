"""What one more tonne is worth in output not lost: duals of the choice, and the same asked of the network."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace

import numpy as np
import polars as pl
from numpy.typing import NDArray

from didymium.supply.diversify.milp import Choice, Solution
from didymium.supply.diversify.ranges import ranges
from didymium.supply.diversify.site import Site
from didymium.units import month_start

#: Share of the monthly use outside that is added to ask the network; less drowns in the steps of its curves.
STEP = 0.1
_STAGES = ("oxide", "metal", "magnet")


def by_dual(choice: Choice, found: Solution) -> pl.DataFrame:
    """USD/kg by period (its first month): of one more t of a good (kind good) or of capacity of a stage (kind capacity).

    An average over futures; goods are those on the way to a magnet. Zero = not what is short.
    """
    chain = choice.chain
    first = [month_start(chain.site.start + int(np.argmax(chain.period == p))) for p in range(chain.periods)]
    goods = [(g, good) for g, good in enumerate(chain.goods) if good.split(":", 1)[0] in _STAGES]
    rows = [
        (first[p], "good", *good.split(":", 1), float(found.good_value[p, g]))
        for p in range(chain.periods)
        for g, good in goods
    ]
    rows += [
        (first[p], "capacity", stage, "", float(found.stage_value[p, s]))
        for p in range(chain.periods)
        for s, stage in enumerate(chain.groups)
    ]
    return pl.DataFrame(rows, schema={
        "month": pl.Date, "kind": pl.String, "stage": pl.String, "item": pl.String, "usd_per_kg": pl.Float64,
    }, orient="row")  # fmt: skip


def by_network(site: Site, built: NDArray[np.bool_], goods: Sequence[str]) -> pl.DataFrame:
    """USD/kg of output not lost per kg of each good, if STEP of its monthly use outside came on top in every month.

    In one future: controls eased by the most likely share, projects in time and successful. goods: those on the way to a magnet.
    noise_usd_per_kg: the paths of the network jump a little whatever is changed; how much the oxides that are on no way to a
    magnet seem to avoid (root of the mean square), per kg of this good. A value below it says nothing.
    """
    layout = site.ready.roller.layout
    late = np.zeros(len(site.projects), np.intp)
    base = site.effects(ranges("relief").mid, built, late)
    before = site.lost_musd(site.run(base)).sum()
    rate = dict(zip((layout.nodes[n] for n in layout.stocks), layout.use_rate(), strict=True))
    rows, noise = [], []
    for good in layout.calibrated.network.goods:
        nodes = [layout.at[node] for node in rate if node[0] == good.name and node[1] in site.outside]
        t = STEP * sum(rate[layout.nodes[n]] for n in nodes)
        if good.stage not in _STAGES or t <= 0:
            continue
        more = replace(base, release=base.release.copy())
        for n in nodes:
            more.release[:, n] += STEP * rate[layout.nodes[n]]
        avoided = float(before - site.lost_musd(site.run(more)).sum())
        if good.name in goods:
            rows.append((good.stage, good.item, t, avoided / (t * site.months) * 1000.0))
        else:
            noise.append(avoided)
    jump = float(np.sqrt(np.mean(np.square(noise)))) if noise else None
    frame = pl.DataFrame(rows, schema={
        "stage": pl.String, "item": pl.String, "added_t_per_month": pl.Float64, "usd_per_kg": pl.Float64,
    }, orient="row")  # fmt: skip
    return frame.with_columns(
        noise_usd_per_kg=pl.lit(jump, pl.Float64) * 1000.0 / (pl.col("added_t_per_month") * site.months)
    )
