"""One Screening to one self-contained HTML file: no clock, no random ids, no network; every text is escaped."""

from __future__ import annotations

from collections.abc import Mapping
from importlib import resources
from typing import Any

import jinja2
from markupsafe import Markup

from didymium.plots import page
from didymium.screening.report import measures, rows, words
from didymium.screening.report.plots import corridor, pattern, peers, regime, route, waterfall
from didymium.screening.views import Finding, Screening

STYLES = ("report.css", "plots.css", "print.css")
SCRIPTS = ("table.js", "pages.js")
PERMISSIONS = ("free", "licence required", "licence held", "prohibited", "unknown", "not applicable")


def render(screening: Screening, countries: Mapping[str, str] | None = None) -> str:
    """The report as HTML text (UTF-8 when written).

    countries: names by ISO 3166-1 alpha-2 code; None = the reference base's own. A code without a name stands alone.
    The same screening, names and version give the same text, byte for byte.
    """
    names = country_names() if countries is None else countries
    screening = words.clean(screening)
    style, script = f"{page.tokens()}\n{_asset(*STYLES)}", _asset(*SCRIPTS)
    table = rows.rows(screening, names)
    maps = [places for finding in screening.findings if (places := route.usable(finding.route))]
    return str(
        _environment()
        .get_template("report.html")
        .render(
            screening=screening,
            table=table,
            plain=table[: rows.PLAIN_ROWS],
            data=Markup(rows.as_json(table, names)),  # noqa: S704 - as_json leaves no character that ends the element
            pages=_pages(screening, names),
            land=Markup(route.land_symbols([route.centre_of(places) for places in maps])),  # noqa: S704 - digits only
            style=Markup(style),  # noqa: S704 - our own file
            script=Markup(script),  # noqa: S704 - our own file
            policy=page.policy(style, script),
        )
    )


def country_names() -> dict[str, str]:
    """Names by alpha-2 code from the reference base."""
    from didymium import reference

    frame = reference.table("countries")
    return dict(zip(frame["iso2"].to_list(), frame["name"].to_list(), strict=True))


def _asset(*names: str) -> str:
    folder = resources.files("didymium.screening.report") / "assets"
    return "\n".join((folder / name).read_text("utf-8") for name in names)


def _environment() -> jinja2.Environment:
    loader = jinja2.PackageLoader("didymium.screening.report", "templates")
    made = jinja2.Environment(
        loader=loader, autoescape=True, trim_blocks=True, lstrip_blocks=True, undefined=jinja2.StrictUndefined
    )
    for name in ("bans", "country", "day", "figure", "mass", "parts", "probability", "usd", "usd_per_kg", "whole"):
        made.filters[name] = getattr(words, name)
    made.filters["windows"] = measures.windows
    made.globals["permission_class"] = permission_class
    return made


def permission_class(permission: str) -> str:
    """CSS class of a permission badge; what is not in the list looks like `unknown`."""
    return (permission if permission in PERMISSIONS else "unknown").replace(" ", "-")


def _pages(screening: Screening, names: Mapping[str, str]) -> list[dict[str, Any]]:
    """Every finding's page, each with the anchors of its neighbours (empty at the ends)."""
    anchors = ["", *(words.anchor(finding.declaration_id, finding.item_no) for finding in screening.findings), ""]
    return [
        {**_page(finding, screening, names), "previous": anchors[index], "next": anchors[index + 2]}
        for index, finding in enumerate(screening.findings)
    ]


def _page(finding: Finding, screening: Screening, names: Mapping[str, str]) -> dict[str, Any]:
    """What the page of one finding needs beside the finding itself; a plot that cannot be drawn is None."""

    def picture(text: str | None) -> Markup | None:
        return None if text is None else Markup(text)  # noqa: S704 - plots.svg escapes every text

    view = finding.assay.pattern if finding.assay else None
    spoken = {item.check for item in finding.evidence}
    places = route.usable(finding.route)
    legs = list(dict.fromkeys(place.country for place in places))
    return {
        "finding": finding,
        "anchor": words.anchor(finding.declaration_id, finding.item_no),
        "route_text": " → ".join(words.country(code, names) for code in legs) or words.NOT_STATED,
        "damped": any(step.found is not None for step in waterfall.steps(finding)),
        "silent": [check for check in screening.checks if check[0] not in spoken],
        "waterfall": picture(waterfall.waterfall(finding)),
        "waterfall_small": picture(waterfall.waterfall(finding, waterfall.SMALL)),
        "corridor": picture(corridor.corridor_plot(finding)),
        "reading": corridor.reading(finding),
        "peers": picture(peers.peers_plot(finding.peers, finding.usd_per_kg) if finding.peers else None),
        "map": picture(route.route_map(finding.route)),
        "regime": picture(regime.regime_plot(finding.law) if finding.law else None),
        "regime_small": picture(regime.regime_plot(finding.law, regime.SMALL) if finding.law else None),
        "standings": measures.by_standing(finding.law) if finding.law else [],
        "counted": measures.count(finding.law) if finding.law else "",
        "named": lambda text: words.named(text, names),
        "pattern": picture(pattern.pattern_plot(view) if view else None),
        "pattern_small": picture(pattern.pattern_plot(view, pattern.SMALL) if view else None),
        "places": [(place, words.country(place.country, names)) for place in places],
    }
