"""Broken files of acts: each error names file, line and field, what is allowed, and the fix; nothing hangs or crashes."""

from __future__ import annotations

import time
from pathlib import Path
from typing import Any

import hypothesis.strategies as st
import pytest
import yaml
from hypothesis import given, settings

from didymium.controls import InstrumentError, instruments, read_folder
from didymium.controls.load import linked, read_instrument, ruleset_hash
from didymium.controls.model import Instrument
from tests.controls import invented

GOOD = """\
id: EU-TEST
issuer: EU
kind: dual-use list
title: a test
published: 2026-01-01
valid_from: 2026-02-01
valid_to: null
relations:
  - type: amends
    target: CN-2025-18
measures:
  - article: art1
    outcome: licence required
    text: a licence
    movements:
      - leaves: [DE]
        enters_not: [FR, NO]
    items:
      - item: a
        text: magnets
        forms: [permanent magnet]
        elements: [Dy]
        codes: ['850511']
      - item: b
        text: words
        terms: [words]
  - article: art2
    outcome: prohibited
    text: everything else
    any_goods: true
"""
MOST_MS = 1_000
BROKEN = yaml.safe_load((Path(__file__).parents[1] / "cases" / "acts" / "broken.yaml").read_text(encoding="utf-8"))


def read(text: str) -> Instrument:
    return read_instrument(text.encode(), "act.yaml")


def changed(old: str, new: str) -> str:
    assert GOOD.count(old) == 1, old
    return GOOD.replace(old, new)


def test_the_good_file_is_good() -> None:
    act = read(GOOD)
    assert act.measures[0].movements[0].enters_not == ["FR", "NO"], "NO is Norway, not false"
    assert read(changed("[DE]", "[NO, ON, OFF]".replace("ON, OFF", "DE"))).measures[0].movements[0].leaves == [
        "NO",
        "DE",
    ]


def fails(text: str, line: int | None, field: str | None, says: list[str]) -> None:
    begin = time.process_time()
    with pytest.raises(InstrumentError) as caught:
        read(text)
    assert (time.process_time() - begin) * 1_000 < MOST_MS
    error = caught.value
    assert (error.file, error.row, error.column) == ("act.yaml", line, field), str(error)
    assert error.fix
    assert all(part in str(error) for part in says), str(error)
    assert len(str(error)) < 600


@pytest.mark.parametrize("case", [pytest.param(case, id=case["case"]) for case in BROKEN])
def test_errors_name_place_and_fix(case: dict[str, Any]) -> None:
    fails(changed(case["old"], case["new"]), case["line"], case["field"], case["says"])


@pytest.mark.parametrize(
    ("text", "line", "field", "says"),
    [
        pytest.param("", None, None, ["object"], id="nothing"),
        pytest.param("just words", 1, None, ["object"], id="words"),
        pytest.param("[1, 2]", 1, None, ["object"], id="a list"),
        pytest.param(GOOD + "---\n" + GOOD, 31, None, ["another document"], id="two documents"),
        pytest.param(f"{GOOD}note: {'9' * 5_000}", 31, None, ["in quotes"], id="5,000 digits"),
        pytest.param(f"{GOOD}note: {'[' * 21}{']' * 21}", 31, None, ["nest"], id="deep"),
        pytest.param(f"{GOOD}note: {'[' * 100_000}", 31, None, ["nest"], id="very deep"),
        pytest.param(f"{GOOD}note: {'{a: ' * 50_000}", 31, None, ["nest"], id="very deep mappings"),
        pytest.param(f"{GOOD}note: {'x' * 400_000}", None, None, ["400", "One file"], id="huge"),
        pytest.param("a: &a [x, x]\n" + "".join(f"b{n}: &b{n} [*b{n - 1}, *b{n - 1}]\n" for n in range(1, 60)), 1, None,
                     ["anchors"], id="a bomb"),
        pytest.param(GOOD + "listed:\n" + "  - {name: x}\n" * 9_000 + "  - {nme: x}\n", 9_032, "listed[9000].nme",
                     ["Write name"], id="the last of many"),
    ],
)  # fmt: skip
def test_files_that_are_no_acts(text: str, line: int | None, field: str | None, says: list[str]) -> None:
    fails(text, line, field, says)


def test_bytes_that_are_no_utf8() -> None:
    with pytest.raises(InstrumentError, match=r"act\.yaml: byte 4 is no UTF-8\. Save the file as UTF-8\."):
        read_instrument("id: Türkiye".encode("latin-1").replace(b"T", b""), "act.yaml")
    assert read_instrument(b"\xef\xbb\xbf" + GOOD.encode(), "act.yaml").id == "EU-TEST", "a byte order mark is no fault"


@pytest.mark.parametrize(
    ("text", "parts"),
    [
        (
            changed("target: CN-2025-18", "target: CN-2025-81"),
            ["EU-TEST amends CN-2025-81", "not loaded", "Write CN-2025-"],
        ),
        (
            changed("target: CN-2025-18", "target: CN-2025-18#1C999"),
            ["CN-2025-18#1C999", "1C902, 1C903", "Name one of them"],
        ),
        (changed("target: CN-2025-18", "target: MY-RAW#art1"), ["MY-RAW#art1", "none", "the act alone"]),
        (changed("target: CN-2025-18", "target: something else"), ["something else", "Add a file"]),
    ],
)
def test_relations_that_lead_nowhere(tmp_path: Path, text: str, parts: list[str]) -> None:
    (tmp_path / "mine.yaml").write_text(text)
    with pytest.raises(InstrumentError) as caught:
        linked([*instruments(), *read_folder(tmp_path)])
    error = caught.value
    assert (error.file, error.row, error.column) == (str(tmp_path / "mine.yaml"), 10, "relations[0].target")
    assert error.fix
    assert all(part in str(error) for part in parts), str(error)


def test_one_act_in_two_files(tmp_path: Path) -> None:
    for name in ("one", "two"):
        (tmp_path / f"{name}.yaml").write_text(changed("id: EU-TEST", "id: EU-TWICE"))
    with pytest.raises(InstrumentError, match="EU-TWICE") as caught:
        linked([*instruments(), *read_folder(tmp_path)])
    assert "one.yaml" in str(caught.value)
    assert "two.yaml" in str(caught.value)
    assert caught.value.fix


def attempt(content: bytes) -> None:
    begin, said = time.process_time(), None
    try:
        read_instrument(content, "act.yaml")
    except InstrumentError as error:
        said = error
    assert (time.process_time() - begin) * 1_000 < MOST_MS
    assert said is None or (said.fix and len(str(said)) < 2_000)


@settings(max_examples=400)
@given(st.binary(max_size=400))
def test_any_bytes(content: bytes) -> None:
    attempt(content)


PIECES = st.sampled_from([
    "\n", "  ", "- ", ": ", "{", "}", "[", "]", "&a ", "*a", "!!int ", "!!binary ", "!!timestamp ", "<<: ", "? ", "| ", "> ",
    "'", '"', "#", "---", "%YAML 9", "null", "NO", ".nan", "0x_", "1:99:99", "2026-02-30", "1e999", "measures", "items", "id",
    "relations", "target", "valid_from", "movements", "leaves", "\u2028", "\x85", "é", "\t",
])  # fmt: skip


@settings(max_examples=400)
@given(st.lists(PIECES, max_size=40).map("".join), st.integers(0, len(GOOD)), st.integers(0, 60))
def test_good_files_damaged(piece: str, at: int, cut: int) -> None:
    """A good file with something else put in somewhere, and something cut away."""
    attempt((GOOD[:at] + piece + GOOD[at + cut :]).encode())


VALUE = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats() | st.text(max_size=5) | st.dates().map(str),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.text(max_size=5), inner, max_size=3), max_leaves=8,
)  # fmt: skip


@settings(max_examples=200)
@given(st.sampled_from(sorted({line for line in GOOD.splitlines() if ": " in line})), VALUE)
def test_any_value_in_any_field(line: str, value: object) -> None:
    import json

    attempt(GOOD.replace(line, f"{line.partition(': ')[0]}: {json.dumps(value)}").encode())


def test_the_hash_is_of_what_the_law_says() -> None:
    """Sources, titles and notes may be mended at any depth; anything else is another law."""
    act = read(GOOD)
    noted = changed("title: a test", "title: another title\nnote: seen again\nsources: [https://example.org]")
    noted = noted.replace(
        "        text: magnets\n", "        text: magnets\n        note: seen again\n        source: p. 3\n"
    )
    assert ruleset_hash([act]) == ruleset_hash([read(noted)])
    others = [changed("[Dy]", "[Dy, Tb]"), changed("2026-02-01", "2026-02-02"), changed("[FR, NO]", "[FR]"),
              changed("outcome: prohibited", "outcome: notify")]  # fmt: skip
    assert len({ruleset_hash([read(text)]) for text in [GOOD, *others]}) == 5


def test_invented_acts_read(tmp_path: Path) -> None:
    assert {act.id for act in invented.write(tmp_path)} == set(invented.FILES)
