"""The report in Chromium: keys, sorting, filters, CSV, widths, ten thousand rows, no scripts, nothing fetched."""

from __future__ import annotations

import csv
import io
import time
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest

from didymium.screening.report import render
from tests.report import browser, sample
from tests.report.test_render import hostile

why_not = browser.missing()
pytestmark = pytest.mark.skipif(why_not is not None, reason=str(why_not))

FRAME_BUDGET_MS = 50.0  # aim while scrolling ten thousand rows; measured and printed, not asserted
SCROLL = """
const speed = arguments[0], done = arguments[1], times = [], end = document.documentElement.scrollHeight - innerHeight;
let last = performance.now(), step = 0;
function frame(now) {
  times.push(now - last); last = now;
  if (++step > 120) { times.sort((a, b) => a - b); done(times); return; }
  window.scrollTo(0, Math.min(end, step * (speed || end / 120)));
  requestAnimationFrame(frame);
}
requestAnimationFrame(frame);
"""


@pytest.fixture(scope="module")
def folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return tmp_path_factory.mktemp("browser")


@pytest.fixture(scope="module")
def reports(folder: Path) -> dict[str, str]:
    """Addresses of the reports by name."""
    made = {
        "ten": render(sample.screening(10), sample.COUNTRIES),
        "many": render(sample.screening(10_000), sample.COUNTRIES),
        "hostile": render(hostile(), {}),
        "empty": render(sample.screening(0, []), {}),
    }
    for name, text in made.items():
        (folder / f"{name}.html").write_text(text, encoding="utf-8", newline="")
    return {name: (folder / f"{name}.html").as_uri() for name in made}


@pytest.fixture(scope="module")
def driver(folder: Path) -> Iterator[Any]:
    started = browser.start(folder)
    yield started
    started.quit()


@pytest.fixture
def opened(driver: Any, reports: dict[str, str]) -> Iterator[Callable[..., Any]]:
    """Opens a report; afterwards the console must be empty."""

    def go(name: str, hash_: str = "", width: int = 1280, dark: bool = False) -> Any:
        browser.look(driver, width, dark=dark)
        driver.get("about:blank")
        driver.get(reports[name] + hash_)
        return driver

    yield go
    assert driver.get_log("browser") == []


def keys(driver: Any, *pressed: str) -> None:
    from selenium.webdriver import ActionChains

    ActionChains(driver).send_keys(*pressed).perform()


def column(driver: Any, cls: str) -> list[str]:
    script = """return [...document.querySelectorAll('#list tbody tr[data-index] ' + arguments[0])]
        .map(cell => cell.textContent)"""
    texts: list[str] = driver.execute_script(script, cls)
    return texts


def wait(condition: Callable[[], Any], seconds: float = 10) -> Any:
    end = time.monotonic() + seconds
    while not (value := condition()):
        assert time.monotonic() < end, "waited in vain"
        time.sleep(0.05)
    return value


def test_keys_walk_the_list_open_a_page_and_come_back(opened: Callable[..., Any]) -> None:
    driver = opened("ten")
    keys(driver, "j", "j")
    assert driver.execute_script("return document.activeElement.dataset.index") == "1"
    keys(driver, "k", "j", "\ue007")
    second = sample.ten()[1]
    wait(lambda: driver.title == second.decision)
    assert driver.execute_script("return document.activeElement.textContent") == second.decision
    assert (
        driver.execute_script("return [...document.querySelectorAll('.finding')].filter(p => p.offsetHeight).length")
        == 1
    )
    keys(driver, "j")
    wait(lambda: driver.title == sample.ten()[2].decision)
    keys(driver, "\ue00c")
    wait(lambda: driver.execute_script("return document.activeElement.dataset.index") == "2")
    assert driver.title == "Screening of declarations-2024.csv"


def test_focus_can_be_seen(opened: Callable[..., Any]) -> None:
    driver = opened("ten")
    keys(driver, "j")
    assert driver.execute_script("return getComputedStyle(document.activeElement).outlineStyle") == "solid"
    keys(driver, "\ue004")
    assert driver.execute_script("return getComputedStyle(document.activeElement).outlineStyle") == "solid"


def test_sorting_by_mass_and_back(opened: Callable[..., Any]) -> None:
    driver = opened("many")
    driver.execute_script("document.querySelector('th[data-key=net_kg] button').click()")
    masses = sorted((float(str(line["net_kg"])) for line in sample.screening(10_000).listed), reverse=True)
    assert column(driver, "td:nth-child(6)")[0] == f"{masses[0] / 1000:,.0f}\u202ft".replace(",", "\u202f")
    header = driver.find_element("css selector", "th[data-key=net_kg]")
    assert header.get_attribute("aria-sort") == "descending"
    driver.execute_script("document.querySelector('th[data-key=value_usd] button').click()")
    driver.execute_script("document.querySelector('th[data-key=value_usd] button').click()")
    assert column(driver, "td:nth-child(7)")[0] != "not stated", "what is not stated stands last in either order"


def test_filters_and_search_narrow_the_list(opened: Callable[..., Any]) -> None:
    driver = opened("many")
    lines = sample.screening(10_000).listed
    click = """[...document.querySelectorAll('.chip')]
        .find(chip => chip.dataset.facet === arguments[0] && chip.textContent.startsWith(arguments[1])).click()"""
    driver.execute_script(click, "permission", "licence held")
    held = sum(line["permission"] == "licence held" for line in lines)
    count = driver.find_element("id", "count")
    assert count.text.replace("\u202f", "") == f"{held} of 10000 lines"
    driver.find_element("id", "search").send_keys("氧化铈")
    both = sum(line["permission"] == "licence held" and "氧化铈" in str(line["goods"]) for line in lines)
    wait(lambda: count.text.replace("\u202f", "") == f"{both} of 10000 lines")
    assert set(column(driver, ".perm")) == {"licence held"}
    driver.find_element("id", "search").send_keys("no such words")
    wait(lambda: driver.find_element("id", "none").is_displayed())
    driver.find_element("id", "clear").click()
    assert count.text.replace("\u202f", "") == "10000 lines"


def test_csv_is_what_is_shown_without_formulas(opened: Callable[..., Any], folder: Path) -> None:
    driver = opened("hostile")
    target = folder / "didymium-shown.csv"
    target.unlink(missing_ok=True)
    driver.find_element("id", "search").send_keys("HYPERLINK")
    wait(lambda: driver.find_element("id", "count").text == "1 of 10 lines")
    driver.find_element("id", "csv").click()
    wait(target.exists)
    rows = list(csv.DictReader(io.StringIO(target.read_text("utf-8-sig"), newline="")))
    assert len(rows) == 1
    assert rows[0]["decision"] == '\'=HYPERLINK("http://evil.example","x")'
    assert float(rows[0]["net_kg"]) > 0


@pytest.mark.parametrize("dark", [False, True], ids=["light", "dark"])
@pytest.mark.parametrize("width", [360, 1024, 1600])
@pytest.mark.parametrize("name", ["ten", "hostile", "empty"])
def test_nothing_is_cut_at_any_width(opened: Callable[..., Any], name: str, width: int, dark: bool) -> None:
    driver = opened(name, width=width, dark=dark)
    wide = "return document.documentElement.scrollWidth - document.documentElement.clientWidth"
    assert driver.execute_script(wide) <= 0
    for page in driver.execute_script("return [...document.querySelectorAll('.finding')].map(p => p.id)"):
        driver.execute_script("location.hash = arguments[0]", page)
        wait(lambda page=page: driver.execute_script("return document.getElementById(arguments[0]).offsetHeight", page))
        assert driver.execute_script(wide) <= 0, page


@pytest.mark.parametrize(("width", "shown"), [(360, "small-only"), (1280, "wide-only")])
def test_timeline_is_the_one_for_the_width(opened: Callable[..., Any], width: int, shown: str) -> None:
    driver = opened("ten", "#f-AE-77120-B-1", width=width)
    script = """return [...document.querySelectorAll('.finding.open [aria-label="Timeline of measures"] > div')]
        .filter(part => part.offsetHeight).map(part => part.className)"""
    assert wait(lambda: driver.execute_script(script)) == [shown]


def test_wide_plots_begin_at_the_consignment_on_a_small_screen(opened: Callable[..., Any]) -> None:
    driver = opened("ten", "#f-AE-77120-B-1", width=360)
    script = """return [...document.querySelectorAll('.finding.open .box')].filter(box => box.scrollWidth > box.clientWidth)
        .map(box => [box.querySelector('.own, .own-rule'), box.getBoundingClientRect()]).filter(pair => pair[0])
        .map(([own, box]) => [own.getBoundingClientRect(), box])
        .map(([mark, box]) => mark.left >= box.left && mark.right <= box.right)"""
    seen = wait(lambda: driver.execute_script(script))
    assert len(seen) >= 2
    assert all(seen)


def test_print_unfolds_what_the_law_asks(opened: Callable[..., Any]) -> None:
    driver = opened("ten", "#f-AE-77120-B-1")
    folded = "return document.querySelectorAll('.finding.open .asks details:not([open])').length"
    assert driver.execute_script(folded) > 0
    driver.execute_script("window.dispatchEvent(new Event('beforeprint'))")
    assert driver.execute_script(folded) == 0
    driver.execute_script("window.dispatchEvent(new Event('afterprint'))")
    assert driver.execute_script(folded) > 0


@pytest.mark.parametrize("speed", [300, 0], ids=["fast wheel", "top to bottom"])
def test_ten_thousand_rows_scroll(
    opened: Callable[..., Any], record_property: Callable[[str, object], None], speed: int
) -> None:
    """Speed in px a frame; 0 = the whole list in 120 frames."""
    driver = opened("many")
    times = driver.execute_async_script(SCROLL, speed)
    figures = {"median": times[len(times) // 2], "p95": times[int(len(times) * 0.95)], "worst": times[-1]}
    record_property("frame_ms", figures)
    shown = ", ".join(f"{name} {value:.0f} ms" for name, value in figures.items())
    print(f"\n10 000 rows, 120 frames, {speed or 'all'} px a frame: {shown} (budget {FRAME_BUDGET_MS:.0f} ms)")
    driver.execute_script("window.scrollTo(0, document.documentElement.scrollHeight)")
    wait(lambda: column(driver, ".rank")[-1:] == ["10000"])
    assert len(column(driver, ".rank")) <= 600, "rows far from the screen must leave the document"


def test_without_scripts_all_is_there(opened: Callable[..., Any]) -> None:
    driver = opened("empty")
    driver.execute_cdp_cmd("Emulation.setScriptExecutionDisabled", {"value": True})
    try:
        driver = opened("many")
        rows = driver.find_elements("css selector", "#list tbody tr")
        pages = driver.find_elements("css selector", ".finding")
        assert len(rows) == 100
        assert all(page.is_displayed() for page in pages)
        assert not driver.find_element("id", "csv").is_displayed()
    finally:
        driver.execute_cdp_cmd("Emulation.setScriptExecutionDisabled", {"value": False})


def test_nothing_is_fetched(opened: Callable[..., Any]) -> None:
    driver = opened("hostile")
    assert driver.execute_script("return performance.getEntriesByType('resource').map(entry => entry.name)") == []
