"""Official releases in their published layout -> rows of an overlay folder, beside what is shipped, never over it.

Rows keep the vintage of their release, so two sources that disagree are both kept and shown as a range.
"""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from typing import Final

from didymium.errors import UsageError
from didymium.reference.importers.baci import import_baci
from didymium.reference.importers.comtrade import import_comtrade
from didymium.reference.importers.usgs import import_usgs
from didymium.reference.importers.wgi import import_wgi

__all__ = ["KINDS", "import_release"]

#: Kind of release -> its reader.
KINDS: Final[dict[str, Callable[[Path, Path], str]]] = {
    "baci": import_baci,
    "comtrade": import_comtrade,
    "usgs": import_usgs,
    "wgi": import_wgi,
}


def import_release(kind: str, file: Path, to: Path) -> str:
    """Read one official release and add its rows to the overlay folder `to` (made where it is not there).

    Returns a sentence that says what was added. Errors: UsageError for an unknown kind or a missing file; InputError
    where the file has not the published layout, naming the columns met and wanted.
    """
    if kind not in KINDS:
        raise UsageError(f"no release is called {kind!r}.", fix=f"Kinds: {', '.join(KINDS)}.")
    if not file.exists():
        raise UsageError("this file does not exist.", file=str(file))
    return KINDS[kind](file, to)
