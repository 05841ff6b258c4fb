"""What must not change a verdict: the order of rows, units, element or oxide, harmless further rows, unmeasured columns."""

from __future__ import annotations

import math
from typing import Any

from hypothesis import given, settings
from hypothesis import strategies as st

from didymium.composition.assay.analytes import read as read_analyte
from didymium.composition.assay.analytes import usual_oxides
from didymium.composition.assay.assessment import assess
from didymium.errors import DidymiumError
from didymium.reference import table
from tests.composition.test_compare_cases import cases, rows_of

CASES = [case.values[0] for case in cases()]
#: Cases about labels: there the label itself is the question.
LABELLED = [c for c in CASES if "label" not in c["case"] and "slip" not in c["case"]]
FACTORS = {"wt%": 1.0, "ppm": 1e4, "mg/kg": 1e4, "g/t": 1e4}


def scaled(value: Any, factor: float) -> Any:
    if isinstance(value, str) and value.startswith(("<", ">")):
        return f"{value[0]}{float(value[1:]) * factor:.10g}"
    return value * factor if isinstance(value, int | float) else value


def numbers(row: dict[str, Any], factor: float) -> dict[str, Any]:
    return row | {
        name: scaled(row[name], factor) for name in ("value", "uncertainty", "lod") if row.get(name) is not None
    }


def verdict(case: dict[str, Any], rows: list[dict[str, Any]]) -> tuple[str, set[str]]:
    found = assess(case["declaration"], rows)
    return found.verdict, set(found.elements)


@settings(max_examples=40, deadline=None)
@given(st.sampled_from(CASES), st.randoms(use_true_random=False))
def test_order_of_rows(case: dict[str, Any], random: Any) -> None:
    rows = rows_of(case)
    shuffled = random.sample(rows, len(rows))
    assert verdict(case, shuffled) == verdict(case, rows)
    assert assess(case["declaration"], shuffled).reason == assess(case["declaration"], rows).reason


@settings(max_examples=50, deadline=None)
@given(st.sampled_from(LABELLED), st.data())
def test_units(case: dict[str, Any], data: st.DataObject) -> None:
    rows = rows_of(case)
    changed = []
    for row in rows:
        unit = data.draw(st.sampled_from(sorted(FACTORS)))
        changed.append(numbers(row, FACTORS[unit] / FACTORS[row["unit"]]) | {"unit": unit})
    assert verdict(case, changed) == verdict(case, rows)


@settings(max_examples=50, deadline=None)
@given(st.sampled_from(LABELLED), st.data())
def test_element_or_oxide(case: dict[str, Any], data: st.DataObject) -> None:
    rows = rows_of(case)
    oxides = dict(table("elements").select("element", "oxide").iter_rows())
    changed = []
    for row in rows:
        analyte = read_analyte(row["analyte"], None)
        if analyte.key in oxides and row.get("uncertainty") is not None and data.draw(st.booleans()):
            as_oxide = row["analyte"] == analyte.key
            factor = usual_oxides()[analyte.key] if as_oxide else analyte.to_element
            row = numbers(row, factor) | {"analyte": oxides[analyte.key] if as_oxide else analyte.key}  # noqa: PLW2901
        changed.append(row)
    if "mislabelled" not in assess(case["declaration"], changed).reason:  # the label is the question there
        assert verdict(case, changed) == verdict(case, rows)


@settings(max_examples=50, deadline=None)
@given(st.sampled_from(CASES), st.sampled_from(["Si", "Al", "Mg", "Ca", "K"]), st.floats(0.0001, 0.004))
def test_a_harmless_row(case: dict[str, Any], element: str, content: float) -> None:
    rows = rows_of(case)
    if any(read_analyte(r["analyte"], None).key == element for r in rows):
        return
    filler = rows[0] | {"analyte": element, "value": content, "unit": "wt%", "uncertainty": 0.001, "lod": None}
    before = assess(case["declaration"], rows)
    after = assess(case["declaration"], [*rows, filler])
    if "nothing that was measured" not in before.reason:
        assert (after.verdict, set(after.elements)) == (before.verdict, set(before.elements))


@settings(max_examples=40, deadline=None)
@given(st.sampled_from(CASES), st.sampled_from(["n.a.", "-", "not measured"]))
def test_an_unmeasured_row(case: dict[str, Any], written: str) -> None:
    rows = rows_of(case)
    extra = [
        rows[0] | {"analyte": e, "value": written, "uncertainty": None, "lod": None} for e in ("Ho", "Dy", "W", "TREO")
    ]
    assert verdict(case, [*rows, *extra]) == verdict(case, rows)


_VALUES = st.one_of(
    st.floats(0, 120),
    st.floats(0, 1e7),
    st.sampled_from(["<0.05", "trace", "n.d.", "<LOD", "0", "1,5", "", "abc", "<", "1e400", "nan", "-3"]),
)
_ROWS = st.fixed_dictionaries(
    {
        "analyte": st.sampled_from(["Nd", "Nd2O3", "Dy", "TREO", "TOTAL", "LOI", "H2O", "Fe", "Ni", "Xx", "Nd+Pr", "氧化钕", ""]),
        "value": _VALUES, "unit": st.sampled_from(["wt%", "ppm", "%", "mg/kg", "oz"]),
        "uncertainty": st.one_of(st.none(), st.floats(0, 1e5)), "lod": st.one_of(st.none(), st.floats(0, 1e5)),
        "method": st.sampled_from([None, "pXRF", "ICP-OES", "LIBS", "tea leaves"]),
        "surface": st.sampled_from([None, "coated", "ground", "unknown"]),
        "remark": st.sampled_from([None, "aqua regia", "完全溶解", "x" * 5000]),
        "basis": st.sampled_from([None, "element", "oxide", "as reported"]),
    }
)  # fmt: skip
_COMPOSITIONS = ["Nd2O3 99.5%", "NdFeB, Dy-free", "TREO 45%", "Nd+Pr 30%, Fe bal.", "La2O3/TREO 60%, CeO2/TREO 40%"]
_DESCRIPTIONS = ["NdFeB magnets, Ni plated", "solder paste", "iron oxide", "neodymium oxide"]
_PAPERS = st.fixed_dictionaries(
    {
        "composition": st.one_of(st.none(), st.text(max_size=40), st.sampled_from(_COMPOSITIONS)),
        "description": st.one_of(st.none(), st.text(max_size=40), st.sampled_from(_DESCRIPTIONS)),
        "grade": st.one_of(st.none(), st.text(max_size=8), st.sampled_from(["N42UH", "35SH"])),
    }
)  # fmt: skip


@settings(max_examples=70, deadline=None)
@given(_PAPERS, st.lists(_ROWS, max_size=6))
def test_anything_gives_a_verdict_or_a_clear_error(papers: dict[str, Any], rows: list[dict[str, Any]]) -> None:
    try:
        found = assess(papers, rows)
    except DidymiumError:
        return
    assert found.verdict in ("consistent", "inconsistent", "inconclusive")
    assert found.reason.endswith(".")
    assert "{" not in found.next_measurement
    assert all(math.isfinite(w) for w in found.weights_bans.values())
