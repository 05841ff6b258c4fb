"""The network of one month as a Sankey diagram: widths are t REO, losses are outlined, what users miss is a dashed box."""

from __future__ import annotations

import html
from collections import defaultdict
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Final

from didymium.plots import svg, words
from didymium.supply.report.flows import LOSSES, Flows, Place

WIDTH, TOP, FLOW_PX = 1288, 30.0, 400.0
BAR, GAP, LAST = 10.0, 17.0, 330.0
COLUMNS: Final = ("mines", "separation", "oxides at users", "metals", "magnets made", "magnets at users", "uses")
#: Column of each kind of place; stock and kept stand beside the stage they belong to.
COLUMN_OF: Final = {
    "mine": 0, "separation": 1, "recycling": 1, "left": 1, "oxide": 2, "lost": 2, "metal": 3, "magnet": 4, "swarf": 5,
    "users": 5, "sector": 6, "thrown": 6,
}  # fmt: skip
STOCK_COLUMN: Final = {"oxide": 1, "metal": 3, "magnet": 4}
KEPT_COLUMN: Final = {"oxide": 3, "metal": 4, "magnet": 6}
HAIR: Final = 0.04  # px; thinner ribbons are counted but not drawn
SMALL_SHARE: Final = 0.004  # mines below this share of all ore are drawn together
STYLES: Final = 4  # ways to draw a zone; see style()


@dataclass(slots=True)
class Box:
    """One place: x, top and height in px; t REO through it; how much of its left and right edge is taken."""

    x: float
    y: float
    height: float
    t: float
    taken_in: float = 0.0
    taken_out: float = 0.0


def style(zones: list[str]) -> dict[str, str]:
    """Zone -> CSS class z0 to z3; from the fourth zone on they share the last."""
    return {zone: f"z{min(i, STYLES - 1)}" for i, zone in enumerate(zones)}


def sankey(flows: Flows, zones: Mapping[str, str], areas: Mapping[str, str], sectors: Mapping[str, str]) -> str:
    """The picture. zones, areas, sectors: titles; the order of zones gives their colours."""
    links = _joined(flows)
    boxes = _boxes(links, list(zones), flows.missing_t)
    colours = style(list(zones))
    marks = [_heading(i, name) for i, name in enumerate(COLUMNS)]
    scale = _scale(links)
    for (start, end, zone), t in sorted(links.items(), key=lambda link: _order(link[0], boxes)):
        ribbon = _ribbon(boxes[start], boxes[end], t * scale, _ribbon_class(end, colours.get(zone, "z3")))
        marks += [ribbon] if t * scale >= HAIR else []
    for place, box in boxes.items():
        marks.extend(_node(place, box, flows, scale, _title(place, zones, areas, sectors)))
    height = max(box.y + box.height for box in boxes.values()) + 40.0
    label = f"Flows of rare earths in {flows.month:%Y-%m}, t REO in the month"
    return svg.document(WIDTH, int(height), label, *marks)


def _joined(flows: Flows) -> dict[tuple[Place, Place, str], float]:
    """Links with small mines drawn together."""
    ore: dict[Place, float] = defaultdict(float)
    for (start, _, _), t in flows.links.items():
        if start[0] == "mine":
            ore[start] += t
    few = {place for place, t in ore.items() if t < SMALL_SHARE * sum(ore.values())}
    joined: dict[tuple[Place, Place, str], float] = defaultdict(float)
    for (start, end, zone), t in flows.links.items():
        joined[("mine", "") if start in few else start, end, zone] += t
    return joined


def _scale(links: Mapping[tuple[Place, Place, str], float]) -> float:
    """px per t: the fullest column is FLOW_PX high."""
    columns: dict[int, float] = defaultdict(float)
    for (start, _, _), t in links.items():
        columns[_column(start)] += t
    return FLOW_PX / max(max(columns.values(), default=1.0), 1e-9)


def _column(place: Place) -> int:
    if place[0] in ("stock", "kept"):
        return (STOCK_COLUMN if place[0] == "stock" else KEPT_COLUMN)[place[1]]
    return COLUMN_OF[place[0]]


def _boxes(
    links: Mapping[tuple[Place, Place, str], float], zones: list[str], missing: Mapping[str, float]
) -> dict[Place, Box]:
    into: dict[Place, float] = defaultdict(float)
    out: dict[Place, float] = defaultdict(float)
    for (start, end, _), t in links.items():
        out[start] += t
        into[end] += t
    scale, boxes = _scale(links), dict[Place, Box]()
    of_magnets = {end for start, end, _ in links if start[0] == "users"}
    step = (WIDTH - LAST - BAR) / (len(COLUMNS) - 1)
    served: set[Place] = {("sector", sector) for sector in missing}  # one that gets nothing at all has no link
    through = {place: max(into[place], out[place]) for place in {*into, *out, *served}}
    for column in range(len(COLUMNS)):
        y = TOP
        here = [place for place in through if _column(place) == column]
        for place in sorted(here, key=lambda place: _rank(place, zones, through[place], of_magnets)):
            height = max(through[place] * scale, 1.5)
            boxes[place] = Box(column * step, y, height, through[place])
            absent = missing.get(place[1], 0.0) * scale if place[0] == "sector" else 0.0
            y += height + absent + GAP
    return boxes


def _rank(place: Place, zones: list[str], t: float, of_magnets: set[Place]) -> tuple[int, int, float, str]:
    """Zones in their order, then the rest by size; users of magnets above direct uses, stocks below, losses last."""
    direct = place[0] == "sector" and place not in of_magnets
    group = 3 if place[0] in LOSSES else 2 if place[0] in ("stock", "kept", "recycling") else int(direct)
    index = zones.index(place[1]) if place[1] in zones and place[0] != "mine" else len(zones)
    return group, index, -t, place[1]


def _order(link: tuple[Place, Place, str], boxes: Mapping[Place, Box]) -> tuple[float, float, float, str]:
    start, end, zone = link
    return boxes[start].x, boxes[start].y, boxes[end].y + 1e4 * (end[0] in LOSSES), zone


def _ribbon_class(end: Place, colour: str) -> str:
    return "ribbon loss" if end[0] in LOSSES else f"ribbon {colour}"


def _ribbon(start: Box, end: Box, width: float, cls: str) -> str:
    x0, x1 = start.x + BAR, end.x
    y0, y1 = start.y + start.taken_out, end.y + end.taken_in
    start.taken_out += width
    end.taken_in += width
    middle = (x0 + x1) / 2
    n = svg.number
    shape = (
        f"M{n(x0)},{n(y0)}C{n(middle)},{n(y0)} {n(middle)},{n(y1)} {n(x1)},{n(y1)}L{n(x1)},{n(y1 + width)}"
        f"C{n(middle)},{n(y1 + width)} {n(middle)},{n(y0 + width)} {n(x0)},{n(y0 + width)}Z"
    )
    return svg.el("path", d=shape, class_=cls)


def _node(place: Place, box: Box, flows: Flows, scale: float, title: str) -> list[str]:
    lost = place[0] in LOSSES
    cls = "box-loss" if lost else "box-stock" if place[0] in ("stock", "kept") else "box-node"
    marks = [svg.el("rect", x=box.x, y=box.y, width=BAR, height=box.height, class_=cls)]
    x, y = box.x + BAR + 5, box.y + min(box.height, 40.0) / 2 + 4
    missing = flows.missing_t.get(place[1], 0.0) if place[0] == "sector" else 0.0
    share = missing / (box.t + missing) if missing > 0 else 0.0
    lost_share = svg.el("tspan", f"{100 * share:.0f} % missing", dx=8, class_="t-against") if share > 0.005 else ""
    said = html.escape(words.visible(f"{title} {words.figure(box.t)} t"))
    marks.append(svg.el("text", said, lost_share, x=x, y=y, class_="halo label"))
    if missing * scale >= 0.5:
        cut = svg.el("rect", x=box.x, y=box.y + box.height, width=BAR, height=missing * scale, class_="box-missing")
        marks.append(cut)
    return marks


def _heading(column: int, name: str) -> str:
    return svg.text(column * (WIDTH - LAST - BAR) / (len(COLUMNS) - 1), 14.0, name, "strong label")


def _title(place: Place, zones: Mapping[str, str], areas: Mapping[str, str], sectors: Mapping[str, str]) -> str:
    kind, where = place
    if kind == "mine":
        return areas.get(where, where).partition(",")[0] if where else "smaller ones"
    if kind == "sector":
        return sectors.get(where) or where.replace("_", " ").capitalize()
    fixed = {
        "recycling": "recycled", "stock": "out of stock", "kept": "into stock", "lost": "lost or unsold",
        "swarf": "swarf", "left": "no separator", "thrown": "thrown away",
    }  # fmt: skip
    return fixed.get(kind) or zones.get(where, where)
