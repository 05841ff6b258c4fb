"""One claim of origin, judged by the facilities: could this country make this on that day?"""

from __future__ import annotations

import datetime as dt
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from functools import cache
from typing import Any, Final, Literal

import polars as pl

from didymium.errors import UsageError
from didymium.reference.load import content_hash, table
from didymium.reference.specs.plants import STAGES
from didymium.reference.stages import FIRST_MONTH, HEAVY, LAST_MONTH, LIGHT, ORE, mined, phases
from didymium.units import figure

Verdict = Literal["plausible", "plausible only as", "not feasible", "unknown"]
Row = Mapping[str, Any]

#: Largest lot of a pilot plant whose capacity is not known, t.
PILOT_LOT_T: Final = 1.0
#: Gross mass of the compounds a plant rated in REO can ship, per t REO (a carbonate holds 40 % REO or more).
GROSS_PER_REO: Final = 2.5
#: A plant may run above its rating by this factor before a quantity counts as not credible.
OVERRUN: Final = 1.1
#: Assays of a product may stray from the known grade by this, wt% REO.
GRADE_SLACK_PCT: Final = 5.0
#: Months after the newest report for which silence on a stage still means that nothing runs.
STALE_MONTHS: Final = 12

_WORDS: Final = {
    "mine": "mining",
    "concentrate": "concentrate",
    "cracking_leaching": "cracking (mixed carbonate, chloride)",
    "separation": "separation",
    "metal": "metal making",
    "alloy": "alloy making",
    "magnet_sintered": "magnet sintering",
    "magnet_bonded": "bonded magnets and their powder",
    "recycling": "recycling",
    "phosphor_other": "phosphors and other products",
}


@dataclass(frozen=True, slots=True)
class Claim:
    """A judged claim. only_as: what it can at most be (`plausible only as`). instead: stages the country then ran."""

    verdict: Verdict
    because: str
    only_as: str | None = None
    facilities: tuple[str, ...] = ()
    instead: tuple[str, ...] = ()
    source: str = ""


def claim(
    country: str,
    stage: str,
    on: dt.date,
    elements: Sequence[str] = (),
    *,
    tonnes: float | None = None,
    months: float = 1.0,
    treo_pct: float | None = None,
) -> Claim:
    """Judge that goods of `stage` were made in `country` around the day `on`.

    elements: symbols or groups (LREE, HREE, NdFeB, SmCo); every one must be covered; () = any.
    tonnes: mass declared over `months`, compared with capacity where that is known. treo_pct: declared grade, wt% REO.
    The verdict `unknown` is for days outside what the table covers. Errors: UsageError for an unknown stage.
    """
    if stage not in STAGES:
        raise UsageError(f"no stage is called {stage!r}.", fix=f"Stages: {', '.join(STAGES)}.")
    month = on.year * 12 + on.month - 1
    if not FIRST_MONTH <= month <= LAST_MONTH:
        return Claim("unknown", f"The facility table covers 1995 to {LAST_MONTH // 12}.")
    rows = [row for row in _rows(country) if row["stage"] == stage and row["from"] <= month <= row["to"]]
    wanted = tuple(elements) or ("ANY",)
    best = [_best([row for row in rows if covers(row["elements"], element)]) for element in wanted]
    weakest = min(best, key=lambda found: found[0]["rank"] if found else 0)
    if not weakest or weakest[0]["rank"] == 1:
        return _nothing(country, stage, month, wanted, weakest)
    return _something(country, stage, weakest, year=on.year, tonnes=tonnes, months=months, treo_pct=treo_pct)


def covers(elements: str, wanted: str) -> bool:
    """Whether a facility with these elements (`LREE;HREE`, `Sm`, `Ce;La`) makes the wanted symbol or group."""
    named = set(elements.split(";"))
    light, heavy = "LREE" in named, "HREE" in named
    if wanted == "ANY":
        return named != {"Sc"}
    if wanted == "NdFeB":
        return light or heavy or bool(named & {"Nd", "Pr"})
    if wanted == "SmCo":
        return "Sm" in named
    if wanted in ("LREE", "HREE"):
        return wanted in named or bool(named & set(LIGHT if wanted == "LREE" else HEAVY))
    return wanted in named or (light and wanted in LIGHT) or (heavy and wanted in HEAVY)


def _rows(country: str) -> tuple[Row, ...]:
    return _by_country(content_hash()).get(country, ())


@cache
def _by_country(_hash: str) -> dict[str, tuple[Row, ...]]:
    frame = phases().with_columns(pl.col("month").list.first().alias("from"), pl.col("month").list.last().alias("to"))
    found: dict[str, list[Row]] = {}
    for row in frame.drop("month", "group").iter_rows(named=True):
        found.setdefault(row["country"], []).append(row)
    return {country: tuple(rows) for country, rows in found.items()}


def _best(rows: list[Row]) -> list[Row]:
    """The facilities of the highest rank; what rests on a doubtful source ranks behind what does not."""
    top = max(((row["rank"], not row["low_evidence"]) for row in rows), default=None)
    return [row for row in rows if (row["rank"], not row["low_evidence"]) == top]


def _nothing(country: str, stage: str, month: int, wanted: tuple[str, ...], planned: list[Row]) -> Claim:
    newest = str(table("facilities").filter(pl.col("evidence") == "seen")["vintage"].max() or "")
    known_until = int(newest[:4]) * 12 + int(newest[5:7] or 12) - 1
    other = tuple(dict.fromkeys(r["stage"] for r in _rows(country) if r["rank"] == 4 and r["from"] <= month <= r["to"]))
    what = _WORDS[stage] + ("" if wanted == ("ANY",) else f" of {', '.join(wanted)}")
    text = f"No {what} is known in {country} in {month // 12}-{month % 12 + 1:02d}"
    if planned:
        text += f"; not running yet: {_names(planned)}"
    if other:
        text += f"; {country} then ran {', '.join(_WORDS[s] for s in other)}"
    elif not planned:
        text += "; no rare-earth plant at all is known there, so the goods come from elsewhere"
    facilities = tuple(row["facility"] for row in planned)
    if month > known_until + STALE_MONTHS:
        return Claim(
            "unknown", f"{text}; the newest report is of {newest[:7]}.", None, facilities, other, _source(planned)
        )
    return Claim("not feasible", f"{text}.", None, facilities, other, _source(planned))


def _something(
    country: str, stage: str, rows: list[Row], *, year: int, tonnes: float | None, months: float, treo_pct: float | None
) -> Claim:
    facilities, source = tuple(row["facility"] for row in rows), _source(rows)
    text = f"{country} {_WORDS[stage]}: {_names(rows)}"
    feeds = {feed for row in rows for feed in (row["feed_origin"] or "").split(";") if len(feed) == 2}
    if feeds and country not in feeds:
        text += f"; the ore is not from {country} but from {', '.join(sorted(feeds))}"
    limit = _limit(rows, months, _mined(country, year) if stage in ORE else None)
    if tonnes is not None and limit is not None and tonnes > limit:
        text += f"; {figure(tonnes)} t in {months:g} months is more than the {figure(limit)} t it can make"
        return Claim("not feasible", f"{text}.", None, facilities, (), source)
    grades = [(row["treo_low_pct"], row["treo_high_pct"]) for row in rows]
    if treo_pct is not None and all(low is not None and high is not None for low, high in grades):
        low, high = min(g[0] for g in grades), max(g[1] for g in grades)
        if not low - GRADE_SLACK_PCT <= treo_pct <= high + GRADE_SLACK_PCT:
            because = f"{text}; its product holds {low:g} to {high:g} % TREO, not {treo_pct:g} %."
            return Claim("not feasible", because, None, facilities, (), source)
    only_as = _only_as(rows, tonnes, months)
    return Claim("plausible only as" if only_as else "plausible", f"{text}.", only_as, facilities, (), source)


def _only_as(rows: list[Row], tonnes: float | None, months: float) -> str | None:
    """What limits every facility found; None = an ordinary plant."""
    if rows[0]["rank"] == 2:
        return f"stock from before the closure in {max(row['end'] for row in rows)}"
    if all(row["low_evidence"] for row in rows):
        return "a doubtful claim: no plant is proven, ask for documents of the producer"
    if all(row["scale"] == "finishing" for row in rows):
        return "finishing of imported blocks"
    if rows[0]["rank"] == 3:
        commissioning = all(row["status"] == "commissioning" for row in rows)
        return "first lots of a plant being commissioned" if commissioning else "pilot lots"
    licit = [row for row in rows if not row["legality"]]
    licit_limit = _limit(licit, months, None) if licit else 0.0
    if not licit or (len(licit) < len(rows) and tonnes and licit_limit is not None and tonnes > licit_limit):
        return "goods of doubtful legality"
    if all(row["elements"] == "Sc" for row in rows):
        return "scandium"
    return None


def _limit(rows: list[Row], months: float, mined_t_reo: float | None) -> float | None:
    """Gross mass in t the facilities (or the mines, where their output is known) can make; None = unknown."""
    capacities = [row["capacity_t_per_year"] for row in rows]
    if mined_t_reo is not None and rows[0]["rank"] > 2:
        capacities, gross = [mined_t_reo], GROSS_PER_REO
    elif rows[0]["rank"] == 3 and any(c is None for c in capacities):
        return PILOT_LOT_T * max(months, 1.0)
    elif rows[0]["rank"] == 2 or any(c is None for c in capacities):
        return None
    else:
        gross = GROSS_PER_REO if all((row["capacity_basis"] or "").startswith("REO") for row in rows) else 1.0
    return float(sum(capacities)) * gross * OVERRUN * months / 12.0


def _mined(country: str, year: int) -> float | None:
    found = mined().filter((pl.col("country") == country) & (pl.col("year") == year))["t_reo"]
    return float(found[0]) if len(found) and found[0] > 0 else None


def _names(rows: list[Row]) -> str:
    return "; ".join(sorted({row["words"] for row in rows})[:4])


def _source(rows: list[Row]) -> str:
    return " | ".join(sorted({row["source"] for row in rows})[:3])
