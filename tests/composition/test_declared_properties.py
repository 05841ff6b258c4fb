"""What holds for every declared composition: order, units, fillers; and that no text whatever crashes or hangs."""

from __future__ import annotations

import math

from hypothesis import example, given, settings
from hypothesis import strategies as st

from didymium.composition.declared import LONGEST, read
from didymium.composition.model import Declared

ELEMENTS = ["La", "Ce", "Pr", "Nd", "Sm", "Gd", "Tb", "Dy", "Y", "Fe", "Co", "B", "Cu", "Al", "Zr"]
OXIDES = ["La2O3", "CeO2", "Pr6O11", "Nd2O3", "Sm2O3", "Gd2O3", "Tb4O7", "Dy2O3", "Y2O3", "Fe2O3", "SiO2", "CaO"]
FORMS = ["{} {}%", "{} {} %", "{}: {}%", "{} = {} wt%", "{} {} pct", "{}≥{}%", "{} <{}%", "{} max {}%", "{} {}% min"]
GOOD = [
    "Dy2O3 99.5% min (TREO 99%)",
    "Nd 29.5-30.5%, Pr 0-0.5, Dy 1.0 max, B 0.95-1.05, Fe bal.",
    "氧化镨钕 Pr6O11/TREO 25% Nd2O3/TREO 75% TREO≥99%",
    "Nd2O3 60 mol%, Pr6O11 40 mol%",
    "La/Ce 35:65 mischmetal",
    "La2(CO3)3·8H2O",
    "NdFeB N42SH, Dy-free",
    "Карбонат редкоземельных металлов, сумма РЗО не менее 42 %",
    "Mg-25Gd-5Y",
    "CO 50%",
]


def amounts(most: float) -> st.SearchStrategy[float]:
    return st.integers(1, int(most * 100)).map(lambda n: n / 100)


@st.composite
def lists(draw: st.DrawFn, names: list[str], most: int = 6) -> list[str]:
    """Parts of a list with different substances, each with its own figure, that sum to less than 100."""
    chosen = draw(st.lists(st.sampled_from(names), min_size=2, max_size=most, unique=True))
    return [draw(st.sampled_from(FORMS)).format(name, draw(amounts(90 / most))) for name in chosen]


def same(one: Declared, two: Declared) -> bool:
    if one.kind != two.kind or len(one.readings) != len(two.readings):
        return False
    return all(close(a.fractions, b.fractions) for a, b in zip(one.readings, two.readings, strict=True))


def close(one: dict[str, tuple[float, float | None]], two: dict[str, tuple[float, float | None]]) -> bool:
    return one.keys() == two.keys() and all(
        (x is None and y is None)
        or (x is not None and y is not None and math.isclose(x, y, rel_tol=1e-9, abs_tol=1e-12))
        for e in one
        for x, y in zip(one[e], two[e], strict=True)
    )


@given(lists(ELEMENTS + OXIDES), st.randoms(use_true_random=False), st.sampled_from([", ", "; ", "\n", " / "]))
def test_the_order_of_a_list_does_not_matter(parts: list[str], random: object, sign: str) -> None:
    shuffled = list(parts)
    random.shuffle(shuffled)  # type: ignore[attr-defined]
    assert same(read(sign.join(parts)), read(sign.join(shuffled)))


@given(
    st.lists(
        st.tuples(st.sampled_from(ELEMENTS + OXIDES), st.integers(1, 800)),
        min_size=1,
        max_size=5,
        unique_by=lambda p: p[0],
    )
)
def test_per_cent_and_ppm_say_the_same(parts: list[tuple[str, int]]) -> None:
    per_cent = ", ".join(f"{name} {ppm / 10_000:.4f} wt%" for name, ppm in parts)
    ppm = ", ".join(f"{name} {ppm} ppm" for name, ppm in parts)
    per_kilo = ", ".join(f"{name} {ppm} mg/kg" for name, ppm in parts)
    assert same(read(per_cent), read(ppm))
    assert same(read(ppm), read(per_kilo))


@given(lists(ELEMENTS), amounts(5))
def test_a_filler_with_a_figure_changes_no_other_element(parts: list[str], filler: float) -> None:
    before = read(", ".join(parts))
    after = read(", ".join([*parts, f"Mn {filler}%"]))
    assert before.kind == after.kind == "ok"
    without = {e: f for e, f in after.readings[0].fractions.items() if e != "Mn"}
    assert close(without, before.readings[0].fractions)


@given(st.sampled_from(GOOD), st.sampled_from([" ", "  ", "\t"]))
def test_blanks_around_and_between_do_not_matter(text: str, blank: str) -> None:
    assert same(read(text), read(f"{blank}{text.replace(' ', blank)}{blank}"))


@given(st.sampled_from(GOOD))
def test_reading_twice_gives_the_same(text: str) -> None:
    assert read(text) == read(text)


@settings(max_examples=400)
@given(st.text(max_size=120))
@example("\x00")
@example("１２３％")
@example("Nd^{2}")
def test_any_text_gets_an_answer(text: str) -> None:
    sound(read(text))


@settings(max_examples=600)
@given(
    st.sampled_from(GOOD),
    st.lists(st.tuples(st.integers(0, 60), st.sampled_from(list("()%±<>≥.,:;/-+~ 09NdTREO氧镝оx·²"))), max_size=6),
)
def test_slips_of_the_pen_get_an_answer(text: str, slips: list[tuple[int, str]]) -> None:
    for place, letter in slips:
        text = text[:place] + letter + text[place + (place % 2) :]
    sound(read(text))


@given(
    st.lists(
        st.sampled_from(
            [
                "Nd",
                "Pr6O11",
                "TREO",
                "30",
                "%",
                "/",
                ":",
                "-",
                "+",
                "min",
                "bal",
                "(",
                ")",
                ",",
                "oxide",
                "free",
                "±",
                "to",
                "4N",
                "ppm",
            ]
        ),
        max_size=30,
    )
)
def test_any_words_in_any_order_get_an_answer(words: list[str]) -> None:
    sound(read(" ".join(words)))


def sound(declared: Declared) -> None:
    """Whatever is read is finite, within bounds and complete."""
    assert len(declared.text) <= LONGEST or declared.kind == "error"
    assert (declared.kind == "error") == (declared.error is not None) == (not declared.readings)
    assert (declared.kind == "ambiguous") == (len(declared.readings) > 1)
    for reading in declared.readings:
        for component in reading.components:
            assert component.low is None or (math.isfinite(component.low) and component.low >= 0)
        for low, high in reading.fractions.values():
            assert 0 <= low <= 102
            assert high is None or (low - 1e-9 <= high <= 111)
