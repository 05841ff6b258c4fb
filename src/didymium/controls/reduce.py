"""Reducing rows to what the law can tell apart.

A row has six facets: goods, way, use, party, share and time. For each facet every measure has an answer, and two values
of a facet that give the same answers to all measures that can reach the goods are one. What is left are few situations.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable, Hashable, Iterable, Sequence
from typing import Any

import msgspec
import numpy as np
import numpy.typing as npt

from didymium.controls import conditions as ask
from didymium.controls.decide import takes_out
from didymium.controls.facts import Facts
from didymium.controls.goods import Contents, Goods
from didymium.controls.model import Instrument, Measure
from didymium.controls.rules import Ruleset
from didymium.controls.truth import YES, Answer, any_of

Ints = npt.NDArray[np.int64]
_NOTHING = Goods(frozenset(), frozenset(), Contents(), "", "", frozenset(), recognised=False)
_DAY = dt.date(2000, 1, 1)


class Facet(msgspec.Struct):
    """Distinct values of one facet; for every measure (row) the coded answer to every value (column), and whether it is no."""

    values: Sequence[Any]
    answers: Ints
    no: npt.NDArray[np.bool_]


class Context(msgspec.Struct):
    """Goods and some facets as far as the measures still in question tell them apart.

    parts: measure -> codes of its answers so far; read: something says what the goods are; chosen: one value of each
    facet that stands for all like it.
    """

    goods: Goods
    parts: dict[int, tuple[Hashable, ...]]
    read: bool
    chosen: tuple[int, ...] = ()

    @property
    def key(self) -> Hashable:
        """Contexts with equal keys lead to equal answers."""
        return (tuple(sorted(self.parts.items())), self.read)


def measures(rules: Ruleset) -> list[tuple[Instrument, Measure]]:
    """All measures in the order their answers stand in."""
    return [(act, measure) for act in rules.acts for measure in act.measures]


Answering = Callable[[Instrument, Measure, Any], tuple[Hashable, bool]]


class Answers:
    """Answers of every measure to values of one facet, kept for values met before."""

    def __init__(self) -> None:
        self.codes: dict[Hashable, int] = {}
        self.columns: dict[Any, tuple[Ints, npt.NDArray[np.bool_]]] = {}

    def of(self, rules: Ruleset, values: Sequence[Any], answer: Answering) -> Facet:
        """The facet of these values; `answer` also says whether the measure drops out."""
        every = measures(rules)
        for value in values:
            if value not in self.columns:
                said = [answer(act, measure, value) for act, measure in every]
                codes = [self.codes.setdefault(code, len(self.codes)) for code, _ in said]
                self.columns[value] = (np.asarray(codes, dtype=np.int64), np.asarray([drops for _, drops in said]))
        columns = [self.columns[value] for value in values]
        shape = (len(every), len(values))
        answers = np.stack([c for c, _ in columns], axis=1) if columns else np.zeros(shape, dtype=np.int64)
        no = np.stack([n for _, n in columns], axis=1) if columns else np.zeros(shape, dtype=np.bool_)
        return Facet(values, answers, no)


def facet(rules: Ruleset, kind: str, values: Sequence[Any], answer: Answering) -> Facet:
    """Answers of every measure to every value of one kind of facet."""
    kept: Answers = rules.kept.setdefault(kind, Answers())
    return kept.of(rules, values, answer)


def ways(rules: Ruleset, values: Sequence[tuple[str | None, str | None, str | None]]) -> Facet:
    """Facet of (dispatch, destination, origin)."""

    def answer(
        _: Instrument, measure: Measure, way: tuple[str | None, str | None, str | None]
    ) -> tuple[Hashable, bool]:
        facts = Facts(date=_DAY, goods=_NOTHING, export_country=way[0], import_country=way[1], origin=way[2])
        moved = any_of(ask.movement(rule, facts) for rule in measure.movements) if measure.movements else YES
        made = ask.places(measure.places, facts) if measure.places else YES
        return _plain([moved, made]), "no" in (moved.truth, made.truth)

    return facet(rules, "way", values, answer)


def uses(rules: Ruleset, values: Sequence[str]) -> Facet:
    """Facet of `|`-separated end uses."""

    def answer(act: Instrument, measure: Measure, value: str) -> tuple[Hashable, bool]:
        facts = Facts(date=_DAY, goods=_NOTHING, uses=as_set(value))
        asked = [measure.end_use, *(step.end_use for step in measure.escalations)]
        said = [ask.end_use(rule, facts, act.id) for rule in asked if rule]
        return _plain(said), measure.end_use is not None and said[0].truth == "no"

    return facet(rules, "use", values, answer)


def parties(rules: Ruleset, values: Sequence[tuple[str, float | None]]) -> Facet:
    """Facet of (lists a receiver stands on, share held by listed parties)."""

    def answer(act: Instrument, measure: Measure, value: tuple[str, float | None]) -> tuple[Hashable, bool]:
        owned = () if value[1] is None else (value[1],)
        facts = Facts(date=_DAY, goods=_NOTHING, lists=as_set(value[0]), owned=owned)
        asked = [measure.party, *(step.party for step in measure.escalations)]
        said = [ask.party(rule, facts, act, rules.listed, rules.lists) for rule in asked if rule]
        named = (
            frozenset(one for rule in asked if rule for one in rule.lists) & facts.lists
        )  # which hold depends on time
        return (_plain(said), named), measure.party is not None and said[0].truth == "no"

    return facet(rules, "party", values, answer)


def shares(rules: Ruleset, values: Sequence[float | None]) -> Facet:
    """Facet of the share of the value that originates in China."""

    def answer(_: Instrument, measure: Measure, value: float | None) -> tuple[Hashable, bool]:
        if not measure.value_share:
            return (), False
        facts = Facts(date=_DAY, goods=_NOTHING, value_shares={} if value is None else {"CN": value})
        said = ask.value_share(measure.value_share, facts)
        return _plain([said]), said.truth == "no"

    return facet(rules, "share", values, answer)


def times(rules: Ruleset, values: Sequence[tuple[dt.date, dt.date]]) -> Facet:
    """Facet of (day, day of knowledge)."""

    def answer(act: Instrument, measure: Measure, value: tuple[dt.date, dt.date]) -> tuple[Hashable, bool]:
        day, known_on = value
        if act.known_from > known_on:
            return None, True
        window = rules.window(act, measure, day, known_on)
        live = tuple(
            (entry.valid_from is None or entry.valid_from <= day, entry.valid_to is None or entry.valid_to >= day)
            for entry in measure.items
            if entry.valid_from or entry.valid_to
        )
        asked = [measure.party, *(step.party for step in measure.escalations)]
        lists = frozenset(one for rule in asked if rule for one in rule.lists)
        return (
            window.state,
            window.by,
            window.why,
            live,
            rules.counting(day, known_on) & lists if lists else None,
        ), False

    return facet(rules, "time", values, answer)


def start(goods: Iterable[Goods], rules: Ruleset) -> tuple[list[int], list[Context]]:
    """(context of each of the goods, contexts): those that meet the same entries alike are one."""
    alike: dict[Hashable, int] = {}
    known: dict[Hashable, int] = {}
    contexts: list[Context] = []
    out = []
    for one in goods:
        read = one.rare is not None or rules.understands(one)
        met = tuple((id(entry), answer.truth, answer.missing) for _, _, entry, answer in rules.matches(one))
        magnet = (one.forms, one.magnet_mass_pct) if one.tags else None
        place = alike.get(key := (met, one.tags, magnet, read))
        if place is None:
            context = Context(one, _reachable(one, rules), read)
            place = alike[key] = known.setdefault(context.key, len(contexts))
            if place == len(contexts):
                contexts.append(context)
        out.append(place)
    return out, contexts


def _reachable(goods: Goods, rules: Ruleset) -> dict[int, tuple[Hashable, ...]]:
    """Measures that can reach the goods at all, each with how they do."""
    met: dict[tuple[str, str | None], list[Hashable]] = {}
    for act, measure, entry, answer in rules.matches(goods):
        met.setdefault((act.id, measure.article), []).append(
            (entry.item if entry else "", answer.truth, answer.missing)
        )
    dual = any(act.kind == "dual-use list" for act, _, _, _ in rules.matches(goods))
    out: dict[int, tuple[Hashable, ...]] = {}
    for index, (act, measure) in enumerate(measures(rules)):
        items = tuple(met.get((act.id, measure.article), ()))
        said = tuple(tag in goods.tags for tag in (*measure.stated, "not designated"))
        said += tuple(takes_out(tag, goods) for tag in measure.unless_stated)
        if measure.any_goods or (measure.dual_use and dual) or items:
            out[index] = ((items, said),)
    return out


def refine(
    keys: Ints, values: Ints, contexts: Sequence[Context], one: Facet, rules: Ruleset
) -> tuple[Ints, list[Context]]:
    """(new context of each row, new contexts) after one more facet. keys: old context of each row; values: its value."""
    alike: dict[tuple[int, ...], tuple[Ints, Ints]] = {}
    for context in contexts:
        among = tuple(context.parts)
        if among not in alike:
            alike[among] = _alike(one, among)
    groups = {among: number for number, among in enumerate(alike)}
    group = np.asarray([groups[tuple(context.parts)] for context in contexts], dtype=np.int64)
    classes = np.stack([classes for _, classes in alike.values()])
    widest = max(len(stands) for stands, _ in alike.values())
    pairs, met = dense(keys * widest + classes[group[keys], values], len(contexts) * widest)
    known: dict[Hashable, int] = {}
    out: list[Context] = []
    places = np.zeros(len(met), dtype=np.int64)
    every = measures(rules)
    for number, pair in enumerate(met):
        context = contexts[pair // widest]
        value = int(alike[tuple(context.parts)][0][pair % widest])
        new = Context(context.goods, _left(context, one, value, every), context.read, (*context.chosen, value))
        places[number] = known.setdefault(new.key, len(out))
        if places[number] == len(out):
            out.append(new)
    return places[pairs], out


def dense(codes: Ints, size: int) -> tuple[Ints, list[int]]:
    """Codes below `size` renumbered without gaps, and the old code of each new one; linear, no sorting of rows."""
    if size > 50_000_000:
        distinct, index = np.unique(codes, return_inverse=True)
        return index.reshape(-1).astype(np.int64), distinct.tolist()
    present = np.zeros(size, dtype=np.bool_)
    present[codes] = True
    old = np.flatnonzero(present)
    new = np.zeros(size, dtype=np.int64)
    new[old] = np.arange(len(old))
    return new[codes], old.tolist()


def _alike(one: Facet, among: tuple[int, ...]) -> tuple[Ints, Ints]:
    """(one value of each class, class of each value) of a facet as far as these measures tell its values apart."""
    if not among:
        return np.zeros(1, dtype=np.int64), np.zeros(len(one.values), dtype=np.int64)
    rows = one.answers[list(among)]
    size = int(one.answers.max()) + 1
    if len(among) * np.log2(max(size, 2)) < 62:  # exact in one integer, which is much faster to compare
        packed = np.zeros(rows.shape[1], dtype=np.int64)
        for row in rows:
            packed = packed * size + row
        _, stands, classes = np.unique(packed, return_index=True, return_inverse=True)
    else:
        _, stands, classes = np.unique(rows, axis=1, return_index=True, return_inverse=True)
    return stands.astype(np.int64), classes.reshape(-1).astype(np.int64)


def _left(
    context: Context, one: Facet, value: int, every: Sequence[tuple[Instrument, Measure]]
) -> dict[int, tuple[Hashable, ...]]:
    """Measures still in question. A list of dual-use items stays as long as a measure asks whether the goods are on one."""
    live = {index for index in context.parts if not one.no[index, value]}
    dual = any(every[index][1].dual_use for index in live)
    return {
        index: (*codes, int(one.answers[index, value]))
        for index, codes in context.parts.items()
        if index in live or (dual and every[index][0].kind == "dual-use list")
    }


def as_set(text: str) -> frozenset[str]:
    """A `|`-separated text as a set; empty text = nothing stated."""
    return frozenset(part for part in text.split("|") if part)


def _plain(answers: Iterable[Answer]) -> Hashable:
    return tuple((answer.truth, answer.missing) for answer in answers)
