"""Which rare earths goods contain, as far as their text says: intervals in wt% of the whole, as element.

The composition is read by the composition package. Prose around it ("made in MY", "5 % of value") is cut away first; what
cannot be read as a whole is read clause by clause; an element that is only named counts as contained.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from functools import lru_cache
from typing import Final

import msgspec

from didymium.composition import Component, Declared, Reading, read
from didymium.composition.chemistry import RARE_EARTHS
from didymium.controls.goods.prose import SYMBOL, denies, elements, formula_forms, kinds_in, mentions

#: Contained, with no figure.
NAMED: Final = (0.01, 100.0)
#: Names that leave the elements open.
_MIXTURES: Final = frozenset(["SEG concentrate", "mischmetal", "TREO", "other REO"])
#: Statements about value, ownership and way; they hold figures and symbols that are no composition.
_PROSE: Final = tuple(
    re.compile(pattern, re.IGNORECASE)
    for pattern in (
        r"[\d.,]{1,12}\s*(?:%|percent|per cent)\s*(?:of|by)\s*(?:the\s+)?(?:value|mass of the|price)",
        r"magnets?\s+[\d.,]{1,12}\s*%\s*(?:of|by)\s*(?:mass|weight)",
        r"[\d.,]{1,12}\s*%\s*(?:owned|held)\b[^;,]*",
        r"(?:importer|exporter|end[- ]user|consignee|owned|held)\b[^;,]*",
        r"(?:\b(?:of|with)\s+)?\b[A-Z]{2}[- ]origin\b(?:\s+technology)?",
        r"\b(?:of\s+)?(?:chinese|japanese|malaysian|vietnamese|american|foreign)(?:[- ]origin)?\b",
        r"\b(?:of\s+)?origin\s+(?:in\s+)?[A-Z]{2}\b",
        r"\b(?:made|melted|sintered|produced|separated|refined|mined|manufactured|processed)\b(?:\s+and\s+\w+)?\s+"
        r"(?:in|by|at|from|with)\b[^;,]*",
        r"\b(?:re-?exported|re-?export|declared\s+(?:as|under)\b[^;,]*|for\s+(?:a|an|the|use)?\s*[^;,]*)",
    )
)


#: Punctuation of Chinese and Japanese, in which clauses are parted.
_HAN_MARKS: Final = str.maketrans({"，": ", ", "；": "; ", "、": ", ", "。": "; ", "（": " (", "）": ") ", "：": ": "})
#: A share; where one stands and the reading gives none, prose was taken for a name.
_SHARE: Final = re.compile(r"\d\s*(?:%|ppm)")


class Contents(msgspec.Struct, frozen=True):
    """What is known of the elements.

    shares: (symbol, low, high) wt%, by symbol; rest: the interval of every rare earth not listed: (0, 0) where the text names the
    substance or gives a full analysis, (0, 100) where it leaves them open. named: symbols named at all, non-rare-earths
    too. kinds: oxide, compound or element, as components were read. forms: (element, oxide or compound) of formulas that
    name one rare earth.
    """

    shares: tuple[tuple[str, float, float], ...] = ()
    rest: tuple[float, float] = (0.0, 100.0)
    named: frozenset[str] = frozenset()
    kinds: frozenset[str] = frozenset()
    materials: tuple[str, ...] = ()
    forms: tuple[tuple[str, str], ...] = ()
    treo_wt_pct: tuple[float, float] | None = None
    stated_wt_pct: float = 0.0

    @property
    def share(self) -> dict[str, tuple[float, float]]:
        """symbol -> (low, high) wt%."""
        return {symbol: (low, high) for symbol, low, high in self.shares}

    def of(self, element: str) -> tuple[float, float]:
        """Interval of one element, wt%."""
        return next(((low, high) for symbol, low, high in self.shares if symbol == element), self.rest)


def frozen(share: Mapping[str, tuple[float, float]]) -> tuple[tuple[str, float, float], ...]:
    """Intervals as `Contents.shares` holds them."""
    return tuple((symbol, low, high) for symbol, (low, high) in sorted(share.items()))


@lru_cache(maxsize=200_000)
def contents_of(text: str) -> Contents:
    """Contents as one text says them. Ambiguous readings give the hull of their intervals."""
    whole = read(text)
    if whole.kind != "error":
        contents = _merged([whole], "")
        unread = _SHARE.search(text) is not None and not any(r.fractions for r in whole.readings)
        if contents.named & set(RARE_EARTHS) and not unread and not denies(text):
            return contents
        return _merged([whole], text.translate(_HAN_MARKS))
    plain = text.translate(_HAN_MARKS)
    for pattern in _PROSE:
        plain = pattern.sub(" ", plain)
    plain = " ".join(plain.split()).strip(" ,;.")
    declared = [read(plain)]
    if declared[0].kind == "error":
        clauses = [
            clause
            for clause in re.split(r"[;,]|(?<![A-Za-z\d])\(|\)(?![\dA-Z])|\s+-\s+|\bon\b|\bwith\b|\band\b", plain)
            if clause.strip()
        ]
        declared = [r for clause in clauses if any(c.isdigit() for c in clause) and (r := read(clause)).kind != "error"]
    return _merged([d for d in declared if d.kind != "error"], plain)


def _merged(declared: list[Declared], text: str) -> Contents:
    share: dict[str, tuple[float, float]] = {}
    materials: list[str] = []
    kinds: set[str] = set()
    named: set[str] = set()
    treo: tuple[float, float] | None = None
    for reading in (r for d in declared for r in _plausible(d)):
        for element, (low, high) in reading.fractions.items():
            before = share.get(element)
            top = 100.0 if high is None else high
            share[element] = (min(low, before[0]), max(top, before[1])) if before else (low, top)
        for component in reading.components:
            kinds.add(component.basis)
            if component.component == "TREO" and component.low is not None:
                treo = (component.low, component.high if component.high is not None else 100.0)
            elif component.basis == "compound" and component.meaning == "named":
                materials.append(component.component)
            if component.meaning == "not_detected" or component.high == 0:
                for symbol in _symbols(component) - {"O"}:
                    share.setdefault(symbol, (0.0, 0.0))
            else:
                named |= _symbols(component)
    stated = sum(low for low, _ in share.values())
    kinds |= kinds_in(text)
    mentioned, denied, left_open, figures = mentions(text) if text else (set(), set(), set(), {})
    for element in set(figures) - set(share):
        share[element] = figures[element]
    for element in left_open:
        share[element] = (0.0, 100.0)
    mentioned -= left_open
    absent = {e for e, (_, high) in share.items() if high == 0} | (denied - mentioned - left_open)
    named = (named | mentioned | set(share)) - absent - left_open
    for element in named & set(RARE_EARTHS) - set(share):
        share[element] = NAMED
    for element in absent - set(share):
        share[element] = (0.0, 0.0)
    return Contents(
        shares=frozen({e: s for e, s in share.items() if e in RARE_EARTHS}),
        rest=(0.0, 0.0) if _closed(named, declared, treo) else (0.0, 100.0),
        named=frozenset(named), kinds=frozenset(kinds), forms=_forms(declared, text), materials=tuple(materials),
        treo_wt_pct=treo,
        stated_wt_pct=stated,
    )  # fmt: skip


def _forms(declared: list[Declared], text: str) -> tuple[tuple[str, str], ...]:
    """Oxide or compound of every element that a formula of its own names (DyF3 beside Tb4O7)."""
    words = {c.component for d in declared for r in d.readings[:1] for c in r.components if c.meaning != "not_detected"}
    return tuple(sorted({pair for word in words | {text} for pair in formula_forms(word)}))


def _plausible(declared: Declared) -> list[Reading]:
    """Readings less those in which rare earths are all but absent beside another reading (bare figures taken for ppm), and
    those in which a magnet is hardly a magnet, where one is left."""
    readings = list(declared.readings)
    totals = [sum(low for e, (low, _) in r.fractions.items() if e in RARE_EARTHS) for r in readings]
    readings = [r for r, total in zip(readings, totals, strict=True) if total >= 0.01 * max(totals)]
    if not any("magnet" in c.component for r in readings for c in r.components):
        return readings
    light = [sum(r.fractions.get(e, (0.0, 0.0))[0] for e in ("Nd", "Pr", "Sm", "Ce")) for r in readings]
    return [r for r, share in zip(readings, light, strict=True) if 15 <= share <= 45] or readings


def _closed(named: set[str], declared: list[Declared], treo: tuple[float, float] | None) -> bool:
    """Are the elements that are not named absent? Yes where a substance is named; a total without parts leaves it open."""
    rare = named & set(RARE_EARTHS)
    if not rare:
        return False
    parts = [c for d in declared for r in d.readings[:1] for c in r.components]
    generic = any("rare earth" in c.component.casefold() or c.component in _MIXTURES for c in parts)
    substances = [c for c in parts if c.basis == "compound" and c.meaning == "named" and _symbols(c) & set(RARE_EARTHS)]
    if not generic and (treo is None or substances):
        return True
    of_treo = sum(c.low or 0.0 for c in parts if c.of == "TREO")
    of_whole = sum(c.low or 0.0 for c in parts if c.of == "whole" and c.basis == "oxide" and c.component != "TREO")
    return of_treo >= 98 or of_whole >= 0.98 * (treo[0] if treo else 100.0)


def _symbols(component: Component) -> set[str]:
    """Element symbols a component names: of its formula, or of a name such as `Gd chloride` or `TbDyFe alloy`."""
    word = re.split(r"[ ·*]|\.(?=\d*[a-z]*H2O)", component.component)[0]
    if component.component.startswith(("TREO", "TREM", "LOI", "other")):
        return set()
    pieces = set(SYMBOL.findall(word)) if re.fullmatch(r"(?:[A-Z][a-z]?[\d.]*|[()+.,:/x-])+", word) else set()
    return {symbol for symbol in pieces if symbol in elements()}
