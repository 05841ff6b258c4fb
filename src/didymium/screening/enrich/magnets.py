"""Magnet grades and temperatures read from grade, description, label and use."""

from __future__ import annotations

import re
from functools import lru_cache
from typing import Final

import polars as pl

from didymium.composition import Declared, read
from didymium.composition.chemistry import RARE_EARTHS

#: `N42SH`, `42SH`, `N 52`: energy product 24-58 MGOe, then the coercivity suffix of the NdFeB grades.
_GRADE: Final = r"(?i)(?:^|[^A-Z0-9])N ?-?([2-5][0-9])[ -]?(SH|UH|EH|AH|TH|VH|M|H)?(?:$|[^A-Z0-9])"
#: In the grade field the N is often left out: `42SH`.
_BARE_GRADE: Final = r"(?i)^ ?([2-5][0-9]) ?(SH|UH|EH|AH|TH|VH|M|H) ?$"
#: Words that deny heavy rare earths: `Dy<0.1%`, `不含镝铽`, `HREE free`, `Dy-free`.
_NO_HEAVY: Final = (
    r"(?i)不含镝|无镝|無鏑|不含重稀土|ディスプロシウムフリー|"
    r"\b(?:dy|dysprosium|hree|heavy rare earth)s?[ -]?free\b|"
    r"\b(?:no|without|w/o|free of|sans|ohne|sin|sem) (?:dy|dysprosium|heavy rare earth)|"
    r"\bDy ?(?:<|≤|<=|=|:)? ?0[.,]0+ ?%|\bDy ?(?:<|≤|<=) ?0[.,]1"
)
_SAYS_HEAVY: Final = r"\b(?:Dy|Tb|HRE|HREE) ?[:=]? ?(?:0[.,]0*[1-9]|[1-9][0-9]?)|镝 ?[0-9]|铽 ?[0-9]"
#: A limit up to this on Dy or Tb denies them (the working level of the assays) [wt%].
LEAST_PCT: Final = 0.1
#: Bulk elements listed with figures: the composition goes down to single elements, so silence on Dy means something.
_ITEMISED: Final = r"(?:Nd|PrNd|NdPr|TRE|REE?|Pr) ?[:=]? ?[0-9]{1,2}(?:[.,][0-9]+)? ?%"


def add_magnets(rows: pl.DataFrame) -> pl.DataFrame:
    """Adds magnet_energy_mgoe, magnet_suffix ('' = plain N), label_energy_mgoe, label_suffix, denies_heavy, states_heavy,
    itemised, magnet_ree_pct.

    The grade is that of the papers (grade field, else description), else of the label; label_* is what the packages
    say beside a grade in the papers. Null magnet_energy_mgoe = no NdFeB grade written anywhere; null label_energy_mgoe =
    no second grade to compare; magnet_ree_pct: see `_stated`; denies_heavy etc. are null where no composition
    is given.
    """
    magnet = rows["hs6"].is_in(["850511", "850519", "850590", "720299"]) | rows["family"].eq_missing("magnet_ree")
    bare = pl.col("grade").str.extract_groups(_BARE_GRADE).struct.rename_fields(["energy", "suffix"])
    field = pl.when(pl.col("grade").str.contains(_BARE_GRADE)).then(bare).otherwise(_named("grade"))
    stated = pl.coalesce(
        pl.when(grade.struct.field("energy").is_not_null()).then(grade) for grade in (field, _named("description"))
    )
    found = rows.filter(magnet).select(
        "row_in_batch",
        *_energy_and_suffix(pl.coalesce(stated, _named("label_text")), "magnet"),
        *_energy_and_suffix(pl.when(stated.is_not_null()).then(_named("label_text")), "label"),
        denied=pl.col("composition").str.contains(_NO_HEAVY),
        states_heavy=pl.col("composition").str.contains(_SAYS_HEAVY),
        itemised=pl.col("composition").str.contains(_ITEMISED),
    )
    lists = found.select("row_in_batch").join(rows.select("row_in_batch", "composition"), on="row_in_batch", how="left")
    told = _stated(lists["composition"].drop_nulls().unique(maintain_order=True))
    found = found.join(lists, on="row_in_batch", how="left").join(told, on="composition", how="left")
    found = found.with_columns(denies_heavy=pl.col("denied") | pl.col("denied_parts")).drop(
        "composition", "denied", "denied_parts"
    )
    return rows.join(found, on="row_in_batch", how="left", maintain_order="left", validate="1:1")


def _stated(texts: pl.Series) -> pl.DataFrame:
    """Distinct compositions -> composition, magnet_ree_pct, denied_parts.

    magnet_ree_pct: total rare earths [wt% as metal] of a list with iron or boron; null where the text is no such list, can
    be understood in several ways, or states no single total. A stated total (TRE) stands for its parts. denied_parts: Dy
    or Tb is said to be absent, or limited to LEAST_PCT.
    """
    known = [_read(text) for text in texts.to_list()]
    totals, denied = [total for total, _ in known], [denies for _, denies in known]
    return pl.DataFrame({
        "composition": texts, "magnet_ree_pct": pl.Series(totals, dtype=pl.Float64),
        "denied_parts": pl.Series(denied, dtype=pl.Boolean),
    })  # fmt: skip


@lru_cache(maxsize=100_000)
def _read(text: str) -> tuple[float | None, bool]:
    """As `_stated`, of one text. Compositions come back batch after batch, so they are kept."""
    declared = read(text)
    return _total(declared), _denies(declared)


def _denies(declared: Declared) -> bool:
    """Dy or Tb is absent by the declaration, and neither is stated with an amount; a rounded 0 % denies nothing."""
    if declared.kind == "error":
        return False
    heavy = [c for c in declared.readings[0].components if c.component in ("Dy", "Tb") and c.unit == "wt%"]
    if any(c.low for c in heavy):
        return False
    return any(c.high is not None and c.high <= LEAST_PCT and not c.half_unit for c in heavy)


def _total(declared: Declared) -> float | None:
    if declared.kind != "ok":
        return None
    parts = [
        c for c in declared.readings[0].components if c.meaning != "named" and c.unit == "wt%" and c.low is not None
    ]
    if not {"Fe", "B"} & {c.component for c in parts}:
        return None
    total = [c for c in parts if c.component == "TREM"] or [c for c in parts if _only_rare_earths(c.component)]
    if not total or any(c.low != c.high or c.basis == "oxide" for c in total):
        return None
    return sum(c.low or 0.0 for c in total)


def _only_rare_earths(name: str) -> bool:
    symbols = re.findall(r"[A-Z][a-z]?", name)
    return bool(symbols) and "".join(symbols) == name.replace("+", "") and all(s in RARE_EARTHS for s in symbols)


def _named(column: str) -> pl.Expr:
    """Energy product and suffix of the first grade written with its N in a text."""
    return pl.col(column).str.extract_groups(_GRADE).struct.rename_fields(["energy", "suffix"])


def _energy_and_suffix(grade: pl.Expr, name: str) -> tuple[pl.Expr, pl.Expr]:
    energy, suffix = grade.struct.field("energy"), grade.struct.field("suffix")
    return (
        energy.cast(pl.Int32, strict=False).alias(f"{name}_energy_mgoe"),
        pl.when(energy.is_not_null()).then(suffix.fill_null("").str.to_uppercase()).alias(f"{name}_suffix"),
    )
