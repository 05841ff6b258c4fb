"""Sentences of evidence for rows that are shown, and the long evidence table."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Any, Final

import polars as pl

from didymium.checks import CHECKS, Check
from didymium.screening.weigh import SHARES, counted

EVIDENCE: Final[dict[str, pl.DataType]] = {
    "declaration_id": pl.String(),
    "item_no": pl.Int32(),
    "check": pl.String(),
    "question": pl.String(),
    "weight_bans": pl.Float64(),
    "because": pl.String(),
    "source": pl.String(),
}
LAW_SOURCE: Final = "instruments of control in force that day; the ledger of licences where one was given"
#: Words a silent consignment gets.
NOTHING: Final = "Nothing the checks look at speaks against the label."
#: A weight below this is no reason to mention in the deciding sentence [bans].
_REASON_BANS: Final = 0.1


def spoken(row: Mapping[str, Any]) -> list[tuple[Check, float, str]]:
    """(check, bans, sentence) of every check that has something to say about a wide row, in the order of CHECKS."""
    out = []
    for check in CHECKS:
        bans = row[check.name]
        if bans is not None and abs(bans) > 1e-9:
            out.append((check, bans, check.because({**row, "weight_bans": bans})))
    return out


def leading_question(row: Mapping[str, Any]) -> str:
    """The way in which the label is most probably false, by the share-weighted sums."""
    possible = SHARES if row["rare_earth_goods"] else {"contents": SHARES["contents"]}
    return max(possible, key=lambda q: (possible[q] * 10 ** row[f"{q}_bans"], q))


def decision(row: Mapping[str, Any], said: list[tuple[Check, float, str]]) -> str:
    """The sentence that decides: the strongest word against the label of the leading question, a second where it adds."""
    lead = leading_question(row)
    against = sorted(
        ((check, bans, text) for check, bans, text in said if bans > _REASON_BANS),
        key=lambda item: (item[0].question != lead, -item[1], item[0].name),
    )
    if not against:
        return NOTHING
    first = against[0]
    second = next((i for i in against[1:] if i[0].question == lead and i[0].datum != first[0].datum), None)
    return first[2] if second is None else f"{first[2]} {second[2]}"


def long_table(rows: Iterator[Mapping[str, Any]]) -> tuple[pl.DataFrame, list[str]]:
    """Evidence of many wide rows as EVIDENCE, and each row's deciding sentence in the same order."""
    columns: dict[str, list[Any]] = {name: [] for name in EVIDENCE}
    reasons: list[str] = []
    for row in rows:
        said = spoken(row)
        reasons.append(decision(row, said))
        lines: list[tuple[Any, ...]] = [
            (check.name, check.question, bans, text, check.source) for check, bans, text in said
        ]
        if row["law_remark"] is not None:
            lines.append((row["law_remark"], "law", 0.0, row["law_because"], LAW_SOURCE))
        for line in lines:
            for name, value in zip(EVIDENCE, (row["declaration_id"], row["item_no"], *line), strict=True):
                columns[name].append(value)
    return pl.DataFrame(columns, schema=EVIDENCE), reasons


def counted_weights(said: list[tuple[Check, float, str]]) -> dict[str, float]:
    """What each spoken weight counts after damping [bans]."""
    return counted({check.name: bans for check, bans, _ in said})
