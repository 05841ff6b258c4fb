"""`didymium assay LOT --mine SAMPLES`: is a lot compatible with the user's own samples of a mine?"""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Final

from didymium.cli.terminal import AGAINST, FOR, SILENT, clean, console
from didymium.errors import UsageError
from didymium.units import figure

if TYPE_CHECKING:
    import polars as pl
    from rich.console import Console

    from didymium.composition.pattern import Verification

_STYLE: Final = {"compatible": FOR, "not compatible": AGAINST}


def verify(lots: pl.DataFrame, samples: pl.DataFrame, mine: Path, deposit: str | None, *, json: bool) -> int:
    """Hold every lot of canonical assays against all samples of the mine, and print what was found; the exit code.

    Errors: UsageError for a deposit that is not known; InputError where samples or elements are too few.
    """
    from didymium.reference import table
    from didymium.screening.mines import held_against

    known = table("deposits_reo")["deposit"].unique().sort().to_list()
    if deposit is not None and deposit not in known:
        raise UsageError(f"--deposit {deposit!r} is not known.", fix=f"Known are: {', '.join(known)}.")
    found = held_against(lots, samples, mine.stem, deposit)
    if json:
        import msgspec

        print(msgspec.json.encode([{"declaration_id": lot, "item_no": item} | msgspec.structs.asdict(one)
                                   for (lot, item), one in sorted(found.items())]).decode())  # fmt: skip
        return 0
    out = console()
    for (lot, item), one in sorted(found.items()):
        _show(out, f"{clean(lot)}, item {item}", one)
    return 0


def _show(out: Console, name: str, one: Verification) -> None:
    from rich.text import Text

    out.print(Text(f"{name}: ", style="bold") + Text(one.verdict, style=f"bold {_STYLE.get(one.verdict, SILENT)}"))
    out.print(f"  {clean(one.because)}")
    out.print(f"  Compared: {', '.join(one.elements)}; {one.lots} of the lot, {one.samples} of the mine.")
    known = "no class of material" if one.mine_class is None else f"the class {one.mine_class}"
    out.print(
        f"  Own samples, each left out in turn: {one.own_compatible} compatible, {one.own_inconclusive} inconclusive, "
        f"{one.own_rejected} not compatible; they show {known}, scatter widened {figure(one.widened)} times."
    )
    out.print()
