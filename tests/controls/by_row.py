"""What the law asks of one consignment, the slow way: one row, one day, one measure after another.

Written from the rules of the facts and from the fields of `controls/model.py`, not from the code that is tested: it knows
no windows, keeps no order of events, and asks every question again for every row. It shares with the product only the
acts as read, the goods as read, and the record of facts.

A truth is "yes", "no", or the set of facts that are missing: "use" for the end use, any other word for what else.
"""

from __future__ import annotations

import datetime as dt
import re
from collections.abc import Iterable
from functools import lru_cache
from typing import NamedTuple

from didymium.controls.facts import Facts
from didymium.controls.goods import Goods
from didymium.controls.goods.words import found
from didymium.controls.model import EndUseRule, Instrument, Item, Measure, Movement, PartyRule, PlaceRule

Truth = str | frozenset[str]
RARE = frozenset(["La", "Ce", "Pr", "Nd", "Pm", "Sm", "Eu", "Gd", "Tb", "Dy", "Ho", "Er", "Tm", "Yb", "Lu", "Sc", "Y"])
HARD = {"goods licence": 0, "notify": 0, "licence required": 1, "prohibited": 2}
ANSWERS = ("free", "licence required", "prohibited")
#: wt% of oxide for one wt% of element, from atomic weights (IUPAC 2021) and the oxide sold.
OXIDE = {
    "La": 1.17277, "Ce": 1.22837, "Pr": 1.20817, "Nd": 1.16639, "Sm": 1.15961, "Eu": 1.15793, "Gd": 1.15262, "Tb": 1.17617,
    "Dy": 1.14768, "Ho": 1.14551, "Er": 1.14349, "Tm": 1.14206, "Yb": 1.13868, "Lu": 1.13716, "Sc": 1.53383, "Y": 1.26993,
}  # fmt: skip


class Said(NamedTuple):
    """The answer for one row."""

    permission: str
    applies: frozenset[str]
    suspended: frozenset[str]
    not_in_force: frozenset[str]
    unverified: frozenset[str]
    also: frozenset[str]


def every(truths: Iterable[Truth]) -> Truth:
    said = list(truths)
    if "no" in said:
        return "no"
    lacking = frozenset(fact for one in said if isinstance(one, frozenset) for fact in one)
    return lacking or "yes"


def some(truths: Iterable[Truth]) -> Truth:
    said = list(truths)
    if "yes" in said:
        return "yes"
    return frozenset(fact for one in said if isinstance(one, frozenset) for fact in one) or "no"


def unless(fact: str, *, met: bool, failed: bool) -> Truth:
    """Yes where it is met, no where it cannot be, else the missing fact."""
    return "yes" if met else "no" if failed else frozenset([fact])


# --- time -------------------------------------------------------------------------------------------------------------


def public_from(act: Instrument) -> dt.date:
    if act.unverified_before:
        return dt.date.min
    return act.published or act.valid_from or dt.date.min


def aims_at(target: str, act: Instrument, measure: Measure | None) -> bool:
    """`act` aims at every article of it, `act#article` at one."""
    return target == act.id or (
        measure is not None and bool(measure.article) and target == f"{act.id}#{measure.article}"
    )


def last_day(act: Instrument, measure: Measure | None, acts: Iterable[Instrument]) -> dt.date | None:
    """Last day of an act or article: extended by the last act that extends it, ended for good the day before a successor."""
    last = (measure.valid_to if measure else None) or act.valid_to
    touching = [
        (other, relation.type)
        for other in sorted(acts, key=public_from)
        for relation in other.relations
        if aims_at(relation.target, act, measure)
    ]
    for other, what in touching:
        if what == "extends":
            last = other.valid_to
    for other, what in touching:
        if what in ("terminates", "replaces") and other.valid_from:
            day = other.valid_from - dt.timedelta(days=1)
            last = min(last, day) if last else day
    return last


def state(act: Instrument, measure: Measure, day: dt.date, acts: Iterable[Instrument]) -> str:
    """State of one article on one day, given the acts that are public: rules 2 to 7."""
    acts = list(acts)
    first, last = measure.valid_from or act.valid_from, last_day(act, measure, acts)
    if first and last and last < first:
        return "ended"
    if first and day < first:
        return "unverified" if act.unverified_before and day < act.unverified_before else "not yet in force"
    if last and day > last:
        return "ended"
    ran_out: list[tuple[dt.date, bool]] = []
    for other in acts:
        if not any(r.type == "suspends" and aims_at(r.target, act, measure) for r in other.relations):
            continue
        begin, end = other.valid_from or dt.date.min, last_day(other, None, acts) or dt.date.max
        if begin <= day <= end:
            return "suspended"
        if end < day and begin <= end:
            ran_out.append((end, sure_end(other, end, acts)))
    if act.status == "unverified" or (act.unverified_after and day > act.unverified_after):
        return "unverified"
    return "unverified" if any(not sure for _, sure in ran_out) else "in force"


def sure_end(act: Instrument, end: dt.date, acts: Iterable[Instrument]) -> bool:
    """Is it known that a suspension ended that day? Yes where another act ended it, or nobody left its end open."""
    extensions = [o for o in acts if any(r.type == "extends" and r.target == act.id for r in o.relations)]
    latest = max(extensions, key=public_from, default=act)
    return latest.unverified_after is None or end < latest.unverified_after


# --- goods ------------------------------------------------------------------------------------------------------------


def prefixed(code: str, prefixes: Iterable[str]) -> bool:
    return bool(code) and any(code.startswith(prefix) for prefix in prefixes)


@lru_cache(maxsize=100_000)
def _meets(entry: int, goods: Goods) -> Truth:
    return meets_entry(_ENTRIES[entry], goods)


_ENTRIES: dict[int, Item] = {}


def meets(entry: Item, goods: Goods) -> Truth:
    """As `meets_entry`; kept, as the goods of many rows are the same."""
    _ENTRIES[id(entry)] = entry
    return _meets(id(entry), goods)


def meets_entry(entry: Item, goods: Goods) -> Truth:
    """Are goods what an entry of a list names?"""
    if entry.by_code:
        return "yes" if prefixed(goods.code, entry.codes) and not prefixed(goods.code, entry.codes_not) else "no"
    if entry.terms or entry.named:
        first = any(t in goods.folded for t in entry.terms) or sole_metal(entry, goods)
        second = not entry.with_terms or any(t in goods.folded for t in entry.with_terms)
        if (
            first
            and second
            and any(outside(limit.unit, limit.at_least, limit.at_most, goods) for limit in entry.limits)
        ):
            return "no"
        if entry.both and entry.with_terms and second and not first and form(entry, goods) == "yes":
            return frozenset(["what it is for"])
        if not (first and second):
            if entry.both or entry.elements:
                return "no"
            if not (entry.forms or entry.families):
                silent = prefixed(goods.code, entry.codes) and not goods.recognised
                return frozenset(["what the goods are"]) if silent else "no"
            if entry.named:
                return "no"
        elif not (entry.both or entry.elements or (entry.named and entry.forms)):
            return "yes"
    if set(entry.open_for) & goods.tags and not goods.forms & set(entry.forms):
        return frozenset(["whether it is the goods"])
    return every(
        [form(entry, goods), rare(entry, goods), family(entry, goods), limits(entry, goods), holds(entry, goods)]
    )


def sole_metal(entry: Item, goods: Goods) -> bool:
    """A substance of one of the elements the entry names, with no other metal in it."""
    metals = goods.contents.named - {"H", "B", "C", "N", "O", "F", "Si", "P", "S", "Cl", "Se", "Br", "I"}
    return len(metals) == 1 and metals <= set(entry.named)


def outside(unit: str, low: float, high: float, goods: Goods) -> bool:
    figures = re.findall(rf"(\d+(?:[.,]\d+)?)\s*{re.escape(unit)}(?![a-z0-9])", goods.folded)
    return bool(figures) and all(not low <= float(f.replace(",", ".")) <= high for f in figures)


def form(entry: Item, goods: Goods) -> Truth:
    if not entry.forms:
        return "yes"
    if goods.forms:
        fits = goods.forms & set(entry.forms)
        return unless("form", met=fits == goods.forms, failed=not fits)
    if prefixed(goods.code, entry.codes):
        return "yes"
    return frozenset(["form"]) if goods.recognised and goods.contents.named else "no"


def rare(entry: Item, goods: Goods) -> Truth:
    if not entry.rare_earths:
        return "yes"
    return unless("rare earths", met=goods.rare is True, failed=goods.rare is False)


def family(entry: Item, goods: Goods) -> Truth:
    if not entry.families:
        return "yes"
    fits = goods.families & set(entry.families)
    return unless("kind of magnet", met=bool(fits) and (fits == goods.families or goods.both_families), failed=not fits)


def share(goods: Goods, element: str) -> tuple[float, float]:
    return {symbol: (low, high) for symbol, low, high in goods.contents.shares}.get(element, goods.contents.rest)


def contains_any(entry: Item, goods: Goods) -> Truth:
    least = entry.least_wt_pct
    said = []
    for element in entry.elements:
        low, high = share(goods, element)
        said.append(unless(f"{element} content", met=low >= least, failed=low < least and high <= least))
    return some(said)


def holds(entry: Item, goods: Goods) -> Truth:
    """Contains the elements: as one of the alloys named, as the metal it is, or at all."""
    if not entry.elements:
        return "yes"
    wanted = set(entry.elements)
    if entry.alloys:
        stated = {s for s, low, _ in goods.contents.shares if s in wanted and low >= entry.least_wt_pct}
        parts = set(goods.alloy) if goods.alloy & RARE else set(goods.alloy) | stated
        if not parts & RARE:
            return contains_any(entry, goods)
        if "NdFeB" in goods.families or not parts & wanted:
            return "no"
        if any(is_alloy(name, parts) for name in entry.alloys):
            return "yes"
        return "no" if "alloy" in found("form", goods.folded) else frozenset(["whether it is an alloy"])
    if entry.main_element:
        metals = goods.contents.named & RARE
        if not metals:
            return contains_any(entry, goods)
        if len(metals) == 1:
            return "yes" if metals & wanted else "no"
        main = {e for e in metals if share(goods, e)[1] >= 50}
        return "yes" if main != metals and main & wanted else "no"  # where all may be the main part it is an alloy
    return contains_any(entry, goods)


def is_alloy(name: str, parts: set[str]) -> bool:
    """The list names it: all it names is there."""
    return set(re.findall("[A-Z][a-z]?", name)) <= parts


def limits(entry: Item, goods: Goods) -> Truth:
    said: list[Truth] = []
    listed = goods.code in entry.codes
    if entry.purity_at_least_wt_pct is not None:
        low, high = max(share(goods, e) for e in entry.elements)
        least = entry.purity_at_least_wt_pct
        stated = low > 0.01
        met = low >= least or (listed and not stated and high >= least)
        said.append(unless("purity", met=met, failed=not met and (stated or high < least)))
    if entry.particles_below_um is not None:
        size = goods.particles_um
        small = size is not None and size <= entry.particles_below_um
        said.append(unless("particles", met=small or (size is None and listed), failed=size is not None and not small))
    if entry.treo_below_wt_pct is not None:
        span = treo(goods)
        below = entry.treo_below_wt_pct
        said.append(
            frozenset(["TREO"]) if span is None else unless("TREO", met=span[1] < below, failed=span[0] >= below > 0)
        )
    return every(said)


def treo(goods: Goods) -> tuple[float, float] | None:
    """Total oxides as stated, else from shares that are all figures."""
    if goods.contents.treo_wt_pct:
        return goods.contents.treo_wt_pct
    figures = [(s, low, high) for s, low, high in goods.contents.shares if not (low <= 0.01 and high >= 100)]
    if not figures or any((low, high) == (0.01, 100.0) for _, low, high in goods.contents.shares):
        return None
    return (sum(low * OXIDE[s] for s, low, _ in figures), sum(high * OXIDE[s] for s, _, high in figures))


# --- way, use, parties, places ----------------------------------------------------------------------------------------


def way(rule: Movement, facts: Facts) -> Truth:
    def fits(value: str | None, among: list[str], beside: list[str], fact: str) -> Truth:
        if not among and not beside:
            return "yes"
        if value is None:
            return frozenset([fact])
        return "yes" if (not among or value in among) and value not in beside else "no"

    if facts.export_country and facts.export_country == facts.import_country:
        return "no"  # within a country nothing moves
    return every(
        [
            fits(facts.export_country, rule.leaves, rule.leaves_not, "dispatch"),
            fits(facts.import_country, rule.enters, rule.enters_not, "destination"),
            fits(facts.origin, rule.origin, rule.origin_not, "origin"),
        ]
    )


def used(rule: EndUseRule, facts: Facts) -> Truth:
    if not facts.uses:
        return "no" if rule.silence == "no" else frozenset(["use"])
    return "yes" if facts.uses & set(rule.uses) else "no"


def begun(act: Instrument, day: dt.date, acts: list[Instrument]) -> bool:
    last = last_day(act, None, acts)
    return (act.valid_from or dt.date.min) <= day <= (last or dt.date.max)


def received(rule: PartyRule, facts: Facts, act: Instrument, acts: Iterable[Instrument]) -> Truth:
    """Lists of other acts count once they are public and have begun, as long as they have not ended."""
    acts = list(acts)
    lists = {one.id for one in acts if one.id in rule.lists and begun(one, facts.date, acts)}
    lists |= {act.id} if rule.own_list else set()
    if facts.lists & lists:
        return "yes"
    names = {n.casefold() for one in acts if one.id in lists for p in one.listed for n in (p.name, p.name_local) if n}
    if any(
        role in ("importer", "end_user", "consignee", "owner") and n.casefold() in names for role, n in facts.parties
    ):
        return "yes"
    if rule.owned_share is None or not facts.owned:
        return "no"
    return "yes" if (sum(facts.owned) if rule.aggregate else max(facts.owned)) >= rule.owned_share else "no"


def made(rule: PlaceRule, facts: Facts) -> Truth:
    """Any of the steps in any of the countries. The origin stands for where it was produced where that is not stated;
    refining and separating are one work: who states one has stated both."""
    places = dict(facts.places)
    if facts.origin and "produced" not in places:
        places["produced"] = frozenset([facts.origin])
    if any(places.get(step, frozenset()) & set(rule.countries) for step in rule.steps):
        return "yes"
    stated = set(places) | ({"refined", "separated"} if {"refined", "separated"} & set(places) else set())
    lacking = set(rule.steps) - stated
    return frozenset(lacking) if lacking and rule.silence == "unknown" else "no"


def stated(measure: Measure, goods: Goods) -> bool:
    """Statements a measure needs are there, and none that takes the goods out of it."""
    if any(tag not in goods.tags for tag in measure.stated):
        return False
    for tag in measure.unless_stated:
        mostly_magnet = goods.forms == {"permanent magnet"} or (goods.magnet_mass_pct or 0) >= 50
        if tag in goods.tags and not (tag == "off the shelf" and mostly_magnet):
            return False
    return True


def circumstances(act: Instrument, measure: Measure, facts: Facts, acts: Iterable[Instrument]) -> Truth:
    """All a measure asks besides what the goods are."""
    if not stated(measure, facts.goods):
        return "no"
    said: list[Truth] = []
    if measure.movements:
        said.append(some(way(rule, facts) for rule in measure.movements))
    if measure.places:
        said.append(made(measure.places, facts))
    if measure.value_share:
        part = facts.value_shares.get(measure.value_share.origin)
        enough = part is not None and part >= measure.value_share.at_least
        said.append(unless("value share", met=enough, failed=part is not None and not enough))
    if measure.party:
        said.append(received(measure.party, facts, act, acts))
    if measure.end_use:
        said.append(used(measure.end_use, facts))
    if measure.asks_status and "not designated" not in facts.goods.tags:
        said.append(frozenset(["status"]))
    return every(said)


def outcome(act: Instrument, measure: Measure, facts: Facts, acts: Iterable[Instrument]) -> str:
    found = [str(measure.outcome)]
    for step in measure.escalations:
        use = used(step.end_use, facts) if step.end_use else "yes"
        who = received(step.party, facts, act, acts) if step.party else "yes"
        if use == who == "yes":
            found.append(step.outcome)
    return max(found, key=("goods licence", "notify", "licence required", "prohibited").index)


# --- the answer -------------------------------------------------------------------------------------------------------


class Book:
    """All acts, and states kept by day so that 100,000 rows are bearable."""

    def __init__(self, acts: Iterable[Instrument]) -> None:
        self.acts = list(acts)
        self.states: dict[tuple[str, str | None, dt.date, dt.date], str] = {}
        self.publics: dict[dt.date, list[Instrument]] = {}
        self.entries: dict[Goods, dict[tuple[str, str | None], list[tuple[Item, Truth]]]] = {}

    def public(self, day: dt.date) -> list[Instrument]:
        if day not in self.publics:
            self.publics[day] = [act for act in self.acts if public_from(act) <= day]
        return self.publics[day]

    def state(self, act: Instrument, measure: Measure, day: dt.date, known: dt.date) -> str:
        key = (act.id, measure.article, day, known)
        if key not in self.states:
            self.states[key] = state(act, measure, day, self.public(known))
        return self.states[key]

    def met(self, goods: Goods) -> dict[tuple[str, str | None], list[tuple[Item, Truth]]]:
        """Entries that goods meet or may meet, by act and article."""
        if goods not in self.entries:
            found: dict[tuple[str, str | None], list[tuple[Item, Truth]]] = {}
            for act in self.acts:
                for measure in act.measures:
                    for entry in measure.items:
                        if (truth := meets(entry, goods)) != "no":
                            found.setdefault((act.id, measure.article), []).append((entry, truth))
            self.entries[goods] = found
        return self.entries[goods]


def entry_state(entry: Item, of_measure: str, day: dt.date) -> str:
    """An entry that has days of its own is in force on them only."""
    if entry.valid_from and day < entry.valid_from:
        return "not yet in force"
    return "ended" if entry.valid_to and day > entry.valid_to else of_measure


def answer(facts: Facts, book: Book) -> Said:
    """Every measure in turn, then the order of outcomes."""
    known = facts.known_on or facts.date
    met = book.met(facts.goods)
    acts = book.public(known)
    dual = dual_use(facts, book, met, known)
    hits: list[tuple[str, str, Truth, str]] = []
    for act in acts:
        if act.kind in ("background", "suspension"):
            continue
        for measure in act.measures:
            found = [(None, dual)] if measure.dual_use else [(None, "yes")] if measure.any_goods else None
            goods = found if found is not None else met.get((act.id, measure.article), [])
            if not goods or all(truth == "no" for _, truth in goods):
                continue
            around = circumstances(act, measure, facts, acts)
            if around == "no":
                continue
            hard = outcome(act, measure, facts, acts)
            for name, truth, when in named(
                act, measure, goods, facts.date, book.state(act, measure, facts.date, known)
            ):
                hits.append((name, hard, every([truth, around]), when))
    return weigh(hits, facts.goods, book.acts)


def named(
    act: Instrument, measure: Measure, goods: list[tuple[Item | None, Truth]], day: dt.date, of_measure: str
) -> Iterable[tuple[str, Truth, str]]:
    """(id, truth, state) of each hit of a measure: one an item, or one for all of it."""
    whole = f"{act.id}#{measure.article}" if measure.article else act.id
    if measure.hits_by_item:
        for entry, truth in goods:
            yield (
                (f"{act.id}#{entry.item}" if entry else whole),
                truth,
                (entry_state(entry, of_measure, day) if entry else of_measure),
            )
        return
    by_state: dict[str, list[Truth]] = {}
    for entry, truth in goods:
        by_state.setdefault(entry_state(entry, of_measure, day) if entry else of_measure, []).append(truth)
    live = by_state.get(of_measure)
    for when, truths in [(of_measure, live)] if live else by_state.items():
        yield whole, some(truths or []), when


def dual_use(
    facts: Facts, book: Book, met: dict[tuple[str, str | None], list[tuple[Item, Truth]]], known: dt.date
) -> Truth:
    """On a list of dual-use items that is in force that day; wherever the goods go."""
    said: list[Truth] = []
    for act in book.public(known):
        for measure in act.measures if act.kind == "dual-use list" else ():
            for entry, truth in met.get((act.id, measure.article), []):
                when = entry_state(entry, book.state(act, measure, facts.date, known), facts.date)
                if when == "in force":
                    said.append(truth)
                elif when == "unverified":
                    said.append(frozenset(["status"]))
    return some(said)


def understood(goods: Goods, acts: Iterable[Instrument]) -> bool:
    """Words or code say what the goods are, or an entry that words alone can meet has a word of them."""
    if goods.recognised or goods.forms:
        return True
    entries = (entry for act in acts for measure in act.measures for entry in measure.items if not entry.both)
    return any(term in goods.folded for entry in entries for term in entry.terms)


def weigh(hits: list[tuple[str, str, Truth, str]], goods: Goods, acts: Iterable[Instrument]) -> Said:
    """prohibited > licence > free; unknown where what is open could make it harder, but for a use that is not stated."""
    law = [hit for hit in hits if hit[1] != "goods licence"]
    certain = [hit for hit in law if hit[2] == "yes" and hit[3] == "in force"]
    level = max((HARD[hit[1]] for hit in certain), default=0)
    open_ = [hit for hit in law if hit[3] in ("in force", "unverified") and hit not in certain and HARD[hit[1]] > level]
    of_use = all(isinstance(hit[2], frozenset) and "use" in hit[2] for hit in open_)
    permission = ANSWERS[level]
    if open_ and not (level == 1 and of_use):
        permission = "unknown"
    if not hits and goods.rare is None and not understood(goods, acts):
        permission = "unknown"

    def ids(chosen: Iterable[tuple[str, str, Truth, str]]) -> frozenset[str]:
        return frozenset(hit[0] for hit in chosen)

    met = [hit for hit in law if hit[2] == "yes"]
    return Said(
        permission=permission,
        applies=ids(certain),
        suspended=ids(hit for hit in met if hit[3] == "suspended"),
        not_in_force=ids(hit for hit in met if hit[3] in ("not yet in force", "ended")),
        unverified=ids(hit for hit in met if hit[3] == "unverified"),
        also=ids(hit for hit in hits if hit[1] == "goods licence" and hit[2] == "yes" and hit[3] == "in force"),
    )
