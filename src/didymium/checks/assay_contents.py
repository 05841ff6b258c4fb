"""Rare earths measured in goods declared without them, or missing in goods declared as rare earths."""

from __future__ import annotations

import polars as pl

from didymium.checks.base import Check, Row
from didymium.units import figure

#: Most that a composition in which rare earths are named may cover in goods of another kind [wt% REO].
OWNED_UP_PCT = 10.0


def weight() -> pl.Expr:
    """A sample speaks of the goods themselves. More than 5 wt% REO in goods whose kind holds at most traces: ratio 300 (a
    mixed-up sample is the innocent way); 1 to 5 %: ratio 15. Less than 0.3 % in such goods: ratio 0.1, a liar would have to
    slip a clean bag to the sampler. Goods that hold rare earths by nature (polishing powder, catalysts) are judged against
    the range of their kind, and under a code that may hold such goods, or beside a composition that names rare earths, a
    content alone is no lie: ratio 2. A rare earth with less than half the content its kind has: ratio 6. Readings that an
    interfering element may have made (Ba on Ce, Mn on Dy) are left out, and coated surfaces too."""
    measured = pl.col("measured_reo_pct")
    usual_high = pl.col("reo_high_pct").fill_null(0.3)
    excess = measured - usual_high
    plain = (
        pl.when((excess > 5) & (measured > 2 * usual_high))
        .then(2.5)
        .when((excess > 1) & (measured > 2 * usual_high))
        .then(1.2)
        .when((measured < 0.3) & (usual_high < 1))
        .then(-1.0)
        .when(measured <= usual_high)
        .then(-0.4)
        .otherwise(0.0)
    )
    may_hold = (pl.col("code_holds_rare_earths") | pl.col("code_bears_rare_earths")).fill_null(value=False)
    may_hold = may_hold & ~pl.col("from_text")
    owned_up = (pl.col("parts_rare_earth") | pl.col("composition_names_rare_earth")).fill_null(value=False)
    owned_up = owned_up & (measured <= OWNED_UP_PCT)
    plain = pl.when(may_hold | owned_up).then(plain.clip(upper_bound=0.3)).otherwise(plain)
    low = pl.col("reo_low_pct")
    rare = (
        pl.when(measured < 0.5 * low)
        .then(pl.when(measured + pl.col("measured_doubtful_pct") < 0.5 * low).then(0.8).otherwise(0.3))
        .when(measured >= 0.8 * low)
        .then(-0.3)
        .otherwise(0.0)
    )
    return pl.when(measured.is_not_null()).then(pl.when("rare_earth_goods").then(rare).otherwise(plain))


def because(row: Row) -> str:
    doubt = row["measured_doubtful_pct"]
    left_out = f" ({figure(doubt)} % more were left out: an interfering element can explain them)" if doubt else ""
    usual = (
        f"{row['goods_text']} holds {figure(row['reo_low_pct'])} to {figure(row['reo_high_pct'])} %"
        if row["reo_high_pct"] is not None
        else f"{row['goods_text']} holds traces at most"
    )
    method = row["measured_method"] or "method not stated"
    return f"Measured {figure(row['measured_reo_pct'])} wt% rare-earth oxides by {method}{left_out}; {usual}."


CHECK = Check(
    name="assay_contents",
    question="contents",
    datum="sample",
    asks="Do samples hold the rare earths the papers speak of, and none they are silent on?",
    weight=weight,
    because=because,
    source="the assays; reference tables materials (REO), elements, xrf_overlaps; typologies T01, T08, T12",
)
