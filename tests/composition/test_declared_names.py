"""Names of the seventeen rare earths in every language of the data, with the forms in which they are traded."""

from __future__ import annotations

from collections.abc import Iterator

import pytest

from didymium.composition.chemistry import RARE_EARTHS, formula, trade_oxide
from didymium.composition.declared import read
from didymium.composition.text.lexis.known import known_formulas
from didymium.composition.text.lexis.spelling import rows
from didymium.reference import table

#: How each language writes the oxide of an element.
OXIDE = {
    "en": "{} oxide", "zh": "氧化{}", "zh-Hant": "氧化{}", "ja": "酸化{}", "ko": "산화{}", "vi": "oxit {}", "ru": "оксид {}",
    "es": "óxido de {}", "pt": "óxido de {}", "fr": "oxyde de {}", "de": "{}oxid", "th": "{}ออกไซด์", "ms": "oksida {}",
    "id": "{} oksida",
}  # fmt: skip
METAL = {
    "en": "{} metal",
    "zh": "金属{}",
    "ru": "металлический {}",
    "es": "{} metálico",
    "fr": "{} métal",
    "de": "{}metall",
    "vi": "kim loại {}",
}


def written(patterns: dict[str, str]) -> Iterator[tuple[str, str, str]]:
    for row in rows("names_elements.csv"):
        if row["element"] in RARE_EARTHS:
            for language, pattern in patterns.items():
                for name in filter(None, row[language].split("|")):
                    yield row["element"], language, pattern.format(name)


@pytest.mark.parametrize("language", OXIDE)
def test_oxides_by_name(language: str) -> None:
    misses = []
    for element, spoken, text in written(OXIDE):
        if spoken == language:
            declared = read(f"{text} 99.9%")
            good = declared.kind == "ok" and [c.component for c in declared.readings[0].components] == [
                trade_oxide(element)
            ]
            if not good or set(declared.readings[0].fractions) != {element}:
                misses.append((text, declared))
    assert not misses


@pytest.mark.parametrize("language", METAL)
def test_metals_by_name(language: str) -> None:
    misses = []
    for element, spoken, text in written(METAL):
        if spoken == language:
            declared = read(f"{text} 99,5 %")
            if declared.kind != "ok" or declared.readings[0].fractions.keys() != {element}:
                misses.append((text, declared))
    assert not misses


def test_names_of_the_reference_are_read() -> None:
    """Every name of an oxide or metal in the lexicon of the reference gives that element (transliterations aside)."""
    terms = table("lexicon").select("term", "language", "material").iter_rows()
    misses, count = [], 0
    for term, language, material in terms:
        element, _, form = material.partition("_")
        symbol = element.capitalize()
        if symbol not in RARE_EARTHS or form not in ("oxide", "metal") or language in ("my", "x", "id"):
            continue
        count += 1
        declared = read(f"{term} 99.5%")
        if declared.kind != "ok" or declared.readings[0].fractions.keys() != {symbol}:
            misses.append(
                (language, term, declared.error, [c.component for r in declared.readings for c in r.components])
            )
    assert count > 1_000
    assert len(misses) < 0.02 * count, misses[:40]


def test_every_row_of_the_data_says_where_it_comes_from() -> None:
    for name in ("names_elements.csv", "names_forms.csv", "names_materials.csv", "names_words.csv", "names_codes.csv"):
        for row in rows(name):
            assert row["source"], (name, row)
            assert row["confidence"] in ("high", "medium", "low"), (name, row)


def test_known_formulas_are_formulas() -> None:
    for texts in known_formulas().values():
        for text in texts:
            assert formula(text) is not None, text
