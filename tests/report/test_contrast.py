"""Colours: readable in both modes, told apart by people who see no green, and in grey."""

from __future__ import annotations

import math
import re
from importlib import resources

import pytest

Colour = tuple[float, float, float]
MODES = ("light", "dark")
TEXT = ("ink", "muted", "against", "for", "link")


def tokens(mode: str) -> dict[str, Colour]:
    """Linear RGB by token name."""
    text = (resources.files("didymium.plots") / "assets" / "tokens.css").read_text("utf-8")
    light, dark = text.split("@media", 1)
    found = dict(re.findall(r"--([\w-]+): #([0-9a-f]{6})", light))
    if mode == "dark":
        found |= dict(re.findall(r"--([\w-]+): #([0-9a-f]{6})", dark))
    return {name: linear(code) for name, code in found.items()}


def linear(code: str) -> Colour:
    red, green, blue = (int(code[at : at + 2], 16) / 255 for at in (0, 2, 4))
    return curve(red), curve(green), curve(blue)


def curve(value: float) -> float:
    return value / 12.92 if value <= 0.04045 else ((value + 0.055) / 1.055) ** 2.4


def luminance(colour: Colour) -> float:
    return 0.2126 * colour[0] + 0.7152 * colour[1] + 0.0722 * colour[2]


def contrast(one: Colour, other: Colour) -> float:
    """WCAG 2.2 contrast ratio."""
    low, high = sorted((luminance(one), luminance(other)))
    return (high + 0.05) / (low + 0.05)


def without_green(colour: Colour) -> Colour:
    """Deuteranopia after Machado, Oliveira and Fernandes 2009, severity 1, linear RGB."""
    rows = ((0.367322, 0.860646, -0.227968), (0.280085, 0.672501, 0.047413), (-0.011820, 0.042940, 0.968881))
    red, green, blue = (min(1.0, max(0.0, sum(a * b for a, b in zip(row, colour, strict=True)))) for row in rows)
    return red, green, blue


def lab(colour: Colour) -> Colour:
    red, green, blue = colour
    xyz = (
        (0.4124 * red + 0.3576 * green + 0.1805 * blue) / 0.95047,
        0.2126 * red + 0.7152 * green + 0.0722 * blue,
        (0.0193 * red + 0.1192 * green + 0.9505 * blue) / 1.08883,
    )
    x, y, z = (value ** (1 / 3) if value > 0.008856 else 7.787 * value + 16 / 116 for value in xyz)
    return 116 * y - 16, 500 * (x - y), 200 * (y - z)


@pytest.mark.parametrize("mode", MODES)
@pytest.mark.parametrize("ground", ["paper", "panel"])
@pytest.mark.parametrize("name", TEXT)
def test_text_is_readable(mode: str, ground: str, name: str) -> None:
    colours = tokens(mode)
    assert contrast(colours[name], colours[ground]) >= 4.5


@pytest.mark.parametrize("mode", MODES)
def test_text_on_the_map_and_on_the_red_badge_is_readable(mode: str) -> None:
    colours = tokens(mode)
    assert contrast(colours["ink"], colours["land"]) >= 4.5
    assert contrast(colours["muted"], colours["sea"]) >= 4.5
    assert contrast(colours["on-prohibited"], colours["prohibited"]) >= 4.5


@pytest.mark.parametrize("mode", MODES)
def test_states_on_the_bars_of_the_timeline_are_readable(mode: str) -> None:
    colours = tokens(mode)
    assert contrast(colours["ink"], colours["silent-fill"]) >= 4.5
    assert contrast(colours["paper"], colours["muted"]) >= 4.5
    assert contrast(colours["muted"], colours["silent-fill"]) >= 1.9, "what applies stands out from what may"


@pytest.mark.parametrize("mode", MODES)
@pytest.mark.parametrize("name", ["edge", "focus", "against", "for", "against-fill"])
def test_outlines_and_bars_stand_out(mode: str, name: str) -> None:
    colours = tokens(mode)
    assert contrast(colours[name], colours["paper"]) >= 3


@pytest.mark.parametrize("mode", MODES)
def test_against_and_for_differ_in_grey_and_without_green(mode: str) -> None:
    colours = tokens(mode)
    one, other = colours["against-fill"], colours["for-fill"]
    assert contrast(one, other) >= 2
    assert math.dist(lab(without_green(one)), lab(without_green(other))) >= 30
