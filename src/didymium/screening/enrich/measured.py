"""Columns that tell what samples say of a consignment; all null where there is no assay (see screening/assays.py)."""

from __future__ import annotations

from typing import Final

import polars as pl

from didymium.reference import table

#: Columns added to a batch before enrichment.
MEASURED: Final[dict[str, pl.DataType]] = {
    "measured_reo_pct": pl.Float64(),  # sum of firm rare-earth readings as oxides [wt%], largest over the samples
    "measured_doubtful_pct": pl.Float64(),  # the same of readings that an interfering element can explain
    "measured_dy_tb_pct": pl.Float64(),  # Dy + Tb [wt% element], firm readings
    "measured_method": pl.String(),
    "assay_verdict": pl.String(),  # consistent, inconsistent, inconclusive
    "assay_reason": pl.String(),
    "assay_next": pl.String(),  # the next most informative measurement
    "assay_could_be": pl.String(),  # what the measured contents would fit instead
    "assay_declared_bans": pl.Float64(),
    "assay_material_bans": pl.Float64(),
    "controlled_undeclared_bans": pl.Float64(),
    "assay_unit_slip": pl.Boolean(),
    "pattern_bans": pl.Float64(),
    "pattern_sentence": pl.String(),
}
#: Methods that read spectral lines in air and confuse neighbours.
_LINE_METHODS: Final = ("pXRF", "WDXRF", "LIBS")
#: An interferent counts from this share of the sample on [wt%]; a reading below this many wt% may be its shadow.
_INTERFERENT_PCT: Final = 3.0
_SHADOW_PCT: Final = 3.0
#: Metals magnets are plated with, and from which content on the plating is what was read [wt%].
_PLATING: Final = ("Ni", "Zn", "Cu", "Sn", "Cr")
_PLATED_PCT: Final = 20.0
#: Analytes that are a sum of rare-earth oxides already.
_TOTALS: Final = ("TREO", "REO", "TREE", "TRE2O3")
_TO_PCT: Final = {"wt%": 1.0, "%": 1.0, "ppm": 1e-4, "mg/kg": 1e-4, "g/t": 1e-4}


#: The columns of MEASURED that `summarise` gives.
_READ: Final = ("measured_reo_pct", "measured_doubtful_pct", "measured_dy_tb_pct", "measured_method")


def summarise(assays: pl.DataFrame) -> pl.DataFrame:
    """Canonical assays -> declaration_id, item_no and the columns of _READ, one row per consignment.

    Coated surfaces are left out: a coating is not the goods. Censored values add nothing; a sample in which no
    rare earth was looked for says nothing and has no row.
    """
    elements = table("elements").select("element", "oxide", pl.col("element_to_oxide").cast(pl.Float64))
    as_oxide = pl.concat(
        [
            elements.select(analyte="element", element="element", to_oxide="element_to_oxide", to_element=pl.lit(1.0)),
            elements.select(
                analyte="oxide", element="element", to_oxide=pl.lit(1.0), to_element=1.0 / pl.col("element_to_oxide")
            ),
        ]
    )
    keys = ["declaration_id", "item_no", "sample_id"]
    bare = assays.filter(pl.col("surface").fill_null("") != "coated")
    values = (
        bare.with_columns(pct=pl.col("value_number") * pl.col("unit").replace_strict(_TO_PCT, default=None))
        .filter(pl.col("pct").is_not_null())
        .join(as_oxide, on="analyte", how="left")
    )
    plated = _plated(values, keys)
    values = values.join(plated, on=keys, how="anti")
    doubtful = _doubtful(values, keys)
    rare = values.filter(pl.col("to_oxide").is_not_null()).join(doubtful, on=[*keys, "analyte"], how="left")
    firm = pl.col("doubtful").is_null()
    oxide = pl.col("pct") * pl.col("to_oxide")
    heavy = firm & pl.col("element").is_in(["Dy", "Tb"])
    samples = rare.group_by(keys).agg(
        measured_reo_pct=oxide.filter(firm).sort().sum(),
        measured_doubtful_pct=oxide.filter(~firm).sort().sum(),
        measured_dy_tb_pct=(pl.col("pct") * pl.col("to_element")).filter(heavy).sort().sum(),
        measured_method=pl.col("method").drop_nulls().sort().first(),
    )
    totals = values.filter(pl.col("analyte").is_in(_TOTALS)).group_by(keys).agg(total=pl.col("pct").max())
    looked_for = bare.filter(
        pl.col("analyte").is_in([*as_oxide["analyte"], *_TOTALS]) & (pl.col("censored").fill_null("") != "not_measured")
    )
    seen = looked_for.select(keys).unique().join(plated, on=keys, how="anti")
    seen = seen.join(samples, on=keys, how="left").join(totals, on=keys, how="left")
    return (
        seen.with_columns(pl.col("measured_reo_pct", "measured_doubtful_pct", "measured_dy_tb_pct").fill_null(0.0))
        .with_columns(measured_reo_pct=pl.max_horizontal("measured_reo_pct", "total"))
        .sort([*keys[:2], "measured_reo_pct", "sample_id"], descending=[False, False, True, False])
        .group_by(keys[:2], maintain_order=True)
        .agg(pl.col(name).first() for name in _READ)
        .with_columns(pl.col("item_no").cast(pl.Int32))
    )


def _plated(values: pl.DataFrame, keys: list[str]) -> pl.DataFrame:
    """Samples of which a plating was read although nobody wrote "coated": much Ni, Zn, Cu, Sn or Cr on a surface reading."""
    surface = values.filter(
        pl.col("analyte").is_in(_PLATING) & ~pl.col("surface").fill_null("").is_in(["ground", "powder"])
    )
    metal = surface.group_by(keys).agg(pl.col("pct").sort().sum())
    return metal.filter(pl.col("pct") >= _PLATED_PCT).select(keys)


def _doubtful(values: pl.DataFrame, keys: list[str]) -> pl.DataFrame:
    """Readings of line methods below _SHADOW_PCT beside much of an element whose strong line lies on theirs."""
    pairs = table("xrf_overlaps").select(element="analyte", interferent="interferent").unique()
    lines = values.filter(pl.col("method").is_in(_LINE_METHODS))
    strong = lines.filter(pl.col("pct") >= _INTERFERENT_PCT).select(
        *keys, interferent=pl.col("element").fill_null(pl.col("analyte"))
    )
    weak = lines.filter((pl.col("pct") < _SHADOW_PCT) & pl.col("element").is_not_null()).join(pairs, on="element")
    hit = weak.join(strong, on=[*keys, "interferent"], how="semi")
    return hit.select(*keys, "analyte", doubtful=pl.lit(value=True)).unique()


def with_measured(rows: pl.DataFrame) -> pl.DataFrame:
    """The columns of MEASURED exist; null where there are no assays."""
    missing = {name: dtype for name, dtype in MEASURED.items() if name not in rows.columns}
    return rows.with_columns(pl.lit(None, dtype=dtype).alias(name) for name, dtype in missing.items())
