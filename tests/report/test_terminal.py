"""The law of a finding in the terminal: what the report says of it, in short."""

from __future__ import annotations

import datetime as dt
import io

import pytest
from rich.cells import cell_len
from rich.console import Console

from didymium.cli import show_finding
from didymium.screening.views import Law
from tests.report import law_sample, sample
from tests.report.test_render import HOSTILE, altered, hostile_law

DAY = dt.date(2025, 12, 1)


def printed(law: Law | None, width: int = 100) -> str:
    out = Console(file=io.StringIO(), width=width, markup=False, emoji=False, highlight=False)
    show_finding.show(out, altered(sample.ten()[0], law=law))
    return out.file.getvalue()  # type: ignore[attr-defined]


def test_measures_reasons_days_and_changes_are_said() -> None:
    text = " ".join(printed(law_sample.licence(DAY)).split())
    assert "What the law asks on 2025-12-01: 1 applies, 6 may apply, 5 suspended, 1 beside it" in text
    assert "by item Sm, Gd, Tb, Dy, Lu or Sc content is open" in text
    assert "suspended 2025-11-07 to 2026-11-10, by CN-2025-70" in text
    for said in ("free before 2025-04-04", "end-user certificate", "The papers state no licence.", "81ce5c73bd3731a4"):
        assert said in text


def test_no_measure_and_no_determination() -> None:
    assert "no measure reaches the goods as declared" in printed(law_sample.none(DAY))
    assert "What the law asks" not in printed(None)
    assert "and 7 more: see the report" in printed(law_sample.many(DAY, 15))


@pytest.mark.parametrize("width", [80, 160])
def test_texts_of_an_act_cannot_steer_the_terminal(width: int) -> None:
    for text in HOSTILE[:-2]:
        shown = printed(hostile_law(text, DAY), width)
        assert not set(shown) & set("\x1b\x07\u202e")
        of_law = shown[shown.index("What the law asks") :].splitlines()
        assert all(cell_len(line) <= width for line in of_law)
