"""From a text and a customs code to the goods a control list speaks of. What is not said stays open, never absent."""

from __future__ import annotations

import re
from functools import lru_cache
from typing import Final

import msgspec

from didymium.composition.chemistry import RARE_EARTHS
from didymium.controls.goods.contents import NAMED, Contents, contents_of, frozen
from didymium.controls.goods.forms import family_of, forms_of, forms_of_code, tariff_line
from didymium.controls.goods.prose import SYMBOL
from didymium.controls.goods.words import fold, found

#: Headings under which rare earths, their magnets, alloys and mixtures travel among other goods.
_HEADINGS: Final = ("2530", "2612", "2805", "2846", "3815", "3824", "7202", "8112", "8486", "8505")
_CHINESE_TECHNOLOGY: Final = re.compile(
    r"\b(?:technology|know-how|process)\b[^;,]{0,50}\b(?:chinese|china|prc)\b"
    r"|\b(?:chinese|china|prc|cn)\b[^;,]{0,30}\b(?:technology|know-how)\b"
)
_MINERALS: Final = ("monazite", "bastn", "xenotime", "loparite", "ion-ads", "ionic", "seg", "mischmetal", "rare earth")
_MASS_OF_MAGNETS: Final = re.compile(
    r"(?:magnets?|covered material)\D{0,14}?([\d.,]{1,12})\s*%\s*(?:of|by)?\s*(?:the\s*)?(?:mass|weight)"
    r"|([\d.,]{1,12})\s*%\s*(?:of\s+)?magnets?\b"
)
_PARTICLES: Final = re.compile(
    r"(?:[<≤-]|below|under|d50|d90|up to|粒度|粒径)?\D{0,4}?\b([\d.,]{1,12})\s*"
    r"(µm|μm|um|micron|microns|微米|mesh)"
)


class Goods(msgspec.Struct, frozen=True):
    """What a text and a code say about goods.

    forms: the forms it may have; empty = nothing is known. families: kinds of magnet it may be. contents: wt% intervals.
    folded: the text as phrases are sought in it; code: digits. tags: statements found (terms.csv). recognised: the text
    or the code says what it is. rare: holds rare earths, as named or by its code; None = nothing says. alloy: symbols that
    make up an alloy or metal. both_families: several kinds of magnet are named, and all are there. magnet_mass_pct: share
    of magnets in an assembly; particles_um: upper size of a powder.
    """

    forms: frozenset[str]
    families: frozenset[str]
    contents: Contents
    folded: str
    code: str
    tags: frozenset[str]
    recognised: bool
    rare: bool | None = None
    alloy: frozenset[str] = frozenset()
    both_families: bool = False
    magnet_mass_pct: float | None = None
    particles_um: float | None = None


@lru_cache(maxsize=200_000)
def read_goods(text: str | None, code: str | None) -> Goods:
    """Goods as one text (any language) and one customs code (digits, dots allowed) say them. Cached by both."""
    text, digits = text or "", re.sub(r"\D", "", code or "")
    folded = fold(text)
    contents = _with_alloys(contents_of(text) if text.strip() else Contents(), found("alloy", folded))
    tags = frozenset(found("tag", folded)) | ({"chinese technology"} if _CHINESE_TECHNOLOGY.search(folded) else set())
    mass = _number(_MASS_OF_MAGNETS.search(folded))
    particles = _PARTICLES.search(folded)
    forms = forms_of(folded, contents, tags, mass)
    said = bool(forms)
    contents = _from_code(contents, digits, said=bool(contents.named & set(RARE_EARTHS)))
    if not forms:
        forms = forms_of_code(digits)
    families, both = _families(folded, contents, forms)
    rare = _rare(contents, families, tags, digits)
    if rare is False:
        contents = msgspec.structs.replace(contents, rest=(0.0, 0.0))
    contents = _substance(contents, forms)
    contents = _open_magnet(contents, families)
    return Goods(
        forms=frozenset(forms), families=frozenset(families), contents=contents, folded=folded, code=digits, tags=tags,
        recognised=said or bool(contents.named), rare=rare, alloy=_alloy(contents, forms),
        both_families=both,
        magnet_mass_pct=mass, particles_um=_micron(particles) if particles else None,
    )  # fmt: skip


def _with_alloys(contents: Contents, alloys: list[str]) -> Contents:
    """Contents with the elements of alloys known by a name of their own (Terfenol)."""
    symbols = {symbol for alloy in alloys for symbol in SYMBOL.findall(alloy)}
    if not symbols:
        return contents
    share = dict.fromkeys((s for s in symbols if s in RARE_EARTHS), NAMED) | contents.share
    return msgspec.structs.replace(contents, shares=frozen(share), rest=(0.0, 0.0), named=contents.named | symbols)


def _from_code(contents: Contents, digits: str, *, said: bool) -> Contents:
    """Where the text names no rare earth, the code may: one element is contained, several are open, the rest is absent."""
    if said:
        return contents
    line = tariff_line(digits)
    elements = line[0] if line else ()
    if not elements:
        return contents
    share = contents.share
    for element in elements:
        share.setdefault(element, NAMED if len(elements) == 1 else (0.0, 100.0))
    named = contents.named | frozenset(elements if len(elements) == 1 else ())
    return msgspec.structs.replace(contents, shares=frozen(share), rest=(0.0, 0.0), named=named)


def _substance(contents: Contents, forms: set[str]) -> Contents:
    """An oxide, salt or metal named by its one rare earth is made of it: 5 wt% at the least (hydrated salts hold most water)."""
    rare = contents.named & set(RARE_EARTHS)
    if len(rare) != 1 or not forms <= {"oxide", "compound", "metal", "metal powder"} or len(contents.named - {"O"}) > 1:
        return contents
    element = next(iter(rare))
    if contents.of(element) != NAMED:
        return contents
    return msgspec.structs.replace(contents, shares=frozen({**contents.share, element: (5.0, 100.0)}))


def _families(folded: str, contents: Contents, forms: set[str]) -> tuple[set[str], bool]:
    """(kinds of magnet, whether they are there one and all): as named, or as the elements say; any kind where a magnet is
    not described."""
    made = family_of(contents.named)
    named = set(found("family", folded))
    if made and named <= {"other magnet"}:
        return made, False
    named |= made if "SmCo" not in named else set()
    if named:
        return named, len(named) > 1
    if "permanent magnet" not in forms and "assembly" not in forms:
        return set(), False
    if any(contents.share.get(e, (0.0, 0.0))[0] > 0 for e in ("Dy", "Tb", "Nd", "Pr")):
        return {"NdFeB"}, False
    if contents.share.get("Sm", (0.0, 0.0))[0] > 0:
        return {"SmCo"}, False
    return {"SmCo", "NdFeB"}, False


def _open_magnet(contents: Contents, families: set[str]) -> Contents:
    """A magnet named by its family alone says nothing of Dy and Tb: only a full analysis, or a denial, closes them."""
    if not families or contents.stated_wt_pct >= 98:
        return contents
    if "other magnet" in families and not families & {"SmCo", "NdFeB"}:
        return msgspec.structs.replace(contents, rest=(0.0, 0.0))
    return msgspec.structs.replace(contents, rest=(0.0, 100.0))


def _alloy(contents: Contents, forms: set[str]) -> frozenset[str]:
    """Symbols that make up an alloy: named, less those that are impurities (below 1 wt%)."""
    if not forms & {"alloy", "metal", "sputter target"}:
        return frozenset()
    small = {e for e, (_, high) in contents.share.items() if high < 1}
    return frozenset(contents.named - small)


def _rare(contents: Contents, families: set[str], tags: frozenset[str], digits: str) -> bool | None:
    """Rare earths in it: named by element, mineral, kind of magnet or as such; or a tariff line that holds nothing else.

    None where nothing tells: a form without a substance ("oxide") under no code, or under a heading rare earths travel in.
    """
    if any(high > 0 for _, _, high in contents.shares) or "rare earth" in tags or families & {"SmCo", "NdFeB"}:
        return True
    if any(name.casefold().startswith(_MINERALS) for name in contents.materials):
        return True
    if digits.startswith(("2846", "280530")):
        return True
    if contents.named - {"O", "H", "C", "N", "S", "P"} or "other goods" in tags:
        return False
    if tariff_line(digits):
        return True
    return None if not digits or digits.startswith(_HEADINGS) else False


def _number(match: re.Match[str] | None) -> float | None:
    if not match:
        return None
    try:
        return float(next(group for group in match.groups() if group).replace(",", "."))
    except ValueError:
        return None


def _micron(match: re.Match[str]) -> float | None:
    size = _number(match)
    if size is None:
        return None
    return (
        14_900 / size if match[2] == "mesh" and size else size
    )  # mesh x micrometres is about 14,900 between 100 and 400 mesh
