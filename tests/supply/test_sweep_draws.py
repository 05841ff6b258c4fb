"""Ranges and draws: what is drawn, from where to where, and what a draw makes of a scenario."""

from __future__ import annotations

import datetime as dt
from pathlib import Path

import msgspec
import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from didymium.errors import InputError
from didymium.reference import table
from didymium.supply import Scenario, Shock, scenarios
from didymium.supply.scenario import load
from didymium.supply.sweep import Range, read_ranges, spans
from didymium.supply.sweep.draws import hypercube, made, quantile

DAY = dt.date(2026, 1, 1)


def one(low: float, middle: float, high: float, name: str = "x") -> Range:
    return Range(name, "parameter", name, low, middle, high, "test", "low")


def story(**shock: object) -> Scenario:
    return Scenario(title="", summary="", start=DAY, shock=(Shock(start=DAY, **shock),))


@given(st.floats(0, 50), st.floats(0, 50), st.floats(0, 50), st.integers(2, 40), st.integers(0, 2**63 - 1))
def test_every_part_of_a_range_is_hit_once(low: float, more: float, most: float, draws: int, seed: int) -> None:
    span = one(low, low + more, low + more + most)
    values = hypercube([span], draws, seed)[:, 0]
    assert ((span.low <= values) & (values <= span.high)).all()
    edges = quantile(span, np.arange(draws + 1) / draws)
    ordered = np.sort(values)
    assert (ordered >= edges[:-1] - 1e-9).all()
    assert (ordered <= edges[1:] + 1e-9).all()


def test_half_the_draws_lie_below_the_middle_on_a_scale_of_ratios() -> None:
    values = hypercube([one(1.0, 10.0, 1000.0), one(0.0, 1.0, 5.0, "y")], 1000, 3)
    assert (values[:, 0] < 10).sum() == (values[:, 1] < 1).sum() == 500
    assert np.median(values[values[:, 0] > 10, 0]) == pytest.approx(100, rel=0.02)
    assert np.median(values[values[:, 1] > 1, 1]) == pytest.approx(3, rel=0.02)
    assert abs(np.corrcoef(values.T)[0, 1]) < 0.1


def test_holding_one_range_leaves_the_draws_of_the_others() -> None:
    a, b = one(1, 2, 3, "a"), one(1, 2, 3, "b")
    assert np.array_equal(hypercube([a, b], 50, 7)[:, 1], hypercube([b], 50, 7)[:, 0])
    assert not np.array_equal(hypercube([a], 50, 7), hypercube([a], 50, 8))
    assert not np.array_equal(hypercube([a], 50, 7), hypercube([b], 50, 7))


@pytest.mark.parametrize("name", scenarios())
def test_shipped_ranges_fit_all_shipped_scenarios(name: str) -> None:
    scenario = load(name)
    found = spans(scenario, read_ranges())
    assert len({span.name for span in found}) == len(found)
    assert all(span.low <= span.middle <= span.high and span.low < span.high and span.source for span in found)
    values = hypercube(found, 8, 1)
    for row in values:
        load(made(scenario, found, row, {}).scenario)  # every draw is a sound scenario


def test_every_range_of_the_table_is_drawn_or_fixed() -> None:
    drawn = {span.item for span in spans(story(kind="ban"), read_ranges()) if span.of == "parameter"}
    fixed = set(read_ranges().fixed or ())
    with_range = {
        f"{row['name']} {row['item'] or ''}".strip()
        for row in table("supply_parameters").iter_rows(named=True)
        if row["low"] is not None and row["low"] < row["high"]
    }
    assert drawn | fixed == with_range
    assert not drawn & fixed


def test_a_held_parameter_is_not_drawn() -> None:
    names = {span.name for span in spans(story(kind="ban"), read_ranges(), {"precaution": 1.4})}
    assert "precaution" not in names
    assert "expectation" in names


def factor(what: str, value: float, scenario: Scenario) -> Shock:
    span = Range("s", "shock", f"1 {what}", value, value, value, "test", "low")
    return made(scenario, [span], [value], {}).scenario.shock[0]


def test_what_a_draw_makes_of_a_shock() -> None:
    path = story(kind="licence", path=(0.0, 0.4, 0.8))
    assert factor("value", 1.5, path).path == pytest.approx((0.0, 0.6, 1.2))
    assert factor("pace", 2.0, path).path == pytest.approx((0.0, 0.2, 0.4, 0.6, 0.8))
    assert factor("pace", 1.0, path) == path.shock[0]
    outage = story(kind="outage", value=0.8, end=dt.date(2026, 1, 31))
    assert factor("value", 2.0, outage).value == 1.0  # an outage loses no more than all
    assert factor("lasts", 2.0, outage).end == dt.date(2026, 3, 3)
    assert factor("lasts", 0.001, outage).end == DAY
    assert factor("lasts", 1000.0, story(kind="ban", end=dt.date(2090, 1, 1))).end == dt.date(2100, 12, 31)
    loss = Range("loss", "loss", "", 1, 2, 3, "test", "low")
    draw = made(path, [loss, one(1, 2, 3, "precaution")], [2.5, 1.5], {"expectation": 0.1})
    assert (draw.loss, draw.parameters) == (2.5, {"expectation": 0.1, "precaution": 1.5})
    assert msgspec.structs.replace(draw.scenario) == path


def own(tmp_path: Path, text: str) -> list[Range]:
    (tmp_path / "own.toml").write_text(text)
    return spans(story(kind="licence", value=0.5), read_ranges(tmp_path / "own.toml"))


def test_an_own_file_is_laid_over_the_shipped_one(tmp_path: Path) -> None:
    text = '[shock.1]\nvalue = [0.1, 1.2]\nsource = "me"\n[parameter.precaution]\nlow = 1.7\nhigh = 1.9\n'
    by = {span.name: span for span in own(tmp_path, text)}
    shock, parameter = by["shock 1 licence value"], by["precaution"]
    assert (shock.low, shock.high, shock.source) == (0.1, 1.2, "me")
    assert (parameter.low, parameter.middle, parameter.high) == (1.7, 1.8, 1.9)
    assert "loss" in by


@pytest.mark.parametrize(
    ("text", "says"),
    [
        ("[shock.2]\nvalue = [0.5, 2.0]\n", r"no shock '2'.*Allowed: 1 to 1"),
        ("[shock.1]\nvalue = [1.5, 2.0]\n", r"shock 1 \(licence\), value is 1.5 to 2.*low <= 1 <= high"),
        ("[parameter.precautio]\nlow = 1\nhigh = 2\n", r"'precautio'.*Did you mean 'precaution'"),
        ("[parameter.precaution]\nlow = 1.9\nhigh = 2\n", r"parameter.precaution.*1.9 to 2.*<= 1.8"),
        ("[parameter.precaution]\nlow = nan\nhigh = 2\n", r"precaution is nan"),
        ("[loss]\nlow = 0\nhigh = 2\n", r"loss is 0 to 2.*0.001 <= low"),
        ('fixed = ["nothing"]\n', r"no parameter is called 'nothing'"),
        ("[kind.licens]\nvalue = [0.5, 2.0]\n", r"own.toml.*Invalid enum value 'licens'"),
        ("[kind.licence]\nvalues = [0.5, 2.0]\n", r"unknown field `values`"),
        ("[kind.licence]\nvalue = 2\n", r"Expected `array \| null`, got `int`"),
        ("x = [", r"own.toml: not valid TOML"),
    ],
)  # fmt: skip
def test_a_ranges_file_with_a_mistake_names_it(tmp_path: Path, text: str, says: str) -> None:
    with pytest.raises(InputError, match=says):
        own(tmp_path, text)
