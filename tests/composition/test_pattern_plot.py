"""The pattern plot: marks where the figures are, nothing outside the picture, words for everything."""

from __future__ import annotations

import re

import pytest
from hypothesis import given
from hypothesis import strategies as st
from lxml import etree

from didymium.composition.pattern.bands import class_band
from didymium.composition.pattern.table import ELEMENTS
from didymium.screening.report.plots.pattern import SMALL, WIDE, Layout, pattern_plot
from didymium.screening.views import PatternBand as Band
from didymium.screening.views import PatternReading as Reading
from didymium.screening.views import PatternView
from tests.composition.pattern_samples import BASTNAESITE, frame

LAYOUTS = pytest.mark.parametrize("layout", [WIDE, SMALL], ids=["wide", "small"])
MEASURED = {"La": Reading(1e6, 0.9e6, 1.1e6), "Ce": Reading(6e5), "Nd": Reading(2e5), "Dy": Reading(1600, at_most=True)}
VIEW = PatternView(
    MEASURED,
    {"La": Reading(2e5), "Y": Reading(1e5)},
    [
        Band("declared: ion-adsorption clay, heavy type", class_band("clay_heavy", frame(BASTNAESITE)), speaks="for"),
        Band("bastnaesite", class_band("bastnaesite", frame(BASTNAESITE)), speaks="against"),
    ],
)
heights = st.floats(1e-6, 1e9)
readings = st.dictionaries(
    st.sampled_from(ELEMENTS),
    st.builds(Reading, value=heights, low=heights, high=heights, at_most=st.booleans()),
    max_size=15,
)
ends = st.dictionaries(st.sampled_from(ELEMENTS), st.tuples(heights, heights), max_size=15)


def drawn(view: PatternView, layout: Layout) -> etree._Element:
    picture = pattern_plot(view, layout)
    assert picture is not None
    return etree.fromstring(picture)


@LAYOUTS
def test_marks_stand_in_the_order_of_the_elements_and_of_the_figures(layout: Layout) -> None:
    marks = drawn(VIEW, layout).xpath("//*[local-name()='circle'][@class='own']")
    assert len(marks) == 3  # the limit is a triangle
    across, up = ([float(mark.get(key)) for mark in marks] for key in ("cx", "cy"))
    assert across == sorted(across)
    assert up == sorted(up)  # falling contents stand lower
    assert len(drawn(VIEW, layout).xpath("//*[local-name()='circle'][@class='place way']")) == 2


@LAYOUTS
def test_everything_is_named_in_words_and_the_axis_says_log(layout: Layout) -> None:
    tree = drawn(VIEW, layout)
    texts = tree.xpath("//*[local-name()='text']/text()")
    assert any(text.startswith("log axis, times CI chondrite") for text in texts)
    assert set(ELEMENTS) <= set(texts)
    assert "measured" in texts
    assert any("declared" in text for text in texts)
    label = tree.get("aria-label")
    assert "Dy below 1" in label
    assert "band of bastnaesite" in label


def test_a_gap_and_a_limit_are_not_bridged() -> None:
    lines = drawn(PatternView(MEASURED), WIDE).xpath("//*[local-name()='line'][@class='axis']")
    slanting = [line for line in lines if line.get("x1") != line.get("x2") and line.get("y1") != line.get("y2")]
    assert len(slanting) == 1  # La to Ce; Pr is missing, Dy is a limit


def test_too_little_makes_no_picture() -> None:
    assert pattern_plot(PatternView({"Nd": Reading(1.0)})) is None
    assert pattern_plot(PatternView({"Fe": Reading(1.0), "Nd": Reading(1.0)})) is None


@LAYOUTS
@given(measured=readings, declared=readings, one=ends, two=ends, name=st.text(max_size=60))
def test_nothing_lies_outside(layout: Layout, measured: dict, declared: dict, one: dict, two: dict, name: str) -> None:
    picture = pattern_plot(
        PatternView(measured, declared, [Band(name, one, "for"), Band("rival", two, speaks="against")], name), layout
    )
    if picture is None:
        assert len(measured) < 2
        return
    tree = etree.fromstring(picture)
    for shape in tree.iter():
        for key in ("cx", "x1", "x2", "x"):
            if shape.get(key):
                assert -1 <= float(shape.get(key)) <= layout.width
        for key in ("cy", "y1", "y2", "y"):
            if shape.get(key):
                assert -1 <= float(shape.get(key)) <= layout.height + 1
        for x, y in re.findall(r"(-?[\d.]+),(-?[\d.]+)", shape.get("d") or ""):
            assert layout.left - 6 <= float(x) <= layout.right + 1
            assert 0 <= float(y) <= layout.height
