"""What a difference weighs: sloppy but lawful papers little, what matters to customs much."""

from __future__ import annotations

from typing import Any

import pytest

from didymium.composition.assay import Assessment, assess

Papers = dict[str, Any]


def sample(papers: Papers, *, method: str = "ICP-OES", surface: str = "powder", **contents: float | str) -> Assessment:
    rows = [
        {"analyte": a, "value": v, "unit": "wt%", "method": method, "surface": surface} for a, v in contents.items()
    ]
    return assess({"date": "2025-06-01"} | papers, rows)


def heaviest(found: Assessment) -> float:
    return max(found.weights_bans.values(), default=0.0)


MAGNETS: Papers = {"description": "sintered NdFeB magnets", "hs_code": "8505111000"}
LIST = "Nd 23%, Pr 7%, Fe 67%, B 1%, Co 1%, Al 0.5%"
HEAVY: list[tuple[str, Papers, dict[str, float]]] = [
    ("rare earths in talc", {"description": "talc powder", "composition": "SiO2 60%, MgO 30%"}, {"La": 6, "Nd": 4}),
    ("rare earths in an unnamed powder", {"composition": "SiO2 60%, Al2O3 18%"}, {"La": 9, "Nd": 8, "Si": 28}),
    ("Dy in a magnet said to be free of it", MAGNETS | {"composition": "NdFeB, Dy-free"}, {"Nd": 29, "Dy": 0.4}),
    ("Dy in a plain grade with a list", MAGNETS | {"composition": LIST, "grade": "N42"}, {"Nd": 22, "Pr": 7, "Dy": 0.4}),
    ("Dy in lanthanum oxide", {"description": "lanthanum oxide", "composition": "La2O3 99%"}, {"La2O3": 97, "Dy2O3": 1}),
    ("Tb in cerium oxide", {"description": "cerium oxide", "composition": "CeO2 99.9%"}, {"CeO2": 94, "Tb4O7": 5}),
    ("Dy in NdPr oxide", {"composition": "NdPr oxide 99%"}, {"Nd2O3": 73, "Pr6O11": 24, "Dy2O3": 2.5}),
    ("Gd left out of SmCo", {"composition": "Sm 25%, Co 50%, Fe 17%"}, {"Sm": 22, "Gd": 3, "Co": 50, "Fe": 17}),
    ("a main content a third off", {"composition": "Nd 30%, Fe 68%"}, {"Nd": 18, "Fe": 68}),
    ("half the TREO", {"composition": "TREO 20%"}, {"TREO": 42}),
    ("half the heavy share", {"composition": "TREO 60%; Y2O3/TREO 10%"}, {"TREO": 60, "Y2O3": 14, "La2O3": 46}),
    ("DyFe of 80 %", {"description": "ferro-dysprosium", "composition": "Dy 5-25%, Fe 75-95%"}, {"Dy": 80, "Fe": 19}),
]  # fmt: skip
LIGHT: list[tuple[str, Papers, dict[str, float]]] = [
    ("a formula for the alloy", MAGNETS | {"composition": "Nd2Fe14B"}, {"Nd": 23, "Pr": 7, "Fe": 65, "B": 1}),
    ("one SmCo for the other", {"description": "SmCo magnets", "composition": "SmCo5"}, {"Sm": 25, "Co": 50, "Fe": 15}),
    ("Nd for Nd and Pr", {"composition": "Fe 67% Nd 31% B 1%"}, {"Nd": 23, "Pr": 7.5, "Fe": 66}),
    ("75/25 in either order", {"composition": "PrNd oxide 99% (75/25)"}, {"Nd2O3": 74, "Pr6O11": 24}),
    ("nominal fertiliser", {"description": "NPK fertiliser", "composition": "N-P-K 15-15-15"}, {"K": 12}),
    ("4N boasted of 3N", {"composition": "Dy2O3 4N"}, {"Dy2O3": 99.7, "Ho2O3": 0.1, "Tb4O7": 0.2}),
    ("iron in a metal", {"description": "cerium metal", "composition": "Ce metal 4N"}, {"Ce": 99.4, "Fe": 0.35}),
    ("hafnium in zirconia", {"composition": "ZrO2 94.7% Y2O3 5.2%"}, {"Zr": 68, "Y": 4.1, "Hf": 1.7}),
    ("iron in bricks", {"composition": "Al2O3 70.8%; SiO2 30.9%"}, {"Al": 37, "Si": 14, "Fe": 1.6, "Ti": 2}),
    ("polishing powder", {"composition": "REO 85% CeO2/TREO 65%"}, {"TREO": 88, "CeO2": 70, "La2O3": 17}),
    ("mischmetal for cerium", {"description": "mischmetal", "composition": "Ce 99%"}, {"Ce": 64, "La": 34}),
    ("a share for a content", {"composition": "Dy: 99.9"}, {"Dy": 86.5}),
    ("wet carbonate", {"composition": "TREO 56%; Nd2O3 42%; Pr6O11 14%"}, {"TREO": 68, "Nd2O3": 51, "Pr6O11": 17}),
    ("papers silent", {"hs_code": "28469019"}, {"Y2O3": 60, "Dy2O3": 5}),
    ("what the grade implies", MAGNETS | {"grade": "N42H"}, {"Nd": 28, "Dy": 1.6}),
]  # fmt: skip


@pytest.mark.parametrize(("name", "papers", "contents"), HEAVY, ids=[h[0] for h in HEAVY])
def test_what_matters_weighs(name: str, papers: Papers, contents: dict[str, float]) -> None:
    assert heaviest(sample(papers, **contents)) >= 1.5, name


@pytest.mark.parametrize(("name", "papers", "contents"), LIGHT, ids=[h[0] for h in LIGHT])
def test_what_lawful_trade_writes_does_not(name: str, papers: Papers, contents: dict[str, float]) -> None:
    assert heaviest(sample(papers, **contents)) <= 0.3 + 1e-9, name


def test_only_rare_earths_or_another_class_weigh() -> None:
    slag = {"composition": "Fe 50%, Si 20%, Ca 10%"}
    assert heaviest(sample(slag, Fe=40, Si=12, Ca=18)) <= 0.3
    assert heaviest(sample(slag, Fe=3, Si=20, Ca=10)) >= 0.7


def test_more_of_it_never_weighs_less() -> None:
    papers = {"description": "lanthanum oxide", "composition": "La2O3 99%"}
    bans = [heaviest(sample(papers, La2O3=95, Dy2O3=x)) for x in (0.02, 0.2, 0.5, 1.5, 4.0)]
    assert bans == sorted(bans)


def test_code_and_label_name_an_element() -> None:
    oxide = {"Dy2O3": 99.5}
    assert sample({"hs_code": "2846.90.15.00"}, **oxide).verdict != "inconsistent"
    assert sample({"label_text": "DYSPROSIUM OXIDE N.W. 25 KG"}, **oxide).verdict != "inconsistent"
    assert sample({"hs_code": "2846901200"}, **oxide).verdict == "inconsistent"
    assert heaviest(sample({"hs_code": "2846901200"}, **oxide)) >= 1.5


@pytest.mark.parametrize("coat", ["IVD aluminium coating", "coated with aluminum", "Al (IVD) coated", "zinc layer"])
@pytest.mark.parametrize(("method", "surface"), [("pXRF", "coated"), ("LIBS", "unknown")])
def test_metal_coats_hide_the_magnet(coat: str, method: str, surface: str) -> None:
    papers = MAGNETS | {"description": f"sintered NdFeB magnets, {coat}", "composition": "Nd 30%, Fe 68%, B 1%"}
    found = sample(papers, method=method, surface=surface, Nd=4, Al=60)
    assert found.verdict == "inconclusive"
    assert "Grind" in found.next_measurement


def test_an_organic_coat_hides_nothing() -> None:
    papers = MAGNETS | {"description": "NdFeB magnets, epoxy coated", "composition": "Nd 30%, Fe 68%, B 1%"}
    assert sample(papers, method="pXRF", surface="coated", Nd=30, Fe=67).verdict == "consistent"


def test_a_list_beside_treo_leaves_the_sum_alone() -> None:
    papers = {"composition": "TREO 60%: La2O3 15%, CeO2 30%, Nd2O3 12%, Pr6O11 3%"}
    assert sample(papers, La2O3=15.1, CeO2=29.8).verdict == "consistent"


def repeats(values: list[float], sigma: float) -> Assessment:
    rows = [
        {"analyte": "Nd", "value": v, "unit": "wt%", "uncertainty": sigma, "method": "ICP-OES", "surface": "powder"}
        for v in values
    ]
    return assess({"composition": "Nd 30%"}, rows)


def test_repeats_that_agree_are_averaged() -> None:
    found = repeats([31.0, 31.4, 31.2], 0.3)
    assert found.verdict == "inconsistent"  # each alone is within 3 sigma of 30.5, their mean is not
    (nd,) = found.rows
    assert nd["measured"] == pytest.approx(31.2)
    assert nd["sigma"] == pytest.approx(0.3 / 3**0.5)


def test_repeats_that_contradict_each_other_decide_nothing() -> None:
    found = repeats([30.0, 24.0], 0.3)
    assert (found.verdict, found.elements) == ("inconclusive", ("Nd",))
    assert "portions" in found.next_measurement
