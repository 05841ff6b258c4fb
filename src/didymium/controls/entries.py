"""Are goods what an entry of a list names? By words, else by form and contents, else by code alone."""

from __future__ import annotations

import re
from collections.abc import Iterable
from typing import Final

from didymium.composition.chemistry import RARE_EARTHS, oxide_factor
from didymium.controls.goods import Goods
from didymium.controls.goods.words import found
from didymium.controls.model import Item
from didymium.controls.truth import NO, YES, Answer, all_of, any_of

_CHEMICAL: Final = frozenset(["oxide", "compound"])
NOT_METALS: Final = frozenset(["H", "B", "C", "N", "O", "F", "P", "S", "Cl", "Br", "I", "Si", "Se"])
_SYMBOL: Final = re.compile("[A-Z][a-z]?")


def meets(goods: Goods, entry: Item) -> Answer:
    """Are the goods what an entry names?"""
    if entry.by_code:
        return _listed_code(entry, goods)
    if entry.terms or entry.named:
        said = _named(entry, goods)
        if said is not None:
            return said
    if set(entry.open_for) & goods.tags and not goods.forms & set(entry.forms):
        asks = f"whether the goods are {entry.text.split(',')[0]}"
        return Answer("unknown", "may be raw or refined", (asks,))
    form = _form(entry, goods)
    if form.truth == "no":
        return form
    return all_of(
        [form, _rare(entry, goods), _families(entry, goods), _particulars(entry, goods), _elements(entry, goods)]
    )


def _named(entry: Item, goods: Goods) -> Answer | None:
    """What words and names say alone; None = form and contents are to be looked at as well."""
    first = any(term in goods.folded for term in entry.terms) or _sole(entry, goods)
    second = not entry.with_terms or any(term in goods.folded for term in entry.with_terms)
    if first and second and (beyond := _beyond(entry, goods)):
        return beyond
    if entry.both and second and entry.with_terms and not first and _form(entry, goods).truth == "yes":
        return Answer(
            "unknown", "what it is for is not stated", (f"whether it is {entry.text.split(',')[0]} of rare earths",)
        )
    if not (first and second) and (entry.both or entry.elements):
        return NO
    if first and second and entry.named and entry.forms:
        return None
    if first and second and not entry.elements and not entry.both:
        return Answer("yes", f"the text names it ({entry.text})")
    if not (first and second) and not entry.forms and not entry.families:
        return _by_code(entry, goods)
    return NO if entry.named else None


def _sole(entry: Item, goods: Goods) -> bool:
    """A substance of one of the elements and of no other metal."""
    metals = goods.contents.named - NOT_METALS
    return len(metals) == 1 and bool(metals & set(entry.named))


def _beyond(entry: Item, goods: Goods) -> Answer | None:
    """A figure in the text outside the limits of an entry takes the goods out of it; a figure not given does not."""
    for limit in entry.limits:
        stated = [
            float(f.replace(",", "."))
            for f in re.findall(rf"(\d+(?:[.,]\d+)?)\s*{re.escape(limit.unit)}(?![a-z0-9])", goods.folded)
        ]
        if stated and not any(limit.at_least <= figure <= limit.at_most for figure in stated):
            return Answer("no", f"{stated[0]:g} {limit.unit} is outside the entry's limits")
    return None


def _listed_code(entry: Item, goods: Goods) -> Answer:
    """A rule of tariff headings: only the code counts."""
    if any(goods.code.startswith(code) for code in entry.codes_not):
        return NO
    met = any(goods.code.startswith(code) for code in entry.codes)
    return Answer("yes", f"code {goods.code}") if met else NO


def _by_code(entry: Item, goods: Goods) -> Answer:
    """A reference code shared with other goods decides nothing where the text says nothing."""
    if goods.code and any(goods.code.startswith(code) for code in entry.codes) and not goods.recognised:
        return Answer("unknown", f"code {goods.code} covers it and more", ("what the goods are (description)",))
    return NO


def _form(entry: Item, goods: Goods) -> Answer:
    if not entry.forms:
        return YES
    wanted = set(entry.forms)
    if not goods.forms:
        if goods.code and any(goods.code.startswith(code) for code in entry.codes):
            return Answer("yes", f"code {goods.code}")
        if goods.recognised:
            return Answer("unknown", "its form is not stated", ("form of the goods",)) if goods.contents.named else NO
        return NO
    if goods.forms <= _CHEMICAL and len({form for _, form in goods.contents.forms}) > 1:
        # In a mixture of an oxide and a salt each element has a form of its own.
        own = {form for element, form in goods.contents.forms if element in entry.elements}
        return Answer("yes" if own & wanted else "no", f"is {' and '.join(sorted(own)) or 'neither'}")
    if goods.forms <= wanted:
        return Answer("yes", f"is {' or '.join(sorted(goods.forms))}")
    if goods.forms & wanted:
        asks = (
            "whether the item is an assembly or magnet material" if "assembly" in goods.forms else "form of the goods"
        )
        return Answer("unknown", f"may be {' or '.join(sorted(goods.forms))}", (asks,))
    return Answer("no", f"is {' or '.join(sorted(goods.forms))}")


def _rare(entry: Item, goods: Goods) -> Answer:
    """Holds rare earths at all, whichever they are."""
    if not entry.rare_earths:
        return YES
    if goods.rare is None:
        return Answer("unknown", "whether it holds rare earths is not stated", ("whether the goods hold rare earths",))
    return Answer("yes", "holds rare earths") if goods.rare else Answer("no", "holds no rare earths")


def _families(entry: Item, goods: Goods) -> Answer:
    if not entry.families:
        return YES
    wanted, may = set(entry.families), goods.families
    if not may & wanted:
        return Answer("no", f"is {' or '.join(sorted(may)) or 'no such magnet'}")
    if may <= wanted or goods.both_families:
        return Answer("yes", " or ".join(sorted(may & wanted)))
    return Answer("unknown", "kind of magnet is not stated", ("kind of magnet (SmCo or NdFeB)",))


def _elements(entry: Item, goods: Goods) -> Answer:
    """Contains any of the elements; where the list names alloys, one of those."""
    if not entry.elements:
        return YES
    if entry.alloys:
        return _alloy(entry, goods)
    if entry.main_element:
        return _main(entry, goods)
    return any_of(contains(goods, element, entry.least_wt_pct) for element in entry.elements)


def contains(goods: Goods, element: str, least_wt_pct: float) -> Answer:
    """Contains an element at `least_wt_pct` or more. An upper limit at or below it counts as not containing."""
    low, high = goods.contents.of(element)
    if low >= least_wt_pct:
        said = f"{low:g} %" if low == high else "stated"
        return Answer("yes", f"contains {element} ({said})")
    if high <= least_wt_pct:
        return Answer(
            "no", f"no {element} (at most {high:g} %)" if element in goods.contents.share else f"no {element} stated"
        )
    return Answer("unknown", f"{element} content is open", (f"{element} content",))


def _main(entry: Item, goods: Goods) -> Answer:
    """A metal is the metal of the element that makes it up; an impurity does not name it, a mixture is an alloy."""
    rare = goods.contents.named & set(RARE_EARTHS)
    if not rare:
        return any_of(contains(goods, element, entry.least_wt_pct) for element in entry.elements)
    heavy = {e for e in rare if goods.contents.of(e)[1] >= 50} if len(rare) > 1 else rare
    if heavy == rare and len(rare) > 1:
        return NO if not rare & set(entry.elements) else _listed(entry, rare)
    return Answer("yes", f"is {'/'.join(sorted(heavy))}") if heavy & set(entry.elements) else NO


def _alloy(entry: Item, goods: Goods) -> Answer:
    minor = {e for e in entry.elements if goods.contents.share.get(e, (0.0, 0.0))[0] >= entry.least_wt_pct}
    made_of = goods.alloy if goods.alloy & set(RARE_EARTHS) else goods.alloy | minor
    if not made_of & set(RARE_EARTHS):
        return any_of(contains(goods, element, entry.least_wt_pct) for element in entry.elements)
    if "NdFeB" in goods.families:
        return NO
    if not made_of & set(entry.elements):
        return Answer("no", f"is an alloy of {'-'.join(sorted(made_of))}")
    listed = _listed(entry, made_of)
    if listed.truth == "no" and "alloy" not in found("form", goods.folded):
        return Answer("unknown", "may be a mixture of metals", ("whether the goods are an alloy, and which",))
    return listed


def _listed(entry: Item, made_of: Iterable[str]) -> Answer:
    """The lists enumerate alloys: one that is not named is not listed, whatever it contains (GdFe is not GdMg or GdAl)."""
    made = set(made_of)
    for name in entry.alloys:
        symbols = set(_SYMBOL.findall(name))
        if symbols <= made:
            return Answer("yes", f"is {name} alloy")
    return Answer("no", f"{'-'.join(sorted(made))} is none of the alloys listed ({'; '.join(entry.alloys)})")


def _particulars(entry: Item, goods: Goods) -> Answer:
    """Purity, particle size and total oxides, where the entry sets limits."""
    out = []
    if entry.purity_at_least_wt_pct is not None:
        low, high = max((goods.contents.of(e) for e in entry.elements), default=(0.0, 100.0))
        out.append(_limit(low, high, entry.purity_at_least_wt_pct, "purity", goods.code in entry.codes))
    if entry.particles_below_um is not None:
        size = goods.particles_um
        inside = goods.code in entry.codes
        if size is None:
            out.append(YES if inside else Answer("unknown", "particle size is not stated", ("particle size",)))
        else:
            out.append(YES if size <= entry.particles_below_um else Answer("no", f"particles up to {size:g} um"))
    if entry.treo_below_wt_pct is not None:
        out.append(_treo(goods, entry.treo_below_wt_pct))
    return all_of(out)


def _limit(low: float, high: float, least: float, fact: str, by_code: bool) -> Answer:
    if low >= least or (by_code and low <= 0.01 and high >= least):
        return YES
    if low > 0.01 or high < least:  # what a seller states is the least he promises
        return Answer("no", f"{fact} {low:g} %")
    return Answer("unknown", f"{fact} open", (fact,))


def _treo(goods: Goods, below: float) -> Answer:
    """Total rare-earth oxides below a limit; as stated, else from a purity of one substance."""
    span = goods.contents.treo_wt_pct or _treo_of_shares(goods)
    if span is None:
        return Answer("unknown", "total rare-earth oxides are not stated", ("TREO",))
    if span[1] < below:
        return Answer("yes", f"TREO {span[1]:g} % is below {below:g} %")
    return Answer("no", f"TREO {span[0]:g} %") if span[0] >= below else Answer("unknown", "TREO open", ("TREO",))


def _treo_of_shares(goods: Goods) -> tuple[float, float] | None:
    shares = [(e, s) for e, s in goods.contents.share.items() if s[0] > 0.01 or s[1] < 100]
    if not shares or any(s == (0.01, 100.0) for _, s in goods.contents.share.items()):
        return None
    low = sum(s[0] * oxide_factor(e) for e, s in shares)
    high = sum(s[1] * oxide_factor(e) for e, s in shares)
    return (low, high)
