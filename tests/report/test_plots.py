"""The plots: right places, right sums, nothing outside, nothing across the map."""

from __future__ import annotations

import datetime as dt
import itertools
import math
import re

import pytest
from hypothesis import given
from hypothesis import strategies as st
from lxml import etree

from didymium.plots import svg, world
from didymium.plots.scale import Linear, Log, log_domain, step_ticks
from didymium.screening.report.measures import groups, windows
from didymium.screening.report.plots import corridor, peers, regime, route, waterfall
from didymium.screening.views import Corridor, CorridorPoint, Law, LawSpan, Peers, Place
from tests.report import law_sample, sample

TEN = sample.ten()
places = st.builds(
    Place,
    name=st.text(max_size=30),
    role=st.sampled_from(["origin", "loading", "transit", "destination"]),
    country=st.sampled_from(["NA", "CN", "US"]),
    lat=st.floats(-85, 85),
    lon=st.floats(-180, 180),
)


@pytest.mark.parametrize("finding", TEN, ids=lambda finding: finding.declaration_id)
def test_waterfall_leads_from_prior_to_result(finding: sample.Finding) -> None:
    steps = waterfall.steps(finding)
    assert steps[0].end == finding.prior_bans
    assert steps[-1].end == finding.posterior_bans
    for before, after in itertools.pairwise(steps[:-1]):
        assert after.start == pytest.approx(before.end)
    assert {step.label for step in steps if step.found is not None} == {
        item.check.replace("_", " ") for item in finding.evidence if item.weight_bans != item.counted_bans
    }


def test_waterfall_shows_what_limits_took() -> None:
    finding = TEN[0]
    values = {name: getattr(finding, name) for name in finding.__struct_fields__}
    capped = sample.Finding(**{**values, "posterior_bans": finding.posterior_bans - 1})
    limits = [step for step in waterfall.steps(capped) if step.label == "limits"]
    assert [round(step.end - step.start, 6) for step in limits] == [-1.0]


def test_corridor_between_two_points_and_outside() -> None:
    points = [CorridorPoint(dt.date(2020, 1, 1), 1.0, 4.0), CorridorPoint(dt.date(2020, 1, 11), 100.0, 400.0)]
    band = Corridor("x", points, "s")
    assert corridor.at_date(band, dt.date(2020, 1, 6)) == pytest.approx((10.0, 40.0))
    assert corridor.at_date(band, dt.date(2019, 1, 1)) is None
    assert corridor.at_date(Corridor("x", points[:1], "s"), dt.date(2020, 1, 1)) == (1.0, 4.0)


def test_corridor_reading_says_which_way() -> None:
    by_id = {finding.declaration_id: corridor.reading(finding) for finding in TEN}
    assert "times under the corridor" in by_id["2024-TR-BJ-284690"]
    assert "times over the corridor" in by_id["HK24-0093317"]
    assert by_id["LA-000X"] == ""


def test_no_corridor_near_the_date_gives_no_plot() -> None:
    finding = TEN[0]
    values = {name: getattr(finding, name) for name in finding.__struct_fields__}
    old = [sample.corridor("x", 1, 2, years=(1998, 2000))]
    assert corridor.corridor_plot(sample.Finding(**{**values, "corridors": old})) is None


def test_peers_bars_are_as_high_as_their_counts() -> None:
    group = Peers("p", [1.0, 10.0, 100.0, 1000.0], [5, 20, 10], 30.0, 35)
    root = etree.fromstring(peers.peers_plot(group, 2000.0) or "")
    heights = [float(height) for height in root.xpath("//*[@class='peer']/@height")]
    assert heights == pytest.approx([0.25 * heights[1], heights[1], 0.5 * heights[1]], abs=0.11)
    own = float(root.xpath("//*[@class='own-rule']/@x1")[0])
    assert own > max(float(x) for x in root.xpath("//*[@class='peer']/@x"))


def test_peers_without_counts_give_no_plot() -> None:
    assert peers.peers_plot(Peers("p", [1.0, 10.0], [0], 3.0, 0), 2.0) is None
    assert peers.peers_plot(Peers("p", [0.0, 10.0], [4], 3.0, 4), 2.0) is None


def test_equal_earth_against_its_published_extent() -> None:
    # Šavrič et al. 2018: the map is 2.05458 times as wide as high
    width = 2 * world.project(180, 0)[0]
    height = -2 * world.project(0, 90)[1]
    assert width / height == pytest.approx(2.05458, abs=1e-4)


def test_equal_earth_keeps_areas() -> None:
    def area(lat: float) -> float:
        step = 0.01
        x0, y0 = world.project(10, lat)
        x1, _ = world.project(10 + step, lat)
        _, y2 = world.project(10, lat + step)
        return (x1 - x0) * (y0 - y2) / math.cos(math.radians(lat))

    assert area(70) == pytest.approx(area(0), rel=2e-3)


@pytest.mark.parametrize("centre", route.CENTRES)
def test_land_has_no_line_across_the_map(centre: float) -> None:
    edge = world.project(centre + 180, 0, centre)[0]
    drawn = world.land(centre)
    assert len(drawn) > 20_000
    for piece in drawn.split("M")[1:]:
        points = [tuple(map(float, spot.split(","))) for spot in piece.rstrip("Z").split(" ")]
        for (x0, y0), (x1, y1) in zip(points, points[1:] + points[:1], strict=True):
            assert abs(x0) <= edge + 0.1
            assert math.dist((x0, y0), (x1, y1)) < 40


@given(st.lists(places, max_size=6))
def test_route_map_is_valid_and_cut_at_the_edge(stops: list[Place]) -> None:
    drawn = route.route_map(stops)
    assert (drawn is None) == (not stops)
    if drawn is None:
        return
    root = etree.fromstring(drawn)
    for d in root.xpath("//*[@class='leg']/@d"):
        spots = [tuple(map(float, spot.split(","))) for spot in re.findall(r"[-\d.]+,[-\d.]+", d)]
        for before, after in itertools.pairwise(spots):
            assert math.dist(before, after) < route.WIDTH / 4
    for label in root.xpath("//*[local-name()='text']"):
        assert -1 <= float(label.get("x")) <= route.WIDTH + 1
        assert 0 <= float(label.get("y")) <= route.HEIGHT


def test_pacific_routes_are_not_cut() -> None:
    pacific = [sample.place("Shanghai", "origin"), sample.place("Los Angeles", "destination")]
    assert route.centre_of(pacific) == 160.0
    assert len(etree.fromstring(route.route_map(pacific) or "").xpath("//*[@class='leg']")) == 1
    assert route.centre_of([sample.place("Hamburg", "origin"), sample.place("Laredo", "destination")]) == 11.0


def test_labels_of_a_dense_route_do_not_touch() -> None:
    stops = [
        sample.place(name, "transit") for name in ("Ganzhou", "Hong Kong", "Hai Phong", "Osaka", "Busan", "Shanghai")
    ]
    boxes = []
    texts = etree.fromstring(route.route_map(stops) or "").xpath("//*[local-name()='text'][contains(@class,'strong')]")
    for label in texts:
        width, x, y = svg.text_width(label.text, 14), float(label.get("x")), float(label.get("y"))
        left = {"start": x, "end": x - width, "middle": x - width / 2}[label.get("text-anchor")]
        boxes.append((left, y - 13, left + width, y + 16))
    for index, (left, top, right, bottom) in enumerate(boxes):
        for x, y, r, b in boxes[index + 1 :]:
            assert right <= x + 0.2 or r <= left + 0.2 or bottom <= y + 0.2 or b <= top + 0.2


@given(st.floats(1e-4, 1e6), st.floats(1.0, 1e6))
def test_log_axis_has_ticks_inside_it(low: float, factor: float) -> None:
    axis = Log(*log_domain([low, low * factor]), 0, 100)
    ticks = axis.ticks()
    assert 1 <= len(ticks) <= 9
    assert all(-1 <= axis(tick) <= 101 for tick in ticks)


@given(st.floats(-30, 30), st.floats(0.3, 40))
def test_step_ticks_are_few_and_inside(low: float, span: float) -> None:
    ticks = step_ticks(low, low + span)
    assert len(ticks) <= 8
    assert all(low - 1e-6 <= tick <= low + span + 1e-6 for tick in ticks)


DAY = dt.date(2025, 12, 1)
KINDS = [law_sample.licence, law_sample.ban, law_sample.unknown, law_sample.many]


def drawn(made: Law, layout: regime.Layout = regime.WIDE) -> etree._Element:
    return etree.fromstring(regime.regime_plot(made, layout) or "")


def bars(root: etree._Element) -> list[str]:
    return [name.removeprefix("span ") for name in root.xpath("//*[starts-with(@class, 'span ')]/@class")]


def test_timeline_has_one_bar_a_window_and_tells_the_states_apart() -> None:
    root = drawn(law_sample.licence(DAY))
    assert bars(root) == ["dark", "pale", "pale", "off", "open", "pale"]
    assert len(root.xpath("//*[@class='hatch']")) == 1
    words = [text.text for text in root.xpath("//*[local-name()='text']")]
    assert {"CN-2025-18#Y.c", "CN-2025-18, 6 items", "CN-2025-57, 5 items"} <= set(words)
    assert {"2025-04-04", "2025-11-07", "2026-11-11", "since 2015-01-01", "suspended", "unverified"} <= set(words)
    assert "2025-12-01, this consignment" in words
    assert bars(drawn(law_sample.ban(DAY))) == ["ban", "dark"]


def test_timeline_says_what_lies_outside_it() -> None:
    root = drawn(law_sample.unknown(DAY))
    words = " | ".join(text.text for text in root.xpath("//*[local-name()='text']"))
    assert "in force 2001-01-01 to 2012-12-31 (not shown)" in words
    assert "no day in force on record" in words
    assert "first day not on record" in words


def test_timeline_shows_twelve_and_says_how_many_more() -> None:
    root = drawn(law_sample.many(DAY, 15))
    assert len(bars(root)) == regime.MOST
    assert "and 3 more, in the words" in root.xpath("string()")
    assert regime.regime_plot(law_sample.none(DAY)) is None


@pytest.mark.parametrize(
    "day", [dt.date(2018, 3, 1), dt.date(2020, 1, 2), DAY, dt.date(9999, 12, 31), dt.date(1, 1, 1)]
)
@pytest.mark.parametrize("kind", KINDS)
def test_timeline_holds_the_day_and_a_year_after_the_last_change(kind: object, day: dt.date) -> None:
    made = kind(day)  # type: ignore[operator]
    start, end = regime.axis(made, groups(made))
    assert start <= day <= end
    changes = [d for m in made.measures for s in m.spans for d in (s.first, s.last) if d and m.standing != "beside"]
    last = min(max([day, *changes]).toordinal(), day.toordinal() + regime.AHEAD)
    assert end.toordinal() == min(last + 365, dt.date.max.toordinal())


@pytest.mark.parametrize("layout", [regime.WIDE, regime.SMALL], ids=["wide", "small"])
@pytest.mark.parametrize("kind", KINDS)
def test_timeline_stays_in_its_picture(kind: object, layout: regime.Layout) -> None:
    root = drawn(kind(DAY), layout)  # type: ignore[operator]
    high = float(root.get("height"))
    for label in root.xpath("//*[local-name()='text']"):
        size, x = (12 if {"note", "tick"} & set((label.get("class") or "").split()) else 14), float(label.get("x"))
        strong = "strong" in (label.get("class") or "")
        width = svg.text_width(label.text, size, strong=strong)
        left = {"start": x, "end": x - width, "middle": x - width / 2}[label.get("text-anchor")]
        assert left >= -1, label.text
        assert left + width <= layout.width + 12, label.text
        assert 0 < float(label.get("y")) <= high
    for d in root.xpath("//*[local-name()='path']/@d"):
        for x, y in re.findall(r"([-\d.]+),([-\d.]+)", d):
            assert layout.left - 0.1 <= float(x) <= layout.right + 2.1
            assert 0 <= float(y) <= high


def test_dates_under_one_bar_do_not_touch() -> None:
    root = drawn(law_sample.licence(DAY))
    rows: dict[str, list[tuple[float, float]]] = {}
    for label in root.xpath("//*[@class='tick halo']"):
        left = float(label.get("x"))
        rows.setdefault(label.get("y"), []).append((left, left + svg.text_width(label.text, 12)))
    assert any(len(spots) == 3 for spots in rows.values())
    for spots in rows.values():
        for (_, right), (left, _) in itertools.pairwise(sorted(spots)):
            assert right < left


spans = st.builds(
    LawSpan,
    first=st.none() | st.dates(dt.date(1, 1, 1), dt.date(9999, 12, 31)),
    last=st.none() | st.dates(dt.date(1, 1, 1), dt.date(9999, 12, 31)),
    state=st.sampled_from(["in force", "suspended", "unverified"]),
    by=st.just(""),
)


@given(st.lists(spans, max_size=4), st.dates(dt.date(1990, 1, 1), dt.date(2040, 1, 1)))
def test_any_windows_can_be_drawn(several: list[LawSpan], day: dt.date) -> None:
    made = law_sample.law(day, [law_sample.measure("A", "applies", spans=several)])
    for layout in (regime.WIDE, regime.SMALL):
        root = drawn(made, layout)
        assert not re.search("nan|inf", etree.tostring(root).decode().replace("in force", ""))


def test_a_last_day_belongs_to_its_window() -> None:
    x = Linear(dt.date(2025, 1, 1).toordinal(), dt.date(2026, 1, 1).toordinal(), 0, 365)
    one, two = regime.cut([law_sample.span("2025-02-01", "2025-02-28"), law_sample.span("2025-03-01", None)], x)
    assert one.right == pytest.approx(two.left)
    assert (two.after, two.right) == (True, 365)
    assert windows([law_sample.span(None, "2025-02-28")]) == "in force up to 2025-02-28"
