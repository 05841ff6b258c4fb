"""Licences and the lines of a screening: stated or not, held or not, and whether they cover what is declared.

This is law, not probability: what is found stands in the evidence table under the question `law`, with a weight of 0.
"""

from __future__ import annotations

import uuid
from collections.abc import Mapping, Sequence
from decimal import Decimal
from typing import TYPE_CHECKING, Any, Final

import polars as pl

from didymium.errors import InputError, UsageError
from didymium.screening.enrich.law import LINE_NEEDS, line_of
from didymium.screening.enrich.lookup import attach

if TYPE_CHECKING:
    from didymium.controls.licences import Answer
    from didymium.store import Store

#: Names under which remarks stand in the evidence table, and what each says.
REMARKS: Final = {
    "licence_missing": "A licence is required and the papers state none.",
    "licence_unchecked": "A licence is stated; no ledger was given to look it up in.",
    "licence_mismatch": "A licence is stated that is not held, or does not cover the line.",
    "quota_exceeded": "A licence is held, and a quota on it is used up.",
    "licence_held": "A licence is held that covers the line.",
}
_NEEDS: Final = tuple(dict.fromkeys(("law_applies", "licence_no", "exporter", "net_kg", *LINE_NEEDS)))
#: What `add_law` and `with_remarks` add.
LAW_COLUMNS: Final = ("permission", "law_applies", "law_missing", "law_remark", "law_because")
_CODES: Final = pl.Enum(list(REMARKS))


def with_remarks(rows: pl.DataFrame, store: Store | None) -> pl.DataFrame:
    """Adds law_remark (a key of REMARKS; null = none) and law_because to rows with `permission` and `law_applies`.

    A line whose licence is held and covers every measure that applies gets the permission `licence held`. Lines are looked
    at one by one: two lines that each fit what is left of a licence may not fit together (book them with `didymium licence`).
    """
    rows = rows.with_row_index("law_row")
    asked = rows.filter(pl.col("permission") == "licence required").select("law_row", *_NEEDS)
    said = [(row["law_row"], *_remark(row, store)) for row in asked.iter_rows(named=True)]
    found = pl.DataFrame(
        said, schema={"law_row": pl.UInt32(), "law_remark": _CODES, "law_because": pl.String()}, orient="row"
    )
    rows = attach(rows, found, on="law_row").drop("law_row")
    held = pl.col("law_remark") == "licence_held"
    permission = (
        pl.when(held.fill_null(value=False))
        .then(pl.lit("licence held"))
        .otherwise(pl.col("permission").cast(pl.String))
    )
    return rows.with_columns(permission=permission)


def _remark(row: Mapping[str, Any], store: Store | None) -> tuple[str, str]:
    measures = row["law_applies"].split("|")
    asks = f"{', '.join(measures)} {'asks' if len(measures) == 1 else 'ask'} for a licence"
    number = row["licence_no"]
    if not number:
        return "licence_missing", f"{asks}; the papers state none."
    if store is None:
        return "licence_unchecked", f"{asks}; the papers state {number}, which was not looked up."
    return _looked_up(row, store, number, measures)


def _looked_up(row: Mapping[str, Any], store: Store, number: str, measures: Sequence[str]) -> tuple[str, str]:
    """What the ledger would answer to a draw of this line for each measure that applies."""
    for measure in measures:
        item = measure.partition("#")[2] or measure
        try:
            answer = _preview(row, store, number, item)
        except UsageError:
            return "licence_mismatch", f"Licence {number}, which the papers state, is not in the ledger."
        except InputError as error:
            return "licence_mismatch", f"Licence {number} cannot be drawn on for this line: {error.message}"
        if answer.result == "refused":
            name = "quota_exceeded" if answer.reason == "quota_exceeded" else "licence_mismatch"
            return name, f"Licence {number} does not cover {item} of this line: {answer.because}"
    left = "it has no limit" if answer.balance is None else f"{answer.balance} {answer.unit} would be left of it"
    return "licence_held", f"Licence {number} covers {', '.join(measures)}; after this line {left} ({answer.basis})."


def _preview(row: Mapping[str, Any], store: Store, number: str, item: str) -> Answer:
    """The answer to a draw of the goods' mass; where the licence counts oxide or element, with the contents as declared."""
    from didymium.controls.licences import preview

    answer = preview(store, number, _draw(row, item, {}))
    if answer.reason != "basis_missing":
        return answer
    contents = line_of(row).facts(row["date"]).goods.contents
    if answer.basis == "REO" and contents.treo_wt_pct:
        return preview(store, number, _draw(row, item, {"treo_pct": _figure(contents.treo_wt_pct[0])}))
    exact = [(element, low) for element, low, high in contents.shares if low > 0 and high - low <= 0.5]
    if len(exact) == 1:
        element, share = exact[0]
        return preview(store, number, _draw(row, item, {"element": element, "assay_pct": _figure(share)}))
    return answer


def _draw(row: Mapping[str, Any], item: str, contents: Mapping[str, str]) -> dict[str, Any]:
    """The line as a draw. Its net mass is the gross mass of the goods in the sense of a licence (not of the packages)."""
    stated = {
        "msg": f"preview-{uuid.uuid4()}", "op": "draw", "date": row["date"], "item": item, "exporter": row["exporter"],
        "consignee": row["importer"], "end_user": row["end_user"], "destination": row["import_country"],
        "gross_kg": None if row["net_kg"] is None else _figure(row["net_kg"]), **contents,
    }  # fmt: skip
    return {name: value for name, value in stated.items() if value is not None}


def _figure(value: float) -> str:
    """A figure as the papers state it: at most six decimals, never in powers of ten."""
    return f"{Decimal(repr(value)):.6f}".rstrip("0").rstrip(".")
