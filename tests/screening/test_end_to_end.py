"""From files to result files: the same bytes again, nothing lost, and every view of a finding says the same."""

from __future__ import annotations

import csv
import html
import json
from pathlib import Path
from typing import Final

import msgspec
import polars as pl
import pytest
from polars.testing import assert_frame_equal

from didymium.errors import InputError, NothingAcceptedError, UsageError
from didymium.screening.evidence import NOTHING
from didymium.screening.explain import explain
from didymium.screening.run import Outcome, screen

INPUT: Final = Path(__file__).parent / "golden" / "input.csv"
TOP: Final = 6


@pytest.fixture(scope="module")
def outcome(tmp_path_factory: pytest.TempPathFactory) -> Outcome:
    return screen([INPUT], out=tmp_path_factory.mktemp("screen"), top=TOP)


def records() -> list[dict[str, str]]:
    with INPUT.open(encoding="utf-8", newline="") as file:
        return list(csv.DictReader(file))


def write(path: Path, rows: list[dict[str, str]]) -> Path:
    with path.open("w", encoding="utf-8", newline="") as file:
        writer = csv.DictWriter(file, list(rows[0]))
        writer.writeheader()
        writer.writerows(rows)
    return path


def results(outcome: Outcome) -> dict[str, bytes]:
    return {path.name: path.read_bytes() for path in outcome.files.values()}


def test_the_same_input_gives_the_same_bytes(outcome: Outcome, tmp_path: Path) -> None:
    again = results(screen([INPUT], out=tmp_path, top=TOP))
    assert again == results(outcome)
    assert set(again) == {path.name for path in tmp_path.iterdir()}, "a file was written that is not told of"


@pytest.mark.parametrize("batch_rows", [7, 39])
def test_batches_change_nothing(outcome: Outcome, tmp_path: Path, batch_rows: int) -> None:
    assert results(screen([INPUT], out=tmp_path, top=TOP, batch_rows=batch_rows)) == results(outcome)


def test_the_order_of_lines_changes_no_finding(outcome: Outcome, tmp_path: Path) -> None:
    turned = write(tmp_path / "input.csv", records()[::-1])
    other = results(screen([turned], out=tmp_path / "out", top=TOP))
    for name in ("findings.parquet", "evidence.parquet", "pages.json"):
        assert other[name] == results(outcome)[name]


def test_two_files_are_screened_as_one(outcome: Outcome, tmp_path: Path) -> None:
    rows = records()
    parts = [write(tmp_path / "a.csv", rows[:17]), write(tmp_path / "b.csv", rows[17:])]
    both = screen(parts, out=tmp_path / "out", top=TOP)
    assert_frame_equal(
        pl.read_parquet(both.files["findings_parquet"]),
        pl.read_parquet(outcome.files["findings_parquet"]),
        check_exact=True,
    )
    assert [view.rows_in for view in both.screening.intake] == [17, len(rows) - 17]


def test_columns_that_say_nothing_change_no_finding(outcome: Outcome, tmp_path: Path) -> None:
    more = write(
        tmp_path / "input.csv", [{**row, "licence_no": "", "end_user": "", "remarks": "see file"} for row in records()]
    )
    other = results(screen([more], out=tmp_path / "out", top=TOP))
    assert other["findings.parquet"] == results(outcome)["findings.parquet"]
    assert other["evidence.parquet"] == results(outcome)["evidence.parquet"]


def test_tonnes_are_kilograms(outcome: Outcome, tmp_path: Path) -> None:
    """The same masses in tonnes, said so in a mapping."""
    rows = [{**row, "net_kg": repr(float(row["net_kg"]) / 1000)} for row in records()]
    mapping = tmp_path / "tonnes.toml"
    mapping.write_text('[units]\nnet_kg = "t"\n', encoding="utf-8")
    other = screen([write(tmp_path / "input.csv", rows)], mapping=mapping, out=tmp_path / "out", top=TOP)
    assert_frame_equal(
        pl.read_parquet(other.files["findings_parquet"]).drop("top_reason"),
        pl.read_parquet(outcome.files["findings_parquet"]).drop("top_reason"),
        rel_tol=1e-9,
        abs_tol=1e-9,
    )


def test_every_view_of_a_finding_agrees(outcome: Outcome) -> None:
    """Pages, findings table, evidence table, explain and report tell one story."""
    out = outcome.files["pages_json" if "pages_json" in outcome.files else "findings_json"].parent
    findings = pl.read_parquet(outcome.files["findings_parquet"])
    evidence = pl.read_parquet(outcome.files["evidence_parquet"])
    report = outcome.files["report_html"].read_text(encoding="utf-8")
    assert len(outcome.screening.findings) == TOP
    for page in outcome.screening.findings:
        again = explain(out, page.declaration_id, page.item_no)
        assert msgspec.json.encode(again) == msgspec.json.encode(page)
        row = findings.row(by_predicate=pl.col("rank") == page.rank, named=True)
        assert row["declaration_id"] == page.declaration_id
        assert row["probability"] == pytest.approx(page.probability, abs=1e-9)
        assert row["top_reason"] == page.decision
        assert html.escape(page.decision) in report or page.decision in html.unescape(report)
        mine = evidence.filter(pl.col("declaration_id") == page.declaration_id)
        said = {e.check: (e.weight_bans, e.because) for e in page.evidence if e.check != "combination"}
        table = {
            r["check"]: (r["weight_bans"], r["because"]) for r in mine.iter_rows(named=True) if r["question"] != "law"
        }
        assert table == said
        law = mine.filter(pl.col("question") == "law")
        assert page.law is not None
        assert law["because"].to_list() == page.law.remarks
        assert row["permission"] == page.permission


def test_what_a_page_says_was_declared_is_what_was_declared(outcome: Outcome) -> None:
    declared = {row["declaration_id"]: row for row in records()}
    for page in outcome.screening.findings:
        fields = {field.label: field.declared for field in page.fields}
        row = declared[page.declaration_id]
        for label, column in (
            ("On the packages", "label_text"),
            ("Composition", "composition"),
            ("Use", "use"),
            ("Producer", "producer"),
        ):
            assert fields.get(label, "not stated") == (row[column] or "not stated")


def test_explain_says_what_to_do_where_it_cannot_answer(outcome: Outcome, tmp_path: Path) -> None:
    out = outcome.files["report_html"].parent
    with pytest.raises(UsageError, match="not among the findings"):
        explain(out, "NO-SUCH")
    with pytest.raises(UsageError, match=r"--top 40"):
        explain(out, pl.read_parquet(outcome.files["findings_parquet"])["declaration_id"][-1])
    with pytest.raises(UsageError, match="no screening"):
        explain(tmp_path, "X-01-COVER")


def test_every_row_is_accepted_or_rejected_with_its_reason(tmp_path: Path) -> None:
    rows = records()
    rows[3] |= {"net_kg": "-5"}
    rows[7] |= {"date": "2024-02-31"}
    rows[11] |= {"hs_code": ""}
    rows.append(dict(rows[0]))
    outcome = screen([write(tmp_path / "broken.csv", rows)], out=tmp_path / "out")
    summary = json.loads(outcome.files["summary_json"].read_text(encoding="utf-8"))
    (counts,) = summary["intake"]
    assert counts["rows_in"] == len(rows) == counts["accepted"] + counts["rejected"]
    assert counts["rejected"] == 4
    assert summary["lines_screened"] == summary["lines_listed"] == counts["accepted"]
    rejects = pl.read_csv(outcome.files["rejects_csv"], infer_schema=False)
    assert sorted(rejects["source_row"].cast(pl.Int64)) == [5, 9, 13, len(rows) + 1]
    assert rejects["reason"].null_count() == 0


def test_a_file_of_nothing_but_refused_rows_is_an_error_with_a_fix(tmp_path: Path) -> None:
    path = write(tmp_path / "all_bad.csv", [{**row, "net_kg": "0"} for row in records()])
    with pytest.raises(NothingAcceptedError) as caught:
        screen([path], out=tmp_path / "out")
    assert "40" in str(caught.value)
    assert "intake check" in str(caught.value)
    assert not (tmp_path / "out" / "findings.csv").exists()


def test_a_header_without_rows_is_an_error(tmp_path: Path) -> None:
    path = tmp_path / "empty.csv"
    path.write_text(",".join(records()[0]) + "\n", encoding="utf-8")
    with pytest.raises(InputError):
        screen([path], out=tmp_path / "out")


def test_a_file_in_which_nothing_stands_out_says_so(tmp_path: Path) -> None:
    path = write(tmp_path / "calm.csv", [row for row in records() if row["declaration_id"].startswith("L-ND")])
    outcome = screen([path], out=tmp_path / "out")
    findings = pl.read_csv(outcome.files["findings_csv"])
    assert findings["top_reason"].unique().to_list() == [NOTHING]
    assert findings["probability"].max() < 0.02
    assert NOTHING in outcome.files["report_html"].read_text(encoding="utf-8")


def test_formulas_are_neutralised_in_csv_and_whole_in_parquet(tmp_path: Path) -> None:
    evil = '=HYPERLINK("http://example.org")'
    rows = [{**row, "declaration_id": evil, "description": "<script>alert(1)</script>"} for row in records()[:1]]
    outcome = screen([write(tmp_path / "evil.csv", rows)], out=tmp_path / "out")
    assert pl.read_parquet(outcome.files["findings_parquet"])["declaration_id"].to_list() == [evil]
    for name in ("findings_csv", "evidence_csv"):
        for line in csv.DictReader(outcome.files[name].open(encoding="utf-8", newline="")):
            assert not line["declaration_id"].startswith("=")
    assert "<script>alert(1)</script>" not in outcome.files["report_html"].read_text(encoding="utf-8")
