"""What the commands share: consoles, text made safe for a terminal, the progress bar, paths that must exist."""

from __future__ import annotations

import re
import sys
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import TYPE_CHECKING, Final

from didymium.errors import UsageError

if TYPE_CHECKING:
    from rich.console import Console

Report = Callable[[str, int, int | None], None]

# Control characters (a description may hold an escape sequence) and marks that reverse the direction of writing.
_UNSAFE: Final = re.compile("[\x00-\x08\x0b-\x1f\x7f-\x9f\u061c\u200e\u200f\u202a-\u202e\u2066-\u2069]")

#: Colours have the same meaning as in the report: against the label, for it, silent; red only for prohibited.
AGAINST: Final = "orange3"
FOR: Final = "blue"
SILENT: Final = "bright_black"
PERMISSION_STYLE: Final = {"prohibited": "bold red", "licence required": "bold", "unknown": SILENT}


def clean(text: str) -> str:
    """Text of a file, safe to print: control characters and direction marks become U+FFFD; line breaks stay."""
    return _UNSAFE.sub("\ufffd", text.replace("\r\n", "\n"))


def console() -> Console:
    """Console on stdout: as wide as the terminal (or COLUMNS), no markup read from data, no highlighting."""
    from rich.console import Console

    return Console(highlight=False, markup=False, emoji=False)


def existing(path: Path, what: str) -> Path:
    """The path, if it is a file or folder that exists; a UsageError naming it otherwise."""
    if not path.exists():
        raise UsageError(f"there is no such {what}.", file=str(path), fix="Check the spelling of the path.")
    return path


@contextmanager
def progress(*, quiet: bool) -> Iterator[Report | None]:
    """Yield a function (stage, done, total) that draws bars on stderr; None where no terminal watches or when quiet.

    total None = not known how much there is.
    """
    if quiet or not sys.stderr.isatty():
        yield None
        return
    from rich.console import Console
    from rich.progress import BarColumn, MofNCompleteColumn, Progress, TextColumn, TimeElapsedColumn

    columns = (TextColumn("{task.description}", markup=False), BarColumn(), MofNCompleteColumn(), TimeElapsedColumn())
    out = Console(stderr=True)
    with Progress(*columns, console=out, transient=True, redirect_stdout=False) as bars:
        tasks: dict[str, int] = {}

        def report(stage: str, done: int, total: int | None) -> None:
            if stage not in tasks:
                tasks[stage] = bars.add_task(clean(stage), total=total)
            bars.update(bars.task_ids[tasks[stage]], completed=done, total=total)

        yield report
