"""The tornado of a sweep drawn: what output lost is where a range is low, and where it is high."""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any, Final

import polars as pl

from didymium.plots import svg, words
from didymium.plots.scale import Linear
from didymium.reference import table

WIDTH, PLOT = 328, 272
ROW, TOP, BOTTOM = 32.0, 40.0, 22.0
OUTCOME: Final = "lost_musd"
MOST: Final = 12
#: Zones with a smaller share of the largest median loss are left out.
_SMALL: Final = 0.1


@dataclass(frozen=True, slots=True)
class Driver:
    """One range: its name in words, what it means, low and high, source and confidence."""

    name: str
    meaning: str
    span: str
    source: str
    confidence: str


@dataclass(frozen=True, slots=True)
class Tornado:
    """A picture for one zone, and the ranges in it."""

    zone: str
    picture: str
    drivers: tuple[Driver, ...]


def tornados(rows: pl.DataFrame, ranges: Sequence[Mapping[str, Any]], zones: Mapping[str, str]) -> list[Tornado]:
    """A tornado of output lost per zone, largest losses first. rows: `tornado` of a sweep; ranges: of its manifest.

    Only ranges whose rank correlation is beyond noise; by how far apart the two ends lie. None where nothing is lost.
    """
    if rows.is_empty():
        return []
    lost = rows.filter((pl.col("outcome") == OUTCOME) & (pl.col("rank_correlation").abs() > pl.col("noise")))
    medians = dict(lost.group_by("zone").agg(pl.col("median").first()).rows())
    most = max(medians.values(), default=0.0)
    known = {str(one["name"]): _driver(one) for one in ranges}
    made = []
    for zone in sorted(medians, key=lambda zone: (-medians[zone], zone)):
        own = lost.filter(pl.col("zone") == zone).sort(
            (pl.col("at_high") - pl.col("at_low")).abs(), "range", descending=[True, False]
        )
        if medians[zone] > max(_SMALL * most, 1.0) and zone in zones:
            bars = own.head(MOST).to_dicts()
            drivers = tuple(known[bar["range"]] for bar in bars if bar["range"] in known)
            made.append(Tornado(zones[zone], _picture(bars, known, zones[zone], medians[zone]), drivers))
    return made


def _driver(one: Mapping[str, Any]) -> Driver:
    span = f"{words.figure(one['low'])} to {words.figure(one['high'])}"
    source, sure = str(one["source"]), str(one["confidence"])
    said = re.fullmatch(r"shock (\d+) (\w+) (\w+)", str(one["name"]))
    if said:
        what = {"value": "what it lets pass or takes", "pace": "how long its path takes", "lasts": "how long it lasts"}
        kind = said[2].replace("_", " ")
        meaning = f"factor on {what.get(said[3], said[3])}: shock {said[1]} of the scenario, {kind}"
        return Driver(f"Shock {said[1]} ({kind}), {said[3]}", meaning, f"× {span}", source, sure)
    if one["of"] == "loss":
        return Driver("Loss per kg missing", "factor on what a missing kg of magnets costs", f"× {span}", source, sure)
    name, _, item = str(one["item"]).partition(" ")
    meanings = {(n, i or ""): f"{text} [{unit}]" for n, i, text, unit in
                table("supply_parameters").select("name", "item", "meaning", "unit").rows()}  # fmt: skip
    words_of = f"{name.replace('_', ' ').capitalize()}{f', {item}' if item else ''}"
    return Driver(words_of, meanings.get((name, item), ""), span, source, sure)


def _picture(bars: Sequence[Mapping[str, Any]], known: Mapping[str, Driver], zone: str, median: float) -> str:
    height = TOP + ROW * len(bars) + BOTTOM
    ends = [bar[end] for bar in bars for end in ("at_low", "at_high")]
    low, high = min([*ends, median]), max([*ends, median])
    unit, by = ("bn", 1000.0) if high >= 1000 else ("M", 1.0)
    across = Linear(low / by, max(high, low + 1e-6) / by, 6.0, PLOT - 6.0)
    middle = across(median / by)
    head = f"Output lost, {zone}, {unit} USD"
    marks = [
        svg.text(0.0, 14.0, svg.shorten(head, WIDTH - 4.0, 12), "strong label"),
        *_axis(across, height),
    ]
    marks.append(svg.line(middle, TOP, middle, height - BOTTOM, "median"))  # beneath the names
    marks.append(svg.text(middle, TOP - 6.0, f"median {words.figure(median / by)}", "tick", _anchor(middle)))
    for n, bar in enumerate(bars):
        y = TOP + ROW * n + 24.0  # the name above, the bar below: so it fits a narrow page
        name = known[bar["range"]].name if bar["range"] in known else str(bar["range"])
        marks.append(svg.text(0.0, y - 10.0, svg.shorten(name, WIDTH - 60.0, 12), "label halo"))
        pair = sorted((("at_low", "low"), ("at_high", "high")), key=lambda end: -abs(across(bar[end[0]] / by) - middle))
        for end, cls in pair:
            x = across(bar[end] / by)
            left, wide = min(x, middle), max(abs(x - middle), 1.0)
            # where both ends lie on one side, the nearer one is drawn over the farther one and thinner
            thick = 12.0 if (end, cls) == pair[0] or _apart(bar, median) else 6.0
            marks.append(svg.el("rect", x=left, y=y - thick / 2, width=wide, height=thick, class_=f"at-{cls}"))
        marks.append(svg.text(PLOT + 4.0, y + 4, f"ρ {words.figure(bar['rank_correlation'], 2)}", "tick"))
    said = "; ".join(
        f"{known[bar['range']].name if bar['range'] in known else bar['range']}: {words.figure(bar['at_low'] / by)} where low, "
        f"{words.figure(bar['at_high'] / by)} where high"
        for bar in bars
    )
    return svg.document(WIDTH, int(height), f"{head}. {said}", *marks)


def _anchor(x: float) -> str:
    """A label at the edge stays in the picture."""
    return "start" if x < 40 else "end" if x > PLOT - 40 else "middle"


def _apart(bar: Mapping[str, Any], median: float) -> bool:
    """Do the two ends lie on either side of the median?"""
    return bool((bar["at_low"] - median) * (bar["at_high"] - median) <= 0)


def _axis(across: Linear, height: float) -> list[str]:
    span = across.high - across.low
    step = next(s * 10.0**p for p in range(-6, 9) for s in (1, 2, 5) if span / (s * 10.0**p) <= 5)
    marks, value = [], int(across.low / step) * step
    while value <= across.high + 1e-9:
        if value >= across.low - 1e-9:
            x = across(value)
            marks.append(svg.line(x, TOP, x, height - BOTTOM, "grid"))
            marks.append(svg.text(x, height - BOTTOM + 16, words.figure(value) if value else "0", "tick", "middle"))
        value += step
    return marks
