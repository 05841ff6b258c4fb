"""Compose the regular rare-earth names of lexicon.csv from re_words.toml.

Rows of lexicon.csv whose source starts with "composed" are replaced; every other row (written by hand) is kept as it is.
Run from the repository root: python tools/reference/build_words.py
"""

from __future__ import annotations

import csv
import itertools
import tomllib
import unicodedata
from collections.abc import Iterator
from pathlib import Path
from typing import Any

ROOT = Path(__file__).resolve().parents[2]
DATA = ROOT / "src/didymium/reference/data"
COLUMNS = ("term", "language", "kind", "material", "specificity", "word", "source", "vintage", "confidence", "note")
VINTAGE = "2026-11"
SUBSCRIPT = str.maketrans("0123456789", "₀₁₂₃₄₅₆₇₈₉")
FORMULAS = {
    "oxide": ("{s}2O3",),
    "carbonate": ("{s}2(CO3)3", "{s}2(CO3)3.xH2O"),
    "chloride": ("{s}Cl3", "{s}Cl3.6H2O", "{s}Cl3.7H2O"),
    "fluoride": ("{s}F3",),
    "oxalate": ("{s}2(C2O4)3", "{s}2(C2O4)3.10H2O"),
    "nitrate": ("{s}(NO3)3", "{s}(NO3)3.6H2O"),
    "hydroxide": ("{s}(OH)3",),
    "acetate": ("{s}(CH3COO)3",),
    "sulfate": ("{s}2(SO4)3", "{s}2(SO4)3.8H2O"),
}
EXTRA_FORMULAS = {
    "ce_oxide": ("CeO2",),
    "pr_oxide": ("Pr6O11",),
    "tb_oxide": ("Tb4O7",),
    "ce_hydroxide": ("Ce(OH)4",),
    "ce_fluoride": ("CeF4",),
    "ndpr_oxide": (
        "(Nd,Pr)xOy",
        "(Pr,Nd)xOy",
        "(PrNd)xOy",
        "(NdPr)xOy",
        "(Nd,Pr)2O3",
        "(PrNd)2O3",
        "(Pr,Nd)2O3",
        "(NdPr)2O3",
    ),
}
NO_SYMBOL = {
    "metal": ("NdPr", "La", "Ce", "Er", "Ho", "Y")
}  # symbols that are words: "y metal" is Spanish for "and metal"
Row = dict[str, str]


def fold(text: str) -> str:
    """Return text without diacritics (Latin letters only; đ becomes d)."""
    marks = unicodedata.normalize("NFD", text.replace("đ", "d").replace("Đ", "D"))
    return unicodedata.normalize("NFC", "".join(c for c in marks if not unicodedata.combining(c)))


def is_latin(text: str) -> bool:
    return all(ord(c) < 0x250 or 0x1E00 <= ord(c) < 0x1F00 for c in text)


def needs_word(term: str, language: str) -> bool:
    """Say whether a term counts only as a whole word.

    Alphabetic scripts do (terbium oxide holds erbium oxide), but long German compounds stay open to their neighbours
    (Neodymoxidpulver); Chinese, Japanese, Korean, Thai and Burmese write without blanks.
    """
    if language == "de" and len(term) >= 7 and term.isalpha():
        return False
    return is_latin(term) or any(0x400 <= ord(c) < 0x530 for c in term)


def row(term: str, language: str, kind: str, material: str, specificity: int, confidence: str, note: str = "") -> Row:
    values = (
        term,
        language,
        kind,
        material,
        specificity,
        int(needs_word(term, language)),
        "composed: re_words.toml",
        VINTAGE,
        confidence,
        note,
    )
    return dict(zip(COLUMNS, map(str, values), strict=True))


def french_de(name: str) -> tuple[str, ...]:
    return ("d'", "de ") if fold(name)[0] in "aeiouyh" else ("de ",)


def fill(pattern: str, words: dict[str, Any], language: str, element: str) -> Iterator[str]:
    """Give every spelling of one pattern for one element, with and without diacritics."""
    names = words["names"][language][element]
    genitives = words.get("genitive", {}).get(language, {}).get(element, names)
    for name, genitive in itertools.zip_longest(names, genitives, fillvalue=""):
        if not (name if "{e}" in pattern else genitive if "{g}" in pattern else True):
            continue
        for article in french_de(name) if "{d}" in pattern else ("",):
            term = pattern.format(e=name, g=genitive, s=element.lower(), d=article)
            yield term
            if is_latin(term) and fold(term) != term:
                yield fold(term)


def names(words: dict[str, Any], materials: set[str]) -> Iterator[Row]:
    """Give the names of every material `element_kind` in every language, then the bare element names."""
    for language, patterns in words["patterns"].items():
        confidence = words["confidence"][language]
        for element, kind in itertools.product(words["names"][language], patterns):
            material = f"{element.lower()}_{kind}"
            if material not in materials:
                continue
            for pattern in patterns[kind]:
                if "{s}" in pattern and element in NO_SYMBOL.get(kind, ("NdPr",)):
                    continue
                for term in fill(pattern, words, language, element):
                    yield row(term, language, "name", material, 3, confidence)
    for language, element in itertools.product(words["bare"]["languages"], words["names"]["en"]):
        for term in fill("{e}", words, language, element):
            if len(term) >= words["bare"]["skip_shorter_than"]:
                note = "element alone: metal or compound"
                yield row(term, language, "name", f"{element.lower()}_metal", 1, words["confidence"][language], note)


def formulas(words: dict[str, Any], materials: set[str]) -> Iterator[Row]:
    """Give formulas with plain and with subscript digits, and CAS numbers."""
    found = {
        (f"{e.lower()}_{kind}", f.format(s=e))
        for e in words["names"]["en"]
        if e != "NdPr"
        for kind, fs in FORMULAS.items()
        for f in fs
    }
    found |= {(material, formula) for material, fs in EXTRA_FORMULAS.items() for formula in fs}
    for material, formula in sorted(found):
        if material in materials:
            for term in dict.fromkeys((formula, formula.translate(SUBSCRIPT), formula.replace(".", "·"))):
                yield row(term, "x", "formula", material, 3, "high")
    for material, numbers in words["cas"].items():
        for number in numbers:
            yield row(number, "x", "cas", material, 3, "high")


def main() -> None:
    words = tomllib.loads((Path(__file__).parent / "re_words.toml").read_text(encoding="utf-8"))
    with (DATA / "materials.csv").open(encoding="utf-8", newline="") as file:
        materials = {line["material"] for line in csv.DictReader(file)}
    path = DATA / "lexicon.csv"
    kept: list[Row] = []
    if path.exists():
        with path.open(encoding="utf-8", newline="") as file:
            kept = [line for line in csv.DictReader(file) if not line["source"].startswith("composed")]
    taken = {(line["term"].casefold(), line["language"]) for line in kept}
    rows = list(kept)
    for line in itertools.chain(names(words, materials), formulas(words, materials)):
        key = (line["term"].casefold(), line["language"])
        if key not in taken:
            taken.add(key)
            rows.append(line)
    rows.sort(key=lambda line: (line["material"], line["language"], line["kind"], line["term"]))
    with path.open("w", encoding="utf-8", newline="") as file:
        writer = csv.DictWriter(file, COLUMNS, lineterminator="\n")
        writer.writeheader()
        writer.writerows(rows)
    print(f"{len(rows)} terms, {len(kept)} of them written by hand")


if __name__ == "__main__":
    main()
