"""What one declaration claims, in figures that an assay can be held against.

From composition, description and grade: intervals per element (wt% of the whole, or share of the rare-earth oxides), the
room the declared figures leave for what is not declared, elements denied or named without a figure, and what the goods
are (magnet, coated, paste, ore), which decides what an artefact may explain.
"""

from __future__ import annotations

import re
from functools import lru_cache
from typing import Final, NamedTuple

from didymium.composition import declared as compositions
from didymium.composition.assay import claimed_figures, goods_named
from didymium.composition.assay.claimed_figures import ANIONS, FIGURED, Figure, Place, elements_of, vague
from didymium.composition.assay.claimed_words import denied_in, named_in
from didymium.composition.assay.data import elements_of_codes, rare_earths, words
from didymium.composition.model import Declared

_GRADE: Final = re.compile(r"(?i)(?:^|[^a-z0-9])n? ?-?([2-5]\d)[ -]?(sh|uh|eh|ah|th|vh|m|h)?(?:$|[^a-z0-9])")
_LOOSE: Final = re.compile(r"(?i)(?:^|[^a-z0-9])n ?-?([2-5]\d)[ -]?(sh|uh|eh|ah|th|vh|m|h)?(?:$|[^a-z0-9])")
_NOT_NDFEB: Final = re.compile(r"(?i)sm ?2?co|samarium|\byxg?-")
#: AH is also sold as TH or VH (table magnet_grades).
_SAME_GRADE: Final = {"TH": "AH", "VH": "AH"}
#: Stages of `materials` in which rare earths come as the ore gave them.
_NATURAL: Final = ("mining", "concentrate", "any")


class Claims(NamedTuple):
    """Everything one declaration claims. hinted: elements named by the packages or a ten-digit code only. itemised: the
    papers say which elements are in, so that one left out is left out on purpose or by mistake; described: they say something
    of the goods, at least. suffix: of a magnet
    grade ('' = plain N), null = no grade."""

    figures: tuple[Figure, ...]
    places: tuple[Place, ...]
    denied: tuple[str, ...]
    named: tuple[str, ...]
    goods: goods_named.Goods | None
    grade: str | None
    suffix: str | None
    magnet: bool
    metal_coat: bool
    organic_coat: bool
    carrier: bool
    basis: str | None
    plain: bool
    unreadable: str | None
    hinted: tuple[str, ...]
    itemised: bool
    described: bool


def read(
    composition: str | None,
    description: str | None,
    grade: str | None,
    hs_code: str | None = None,
    on_packages: str | None = None,
) -> Claims:
    """The claims of one declaration; absent fields claim nothing. on_packages: as from `elements_of_label`."""
    declared = _declared(composition)
    text = " ; ".join(part for part in (description, composition) if part)
    low = text.lower()
    goods = goods_named.read(description) if description else None
    denied = {*_denied(declared), *denied_in(text)}
    natural = bool(goods and goods.family == "ree" and goods.stage in _NATURAL)
    parts = _parts(composition, natural)
    by_goods = goods.elements if goods and _names_its_elements(goods, itemised=any(f for f, _ in parts)) else ()
    named = {*_named(declared), *named_in(text), *by_goods} - denied
    by_code = {*elements_of_codes().get(hs_code or "", ())}
    hinted = {*by_code, *filter(None, (on_packages or "").split("|"))} - denied
    nothing = Place(
        reading=0, why="", room_pct=None, room_reo_pct=None, room_share_pct=None, covers=natural,
        speaks=bool(goods and _rare(goods)), oxide=False, share_sum=0.0, metals_sum=0.0, nominal=False, pure=False,
    )  # fmt: skip
    words_of_magnet = bool(words("magnet").search(low)) or (hs_code or "").startswith("8505")
    coded, suffix = _grade(grade, declared.grade, description)
    bare = bool(words("no_coat").search(low))
    return Claims(
        figures=tuple(figure for figures, _ in parts for figure in figures),
        places=tuple(place for _, place in parts) or (nothing,),
        denied=tuple(sorted(denied)), named=tuple(sorted(named)), goods=goods, grade=coded, suffix=suffix,
        magnet=words_of_magnet or suffix is not None,
        metal_coat=not bare and bool(words("metal_coat").search(low)),
        organic_coat=not bare and bool(words("organic_coat").search(low)),
        carrier=bool(words("carrier").search(low)),
        basis=_basis(low), plain=_plain(goods, named, text), unreadable=_unreadable(declared),
        hinted=tuple(sorted(hinted)), described=bool(text.strip()),
        itemised=_itemised(parts, goods, named | by_code, composed=bool(composition) and not denied),
    )  # fmt: skip


@lru_cache(maxsize=1 << 16)
def elements_of_label(text: str) -> str:
    """Elements named on packages, as `Dy|Tb`; '' = none."""
    goods = goods_named.read(text)
    by_goods = goods.elements if goods and _rare(goods) and goods.stage not in _NATURAL else ()
    return "|".join(sorted({*named_in(text), *by_goods} - denied_in(text)))


def _itemised(
    parts: tuple[tuple[list[Figure], Place], ...], goods: goods_named.Goods | None, named: set[str], *, composed: bool
) -> bool:
    """Figures of rare earths; a name or code of separated rare earths; or a composition, or known goods, without any.

    Not a formula without figures of goods that vary (NdFeB, lanthanum glass), nor names of rare earths alone (magnets).
    """
    figures = [(f.key, place.nominal) for own, place in parts for f in own if f.positive]
    rare = [n for key, n in figures if set(key.split("+")) & set(rare_earths()) or key in ("TREO", "TREM")]
    varies = any(key == "Nd" for key, _ in figures) or bool(goods and goods.family == "ree_bearing")
    if rare:
        return not (all(rare) and varies)
    if goods and _rare(goods):
        return goods.family == "ree" and goods.stage not in _NATURAL and goods.specificity >= 2
    if named & set(rare_earths()):
        return not composed and goods is None
    return (composed and not any(nominal for _, nominal in figures)) or goods is not None


@lru_cache(maxsize=1 << 16)
def _declared(composition: str | None) -> Declared:
    return compositions.read(composition)


@lru_cache(maxsize=1 << 16)
def _parts(composition: str | None, natural: bool) -> tuple[tuple[list[Figure], Place], ...]:
    """Figures and room of every reading of a composition."""
    declared = _declared(composition)
    readings = declared.readings if declared.kind != "error" else ()
    return tuple(claimed_figures.read(number, reading, natural=natural) for number, reading in enumerate(readings))


def _rare(goods: goods_named.Goods) -> bool:
    return goods.family in goods_named.RARE_EARTH_FAMILIES


def _names_its_elements(goods: goods_named.Goods, *, itemised: bool) -> bool:
    """The name says which rare earths are in (`dysprosium oxide`). A kind that may hold several (`phosphor`) says so only
    where no composition itemises them."""
    several = len(set(goods.elements) & set(rare_earths())) > 1 and goods.family == "ree_bearing"
    return _rare(goods) and goods.stage not in _NATURAL and not (several and itemised)


def _plain(goods: goods_named.Goods | None, named: set[str], text: str) -> bool:
    """The papers name goods whose kind holds no rare earths, and no rare earth anywhere."""
    speaks = bool(named & set(rare_earths())) or bool(re.search(r"(?i)rare[- ]?earth|\bt?reo\b|稀土", text))
    return goods is not None and goods.specificity >= 3 and not _rare(goods) and not speaks


def _unreadable(declared: Declared) -> str | None:
    """Message of a composition that states something which cannot be so; a blank field is none."""
    silent = declared.kind != "error" or declared.error in ("empty", "not_stated", "not_a_composition", "no_substance")
    return None if silent else declared.message


def _basis(text: str) -> str | None:
    return next((kind for kind in ("dry", "ignited", "received") if words(f"{kind}_basis").search(text)), None)


def _grade(stated: str | None, in_composition: str | None, description: str | None) -> tuple[str | None, str | None]:
    """A grade of NdFeB magnets and its suffix; in the grade field the N is often left out. SmCo grades look alike."""
    if any(
        text and re.search(r"(?i)sm ?2?co|samarium|\byxg?-", text) for text in (stated, in_composition, description)
    ):
        return None, None
    for text, form in ((stated, _GRADE), (in_composition, _GRADE), (description, _LOOSE)):
        if text and (found := form.search(text)):
            suffix = (found[2] or "").upper()
            return f"N{found[1]}{suffix}", _SAME_GRADE.get(suffix, suffix)
    return None, None


def _denied(declared: Declared) -> set[str]:
    """Elements a composition says are absent, or not detected; a figure of 0 % is as rounded as any other, and no denial."""
    return {
        element
        for reading in declared.readings
        for part in reading.components
        if part.meaning == "not_detected" or (part.low == 0 and part.high == 0 and not part.half_unit)
        for element in elements_of(part.component)
        if element not in ANIONS
    }


def _named(declared: Declared) -> set[str]:
    """Elements a composition names without a figure of their own."""
    parts = [(p, r) for r in declared.readings for p in r.components]
    named = [p.component for p, r in parts if p.meaning == "named" or (p.meaning in FIGURED and vague(p, r))]
    found = {e for name in named for e in elements_of(name) if e not in ANIONS}
    goods = [goods_named.read(name) for name in named]
    return found | {e for g in goods if g and _rare(g) and g.stage not in _NATURAL for e in g.elements}
