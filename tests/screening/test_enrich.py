"""Enrichment: rows in = rows out of every step, in the same order, whatever is written in them."""

from __future__ import annotations

import re
from collections.abc import Callable

import polars as pl
import pytest
from hypothesis import given
from hypothesis import strategies as st

from didymium.checks import CHECKS
from didymium.intake.schema import DECLARATIONS
from didymium.screening import enrich as steps
from didymium.screening.attach import attach_profile, close
from didymium.screening.batch import first, with_raw_weights, with_weights
from didymium.screening.enrich import enrich
from didymium.screening.enrich.lookup import attach
from didymium.screening.names import add_names
from didymium.screening.profile import Counter, count
from didymium.screening.weigh import weigh
from tests.lines import declarations
from tests.screening.memory import scored
from tests.screening.strategies import FILES, LINE, NASTY, SLOW

TEXT_COLUMNS = [
    name for name, dtype in DECLARATIONS.items() if dtype == pl.String and name not in ("declaration_id", "source_file")
]
STEPS = sorted(name for name in vars(steps) if name.startswith("add_"))


def with_file(rows: pl.DataFrame) -> pl.DataFrame:
    return rows.with_columns(file_no=pl.lit(0, dtype=pl.Int32))


def judged_wide(rows: pl.DataFrame) -> pl.DataFrame:
    wide = enrich(with_file(rows))
    counter = Counter()
    counter.add(count(wide))
    return attach_profile(wide, close(counter.tables()))


@SLOW
@given(st.lists(LINE, min_size=1, max_size=12))
def test_every_step_keeps_every_row_in_its_place(lines: list[dict[str, object]]) -> None:
    rows = declarations(lines)
    seen: list[str] = []

    def watched(name: str, step: Callable[[pl.DataFrame], pl.DataFrame]) -> Callable[[pl.DataFrame], pl.DataFrame]:
        def run(before: pl.DataFrame) -> pl.DataFrame:
            after = step(before)
            assert after["declaration_id"].to_list() == before["declaration_id"].to_list(), name
            assert set(before.columns) <= set(after.columns), f"{name} lost a column"
            seen.append(name)
            return after

        return run

    with pytest.MonkeyPatch.context() as patch:
        for name in STEPS:
            patch.setattr(steps, name, watched(name, getattr(steps, name)))
        wide = enrich(rows)
    assert sorted(seen) == STEPS
    assert wide["declaration_id"].to_list() == rows["declaration_id"].to_list()
    for column in DECLARATIONS:
        assert wide[column].equals(rows[column]), f"enrichment changed what was declared as {column}"


@SLOW
@given(FILES)
def test_every_weight_is_finite_or_silent(lines: list[dict[str, object]]) -> None:
    """Asked of the checks themselves, before `with_weights` turns what is not finite into silence."""
    wide = judged_wide(declarations(lines))
    raw = with_raw_weights(wide, CHECKS)
    for check in CHECKS:
        bans = raw[check.name].drop_nulls()
        assert bans.is_finite().all(), f"{check.name} gave {bans.filter(~bans.is_finite()).to_list()[:3]}"
        assert (bans.abs() <= 4).all(), f"{check.name}: no single datum may decide a case alone"


@SLOW
@given(FILES)
def test_every_word_has_its_sentence(lines: list[dict[str, object]]) -> None:
    """Whatever speaks can say why, in one line of plain text with no leftovers of the program."""
    rows = add_names(with_weights(judged_wide(declarations(lines)), CHECKS)).to_dicts()
    for row in rows:
        for check in CHECKS:
            if row[check.name]:
                sentence = check.because({**row, "weight_bans": row[check.name]})
                assert sentence.strip()
                declared = " ".join(str(row[c]) for c in TEXT_COLUMNS)
                for leftover in re.findall(r"\b(?:None|nan|inf|Series)\b|\{", sentence):
                    assert leftover in declared, f"{check.name}: {sentence}"


def test_a_line_of_nulls_is_met_with_silence() -> None:
    """Nothing but its identity: no check may speak, in a file of its own or beside others."""
    empty = pl.DataFrame([{"declaration_id": "D1"}], schema=DECLARATIONS)
    others = declarations(
        [{"description": "Dysprosium oxide", "exporter": "Ganzhou Rare Earth Co", "origin": "CN", "times": 20}]
    )
    for rows in (empty, pl.concat([empty, others.with_columns(declaration_id="E" + pl.col("declaration_id"))])):
        row = with_weights(judged_wide(rows), CHECKS).row(0, named=True)
        assert {check.name: row[check.name] for check in CHECKS if row[check.name]} == {}


@pytest.mark.parametrize("code", ["284690", "850511", "750400", "999999"])
def test_only_what_is_required_gives_no_word_about_what_is_missing(code: str) -> None:
    """Words, packing, people, parts, plants and routes are not stated: only value and history can be spoken of."""
    row = with_weights(judged_wide(declarations([{"hs_code": code, "currency": None}])), CHECKS).row(0, named=True)
    spoke = {check.name: check.datum for check in CHECKS if row[check.name]}
    assert set(spoke.values()) <= {"value", "history"}, spoke


@pytest.mark.parametrize("column", TEXT_COLUMNS)
def test_hostile_text_is_only_text(column: str) -> None:
    """Emoji, right-to-left, control characters, regular expressions and 100 kB in one cell: no crash, no lost row."""
    texts = [*NASTY, "氧化镝" * 30_000, "Dysprosium oxide " * 6_000, "9" * 100_000, "%" * 100_000, "a|b;" * 25_000]
    if column == "hs_code":
        texts = ["0", "28469", "284690999999"]
    rows = declarations([{"description": "Neodymium oxide"} | {column: value} for value in texts])
    compact, _ = first(with_file(rows))
    assert compact["declaration_id"].to_list() == rows["declaration_id"].to_list()
    wide = add_names(with_weights(judged_wide(rows), CHECKS))
    probability = weigh(wide, 0.02)["probability"]
    assert probability.is_between(0, 1, closed="none").all()
    for row in wide.iter_rows(named=True):
        for check in CHECKS:
            if row[check.name]:
                assert check.because({**row, "weight_bans": row[check.name]})


@pytest.mark.parametrize(
    "extreme",
    [
        {"net_kg": 5e-324},
        {"net_kg": 1e12, "value": 1e15},
        {"value": 5e-324},
        {"volume_m3": 5e-324},
        {"packages": 5e-324},
    ],
)
def test_figures_at_the_edge_of_what_intake_accepts(extreme: dict[str, float]) -> None:
    """Accepted rows never break a run, however absurd their figures."""
    rows = declarations(
        [{"description": "Neodymium oxide", **extreme}, {"description": "Neodymium oxide", "times": 20}]
    )
    assert scored(rows).lines == 21


def test_a_join_that_would_multiply_rows_is_refused() -> None:
    rows = pl.DataFrame({"key": ["a", "b"]})
    with pytest.raises(pl.exceptions.ComputeError):
        attach(rows, pl.DataFrame({"key": ["a", "a"], "x": [1, 2]}), on="key")


def test_no_rows_give_no_rows() -> None:
    wide = enrich(declarations([]))
    assert wide.height == 0
    assert {"material", "usd_per_kg", "origin_rank", "made_in"} <= set(wide.columns)


def test_namibia_stays_a_country() -> None:
    row = enrich(declarations([{"description": "Xenotime concentrate", "origin": "NA", "port_loading": "NAWVB"}])).row(
        0, named=True
    )
    assert row["claimed_origin"] == "NA"
    assert row["loading_country"] == "NA"
