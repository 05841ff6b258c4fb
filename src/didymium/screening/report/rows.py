"""The ranked table: listed lines as rows for the page, as HTML for the first ones and as JSON for the script."""

from __future__ import annotations

import json
import math
from collections.abc import Mapping
from dataclasses import dataclass, fields

from didymium.screening.report import words
from didymium.screening.views import Screening

PLAIN_ROWS = 100  # what a reader without scripts sees
GOODS_LENGTH = 300


@dataclass(frozen=True, slots=True)
class Row:
    """One listed line: raw figures for sorting and CSV, `_text` for reading. `page` is empty without a full page."""

    rank: int
    declaration_id: str
    item_no: int
    probability: float | None
    probability_text: str
    permission: str
    question: str
    decision: str
    goods: str
    hs_code: str
    net_kg: float | None
    net_text: str
    value_usd: float | None
    value_text: str
    usd_per_kg: float | None
    unit_text: str
    origin: str
    import_country: str
    route: str
    route_text: str
    date: str
    page: str


def rows(screening: Screening, countries: Mapping[str, str]) -> list[Row]:
    """Every listed line in its order. A line's question is the one given, else the strongest of its finding."""
    pages = {(finding.declaration_id, finding.item_no): finding for finding in screening.findings}
    made = []
    for line in screening.listed:
        key = (str(line["declaration_id"]), int(str(line["item_no"])))
        finding = pages.get(key)
        question = _text(line.get("question")) or (strongest(finding.questions) if finding else "")
        net, value = _float(line.get("net_kg")), _float(line.get("value_usd"))
        unit = _unit_value(line)
        chance = _float(line.get("probability"))
        made.append(
            Row(
                rank=int(str(line["rank"])),
                declaration_id=key[0],
                item_no=key[1],
                probability=chance,
                probability_text=words.probability(chance),
                permission=_text(line.get("permission")) or "unknown",
                question=question,
                decision=_text(line.get("decision")),
                goods=_text(line.get("goods"))[:GOODS_LENGTH],
                hs_code=_text(line.get("hs_code")),
                net_kg=net,
                net_text=words.mass(net),
                value_usd=value,
                value_text=words.usd(value),
                usd_per_kg=None if unit is None else float(f"{unit:.6g}"),
                unit_text=words.figure(unit),
                origin=_text(line.get("origin")),
                import_country=_text(line.get("import_country")),
                route=_text(line.get("route")),
                route_text=words.route(line.get("route"), countries),
                date=words.day(line.get("date")),
                page=words.anchor(*key) if finding else "",
            )
        )
    return made


def _unit_value(line: Mapping[str, object]) -> float | None:
    """USD/kg as given, else value by mass; None where either is missing."""
    net, value = _float(line.get("net_kg")), _float(line.get("value_usd"))
    given = _float(line.get("usd_per_kg"))
    return given if given is not None or not net or value is None else value / net


def strongest(questions: Mapping[str, float]) -> str:
    """The question that weighs most against the label; empty where none does."""
    against = [(bans, name) for name, bans in questions.items() if bans > 0]
    return max(against, default=(0.0, ""))[1]


def as_json(made: list[Row], countries: Mapping[str, str]) -> str:
    """Rows as JSON arrays that are safe inside a script element: no `<`, `>` or `&` stands in it."""
    used = sorted({row.origin for row in made if row.origin})
    columns = [field.name for field in fields(Row)]
    content = {
        "columns": columns,
        "rows": [[getattr(row, name) for name in columns] for row in made],
        "countries": {code: words.country(code, countries) for code in used},
    }
    text = json.dumps(content, ensure_ascii=False, separators=(",", ":"), allow_nan=False)
    return text.replace("<", "\\u003c").replace(">", "\\u003e").replace("&", "\\u0026")


def _text(value: object) -> str:
    return "" if value is None else str(value)


def _float(value: object) -> float | None:
    number = float(value) if isinstance(value, (int, float)) else None
    return number if number is not None and math.isfinite(number) else None
