"""The world's land as an SVG path: TopoJSON decoded, cut at the map's edge, drawn in the Equal Earth projection.

Outline: Natural Earth 1:110m by way of world-atlas (see plots/data/README.md).
Projection: Šavrič, Patterson and Jenny (2018), The Equal Earth map projection, doi 10.1080/13658816.2018.1504949.
"""

from __future__ import annotations

import functools
import json
import math
from collections.abc import Callable
from importlib import resources
from typing import Any

Point = tuple[float, float]

SCALE = 100.0  # px per radian at the equator's scale
SOUTH = -60.0  # Antarctica is left out
_A = (1.340264, -0.081106, 0.000893, 0.003796)


def project(lon: float, lat: float, centre: float = 0.0) -> Point:
    """Degrees to px (x right, y down), `centre` in the middle; lon may lie past the edge of the map."""
    theta = math.asin(math.sqrt(3) / 2 * math.sin(math.radians(lat)))
    t2, t6 = theta**2, theta**6
    slope = _A[0] + 3 * _A[1] * t2 + t6 * (7 * _A[2] + 9 * _A[3] * t2)
    x = 2 * math.sqrt(3) * math.radians(lon - centre) * math.cos(theta) / (3 * slope)
    y = theta * (_A[0] + _A[1] * t2 + t6 * (_A[2] + _A[3] * t2))
    return SCALE * x, -SCALE * y


def wrap(lon: float, centre: float = 0.0) -> float:
    """The longitude in centre - 180 .. centre + 180."""
    return (lon - centre + 180) % 360 - 180 + centre


@functools.cache
def rings() -> list[list[Point]]:
    """Outer rings and lakes of the land in degrees, without what lies wholly south of 60° S."""
    raw = (resources.files("didymium.plots") / "data" / "land-110m.json").read_text("utf-8")
    atlas: dict[str, Any] = json.loads(raw)
    arcs = [_decode(arc, atlas["transform"]) for arc in atlas["arcs"]]
    found: list[list[Point]] = []
    for polygons in (geometry["arcs"] for geometry in atlas["objects"]["land"]["geometries"]):
        for polygon in polygons:
            found.extend(_ring(indices, arcs) for indices in polygon)
    return [ring for ring in found if max(lat for _, lat in ring) > SOUTH]


def _decode(arc: list[list[int]], transform: dict[str, list[float]]) -> list[Point]:
    """Delta-coded integers to degrees."""
    x = y = 0
    points = []
    for dx, dy in arc:
        x, y = x + dx, y + dy
        points.append(
            (
                x * transform["scale"][0] + transform["translate"][0],
                y * transform["scale"][1] + transform["translate"][1],
            )
        )
    return points


def _ring(indices: list[int], arcs: list[list[Point]]) -> list[Point]:
    """Arcs joined and unwound, so that no step jumps across the date line; a negative index is arc ~index backwards."""
    joined: list[Point] = []
    for index in indices:
        arc = arcs[index] if index >= 0 else arcs[~index][::-1]
        for lon, lat in arc[1:] if joined else arc:
            joined.append((wrap(lon, joined[-1][0]) if joined else lon, lat))
    return joined


def _cut(ring: list[Point], inside: Callable[[float], bool], edge: float) -> list[Point]:
    """Sutherland-Hodgman against one meridian."""
    kept: list[Point] = []
    for (x0, y0), (x1, y1) in zip(ring, ring[1:] + ring[:1], strict=True):
        if inside(x0):
            kept.append((x0, y0))
        if inside(x0) != inside(x1):
            kept.append((edge, y0 + (edge - x0) / (x1 - x0) * (y1 - y0)))
    return kept


def _along_edge(ring: list[Point]) -> list[Point]:
    """Steps of at most 5° of latitude, so that a straight cut follows the curved edge of the map."""
    done: list[Point] = []
    for (x0, y0), (x1, y1) in zip(ring, ring[1:] + ring[:1], strict=True):
        pieces = max(1, math.ceil(abs(y1 - y0) / 5)) if x0 == x1 else 1
        done.extend((x0, y0 + (y1 - y0) * step / pieces) for step in range(pieces))
    return done


@functools.cache
def land(centre: float) -> str:
    """The `d` of the land with `centre` degrees east in the middle, cut at the opposite meridian."""
    west, east = centre - 180, centre + 180
    pieces = []
    for ring in rings():
        for turn in (-360.0, 0.0, 360.0):
            moved = [(lon + turn, lat) for lon, lat in ring]
            if max(lon for lon, _ in moved) <= west or min(lon for lon, _ in moved) >= east:
                continue
            moved = _cut(moved, lambda lon: lon >= west, west)
            moved = _cut(moved, lambda lon: lon <= east, east) if moved else moved
            spots = _rounded([project(lon, lat, centre) for lon, lat in _along_edge(moved)])
            if len(spots) > 2:
                pieces.append("M" + " ".join(spots) + "Z")
    return "".join(pieces)


def _rounded(points: list[Point]) -> list[str]:
    """Coordinates to 0.1 px without repeats."""
    done: list[str] = []
    for x, y in points:
        spot = f"{x:.1f},{y:.1f}".replace(".0,", ",").removesuffix(".0")
        if not done or done[-1] != spot:
            done.append(spot)
    return done


def frame() -> tuple[float, float, float, float]:
    """The map's bounds in px: left, top, right, bottom."""
    return project(-180, 0)[0], project(0, 84)[1], project(180, 0)[0], project(0, SOUTH)[1]
