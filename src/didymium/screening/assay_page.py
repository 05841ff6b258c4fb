"""What the samples of a shown consignment say, for its page: every element compared, and the pattern to look at."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any, Final

import polars as pl

from didymium.composition import Declared, compare, read
from didymium.composition.pattern import classify, reference_ppm, weigh, wide
from didymium.composition.pattern.bands import class_band
from didymium.composition.pattern.classes import OTHER
from didymium.composition.pattern.table import ELEMENTS
from didymium.composition.pattern.words import sentence
from didymium.reference import table
from didymium.screening.assays import beside_material, without_artefacts
from didymium.screening.views import Assay, AssayRow, PatternBand, PatternReading, PatternView, Speaks
from didymium.units import figure

_KEYS: Final = ["declaration_id", "item_no"]
#: What leaves an element open, in words an officer knows.
_OPEN: Final = {
    "overlap": "a line of a main element lies on it",
    "plating": "a plating was measured, not the goods",
    "limit": "the limit of detection is too high to tell",
    "range": "it lies above the range of the method",
    "slip": "only another unit or basis would fit",
    "partial": "not everything was dissolved",
    "balance": "a declared balance is off by little",
    "precision": "the uncertainty is too wide to tell",
    "sum": "not all rare earths of the sum were reported",
    "scatter": "repeated readings of the sample disagree",
    "goods": "the kind of goods may hold it",
}

Key = tuple[str, int]


def pages(assays: pl.DataFrame, shown: pl.DataFrame) -> dict[Key, Assay]:
    """(declaration_id, item_no) -> what its samples say, for the shown canonical declarations that have any."""
    sampled = shown.join(assays, on=_KEYS, how="semi")
    if sampled.is_empty():
        return {}
    own = assays.join(sampled, on=_KEYS, how="semi")
    found = compare(own, sampled)
    stated = {(key, item): text for key, item, text in sampled.select(*_KEYS, "composition").iter_rows()}
    patterns = _patterns(without_artefacts(own, found), sampled, stated)
    telling = found.elements.filter((pl.col("question") != "room") | (pl.col("verdict") != "consistent"))
    elements = telling.partition_by(_KEYS, as_dict=True, maintain_order=True)
    samples = own.partition_by(_KEYS, as_dict=True, maintain_order=True)
    out = {}
    for row in found.consignments.iter_rows(named=True):
        key = (row["declaration_id"], row["item_no"])
        view, said = patterns.get(key, (None, None))
        compared = elements.get(key)
        out[key] = Assay(
            verdict=row["verdict"],
            reason=row["reason"],
            next_measurement=row["next_measurement"],
            could_be=row["could_be"],
            samples=_samples(samples[key]),
            rows=[] if compared is None else [_row(one) for one in compared.iter_rows(named=True)],
            pattern=view,
            pattern_sentence=said,
        )
    return out


def _samples(rows: pl.DataFrame) -> list[str]:
    """Each sample once: its name, how and on what it was measured, where and when."""
    known = rows.unique("sample_id", keep="first", maintain_order=True)
    names = [name for name in ("sample_id", "method", "surface", "laboratory", "date") if name in known.columns]
    return [", ".join(str(cell) for cell in row if cell is not None) for row in known.select(names).iter_rows()]


def _row(one: Mapping[str, Any]) -> AssayRow:
    unit = one["unit"]
    return AssayRow(
        sample_id=one["sample_id"] or "",
        element=one["element"],
        declared=_held_against(one, unit),
        measured=_measured(one, unit),
        verdict=one["verdict"],
        because="" if one["artefact"] is None else _OPEN.get(one["artefact"], one["artefact"]),
        weight_bans=one["weight_bans"],
    )


def _held_against(one: Mapping[str, Any], unit: str) -> str:
    """What the element was held against, in words: the declared figures, or what else is known of such goods."""
    low, high = one["declared_low"], one["declared_high"]
    question = one["question"]
    most = "" if high is None else f"{figure(high)} {unit}"
    if question == "name":  # all rare earths of the goods together, as oxides
        return f"by name: goods of {figure(low)} to {figure(high)} wt% REO"
    if question == "grade":
        return f"grade takes up to {most}" if most else f"grade takes at least {figure(low)} {unit}"
    if question == "level":
        return f"{'said to be absent' if one['denied'] else 'not declared'} (level {most})"
    if question in ("room", "goods"):
        return "not declared" + (f" ({'room' if question == 'room' else 'such goods up to'} {most})" if most else "")
    return _declared(low, high, unit)


def _declared(low: float | None, high: float | None, unit: str) -> str:
    if low is None and high is None:
        return "not declared"
    if low is None or high is None or low == high:
        known = high if low is None else low
        sign = "≤ " if low is None else "≥ " if high is None else ""
        return f"{sign}{figure(known or 0.0)} {unit}"
    return f"{figure(low)} to {figure(high)} {unit}"


def _measured(one: Mapping[str, Any], unit: str) -> str:
    if one["above"] is not None:
        return f"> {figure(one['above'])} {unit}"
    if one["measured"] is None:
        return "not measured" if one["below"] is None else f"< {figure(one['below'])} {unit}"
    sigma = "" if one["sigma"] is None else f" ± {figure(one['sigma'])}"
    return f"{figure(one['measured'])}{sigma} {unit}"


def _patterns(
    assays: pl.DataFrame, sampled: pl.DataFrame, declared: Mapping[Key, str | None]
) -> dict[Key, tuple[PatternView, str]]:
    """The pattern of the best-told sample of each consignment, with the band of its class and the declared contents. The
    class speaks against the label where the declared material is hardly ever of it, and for it where it is."""
    samples = beside_material(wide(assays), sampled)
    samples = classify(samples.with_columns(weight_bans=weigh(samples)))
    best = samples.sort([*_KEYS, "pattern_elements", "sample_id"], descending=[False, False, True, False])
    best = best.unique(_KEYS, keep="first", maintain_order=True)
    names = dict(table("pattern_classes").select("class", "name").rows())
    out = {}
    for at, row in enumerate(best.iter_rows(named=True)):
        key = (row["declaration_id"], row["item_no"])
        measured = _readings(row)
        if sum(not reading.at_most for reading in measured.values()) < 2:
            continue
        bands = []
        if row["pattern_class"] not in (None, OTHER):
            ends = class_band(row["pattern_class"], best.slice(at, 1), variant=row["pattern_variant"])
            bands.append(PatternBand(names[row["pattern_class"]], dict(ends), _speaks(row["weight_bans"])))
        out[key] = (PatternView(measured, _stated(declared.get(key)), bands), sentence(row))
    return out


def _speaks(bans: float | None) -> Speaks:
    return "" if bans is None or bans == 0 else "against" if bans > 0 else "for"


def _readings(row: Mapping[str, Any]) -> dict[str, PatternReading]:
    """ppm of the elements -> times chondrite."""
    unit = reference_ppm("chondrite")
    out = {}
    for name in ELEMENTS:
        value, sigma, most = row[name], row[f"{name}_sigma"], row[f"{name}_most"]
        if value is not None:
            ends = (None, None) if sigma is None else ((value - sigma) / unit[name], (value + sigma) / unit[name])
            out[name] = PatternReading(value / unit[name], *ends)
        elif most is not None:
            out[name] = PatternReading(most / unit[name], at_most=True)
    return out


def _stated(text: str | None) -> dict[str, PatternReading]:
    """Declared contents of the whole as times chondrite; {} where they cannot be told."""
    declared: Declared = read(text)
    if declared.kind != "ok":
        return {}
    unit = reference_ppm("chondrite")
    out = {}
    for name, (low, high) in declared.readings[0].fractions.items():
        if name in ELEMENTS and high:
            middle = (low * high) ** 0.5 if low else high
            ends = (low * 1e4 / unit[name] if low else None, high * 1e4 / unit[name])
            out[name] = PatternReading(middle * 1e4 / unit[name], *ends, at_most=not low)
    return out
