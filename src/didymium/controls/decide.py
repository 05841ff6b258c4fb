"""What the law asks of one consignment on one day: every measure that is met, and the answer with what decides it.

Order: prohibited > licence required > notify > free. `free` means free of strategic control. A measure whose facts are
missing, or whose status that day is not confirmed, makes the answer `unknown` where it could make it harder than what is
certain; only a missing end use leaves a licence duty standing (a ban can only come on top).
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterable
from typing import Any, Final, Literal

import msgspec

from didymium.controls import conditions as ask
from didymium.controls.facts import Facts
from didymium.controls.goods import Goods
from didymium.controls.model import ORDER, Instrument, Item, Measure, PartyRule
from didymium.controls.rules import Ruleset, ruleset
from didymium.controls.truth import NO, YES, Answer, all_of, any_of
from didymium.controls.windows import Window, hit_id

Permission = Literal["free", "licence required", "prohibited", "unknown", "not applicable"]
DUAL_USE: Final = "dual-use list"


class Hit(msgspec.Struct, frozen=True):
    """One measure that reaches the goods, or may. id: act, act#article or act#item; answer: whether it is met and why."""

    id: str
    act: str
    article: str | None
    outcome: str
    answer: Answer
    window: Window
    evidence: tuple[str, ...] = ()

    @property
    def certain(self) -> bool:
        """Met and in force, nothing open."""
        return self.answer.truth == "yes" and self.window.state == "in force"


def standing(hit: Hit) -> str:
    """How a hit stands: applies | may apply | unverified | suspended | not in force | beside (a goods licence)."""
    if hit.outcome == "goods licence":
        return "beside"
    if hit.window.state in ("suspended", "unverified") and hit.answer.truth == "yes":
        return hit.window.state
    if hit.window.state in ("in force", "unverified"):
        return "applies" if hit.certain else "may apply"
    return "suspended" if hit.window.state == "suspended" else "not in force"


class Determination(msgspec.Struct, frozen=True):
    """The answer for one consignment.

    applies: ids met and in force; suspended, not_in_force (before its start or after its end), unverified: ids met whose
    state is that; also: goods licences beside it; missing: the facts that would decide what is open; open_to: answers
    still possible where it is unknown; hits: all of these with their reasons. ruleset: hash of the acts used.
    """

    permission: Permission
    applies: tuple[str, ...]
    suspended: tuple[str, ...]
    not_in_force: tuple[str, ...]
    unverified: tuple[str, ...]
    also: tuple[str, ...]
    missing: tuple[str, ...]
    open_to: tuple[str, ...]
    hits: tuple[Hit, ...]
    ruleset: str


def determine(facts: Facts, rules: Ruleset | None = None) -> Determination:
    """The answer for one consignment, from what was known on `facts.known`; rules None = the shipped acts."""
    rules = rules or ruleset()
    return _determination(_hits(rules, facts), facts, rules)


def _hits(rules: Ruleset, facts: Facts) -> list[Hit]:
    reached: dict[tuple[str, str | None], list[tuple[Item | None, Answer]]] = {}
    for act, measure, entry, answer in rules.matches(facts.goods):
        reached.setdefault((act.id, measure.article), []).append((entry, answer))
    dual_use = _dual_use(rules, facts)
    out = []
    for act, measure in rules.asked:
        items = reached.get((act.id, measure.article))
        if (items or measure.any_goods or measure.dual_use) and act.known_from <= facts.known:
            goods = _goods(measure, items or [], dual_use, facts.date)
            if goods:
                out += _measure_hits(rules, act, measure, goods, facts)
    return out


def _goods(
    measure: Measure, items: list[tuple[Item | None, Answer]], dual_use: Answer, day: dt.date
) -> list[tuple[Item | None, Answer]]:
    """What of a measure the goods meet: its items one by one where each is a hit of its own, else the best of them."""
    if measure.dual_use:
        return [(None, dual_use)] if dual_use.truth != "no" else []
    if measure.any_goods:
        return [(None, YES)]
    if measure.hits_by_item or not items:
        return items
    live = [answer for entry, answer in items if _lives(entry, day) == "lives"]
    if live:
        return [(None, any_of(live))]
    best = {
        _lives(entry, day): (entry, any_of(a for e, a in items if _lives(e, day) == _lives(entry, day)))
        for entry, _ in items
    }
    return list(best.values())


def _lives(entry: Item | None, day: dt.date) -> Literal["lives", "not yet in force", "ended"]:
    """An entry that has days of its own is in force on them only (an amended list keeps both wordings)."""
    if entry is not None and entry.valid_from and day < entry.valid_from:
        return "not yet in force"
    return "ended" if entry is not None and entry.valid_to and day > entry.valid_to else "lives"


def _of_entry(window: Window, entry: Item | None, day: dt.date) -> Window:
    state = _lives(entry, day)
    return window if state == "lives" else msgspec.structs.replace(window, state=state)


def _dual_use(rules: Ruleset, facts: Facts) -> Answer:
    """Are the goods on a list of dual-use items in force that day?"""
    answers = []
    for act, measure, entry, answer in rules.matches(facts.goods):
        if act.kind != DUAL_USE or act.known_from > facts.known:
            continue
        window = _of_entry(rules.window(act, measure, facts.date, facts.known), entry, facts.date)
        name = f"{act.id}#{entry.item}" if entry else act.id
        if window.state == "in force":
            answers.append(msgspec.structs.replace(answer, why=f"dual-use item {name}: {answer.why}"))
        elif window.state == "unverified":
            answers.append(Answer("unknown", f"{name} may be in force", (window.why,)))
    return any_of(answers)


def _measure_hits(
    rules: Ruleset, act: Instrument, measure: Measure, goods: list[tuple[Item | None, Answer]], facts: Facts
) -> list[Hit]:
    around = _around(rules, act, measure, facts)
    if around.truth == "no":
        return []
    window = rules.window(act, measure, facts.date, facts.known)
    outcome = _outcome(rules, act, measure, facts)
    out = []
    for entry, answer in goods:
        both = all_of([answer, around])
        if both.truth == "no":
            continue
        by_item = measure.hits_by_item and entry is not None
        name = f"{act.id}#{entry.item}" if by_item and entry is not None else hit_id(act, measure)
        when = _of_entry(window, entry, facts.date)
        out.append(Hit(name, act.id, measure.article, outcome, both, when, tuple(measure.evidence)))
    return out


def _around(rules: Ruleset, act: Instrument, measure: Measure, facts: Facts) -> Answer:
    """Everything a measure asks besides the goods: way, use, party, places, value, statements."""
    parts: list[Answer] = []
    if measure.movements:
        parts.append(any_of(ask.movement(rule, facts) for rule in measure.movements))
    if measure.places:
        parts.append(ask.places(measure.places, facts))
    if measure.value_share:
        parts.append(ask.value_share(measure.value_share, facts))
    if measure.party:
        parts.append(_party(rules, measure.party, facts, act))
    if measure.end_use:
        parts.append(ask.end_use(measure.end_use, facts, act.id))
    tags = facts.goods.tags
    if any(tag not in tags for tag in measure.stated) or any(
        takes_out(tag, facts.goods) for tag in measure.unless_stated
    ):
        return NO
    if measure.asks_status and "not designated" not in tags:
        parts.append(Answer("unknown", f"{measure.asks_status} is not stated", (measure.asks_status,)))
    return all_of(parts)


def _party(rules: Ruleset, rule: PartyRule, facts: Facts, act: Instrument) -> Answer:
    counting = rules.counting(facts.date, facts.known) if rule.lists else frozenset()
    return ask.party(rule, facts, act, rules.listed, counting)


def takes_out(tag: str, goods: Goods) -> bool:
    """A statement that takes goods out of a measure. "Off the shelf" does not for goods that are half magnet or more."""
    if tag == "off the shelf" and (goods.forms == {"permanent magnet"} or (goods.magnet_mass_pct or 0) >= 50):
        return False
    return tag in goods.tags


def _outcome(rules: Ruleset, act: Instrument, measure: Measure, facts: Facts) -> str:
    """The measure's outcome, or a harder one for the use or the party."""
    outcome = str(measure.outcome)
    for step in measure.escalations:
        use = ask.end_use(step.end_use, facts, act.id) if step.end_use else YES
        who = _party(rules, step.party, facts, act) if step.party else YES
        if all_of([use, who]).truth == "yes" and ORDER.index(step.outcome) > ORDER.index(outcome):
            outcome = step.outcome
    return outcome


def _determination(hits: list[Hit], facts: Facts, rules: Ruleset) -> Determination:
    strategic = [hit for hit in hits if hit.outcome != "goods licence"]
    met = [hit for hit in strategic if hit.answer.truth == "yes"]
    certain = [hit for hit in met if hit.window.state == "in force"]
    unverified = [hit for hit in met if hit.window.state == "unverified"]
    hanging = [
        hit for hit in strategic
        if hit.window.state in ("in force", "unverified") and not hit.certain
    ]  # fmt: skip
    level = max((ORDER.index(hit.outcome) for hit in certain), default=0)
    harder = [hit for hit in hanging if ORDER.index(hit.outcome) > max(level, ORDER.index("notify"))]
    missing = list(dict.fromkeys(fact for hit in harder for fact in _missing(hit)))
    permission: Permission = _PERMISSION[level]
    # A use that is not stated can only put a ban on top of a licence duty (rule 16 of the facts): the duty stands.
    of_use = all(any(fact.startswith(ask.END_USE) for fact in _missing(hit)) for hit in harder)
    if harder and not (level == ORDER.index("licence required") and of_use):
        permission = "unknown"
    elif not hits and facts.goods.rare is None and not rules.understands(facts.goods):
        permission, missing = "unknown", ["what the goods are (the words were not understood)"]
    possible = [_PERMISSION[level], *(_PERMISSION[ORDER.index(hit.outcome)] for hit in harder)]
    if permission == "unknown" and not harder:  # nothing is known of the goods
        possible = list(_PERMISSION.values())
    return Determination(
        permission=permission,
        applies=_ids(certain),
        suspended=_ids(hit for hit in met if hit.window.state == "suspended"),
        not_in_force=_ids(hit for hit in met if hit.window.state in ("not yet in force", "ended")),
        unverified=_ids(unverified),
        also=_ids(hit for hit in hits if hit.outcome == "goods licence" and hit.certain),
        missing=tuple(missing),
        open_to=tuple(dict.fromkeys(possible)) if permission == "unknown" else (),
        hits=tuple(hits),
        ruleset=rules.hash,
    )


_PERMISSION: Final[dict[int, Any]] = {0: "free", 1: "free", 2: "licence required", 3: "prohibited"}


def _missing(hit: Hit) -> tuple[str, ...]:
    open_status = (hit.window.why,) if hit.window.state == "unverified" else ()
    return (*hit.answer.missing, *open_status)


def _ids(hits: Iterable[Hit]) -> tuple[str, ...]:
    return tuple(dict.fromkeys(hit.id for hit in hits))
