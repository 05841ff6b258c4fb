"""What a report shows of the law for one consignment."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any, Final

from didymium.controls import Determination, Hit, Ruleset, determine, ruleset
from didymium.controls.decide import standing
from didymium.controls.explain import changes
from didymium.controls.windows import FIRST, LAST, Window
from didymium.screening.enrich.law import line_of
from didymium.screening.views import Law, LawMeasure, LawSpan

_ORDER: Final = ("applies", "may apply", "unverified", "suspended", "not in force", "beside")


def law(row: Mapping[str, Any]) -> tuple[str, str, Law]:
    """(permission, why in one sentence, the measures behind it) of one wide row with `permission`."""
    rules, facts = ruleset(), line_of(row).facts(row["date"])
    answer = determine(facts, rules)
    permission = row["permission"]
    hits = () if permission == "not applicable" else answer.hits
    measures = sorted((_measure(hit, rules, facts.known) for hit in hits), key=lambda m: _ORDER.index(m.standing))
    needs = dict.fromkeys(piece for hit in answer.hits if hit.certain for piece in hit.evidence)
    view = Law(
        day=facts.date, measures=measures, missing=list(answer.missing) if hits else [],
        needs=list(needs) if permission == "licence required" else [],
        changes=changes(answer, facts, rules) if hits else [], ruleset=rules.hash,
        remarks=[row["law_because"]] if row["law_because"] else [],
    )  # fmt: skip
    return permission, _because(permission, answer), view


def _because(permission: str, answer: Determination) -> str:
    """One sentence: what decides, with article and window, or what is missing."""
    if permission == "not applicable":
        return (
            "The papers speak of no goods that any measure loaded names; whether the label is true is asked separately."
        )
    deciding = [hit for hit in answer.hits if hit.certain and hit.outcome == permission]
    if permission == "unknown":
        certain = [hit.id for hit in answer.hits if hit.certain and hit.outcome != "goods licence"]
        so_far = f" Certain so far: {', '.join(certain)}." if certain else ""
        return f"Missing: {'; '.join(answer.missing)}. Possible: {', '.join(answer.open_to)}.{so_far}"
    if permission == "licence held":
        deciding = [hit for hit in answer.hits if hit.certain and hit.outcome == "licence required"]
    if deciding:
        also = f" Beside it the goods licence {', '.join(answer.also)}." if answer.also else ""
        open_use = f" Not stated: {'; '.join(answer.missing)}." if answer.missing else ""
        return f"{'; '.join(_clause(hit) for hit in deciding[:2])}.{open_use}{also}"
    rest = f" Suspended that day: {', '.join(answer.suspended)}." if answer.suspended else ""
    also = f" The goods licence {', '.join(answer.also)} applies." if answer.also else ""
    return f"No measure in force reaches the declared goods on this way.{rest}{also}"


def _clause(hit: Hit) -> str:
    since = "" if hit.window.first == FIRST else f", in force since {hit.window.first}"
    return f"{hit.id}{since}: {'; '.join(_clauses(hit))}"


def _clauses(hit: Hit) -> list[str]:
    """Why it is met, each clause once (alternative ways of one measure may ask the same)."""
    return list(dict.fromkeys(clause for clause in hit.answer.why.split("; ") if clause))


def _measure(hit: Hit, rules: Ruleset, known_on: Any) -> LawMeasure:
    act = next(act for act in rules.acts if act.id == hit.act)
    measure = next(m for m in act.measures if m.article == hit.article)
    return LawMeasure(
        id=hit.id, act=act.title, outcome=hit.outcome, standing=standing(hit),
        reasons=_clauses(hit), missing=list(hit.answer.missing),
        spans=[_span(w, act.id) for w in rules.windows(act, measure, known_on) if w.state not in ("not yet in force", "ended")],
        source=act.sources[0] if act.sources else None,
    )  # fmt: skip


def _span(window: Window, act: str) -> LawSpan:
    return LawSpan(
        None if window.first == FIRST else window.first, None if window.last == LAST else window.last, window.state,
        "" if window.by == act else window.by,
    )  # fmt: skip
