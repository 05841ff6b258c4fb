"""`didymium explain`: one finding in the terminal."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

from cyclopts import Parameter

from didymium.cli.terminal import console, existing


def explain(
    declaration_id: str,
    *,
    item: int | None = None,
    out: Path = Path("out/screen"),
    json: Annotated[bool, Parameter(negative="")] = False,
) -> None:
    """Show why one consignment stands where it stands: deciding sentence, permission, evidence, law, papers, sources.

    Parameters
    ----------
    declaration_id
        The declaration as named in the findings.
    item
        Item number; without it the item that ranks highest.
    out
        Folder a screening was written to.
    json
        Print the finding as JSON on stdout.
    """
    folder = existing(out, "folder")
    from didymium.screening import explain as explaining

    finding = explaining.explain(folder, declaration_id, item)
    if json:
        import msgspec

        print(msgspec.json.encode(finding).decode())
        return
    from didymium.cli import show_finding

    show_finding.show(console(), finding)
