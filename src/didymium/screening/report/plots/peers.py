"""Where the unit value stands among its peers: a grey histogram, the consignment as the one bold mark."""

from __future__ import annotations

import math

from didymium.plots import svg
from didymium.plots.scale import Log, log_domain
from didymium.screening.report import words
from didymium.screening.views import Peers

WIDTH, HEIGHT, LEFT, RIGHT, TOP, BOTTOM = 690, 210, 12, 678, 56, 166


def peers_plot(peers: Peers, own_usd_per_kg: float | None) -> str | None:
    """Histogram of the peers' USD/kg on a log axis as SVG; None where it has no usable edge or count."""
    edges = peers.edges_usd_per_kg
    usable = len(edges) == len(peers.counts) + 1 and all(edge > 0 and math.isfinite(edge) for edge in edges)
    if not usable or not peers.counts or max(peers.counts) <= 0:
        return None
    own = own_usd_per_kg if own_usd_per_kg and own_usd_per_kg > 0 else None
    x = Log(*log_domain([edges[0], edges[-1], *([own] if own else [])], 1.2), LEFT, RIGHT)
    tallest = max(peers.counts)
    bars = []
    for index, count in enumerate(peers.counts):
        height = (BOTTOM - TOP) * count / tallest
        left, right = x(edges[index]), x(edges[index + 1])
        if count:
            size = {"x": left, "y": BOTTOM - height, "width": max(1.0, right - left - 1), "height": height}
            bars.append(svg.el("rect", class_="peer", **size))
    marks = [
        _axis(x),
        *bars,
    ]
    other = x(own) if own else math.inf
    marks.append(
        _rule(x(peers.median_usd_per_kg), f"median {words.usd_per_kg(peers.median_usd_per_kg)}", 44, "median", other)
    )
    if own:
        marks.append(_rule(x(own), f"this consignment {words.usd_per_kg(own)}", 22, "own-rule"))
    marks.append(svg.text(LEFT, BOTTOM + 37, f"tallest bar: {words.whole(tallest)} consignments", "tick"))
    label = (
        f"Histogram of {words.whole(peers.n)} peers by USD per kg, logarithmic axis, tallest bar {words.whole(tallest)}"
    )
    return svg.document(WIDTH, HEIGHT, label, *marks)


def _axis(x: Log) -> str:
    marks = [svg.line(LEFT, BOTTOM, RIGHT, BOTTOM, "axis")]
    for tick in x.ticks():
        marks.append(svg.line(x(tick), BOTTOM, x(tick), BOTTOM + 5, "axis"))
        marks.append(svg.text(x(tick), BOTTOM + 19, words.figure(tick), "tick", "middle"))
    marks.append(svg.text(RIGHT, BOTTOM + 37, "USD/kg, log axis", "tick", "end"))
    return "".join(marks)


def _rule(at: float, name: str, top: float, cls: str, other: float = math.inf) -> str:
    """A vertical rule with its name beside its upper end, on the side that has room; other: where a rule must not cross it."""
    strong = cls == "own-rule"
    width = svg.text_width(name, 14 if strong else 12, strong=strong) + 8
    crossed = at < other < at + width and at - width > 0
    right_side = at + width < WIDTH and not crossed
    label = svg.text(
        at + 6 if right_side else at - 6,
        top,
        name,
        "strong" if strong else "note",
        "start" if right_side else "end",
    )
    return svg.line(at, top - 11, at, BOTTOM, cls) + label
