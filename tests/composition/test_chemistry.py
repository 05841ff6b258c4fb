"""Formulas and factors against periodictable and the reference table of elements."""

from __future__ import annotations

import math

import periodictable
import pytest
from hypothesis import given
from hypothesis import strategies as st

from didymium.composition.chemistry import (
    RARE_EARTHS,
    element_fractions,
    formula,
    mass_shares,
    molar_mass,
    oxide_factor,
    trade_oxide,
)
from didymium.reference import table

FORMULAS = [
    "Nd2O3",
    "Pr6O11",
    "Tb4O7",
    "Nd2Fe14B",
    "SmCo5",
    "Nd2(C2O4)3",
    "(NH4)2Ce(NO3)6",
    "Ce(OH)4",
    "Y3Al5O12",
    "La0.67Ca0.33MnO3",
    "Gd5Si2Ge2",
]


@pytest.mark.parametrize("text", FORMULAS)
def test_masses_agree_with_periodictable(text: str) -> None:
    other = periodictable.formula(text)
    assert math.isclose(molar_mass(text), other.mass, rel_tol=1e-12)
    for element, share in other.mass_fraction.items():
        assert math.isclose(element_fractions(text)[element.symbol], 100 * share, rel_tol=1e-12)


def test_brackets_nest_and_water_counts() -> None:
    assert dict(formula("Mg(Al(OH)2)2").atoms) == {"Mg": 1, "Al": 2, "O": 4, "H": 4}  # type: ignore[union-attr]
    assert math.isclose(molar_mass("LaCl3·7H2O"), molar_mass("LaCl3") + 7 * molar_mass("H2O"))
    assert formula("LaCl3.7H2O") == formula("LaCl3*7H2O") == formula("LaCl3·7H2O")
    assert math.isclose(molar_mass("CaSO4.0.5H2O"), molar_mass("CaSO4") + 0.5 * molar_mass("H2O"))


@pytest.mark.parametrize(
    "text", ["(La,Ce)2O3", "(Pr,Nd)xOy", "Y2O2S:Eu", "CeO2-x", "Sm(Co,Fe,Cu,Zr)z", "La2(CO3)3·xH2O"]
)
def test_open_formulas_have_no_mass(text: str) -> None:
    found = formula(text)
    assert found is not None
    assert found.is_open
    with pytest.raises(ValueError, match="no closed formula"):
        molar_mass(text)


@pytest.mark.parametrize(
    "text", ["", "x", "nd2o3", "Xx2O3", "Nd2O3)", "(Nd2O3", "Nd0O3", "Nd1e9", "Con", "Nd(" * 40, "Nd" * 200]
)
def test_what_is_no_formula(text: str) -> None:
    assert formula(text) is None


def test_oxide_factors_agree_with_the_reference() -> None:
    seen = 0
    for element, oxide, mass, factor in (
        table("elements").select("element", "oxide", "oxide_molar_mass", "element_to_oxide").iter_rows()
    ):
        if element in RARE_EARTHS:
            seen += 1
            assert trade_oxide(element) == oxide
            assert math.isclose(molar_mass(oxide), mass, rel_tol=1e-5)
            assert math.isclose(oxide_factor(element), factor, rel_tol=1e-5)
    assert seen == len(RARE_EARTHS) == 17


@given(st.sampled_from(RARE_EARTHS), st.floats(1e-6, 100))
def test_conversions_come_back(element: str, amount: float) -> None:
    assert math.isclose(amount * oxide_factor(element) / oxide_factor(element), amount, rel_tol=1e-9)
    share = dict(mass_shares(trade_oxide(element)))[element]
    assert math.isclose(amount * share * oxide_factor(element), amount, rel_tol=1e-9)


def test_what_has_no_factor_says_why() -> None:
    with pytest.raises(ValueError, match="no rare earth"):
        oxide_factor("Fe")
    with pytest.raises(ValueError, match="holds no Nd"):
        oxide_factor("Nd", "Dy2O3")
    assert math.isclose(oxide_factor("Fe", "Fe2O3"), 1.4297, rel_tol=1e-4)
