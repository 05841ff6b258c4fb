"""How the law changes: the windows of each measure in time, and what became controlled or free between two days."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterator

import msgspec

from didymium.controls.decide import Determination, determine
from didymium.controls.facts import Facts
from didymium.controls.goods import read_goods
from didymium.controls.model import Instrument, Item, Measure
from didymium.controls.rules import Ruleset
from didymium.controls.windows import Window, hit_id, known, windows_of


class Line(msgspec.Struct, frozen=True):
    """One measure in time. windows: all its days, in order; elements: those its items name."""

    id: str
    act: str
    issuer: str
    outcome: str
    text: str
    elements: tuple[str, ...]
    windows: tuple[Window, ...]


class Change(msgspec.Struct, frozen=True):
    """A measure whose state differs between two days."""

    id: str
    outcome: str
    text: str
    before: str
    after: str
    because: str


def timeline(
    rules: Ruleset, *, element: str | None = None, origin: str | None = None, known_on: dt.date | None = None
) -> list[Line]:
    """Measures in time that can reach an element (any item that names it, or none by element) and goods leaving a country."""
    acts = known(rules.acts, known_on or dt.date.max)
    out = []
    for act, measure in rules.asked:
        if act not in acts or not _reaches(measure, element, origin):
            continue
        named = {e for entry in measure.items for e in entry.elements}
        windows = tuple(windows_of(act, measure, acts))
        out.append(
            Line(hit_id(act, measure), act.id, act.issuer, measure.outcome, measure.text, tuple(sorted(named)), windows)
        )
    return sorted(out, key=lambda line: (_first_day(line), line.id))


def _reaches(measure: Measure, element: str | None, origin: str | None) -> bool:
    if (
        origin
        and measure.movements
        and not any(
            _way(way.leaves, way.leaves_not, origin) and _way(way.origin, way.origin_not, origin)
            for way in measure.movements
        )
    ):
        return False
    if element is None or measure.any_goods or measure.dual_use:
        return True
    return any(_names(entry, element) for entry in measure.items)


def _way(leaves: list[str], leaves_not: list[str], origin: str) -> bool:
    return (not leaves or origin in leaves) and origin not in leaves_not


def _names(entry: Item, element: str) -> bool:
    if entry.elements:
        return element in entry.elements
    if entry.families:
        return element in {"SmCo": ("Sm", "Co"), "NdFeB": ("Nd", "Pr", "Fe", "B", "Dy", "Tb")}.get(
            entry.families[0], ()
        )
    return bool(entry.forms) or entry.by_code


def _first_day(line: Line) -> dt.date:
    return next((window.first for window in line.windows if window.state == "in force"), dt.date.max)


def difference(rules: Ruleset, before: dt.date, after: dt.date, *, known_on: dt.date | None = None) -> list[Change]:
    """Measures whose state on `after` is not what it was on `before`, with the act that did it.

    known_on: day of knowledge for both; None = each day as it was known on that day itself.
    """
    out = []
    for act, measure in rules.asked:
        then, now = _state(rules, act, measure, before, known_on), _state(rules, act, measure, after, known_on)
        if (then.state if then else "not known") != (now.state if now else "not known"):
            out.append(
                Change(
                    hit_id(act, measure), measure.outcome, measure.text, then.state if then else "not known",
                    now.state if now else "not known", (now.by or act.id) if now else act.id,
                )
            )  # fmt: skip
    return out


def _state(rules: Ruleset, act: Instrument, measure: Measure, day: dt.date, known_on: dt.date | None) -> Window | None:
    knowledge = known_on or day
    return rules.window(act, measure, day, knowledge) if act.known_from <= knowledge else None


#: Goods that stand for what each element is traded as, for saying what became controlled or free.
_TRADED = ("{e} oxide", "{e} metal", "{e} chloride", "{e} sputtering target")


def goods_difference(
    rules: Ruleset,
    before: dt.date,
    after: dt.date,
    *,
    origin: str = "CN",
    destination: str = "DE",
    known_on: dt.date | None = None,
) -> Iterator[tuple[str, Determination, Determination]]:
    """(goods, answer before, answer after) of typical goods of every rare earth whose answer changes, for civil use."""
    from didymium.composition.chemistry import RARE_EARTHS
    from didymium.reference import table

    names = dict(table("elements").select("element", "name").iter_rows())
    texts = [form.format(e=names.get(e, e)) for e in RARE_EARTHS if e != "Pm" for form in _TRADED]
    texts += ["NdFeB magnets, Dy 2 %", "NdFeB magnets, Dy and Tb not detected", "SmCo magnets", "rare earth ore"]
    for text in texts:
        facts = Facts(
            date=before, known_on=known_on, goods=read_goods(text, None), export_country=origin, import_country=destination,
            origin=origin, uses=frozenset({"civil"}),
        )  # fmt: skip
        then, now = determine(facts, rules), determine(msgspec.structs.replace(facts, date=after), rules)
        if then.permission != now.permission:
            yield text, then, now
