"""The page of one finding again, from the files of an earlier run."""

from __future__ import annotations

from pathlib import Path

import msgspec
import polars as pl

from didymium.errors import UsageError
from didymium.screening.views import Finding


def explain(out: Path, declaration_id: str, item_no: int | None = None) -> Finding:
    """The finding of a declared item as `screen` left it in `out`.

    item_no None = the highest-ranked item of the declaration. Raises UsageError where the folder holds no screening,
    the declaration is not in it, or its rank was too low for a full page.
    """
    path = out / "pages.json"
    if not path.is_file():
        raise UsageError(f"there is no screening in {out}.", fix="Run `didymium screen FILE --out DIR` first.")
    pages = msgspec.json.decode(path.read_bytes(), type=list[Finding])
    for page in pages:
        if page.declaration_id == declaration_id and item_no in (None, page.item_no):
            return page
    ranks = pl.read_parquet(out / "findings.parquet", columns=["declaration_id", "item_no", "rank"]).filter(
        pl.col("declaration_id") == declaration_id
    )
    if ranks.is_empty():
        raise UsageError(
            f"declaration {declaration_id} is not among the findings in {out}.", fix="See findings.csv there."
        )
    rank = min(ranks["rank"].to_list())
    raise UsageError(
        f"declaration {declaration_id} has rank {rank}; pages were written for the first {len(pages)}.",
        fix=f"Screen again with `--top {rank}`.",
    )
