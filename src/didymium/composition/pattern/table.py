"""Assays as one row per sample with a column per rare earth: the table all pattern code works on.

Columns per element, in ppm of the element: `Nd` (null = not reported), `Nd_sigma` (1 sigma; null = not stated) and
`Nd_most` (upper bound of a reading below its limit; null where `Nd` is measured or nothing is known). A bound is never a
zero, and a bare 0 is not a measurement: it says neither what was found nor what could have been found. `rest_most`: what
every element that was not reported can be at most, because the laboratory also gave the sum (TREO); null = no sum.
"""

from __future__ import annotations

from functools import cache
from typing import Final

import numpy as np
import numpy.typing as npt
import polars as pl

from didymium.errors import InputError
from didymium.reference import table

Floats = npt.NDArray[np.float64]
Ints = npt.NDArray[np.int64]
Bools = npt.NDArray[np.bool_]

#: The elements of a pattern by ionic radius: yttrium stands beside holmium. Scandium and promethium have no place in it.
ELEMENTS: Final = ("La", "Ce", "Pr", "Nd", "Sm", "Eu", "Gd", "Tb", "Dy", "Y", "Ho", "Er", "Tm", "Yb", "Lu")
KEYS: Final = ("declaration_id", "item_no", "sample_id")
_TO_PPM: Final = {"wt%": 1e4, "%": 1e4, "ppm": 1.0, "mg/kg": 1.0, "g/t": 1.0}
_OXYGEN: Final = 15.999
#: Sums of all rare earths as oxides, and their relative 1 sigma where none is stated (rounding and calibration).
_SUMS: Final = ("TREO", "REO", "TRE2O3")
_SUM_SIGMA: Final = 0.02
#: Relative 1 sigma beyond which a value says no more than at this.
_MOST_SIGMA: Final = 3.0
#: Numbers that can be contents in any unit.
_POSSIBLE: Final = (1e-12, 1e12)
_NEEDED: Final = ("analyte", "value_number", "unit")


@cache
def analytes() -> pl.DataFrame:
    """analyte, basis, element, factor (kg of the element in 1 kg of the analyte): symbols, trade oxides, sesquioxides."""
    rows: list[tuple[str, str, str, float]] = []
    for row in table("elements").filter(pl.col("element").is_in(ELEMENTS)).iter_rows(named=True):
        name, share, weight = row["element"], row["oxide_to_element"], row["atomic_weight"]
        sesqui = 2 * weight / (2 * weight + 3 * _OXYGEN)
        rows += [(name, "element", name, 1.0), (name, "oxide", name, share)]
        for oxide, factor in {f"{name}2O3": sesqui, row["oxide"]: share}.items():
            rows += [(oxide, basis, name, factor) for basis in ("oxide", "element")]
    return pl.DataFrame(rows, schema=["analyte", "basis", "element", "factor"], orient="row")


@cache
def to_oxide() -> Floats:
    """kg of trade oxide from 1 kg of each of ELEMENTS."""
    known = dict(table("elements").select("element", "element_to_oxide").rows())
    return np.array([known[name] for name in ELEMENTS])


def wide(assays: pl.DataFrame) -> pl.DataFrame:
    """Canonical assays (one row per analyte) -> one row per sample with the columns described above, sorted by KEYS.

    Rows of coated surfaces are left out: a coating is not the goods. TREO, LOI and other elements are not part of a
    pattern. Where an element stands twice, measured values are averaged, and a value beats a bound. Samples without a
    single rare-earth row do not appear. Errors: InputError where a column is missing.
    """
    missing = [name for name in _NEEDED if name not in assays.columns]
    if missing:
        raise InputError(
            f"no column {', '.join(missing)}.",
            fix="Give canonical assays (didymium.intake), or columns analyte, value_number and unit.",
        )
    keys: list[str] = [name for name in KEYS if name in assays.columns]
    optional = {"uncertainty": pl.Float64, "lod": pl.Float64, "censored": pl.String, "basis": pl.String,
                "surface": pl.String}  # fmt: skip
    absent = [pl.lit(None, dtype=kind).alias(name) for name, kind in optional.items() if name not in assays.columns]
    rows = assays.with_columns(absent).filter(pl.col("surface").fill_null("") != "coated")
    if not keys:
        rows, keys = rows.with_columns(sample_id=pl.lit("sample")), ["sample_id"]
    cells, sums = _readings(rows, keys)
    return _with_rest(_spread(cells, keys), sums, keys)


def _readings(rows: pl.DataFrame, keys: list[str]) -> tuple[pl.DataFrame, pl.DataFrame]:
    """In ppm: element, value, sigma, most of every row of a rare earth; and per sample the largest sum as oxides."""
    measured = pl.col("value_number").is_finite() & (pl.col("value_number") > 0) & pl.col("censored").is_null()
    ppm = pl.col("unit").replace_strict(_TO_PPM, default=None, return_dtype=pl.Float64)
    sums = rows.filter(measured & pl.col("analyte").is_in(_SUMS)).group_by(keys)
    found = sums.agg(treo=(pl.col("value_number") * ppm).max(), treo_sigma=(pl.col("uncertainty") * ppm).max())
    rows = rows.with_columns(basis=pl.coalesce("basis", pl.lit("element"))).join(analytes(), on=["analyte", "basis"])
    to_ppm = ppm * pl.col("factor")
    cells = rows.select(
        *keys,
        "element",
        value=pl.when(measured).then(pl.col("value_number") * to_ppm),
        sigma=pl.when(measured & (pl.col("uncertainty") > 0)).then(pl.col("uncertainty") * to_ppm),
        most=pl.when((pl.col("censored") == "below_lod") & (pl.col("lod") > 0)).then(pl.col("lod") * to_ppm),
    )
    return cells, found


def _with_rest(samples: pl.DataFrame, sums: pl.DataFrame, keys: list[str]) -> pl.DataFrame:
    """rest_most: TREO less what was reported, plus three sigma; null without a sum, or where it lies clearly under its parts."""
    factors = dict(zip(ELEMENTS, to_oxide(), strict=True))
    parts = [pl.col(name).fill_null(0.0) * factor for name, factor in factors.items()]
    own = [(pl.col(f"{name}_sigma").fill_null(0.0) * factor).pow(2) for name, factor in factors.items()]
    error = (pl.coalesce("treo_sigma", pl.col("treo") * _SUM_SIGMA).pow(2) + pl.sum_horizontal(own)).sqrt()
    room = pl.col("treo") - pl.sum_horizontal(parts)
    rest = pl.when(room > -3 * error).then(room.clip(lower_bound=0.0) + 3 * error)
    joined = samples.join(sums, on=keys, how="left", nulls_equal=True, maintain_order="left")
    return joined.with_columns(rest_most=rest).drop("treo", "treo_sigma")


def _spread(rows: pl.DataFrame, keys: list[str]) -> pl.DataFrame:
    """Long rows (keys, element, value, sigma, most) -> wide. Sorting before summing keeps the order of rows out of it."""
    cells = (
        rows.sort(*keys, "element", "value", "sigma", "most", nulls_last=True)
        .group_by(*keys, "element", maintain_order=True)
        .agg(pl.col("value").mean(), pl.col("sigma").mean(), pl.col("most").min())
        .with_columns(most=pl.when(pl.col("value").is_null()).then("most"))
    )
    parts = []
    for name in ELEMENTS:
        of_it = pl.col("element") == name
        parts += [
            pl.col("value").filter(of_it).first().alias(name),
            pl.col("sigma").filter(of_it).first().alias(f"{name}_sigma"),
            pl.col("most").filter(of_it).first().alias(f"{name}_most"),
        ]
    return cells.group_by(keys, maintain_order=True).agg(parts)


def complete(samples: pl.DataFrame) -> pl.DataFrame:
    """The table with every column described above; unknown ones are null. Values that are not above 0, or absurd
    (beyond 10^12), become null; the unit may be any, as long as a row keeps to one.

    Errors: InputError where no column is named after a rare earth, or one does not hold numbers.
    """
    if not any(column.removesuffix("_most") in ELEMENTS for column in samples.columns):
        raise InputError(
            f"no column is named after a rare earth; columns are {', '.join(samples.columns[:12]) or 'none'}.",
            fix=f"Name columns {', '.join(ELEMENTS)} (ppm of the element), or pass assays through wide().",
        )
    wanted = [f"{name}{suffix}" for name in ELEMENTS for suffix in ("", "_sigma", "_most")] + ["rest_most"]
    for name in (name for name in wanted if name in samples.columns):
        if not (samples.schema[name].is_numeric() or samples.schema[name] == pl.Null):
            raise InputError(
                f"holds {samples.schema[name]}, not numbers.",
                column=name,
                fix="Give ppm as numbers, empty = not known.",
            )
    found = [
        pl.when(pl.col(name).is_between(*_POSSIBLE)).then(pl.col(name)).alias(name)
        for name in wanted
        if name in samples.columns
    ]
    lacking = [pl.lit(None, dtype=pl.Float64).alias(name) for name in wanted if name not in samples.columns]
    casts = samples.with_columns(pl.col(name).cast(pl.Float64) for name in wanted if name in samples.columns)
    return casts.with_columns(*found, *lacking)


def arrays(samples: pl.DataFrame) -> tuple[Floats, Floats, Floats, Ints]:
    """Values, relative sigmas and bounds of a complete table (rows x ELEMENTS; NaN where null), and how many elements tell.

    An element that was not reported is bounded by rest_most; all of those together count as one that tells, where they can
    be no more than a fifth of what was measured.
    """
    values, sigmas, bounds = (
        samples.select(pl.col(f"{name}{suffix}").fill_null(float("nan")) for name in ELEMENTS).to_numpy()
        for suffix in ("", "_sigma", "_most")
    )
    rest = samples["rest_most"].fill_null(float("nan")).to_numpy()[:, None]
    told = ~np.isnan(values) | ~np.isnan(bounds)
    with np.errstate(invalid="ignore"):
        tight = rest[:, 0] < np.nansum(values, axis=1) / 5
    bounds = np.where(told, np.where(np.isnan(values), bounds, np.nan), rest)
    relative = np.minimum(sigmas / values, _MOST_SIGMA)
    return values, relative, bounds, told.sum(axis=1) + tight
