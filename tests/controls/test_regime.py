"""A new regime is one file: written into a folder, it is seen by answers, timeline, differences and frames."""

from __future__ import annotations

import datetime as dt

import polars as pl
import pytest

from didymium.controls import Determination, Ruleset, determine, determine_frame, facts_of, read_goods, ruleset
from didymium.controls.changes import difference, goods_difference, timeline
from didymium.controls.explain import tree
from tests.controls import invented

DAY = dt.date(2026, 3, 1)


@pytest.fixture(scope="module")
def rules(tmp_path_factory: pytest.TempPathFactory) -> Ruleset:
    return Ruleset(invented.acts(tmp_path_factory.mktemp("acts"), "EU-MAGNETS"))


def asked(
    rules: Ruleset, material: str, *, to: str | None = "BR", day: dt.date = DAY, known: dt.date | None = None
) -> Determination:
    facts = facts_of(
        date=day, known_on=known, material=material, hs_code="850511", export_country="DE", import_country=to, origin="DE",
        end_use="civil",
    )  # fmt: skip
    return determine(facts, rules)


@pytest.mark.parametrize(
    ("material", "to", "wanted"),
    [
        ("NdFeB magnets, Dy 2 %", "BR", "licence required"),
        ("NdFeB magnets, Tb 0.1 %", "BR", "licence required"),
        ("NdFeB magnets, Dy 0.09 %, Tb 0.02 %", "BR", "free"),
        ("NdFeB magnets, Dy and Tb not detected", "BR", "free"),
        ("NdFeB magnets", "BR", "unknown"),
        ("NdFeB magnets, Dy 2 %", "NO", "free"),
        ("NdFeB magnets, Dy 2 %", "US", "free"),
        ("NdFeB magnets, Dy 2 %", None, "unknown"),
        ("dysprosium oxide", "BR", "free"),
        ("rotor assembly with NdFeB magnets, Dy 2 %", "BR", "free"),
    ],
)
def test_it_answers(rules: Ruleset, material: str, to: str | None, wanted: str) -> None:
    found = asked(rules, material, to=to)
    assert found.permission == wanted, found.missing
    assert (found.applies == ("EU-MAGNETS#M1",)) is (wanted == "licence required")
    assert asked(ruleset(), material, to=to).permission == "free", "without the file nothing controls it"


def test_its_days_and_its_publication(rules: Ruleset) -> None:
    goods = "NdFeB magnets, Dy 2 %"
    assert asked(rules, goods, day=dt.date(2026, 2, 28)).not_in_force == ("EU-MAGNETS#M1",)
    assert asked(rules, goods, day=dt.date(2026, 2, 28)).permission == "free"
    assert "EU-MAGNETS" not in str(asked(rules, goods, known=dt.date(2026, 1, 31)).hits), "not yet public"
    assert asked(rules, goods, known=dt.date(2026, 2, 1)).permission == "licence required"


def test_what_it_says_is_explained(rules: Ruleset) -> None:
    facts = facts_of(
        date=DAY, material="NdFeB magnets, Dy 2 %", hs_code=None, export_country="DE", import_country="BR", origin="DE"
    )
    text = str(tree(determine(facts, rules), facts, rules))
    assert all(part in text for part in ("EU-MAGNETS#M1", "end-use statement", "invented", "free before 2026-03-01"))


def test_timeline_and_differences_see_it(rules: Ruleset) -> None:
    lines = {line.id: line for line in timeline(rules, element="Dy", origin="DE")}
    assert [window.state for window in lines["EU-MAGNETS#art3"].windows] == ["not yet in force", "in force"]
    assert "EU-MAGNETS#art3" not in {line.id for line in timeline(rules, element="La", origin="DE")}
    assert "EU-MAGNETS#art3" not in {line.id for line in timeline(rules, element="Dy", origin="CN")}
    assert "EU-MAGNETS#art3" not in {line.id for line in timeline(rules, known_on=dt.date(2026, 1, 31))}
    changes = {change.id: (change.before, change.after) for change in difference(rules, dt.date(2026, 2, 28), DAY)}
    assert changes == {"EU-MAGNETS#art3": ("not yet in force", "in force")}
    goods = list(goods_difference(rules, dt.date(2026, 2, 28), DAY, origin="DE", destination="BR"))
    assert {(text, then.permission, now.permission) for text, then, now in goods} == {
        ("NdFeB magnets, Dy 2 %", "free", "licence required"),
        ("SmCo magnets", "free", "unknown"),
    }


def test_frames_see_it(rules: Ruleset) -> None:
    goods = [read_goods("NdFeB magnets, Dy 2 %", None), read_goods("SmCo magnets, no Dy, no Tb", None)]
    frame = pl.DataFrame({"goods": [0, 0, 1], "import_country": ["BR", "JP", "BR"]}).with_columns(
        date=pl.lit(DAY), export_country=pl.lit("DE"), origin=pl.lit("DE"), uses=pl.lit("civil")
    )
    assert determine_frame(frame, goods, rules)["permission"].to_list() == ["licence required", "free", "free"]


def test_another_act_is_another_law(rules: Ruleset) -> None:
    assert rules.hash != ruleset().hash
    assert asked(rules, "dysprosium oxide").ruleset == rules.hash


def test_its_goods_are_dual_use_goods_to_other_acts(rules: Ruleset) -> None:
    """It is a list of dual-use items; the lists of parties of another state do not reach goods that never saw it."""
    facts = facts_of(
        date=DAY, material="NdFeB magnets, Dy 0.5 %", hs_code=None, export_country="DE", import_country="BR", origin="DE",
        end_use="civil", parties={"importer": "TDK Corporation"},
    )  # fmt: skip
    assert determine(facts, rules).applies == ("EU-MAGNETS#M1",)
