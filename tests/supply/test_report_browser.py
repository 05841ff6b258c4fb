"""The report of a run in Chromium: no width cuts it, nothing is fetched, no complaint in the console."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import pytest

from didymium.supply import prepare, run
from didymium.supply.report import render
from didymium.supply.sweep import sweep
from tests.report import browser

why_not = browser.missing()
pytestmark = pytest.mark.skipif(why_not is not None, reason=str(why_not))

WIDE = "return document.documentElement.scrollWidth - document.documentElement.clientWidth"
#: Pictures of prices shrink with the page; a label outside its picture would be cut.
CUT = """return [...document.querySelectorAll('svg')].flatMap(svg => { const frame = svg.getBoundingClientRect();
    return [...svg.querySelectorAll('text')].filter(text => text.getBoundingClientRect().right > frame.right + 1)
        .map(text => text.textContent); })"""


@pytest.fixture(scope="module")
def page(tmp_path_factory: pytest.TempPathFactory) -> Iterator[tuple[Any, str]]:
    folder = tmp_path_factory.mktemp("supply_report")
    network = prepare("full_stop").roller.layout.calibrated.network
    drawn = sweep("full_stop", 16, folder / "sweep", workers=1)
    (folder / "report.html").write_text(render(run("full_stop"), network, drawn), encoding="utf-8", newline="")
    driver = browser.start(folder)
    yield driver, (folder / "report.html").as_uri()
    driver.quit()


@pytest.mark.parametrize(("width", "dark"), [(360, False), (1024, True), (1600, False)])
def test_nothing_is_cut_and_nothing_is_fetched(page: tuple[Any, str], width: int, dark: bool) -> None:
    driver, address = page
    browser.look(driver, width, dark=dark)
    driver.get(address)
    driver.execute_script("document.querySelectorAll('details').forEach(part => { part.open = true; })")
    assert driver.execute_script(WIDE) <= 0
    assert driver.execute_script(CUT) == []
    assert driver.execute_script("return performance.getEntriesByType('resource').map(entry => entry.name)") == []
    assert driver.get_log("browser") == []
