"""Pictures of a report, wide, dark and small: python -m tests.report.pictures REPORT.html FOLDER [HASH OF A FINDING]

docs/images/ holds the light ones of `make screen` (report-list-light as report.png, report-finding-light as finding.png).
"""

from __future__ import annotations

import sys
import tempfile
import time
from pathlib import Path

from tests.report import browser

VIEWS = (("light", 1280, False), ("dark", 1280, True), ("small", 360, False))


def main(report: Path, folder: Path, finding: str | None) -> None:
    folder.mkdir(parents=True, exist_ok=True)
    with tempfile.TemporaryDirectory() as space:
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
    main(Path(sys.argv[1]), Path(sys.argv[2]), sys.argv[3] if len(sys.argv) > 3 else None)
