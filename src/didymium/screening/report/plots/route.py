"""The route on a quiet world outline: curved legs with their direction, places named without collisions."""

from __future__ import annotations

import itertools
import math
from collections.abc import Sequence
from dataclasses import dataclass

from didymium.plots import svg, world
from didymium.screening.views import Place

WIDTH, HEIGHT = 690, 330
CENTRES = (11.0, 160.0)  # cut through the Bering Strait, or through the Atlantic for Pacific routes
CURVE, SAMPLES = 0.16, 32
Box = tuple[float, float, float, float]


@dataclass(frozen=True, slots=True)
class View:
    """A crop of the projected world: px of the world to px of the picture."""

    left: float
    top: float
    scale: float

    def __call__(self, point: world.Point) -> world.Point:
        """World px to picture px."""
        return (point[0] - self.left) * self.scale, (point[1] - self.top) * self.scale


def usable(route: Sequence[Place]) -> list[Place]:
    """The places with coordinates on the globe, repeats in a row taken out."""
    known = [
        p for p in route if math.isfinite(p.lat) and math.isfinite(p.lon) and abs(p.lat) <= 90 and abs(p.lon) <= 180
    ]
    return [place for before, place in zip([None, *known], known, strict=False) if before is None or place != before]


def centre_of(route: Sequence[Place]) -> float:
    """The middle of the map whose edge the fewest legs cross."""
    return min(CENTRES, key=lambda centre: (sum(len(leg) - 1 for leg in _legs(route, centre)), CENTRES.index(centre)))


def route_map(route: Sequence[Place]) -> str | None:
    """The map as SVG; None without a place. The land itself is drawn once per page: see `land_symbols`."""
    places = usable(route)
    if not places:
        return None
    centre = centre_of(places)
    spots = [world.project(world.wrap(p.lon, centre), p.lat, centre) for p in places]
    legs = [[[world.project(lon, lat, centre) for lon, lat in piece] for piece in leg] for leg in _legs(places, centre)]
    view = _crop([*spots, *(point for leg in legs for piece in leg for point in piece)])
    shift = f"scale({view.scale:.3f}) translate({-view.left:.1f} {-view.top:.1f})"
    marks = [
        svg.el("rect", x=0, y=0, width=WIDTH, height=HEIGHT, class_="sea"),
        svg.el("g", svg.el("use", href=f"#{land_id(centre)}"), transform=shift, class_="land"),
    ]
    drawn: list[world.Point] = []
    for leg in legs:
        pieces = [[view(point) for point in piece] for piece in leg]
        drawn.extend(point for piece in pieces for point in piece)
        marks.extend(svg.el("path", d=svg.path(piece), class_="leg") for piece in pieces if len(piece) > 1)
        marks.append(_arrow(max(pieces, key=len)))
    marks.append(_places(places, [view(spot) for spot in spots], drawn))
    named = " to ".join(f"{place.name} ({place.country}, {place.role})" for place in places)
    return svg.document(WIDTH, HEIGHT, f"Route map: {named}", *marks)


def land_id(centre: float) -> str:
    """The id under which a land outline stands in the page."""
    return f"land-{centre:.0f}"


def land_symbols(centres: Sequence[float]) -> str:
    """The land outlines the maps of a page refer to, as one hidden SVG; empty without a map."""
    paths = [svg.el("path", id=land_id(centre), d=world.land(centre)) for centre in sorted(set(centres))]
    if not paths:
        return ""
    return svg.el(
        "svg",
        svg.el("defs", *paths),
        xmlns="http://www.w3.org/2000/svg",
        width=0,
        height=0,
        aria_hidden="true",
        class_="defs",
    )


def _legs(route: Sequence[Place], centre: float) -> list[list[list[world.Point]]]:
    """Per leg its pieces in degrees: a curve the shorter way round, cut where it crosses the edge of the map."""
    legs = []
    for start, end in itertools.pairwise(route):
        east, north = world.wrap(end.lon - start.lon), end.lat - start.lat
        side = CURVE if east >= 0 else -CURVE  # always to the north
        bend = (start.lon + east / 2 - side * north, start.lat + north / 2 + side * east)
        pieces: list[list[world.Point]] = [[]]
        last = None
        for step in range(SAMPLES + 1):
            t = step / SAMPLES
            lon = (1 - t) ** 2 * start.lon + 2 * t * (1 - t) * bend[0] + t**2 * (start.lon + east)
            lat = (1 - t) ** 2 * start.lat + 2 * t * (1 - t) * bend[1] + t**2 * end.lat
            inside = world.wrap(lon, centre)
            if last is not None and abs(inside - last) > 180:
                pieces.append([])
            pieces[-1].append((inside, max(-89.0, min(89.0, lat))))
            last = inside
        legs.append(pieces)
    return legs


def _crop(points: list[world.Point]) -> View:
    """A window around the route with room for labels: an eighth of the world at least, more than all if need be."""
    left, top, right, bottom = world.frame()
    xs, ys = [x for x, _ in points], [y for _, y in points]
    wide, high = max(xs) - min(xs), max(ys) - min(ys)
    width = max(wide * 1.5, high * 1.5 * WIDTH / HEIGHT, (right - left) / 8)
    width = max(min(width, right - left), (high + 40) * WIDTH / HEIGHT)
    height = width * HEIGHT / WIDTH
    top, bottom = min(top, min(ys) - 20), max(bottom, max(ys) + 20)
    x = _held((min(xs) + max(xs) - width) / 2, left, right - width)
    y = _held((min(ys) + max(ys) - height) / 2, top, bottom - height)
    return View(x, y, WIDTH / width)


def _held(start: float, low: float, high: float) -> float:
    """A start between low and high; their middle where the window is larger than the world."""
    return (low + high) / 2 if high < low else min(max(start, low), high)


def _arrow(piece: list[world.Point]) -> str:
    """A head at the middle of the leg, pointing the way the goods go; none on a leg too short to show one."""
    middle = len(piece) // 2
    (x0, y0), (x1, y1) = piece[max(0, middle - 2)], piece[min(len(piece) - 1, middle + 1)]
    if math.dist(piece[0], piece[-1]) < 18 or (x0, y0) == (x1, y1):
        return ""
    angle = math.atan2(y1 - y0, x1 - x0)
    tip = [(7.0, 0.0), (-5.0, 4.5), (-5.0, -4.5)]
    turn = [
        (x1 + a * math.cos(angle) - b * math.sin(angle), y1 + a * math.sin(angle) + b * math.cos(angle)) for a, b in tip
    ]
    return svg.el("path", d=svg.path(turn, close=True), class_="head")


def _places(places: Sequence[Place], spots: list[world.Point], legs: list[world.Point]) -> str:
    """Dots and labels; places closer than 9 px share one label."""
    groups: list[tuple[world.Point, list[Place]]] = []
    for place, spot in zip(places, spots, strict=True):
        near = next((group for at, group in groups if math.dist(at, spot) < 9), None)
        if near is None:
            groups.append((spot, [place]))
        elif place not in near:
            near.append(place)
    dots, labels = [], []
    taken: list[Box] = [(x - 6, y - 6, x + 6, y + 6) for (x, y), _ in groups]
    for (x, y), group in groups:
        strong = any(place.role in ("origin", "destination") for place in group)
        dots.append(svg.el("circle", cx=x, cy=y, r=5.0 if strong else 3.5, class_="place" if strong else "place way"))
        names = list(dict.fromkeys(f"{place.name} ({place.country})" for place in group))
        roles = ", ".join(dict.fromkeys(place.role for place in group))
        rows = [svg.shorten(", ".join(names), 320, 14), svg.shorten(roles, 320, 12)]
        box = _free_box((x, y), max(svg.text_width(rows[0], 14, strong=True), svg.text_width(rows[1], 12)), taken, legs)
        taken.append(box)
        anchor, at = (
            ("end", box[2]) if box[2] <= x else ("start", box[0]) if box[0] >= x else ("middle", (box[0] + box[2]) / 2)
        )
        labels.append(svg.text(at, box[1] + 13, rows[0], "halo strong", anchor))
        labels.append(svg.text(at, box[1] + 28, rows[1], "halo note", anchor))
    return "".join(dots + labels)


def _free_box(spot: world.Point, width: float, taken: list[Box], legs: list[world.Point]) -> Box:
    """The place beside a dot where a label of two lines hides the least."""
    x, y = spot
    high = 32.0
    corners = [
        (x + 10, y - high / 2), (x - 10 - width, y - high / 2), (x - width / 2, y + 9), (x - width / 2, y - 9 - high),
        (x + 8, y + 5), (x - 8 - width, y + 5), (x + 8, y - 5 - high), (x - 8 - width, y - 5 - high),
        (x + 10, y + 24), (x - 10 - width, y + 24), (x + 10, y - 24 - high), (x - 10 - width, y - 24 - high),
    ]  # fmt: skip
    boxes = [(left, top, left + width, top + high) for left, top in corners]
    return min(boxes, key=lambda box: _hidden(box, taken, legs))


def _hidden(box: Box, taken: list[Box], legs: list[world.Point]) -> float:
    left, top, right, bottom = box
    shared = sum(
        max(0.0, min(right, r) - max(left, x)) * max(0.0, min(bottom, b) - max(top, y)) for x, y, r, b in taken
    )
    out = max(0.0, -left) + max(0.0, right - WIDTH) + max(0.0, -top) + max(0.0, bottom - HEIGHT)
    crossed = sum(left - 2 < x < right + 2 and top < y < bottom for x, y in legs)
    return 50 * shared + 1e6 * out + 40 * crossed
