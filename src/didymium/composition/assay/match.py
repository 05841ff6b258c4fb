"""Measured rows beside what is declared: samples with their claims, artefacts of the whole sample, figures per reading.

The result has one row per measured analyte, reading and basis; an analyte with two figures (of the whole, and of TREO)
has two, one without a figure has one with null `low`.
"""

from __future__ import annotations

from typing import Final

import polars as pl

from didymium.composition.assay.claim_frames import ClaimFrames
from didymium.composition.assay.controlled import by_day
from didymium.composition.assay.data import rare_earths, rule
from didymium.composition.assay.measured import numbered, sums, with_overlaps

_LOSSES: Final = ("LOI", "H2O")
_TOTALS: Final = ("TREO", "TREM")


def samples(measured: pl.DataFrame, claims: ClaimFrames) -> tuple[pl.DataFrame, pl.DataFrame]:
    """measured: rows with `consignment`. -> (rows with `sample`, one row per sample with its claim, sums and artefacts)."""
    rows = numbered(measured)
    heads = rows.select("sample", "consignment", "sample_id").unique("sample").sort("sample")
    heads = heads.join(claims.declarations, on="consignment", how="left").join(claims.claims, on="claim", how="left")
    rows = rows.drop("sample_id", "consignment")
    heads = heads.join(sums(rows), on="sample", how="left")
    oxide = claims.places.filter(pl.col("reading") == 0).select("claim", "oxide_form")
    heads = heads.join(oxide, on="claim", how="left")
    plated = (pl.col("plating") >= rule("plating_share")) & ~pl.col("declares_plating") & pl.col("magnet")
    return rows, heads.with_columns(_closure(), plated=plated | pl.col("metal_coat"))


def _closure() -> pl.Expr:
    """total_found: the TOTAL row, with losses or oxygen it left out; null = no such row."""
    total = pl.col("total")
    losses = pl.sum_horizontal(pl.col("loi").fill_null(0.0), pl.col("moisture").fill_null(0.0))
    low, high = rule("total_low"), rule("total_high")
    outside = ~total.is_between(low, high)
    leaves_out = (total + losses).is_between(low, high) & ((pl.col("as_oxides") - losses - total).abs() < 2.0)
    as_oxides = pl.col("as_oxides")
    oxygen = pl.col("oxide_form").fill_null(value=False) & as_oxides.is_between(low, high)
    oxygen = oxygen & ((pl.col("as_elements") - total).abs() < 2.0)
    found = pl.when(outside & leaves_out).then(total + losses).when(outside & oxygen).then(as_oxides).otherwise(total)
    return found.alias("total_found")


def artefacts(rows: pl.DataFrame, heads: pl.DataFrame, claims: ClaimFrames) -> pl.DataFrame:
    """Adds cover, blocked (a plating was read and not the goods), total_scale and what a judgement needs of the sample."""
    low, high = rule("total_low"), rule("total_high")
    bad = ~pl.col("total_found").is_between(low, high)
    kept = heads.select(
        "sample", "claim", "day", "plated", "magnet", "metal_coat", "suffix",
        total_bad=bad.fill_null(value=False),
        total_scale=pl.when(bad).then(100.0 * pl.col("total_found").pow(-1)).otherwise(1.0).fill_null(1.0),
        treo="treo", treo_sigma="treo_sigma", reo="reo", reo_var="reo_var", tre="tre", over_range="over_range",
    )  # fmt: skip
    taken = claims.figures.filter((pl.col("high") >= rule("main_element")) & ~pl.col("share") & pl.col("positive"))
    taken = taken.filter((pl.col("low") + pl.col("high")) * 0.5 >= rule("main_element")).select("claim", cover="key")
    named = claims.listed.filter(pl.col("named") & ~pl.col("key").is_in(["B", "C", "H", "O", "N"]))
    named = named.join(claims.claims.filter("magnet").select("claim"), on="claim", how="semi").select(
        "claim", cover="key"
    )
    main = (
        heads.select("sample", "claim").join(pl.concat([taken, named]).unique(), on="claim").select("sample", "cover")
    )
    joined = with_overlaps(rows, main).join(kept, on="sample", how="left")
    blocked = pl.col("surface_only") & ~pl.col("exposed") & pl.col("plated").fill_null(value=False)
    return joined.with_columns(
        blocked=blocked,
        x=pl.when(pl.col("key").is_in(_LOSSES)).then(pl.col("x")).otherwise(pl.col("x") * pl.col("total_scale")),
        sigma=pl.col("sigma") * pl.col("total_scale"),
    )


def with_sums(rows: pl.DataFrame, figures: pl.DataFrame) -> pl.DataFrame:
    """Adds rows for declared totals that nobody measured as such: TREO from the rare earths, `Nd+Pr` from its members."""
    totals = figures.filter(pl.col("key").is_in(_TOTALS)).select("claim", "as_oxide", sum_key="key").unique()
    lacking = rows.filter(pl.col("rare") & pl.col("primary")).join(totals, on="claim").join(
        rows.filter(pl.col("key").is_in(_TOTALS)).select("sample", sum_key="key").unique(), on=["sample", "sum_key"], how="anti"
    )  # fmt: skip
    sets = figures.filter(pl.col("key").str.contains("+", literal=True)).select("claim", "key", "as_oxide").unique()
    if lacking.is_empty() and sets.is_empty():
        return rows.with_columns(summed=pl.lit(value=False))
    made = [_summed(lacking)]
    if sets.height:
        members = sets.with_columns(
            member=pl.col("key").str.split("+"), size=pl.col("key").str.count_matches("+", literal=True) + 1
        )
        found = rows.filter("primary").join(
            members.explode("member").rename({"key": "sum_key", "member": "key"}), on=["claim", "key"], how="inner"
        )
        whole = found.group_by("sample", "sum_key").agg(pl.col("key").n_unique().alias("met"), pl.col("size").first())
        complete = whole.filter(pl.col("met") == pl.col("size")).select("sample", "sum_key")
        made.append(_summed(found.join(complete, on=["sample", "sum_key"], how="semi")))
    new = pl.concat(made).sort("sample", "key").with_columns(summed=pl.lit(value=True))
    new = new.with_columns(row=pl.int_range(rows.height, rows.height + pl.len(), dtype=pl.UInt32))
    return pl.concat([rows.with_columns(summed=pl.lit(value=False)), new], how="diagonal").sort(
        "sample", maintain_order=True
    )


def _summed(parts: pl.DataFrame) -> pl.DataFrame:
    """One row per sample and sum; a part below its limit makes no number and leaves the sum a lower figure. Where a part is
    above the range of the method there is no sum."""
    factor = pl.when("as_oxide").then(pl.col("to_oxide")).otherwise(1.0)
    kept = ("claim", "day", "plated", "magnet", "metal_coat", "suffix", "total_bad", "total_scale", "treo", "treo_sigma",
            "reo", "reo_var", "tre", "over_range",
            "method", "method_title", "unit_ppm", "x_ray", "resolution_ev", "surface_only", "exposed")  # fmt: skip
    return (
        parts.filter(pl.col("least").is_null().all().over("sample", "sum_key") & pl.col("x").is_not_null())
        .sort("sample", "row")
        .group_by("sample", "sum_key", maintain_order=True)
        .agg(
            *(pl.col(c).first() for c in kept),
            x=(pl.col("x") * factor).sum(),
            sigma=((pl.col("sigma") * factor) ** 2).sum().sqrt(),
            partial=pl.col("partial").any(),
            blocked=pl.col("blocked").all(),
        )
        .rename({"sum_key": "key"})
        .with_columns(
            to_oxide=pl.lit(1.0),
            rare=pl.lit(value=False),
            analyte=pl.col("key"),
            censored=pl.lit(None, dtype=pl.String),
            cover=pl.lit(None, dtype=pl.String),
            relabel=pl.lit(None, dtype=pl.Float64),
            upper=pl.lit(None, dtype=pl.Float64),
            least=pl.lit(None, dtype=pl.Float64),
        )
    )


def bases(heads: pl.DataFrame, oxide_metals: pl.DataFrame) -> pl.DataFrame:
    """sample, basis, scale, weak, bases (how many): the usual bases a result may be on; the first is as received.

    dry and ignited need their loss measured. weak: the reverse (results on a dry or ignited basis, goods declared as
    they are): possible, but nobody said so. oxide_metals: sample, scale for pastes and inks, of the metals without carrier.
    """
    wet = 1.0 - pl.col("moisture") * 0.01
    burnt = 1.0 - pl.col("loi") * 0.01
    both = 1.0 - (pl.col("moisture") + pl.col("loi")) * 0.01
    stated = pl.col("basis_stated").fill_null("")
    forms = [
        ("as received", pl.lit(1.0), False, stated.is_in(["", "received"]) | wet.is_null() & burnt.is_null()
         | (stated == "dry") & wet.is_null() | (stated == "ignited") & burnt.is_null()),
        ("dry", wet.pow(-1), False, stated.is_in(["", "dry"])),
        ("ignited", burnt.pow(-1), False, stated.is_in(["", "ignited"])),
        ("ignited", both.pow(-1), False, stated.is_in(["", "ignited"])),
        ("dry and ignited", (wet * burnt).pow(-1), False, stated.is_in(["", "ignited"])),
        ("reported dry", wet, True, stated.is_in(["", "received", "dry"])),
        ("reported ignited", burnt, True, stated.is_in(["", "received", "ignited"])),
    ]  # fmt: skip
    made = [
        heads.filter(allowed & scale.is_between(0.05, 20.0)).select(
            "sample", basis=pl.lit(name), scale=scale.cast(pl.Float64), weak=pl.lit(weak)
        )
        for name, scale, weak, allowed in forms
    ]
    metals = oxide_metals.select("sample", basis=pl.lit("of the metals"), scale="scale", weak=pl.lit(value=False))
    return pl.concat([*made, metals]).with_columns(bases=pl.len().over("sample"))


def of_metals(rows: pl.DataFrame, heads: pl.DataFrame, figures: pl.DataFrame) -> pl.DataFrame:
    """sample, scale: factor on a paste or ink that makes the declared metals that were reported sum as declared."""
    carriers = heads.filter("carrier").select("sample")
    if carriers.is_empty():
        return pl.DataFrame(schema={"sample": pl.UInt32(), "scale": pl.Float64()})
    whole = figures.filter(~pl.col("share") & (pl.col("reading") == 0) & pl.col("positive") & pl.col("firm"))
    met = rows.join(carriers, on="sample", how="semi").filter(pl.col("x") > 0).join(whole, on=["claim", "key"])
    declared, found = ((pl.col("low") + pl.col("high")) * 0.5).sum(), pl.col("x").sum()
    scaled = met.group_by("sample").agg(scale=declared * found.pow(-1), met=pl.len())
    return scaled.filter((pl.col("scale") > 1.0) & (pl.col("met") >= 1)).select("sample", "scale")


def held(rows: pl.DataFrame, heads: pl.DataFrame, claims: ClaimFrames) -> pl.DataFrame:
    """Every row beside every figure of its element, in every reading and basis; with what the reading leaves room for."""
    figures = claims.figures
    places = claims.places.drop("metals_sum").with_columns(readings=pl.len().over("claim"))
    single = (
        figures.filter(pl.col("positive") & pl.col("key").is_in(list(rare_earths())))
        .select("claim", "reading")
        .unique()
    )
    places = places.join(single.with_columns(listed=pl.lit(value=True)), on=["claim", "reading"], how="left")
    joined = rows.join(places, on="claim", how="left").join(figures, on=["claim", "reading", "key"], how="left")
    joined = joined.join(bases(heads, of_metals(rows, heads, figures)), on="sample", how="left", maintain_order="left")
    joined = joined.join(claims.listed, on=["claim", "key"], how="left").join(
        by_day(heads["day"]), on=["day", "key"], how="left", nulls_equal=True
    )
    flags = [
        "denied",
        "named",
        "hinted",
        "nominal",
        "pure",
        "listed",
        "scattered",
        "controlled",
        "positive",
        "share",
        "covers",
        "speaks",
        "oxide_form",
        "partial",
    ]
    joined = joined.with_columns(pl.col(flags).fill_null(value=False), pl.col("firm").fill_null(value=True))
    return _shares(joined)


def _shares(joined: pl.DataFrame) -> pl.DataFrame:
    """Adds share_x, share_sigma, share_upper: per cent of the reported rare-earth oxides.

    Where TREO was measured, of that; else of the sum of the rows, less what declared but unreported ones would hold; null where
    one of those is above the range of its method.
    """
    middle = (pl.col("low") + pl.col("high")) * 0.5
    of_key = pl.when("share").then(middle).otherwise(0.0)
    reported = of_key.sum().over("sample", "reading", "bases") / pl.col("bases")
    missing = (pl.col("share_sum") - reported).clip(0.0, 100.0)
    metals = (
        pl.col("share") & ~pl.col("as_oxide").fill_null(value=True) & ~pl.col("key").str.contains("+", literal=True)
    )
    form = pl.when(metals).then(1.0).otherwise(pl.col("to_oxide"))
    oxide, oxide_sigma = pl.col("x") * form, pl.col("sigma") * form
    total = pl.when(metals).then("tre").otherwise("reo") * pl.col("total_scale")
    given = pl.col("treo").is_not_null() & (pl.col("treo") > 0) & ~metals
    base = pl.when(given).then(pl.col("treo") * pl.col("total_scale")).otherwise(total)
    part = pl.when(given).then(1.0).otherwise(1.0 - missing * 0.01)
    inverse = pl.when(base > 0).then(base.pow(-1))
    p = oxide * inverse
    others = (pl.col("reo_var") * pl.col("total_scale") ** 2 - oxide_sigma**2).clip(0.0)
    spread = pl.when(given).then(oxide_sigma**2 + (p * pl.col("treo_sigma") * pl.col("total_scale")) ** 2).otherwise(
        ((1.0 - p) * oxide_sigma) ** 2 + p**2 * others
    )  # fmt: skip
    usable = pl.col("rare") | pl.col("key").str.contains("+", literal=True)
    usable = usable & (given.fill_null(value=False) | ~pl.col("over_range"))  # a sum of which a part is not known
    return joined.with_columns(
        share_x=pl.when(usable).then(100.0 * p * part),
        share_sigma=pl.when(usable).then(100.0 * spread.sqrt() * inverse * part),
        share_upper=pl.when(usable).then(100.0 * pl.col("upper") * form * inverse * part),
    )
