"""Chromium for tests and pictures: headless, offline, at a given width and colour scheme."""

from __future__ import annotations

import base64
import os
import shutil
from pathlib import Path
from typing import Any

QUIET = (
    "--headless=new", "--no-sandbox", "--disable-gpu", "--disable-background-networking", "--disable-component-update",
    "--disable-sync", "--no-first-run", "--disable-dev-shm-usage",
)  # fmt: skip


def missing() -> str | None:
    """Why no browser can be driven here; None = one can."""
    try:
        import selenium  # noqa: F401
    except ImportError:
        return "selenium is not installed (dev dependency)"
    for names in (("chromium", "google-chrome"), ("chromedriver",)):
        if not any(shutil.which(name) for name in names):
            return f"{names[0]} is not on this machine (Debian: apt-get install chromium chromium-driver)"
    return None


def start(folder: Path) -> Any:
    """A driver whose profile and downloads lie in `folder`."""
    from selenium import webdriver

    os.environ.setdefault("SE_OFFLINE", "true")
    options = webdriver.ChromeOptions()
    options.binary_location = shutil.which("chromium") or shutil.which("google-chrome") or ""
    for argument in (*QUIET, f"--user-data-dir={folder / 'profile'}"):
        options.add_argument(argument)
    options.add_experimental_option(
        "prefs", {"download.default_directory": str(folder), "download.prompt_for_download": False}
    )
    options.set_capability("goog:loggingPrefs", {"browser": "ALL"})
    service = webdriver.ChromeService(shutil.which("chromedriver"))
    driver = webdriver.Chrome(options=options, service=service)
    driver.execute_cdp_cmd("Browser.setDownloadBehavior", {"behavior": "allow", "downloadPath": str(folder)})
    return driver


def look(driver: Any, width: int, height: int = 900, dark: bool = False) -> None:
    """Set the size of the screen and the colour scheme."""
    screen = {"width": width, "height": height, "deviceScaleFactor": 1, "mobile": width < 500}
    driver.execute_cdp_cmd("Emulation.setDeviceMetricsOverride", screen)
    scheme = {"name": "prefers-color-scheme", "value": "dark" if dark else "light"}
    driver.execute_cdp_cmd("Emulation.setEmulatedMedia", {"features": [scheme]})


def picture(driver: Any, to: Path, height: int = 900) -> None:
    """The first `height` px of the page as PNG."""
    size = driver.execute_cdp_cmd("Page.getLayoutMetrics", {})["cssContentSize"]
    clip = {"x": 0, "y": 0, "width": size["width"], "height": min(size["height"], height), "scale": 1}
    shot = driver.execute_cdp_cmd(
        "Page.captureScreenshot", {"format": "png", "captureBeyondViewport": True, "clip": clip}
    )
    to.write_bytes(base64.b64decode(shot["data"]))
