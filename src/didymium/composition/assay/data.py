"""What an expert may change about comparing assays: limits, methods, words, lines and sentences, from CSV beside the code.

Each row carries its source; `rules.csv` also says which figures are assumptions. All are read once.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from functools import cache
from importlib.resources import files
from typing import Final

import polars as pl

from didymium.errors import ReferenceDataError
from didymium.reference import table

_FOLDER: Final = files("didymium.composition.assay")
#: Names of elements are those by which declarations are read.
_TEXTS: Final = files("didymium.composition.text.lexis")
#: The trade counts yttrium and scandium among the rare earths; promethium does not occur.
_NOT_TRADED: Final = "Pm"
_NAMES: Final = "names_elements.csv"


@cache
def rows(name: str) -> pl.DataFrame:
    """One CSV of this package (element names: of the package that reads declarations), all columns text, empty = null.

    ReferenceDataError where it cannot be read.
    """
    try:
        return pl.read_csv(((_TEXTS if name == _NAMES else _FOLDER) / name).read_bytes(), infer_schema=False)
    except (pl.exceptions.PolarsError, OSError) as error:
        raise ReferenceDataError("cannot be read.", file=name, fix="Install didymium again.") from error


@cache
def rule(name: str) -> float:
    """A figure of rules.csv, in the unit given there. ReferenceDataError for a name or figure that is none."""
    found = rows("rules.csv").filter(pl.col("rule") == name)
    value = found["value"].cast(pl.Float64, strict=False) if found.height else None
    if value is None or value[0] is None:
        raise ReferenceDataError(f"rule {name!r} has no figure.", file="rules.csv", column="value")
    return float(value[0])


@cache
def methods() -> pl.DataFrame:
    """method_key, kind, surface_only, resolution_ev, rel_sigma, abs_sigma (wt%), `title`; key '' = not stated."""
    return rows("methods.csv").select(
        method_key=pl.col("method").fill_null(""),
        method_title="title",
        x_ray=pl.col("kind") == "x_ray",
        surface_only=pl.col("surface_only") == "1",
        resolution_ev=pl.col("resolution_ev").cast(pl.Float64),
        rel_sigma=pl.col("rel_sigma").cast(pl.Float64),
        abs_sigma=pl.col("abs_sigma_wt_pct").cast(pl.Float64),
    )


@cache
def words(kind: str) -> re.Pattern[str]:
    """All patterns of one kind of words.csv as one, for lower-case text."""
    found = rows("words.csv").filter(pl.col("kind") == kind)["pattern"].to_list()
    if not found:
        raise ReferenceDataError(f"no pattern of kind {kind!r}.", file="words.csv", column="kind")
    return re.compile("|".join(found))


@cache
def element_names() -> dict[str, str]:
    """Lower-case name of an element in any language of names_elements.csv -> symbol. Latin words of less than four letters
    are left out: most of them (`or`, `fer`) mean something else in another language."""
    languages = [c for c in rows(_NAMES).columns if c not in ("element", "oxide", "source", "confidence")]
    return {
        name: element
        for element, *cells in rows(_NAMES).select("element", *languages).iter_rows()
        for cell in cells
        for name in (cell or "").split("|")
        if len(name) >= 4 or (name and ord(name[0]) >= 0x0530)
    }


@cache
def element_words() -> tuple[tuple[str, tuple[str, ...]], ...]:
    """(pattern for lower-case text, elements): groups of elements first, then the names of each element, longest first."""
    groups = [(w, tuple(e.split("|"))) for w, e in rows("element_words.csv").select("word", "elements").iter_rows()]
    names: dict[str, list[str]] = {}
    for name, element in sorted(element_names().items(), key=lambda item: (-len(item[0]), item[0])):
        names.setdefault(element, []).append(re.escape(name))
    return tuple((_bordered(w), e) for w, e in (*groups, *(("|".join(n), (e,)) for e, n in names.items())))


def _bordered(words_: str) -> str:
    """Alphabetic words stand alone; scripts that write without blanks are found anywhere."""
    parts = words_.split("|")
    alphabetic = [p for p in parts if ord(p[0]) < 0x0530]
    others = [p for p in parts if ord(p[0]) >= 0x0530]
    letters = rf"(?<![^\W\d_])(?:{'|'.join(alphabetic)})(?![^\W\d_])" if alphabetic else ""
    return "|".join(part for part in (letters, *others) if part)


@cache
def rare_earths() -> Mapping[str, float]:
    """Symbol -> kg of trade oxide from 1 kg of the element."""
    found = table("elements").filter(pl.col("element") != _NOT_TRADED)
    return dict(found.select("element", "element_to_oxide").iter_rows())


@cache
def overlaps() -> pl.DataFrame:
    """element, cover, gap_ev: rare earths whose analytical line (L-alpha1; K-alpha1 for Sc and Y, whose L lines no field
    instrument uses) lies within 250 eV of a line of another element."""
    lines = rows("xrf_lines.csv").select("element", "line", ev=pl.col("energy_ev").cast(pl.Float64))
    used = pl.when(pl.col("element").is_in(["Sc", "Y"])).then(pl.lit("Ka1")).otherwise(pl.lit("La1"))
    rare = lines.filter(pl.col("element").is_in(list(rare_earths())) & (pl.col("line") == used))
    pairs = rare.select("element", "ev").join(lines.select(cover="element", cover_ev="ev"), how="cross")
    gap = (pl.col("ev") - pl.col("cover_ev")).abs()
    near = pairs.with_columns(gap_ev=gap).filter((pl.col("gap_ev") <= 250) & (pl.col("element") != pl.col("cover")))
    return near.group_by("element", "cover", maintain_order=True).agg(pl.col("gap_ev").min())


@cache
def elements_of_codes() -> Mapping[str, tuple[str, ...]]:
    """Ten-digit code of China's tariff -> the rare earths it is for (`2846901500`: Dy). Codes of magnets are left out: they
    list what a magnet may hold."""
    codes = table("hs_codes").filter(
        (pl.col("system") == "CN10") & (pl.col("role") == "ree") & (pl.col("stage") != "magnet")
    )
    named = {code: (elements or "").split("|") for code, elements in codes.select("code", "elements").iter_rows()}
    return {c: rare for c, e in named.items() if (rare := tuple(x for x in e if x in rare_earths()))}


@cache
def sentences() -> Mapping[str, str]:
    """Blocker -> the next measurement in words, with {places} to fill."""
    return dict(rows("next_measurements.csv").select("blocker", "sentence").iter_rows())
