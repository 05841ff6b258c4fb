"""Laws of all kinds for the sample report: invented acts whose windows look like real ones."""

from __future__ import annotations

import datetime as dt

from didymium.screening.views import Law, LawMeasure, LawSpan

SOURCE = "https://example.org/acts/2025-18"
NEEDS = [
    "application form",
    "contract",
    "end-user certificate",
    "technical description",
    "identity of the applicant",
]


def span(first: str | None, last: str | None, state: str = "in force", by: str = "") -> LawSpan:
    day = dt.date.fromisoformat
    return LawSpan(day(first) if first else None, day(last) if last else None, state, by)


OPEN = [span("2025-04-04", None)]
PAUSED = [
    span("2025-10-09", "2025-11-06"),
    span("2025-11-07", "2026-11-10", "suspended", "CN-2025-70"),
    span("2026-11-11", None, "unverified", "CN-2025-70"),
]


def measure(
    identity: str,
    standing: str,
    *,
    outcome: str = "licence required",
    spans: list[LawSpan] | None = None,
    reasons: tuple[str, ...] = ("is oxide", "contains Dy (stated)", "leaves CN"),
    missing: tuple[str, ...] = (),
    source: str | None = SOURCE,
) -> LawMeasure:
    act = "seven medium and heavy rare earths" if "2025-18" in identity else "an act of the sample"
    return LawMeasure(
        identity, act, outcome, standing, list(reasons), list(missing), OPEN if spans is None else spans, source
    )


def beside() -> LawMeasure:
    return measure(
        "CN-XLIC-REE", "beside", outcome="goods licence", spans=[span("2015-01-01", None)], reasons=("code 284690",)
    )


def items(act: str, form: str, elements: str, standing: str, spans: list[LawSpan]) -> list[LawMeasure]:
    """One item per element whose content is open."""
    return [
        measure(
            f"{act}#{element}.{form}", standing, spans=spans, missing=("form of the goods", f"{element} content"),
            reasons=("may be compound or oxide", f"{element} content is open", "leaves CN"),
        )
        for element in elements.split()
    ]  # fmt: skip


def law(day: dt.date, measures: list[LawMeasure], **more: list[str]) -> Law:
    said = {"missing": [], "needs": [], "changes": [], "remarks": [], **more}
    return Law(day=day, measures=measures, ruleset="81ce5c73bd3731a4", **said)


def licence(day: dt.date) -> Law:
    """In December 2025 one measure applies, six may, five are suspended, a goods licence stands beside them; before April
    2025 none of them is in force."""
    since, paused = day >= dt.date(2025, 4, 4), day >= dt.date(2025, 11, 7)
    measures = [
        measure(
            "CN-2025-18#Y.c", "applies" if since else "not in force",
            reasons=("is compound", "contains Y (stated)", "leaves CN"),
        ),
        *items("CN-2025-18", "c", "Sm Gd Tb Dy Lu Sc", "may apply" if since else "not in force", OPEN),
        *items("CN-2025-57", "c", "Ho Er Tm Eu Yb", "suspended" if paused else "not in force", PAUSED),
        beside(),
    ]  # fmt: skip
    if not since:
        return law(day, measures, changes=["licence required from 2025-04-04 on"])
    changes = ["free if Y is below 0.01 %", "free before 2025-04-04"]
    return law(day, measures, needs=NEEDS, changes=changes, remarks=["The papers state no licence."])


def ban(day: dt.date) -> Law:
    """A ban that applies, and a licence duty of no source."""
    measures = [
        measure("CN-2025-13#art1", "applies", outcome="prohibited", spans=[span("2025-03-11", None)]),
        measure("CN-2025-18#Dy.a", "applies", source=None),
    ]
    return law(day, measures, changes=["licence required if the end user is another"])


def unknown(day: dt.date) -> Law:
    """Open facts, an act whose first day nobody knows, one that ended before the axis, one never in force."""
    measures = [
        *items("CN-2025-18", "b", "Sm Gd Tb Dy Lu Sc Y", "may apply", OPEN),
        measure(
            "VN-TREO95", "unverified", spans=[span(None, None, "unverified")], reasons=("TREO 45 % is below 95 %",)
        ),
        measure("VN-ORE", "not in force", outcome="prohibited", spans=[span("2001-01-01", "2012-12-31")]),
        measure("CN-2026-99", "not in force", spans=[]),
    ]
    missing = [f"{element} content" for element in ["Sm", "Gd", "Tb", "Dy", "Lu", "Sc", "Y"]]
    return law(day, measures, missing=missing)


def many(day: dt.date, number: int = 15) -> Law:
    """More acts than a timeline shows, each with windows of its own."""
    return law(
        day,
        [
            measure(f"A-{index:02d}", "may apply", spans=[span(f"{2010 + index}-05-01", None)])
            for index in range(number)
        ],
    )


def none(day: dt.date) -> Law:
    """No measure reaches the goods."""
    return law(day, [])
