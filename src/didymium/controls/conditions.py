"""What a measure asks besides the goods: way, use, party, places of making, value."""

from __future__ import annotations

from typing import Final

from didymium.controls.facts import RECEIVERS, Facts, name_keys
from didymium.controls.model import EndUseRule, Instrument, Movement, PartyRule, PlaceRule, ValueShare
from didymium.controls.truth import Answer, all_of

#: Missing facts that leave a licence duty as it is (they can only turn a licence into a ban).
END_USE: Final = "end use"
END_USER: Final = "end user"


def movement(rule: Movement, facts: Facts) -> Answer:
    """Does the way of the goods fit? Each country that is asked for and not stated is missing. Within a country nothing moves."""
    if facts.export_country is not None and facts.export_country == facts.import_country:
        return Answer("no", f"stays in {facts.export_country}")
    asked = (
        (facts.export_country, rule.leaves, rule.leaves_not, "country of dispatch", "leaves"),
        (facts.import_country, rule.enters, rule.enters_not, "country of destination", "goes to"),
        (facts.origin, rule.origin, rule.origin_not, "country of origin", "originates in"),
    )
    return all_of(_country(*one) for one in asked if one[1] or one[2])


def _country(value: str | None, among: list[str], beside: list[str], fact: str, verb: str) -> Answer:
    if value is None:
        return Answer("unknown", f"{fact} is not stated", (fact,))
    if (among and value not in among) or value in beside:
        return Answer("no", f"{verb} {value}")
    return Answer("yes", f"{verb} {value}")


def end_use(rule: EndUseRule, facts: Facts, act: str) -> Answer:
    """Is the use one of those? A use that is not stated is unknown, or no where the rule says silence means no."""
    if facts.uses & set(rule.uses):
        return Answer("yes", f"use: {', '.join(sorted(facts.uses & set(rule.uses)))}")
    if facts.uses or rule.silence == "no":
        return Answer("no", f"use: {', '.join(sorted(facts.uses)) or 'not stated'}")
    users = any(role in RECEIVERS for role, _ in facts.parties)
    missing = [f"{END_USE} ({act})"] + ([] if users else [f"{END_USER} ({act})"])
    return Answer("unknown", "end use is not stated", tuple(missing))


def party(
    rule: PartyRule, facts: Facts, act: Instrument, listed: dict[str, frozenset[str]], counting: frozenset[str]
) -> Answer:
    """Is a receiver on one of the lists, or held by listed parties to the share that counts?

    listed: act -> keys of the names on its list; counting: acts whose lists hold that day, as known.
    """
    lists = set(rule.lists) & counting | ({act.id} if rule.own_list else set())
    on = sorted(lists & facts.lists)
    if on:
        return Answer("yes", f"a party is on {', '.join(on)}")
    for role, name in facts.parties:
        here = next((key for key in sorted(lists) if name_keys(name) & listed.get(key, frozenset())), None)
        if here and role in (*RECEIVERS, "owner"):
            return Answer("yes", f"{role} {name} is on {here}")
    if rule.owned_share is not None and facts.owned:
        share = sum(facts.owned) if rule.aggregate else max(facts.owned)
        if share >= rule.owned_share:
            return Answer("yes", f"{share:.0%} held by listed parties")
        return Answer("no", f"{share:.0%} held by listed parties, below {rule.owned_share:.0%}")
    return Answer("no", "no listed party")


def places(rule: PlaceRule, facts: Facts) -> Answer:
    """Was any of the steps done in any of the countries? Origin stands for where it was produced."""
    known = dict(facts.places)
    if "produced" not in known and facts.origin:
        known["produced"] = frozenset([facts.origin])
    for step in rule.steps:
        hit = known.get(step, frozenset()) & set(rule.countries)
        if hit:
            return Answer("yes", f"{step} in {', '.join(sorted(hit))}")
    if known.keys() & {"refined", "separated"}:  # one act of a refinery; whoever states one has stated the other
        known.setdefault("refined", frozenset())
        known.setdefault("separated", frozenset())
    open_steps = [step for step in rule.steps if step not in known]
    if open_steps and rule.silence == "unknown":
        return Answer(
            "unknown",
            "not stated where it was " + ", ".join(open_steps),
            tuple(f"where it was {s}" for s in open_steps),
        )
    return Answer("no", "made elsewhere")


def value_share(rule: ValueShare, facts: Facts) -> Answer:
    """Share of the value from an origin, at least so much."""
    share = facts.value_shares.get(rule.origin)
    if share is None:
        return Answer("unknown", "value share is not stated", (f"share of the value that originates in {rule.origin}",))
    met = share >= rule.at_least
    return Answer("yes" if met else "no", f"{share:.4g} of the value originates in {rule.origin}")
