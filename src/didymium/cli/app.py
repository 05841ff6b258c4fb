"""The list of commands, and `main`, which turns every outcome into an exit code (docs/exit_codes.md)."""

from __future__ import annotations

import sys
from collections.abc import Sequence
from typing import Final

import cyclopts

from didymium import __version__
from didymium.cli import assay, composition, control, explain, intake, licence, reference, screen, store, supply
from didymium.cli.failures import exit_code_of

HELP: Final = """Screen declarations of rare-earth consignments for false labels.

First: `didymium screen FILE`, or `didymium screen --trade-year 2024` for shipped world trade.
Then: `didymium explain ID` for the reasons of one finding.
"""

app = cyclopts.App(
    name="didymium", version=__version__, help=HELP, help_format="plaintext", result_action="return_value"
)
app.command(screen.screen)
app.command(explain.explain)
app.command(composition.composition)
app.command(assay.assay)
app.command(control.app)
app.command(reference.app)
app.command(intake.app)
app.command(licence.app)
app.command(store.app)
app.command(supply.app)


def main(argv: Sequence[str] | None = None) -> int:
    """Run one command line (default: that of this process) and return its exit code; never shows a traceback.

    Set DIDYMIUM_DEBUG=1 to see the traceback of an internal error.
    """
    return exit_code_of(lambda: _call(sys.argv[1:] if argv is None else list(argv)))


def _call(tokens: list[str]) -> int:
    code = app(tokens, exit_on_error=False, print_error=False)
    sys.stdout.flush()
    return code if isinstance(code, int) else 0
