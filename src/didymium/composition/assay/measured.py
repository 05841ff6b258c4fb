"""Assay rows brought to one footing: wt% of the element (and as usual oxide), 1 sigma, upper limit, method, artefacts.

A row is `number`, or one of the censored kinds, which stay apart: below_lod (`<0.05`, `<LOD`, n.d. with or without a
limit), trace and above_range (`>10000`). Not measured is no row. Nothing is rescaled here except by units.
"""

from __future__ import annotations

from typing import Final

import polars as pl

from didymium.composition.assay import analytes
from didymium.composition.assay.data import methods, overlaps, rare_earths, rule, words
from didymium.errors import InputError

_TO_PCT: Final = {"wt%": 1.0, "%": 1.0, "ppm": 1e-4, "mg/kg": 1e-4, "g/t": 1e-4, "ppb": 1e-7}
#: Metals magnets are plated with.
PLATING: Final = ("Ni", "Zn", "Cu", "Sn", "Cr", "Au", "Ag")
#: `<0.1` beside a better limit of detection of the method still says no more than 0.1.
_LESS: Final = r"^\s*[<≤]\s*(\d+(?:\.\d+)?)\s*$"
_EXPOSED: Final = ("ground", "powder", "bulk")
SAMPLE: Final = ("declaration_id", "item_no", "sample_id")
_OPTIONAL: Final = {
    "item_no": pl.Int32(), "sample_id": pl.String(), "basis": pl.String(), "uncertainty": pl.Float64(),
    "lod": pl.Float64(), "method": pl.String(), "surface": pl.String(), "remark": pl.String(), "censored": pl.String(),
    "value": pl.String(),
}  # fmt: skip


def rows(assays: pl.DataFrame) -> pl.DataFrame:
    """Canonical assays -> one row per analyte: SAMPLE, key, x, sigma, upper, least (wt% of the element; upper only where
    censored, least only above the range of the method), relabel, to_oxide, rare, method flags, remark flags. Rows that were
    not measured, or whose analyte is nothing known, are left out. InputError for an unknown unit."""
    missing = {n: t for n, t in _OPTIONAL.items() if n not in assays.columns}
    frame = assays.with_columns(pl.lit(None, dtype=t).alias(n) for n, t in missing.items())
    _check_units(frame["unit"])
    kept = frame.filter(
        (pl.col("censored").fill_null("") != "not_measured")
        & (pl.col("value_number").is_not_null() | pl.col("censored").is_not_null())
    ).select(
        pl.col("declaration_id").fill_null(""), pl.col("item_no").cast(pl.Int32).fill_null(1),
        pl.col("sample_id").fill_null(""), "analyte", "basis", "value_number", "censored", "uncertainty", "lod",
        "method", "surface", "remark",
        stated_limit=pl.col("value").str.extract(_LESS, 1).cast(pl.Float64, strict=False),
        factor=pl.col("unit").replace_strict(_TO_PCT, return_dtype=pl.Float64),
        unit_ppm=~pl.col("unit").is_in(["wt%", "%"]),
    )  # fmt: skip
    named = kept.join(_looked_up(kept), on=["analyte", "basis"], how="left", nulls_equal=True).filter("known")
    named = named.join(_methods(kept["method"]), on="method", how="left", nulls_equal=True)
    named = named.join(_remarks(kept["remark"]), on="remark", how="left", nulls_equal=True)
    return _footing(named)


def _check_units(units: pl.Series) -> None:
    wrong = units.unique().drop_nulls().to_list()
    unknown = sorted(set(wrong) - set(_TO_PCT))
    if unknown or units.null_count():
        value = repr(unknown[0]) if unknown else "empty"
        raise InputError(
            f"{value} is no unit of a mass share; allowed: {', '.join(_TO_PCT)}.",
            column="unit",
            fix="Write the unit of each row, or map it to one of these.",
        )


def _looked_up(frame: pl.DataFrame) -> pl.DataFrame:
    return analytes.read_all(frame.select("analyte", "basis").unique().drop_nulls("analyte"))


def _methods(names: pl.Series) -> pl.DataFrame:
    """method as written -> the row of methods.csv; an unknown one is as if not stated."""
    key = pl.col("method").fill_null("").str.to_lowercase().str.replace_all(r"[^a-z]", "")
    known = methods()
    key = key.str.replace(r"^icp(?:oes|aes).*", "icpoes").str.replace(r"^icp(?:q|tof|hr|sf)?ms.*", "icpms")
    key = key.str.replace(r"^(?:hh|handheld|portable)x?rf.*", "pxrf")
    key = pl.when(key.is_in(known["method_key"].to_list())).then(key).otherwise(pl.lit(""))
    return names.unique().to_frame().with_columns(method_key=key).join(known, on="method_key", how="left")


def _remarks(texts: pl.Series) -> pl.DataFrame:
    """remark -> partial: the laboratory says that something was not dissolved."""
    distinct = texts.unique().to_list()
    flags = [
        bool(t and words("partial").search(t.lower()) and not words("complete").search(t.lower())) for t in distinct
    ]
    return pl.DataFrame({"remark": distinct, "partial": flags}, schema={"remark": pl.String(), "partial": pl.Boolean()})


def _footing(named: pl.DataFrame) -> pl.DataFrame:
    """Numbers in wt% of the element; where no uncertainty is stated, that of the method, not below a third of the limit."""
    scale = pl.col("factor") * pl.col("to_element")
    value, lod = pl.col("value_number") * scale, pl.coalesce("stated_limit", "lod") * scale
    usual = (value * pl.col("rel_sigma")).abs() + pl.coalesce(lod * (1 / 3), pl.col("abs_sigma") * pl.col("to_element"))
    unknown = pl.lit(rule("unquantified"))
    limit = pl.when(pl.col("censored") == "trace").then(lod * rule("trace_over_lod")).otherwise(lod)
    above = (pl.col("censored") == "above_range").fill_null(value=False)
    rare = pl.col("key").is_in(list(rare_earths()))
    exposed = pl.col("surface").fill_null("").is_in(list(_EXPOSED))
    return named.with_row_index("row").select(
        *SAMPLE, "row", "key", "analyte", "relabel", "to_oxide", "unit_ppm", "method", "method_title", "x_ray",
        "resolution_ev", "partial", "censored",
        rare=rare, exposed=exposed,
        surface_only=pl.col("surface_only") | ((pl.col("method_key") == "") & (pl.col("surface").fill_null("") == "coated")),
        x=pl.when(pl.col("censored").is_null()).then(value),
        sigma=pl.when(pl.col("censored").is_null()).then(pl.coalesce(pl.col("uncertainty") * scale, usual)),
        upper=pl.when(above).then(100.0).when(pl.col("censored").is_not_null()).then(pl.coalesce(limit, unknown)),
        least=pl.when(above).then(lod),
    )  # fmt: skip


def numbered(measured: pl.DataFrame) -> pl.DataFrame:
    """Adds `sample`, a number per consignment and sample, and sorts by it: sums then run in one order, whatever the order
    of the rows that came in. `row` is given anew. primary: the row of an element that counts in sums, where it was measured
    more than once: a number before a limit, the bulk before a surface, the smaller uncertainty before the larger."""
    keys = ["consignment", "sample_id"]
    samples = measured.select(keys).unique().sort(keys).with_row_index("sample")
    joined = measured.drop("row", "declaration_id", "item_no").join(samples, on=keys, how="left")
    order: list[str | pl.Expr] = [
        "sample",
        "key",
        pl.col("x").is_null(),
        "surface_only",
        "sigma",
        "x",
        "upper",
        "method",
    ]
    rows = _replicates(joined.sort(order, nulls_last=True), order).with_row_index("row")
    return rows.with_columns(primary=pl.struct("sample", "key").is_first_distinct())


def _replicates(rows: pl.DataFrame, order: list[str | pl.Expr]) -> pl.DataFrame:
    """Numbers of one analyte by one method on one kind of surface are repeats: the inverse-variance mean stands for those
    that agree within 3 sigma; one row `scattered` for those that do not, with x_most, the largest. rows, result: in `order`.

    Other methods are other measurements, of which the better one counts."""
    rows = rows.with_columns(scattered=pl.lit(value=False), x_most=pl.col("x"))
    above = (pl.col("sample") == pl.col("sample").shift()) & (pl.col("key") == pl.col("key").shift())
    if not rows.select((above & pl.col("x").is_not_null()).any()).item():
        return rows
    same = ["sample", "key", "analyte", "method", "exposed", "partial"]
    repeated = rows.filter(pl.col("x").is_not_null()).filter(pl.struct(same).is_duplicated())
    if repeated.is_empty():
        return rows
    weight = pl.col("sigma").clip(1e-9) ** -2
    apart = pl.col("x").max() - pl.col("x").min()
    slack = rule("sigma_limit") * ((pl.col("sigma") ** 2).mean() * 2.0).sqrt()
    others = [c for c in rows.columns if c not in (*same, "x", "sigma", "scattered", "x_most")]
    means = repeated.group_by(same, maintain_order=True).agg(
        *(pl.col(c).first() for c in others),
        x=(pl.col("x") * weight).sum() * weight.sum().pow(-1), sigma=weight.sum().pow(-0.5),
        scattered=apart > slack + 1e-9, x_most=pl.col("x").max(),
    )  # fmt: skip
    taken = means.select(same)
    censored = rows.filter(pl.col("x").is_null())
    numbers = rows.filter(pl.col("x").is_not_null()).join(taken, on=same, how="anti", nulls_equal=True)
    return pl.concat([numbers, censored, means.select(rows.columns)]).sort(order, nulls_last=True)


def with_overlaps(measured: pl.DataFrame, main: pl.DataFrame) -> pl.DataFrame:
    """Adds `cover`: a main element whose line hides that of the row's rare earth at the resolution of the method.

    main: sample, cover: further main elements a declaration takes for granted (Fe of a magnet that nobody measured).
    """
    seen = measured.filter(pl.coalesce("x", "least") >= rule("main_element")).select("sample", cover="key")
    mains = pl.concat([seen, main]).unique()
    asked = measured.filter(pl.col("x_ray") & pl.col("rare") & (pl.col("x") > 0)).select(
        "sample", "row", "resolution_ev", element="key"
    )
    near = asked.join(overlaps(), on="element").filter(pl.col("gap_ev") <= pl.col("resolution_ev"))
    hidden = near.join(mains, on=["sample", "cover"]).sort("row", "gap_ev", "cover")
    return measured.join(
        hidden.unique("row", keep="first", maintain_order=True).select("row", "cover"), on="row", how="left"
    )


def sums(measured: pl.DataFrame) -> pl.DataFrame:
    """Per sample: over_range (a rare earth is above the range of its method), total, loi, moisture (as reported), reo and
    reo_sigma (sum of the rare-earth rows as oxides), reo_rows, treo and treo_sigma (a TREO row), as_elements and
    as_oxides (sums of all rows)."""
    x, s, key = pl.col("x"), pl.col("sigma"), pl.col("key")
    oxide, oxide_sigma = x * pl.col("to_oxide"), s * pl.col("to_oxide")
    part = ~key.is_in(["TOTAL", "TREO", "TREM"])
    once = measured.filter(pl.col("primary"))
    metals = key.is_in(list(PLATING)) & pl.col("surface_only") & ~pl.col("exposed")
    coats = measured.group_by("sample").agg(plating=pl.coalesce("x", "least").filter(metals).sum())
    found = once.group_by("sample", maintain_order=True).agg(
        over_range=(pl.col("rare") & pl.col("least").is_not_null()).any(),
        total=x.filter(key == "TOTAL").max(),
        loi=x.filter(key == "LOI").max(),
        moisture=x.filter(key == "H2O").max(),
        reo=oxide.filter("rare").sum(),
        tre=x.filter("rare").sum(),
        reo_var=(oxide_sigma**2).filter("rare").sum(),
        reo_rows=(pl.col("rare") & x.is_not_null()).sum(),
        treo=x.filter(key == "TREO").max(),
        treo_sigma=s.filter(key == "TREO").max(),
        as_elements=x.filter(part).sum(),
        as_oxides=pl.when(key.is_in(["LOI", "H2O"])).then(x).otherwise(oxide).filter(part).sum(),
    )
    return found.join(coats, on="sample", how="left")
