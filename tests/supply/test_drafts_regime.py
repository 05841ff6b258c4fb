"""Scenarios drawn up from control acts: YAML cases, and a file that runs and says what it rests on."""

from __future__ import annotations

import datetime as dt
import tomllib
from pathlib import Path
from typing import Any

import pytest
import yaml

from didymium.cli import supply_scenarios
from didymium.errors import UsageError
from didymium.supply import run
from didymium.supply.drafts import Draft, as_ranges, as_toml, assumed, from_regime
from didymium.supply.drafts.draft import Drawn
from didymium.supply.scenario import Shock, parse
from didymium.supply.sweep import read_ranges, spans

CASES = yaml.safe_load((Path(__file__).parents[1] / "cases" / "supply" / "drafts_regime.yaml").read_text("utf-8"))


def fits(shock: Shock, wanted: dict[str, Any]) -> bool:
    """Has the shock the values that a case names?"""
    said = {key: tuple(value) if isinstance(value, list) else value for key, value in wanted.items()}
    return all(getattr(shock, key) == value for key, value in said.items())


@pytest.mark.parametrize("case", CASES, ids=lambda case: case["case"])
def test_cases(case: dict[str, Any]) -> None:
    draft = from_regime(
        case["of"], case["from"], case["to"], known_on=case.get("known"), unconfirmed=case.get("unconfirmed", False)
    )
    live = [one.shock for one in draft.shocks if not one.waits]
    waiting = [one.shock for one in draft.shocks if one.waits]
    for found, wanted in ((live, case["shocks"]), (waiting, case["waits"])):
        for one in wanted:
            assert any(fits(shock, one) for shock in found), (one, found)
    if not case["shocks"]:
        assert not live
    if not case["waits"]:
        assert not waiting
    for one in case.get("never", []):
        assert not any(fits(shock, one) for shock in live)
    lines = [f"{what}: {why}" for what, why in draft.left_out]
    for words in case.get("left_out", []):
        assert any(all(word in line for word in words) for line in lines), (words, lines)


@pytest.fixture(scope="module")
def china() -> Draft:
    return from_regime("CN", dt.date(2025, 4, 1), dt.date(2027, 1, 1))


def test_the_file_runs_and_is_the_draft(china: Draft) -> None:
    text = as_toml(china)
    story = parse(text.encode(), "cn.toml")
    assert story.shock == china.scenario().shock
    assert (story.start, story.months) == (dt.date(2025, 4, 1), 22)
    result = run(story, 3)
    dy = result.prices.filter((result.prices["zone"] == "rest") & (result.prices["item"] == "Dy")).sort("month")
    assert dy["ratio"].max() > 1.5
    everything = "\n".join(
        line.removeprefix("#") if line.startswith("#") and line[1:2] != " " else line for line in text.splitlines()
    )
    assert len(parse(everything.encode(), "all.toml").shock) == len(china.shocks)


def test_nothing_is_guessed_in_silence(china: Draft) -> None:
    """What is not a date, good or route of the law is named with range and source, in the file and in the ranges."""
    text, ranges = as_toml(china), as_ranges(china)
    for one in china.shocks:
        if one.shock.kind in ("licence", "technology"):
            (known,) = one.assumed
            assert one.shock.path == known.path or one.shock.value == known.value
            assert known.source
            assert f"{known.name} = " in text
        else:
            assert not one.assumed
            assert one.shock.value in (None, 0.0)
    numbers = [n for n, one in enumerate((one for one in china.shocks if not one.waits), start=1) if one.assumed]
    assert sorted(tomllib.loads(ranges)["shock"]) == [str(n) for n in numbers]


def test_the_ranges_are_those_of_a_sweep(china: Draft, tmp_path: Path) -> None:
    (tmp_path / "cn.ranges.toml").write_text(as_ranges(china), "utf-8")
    drawn = spans(china.scenario(), read_ranges(tmp_path / "cn.ranges.toml"))
    known = assumed()["licence_materials"]
    found = {one.name: one for one in drawn if one.of == "shock"}
    number = next(n for n, shock in enumerate(china.scenario().shock, start=1) if shock.path == known.path)
    one = found[f"shock {number} licence value"]
    assert (one.low, one.high) == (known.low, known.high)
    assert known.source in one.source


def test_a_held_parameter_stands_in_every_licence() -> None:
    draft = from_regime("CN", dt.date(2025, 4, 1), dt.date(2025, 6, 1), held={"licence_materials": 0.3})
    values = {one.shock.value for one in draft.shocks if one.shock.kind == "licence" and "oxide" in one.shock.stages}
    assert values == {0.3}
    assert "held by the caller" in as_toml(draft)
    with pytest.raises(UsageError, match="no parameter 'licence'"):
        from_regime("CN", dt.date(2025, 4, 1), dt.date(2025, 6, 1), held={"licence": 0.3})


@pytest.mark.parametrize(
    ("issuer", "start", "end", "says"),
    [
        ("XX", dt.date(2025, 4, 1), dt.date(2025, 6, 1), "Issuers: CN"),
        ("CN", dt.date(2025, 6, 1), dt.date(2025, 4, 1), "1 to 240"),
    ],
)
def test_wrong_calls(issuer: str, start: dt.date, end: dt.date, says: str) -> None:
    with pytest.raises(UsageError, match=says):
        from_regime(issuer, start, end)


def test_what_a_source_says_breaks_no_line() -> None:
    nasty = 'a "quote"\n[[shock]]\nkind = "ban"\u2028\u202e\\ \x00'
    draft = Draft("t\n# x", nasty, dt.date(2025, 4, 1), 2, nasty, left_out=[(nasty, nasty)], remarks=[nasty])
    shock = Shock(kind="ban", start=dt.date(2025, 4, 4), stages=("oxide",), origin=("CN",), why=nasty)
    draft.shocks = [Drawn(shock, (nasty,)), Drawn(shock, (nasty,), waits=nasty)]
    story = parse(as_toml(draft).encode(), "nasty.toml")
    assert len(story.shock) == 1
    assert story.shock[0].why.startswith('a "quote" [[shock]] kind')


def test_the_command_writes_a_draft_that_runs(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    out = tmp_path / "new" / "cn.toml"
    supply_scenarios.scenarios(from_regime="cn", start="2025-04", end="2025-12", out=out)
    assert "shocks" in capsys.readouterr().out
    assert parse(out.read_bytes(), out.name).months == 9
    assert (tmp_path / "new" / "cn.ranges.toml").exists()
    supply_scenarios.scenarios(from_regime="CN", start="2025-04", end="2025-12")
    assert capsys.readouterr().out == out.read_text("utf-8")


@pytest.mark.parametrize(
    ("asked", "says"),
    [
        ({"start": "2025-04"}, "for drafts"),
        ({"from_regime": "CN"}, "--from and --to"),
        ({"from_regime": "CN", "start": "April", "end": "2025-12"}, "no month"),
        ({"from_regime": "CN", "start": "2025-04", "end": "2025-12", "known": "soon"}, "no day"),
        ({"from_regime": "CN", "from_news": [Path("x")]}, "one by one"),
        ({"from_news": [Path("x")], "known": "2025-04-04"}, "for acts"),
    ],
)
def test_options_that_do_not_fit(asked: dict[str, Any], says: str) -> None:
    with pytest.raises(UsageError, match=says):
        supply_scenarios.scenarios(**asked)
