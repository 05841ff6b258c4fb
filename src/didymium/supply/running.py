"""`run`: one scenario from its file to its tables, always beside the same network without any control."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path as File

import polars as pl

from didymium.errors import UsageError
from didymium.supply.network import Parameters, areas_network, calibrate, check, contract, partition
from didymium.supply.network.layout import Layout
from didymium.supply.network.model import Network
from didymium.supply.scenario import Scenario, load
from didymium.supply.scenario.compiled import compiled
from didymium.supply.scenario.effects import Effects
from didymium.supply.scenario.goods import sides
from didymium.supply.solve import frames, stocks
from didymium.supply.solve.roll import Path, Roller
from didymium.supply.solve.shortages import shortages
from didymium.supply.solve.state import Pace
from didymium.units import month_index


@dataclass(slots=True)
class Result:
    """Tables of one run. Months are dates of their first day; see `solve.frames` and `solve.stocks` for the columns."""

    scenario: Scenario
    zones: dict[str, tuple[str, ...]]
    prices: pl.DataFrame
    shortages: pl.DataFrame
    stocks: pl.DataFrame
    stock_outs: pl.DataFrame
    firms: pl.DataFrame
    flows: pl.DataFrame
    wedges: pl.DataFrame
    activities: pl.DataFrame
    discards: pl.DataFrame


@dataclass(slots=True)
class Prepared:
    """A scenario ready to be solved: zones, model, effects. `roller.run` may be called again with other effects."""

    scenario: Scenario
    roller: Roller
    effects: Effects

    def paths(self) -> tuple[Path, Path]:
        """The controlled path, and the path of the same network without control."""
        start, months = month_index(self.scenario.start), self.effects.months
        projects = self.scenario.projects
        free = self.roller.run(start, months, projects=projects)
        return self.roller.run(start, months, self.effects, projects=projects), free


def prepare(
    scenario: str | File | Scenario,
    months: int | None = None,
    parameters: Mapping[str, float] | None = None,
    network: Network | None = None,
) -> Prepared:
    """Zones, calibration and model of a scenario (a shipped name, a file, or a `Scenario`).

    months: how many to run, None = as the scenario says. parameters: overrides of table supply_parameters. network: another
    one than that of the reference base, one zone per area. Errors: UsageError, InputError, ReferenceDataError.
    """
    story = load(scenario)
    count = story.months if months is None else months
    if not 1 <= count <= 240:
        raise UsageError(f"months is {count}.", fix="Allowed: 1 to 240.")
    known = Parameters(parameters)
    if network is not None:
        check(network)
    whole = network if network is not None else areas_network(parameters)  # that one is checked where it is made
    apart = [frozenset([area]) for area in story.separate] + sides(story.shock)
    joined = contract(whole, partition(whole.zones, apart))
    layout = Layout(calibrate(joined, known.get("premium")), known.get("choke"), known.get("stock_eta"))
    pace = Pace.of(known)
    effects = compiled(story, layout, count, pace.precaution)
    return Prepared(story, Roller(layout, pace, effects), effects)


def run(
    scenario: str | File | Scenario,
    months: int | None = None,
    parameters: Mapping[str, float] | None = None,
    network: Network | None = None,
) -> Result:
    """Solve a scenario month by month and give its tables; arguments and errors as in `prepare`, and SolveError."""
    ready = prepare(scenario, months, parameters, network)
    path, free = ready.paths()
    both = frames.Both(ready.roller, path, free)
    return Result(
        scenario=ready.scenario,
        zones=dict(ready.roller.layout.calibrated.network.members),
        prices=frames.prices(both),
        shortages=shortages(both),
        stocks=stocks.stocks(both),
        stock_outs=stocks.stock_outs(both),
        firms=stocks.firm_cover(both),
        flows=frames.arc_flows(both),
        wedges=frames.wedges(both),
        activities=frames.activity_levels(both),
        discards=frames.discards(both),
    )
