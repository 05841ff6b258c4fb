"""Which form goods have, as a control list uses the word: by what the text calls them, by their formulas, else by code."""

from __future__ import annotations

import re
from functools import cache, lru_cache
from typing import Final

import polars as pl

from didymium.composition.chemistry import RARE_EARTHS, oxide_factor
from didymium.controls.goods.contents import NAMED, Contents
from didymium.controls.goods.words import found
from didymium.reference import table

#: A finished kind of goods is not the substance it is made of, in this order: a phosphor is no oxide, a rotor no magnet.
_PRODUCTS: Final = (
    "technology", "service", "assembly", "sensor", "consumer goods", "catalyst", "phosphor", "optical fibre",
    "sputter target", "crystal", "downstream material", "permanent magnet",
)  # fmt: skip
_SUBSTANCES: Final = ("raw mixture", "ore", "alloy", "metal powder", "compound", "oxide", "metal")
#: What a heading is, where the text says nothing: HS prefixes, longest first.
_HEADINGS: Final = (
    ("2805301510", "metal powder"), ("280530", "metal"), ("253090", "ore"), ("261220", "ore"),
    ("850511", "permanent magnet"), ("3815", "catalyst"), ("7202", "alloy"), ("8501", "assembly"), ("8503", "assembly"),
    ("848690", "sputter target"),
)  # fmt: skip
_STAGE_FORMS: Final = {
    "metal": "metal", "oxide": "oxide", "compound": "compound", "ore": "ore", "magnet": "permanent magnet",
    "target": "sputter target", "alloy": "alloy", "ferroalloy": "alloy", "powder": "permanent magnet",
}  # fmt: skip
#: What follows names the use or a later stage, not the goods.
_USE: Final = re.compile(
    r"\b(?:on|in)?\s*(?:an?\s+)?(?:oxide|reo|treo) basis\b"
    r"|\bno\s+(?:technology|know-how)\b[^;,]*"
    r"|\b(?:with|using|by means of|based on|on a line)\b[^;,]*\b(?:technology|know-how)\b"
    r"|\b(?:for|used in|used for|intended for|zur|für|para|pour)\b[^;,]*|用于[^;,]*|\b\w{1,40} precursor\b|described as [^;,]*"
)
#: What names of materials end in (composition.text, names_materials.csv), and the form that makes them.
_ENDINGS: Final = (
    ("magnet", "permanent magnet"), ("alloy", "alloy"), ("concentrate", "ore"), ("monazite", "ore"),
    ("bastnaesite", "ore"), ("xenotime", "ore"), ("catalyst", "catalyst"), ("phosphor", "phosphor"), ("metal", "metal"),
    ("mischmetal", "alloy"), ("yag", "crystal"),
)  # fmt: skip
#: Metals that rare earths are alloyed with.
_METALS: Final = frozenset(["Fe", "Co", "Ni", "Al", "Mg", "Cu", "Zn", "Zr", "Mn", "Ti", "Cr"])
_POWDER: Final = re.compile(
    r"\bpowder|\bflakes?\b|\batomi[sz]ed\b|\d\s*(?:um|µm|μm|micron)|粉|порош|polvo|poudre|pulver|pó\b|bột|serbuk"
)


def forms_of(folded: str, contents: Contents, tags: frozenset[str], mass: float | None) -> set[str]:
    """Forms the text allows: one where it is plain, two where an assembly may be bare magnets or a mixture holds both."""
    words = _words(folded, tags)
    if found("alloy", folded):
        return {"alloy"}
    if "bare magnets" in tags and ("permanent magnet" in words or found("family", folded)):
        return {"permanent magnet"}
    product = next((form for form in _PRODUCTS if form in words), None)
    if product in ("assembly", "sensor") and ("not an assembly" in tags or (mass or 0) > 50):
        return {product, "permanent magnet"}
    if product or "raw mixture" in words:
        return {product or "raw mixture"}
    return _substance(folded, contents, words)


def _words(folded: str, tags: frozenset[str]) -> list[str]:
    """Forms that words name, less those told of the use or the origin of the goods."""
    words = found("form", _USE.sub(" ", folded))
    head = found("form", _USE.sub(" ", re.split(r"[;,]", folded)[0]))
    if head and "ore" not in head:  # what is mined is told of the goods, not as the goods
        words = [word for word in words if word != "ore"]
    return [word for word in words if word != "raw mixture" or "rare-earth activity" not in tags]


def _substance(folded: str, contents: Contents, words: list[str]) -> set[str]:
    """Form of goods that are no finished kind: by kind of magnet, by formulas, else by words."""
    family = set(found("family", folded)) or family_of(contents.named)
    if family and not {"alloy", "oxide", "compound", "ore"} & set(words):
        return {"scrap", "permanent magnet"} if "scrap" in words else {"permanent magnet"}
    mixed = {form for _, form in contents.forms}
    if len(mixed) > 1 and not contents.materials:
        return mixed
    if contents.kinds and (form := _chemical_form(contents, words)):
        return {"metal powder"} if form == "metal" and _POWDER.search(folded) else {form}
    named = next((form for form in _SUBSTANCES if form in words), None)
    metals = contents.named - {"O", "C", "N", "H", "F", "S", "P", "Cl"}
    if named in (None, "metal") and _POWDER.search(folded) and len(metals) == 1 and not contents.named - metals:
        return {"metal powder"}
    if named:
        return {named}
    return {"scrap"} if "scrap" in words else set()


def family_of(named: frozenset[str]) -> set[str]:
    """Kind of magnet that the elements make."""
    if {"Sm", "Co"} <= named:
        return {"SmCo"}
    return {"NdFeB"} if {"Nd", "Fe", "B"} <= named or {"Pr", "Fe", "B"} <= named else set()


def _chemical_form(contents: Contents, words: list[str]) -> str | None:
    """Form of what the composition reader understood; what a name of a material ends in beats formulas beside it."""
    if form := _named_form(contents, words):
        return form
    rare = contents.named & set(RARE_EARTHS)
    if "alloy" in words or (rare and contents.named & _METALS and "O" not in contents.named):
        return "alloy"
    if "ore" in words and not _mostly_oxide(contents):
        return "ore"
    if "oxide" in contents.kinds and rare and "compound" not in words:
        return "oxide"
    if "compound" in words or (
        "compound" in contents.kinds and contents.named - {"Fe", "Co", "B"} and "O" in contents.named
    ):
        return "compound"
    if "oxide" in words:
        return "oxide"
    if "metal powder" in words:
        return "metal powder"
    if "metal" in words or (rare and contents.kinds == {"element"}):
        return "metal"
    return "compound" if "compound" in contents.kinds and rare else None


def _named_form(contents: Contents, words: list[str]) -> str | None:
    """What the name of a material ends in."""
    if contents.materials and "compound" in words and "alloy" not in words:
        return "compound"
    for name in contents.materials:
        last = name.casefold()
        if "concentrate" in last and _mostly_oxide(contents):
            return "oxide"
        for ending, form in _ENDINGS:
            if ending in last:
                return form
    return None


def _mostly_oxide(contents: Contents) -> bool:
    """Is it a mixture of oxides that makes up four fifths or more, part by part?"""
    total = sum(low * oxide_factor(element) for element, low, _ in contents.shares if low > NAMED[0])
    return "oxide" in contents.kinds and total >= 80


def forms_of_code(digits: str) -> set[str]:
    """Forms a code allows; the lines of heading 2846 say which, and 2846 as such is oxide or compound."""
    line = tariff_line(digits)
    if line and line[1] in _STAGE_FORMS:
        return {_STAGE_FORMS[line[1]]}
    for prefix, form in _HEADINGS:
        if digits.startswith(prefix):
            return {form}
    return {"oxide", "compound"} if digits.startswith("2846") else set()


@lru_cache(maxsize=50_000)
def tariff_line(digits: str) -> tuple[tuple[str, ...], str] | None:
    """(elements, stage) of the longest tariff line known that begins the code, or is begun by it; Chinese lines only."""
    return next((_lines()[digits[:n]] for n in range(len(digits), 7, -1) if digits[:n] in _lines()), None)


@cache
def _lines() -> dict[str, tuple[tuple[str, ...], str]]:
    rows = table("hs_codes").filter(pl.col("system").is_in(["CN10", "CN8"]) & (pl.col("role") == "ree"))
    out = {}
    for code, elements, stage in rows.select("code", "elements", "stage").iter_rows():
        symbols = tuple(e for e in (elements or "").split("|") if e in RARE_EARTHS)
        out[code] = (symbols if elements != "REE" else (), stage or "")
    return out
