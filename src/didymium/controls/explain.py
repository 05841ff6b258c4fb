"""Why the law answers as it does, as a small tree, and what would change the answer."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterator
from typing import Final

import msgspec

from didymium.composition.chemistry import RARE_EARTHS
from didymium.controls.decide import Determination, Hit, determine, standing
from didymium.controls.facts import Facts
from didymium.controls.goods.contents import frozen
from didymium.controls.goods.words import found
from didymium.controls.rules import Ruleset
from didymium.controls.windows import DAY, FIRST, LAST


class Branch(msgspec.Struct, frozen=True):
    """One line of the tree and what stands under it."""

    text: str
    under: tuple[Branch, ...] = ()


#: Goods that are named by the element they are made of.
_SUBSTANCES: Final = frozenset(["oxide", "compound", "metal", "metal powder"])
_TITLES: Final = {
    "applies": "In force and met",
    "may apply": "May apply: a fact is missing",
    "unverified": "Met, but whether it is in force is not confirmed",
    "suspended": "Suspended that day, else it would apply or might",
    "not in force": "Not in force that day, else it would apply or might",
    "beside": "Beside it: ordinary goods licence",
}


def tree(answer: Determination, facts: Facts, rules: Ruleset) -> Branch:
    """The answer with the measures that decide it, the missing facts, and what would change it."""
    sections = []
    for stands, title in _TITLES.items():
        hits = [hit for hit in answer.hits if standing(hit) == stands]
        if hits:
            sections.append(Branch(title, tuple(_hit(hit, rules) for hit in hits)))
    outside = dict.fromkeys(_outside(facts, rules))
    if outside:
        sections.append(Branch("Outside by an official reading", tuple(Branch(text) for text in outside)))
    beyond = found("beyond", facts.goods.folded)
    if beyond:
        sections.append(Branch("Not asked: acts that are not loaded", tuple(Branch(text) for text in beyond)))
    needs = dict.fromkeys(piece for hit in answer.hits if hit.certain for piece in hit.evidence)
    if needs and answer.permission == "licence required":
        sections.append(Branch("What an application needs", tuple(Branch(piece) for piece in needs)))
    if answer.missing:
        sections.append(Branch("Missing", tuple(Branch(fact) for fact in answer.missing)))
    turns = tuple(Branch(text) for text in changes(answer, facts, rules))
    if turns:
        sections.append(Branch("What would change it", turns))
    open_to = f" (possible: {', '.join(answer.open_to)})" if answer.open_to else ""
    known = "" if facts.known == facts.date else f", as known on {facts.known}"
    of_those = " of the acts loaded; others are not asked" if beyond and answer.permission == "free" else ""
    return Branch(f"{answer.permission}{of_those}{open_to} on {facts.date}{known}", tuple(sections))


def _outside(facts: Facts, rules: Ruleset) -> Iterator[str]:
    """Exclusions that take the goods out of a list they would else be on, with their confidence; none bind."""
    for act, measure in rules.asked:
        elements = {element for entry in measure.items for element in entry.elements}
        if act.known_from > facts.known or not any(facts.goods.contents.of(element)[1] > 0.01 for element in elements):
            continue
        for exclusion in measure.excludes:
            if facts.goods.forms & set(exclusion.forms):
                yield f"{act.id}: {exclusion.text} ({exclusion.source}; confidence {exclusion.confidence})"


def _hit(hit: Hit, rules: Ruleset) -> Branch:
    act = next(act for act in rules.acts if act.id == hit.act)
    lines = [Branch(clause) for clause in hit.answer.why.split("; ") if clause]
    lines.append(
        Branch(
            f"{hit.window.state}: {span(hit.window.first, hit.window.last)}"
            + (f", by {hit.window.by}" if hit.window.by not in ("", hit.act) else "")
        )
    )
    lines += [Branch(f"missing: {fact}") for fact in hit.answer.missing]
    if act.sources:
        lines.append(Branch(f"source: {act.sources[0]}"))
    return Branch(f"{hit.id}: {hit.outcome} ({act.title})", tuple(lines))


def span(first: dt.date, last: dt.date) -> str:
    """Days in words; open ends are said."""
    begin = "the beginning" if first == FIRST else str(first)
    return f"from {begin}" + (" on" if last == LAST else f" to {last}")


def changes(answer: Determination, facts: Facts, rules: Ruleset) -> list[str]:
    """What would make the answer another, one change at a time: contents, use, day. Each is decided anew, not guessed."""
    return list(
        dict.fromkeys([*_contents(answer, facts, rules), *_use(answer, facts, rules), *_days(answer, facts, rules)])
    )


def _contents(answer: Determination, facts: Facts, rules: Ruleset) -> Iterator[str]:
    goods = facts.goods
    live = ("in force", "unverified")
    ids = {hit.id for hit in answer.hits if hit.window.state in live and hit.outcome != "goods licence"}
    asked = {
        element
        for act, _, entry, _ in rules.matches(goods)
        if entry and f"{act.id}#{entry.item}" in ids
        for element in entry.elements
    }
    open_or_in = [e for e in sorted(asked, key=_order) if goods.contents.of(e)[1] > 0.01]
    rare = goods.contents.named & set(RARE_EARTHS)
    own = bool(goods.forms & _SUBSTANCES) and len(rare) == 1  # a dysprosium oxide without dysprosium is another thing
    if not open_or_in or own or any(goods.contents.of(e)[0] >= 50 for e in open_or_in):
        return
    without = _with(facts, dict.fromkeys(open_or_in, (0.0, 0.0)))
    other = determine(without, rules).permission
    if other != answer.permission:
        yield f"{other} if {_and(open_or_in)} {'is' if len(open_or_in) == 1 else 'are'} below 0.01 %"
    for element in open_or_in:
        if goods.contents.of(element)[0] < 0.01:
            present = determine(_with(facts, {element: (0.01, 100.0)}), rules).permission
            if present != answer.permission:
                yield f"{present} if it contains 0.01 % {element} or more"


def _with(facts: Facts, share: dict[str, tuple[float, float]]) -> Facts:
    contents = facts.goods.contents
    named = (contents.named - {e for e, s in share.items() if s[1] == 0}) | {e for e, s in share.items() if s[0] > 0}
    changed = msgspec.structs.replace(contents, shares=frozen({**contents.share, **share}), named=frozenset(named))
    alloy = frozenset(e for e in facts.goods.alloy if share.get(e, (1.0, 1.0))[1] > 0)
    return msgspec.structs.replace(facts, goods=msgspec.structs.replace(facts.goods, contents=changed, alloy=alloy))


def _use(answer: Determination, facts: Facts, rules: Ruleset) -> Iterator[str]:
    for use in ("civil", "military"):
        if use in facts.uses:
            continue
        uses = frozenset({use})
        other = determine(msgspec.structs.replace(facts, uses=uses), rules)
        if other.permission != answer.permission:
            yield f"{other.permission} if the end use is {use}" + (
                f" ({', '.join(other.applies)})" if other.applies else ""
            )


def _days(answer: Determination, facts: Facts, rules: Ruleset) -> Iterator[str]:
    """The nearest days before and after on which the answer is another, as the law is known on the day of knowledge."""
    before = [day for day in rules.change_days if FIRST < day <= facts.date]
    for day in reversed(before):
        other = determine(msgspec.structs.replace(facts, date=day - DAY, known_on=facts.known), rules).permission
        if other != answer.permission:
            yield f"{other} before {day}"
            break
    for day in (day for day in rules.change_days if day > facts.date):
        other = determine(msgspec.structs.replace(facts, date=day, known_on=facts.known), rules).permission
        if other != answer.permission:
            yield f"{other} from {day} on, as known on {facts.known}"
            break


def _and(words: list[str]) -> str:
    return words[0] if len(words) == 1 else f"{', '.join(words[:-1])} and {words[-1]}"


def _order(element: str) -> int:
    return RARE_EARTHS.index(element) if element in RARE_EARTHS else len(RARE_EARTHS)
