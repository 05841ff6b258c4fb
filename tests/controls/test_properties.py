"""What must hold of every answer, whatever the rows."""

from __future__ import annotations

import datetime as dt
import itertools
import random
import time
from functools import cache

import hypothesis.strategies as st
import msgspec
import polars as pl
import pytest
from hypothesis import given, settings
from polars.testing import assert_frame_equal

from didymium.controls import (
    Determination,
    Facts,
    Goods,
    determine,
    determine_frame,
    facts_of,
    instruments,
    reached,
    read_goods,
)
from didymium.controls import ruleset as shipped
from didymium.controls.goods import read_goods as read_again
from tests.controls import pool
from tests.controls.test_by_row import facts

HARD = ("free", "licence required", "prohibited")


@cache
def goods() -> list[Goods]:
    return pool.goods(instruments())


@cache
def frame() -> pl.DataFrame:
    return pool.rows(20_000, len(goods()), seed=11)


@cache
def answers() -> pl.DataFrame:
    return determine_frame(frame(), goods(), shipped())


def test_free_means_that_nothing_is_certain_and_nothing_is_open() -> None:
    free = answers().filter(pl.col("permission") == "free")
    assert free.height > 1_000
    assert free.filter((pl.col("applies") != "") | (pl.col("unverified") != "") | (pl.col("missing") != "")).is_empty()
    hard = answers().filter(pl.col("permission").is_in(["licence required", "prohibited"]))
    assert hard.filter(pl.col("applies") == "").is_empty()
    unknown = answers().filter(pl.col("permission") == "unknown")
    assert unknown.filter(pl.col("missing") == "").is_empty(), "unknown says what is missing"


def test_answers_follow_their_rows() -> None:
    order = list(range(frame().height))
    random.Random(1).shuffle(order)
    assert_frame_equal(determine_frame(frame()[order], goods(), shipped()), answers()[order])


@settings(max_examples=10)
@given(st.lists(st.integers(0, 3_000), max_size=4))
def test_any_split_gives_the_same(cuts: list[int]) -> None:
    places = [0, *sorted(cuts), 3_000]
    parts = [frame()[a:b] for a, b in itertools.pairwise(places)]
    assert_frame_equal(pl.concat([determine_frame(part, goods(), shipped()) for part in parts]), answers().head(3_000))


def test_goods_that_lie_otherwise_change_nothing() -> None:
    """The place of goods in their list is no fact, nor are goods that no row has."""
    turned = [read_goods("garden chairs", None), *reversed(goods())]
    moved = frame().with_columns(goods=len(goods()) - pl.col("goods"))
    assert_frame_equal(determine_frame(moved, turned, shipped()), answers())


def test_a_country_that_no_act_names_is_as_good_as_another() -> None:
    assert not {"DE", "SG", "BE", "BR", "ZM", "NA"} & set(shipped().countries)
    others = {"DE": "BR", "SG": "NA", "BE": "ZM"}
    ways = ["export_country", "import_country", "origin"]
    renamed = frame().with_columns(pl.col(ways).replace(others))
    assert_frame_equal(determine_frame(renamed, goods(), shipped()), answers())


def test_later_knowledge_of_nothing_new_changes_nothing() -> None:
    """Moving the day of knowledge within the time in which nothing was published."""
    rules = shipped()
    rows = frame().with_columns(pl.col("known_on").fill_null(pl.col("date")))
    epochs = pl.DataFrame({"known_on": rules.epochs[1:]}).with_columns(
        begin="known_on", end=pl.col("known_on").shift(-1)
    )
    placed = rows.with_row_index().sort("known_on").join_asof(epochs.sort("known_on"), on="known_on").sort("index")
    for moved in (
        pl.coalesce("begin", pl.lit(dt.date(1990, 1, 1))),
        (pl.col("end") - pl.duration(days=1)).fill_null(dt.date(2099, 1, 1)),
    ):
        usable = placed.with_columns(known_on=moved)
        inside = usable["begin"].is_not_null()
        found = determine_frame(usable.drop("index", "begin", "end"), goods(), rules)
        assert_frame_equal(found.filter(inside), answers().filter(inside))


def test_what_cannot_be_reached_is_not_reached() -> None:
    """Rows that `reached` lets go have no measure for particular goods, in force or unconfirmed, and miss nothing of them."""
    rules = shipped()
    rows = frame().with_columns(known_on="date")
    found = determine_frame(rows, goods(), rules).with_columns(reached=reached(rows, rules)).filter(~pl.col("reached"))
    assert found.height > 1_000
    everything = {"CN-2025-62#catch_all", "US-BIS-AFFIL"}
    said = {
        one for column in ("applies", "unverified") for text in found[column].unique() for one in text.split("|") if one
    }
    assert said <= everything
    assert not {text for text in found["missing"].unique() if "content" in text or "form" in text}


def test_what_is_not_stated_is_never_free_where_stating_it_could_be_hard() -> None:
    """Leaving out a fact gives the same answer, or unknown, or (a use not stated) the licence duty with the ban named; or a
    list, a share of owners or a rare-earth use, which must be stated to count."""
    rules, chance, wrong = shipped(), random.Random(7), []
    rows = frame().sample(1_500, seed=3)
    for row in rows.iter_rows(named=True):
        stated = facts(row, goods())
        field = chance.choice(("export_country", "import_country", "origin", "uses", "value_shares"))
        if field == "uses" and "rare-earth activity" in stated.uses:
            continue
        if field in ("uses", "origin") and "defence procurement" in stated.uses:
            continue  # DFARS: silence means that it is no defence procurement; the origin may stand for the place of making
        silent = msgspec.structs.replace(stated, **{field: {"uses": frozenset(), "value_shares": {}}.get(field)})
        with_it, without = determine(stated, rules), determine(silent, rules)
        if without.permission == "free" and with_it.permission in ("licence required", "prohibited"):
            wrong.append((field, stated, with_it.applies))
        if without.permission == "licence required" and with_it.permission == "prohibited":
            named = " ".join(without.missing)
            if field != "uses" or not any(act.partition("#")[0] in named for act in with_it.applies):
                wrong.append((field, stated, with_it.applies))
    assert not wrong, (len(wrong), wrong[:3])


def worst(answer: Determination) -> int:
    return max(HARD.index(one) for one in (answer.open_to or (answer.permission,)))


DENIED = ("dysprosium", "terbium", "samarium", "holmium", "yttrium")
WAYS = (("CN", "DE", "CN"), ("CN", "US", "CN"), ("SG", "KR", "CN"), ("VN", "JP", "VN"))


@pytest.mark.parametrize("element", DENIED)
def test_a_denial_never_makes_it_harder(element: str) -> None:
    """`..., no dysprosium` leaves the answer, or makes it milder."""
    symbol = next(symbol for symbol, name in pool.NAMES.items() if name == element)
    wrong = []
    for text, code in pool.texts(instruments()):
        if not read_goods(text, code).forms or element in text or symbol in text or "chinese" in text:
            continue  # where no form is stated a word is a word: it might be technology
        for leaves, enters, origin in WAYS:
            for on in (dt.date(2025, 10, 20), dt.date(2026, 3, 1), dt.date(2026, 12, 1)):
                plain, denied = (
                    determine(facts_of(
                        date=on, material=said, hs_code=code, export_country=leaves, import_country=enters, origin=origin,
                        end_use="civil",
                    ))
                    for said in (text, f"{text}; no {element}")
                )  # fmt: skip
                if worst(denied) > worst(plain):
                    wrong.append((text, on, leaves, plain.permission, denied.permission, denied.missing))
    assert not wrong, (len(wrong), wrong[:5])


def test_a_row_without_a_date_is_unknown() -> None:
    rows = frame().head(50).with_columns(date=pl.lit(None, dtype=pl.Date))
    found = determine_frame(rows, goods(), shipped())
    assert set(found["permission"]) == {"unknown"}
    assert set(found["missing"]) == {"date"}
    assert determine_frame(frame().head(0), goods(), shipped()).height == 0


# --- reading goods ----------------------------------------------------------------------------------------------------

SCRAPS = st.sampled_from([
    *pool.NAMES, *pool.NAMES.values(), "Nd2O3", "NdFeB", "SmCo5", "Sm2(Co,Fe,Cu,Zr)17", "TREO", "99.9%", "0.01 %", "< 5 ppm",
    "magnet", "oxide", "alloy", "no ", "not detected", "<", ">", "(", ")", ";", ",", ":", "-", "/", "\n", "\x00", "325 mesh",
    "60 % of mass", "for", "of CN origin", "氧化镝", "钕铁硼", "ネオジム磁石", "оксид", "ô-xít", "1,5", "1.2.3", "∞", "½", "％",
])  # fmt: skip


def timed(text: str, code: str | None) -> float:
    """Milliseconds of CPU for reading one text; texts are not met twice."""
    begin = time.process_time()
    found = read_again(text, code)
    spent = (time.process_time() - begin) * 1_000
    assert all(0 <= low <= high <= 100 for _, low, high in found.contents.shares), found.contents
    return spent


@settings(max_examples=150)
@given(
    st.text(max_size=2_000) | st.lists(SCRAPS, max_size=300).map(" ".join).map(lambda t: t[:2_000]),
    st.text(max_size=12) | st.none(),
)
def test_any_text_is_read(text: str, code: str | None) -> None:
    found = read_goods(text, code)
    assert all(0 <= low <= high <= 100 for _, low, high in found.contents.shares), found.contents
    determine(Facts(date=dt.date(2026, 3, 1), goods=found, export_country="CN", import_country="US", origin="CN"))


LONG = {
    "one letter": "N" * 2_000, "brackets": "(" * 2_000, "nested": "(" * 1_000 + "Nd" + ")" * 999, "digits": "1" * 2_000,
    "points": "1." * 1_000, "symbols": "NdFeB" * 400, "formulas": "Nd2O3 " * 333, "figures": "Dy 1.5 %, " * 200,
    "percent": "% " * 1_000, "dashes": "Nd-" * 666, "chains": "Nd-Fe-B-" * 250, "commas": "," * 2_000, "made": "made in " * 250,
    "of origin": "of CN origin " * 150, "for": "for " * 500, "limits": "<0.01 " * 333, "denials": "no Dy, " * 280,
    "blanks": " " * 1_990 + "Nd2O3", "lines": "\n" * 2_000, "chinese": "氧化镝" * 660, "chinese figures": "镝 0.5% " * 250,
    "owned": "50 % owned by " * 140, "names": "dysprosium oxide " * 117, "words": "magnets of value " * 117,
    "letters": "abcdefgh " * 222, "magnets": "magnets 5 % of mass " * 100, "mixed": "Nd2O3 99.9%; La2O3 5 ppm; TREO 45% " * 57,
}  # fmt: skip


@pytest.mark.parametrize("name", LONG)
def test_long_texts_are_read_at_once(name: str) -> None:
    """2,000 characters within 50 ms of CPU; best of three, as neighbours disturb. Chains of symbols and texts without blanks
    take longer in the reader of compositions, but no longer the more of them there are."""
    read_goods("Nd2O3 99 %; NdFeB magnets, Dy 1 %", "850511")
    text = LONG[name][:2_000]
    spent = min(timed(f"{text[: 2_000 - 2]} {mark}", None) for mark in "abc")
    assert spent < (200 if name in ("dashes", "chinese") else 50), f"{spent:.0f} ms"
