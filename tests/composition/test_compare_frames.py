"""Comparison of whole tables: batches, several samples, days, errors, weights, what screening reads, and the data files."""

from __future__ import annotations

import datetime as dt
from pathlib import Path
from typing import Any

import polars as pl
import pytest

from didymium.composition.assay import analytes, claims, comparison, data
from didymium.composition.assay.assessment import assess
from didymium.composition.assay.controlled import elements_on
from didymium.errors import InputError
from didymium.intake.cells.amounts import derive
from didymium.reference import table
from tests.composition.test_compare_cases import cases, rows_of

CASES = [case.values[0] for case in cases()]
MAGNET = {"description": "NdFeB magnets", "composition": "Nd 30%, B 1%, Fe balance"}


def row(analyte: str, value: object, **more: Any) -> dict[str, Any]:
    common = {
        "unit": "wt%",
        "method": "ICP-OES",
        "surface": "bulk",
        "sample_id": "1",
        "declaration_id": "A",
        "item_no": 1,
    }
    return common | {"analyte": analyte, "value": str(value), "uncertainty": None, "lod": None, "basis": None} | more


def assays(rows: list[dict[str, Any]]) -> pl.DataFrame:
    schema = {
        "uncertainty": pl.Float64,
        "lod": pl.Float64,
        "basis": pl.String,
        "remark": pl.String,
        "item_no": pl.Int32,
    }
    frame = pl.DataFrame(
        rows, schema_overrides={k: v for k, v in schema.items() if k in rows[0]}, infer_schema_length=None
    )
    return derive(frame, ".")[0]


def declarations(*papers: dict[str, Any]) -> pl.DataFrame:
    names = ("composition", "description", "grade", "hs_code")
    return pl.DataFrame(
        [
            {"declaration_id": p.get("declaration_id", "A"), "item_no": 1, "date": p.get("date")}
            | {n: p.get(n) for n in names}
            for p in papers
        ],
        schema={"declaration_id": pl.String, "item_no": pl.Int32, "date": pl.Date} | dict.fromkeys(names, pl.String),
    )


def test_a_table_gives_what_single_cases_give(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(comparison, "_BATCH", 7)
    rows, papers = [], []
    for number, case in enumerate(CASES):
        key = {"declaration_id": f"D{number:03}", "item_no": 1, "sample_id": ""}
        day = case["declaration"].get("date")
        papers.append(case["declaration"] | key | {"date": dt.date.fromisoformat(day) if day else None})
        rows += [row("", 0) | r | key | {"value": str(r["value"])} for r in rows_of(case)]
    found = comparison.compare(assays(rows), declarations(*papers)).consignments
    alone = [assess(case["declaration"], rows_of(case)) for case in CASES]
    assert found["verdict"].to_list() == [a.verdict for a in alone]
    assert found["elements"].to_list() == [list(a.elements) for a in alone]
    assert found["reason"].to_list() == [a.reason for a in alone]
    assert found["next_measurement"].to_list() == [a.next_measurement for a in alone]


def test_one_false_sample_decides() -> None:
    rows = [row("Nd", 29.9, uncertainty=0.3), row("Nd", 24.0, uncertainty=0.3, sample_id="2")]
    found = comparison.compare(assays(rows), declarations(MAGNET))
    assert found.samples["verdict"].to_list() == ["consistent", "inconsistent"]
    assert found.consignments["verdict"].to_list() == ["inconsistent"]


def test_a_clean_sample_settles_a_plated_one() -> None:
    plated = [row("Ni", 90, method="pXRF", surface="coated"), row("Nd", 1, method="pXRF", surface="coated")]
    ground = [row("Nd", 29.9, uncertainty=0.3, sample_id="2")]
    both = comparison.compare(assays([*plated, *ground]), declarations(MAGNET))
    assert comparison.compare(assays(plated), declarations(MAGNET)).consignments["verdict"].to_list() == [
        "inconclusive"
    ]
    assert both.consignments["verdict"].to_list() == ["consistent"]


def test_samples_of_unknown_declarations_are_left_out() -> None:
    rows = [row("Nd", 29.9, uncertainty=0.3), row("Nd", 10, declaration_id="B")]
    assert comparison.compare(assays(rows), declarations(MAGNET)).consignments["declaration_id"].to_list() == ["A"]


def test_no_rows_give_empty_frames() -> None:
    found = comparison.compare(assays([row("Nd", 1)]).clear(), declarations(MAGNET))
    assert found.consignments.is_empty()
    assert "reason" in found.consignments.columns
    assert found.elements.is_empty()


@pytest.mark.parametrize(
    ("rows", "says"),
    [
        ([{"analyte": "Nd", "value": 1, "unit": "oz"}], "oz"),
        ([{"analyte": "Nd", "value": "plenty", "unit": "wt%"}], "plenty"),
        ([{"analyte": "Nd", "unit": "wt%"}], "value"),
        ([{"analyte": "Nd", "value": float("inf"), "unit": "wt%"}], "inf"),
        ([{"analyte": "Nd", "value": 1, "unit": "wt%", "uncertainty": -1}], "-1"),
        ([{"analyte": "??", "value": 1, "unit": "wt%"}], "analyte"),
        ([], "no rows"),
    ],
)
def test_errors_name_the_value(rows: list[dict[str, Any]], says: str) -> None:
    with pytest.raises(InputError) as error:
        assess(MAGNET, rows)
    assert says in str(error.value)


def test_weights_speak_as_the_verdict() -> None:
    for case in CASES:
        found = assess(case["declaration"], rows_of(case))
        weights = [w for w in found.weights_bans.values() if w > 0]
        assert bool(weights) == (found.verdict == "inconsistent") or found.verdict == "inconclusive", case["case"]
        assert all(-1.0 <= w <= 2.5 for w in found.weights_bans.values())


def test_screening_reads_the_richest_sample() -> None:
    rows = [
        row("Nd", 20, uncertainty=0.3), row("Dy2O3", 2, uncertainty=0.1), row("Tb", "<0.01"), row("Fe", 60),
        row("TREO", 27, sample_id="2"),
    ]  # fmt: skip
    frame = assays(rows)
    ours = comparison.compare(frame, declarations({"description": "scrap", "composition": None})).consignments
    rich = 27.0  # the TREO row of the second sample: its richest; Nd2O3 and Dy2O3 of the first make 25.3
    assert ours["measured_reo_pct"][0] == pytest.approx(rich, abs=1e-4)
    assert ours["measured_doubtful_pct"][0] == pytest.approx(0.0, abs=1e-4)
    assert ours["measured_method"][0] == "ICP-OES"


def test_the_list_of_the_day() -> None:
    april = frozenset({"Sm", "Gd", "Tb", "Dy", "Lu", "Sc", "Y"})
    assert elements_on(None) == april
    assert elements_on(dt.date(2025, 4, 4)) == april
    assert elements_on(dt.date(2025, 4, 3)) == frozenset()


def test_lines_hold_every_pair_of_the_reference_table() -> None:
    pairs = table("xrf_overlaps").filter((pl.col("analyte_line") == "La1") & (pl.col("delta_ev").abs() <= 150))
    ours = data.overlaps().select("element", "cover")
    missing = pairs.join(ours, left_on=["analyte", "interferent"], right_on=["element", "cover"], how="anti")
    assert missing.is_empty()


def test_oxide_factors_agree_with_the_reference_table() -> None:
    for element, oxide, share in table("elements").select("element", "oxide", "oxide_to_element").iter_rows():
        assert analytes.read(oxide, None).to_element == pytest.approx(share, abs=1e-5), element


@pytest.mark.parametrize(
    "name",
    ["rules.csv", "methods.csv", "words.csv", "signatures.csv", "next_measurements.csv", "xrf_lines.csv"],
)
def test_every_row_of_data_has_a_source(name: str) -> None:
    assert data.rows(name)["source"].null_count() == 0


def test_every_rule_is_used() -> None:
    code = "".join(path.read_text("utf-8") for path in Path(comparison.__file__).parent.glob("*.py"))
    for name in data.rows("rules.csv")["rule"]:
        assert f'rule("{name}")' in code, name


def test_every_word_pattern_finds_its_example() -> None:
    for kind, example in data.rows("words.csv").select("kind", "example").iter_rows():
        assert data.words(kind).search(example.lower()), (kind, example)


@pytest.mark.parametrize(
    ("text", "denied"),
    [
        ("NdFeB magnets, no Dy no Tb", {"Dy", "Tb"}),
        ("NdFeB magnets, Dy/Tb-free", {"Dy", "Tb"}),
        ("NdFeB magnets free of dysprosium and terbium", {"Dy", "Tb"}),
        ("钕铁硼磁铁，不含镝、铽", {"Dy", "Tb"}),
        ("cobalt-free magnets", {"Co"}),
        ("magnets without Co", {"Co"}),
        ("NdFeB magnets", set()),
        ("No. 5 drums of Nd2O3", set()),
        ("item no Y-45, cerium oxide", set()),
    ],
)
def test_denials_in_words(text: str, denied: set[str]) -> None:
    assert set(claims.read(None, text, None).denied) == denied


@pytest.mark.parametrize(
    ("description", "metal", "organic"),
    [
        ("NdFeB magnets, Ni-Cu-Ni plated", True, False), ("NdFeB magnets, uncoated", False, False),
        ("magnets, nickel coating", True, False), ("magnets, black epoxy", False, True),
        ("钕铁硼磁铁 镀锌", True, False), ("plain magnets", False, False), ("galvanised magnets", True, False),
    ],
)  # fmt: skip
def test_coats_in_words(description: str, metal: bool, organic: bool) -> None:
    found = claims.read(None, description, None)
    assert (found.metal_coat, found.organic_coat) == (metal, organic)


@pytest.mark.parametrize(
    ("grade", "description", "suffix"),
    [("N42SH", None, "SH"), ("42SH", None, "SH"), ("N52", None, ""), (None, "magnets N38UH 20x5", "UH"), ("N35VH", None, "AH"),
     ("YXG-28H", "SmCo magnets", None), (None, "magnets 42 pieces", None), ("Y30BH", "ferrite magnets", None)],
)  # fmt: skip
def test_grades(grade: str | None, description: str | None, suffix: str | None) -> None:
    assert claims.read(None, description, grade).suffix == suffix
