"""Where the ore of one month is dug: circles of t REO on a quiet world outline, the base month as a ring."""

from __future__ import annotations

import datetime as dt
import math
from collections.abc import Mapping
from typing import Final

import polars as pl

from didymium.plots import svg, words, world
from didymium.reference import table
from didymium.supply.network.tables import BASE_YEAR
from didymium.supply.running import Result

WIDTH, HEIGHT = 690, 330
CENTRE: Final = 150.0  # the Pacific in the middle: mines lie on both of its sides
LARGEST_PX: Final = 34.0


def mined(result: Result, month: dt.date) -> dict[str, tuple[float, float]]:
    """Country -> t REO dug in the month and in the base month, by the place of each feed in table feeds."""
    rows = result.activities.filter((pl.col("month") == month) & (pl.col("activity") == "mine"))
    amounts = rows.group_by("item").agg(pl.col("t", "base_t").sum())
    places = dict(table("feeds").filter(pl.col("year") == BASE_YEAR).select("feed", "mined_in").rows())
    found: dict[str, tuple[float, float]] = {}
    for item, t, base in amounts.select("item", "t", "base_t").rows():
        country = places.get(item)
        if country is not None:
            before = found.get(country, (0.0, 0.0))
            found[country] = (before[0] + t, before[1] + base)
    return dict(sorted(found.items(), key=lambda pair: -max(pair[1])))


def sources_map(amounts: Mapping[str, tuple[float, float]], month: dt.date) -> str | None:
    """The map; None where no country of the run is known. Circles have areas as t REO, and their middle in their country."""
    known = {iso: (lat, lon, name) for iso, lat, lon, name in table("countries")["iso2", "lat", "lon", "name"].rows()}
    shown = [(known[iso], t, base) for iso, (t, base) in amounts.items() if iso in known]
    if not shown:
        return None
    left, top, right, bottom = world.frame()
    scale = min(WIDTH / (right - left), HEIGHT / (bottom - top))
    most = max(max(t, base) for _, t, base in shown)
    marks = [
        svg.el("rect", x=0, y=0, width=WIDTH, height=HEIGHT, class_="sea"),
        svg.el(
            "path",
            d=world.land(CENTRE),
            class_="land",
            transform=f"scale({scale:.4f}) translate({-left:.1f} {-top:.1f})",
        ),
    ]
    taken: list[tuple[float, float, float, float]] = []
    labels = []
    for (lat, lon, name), t, base in shown:
        x, y = world.project(world.wrap(lon, CENTRE), lat, CENTRE)
        spot = ((x - left) * scale, (y - top) * scale)
        radius, ring = (LARGEST_PX * math.sqrt(max(amount, 0.0) / most) for amount in (t, base))
        marks.append(svg.el("circle", cx=spot[0], cy=spot[1], r=max(radius, 1.5), class_="dug"))
        marks.append(svg.el("circle", cx=spot[0], cy=spot[1], r=max(ring, 1.5), class_="dug-base"))
        labels.append(_label(spot, max(radius, ring), f"{name} {words.figure(t)}", taken))
    said = ", ".join(f"{name} {words.figure(t)} t" for (_, _, name), t, _ in shown)
    return svg.document(WIDTH, HEIGHT, f"Ore dug in {month:%Y-%m}, t REO: {said}", *marks, *labels)


def _label(spot: tuple[float, float], radius: float, said: str, taken: list[tuple[float, float, float, float]]) -> str:
    """The name beside its circle, on the first side where nothing is written yet; empty where every side is taken."""
    width = svg.text_width(said, 12)
    x, y = spot
    sides = [(x + radius + 4, y + 4), (x - radius - 4 - width, y + 4), (x - width / 2, y - radius - 5)]
    sides += [(x - width / 2, y + radius + 14), (x + radius + 4, y + 18), (x - radius - 4 - width, y - 10)]
    inside = [(a, b) for a, b in sides if a >= 2 and a + width <= WIDTH - 2] or [(max(2.0, WIDTH - width - 2), y)]
    free = [
        (a, b)
        for a, b in inside
        if not any(a < right and a + width > left and b - 11 < low and b + 3 > high for left, high, right, low in taken)
    ]
    if not free:
        return ""
    a, b = free[0]
    taken.append((a, b - 11, a + width, b + 3))
    return svg.text(a, b, said, "halo label")
