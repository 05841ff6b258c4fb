"""Explanations: every hit stands in the tree, and every "what would change it" is true when it is done (by_row.py decides)."""

from __future__ import annotations

import datetime as dt
import random
import re
from collections.abc import Iterator

import msgspec
import pytest

from didymium.controls import Determination, Facts, determine, facts_of, instruments, ruleset
from didymium.controls.explain import Branch, changes, tree
from didymium.controls.goods import Contents
from tests.controls import by_row, pool
from tests.controls.test_by_row import facts

CONTENTS = re.compile(r"(.+) if (.+) (?:is|are) below 0\.01 %")
PRESENT = re.compile(r"(.+) if it contains 0\.01 % (\w+) or more")
USE = re.compile(r"(.+) if the end use is (civil|military)(?: \((.+)\))?")
BEFORE = re.compile(r"(.+) before (\d{4}-\d\d-\d\d)")
AFTER = re.compile(r"(.+) from (\d{4}-\d\d-\d\d) on, as known on (\d{4}-\d\d-\d\d)")


def asked(count: int, seed: int) -> list[tuple[str, Facts]]:
    """Random rows that something can be said of: goods that leave China, or that an act reaches."""
    texts, goods = pool.texts(instruments()), pool.goods(instruments())
    rows = pool.rows(count, len(goods), seed).iter_rows(named=True)
    return [
        (str(texts[row["goods"]]), facts(row, goods)) for row in rows if "CN" in (row["export_country"], row["origin"])
    ]


def texts_of(branch: Branch) -> Iterator[str]:
    yield branch.text
    for under in branch.under:
        yield from texts_of(under)


def holding(one: Facts, share: dict[str, tuple[float, float]]) -> Facts:
    """The consignment with these contents instead, as if its papers said so."""
    old = one.goods.contents
    gone = {symbol for symbol, (_, high) in share.items() if high == 0}
    shares = {s: (low, high) for s, low, high in old.shares} | share
    new = Contents(
        shares=tuple((s, *span) for s, span in sorted(shares.items())), rest=old.rest, kinds=old.kinds, materials=old.materials,
        named=(old.named - gone) | (frozenset(share) - gone), treo_wt_pct=old.treo_wt_pct, stated_wt_pct=old.stated_wt_pct,
    )  # fmt: skip
    goods = msgspec.structs.replace(one.goods, contents=new, alloy=one.goods.alloy - gone)
    return msgspec.structs.replace(one, goods=goods)


def true(sentence: str, one: Facts, now: str, book: by_row.Book) -> bool:
    """Do what a sentence says, and see."""

    def said(other: Facts) -> by_row.Said:
        return by_row.answer(other, book)

    if match := CONTENTS.fullmatch(sentence):
        elements = re.findall(r"[A-Z][a-z]?(?![a-z])", match[2])
        return said(holding(one, dict.fromkeys(elements, (0.0, 0.0)))).permission == match[1]
    if match := PRESENT.fullmatch(sentence):
        return said(holding(one, {match[2]: (0.01, 100.0)})).permission == match[1]
    if match := USE.fullmatch(sentence):
        other = said(msgspec.structs.replace(one, uses=frozenset([match[2]])))
        return other.permission == match[1] and other.applies == set(match[3].split(", ") if match[3] else ())
    if match := BEFORE.fullmatch(sentence):
        day = dt.date.fromisoformat(match[2])
        known = {"known_on": one.known}
        before = said(msgspec.structs.replace(one, date=day - dt.timedelta(days=1), **known)).permission
        return (
            day <= one.date
            and before == match[1]
            and said(msgspec.structs.replace(one, date=day, **known)).permission == now
        )
    if match := AFTER.fullmatch(sentence):
        day = dt.date.fromisoformat(match[2])
        at, before = (
            said(msgspec.structs.replace(one, date=when, known_on=one.known)).permission
            for when in (day, day - dt.timedelta(days=1))
        )
        return day > one.date and match[3] == str(one.known) and at == match[1] and before == now
    return False


def test_every_change_is_true() -> None:
    rules, book = ruleset(), by_row.Book(instruments())
    kinds = dict.fromkeys(("contents", "present", "use", "before", "after"), 0)
    wrong = []
    for text, one in asked(6_000, seed=21):
        answer = determine(one, rules)
        for sentence in changes(answer, one, rules) if answer.hits else ():
            for kind, pattern in zip(kinds, (CONTENTS, PRESENT, USE, BEFORE, AFTER), strict=True):
                kinds[kind] += bool(pattern.fullmatch(sentence))
            if not true(sentence, one, answer.permission, book):
                wrong.append((text, one.date, one.known, answer.permission, sentence))
    assert not wrong, (len(wrong), wrong[:5])
    assert all(count > 20 for count in kinds.values()), kinds


def test_every_hit_stands_in_the_tree() -> None:
    rules = ruleset()
    for text, one in asked(1_500, seed=22):
        answer = determine(one, rules)
        lines = list(texts_of(tree(answer, one, rules)))
        assert lines[0].startswith(answer.permission), text
        for hit in answer.hits:
            assert sum(line.startswith(f"{hit.id}: {hit.outcome}") for line in lines) >= 1, (text, hit)
        assert all(fact in lines for fact in answer.missing)
        assert not [line for line in lines if not line.strip() or "None" in line]


def of(
    material: str, *, day: str = "2026-03-01", to: str | None = "DE", use: str | None = "civil"
) -> tuple[Determination, list[str]]:
    one = facts_of(
        date=dt.date.fromisoformat(day), material=material, hs_code=None, export_country="CN", import_country=to, origin="CN",
        end_use=use,
    )  # fmt: skip
    answer = determine(one)
    return answer, changes(answer, one, ruleset())


@pytest.mark.parametrize(
    ("material", "sentence"),
    [
        ("NdFeB N42SH, Dy 1.8 %", "free before 2025-04-04"),
        ("NdFeB magnets, Dy 1.8 %, no Tb, no Ho", "free if Dy is below 0.01 %"),
        ("NdFeB magnets, no Ho", "free if Tb and Dy are below 0.01 %"),
        ("NdFeB magnets, no Ho", "licence required if it contains 0.01 % Dy or more"),
        ("holmium oxide", "unknown from 2026-11-11 on, as known on 2026-03-01"),
    ],
)
def test_sentences(material: str, sentence: str) -> None:
    assert sentence in of(material)[1]


def test_the_ban_that_a_use_would_bring_is_named() -> None:
    answer, turns = of("dysprosium metal", to="JP", use=None)
    assert answer.permission == "licence required"
    assert "prohibited if the end use is military (CN-2025-18#1C905.a.1, CN-2026-1)" in turns


@pytest.mark.parametrize("change", ["Dy and Tb below 0.01 %", "no dysprosium, no terbium"])
def test_a_change_of_contents_is_true_when_the_papers_say_it(change: str) -> None:
    """Not only of facts put in by hand: the words themselves bring the answer."""
    answer, turns = of("NdFeB magnets, no Ho")
    assert (answer.permission, "free if Tb and Dy are below 0.01 %" in turns) == ("unknown", True)
    assert of(f"NdFeB magnets, no Ho; {change}")[0].permission == "free"


def test_nothing_to_say_of_goods_that_no_act_reaches() -> None:
    chance = random.Random(0)
    for material in chance.sample(["garden chairs", "steel pipes", "lanthanum glass beads", "ferrite magnets"], 4):
        answer, turns = of(material)
        assert answer.permission == "free"
        assert not [turn for turn in turns if "below" in turn]
