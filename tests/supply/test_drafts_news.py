"""Draft scenarios from annotated reports: YAML cases, the shared corpus, quotations, refusals."""

from __future__ import annotations

import datetime as dt
import json
from pathlib import Path
from typing import Any

import pytest
import yaml

from didymium.cli import supply_scenarios
from didymium.errors import InputError, UsageError
from didymium.supply.drafts import Report, as_toml, from_news, read_report
from didymium.supply.drafts.reports import SCHEMA, day_of
from didymium.supply.scenario import parse

CASES = yaml.safe_load((Path(__file__).parents[1] / "cases" / "supply" / "drafts_news.yaml").read_text("utf-8"))
CORPUS = Path(__file__).parents[3] / "shared" / "benchmarks" / "news"


def span(text: str, words: str) -> dict[str, Any]:
    start = text.index(words)
    return {"text": words, "start": start, "end": start + len(words)}


def tree(case: dict[str, Any], file: str = "case.txt") -> dict[str, Any]:
    """The annotated report of a case."""
    text, event = case["text"], case["event"]
    names = ("type", "canonical", "kb", "named")
    entities = [{"id": key} | dict(zip(names, value, strict=False)) for key, value in case["entities"].items()]
    day = event.get("day")
    return {
        "schema": SCHEMA, "file": file, "publication_date": str(case["published"]) if "published" in case else None,
        "entities": entities, "times": [{"id": "T1", "value": str(day)}] if day else [],
        "events": [{
            "id": "E1", "type": event["type"], "trigger": span(text, event["trigger"]), "args": event["args"],
            "factuality": event.get("factuality", "asserted"), "polarity": event.get("polarity", "+"),
            "time": "T1" if day else None, "gta": {"stage": event.get("stage")},
        }],
        "claims": [
            {"id": "C1", "metric": one["metric"], "value": one["value"], "unit": one["unit"], "span": span(text, one["words"])}
            for one in case.get("claims", [])
        ],
    }  # fmt: skip


def report(case: dict[str, Any], folder: Path, name: str = "case") -> Report:
    (folder / f"{name}.txt").write_text(case["text"], "utf-8")
    (folder / f"{name}.gold.json").write_text(json.dumps(tree(case, f"{name}.txt")), "utf-8")
    return read_report(folder / f"{name}.gold.json")


@pytest.mark.parametrize("case", CASES, ids=lambda case: case["case"])
def test_cases(case: dict[str, Any], tmp_path: Path) -> None:
    draft = from_news([report(case, tmp_path)])
    story = parse(as_toml(draft).encode(), "draft.toml")
    if case["shock"] is None:
        assert not draft.shocks
        lines = [f"{what}: {why}" for what, why in draft.left_out]
        if "why" in case:
            assert any(all(word in line for word in case["why"]) for line in lines), lines
    else:
        (one,) = draft.shocks
        for key, value in case["shock"].items():
            assert getattr(one.shock, key) == (tuple(value) if isinstance(value, list) else value), key
        assert bool(one.waits) == case.get("waits", False)
        assert len(story.shock) == (0 if one.waits else 1)
        assert case["text"] in one.rests_on[0]
        if "assumed" in case:
            assert [known.name for known in one.assumed] == case["assumed"]
    if "remark" in case:
        assert any(remark.startswith(case["remark"]) for remark in draft.remarks)


def test_the_corpus_gives_one_control_and_says_why_all_else_is_none() -> None:
    """Of 14 reports with all their rumours, denials and forecasts only the licences of April 2025 are a dated fact on goods."""
    files = sorted(CORPUS.glob("*.gold.json"))
    if not files:
        pytest.skip("the shared benchmarks are not here")
    reports = [read_report(path) for path in files]
    draft = from_news(reports)
    live = [one for one in draft.shocks if not one.waits]
    assert [(one.shock.kind, one.shock.start, one.shock.origin) for one in live] == [
        ("licence", dt.date(2025, 4, 4), ("CN",))
    ]
    assert "placed seven medium and heavy rare earths" in live[0].rests_on[0]
    assert any("remain compulsory" in line for line in live[0].rests_on)  # a second report of the same
    supply = sum(
        e.type in ("SET_QUOTA", "TARIFF", "SUPPLY_DISRUPTION", "CLOSE_CAPACITY") for one in reports for e in one.events
    )
    said = sum(
        what.count(kind)
        for what, _ in draft.left_out
        for kind in ("SET_QUOTA", "TARIFF", "SUPPLY_DISRUPTION", "CLOSE_CAPACITY")
    )
    assert said == supply
    assert any("$126 a kilogram" in remark for remark in draft.remarks)
    assert parse(as_toml(draft).encode(), "draft.toml").months == 24


def control(kind: str, trigger: str, text: str, day: str) -> dict[str, Any]:
    args = {"actor": "N1", "material": "N2"}
    entities = {"N1": ["STATE", "China"], "N2": ["MATERIAL", "dysprosium", "Dy"]}
    return {"text": text, "entities": entities,
            "event": {"type": kind, "trigger": trigger, "args": args, "stage": "in_force", "day": day}}  # fmt: skip


def test_what_is_lifted_ends(tmp_path: Path) -> None:
    begun = control("IMPOSE_EXPORT_CONTROL", "banned", "China banned exports of dysprosium.", "2026-01-10")
    over = control("LIFT_CONTROL", "lifted", "China lifted its ban on dysprosium.", "2026-03-01")
    reports = [report(over, tmp_path, "b"), report(begun, tmp_path, "a")]
    (one,) = from_news(reports).shocks
    assert (one.shock.start, one.shock.end) == (dt.date(2026, 1, 10), dt.date(2026, 2, 28))
    assert any("lifted its ban" in line for line in one.rests_on)
    alone = from_news([reports[0]])
    assert not alone.shocks
    assert any("no shock of this draft" in why for _, why in alone.left_out)


def test_order_of_reports_does_not_matter(tmp_path: Path) -> None:
    known = [report(case, tmp_path, f"r{n}") for n, case in enumerate(CASES)]
    one, other = from_news(known), from_news(reversed(known))
    assert [(s.shock, s.waits) for s in one.shocks] == [(s.shock, s.waits) for s in other.shocks]
    assert one.left_out == other.left_out


@pytest.mark.parametrize(
    ("text", "says"),
    [
        ("not json", "malformed"),
        ("[]", "no annotated report"),
        ('{"schema": "other"}', "no annotated report"),
        (json.dumps({"schema": SCHEMA, "file": "x.txt", "events": [{"id": "E1"}]}), "missing required field"),
    ],
)
def test_files_that_are_no_reports(text: str, says: str, tmp_path: Path) -> None:
    (tmp_path / "bad.json").write_text(text, "utf-8")
    with pytest.raises(InputError, match=says) as caught:
        read_report(tmp_path / "bad.json")
    assert caught.value.file == "bad.json"


def test_a_text_elsewhere_is_not_read(tmp_path: Path) -> None:
    """The name of the text comes from the file: no path out of its folder is followed."""
    (tmp_path / "secret.txt").write_text("secret", "utf-8")
    (tmp_path / "in").mkdir()
    content = tree(CASES[0], "../secret.txt")
    (tmp_path / "in" / "a.json").write_text(json.dumps(content), "utf-8")
    assert read_report(tmp_path / "in" / "a.json").text == ""


@pytest.mark.parametrize(
    ("value", "day"),
    [("2025-04-04", dt.date(2025, 4, 4)), ("2025-04", dt.date(2025, 4, 1)), ("2025-06/2025-08", dt.date(2025, 6, 1)),
     ("2025", None), ("2025-W10", None), ("2025-Q2", None), ("FUTURE_REF", None), ("2025-13-01", None)],
)  # fmt: skip
def test_days(value: str, day: dt.date | None) -> None:
    assert day_of(value) == day


def test_the_command(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    report(CASES[0], tmp_path, "a")
    supply_scenarios.scenarios(from_news=[tmp_path / "a.gold.json"], end="2025-09")
    story = parse(capsys.readouterr().out.encode(), "draft.toml")
    assert (story.start, story.months, len(story.shock)) == (dt.date(2025, 4, 1), 6, 1)
    with pytest.raises(UsageError, match="no report"):
        from_news([])
