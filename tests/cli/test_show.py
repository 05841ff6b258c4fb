"""What stands in the terminal: complete, within the width, and safe whatever the declaration says."""

from __future__ import annotations

import io
import json
from pathlib import Path

import pytest
from rich.cells import cell_len
from rich.console import Console

from didymium.cli import show_finding, show_screening
from didymium.cli.terminal import clean
from tests.cli.sample import HOSTILE, finding, screening

FILES = {"report_html": Path("out/report.html"), "rejects_csv": Path("out/rejects.csv")}


def printed(width: int, show, *arguments) -> str:
    out = Console(file=io.StringIO(), width=width, markup=False, emoji=False, highlight=False)
    show(out, *arguments)
    return out.file.getvalue()


def plain(text: str) -> str:
    return " ".join(text.split())


@pytest.mark.parametrize("width", [80, 120, 160])
@pytest.mark.parametrize("goods", ["nickel powder", HOSTILE])
def test_table_says_everything_and_keeps_its_width(width: int, goods: str) -> None:
    text = printed(width, show_screening.as_table, screening([finding(1, goods), finding(2)]), FILES, 30)
    table = [line for line in text.splitlines() if not line.startswith(("Reference:", "Report:"))]
    assert max(map(cell_len, table)) <= width
    for fact in (
        "D-001",
        "D-002",
        "87 %",
        "12.5 t",
        "412 USD/kg",
        "VN → NA",
        "1\u2009212 read",
        "2 rejected",
        "ab" * 32,
    ):
        assert fact in text, fact
    assert "Report: out/report.html" in text
    assert "licence required" in plain(text)


@pytest.mark.parametrize("width", [80, 160])
def test_text_of_a_file_cannot_steer_the_terminal(width: int) -> None:
    for show, arguments in (
        (show_screening.as_table, (screening([finding(1, HOSTILE)]), FILES, 30)),
        (show_finding.show, (finding(1, HOSTILE),)),
    ):
        text = printed(width, show, *arguments)
        assert not set(text) & set("\x1b\x07\u202e")
        assert "[bold]" in text  # shown as written, not read as markup


def test_clean_keeps_words_of_any_script() -> None:
    words = "氧化钕 эрбий đất hiếm\nsecond line"
    assert clean(words) == words
    assert clean("a\x1b[31mb\u202ec") == "a\ufffd[31mb\ufffdc"


def test_top_limits_what_is_shown() -> None:
    many = screening([finding(rank) for rank in range(1, 6)])
    assert "D-003" not in printed(160, show_screening.as_table, many, FILES, 2)
    assert [one["rank"] for one in json.loads(show_screening.as_json(many, FILES, 2))["findings"]] == [1, 2]


def test_no_finding_is_said() -> None:
    assert "No finding" in printed(80, show_screening.as_table, screening([]), FILES, 30)


def test_json_holds_summary_findings_and_files() -> None:
    answer = json.loads(show_screening.as_json(screening([finding(1, HOSTILE)]), FILES, 30))
    assert answer["reference_hash"] == "ab" * 32
    assert answer["intake"][0] == {
        "file": "one.csv", "rows_in": 12, "accepted": 10, "rejected": 2, "detected": ["CSV, comma"],
    }  # fmt: skip
    assert answer["findings"][0]["goods"] == HOSTILE  # JSON is data: nothing is changed in it
    assert answer["files"]["report_html"] == "out/report.html"
    assert "listed" not in answer


@pytest.mark.parametrize("width", [12, 31, 60])
def test_waterfall_bars_join(width: int) -> None:
    """A bar ends where the next begins, marks tell the direction, and lengths are in proportion to the bans."""
    lines = show_finding.waterfall(finding(), width)
    bars = [line.plain[show_finding.LABEL + show_finding.NUMBER + 2 :] for line in lines[:-1]]
    assert max(map(len, bars)) <= width
    scale = (width - 1) / (0.81 + 0.25 + 1.69)  # from the prior to the highest point
    for bar, bans in zip(bars, (-1.69, 2.0, 0.75, -0.25, 0.81), strict=True):
        assert set(bar) - {" "} == ({"█"} if bans > 0 else {"░"})
        assert abs(len(bar.strip()) - abs(bans) * scale) <= 1.01
    starts = [len(bar) - len(bar.lstrip()) for bar in bars]
    assert starts[1] == starts[0]  # the first check starts at the prior, which reaches furthest left
    assert starts[2] == len(bars[1])
    assert len(bars[3]) == len(bars[2])
    assert "87 %" in lines[-1].plain


def test_explain_shows_damping_papers_and_sources() -> None:
    text = plain(printed(80, show_finding.show, finding(item_no=3)))
    for fact in ("+0.75 (found +1.50)", "−0.25", "nickel powder 14-22 USD/kg", "USGS MCS 2026", "item 3"):
        assert fact in text, fact
    assert "Announcement 18 of 2025, article 1." in text
    assert "(found +2.00)" not in text


@pytest.mark.parametrize(
    ("probability", "shown"),
    [(0.0, "<0.1 %"), (0.0004, "<0.1 %"), (0.05, "5.0 %"), (0.5, "50 %"), (0.994, "99.4 %"), (1.0, ">99.9 %")],
)
def test_probability_is_never_shown_as_certain(probability: float, shown: str) -> None:
    assert show_screening.percent(probability) == shown
