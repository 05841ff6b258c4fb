"""Claims of many declarations as frames: each distinct declaration is read once and numbered."""

from __future__ import annotations

from typing import Final, NamedTuple

import polars as pl

from didymium.composition.assay import claims
from didymium.composition.assay.data import elements_of_codes
from didymium.composition.assay.measured import PLATING

_READ: Final = ("composition", "description", "grade", "hs_code", "label_text")
_FIGURES: Final = {
    "claim": pl.UInt32(), "reading": pl.Int32(), "key": pl.String(), "share": pl.Boolean(), "low": pl.Float64(),
    "high": pl.Float64(), "positive": pl.Boolean(), "firm": pl.Boolean(), "as_oxide": pl.Boolean(),
}  # fmt: skip
_PLACES: Final = {
    "claim": pl.UInt32(), "reading": pl.Int32(), "reading_why": pl.String(), "room_pct": pl.Float64(),
    "room_reo_pct": pl.Float64(), "room_share_pct": pl.Float64(), "covers": pl.Boolean(), "speaks": pl.Boolean(),
    "oxide_form": pl.Boolean(), "share_sum": pl.Float64(), "metals_sum": pl.Float64(), "nominal": pl.Boolean(),
    "pure": pl.Boolean(),
}  # fmt: skip
_LISTED: Final = {
    "claim": pl.UInt32(),
    "key": pl.String(),
    "denied": pl.Boolean(),
    "named": pl.Boolean(),
    "hinted": pl.Boolean(),
}
_CLAIMS: Final = {
    "claim": pl.UInt32(), "grade_read": pl.String(), "suffix": pl.String(), "magnet": pl.Boolean(),
    "metal_coat": pl.Boolean(), "organic_coat": pl.Boolean(), "carrier": pl.Boolean(),
    "basis_stated": pl.String(), "plain": pl.Boolean(), "unreadable": pl.String(), "goods": pl.String(),
    "goods_name": pl.String(), "goods_stage": pl.String(), "goods_family": pl.String(), "goods_low": pl.Float64(),
    "goods_high": pl.Float64(), "goods_specific": pl.Int32(), "declares_plating": pl.Boolean(),
    "wanted": pl.String(), "itemised": pl.Boolean(), "described": pl.Boolean(),
}  # fmt: skip


class ClaimFrames(NamedTuple):
    """declarations: consignment (a number), declaration_id, item_no, day, claim.

    The others are keyed by `claim`; figures and places by reading too.
    """

    declarations: pl.DataFrame
    claims: pl.DataFrame
    figures: pl.DataFrame
    places: pl.DataFrame
    listed: pl.DataFrame


def read(declarations: pl.DataFrame) -> ClaimFrames:
    """Canonical declarations -> frames of what they claim. Absent columns claim nothing; `date` gives the day of the list."""
    missing = [c for c in (*_READ, "date", "item_no") if c not in declarations.columns]
    types = {"date": pl.Date(), "item_no": pl.Int32()}
    rows = declarations.with_columns(pl.lit(None, dtype=types.get(c, pl.String())).alias(c) for c in missing)
    rows = rows.select(
        pl.col("declaration_id").fill_null(""), pl.col("item_no").cast(pl.Int32).fill_null(1),
        day=pl.col("date").cast(pl.Date), composition="composition", description="description", grade="grade",
        hs_code=_code(), label_text=_label(rows["label_text"]),
    )  # fmt: skip
    distinct = rows.select(_READ).unique().sort(_READ).with_row_index("claim")
    read_ = [(row[0], claims.read(*row[1:])) for row in distinct.iter_rows()]
    numbered = rows.join(distinct, on=list(_READ), how="left", nulls_equal=True)
    numbered = numbered.unique(["declaration_id", "item_no"], keep="first", maintain_order=True)
    numbered = numbered.sort("declaration_id", "item_no").with_row_index("consignment")
    return ClaimFrames(
        declarations=numbered.select("consignment", "declaration_id", "item_no", "day", "claim"),
        claims=_frame([_flags(n, c) for n, c in read_], _CLAIMS),
        figures=_frame([(n, *f) for n, c in read_ for f in c.figures], _FIGURES),
        places=_frame([(n, *p) for n, c in read_ for p in c.places], _PLACES),
        listed=_frame(
            [
                (n, e, e in c.denied, e in c.named, e in c.hinted)
                for n, c in read_
                for e in sorted({*c.denied, *c.named, *c.hinted})
            ],
            _LISTED,
        ),
    )  # fmt: skip


def _code() -> pl.Expr:
    """Code as far as it says something here: one that names elements, or the heading of magnets; else null."""
    digits = pl.col("hs_code").str.replace_all(r"\D", "")
    return (
        pl.when(digits.is_in(list(elements_of_codes()))).then(digits)
        .when(digits.str.starts_with("8505")).then(pl.lit("8505"))
    )  # fmt: skip


def _label(texts: pl.Series) -> pl.Expr:
    """Elements on the packages instead of their text: few distinct ones. Weights and lot numbers say nothing here."""
    texts = texts.str.replace_all(r"\b\d[\d.,/-]*\b", " ")
    known = texts.unique().drop_nulls().to_list()
    read_ = [claims.elements_of_label(text) or None for text in known]
    return pl.lit(texts).replace_strict(known, read_, default=None, return_dtype=pl.String)


def _frame(rows: list[tuple[object, ...]], schema: dict[str, pl.DataType]) -> pl.DataFrame:
    return pl.DataFrame(rows, schema=schema, orient="row")


def _flags(number: int, claim: claims.Claims) -> tuple[object, ...]:
    goods = claim.goods
    plating = bool({f.key for f in claim.figures if f.high >= 10} & set(PLATING))
    return (
        number, claim.grade, claim.suffix, claim.magnet, claim.metal_coat, claim.organic_coat, claim.carrier,
        claim.basis, claim.plain, claim.unreadable, goods and goods.material, goods and goods.name,
        goods and goods.stage, goods and goods.family, goods and goods.reo_low_pct, goods and goods.reo_high_pct,
        goods and goods.specificity, plating or bool(set(claim.named) & set(PLATING) and not claim.magnet), _wanted(claim),
        claim.itemised, claim.described,
    )  # fmt: skip


def _wanted(claim: claims.Claims) -> str:
    """What a measurement has to be about, in words."""
    goods = claim.goods.material if claim.goods else ""
    if goods.startswith("ndfeb"):
        return "Nd, Pr, Dy and Tb"
    if goods.startswith("smco"):
        return "Sm, Gd and Co"
    keys = sorted({f.key for f in claim.figures if f.positive}, key=lambda key: (key != "TREO", key))
    return ", ".join(keys[:4] or sorted(claim.named)[:4]) or "all rare earths"
