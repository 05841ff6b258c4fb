"""What a report needs of one screening, as plain typed records: the contract between `findings` and `report`.

Units are in the names. None = not known or not applicable, and is shown as such.
"""

from __future__ import annotations

import datetime as dt
from typing import Literal

import msgspec


class Evidence(msgspec.Struct, frozen=True):
    """One check's word on one consignment."""

    check: str
    question: str
    weight_bans: float  # what the check found
    counted_bans: float  # what counts after correlated checks of one question were combined
    because: str
    source: str


class Place(msgspec.Struct, frozen=True):
    """A point of the route; lat and lon in degrees (WGS 84)."""

    name: str
    role: str  # origin | dispatch | loading | transit | discharge | destination
    country: str
    lat: float
    lon: float


class CorridorPoint(msgspec.Struct, frozen=True):
    """The range of one month; `date` is its first day."""

    date: dt.date
    low_usd_per_kg: float
    high_usd_per_kg: float


class Corridor(msgspec.Struct, frozen=True):
    """Price corridor of one material through time."""

    material: str
    points: list[CorridorPoint]
    source: str


class Peers(msgspec.Struct, frozen=True):
    """Histogram of log10 USD/kg of the peer group: edges (n+1) and counts (n)."""

    label: str
    edges_usd_per_kg: list[float]
    counts: list[int]
    median_usd_per_kg: float
    n: int


class Field(msgspec.Struct, frozen=True):
    """A declared field beside what the reference or the other papers say."""

    label: str
    declared: str
    compared: str


class PatternReading(msgspec.Struct, frozen=True):
    """One element of one pattern, times the reference. low, high: one standard deviation; at_most: below a limit, and
    `value` is that limit."""

    value: float
    low: float | None = None
    high: float | None = None
    at_most: bool = False


Speaks = Literal["for", "against", ""]


class PatternBand(msgspec.Struct, frozen=True):
    """What a class or a set of samples shows: element -> (low, high). speaks: for or against the label; empty = neither."""

    name: str
    ends: dict[str, tuple[float, float]]
    speaks: Speaks = ""


class PatternView(msgspec.Struct, frozen=True):
    """A rare-earth pattern. reference: what contents are divided by, in words."""

    measured: dict[str, PatternReading]
    declared: dict[str, PatternReading] = {}
    bands: list[PatternBand] = []
    reference: str = "CI chondrite"


class AssayRow(msgspec.Struct, frozen=True):
    """One element of one sample: declared beside measured, both with unit, and what the comparison says of it."""

    sample_id: str
    element: str
    declared: str
    measured: str
    verdict: str  # consistent | inconsistent | inconclusive | unusable
    because: str  # what leaves it open; empty = nothing
    weight_bans: float | None


class Assay(msgspec.Struct, frozen=True):
    """What the samples of one consignment say."""

    verdict: str  # consistent | inconsistent | inconclusive
    reason: str
    next_measurement: str
    could_be: str | None
    samples: list[str]  # each sample with method and surface, in words
    rows: list[AssayRow]
    pattern: PatternView | None
    pattern_sentence: str | None


class LawSpan(msgspec.Struct, frozen=True):
    """Days in which a measure has one state; null = open end. state: in force | suspended | unverified."""

    first: dt.date | None
    last: dt.date | None
    state: str
    by: str  # the act that did it, where it is another


class LawMeasure(msgspec.Struct, frozen=True):
    """One measure that reaches the goods, or may."""

    id: str
    act: str  # what the act is about
    outcome: str  # prohibited | licence required | notify | goods licence
    standing: str  # applies | may apply | unverified | suspended | not in force | beside
    reasons: list[str]
    missing: list[str]
    spans: list[LawSpan]
    source: str | None


class Law(msgspec.Struct, frozen=True):
    """What the law asks of one consignment as declared, on its day."""

    day: dt.date
    measures: list[LawMeasure]  # applies first
    missing: list[str]
    needs: list[str]  # what an application needs, where a licence is required
    changes: list[str]  # what would change the answer
    remarks: list[str]  # licence stated, held or at odds with the papers
    ruleset: str


class Finding(msgspec.Struct, frozen=True):
    """Everything the page of one finding shows; the first corridor is the declared goods', the others what it could be."""

    declaration_id: str
    item_no: int
    rank: int
    probability: float
    prior_bans: float
    posterior_bans: float
    questions: dict[str, float]  # bans per question: contents, composition, origin, behaviour
    permission: str
    permission_because: str
    decision: str  # the sentence that decides, plain words, the two numbers that clash
    evidence: list[Evidence]
    fields: list[Field]
    date: dt.date
    goods: str
    hs_code: str
    net_kg: float
    value_usd: float | None
    usd_per_kg: float | None
    route: list[Place]
    mode: str | None
    corridors: list[Corridor]  # first the declared material, then rivals (what the goods could be)
    peers: Peers | None
    control_dates: list[tuple[dt.date, str]]
    sources: list[str]
    assay: Assay | None = None
    law: Law | None = None


class Intake(msgspec.Struct, frozen=True):
    """What was read: per file rows in = accepted + rejected, and what the reader detected."""

    file: str
    rows_in: int
    accepted: int
    rejected: int
    detected: list[str]


class Screening(msgspec.Struct, frozen=True):
    """Everything a report shows. Holds no clock time: same input and reference give the same bytes."""

    title: str
    version: str
    reference_hash: str
    intake: list[Intake]
    lines_screened: int
    lines_listed: int
    expected_false: float  # sum of probabilities over all lines
    checks: list[tuple[str, str, str]]  # name, question, what it asks
    findings: list[Finding]  # with full pages, best first
    # one small row per listed line: its rank, identity, probability, the question most against it, the reason to decide,
    # and what the table of the report shows and filters by
    listed: list[dict[str, object]]
