"""An overlay folder for tests that lay rows over the shipped tables."""

from __future__ import annotations

from pathlib import Path

import pytest

from didymium.reference.load import OVERLAY_VARIABLE


@pytest.fixture
def overlay(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    folder = tmp_path / "overlay"
    folder.mkdir()
    monkeypatch.setenv(OVERLAY_VARIABLE, str(folder))
    return folder
