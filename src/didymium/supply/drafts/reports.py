"""Reports as annotated events: JSON in the schema didymium-news-gold/1, with the text beside it for quotations.

Only what drafts need is read; other keys are let be. A file that is no such JSON is refused with what is wrong.
"""

from __future__ import annotations

import datetime as dt
import re
from pathlib import Path
from typing import Any, Final

import msgspec

from didymium.errors import InputError

SCHEMA: Final = "didymium-news-gold/1"
_LARGEST_BYTES: Final = 20_000_000


class Span(msgspec.Struct, frozen=True):
    """A slice of the text."""

    text: str
    start: int
    end: int


class Entity(msgspec.Struct, frozen=True):
    """kb: symbols joined by ;, or REE for all rare earths; named: False = a description such as `a certain country`."""

    id: str
    type: str
    canonical: str
    kb: str | None = None
    named: bool = True


class Time(msgspec.Struct, frozen=True):
    """value: ISO date, month, year or interval, or a symbol such as FUTURE_REF."""

    id: str
    value: str


class Stage(msgspec.Struct, frozen=True):
    """Where a control stands: in_force, announced, suspended, speculated, ..."""

    stage: str | None = None


class Event(msgspec.Struct, frozen=True):
    """args: role -> id of an entity, several, or a span or words."""

    id: str
    type: str
    trigger: Span
    args: dict[str, Any] = {}
    factuality: str = "asserted"
    polarity: str = "+"
    time: str | None = None
    same_as: str | None = None
    gta: Stage | None = None


class Claim(msgspec.Struct, frozen=True, kw_only=True):
    """One figure. unit as percent, t, USD/kg; stage: of the chain, as said."""

    id: str
    metric: str = ""
    span: Span | None = None
    value: float | None = None
    unit: str | None = None
    comparator: str = "="
    stage: list[str] = []
    geo_scope: str | None = None
    material: Any = None
    subject: Any = None
    time: str | None = None
    polarity: str = "+"
    status: str | None = None
    direction: str | None = None


class Report(msgspec.Struct, frozen=True):
    """One document. publication_date: ISO date, None = not known; invented: the text is made up, for tests."""

    file: str
    publication_date: str | None = None
    publisher: str | None = None
    title: str | None = None
    invented: Any = False
    entities: list[Entity] = []
    times: list[Time] = []
    events: list[Event] = []
    claims: list[Claim] = []
    text: str = ""

    @property
    def published(self) -> dt.date | None:
        """The day of publication; None where it is not known to the day."""
        return day_of(self.publication_date or "")

    def source(self) -> str:
        """How the report is cited."""
        parts = (
            self.publisher or "",
            f"“{self.title}”" if self.title else "",
            self.publication_date or "no date",
            self.file,
        )
        made_up = " (an invented text)" if self.invented and self.invented != "none" else ""
        return ", ".join(part for part in parts if part) + made_up

    def sentence(self, span: Span) -> str:
        """The sentence that a span stands in, or the span where the text is not there."""
        if self.text[span.start : span.end] != span.text:
            return span.text
        before = [m.end() for m in re.finditer(r"[.!?。！？]['”\"]?\s+|\n+", self.text[: span.start])]
        after = re.search(r"[.!?。！？]['”\"]?(?=\s|$)|\n", self.text[span.end :])
        end = span.end + (after.end() if after else len(self.text) - span.end)
        return " ".join(self.text[before[-1] if before else 0 : end].split())


def read_report(path: Path) -> Report:
    """One file, with its text where that lies beside it. InputError naming file and key."""
    try:
        with path.open("rb") as file:
            data = file.read(_LARGEST_BYTES + 1)
    except OSError as error:
        raise InputError(f"cannot be read: {error.strerror}.", file=path.name, fix="Check the path.") from error
    if len(data) > _LARGEST_BYTES:
        raise InputError(f"longer than {_LARGEST_BYTES:,} bytes.", file=path.name, fix="Give one report a file.")
    try:
        tree = msgspec.json.decode(data)
        if not isinstance(tree, dict) or tree.get("schema") != SCHEMA:
            raise InputError("is no annotated report.", file=path.name, fix=f'Its "schema" must be "{SCHEMA}".')
        report = msgspec.convert(tree, Report)
    except msgspec.MsgspecError as error:
        raise InputError(f"{error}.", file=path.name, fix=f"Mend it; the schema is {SCHEMA}.") from error
    beside = path.parent / Path(report.file).name
    text = beside.read_text("utf-8", errors="replace") if beside.is_file() and beside.suffix == ".txt" else ""
    return msgspec.structs.replace(report, text=text)


def day_of(value: str) -> dt.date | None:
    """First day of a date, month or interval of days; None for years, seasons and symbols."""
    found = re.match(r"(\d{4})-(\d{2})(?:-(\d{2}))?(?:/|$)", value)
    if not found:
        return None
    try:
        return dt.date(int(found[1]), int(found[2]), int(found[3] or 1))
    except ValueError:
        return None
