"""A folder for intermediate files that goes away with its owner."""

from __future__ import annotations

import shutil
import tempfile
import weakref
from pathlib import Path


class Workspace:
    """A folder for intermediate files, made on first use and gone with its owner."""

    def __init__(self) -> None:
        self._path: Path | None = None

    @property
    def path(self) -> Path:
        """The folder."""
        if self._path is None:
            self._path = Path(tempfile.mkdtemp(prefix="didymium-"))
            weakref.finalize(self, shutil.rmtree, self._path, ignore_errors=True)
        return self._path
