"""A draft as text: the scenario as TOML with what every shock rests on, and the ranges of its parameters for a sweep."""

from __future__ import annotations

import json
import re
from typing import Any

import msgspec

from didymium.supply.drafts.draft import Draft, Drawn
from didymium.supply.scenario import Scenario, Shock

#: Comments are broken at this width.
_WIDTH = 118


def as_toml(draft: Draft) -> str:
    """The scenario, ready to run and to edit: comments say what shocks rest on, what waits, what was left out and why."""
    story = draft.scenario()
    parts = [_comment("Draft: read it, mend it, then run it with `didymium supply run FILE`.")]
    parts.append("".join(_pair(key, getattr(story, key)) for key in _HEAD))
    parts += [_shock(one) for one in draft.shocks]
    for title, lines in (
        ("Observations to hold the result against:", draft.remarks),
        ("Left out, and why:", [f"{what}: {why}" for what, why in draft.left_out]),
    ):
        if lines:
            parts.append(_comment(title) + "".join(_comment(f"- {line}", "  ") for line in lines))
    return "\n".join(parts)


_HEAD = ("title", "summary", "start", "months", "separate", "source", "confidence")


def _shock(one: Drawn) -> str:
    head = "".join(_comment(line) for line in one.rests_on)
    head += "".join(_comment(f"Assumed: {known.words()}") for known in one.assumed)
    fields = {name: getattr(one.shock, name) for name in Shock.__struct_fields__}
    body = "[[shock]]\n" + "".join(_pair(key, value) for key, value in fields.items() if value not in (None, (), ""))
    if not one.waits:
        return head + body
    return head + _comment(f"Waits: {one.waits}. Take the # away to have it in force.") + _commented(body)


def _commented(body: str) -> str:
    return "".join(f"#{line}\n" for line in body.splitlines())


def as_ranges(draft: Draft) -> str:
    """Ranges of the assumed parameters, to be given to `didymium supply sweep --ranges`; "" where nothing is assumed.

    Shocks are counted as in `as_toml`, without those that wait.
    """
    parts = []
    for number, one in enumerate((one for one in draft.shocks if not one.waits), start=1):
        free = [known for known in one.assumed if known.low < known.high]
        rows: dict[str, Any] = {}
        for known in free:
            rows["lasts" if known.name == "outage_days" else "value"] = [known.low, known.high]
            if known.pace is not None and len(one.shock.path) > 1:
                rows["pace"] = list(known.pace)
        if rows:
            rows["source"] = "; ".join(f"{known.name}: {known.source}" for known in free)
            rows["confidence"] = min((known.confidence for known in free), key=("low", "medium", "high").index)
            parts.append(f"[shock.{number}]\n" + "".join(_pair(key, value) for key, value in rows.items()))
    return "\n".join(parts)


def _pair(key: str, value: object) -> str:
    return f"{key} = {_value(value)}\n"


def _value(value: object) -> str:
    if isinstance(value, tuple | list):
        return "[" + ", ".join(_value(one) for one in value) + "]"
    if isinstance(value, str):
        return json.dumps(_plain(value), ensure_ascii=False)
    if isinstance(value, bool | int | float):
        return json.dumps(value)
    return str(value)  # a date


def _plain(text: str) -> str:
    """One line without control characters and direction marks: what a source says can break no line."""
    return " ".join(re.sub(r"[\x00-\x1f\x7f-\x9f\u200b-\u200f\u2028-\u202e\u2066-\u2069\ufeff]", " ", text).split())


def _comment(text: str, hang: str = "") -> str:
    """Lines of a comment; what is quoted can break none of them."""
    lines, line = [], ""
    for word in _plain(text).split(" "):
        if line and len(line) + len(word) + 1 > _WIDTH:
            lines.append(line)
            line = hang + word
        else:
            line = f"{line} {word}" if line else word
    return "".join(f"# {one}\n" for one in [*lines, line])


def parsed_back(text: str) -> Scenario:
    """The scenario of a text that `as_toml` wrote (for tests and for running at once)."""
    from didymium.supply.scenario import parse

    return msgspec.structs.replace(parse(text.encode(), "draft.toml"), name="")
