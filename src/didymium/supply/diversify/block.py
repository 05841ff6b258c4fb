"""Rows and columns of the chain of one future and period, and all of them side by side.

Columns of a block: ways, new ore, imports, unserved steps of loss, and what direct uses and stocks cannot get. Rows: goods, then
stages, then new ore dug, then new ore sent on routes. Amounts in t, losses in MUSD.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from didymium.supply.diversify.chain import Chain, capacities, elsewhere, gains, imports, losses, rooms
from didymium.supply.diversify.curve import STEPS
from didymium.supply.diversify.futures import Futures
from didymium.supply.diversify.ranges import Floats
from didymium.supply.diversify.site import ease
from didymium.supply.solve.roll import Path

Ints = NDArray[np.intp]
#: Amounts that nothing limits.
_OPEN = np.inf
#: MUSD per t that went to direct uses and stocks in the network and cannot here: dearer than what a t of Tb saves in magnets.
_ELSEWHERE = 10_000.0


@dataclass(slots=True)
class Block:
    """Sparse parts of the model: row, column, value within the blocks; x_*: entries of projects in rows of blocks.

    draw: by column. loss: MUSD per t by column; cost: the same, with the last resort. shape: draws, periods; goods, stages:
    rows of one block in each kind.
    """

    row: Ints
    column: Ints
    value: Floats
    x_row: Ints
    x_column: Ints
    x_value: Floats
    lower: Floats
    upper: Floats
    col_upper: Floats
    loss: Floats
    cost: Floats
    draw: Ints
    shape: tuple[int, int]
    goods: int
    stages: int

    @property
    def rows(self) -> int:
        """Rows of all blocks."""
        return len(self.lower)

    @property
    def columns(self) -> int:
        """Columns of all blocks."""
        return len(self.col_upper)

    def _duals(self, dual: Floats) -> Floats:
        """MUSD per t -> USD/kg by period and row of a block, summed over draws (whose weights are in the objective)."""
        return np.asarray(dual[: self.rows].reshape(*self.shape, -1).sum(axis=0) * 1000.0)

    def by_good(self, dual: Floats) -> Floats:
        """USD/kg by period and good."""
        return np.maximum(self._duals(dual)[:, : self.goods], 0.0)

    def by_stage(self, dual: Floats) -> Floats:
        """USD/kg of capacity by period and stage."""
        return np.maximum(-self._duals(dual)[:, self.goods : self.goods + self.stages], 0.0)


def blocks(chain: Chain, futures: Futures, paths: Sequence[Path]) -> Block:
    """The chain of every draw and period. paths: the network in every draw without the choice."""
    goods, stages, feeds = len(chain.goods), len(chain.groups), len(chain.new_ore)
    ways, steps = len(chain.ways), STEPS * len(chain.valued)
    wide, high = ways + feeds + goods + steps + goods, goods + stages + 2 * feeds
    shape = (futures.draws, chain.periods)
    first = np.arange(shape[0] * shape[1]).reshape(shape)
    row, column, value = (np.array(part) for part in zip(*_entries(chain), strict=True))
    rows = (row[None, :] + high * first.reshape(-1, 1)).ravel()
    columns = (column[None, :] + wide * first.reshape(-1, 1)).ravel()
    lower, upper, col_upper, loss = _sides(chain, futures, paths, high, wide)
    cost = loss.copy()
    cost[:, :, ways + feeds + goods + steps :] = _ELSEWHERE
    x_row, x_column, x_value = _projects(chain, futures, high)
    return Block(
        rows, columns, np.tile(value, first.size), x_row, x_column, x_value,
        lower.ravel(), upper.ravel(), col_upper.ravel(), loss.ravel(), cost.ravel(),
        np.repeat(np.arange(shape[0]), shape[1] * wide), shape, goods, stages,
    )  # fmt: skip


def _entries(chain: Chain) -> list[tuple[int, int, float]]:
    """(row, column, value) of one block."""
    goods, ways, feeds = len(chain.goods), len(chain.ways), len(chain.new_ore)
    at, stage = {g: i for i, g in enumerate(chain.goods)}, {s: goods + i for i, s in enumerate(chain.groups)}
    found: list[tuple[int, int, float]] = []
    for c, (one, _) in enumerate(chain.ways):
        flows: dict[str, float] = {}
        for good, _, kg in one.flows:
            flows[good] = flows.get(good, 0.0) + kg
        found += [(at[good], c, kg) for good, kg in flows.items() if good in at]
        found += [(stage[group[0]], c, load) for group, load in one.groups() if load]
    dug = goods + len(chain.groups)
    sent = {feed: dug + feeds + f for f, feed in enumerate(chain.new_ore)}
    for f, feed in enumerate(chain.new_ore):
        found += [(at[f"ore:{feed}"], ways + f, 1.0), (dug + f, ways + f, 1.0), (sent[feed], ways + f, -1.0)]
    found += [(sent[feed], c, 1.0) for c, feed in enumerate(chain.fresh) if feed is not None]
    found += [(g, ways + feeds + g, 1.0) for g in range(goods)]
    for s, good in enumerate(chain.valued):
        found += [(at[good], ways + feeds + goods + s * STEPS + k, 1.0) for k in range(STEPS)]
    last = ways + feeds + goods + STEPS * len(chain.valued)
    return found + [(g, last + g, 1.0) for g in range(goods)]


def _sides(
    chain: Chain, futures: Futures, paths: Sequence[Path], high: int, wide: int
) -> tuple[Floats, Floats, Floats, Floats]:
    """Bounds of rows, upper bounds of columns and MUSD per t of columns, draws x periods x block."""
    goods, stages, before = len(chain.goods), len(chain.groups), len(chain.ways) + len(chain.new_ore)
    lower = np.full((futures.draws, chain.periods, high), -np.inf)
    upper, col = np.full_like(lower, _OPEN), np.full((futures.draws, chain.periods, wide), _OPEN)
    loss, first = np.zeros_like(col), before + goods
    lower[:, :, :goods], upper[:, :, goods + stages :] = 0.0, 0.0
    last = first + STEPS * len(chain.valued)
    col[:, :, first:last] = 0.0
    for d in range(futures.draws):
        eased = ease(chain.site.ready.effects, float(futures.relief[d]), chain.site.ready.roller.layout.arc_base())
        col[d, :, : len(chain.ways)] = rooms(chain, eased, paths[d])
        col[d, :, before:first] = imports(chain, eased)
        upper[d, :, goods : goods + stages] = capacities(chain, eased)
        taken = elsewhere(chain, paths[d])
        lower[d, :, :goods] += taken
        col[d, :, last:] = np.maximum(taken, 0.0)
        for s, by_period in enumerate(losses(chain, paths[d])):
            for p, (t, usd_per_kg) in enumerate(by_period):
                place = slice(first + s * STEPS, first + s * STEPS + len(t))
                lower[d, p, chain.goods.index(chain.valued[s])] += t.sum()
                col[d, p, place], loss[d, p, place] = t, usd_per_kg / 1000.0
    return lower, upper, col, loss


def _projects(chain: Chain, futures: Futures, high: int) -> tuple[Ints, Ints, Floats]:
    """Entries of projects: what they add to stages and new ore, by draw and period, where they succeed."""
    goods = len(chain.goods)
    rows, columns, values = [], [], []
    for d in range(futures.draws):
        added = gains(chain, futures.late[d]) * futures.succeeds[d][None, :, None]
        p, i, r = np.nonzero(added)
        rows.append((d * chain.periods + p) * high + goods + r)
        columns.append(i)
        values.append(-added[p, i, r])
    return np.concatenate(rows), np.concatenate(columns), np.concatenate(values)
