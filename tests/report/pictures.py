"""Pictures of a report for the docs: python -m tests.report.pictures REPORT.html FOLDER [HASH OF A FINDING]

Without arguments: the invented sample of tests/report/sample.py into docs/images/.
"""

from __future__ import annotations

import sys
import tempfile
import time
from pathlib import Path

from didymium.screening.report import render
from tests.report import browser, sample

VIEWS = (("light", 1280, False), ("dark", 1280, True), ("small", 360, False))


def main(report: Path | None, folder: Path, finding: str | None) -> None:
    with tempfile.TemporaryDirectory() as space:
        if report is None:
            report = Path(space) / "report.html"
            report.write_text(render(sample.screening(400), sample.COUNTRIES), encoding="utf-8", newline="")
        driver = browser.start(Path(space))
        try:
            for name, width, dark in VIEWS:
                browser.look(driver, width, dark=dark)
                driver.get("about:blank")
                driver.get(report.resolve().as_uri())
                time.sleep(0.5)
                browser.picture(driver, folder / f"report-list-{name}.png", 900)
                first = finding or driver.execute_script("return (document.querySelector('.finding') || {}).id || ''")
                driver.execute_script("location.hash = arguments[0]", first)
                time.sleep(0.5)
                browser.picture(driver, folder / f"report-finding-{name}.png", 1400)
        finally:
            driver.quit()


if __name__ == "__main__":
    given = sys.argv[1:]
    root = Path(__file__).resolve().parents[2]
    main(
        Path(given[0]) if given else None,
        Path(given[1]) if len(given) > 1 else root / "docs" / "images",
        given[2] if len(given) > 2 else None,
    )
