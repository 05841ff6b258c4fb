"""Windows: total, in order, without overlap, and day by day what the rules say (by_row.state simulates single days)."""

from __future__ import annotations

import csv
import datetime as dt
import itertools
from collections.abc import Iterable
from pathlib import Path

import hypothesis.strategies as st
import pytest
from hypothesis import example, given, settings

from didymium.controls import Ruleset, instruments, ruleset
from didymium.controls.model import Instrument, Measure, Relation
from didymium.controls.windows import DAY, FIRST, LAST, Window, hit_id, known, state_on, windows_of
from tests.controls import by_row, invented

START = dt.date(2025, 1, 1)
SPAN = 45
LIVE = ("in force", "unverified")


def day(number: int | None) -> dt.date | None:
    return None if number is None else START + dt.timedelta(days=number)


NUMBER = st.integers(0, SPAN - 5)
TARGETS = ("A", "A#x", "A#y", "B", "S", "T", "U")
RELATION = st.builds(
    Relation, type=st.sampled_from(["suspends", "suspends", "terminates", "replaces", "extends", "amends"]),
    target=st.sampled_from(TARGETS),
)  # fmt: skip


@st.composite
def act(draw: st.DrawFn, name: str, *, measures: bool = False) -> Instrument:
    first, length = draw(NUMBER | st.none()), draw(st.integers(0, 20) | st.none())
    last = None if length is None else (first or 0) + length
    articles = []
    for article in ("x", "y") if measures else ():
        own = draw(NUMBER | st.none())
        articles.append(Measure(outcome="prohibited", text="t", article=article, any_goods=True, valid_from=day(own)))
    return Instrument(
        id=name, issuer="X", kind="export ban" if measures else "suspension", title="t", measures=articles,
        published=day(draw(NUMBER | st.none())), valid_from=day(first), valid_to=day(last),
        relations=[] if measures else draw(st.lists(RELATION, min_size=1, max_size=3)),
        unverified_after=day(draw(st.sampled_from([None, None, last]))) if not measures else None,
        unverified_before=day(first) if measures and draw(st.integers(0, 9)) == 0 else None,
        status="unverified" if measures and draw(st.integers(0, 9)) == 0 else "verified",
    )  # fmt: skip


LAWS = st.tuples(act("A", measures=True), act("B", measures=True), act("S"), act("T"), act("U"))


def total(windows: list[Window]) -> None:
    assert (windows[0].first, windows[-1].last) == (FIRST, LAST)
    for one, next_ in itertools.pairwise(windows):
        assert one.first <= one.last
        assert next_.first == one.last + DAY
        assert (one.state, one.by, one.why) != (next_.state, next_.by, next_.why), (
            "neighbours that say the same are one"
        )


@settings(max_examples=250)
@given(LAWS)
def test_windows_are_total_and_say_what_each_day_says(acts: tuple[Instrument, ...]) -> None:
    for one in acts[:2]:
        for measure in one.measures:
            windows = windows_of(one, measure, acts)
            total(windows)
            for number in range(-3, SPAN + 30):
                on = START + dt.timedelta(days=number)
                window = state_on(windows, on)
                assert window.state == by_row.state(one, measure, on, acts), (on, windows)
                assert (window.state != "unverified") or window.why


@settings(max_examples=150)
@given(LAWS, NUMBER)
def test_what_is_not_yet_public_changes_nothing(acts: tuple[Instrument, ...], number: int) -> None:
    """Laws published after the day of knowledge may be anything: the windows of that day stay."""
    knowledge = START + dt.timedelta(days=number)
    public = known(acts, knowledge)
    for one in acts[:2]:
        for measure in one.measures:
            assert Ruleset(acts).windows(one, measure, knowledge) == windows_of(one, measure, public)


def law(
    name: str, first: int, last: int | None, *relations: tuple[str, str], published: int | None = None
) -> Instrument:
    kind = "suspension" if relations else "export ban"
    measures = [] if relations else [Measure(outcome="prohibited", text="t", any_goods=True)]
    return Instrument(
        id=name, issuer="X", kind=kind, title="t", published=day(published if published is not None else first),
        valid_from=day(first), valid_to=day(last), measures=measures,
        relations=[Relation(type=what, target=target) for what, target in relations],  # type: ignore[arg-type]
    )  # fmt: skip


def life(acts: Iterable[Instrument]) -> list[tuple[str, int | None]]:
    """(state, number of its first day) of the first act's measure."""
    acts = list(acts)
    return [
        (w.state, None if w.first == FIRST else (w.first - START).days)
        for w in windows_of(acts[0], acts[0].measures[0], acts)
    ]  # fmt: skip


BAN = law("A", 10, None)


@pytest.mark.parametrize(
    ("acts", "wanted"),
    [
        pytest.param([law("S", 15, 19, ("suspends", "A"))],
                     [("not yet in force", None), ("in force", 10), ("suspended", 15), ("in force", 20)], id="comes back"),
        pytest.param([law("S", 5, 19, ("suspends", "A"))],
                     [("not yet in force", None), ("suspended", 10), ("in force", 20)], id="suspended before its first day"),
        pytest.param([law("S", 15, 19, ("suspends", "A")), law("E", 18, 29, ("extends", "S"))],
                     [("not yet in force", None), ("in force", 10), ("suspended", 15), ("in force", 30)], id="extended"),
        pytest.param([law("S", 15, 19, ("suspends", "A")), law("E", 17, None, ("terminates", "S"))],
                     [("not yet in force", None), ("in force", 10), ("suspended", 15), ("in force", 17)], id="ended early"),
        pytest.param([law("S", 15, 19, ("suspends", "A")), law("E", 12, None, ("terminates", "S"))],
                     [("not yet in force", None), ("in force", 10)], id="ended before it began"),
        pytest.param([law("N", 20, None, ("replaces", "A")), law("S", 22, 25, ("suspends", "N"))],
                     [("not yet in force", None), ("in force", 10), ("ended", 20)], id="does not come back"),
        pytest.param([law("N", 20, None, ("terminates", "A")), law("E", 21, 40, ("extends", "A"))],
                     [("not yet in force", None), ("in force", 10), ("ended", 20)], id="an ended act is not extended"),
        pytest.param([law("S", 15, 19, ("suspends", "A")), law("T", 18, 24, ("suspends", "A"))],
                     [("not yet in force", None), ("in force", 10), ("suspended", 15), ("suspended", 20), ("in force", 25)],
                     id="two suspensions"),
    ],
)  # fmt: skip
def test_lives(acts: list[Instrument], wanted: list[tuple[str, int | None]]) -> None:
    assert life([BAN, *acts]) == wanted


def test_an_end_that_another_act_set_is_sure(tmp_path: Path) -> None:
    """US-BIS-AFFIL is unverified after its suspension ran out, but in force where an act ended the suspension."""
    acts = invented.acts(tmp_path, "US-SUSP-ENDS")
    rule = next(act for act in acts if act.id == "US-BIS-AFFIL")
    before, after = windows_of(rule, rule.measures[0], instruments()), windows_of(rule, rule.measures[0], acts)
    assert state_on(before, dt.date(2026, 11, 10)).state == "unverified"
    assert state_on(before, dt.date(2026, 6, 1)).state == "suspended"
    assert {state_on(after, dt.date(2026, m, d)).state for m, d in ((6, 1), (11, 10), (12, 1))} == {"in force"}
    assert state_on(after, dt.date(2026, 5, 31)).state == "suspended"


def test_loading_an_extension_changes_the_windows(tmp_path: Path) -> None:
    acts = invented.acts(tmp_path, "CN-70-LONGER")
    for one in acts:
        for measure in one.measures if one.id in ("CN-2025-57", "CN-2025-61", "CN-2025-62") else ():
            short, long = windows_of(one, measure, instruments()), windows_of(one, measure, acts)
            assert state_on(short, dt.date(2026, 11, 11)).state == "unverified"
            assert state_on(long, dt.date(2026, 11, 11)).state == "suspended"
            assert state_on(long, dt.date(2027, 11, 11)).state == "unverified"
            assert windows_of(one, measure, known(acts, dt.date(2026, 11, 4))) == short


def test_never_in_force_before_the_suspension_ends() -> None:
    """No. 57 began inside its suspension: no day of it was ever in force."""
    act = next(act for act in instruments() if act.id == "CN-2025-57")
    for measure in act.measures:
        states = [(window.state, window.first) for window in windows_of(act, measure, instruments())]
        assert states == [
            ("not yet in force", FIRST), ("suspended", dt.date(2025, 11, 8)), ("unverified", dt.date(2026, 11, 11)),
        ]  # fmt: skip


@settings(max_examples=100)
@given(st.dates(dt.date(2014, 1, 1), dt.date(2028, 12, 31)), st.dates(dt.date(2014, 1, 1), dt.date(2028, 12, 31)))
@example(dt.date(2025, 11, 7), dt.date(2025, 11, 6))
def test_shipped_acts_day_by_day(on: dt.date, knowledge: dt.date) -> None:
    rules = ruleset()
    acts = [act for act in instruments() if by_row.public_from(act) <= knowledge]
    for act, measure in rules.asked:
        if act in acts:
            window = rules.window(act, measure, on, knowledge)
            assert window.state == by_row.state(act, measure, on, acts), (hit_id(act, measure), window)


Row = tuple[str, str, str, str, str, str]


def rows_of(act: Instrument, measure: Measure) -> set[Row]:
    """An act's windows as the tables of the facts write them: stretches in force, or not confirmed."""
    windows = windows_of(act, measure, instruments())
    by = next((w.by for w in windows if w.state == "suspended"), "")
    return {
        (act.id, measure.article or "", "" if w.first == FIRST else str(w.first), "" if w.last == LAST else str(w.last), by,
         "verified" if w.state == "in force" else "unverified")
        for w in windows if w.state in LIVE
    }  # fmt: skip


def compare(path: Path) -> None:
    with path.open(encoding="utf-8", newline="") as file:
        columns = ("instrument", "article", "effective_from", "effective_to", "suspended_by", "status")
        table = {tuple(row[c] for c in columns) for row in csv.DictReader(file)}
    by_id = {act.id: act for act in instruments()}
    wrong, seen = [], set()
    for name in sorted({row[0] for row in table}):
        act = by_id[name]
        measures = act.measures or [Measure(outcome="notify", text="the whole act")]
        articles = {row[1] for row in table if row[0] == name}
        for measure in measures:
            found = rows_of(act, measure)
            if articles == {""}:
                found = {(a, "", *rest) for a, _, *rest in found}  # type: ignore[misc]
            wanted = {row for row in table if row[0] == name and row[1] in ("", measure.article or "")}
            seen |= wanted
            if found != wanted:
                wrong.append((hit_id(act, measure), found ^ wanted))
    assert not wrong
    assert seen == table
    silent = {act.id for act in instruments() if act.kind != "suspension"} - {row[0] for row in table}
    assert silent <= {"WTO-DS431", "EU-RESOURCEEU"}


def test_windows_are_those_of_the_reference_table(repository: Path) -> None:
    compare(repository / "src" / "didymium" / "reference" / "data" / "control_windows.csv")


def test_windows_are_those_of_the_facts(shared_benchmarks: Path) -> None:
    path = shared_benchmarks.parent / "facts" / "controls" / "effective_windows.csv"
    if not path.exists():
        pytest.skip("the facts are not beside the benchmarks")
    compare(path)
