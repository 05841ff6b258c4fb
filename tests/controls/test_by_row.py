"""The way through frames, and the way for one row, against a slow reference that knows neither (by_row.py)."""

from __future__ import annotations

import random
from collections.abc import Iterable
from pathlib import Path
from typing import Any

import msgspec
import polars as pl

from didymium.controls import Facts, Goods, Ruleset, determine, determine_frame, instruments, ruleset
from didymium.controls.model import Instrument
from tests.controls import by_row, invented, pool

SETS = ("applies", "suspended", "not_in_force", "unverified", "also")
ROWS = 100_000


def facts(row: dict[str, Any], goods: list[Goods]) -> Facts:
    many = {name: frozenset(part for part in row[name].split("|") if part) for name in ("uses", "lists")}
    return Facts(
        date=row["date"], known_on=row["known_on"], goods=goods[row["goods"]], export_country=row["export_country"],
        import_country=row["import_country"], origin=row["origin"], uses=many["uses"], lists=many["lists"],
        owned=() if row["owned_share"] is None else (row["owned_share"],),
        value_shares={} if row["cn_value_share"] is None else {"CN": row["cn_value_share"]},
    )  # fmt: skip


def of_frame(row: dict[str, Any]) -> by_row.Said:
    return by_row.Said(row["permission"], *(frozenset(part for part in row[name].split("|") if part) for name in SETS))


def differing(acts: Iterable[Instrument], rules: Ruleset, count: int, seed: int) -> tuple[list[Any], dict[str, int]]:
    """Rows on which the two do not agree, and how often each answer occurred."""
    texts, goods, book = pool.texts(acts), pool.goods(acts), by_row.Book(acts)
    frame = pool.rows(count, len(goods), seed)
    found = determine_frame(frame, goods, rules)
    wrong, counts = [], dict.fromkeys(("free", "licence required", "prohibited", "unknown"), 0)
    for row, got in zip(frame.iter_rows(named=True), found.iter_rows(named=True), strict=True):
        wanted = by_row.answer(facts(row, goods), book)
        counts[wanted.permission] += 1
        if wanted != of_frame(got):
            wrong.append((texts[row["goods"]], row, wanted, got))
    return wrong, counts


def test_the_pool_meets_every_entry_of_every_act(tmp_path: Path) -> None:
    acts = invented.acts(tmp_path)
    assert pool.unmet(acts, pool.goods(acts)) == []


def test_frame_agrees_on_random_rows() -> None:
    wrong, counts = differing(instruments(), ruleset(), ROWS, seed=1)
    assert not wrong, (len(wrong), wrong[:3])
    assert sum(counts.values()) == ROWS
    assert min(counts.values()) > 300, counts


def test_frame_agrees_where_a_user_added_acts(tmp_path: Path) -> None:
    """Entries with days of their own, a duty to notify, extensions, early ends, successors that are suspended."""
    acts = invented.acts(tmp_path)
    wrong, _ = differing(acts, Ruleset(acts), 20_000, seed=2)
    assert not wrong, (len(wrong), wrong[:3])


def test_one_row_agrees_parties_and_places_too(tmp_path: Path) -> None:
    """What frames do not hold: names of receivers, places of making, several owners."""
    acts = invented.acts(tmp_path)
    rules, goods, book, chance = Ruleset(acts), pool.goods(acts), by_row.Book(acts), random.Random(3)
    names = [p.name for act in acts for p in act.listed] + [
        p.name_local for act in acts for p in act.listed if p.name_local
    ]
    frame = pool.rows(4_000, len(goods), seed=3)
    wrong = []
    for row in frame.iter_rows(named=True):
        role = chance.choice(("importer", "end_user", "consignee", "owner", "exporter"))
        name = chance.choice(("Loudspeaker Maker", chance.choice(names)))
        steps = chance.sample(("melted", "produced", "mined", "refined", "separated"), chance.randrange(4))
        one = msgspec.structs.replace(
            facts(row, goods), parties=((role, name),), owned=chance.choice(((), (0.3, 0.2), (0.2, 0.2), (0.6,))),
            places={step: frozenset(chance.sample(("CN", "JP", "RU", "US"), 1)) for step in steps},
        )  # fmt: skip
        found = determine(one, rules)
        got = by_row.Said(found.permission, *(frozenset(getattr(found, field)) for field in SETS))
        if (wanted := by_row.answer(one, book)) != got:
            wrong.append((one, wanted, got))
    assert not wrong, (len(wrong), wrong[:2])


def test_frame_gives_what_determine_gives() -> None:
    """Every row, its missing facts included, as one row alone."""
    goods = pool.goods(instruments())
    frame = pool.rows(3_000, len(goods), seed=5)
    found = determine_frame(frame, goods, ruleset())
    for row, got in zip(frame.iter_rows(named=True), found.iter_rows(named=True), strict=True):
        one = determine(facts(row, goods))
        assert got == {
            "permission": one.permission, "missing": "; ".join(one.missing),
            **{name: "|".join(getattr(one, name)) for name in SETS},
        }, row  # fmt: skip


def test_goods_that_are_met_alike_are_not_mixed_up() -> None:
    """An empty text is unknown, one that names nothing is free; a magnet "off the shelf" is none, a loudspeaker is."""
    from didymium.controls import read_goods

    goods = [
        read_goods("garden chairs", None), read_goods("", None), read_goods("COTS NdFeB magnets, Dy 1 %", None),
        read_goods("COTS loudspeaker with NdFeB magnets", None),
    ]  # fmt: skip
    frame = pl.DataFrame({"goods": [0, 1, 2, 3]}).with_columns(
        date=pl.date(2027, 2, 1), import_country=pl.lit("US"), origin=pl.lit("CN"), export_country=pl.lit("SG"),
        uses=pl.lit("defence procurement"),
    )  # fmt: skip
    for order in ([0, 1, 2, 3], [3, 2, 1, 0]):
        answers = determine_frame(frame[order], goods, ruleset())
        said = dict(zip(order, answers["permission"], strict=True))
        assert (said[0], said[1], said[2]) == ("free", "unknown", "prohibited")
        assert "US-DFARS-7052b" not in dict(zip(order, answers["applies"], strict=True))[3]
