"""One run of a scenario to one self-contained HTML file: no clock, no network, no script; every text is escaped."""

from __future__ import annotations

from importlib import resources
from typing import TYPE_CHECKING, Any

import jinja2
import msgspec
from markupsafe import Markup

from didymium import __version__
from didymium.errors import UsageError
from didymium.plots import page, words
from didymium.reference import content_hash
from didymium.supply.network.model import Network
from didymium.supply.report import (
    flows,
    headline,
    multiples,
    names,
    sankey,
    sector_bands,
    shortage,
    sources,
    sources_map,
    stop_ranges,
    tornado_plot,
)
from didymium.supply.running import Result

if TYPE_CHECKING:
    from didymium.supply.sweep import Sweep


def render(result: Result, network: Network, sweep: Sweep | None = None) -> str:
    """The report as HTML text (UTF-8 when written); the same run, reference and version give the same text.

    network: the one that was solved (`prepare(...).roller.layout.calibrated.network`). sweep: bands of many draws of the
    same scenario; None = lines of this run only. Errors: UsageError where the sweep is one of another scenario.
    """
    if sweep is not None:
        _same(result, sweep)
    zones = names.zones(result.zones)
    said = headline.headline(result, zones)
    style = f"{page.tokens()}\n{_asset('report.css')}"
    return str(
        _environment()
        .get_template("report.html")
        .render(
            story=msgspec.convert(words.visible_all(msgspec.to_builtins(result.scenario)), type(result.scenario)),
            said=said,
            zones=[(key, title, _members(result.zones[key])) for key, title in zones.items()],
            colours=sankey.style(list(zones)),
            version=__version__,
            reference=content_hash(),
            tables={name: (what, sources.sources(name)) for name, what in sources.TABLES.items()},
            vintages=sources.vintages,
            sweep=sweep,
            **_pictures(result, network, sweep, said.month, zones),
            style=Markup(style),  # noqa: S704 - our own file
            policy=page.policy(style),
        )
    )


def _pictures(
    result: Result, network: Network, sweep: Sweep | None, month: Any, zones: dict[str, str]
) -> dict[str, Any]:
    """Every figure of the page: markup is made by `plots.svg`, which escapes all text."""
    moved = flows.flows(result, network, month)
    drawn = multiples.panels(result, zones, sweep.prices if sweep else None)
    dug = sources_map.mined(result, month)
    world = sources_map.sources_map(dug, month)
    stops, more_stops = shortage.calendar(result, zones)
    short, more_short = shortage.sectors(result, zones)
    return {
        "sankey": _markup(sankey.sankey(moved, zones, names.area_names(), names.sectors())),
        "panels": [_markup(one.picture) for one in drawn if one.moves],
        "still": [_markup(one.picture) for one in drawn if not one.moves],
        "dug": [(_country(iso), t, base) for iso, (t, base) in dug.items()],
        "map": _markup(world) if world else None,
        "stops": stops,
        "more_stops": more_stops,
        "short": short,
        "more_short": more_short,
        **_of_sweep(result, sweep, zones),
    }


def _of_sweep(result: Result, sweep: Sweep | None, zones: dict[str, str]) -> dict[str, Any]:
    """Figures that only many draws can give; nothing without them."""
    if sweep is None:
        return {"sector_panels": [], "more_sectors": 0, "stop_ranges": [], "tornados": [], "drivers": {}}
    drawn, more = sector_bands.sector_panels(result, zones, sweep.shortages)
    months = result.prices["month"].unique().sort().to_list()
    ranges = stop_ranges.stop_ranges(months, sweep.stock_outs, zones)
    winds = tornado_plot.tornados(sweep.tornado, sweep.manifest.get("ranges", []), zones)
    return {
        "sector_panels": [_markup(one) for one in drawn],
        "more_sectors": more,
        "stop_ranges": [_markup(one) for one in ranges],
        "tornados": [_markup(one.picture) for one in winds],
        "drivers": {driver.name: driver for one in winds for driver in one.drivers},
    }


def _markup(picture: str) -> Markup:
    return Markup(picture)  # noqa: S704 - made by plots.svg


def _same(result: Result, sweep: Sweep) -> None:
    asked = msgspec.json.decode(msgspec.json.encode(sweep.manifest.get("scenario")))
    months = result.prices["month"].n_unique()
    if asked != msgspec.json.decode(msgspec.json.encode(result.scenario)) or sweep.manifest.get("months") != months:
        raise UsageError(
            f"the sweep is not one of {result.scenario.name or 'this scenario'} over {months} months.",
            file=str(sweep.out),
            fix="Run the sweep for this scenario and these months, or leave it out.",
        )


def _members(areas: tuple[str, ...]) -> str:
    known = names.area_names()
    return "; ".join(known.get(area, area) for area in areas)


def _country(iso: str) -> str:
    from didymium.reference import table

    return words.country(iso, dict(table("countries").select("iso2", "name").rows()))


def _asset(name: str) -> str:
    return (resources.files("didymium.supply.report") / "assets" / name).read_text("utf-8")


def _environment() -> jinja2.Environment:
    made = jinja2.Environment(
        loader=jinja2.PackageLoader("didymium.supply.report", "templates"),
        autoescape=True, trim_blocks=True, lstrip_blocks=True, undefined=jinja2.StrictUndefined,
    )  # fmt: skip
    for name in ("figure", "whole", "parts"):
        made.filters[name] = getattr(words, name)
    return made
