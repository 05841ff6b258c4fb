"""`verify`: the whole reference base checked again, table by table and against itself."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator
from typing import Final

import polars as pl

from didymium.errors import ReferenceDataError
from didymium.reference.load import table
from didymium.reference.registry import names, spec

#: Molar masses are kept to 4 and factors to 6 digits.
_ROUNDING: Final = 2e-6


def verify() -> list[str]:
    """Problems found, one sentence each; [] = none. Never raises for a fault of the data."""
    problems = list(_loads())
    if problems:
        return problems
    for check in CHECKS:
        try:
            problems.extend(check())
        except ReferenceDataError as error:
            problems.append(str(error))
    return problems


def _loads() -> Iterator[str]:
    for name in names():
        try:
            rows = table(name)
        except ReferenceDataError as error:
            yield str(error)
            continue
        if rows.is_empty():
            yield f"{spec(name).file}: the table holds no row."


def factors() -> Iterator[str]:
    """Oxide factors and masses agree with periodictable."""
    import periodictable

    for row in table("elements").iter_rows(named=True):
        oxide = periodictable.formula(row["oxide"])
        atom = getattr(periodictable, row["element"])
        share = atom.mass * oxide.atoms[atom] / oxide.mass
        if abs(share - row["oxide_to_element"]) > _ROUNDING:
            stated = f"oxide_to_element of {row['element']} is {row['oxide_to_element']}"
            yield f"elements.csv: {stated}, computed {share:.6f}."
        if abs(row["element_to_oxide"] * row["oxide_to_element"] - 1) > _ROUNDING:
            yield f"elements.csv: the two factors of {row['element']} are not inverse to each other."


def shares() -> Iterator[str]:
    """Shares of one stage, material, year and source do not exceed 100 %; deposit patterns sum to their stated sum."""
    rows = table("stage_shares").filter((pl.col("area") != "world") & (pl.col("how") == "computed"))
    sums = rows.group_by("stage", "material", "year", "kind", "source").agg(pl.col("share_pct").sum())
    for row in sums.filter(pl.col("share_pct") > 100.5).iter_rows(named=True):
        what = f"{row['stage']}, {row['material']}, {row['year']}"
        yield f"stage_shares.csv: shares of {what} sum to {row['share_pct']:.1f} %."
    symbols = [c.name for c in spec("deposits_reo").columns if c.unit == "% of TREO"]
    for row in table("deposits_reo").iter_rows(named=True):
        limits = (row["upper_limit_elements"] or "").split("|")
        total = sum(row[symbol] or 0.0 for symbol in symbols if symbol not in limits)
        if abs(total - row["row_sum_pct"]) > 0.3:
            yield f"deposits_reo.csv: {row['deposit']} sums to {total:.2f} %, stated {row['row_sum_pct']} %."


def ranges() -> Iterator[str]:
    """No low above its high, no end before its start."""
    pairs = [
        ("prices", "low_usd_per_kg", "high_usd_per_kg"), ("prices", "period_start", "period_end"),
        ("price_rules", "factor_low", "factor_high"), ("price_rules", "add_low_usd_per_kg", "add_high_usd_per_kg"),
        ("materials", "density_low_g_cm3", "density_high_g_cm3"), ("materials", "reo_low_pct", "reo_high_pct"),
        ("materials", "bulk_density_low_g_cm3", "bulk_density_high_g_cm3"),
        ("materials", "price_low_usd_per_kg", "price_high_usd_per_kg"), ("fx", "low", "high"),
        ("claims_about_scale", "low", "high"), ("other_figures", "low", "high"),
        ("control_windows", "effective_from", "effective_to"), ("facilities", "treo_low_pct", "treo_high_pct"),
        ("feeds", "low_t_reo", "t_reo"), ("feeds", "t_reo", "high_t_reo"),
        ("feeds", "recovery_low", "recovery"), ("feeds", "recovery", "recovery_high"),
        ("supply_stages", "base_t_per_year", "low_t_per_year"), ("supply_stages", "low_t_per_year", "capacity_t_per_year"),
        ("supply_stages", "capacity_t_per_year", "high_t_per_year"),
    ]  # fmt: skip
    for name, low, high in pairs:
        for row in table(name).filter(pl.col(low) > pl.col(high)).iter_rows(named=True):
            yield f"{spec(name).file}: {low} {row[low]} is above {high} {row[high]} ({row[spec(name).key[0]]})."


def windows() -> Iterator[str]:
    """Windows of one article do not overlap; a later window follows an earlier one that has an end."""
    rows = table("control_windows").sort("instrument", "article", "effective_from", nulls_last=False)
    group = ["instrument", "article"]
    before = pl.col("effective_to").shift(1).over(group)
    first = pl.int_range(pl.len()).over(group) == 0
    for row in rows.filter(~first & (before.is_null() | (pl.col("effective_from") <= before))).iter_rows(named=True):
        article = f"{row['instrument']} {row['article'] or ''}".strip()
        yield f"control_windows.csv: windows of {article} overlap at {row['effective_from']}."


def codes() -> Iterator[str]:
    """Codes are digits and begin with their HS6; usual codes of materials are six digits."""
    for row in table("hs_codes").iter_rows(named=True):
        if not re.fullmatch(r"\d{4,10}", row["code"]):
            yield f"hs_codes.csv: {row['code']!r} is not 4 to 10 digits."
        elif row["hs6"] and not row["code"].startswith(row["hs6"]) and row["system"].startswith("CN10"):
            yield f"hs_codes.csv: {row['code']} does not begin with {row['hs6']}."
    for row in table("materials").drop_nulls("hs6").iter_rows(named=True):
        for code in row["hs6"].split("|"):
            if not re.fullmatch(r"\d{6}", code):
                yield f"materials.csv: {code!r} of {row['material']} is not six digits."


def references() -> Iterator[str]:
    """Every material, element, country and act that a table names is defined."""
    materials = set(table("materials")["material"])
    used = {"lexicon": ("material",), "look_alikes": ("cover", "material"), "prices": ("material",)}
    for name, columns in used.items():
        for column in columns:
            for unknown in sorted(set(table(name)[column].drop_nulls()) - materials):
                yield f"{spec(name).file}: {column} {unknown!r} is not in table materials."
    for unknown in sorted(set(table("feeds")["deposit"]) - set(table("deposits_reo")["deposit"])):
        yield f"feeds.csv: deposit {unknown!r} is not in table deposits_reo."
    acts = set(table("instruments")["instrument"])
    for name in ("control_items", "control_windows"):
        for unknown in sorted(set(table(name)["instrument"].drop_nulls()) - acts):
            yield f"{spec(name).file}: {unknown!r} is not in table instruments."
    yield from _unknown_countries()


def _unknown_countries() -> Iterator[str]:
    known = set(table("countries")["iso2"])
    former = {"CS", "AN", "SU", "YU", "DD"}
    for name in names():
        for column in ("country", "exporter", "importer"):
            if column in table(name).columns and name != "trade":
                for unknown in sorted(set(table(name)[column].drop_nulls()) - known - former):
                    yield f"{spec(name).file}: {column} {unknown!r} is not in table countries."


def rules() -> Iterator[str]:
    """Price rules name materials and forms that exist, contents that are quoted; no rare-earth material is unpriced."""
    from didymium.reference.prices import corridors, without_rule

    materials, quoted = table("materials"), set(table("prices")["material"])
    known = {"material": set(materials["material"]), "form": set(materials["form"].drop_nulls())}
    for row in table("price_rules").iter_rows(named=True):
        if row["applies_to"] in known and row["value"] not in known[row["applies_to"]]:
            yield f"price_rules.csv: {row['applies_to']} {row['value']!r} is not in table materials."
        for part in (row["contents"] or "none").split("|"):
            piece = re.fullmatch(r"(\w+):([\d.]+)-([\d.]+)", part)
            if part != "none" and (piece is None or piece[1] not in quoted or float(piece[2]) > float(piece[3])):
                yield f"price_rules.csv: contents {part!r} of {row['value']} must read quoted_material:low-high."
    for name in without_rule():
        yield f"price_rules.csv: no rule prices the material {name}."
    for row in corridors().filter(pl.col("low_usd_per_kg") > pl.col("high_usd_per_kg")).head(5).iter_rows(named=True):
        yield f"prices.csv: the corridor of {row['material']} in month {row['month']} is upside down."


def facilities() -> Iterator[str]:
    """Dates of facilities run forward, and the first commercial year of a country and stage agrees with the summary."""
    from didymium.reference.stages import stage_months, with_dates

    dated = with_dates(table("facilities"))
    for row in dated.filter(pl.col("runs") & (pl.col("first_month") > pl.col("last_month"))).iter_rows(named=True):
        yield f"facilities.csv: {row['facility']} ends before it starts."
    summary = table("country_stage").filter(pl.col("first_commercial_year").str.contains(r"^\d{4}$"))
    first = summary.group_by("country", "stage").agg(pl.col("first_commercial_year").min().cast(pl.Int32))
    ours = stage_months().filter(pl.col("status").is_in(["commercial", "pilot"]))
    years = ours.group_by("country", "stage").agg(pl.col("month").min() // 12)
    both = first.join(years, on=["country", "stage"], how="left")
    late = pl.col("month").is_null() | (pl.col("month") > pl.col("first_commercial_year"))
    for row in both.filter(late & (pl.col("first_commercial_year") >= 1995)).iter_rows(named=True):
        yield (
            f"facilities.csv: {row['country']} {row['stage']} starts {row['month']}, "
            f"country_stage.csv says {row['first_commercial_year']}."
        )


CHECKS: Final[tuple[Callable[[], Iterator[str]], ...]] = (
    factors,
    shares,
    ranges,
    windows,
    codes,
    references,
    rules,
    facilities,
)
