"""What a figure can stand beside: a formula, an element, a named material, a total.

A substance is made once for every way of writing it. Its name follows the rules of naming: an oxide given by name takes
its trade formula, a metal its symbol, everything else given by name stays a name and determines no element.
"""

from __future__ import annotations

from functools import lru_cache
from typing import Final, Literal

import msgspec

from didymium.composition.chemistry import RARE_EARTHS, Formula, formula
from didymium.composition.model import Basis
from didymium.composition.text.lexis.names import Form, Material, lexicon
from didymium.composition.text.lexis.tokens import Compound, Element, Group

_RE: Final = frozenset(RARE_EARTHS)
#: Which word says what the thing is, where several stand together ("oxide powder", "magnet scrap").
_WEIGHT: Final = {"salt": 5, "oxide": 4, "mixture": 6, "metal": 2, "alloy": 3, "shape": 0}


class Substance(msgspec.Struct, frozen=True, gc=False):
    """name: as components are named. formula: None where nothing follows from the name. role: sub, TREO, TREM, part (a
    part of the rare earths: other REO, HREE), aside (H2O, LOI). rare: holds a rare earth. rare_oxide: oxide of rare earths
    only. elements: symbols named. by_name: no formula or symbol was written. generic: rare earths not told apart.
    slip: what was repaired. twin: the element its capitals can mean too. code: dopant and host of a shorthand.
    """

    name: str
    formula: Formula | None
    basis: Basis
    role: Literal["sub", "TREO", "TREM", "part", "aside"] = "sub"
    rare: bool = False
    rare_oxide: bool = False
    elements: tuple[str, ...] = ()
    by_name: bool = False
    generic: bool = False
    klass: str = ""
    slip: str = ""
    twin: str = ""

    @property
    def is_element(self) -> bool:
        """One element as such, not a compound."""
        return self.basis == "element" and len(self.elements) == 1


@lru_cache(maxsize=8_192)
def from_formula(compound: Compound) -> Substance:
    """A compound written as a formula, or by a name that has one formula (zirconia)."""
    found = compound.formula
    metals = [s for s in found.symbols if s not in ("O", "H")]
    oxide = "O" in found.symbols and len(metals) == 1 and "H" not in found.symbols and "(" not in found.text
    rare = bool(_RE & set(found.symbols))
    rare_oxide = rare and all(m in _RE for m in metals) and set(found.symbols) <= _RE | {"O"}
    basis: Basis = "element" if len(found.symbols) == 1 and not found.digits else "oxide" if oxide else "compound"
    if found.text == "H2O":
        return Substance("H2O", None, "compound", role="aside", slip=compound.slip)
    return Substance(
        found.text, found, basis, rare=rare, rare_oxide=rare_oxide,
        elements=found.symbols, by_name=compound.named, klass="oxide" if oxide else "compound", slip=compound.slip,
        twin=compound.twin,
    )  # fmt: skip


@lru_cache(maxsize=4096)
def from_element(element: Element) -> Substance:
    """An element by symbol or name."""
    symbol = element.symbol
    return Substance(
        symbol, formula(symbol), "element", rare=symbol in _RE, elements=(symbol,), by_name=element.named,
        klass="metal", slip=element.slip,
    )  # fmt: skip


@lru_cache(maxsize=4096)
def from_group(group: Group) -> Substance:
    """Symbols written together without amounts: an alloy or a pair, never one to one."""
    return Substance(
        group.text,
        None,
        "compound",
        rare=bool(_RE & set(group.symbols)),
        elements=group.symbols,
        klass="alloy",
        slip=group.slip,
    )


@lru_cache(maxsize=4096)
def from_material(material: Material) -> Substance:
    """A material known by name."""
    basis: Basis = "compound"
    rare = bool(_RE & set(material.elements)) or material.klass == "mixture"
    return Substance(
        material.name, None, basis, rare=rare, elements=material.elements, by_name=True, klass=material.klass,
        generic=not material.elements,
    )  # fmt: skip


@lru_cache(maxsize=4096)
def from_name(elements: tuple[str, ...], forms: tuple[Form, ...], slip: str) -> Substance:
    """Elements with forms (neodymium oxide, PrNd metal); no elements: rare earths not told apart (rare earth carbonate)."""
    form = max(forms, key=lambda f: _WEIGHT[f.klass], default=None)
    klass = form.klass if form else "metal"
    basis: Basis = "oxide" if klass == "oxide" else "compound"
    if not elements:
        name = " ".join(["rare earth", *(f.name for f in forms[:1])])
        oxide = klass == "oxide"
        return Substance(name, None, basis, rare=True, rare_oxide=oxide, by_name=True, generic=True, klass=klass)
    rare = bool(_RE & set(elements))
    rare_oxide = klass == "oxide" and set(elements) <= _RE
    text = elements[0] if klass in ("metal", "shape") or (klass == "alloy" and elements[0] in _RE) else None
    if klass == "oxide":
        text = lexicon().oxides.get(elements[0])
    if len(elements) == 1 and text:
        known: Basis = "oxide" if klass == "oxide" else "element"
        return Substance(
            text, formula(text), known, rare=rare, rare_oxide=rare_oxide, elements=elements, by_name=True,
            klass="oxide" if klass == "oxide" else "metal", slip=slip,
        )  # fmt: skip
    name = f"{''.join(elements)} {form.name if form else 'metal'}"
    return Substance(
        name, None, basis, rare=rare, rare_oxide=rare_oxide, elements=elements, by_name=True, klass=klass, slip=slip
    )


def total(name: str) -> Substance:
    """TREO, TREM, other REO, a heavy or light part, moisture, loss on ignition."""
    if name in ("TREO", "TREM"):
        basis: Basis = "oxide" if name == "TREO" else "element"
        return Substance(name, None, basis, role="TREO" if name == "TREO" else "TREM", rare=True)
    if name == "others":
        return Substance(name, None, "compound", by_name=True, klass="others")
    if name in ("H2O", "LOI"):
        return Substance(name, None, "compound", role="aside")
    return Substance(name, None, "oxide" if name.endswith("O") else "element", role="part", rare=True)


def agree(one: Substance, two: Substance) -> Substance | None:
    """The better of two ways to name the same thing (neodymium oxide, Nd2O3); None where they are different things."""
    if one.name == two.name and one.role == two.role:
        return one if not one.by_name else two
    if one.role != "sub" or two.role != "sub" or not (one.by_name or two.by_name) or contradict(one, two):
        return None
    name, other = (one, two) if one.by_name else (two, one)
    named, held = set(name.elements), set(other.elements)
    if not named or not named <= held or named & _RE != held & _RE:
        return None
    if name.klass in ("alloy", "mixture") and other.klass == "metal":
        return None
    return other if not other.by_name or other.formula else name


def contradict(one: Substance, two: Substance) -> bool:
    """A name of one compound beside a formula of another (neodymium oxide, NdF3): one of them is wrong."""
    if one.by_name == two.by_name:
        return False
    name, other = (one, two) if one.by_name else (two, one)
    if len(name.elements) != 1 or not name.rare or other.formula is None or other.by_name or not other.rare:
        return False
    if name.klass == "metal" and name.name == other.name:
        return False
    if name.elements[0] not in other.elements:
        return name.klass in ("oxide", "salt") and other.basis != "element"
    return (name.klass == "oxide" and other.basis == "compound") or (name.klass == "salt" and other.basis == "oxide")
