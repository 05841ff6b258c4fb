"""`didymium licence dossier`: what an application for a licence needs, filled from a declaration."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Any

from didymium.cli.licence_common import encoded
from didymium.cli.store import Json
from didymium.cli.terminal import clean, existing
from didymium.errors import InputError, UsageError

if TYPE_CHECKING:
    from collections.abc import Mapping


def dossier(
    file: Path,
    declaration_id: str,
    *,
    item_no: int = 1,
    regime: str = "cn_dual_use",
    known: Path | None = None,
    have: list[str] | None = None,
    to: Path | None = None,
    json: Json = False,
) -> None:
    """Prepare the application for a licence from one declared item line, and say what is still missing.

    Parameters
    ----------
    file
        Declarations, in any format `didymium screen` reads.
    declaration_id
        The declaration.
    item_no
        Its item.
    regime
        Kind of application.
    known
        TOML file with what the declaration does not hold: field = value (applicant_code, contract_no, control_code, ...).
    have
        Document that is at hand already (contract, technical_description, ...); again for more.
    to
        Folder for dossier.json and dossier.md; without it Markdown on stdout.
    """
    row = _row(existing(file, "file"), declaration_id, item_no)
    from didymium.controls.licences import dossier as dossiers

    made = dossiers.prepare(row, regime, known=_known(known), at_hand=have or ())
    if to is not None:
        to.mkdir(parents=True, exist_ok=True)
        (to / "dossier.json").write_text(encoded(made) + "\n", encoding="utf-8")
        (to / "dossier.md").write_text(dossiers.markdown(made), encoding="utf-8")
    if json:
        print(encoded(made))
    elif to is None:
        print(clean(dossiers.markdown(made)), end="")
    else:
        print(f"{to / 'dossier.md'}: {len(made.missing)} still missing.")


def _known(path: Path | None) -> dict[str, Any]:
    if path is None:
        return {}
    import msgspec

    try:
        found: dict[str, Any] = msgspec.toml.decode(existing(path, "file").read_bytes())
    except (msgspec.DecodeError, UnicodeDecodeError) as error:
        raise InputError(f"cannot be read: {error}.", file=str(path), fix="Write TOML: field = value.") from error
    return found


def _row(path: Path, declaration_id: str, item_no: int) -> Mapping[str, Any]:
    """The line of a declarations file; UsageError where it is not among the accepted ones."""
    import polars as pl

    from didymium.intake.read import read_declarations

    wanted = (pl.col("declaration_id") == declaration_id) & (pl.col("item_no") == item_no)
    for batch in read_declarations(path).batches(200_000):
        found = batch.filter(wanted)
        if found.height:
            return found.row(0, named=True)
    raise UsageError(
        f"declaration {declaration_id!r}, item {item_no}, is not among the accepted rows.",
        file=str(path),
        fix="See `didymium intake check`.",
    )
