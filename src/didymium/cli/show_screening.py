"""Findings in the terminal: a table where there is room, a list of blocks where there is not; or JSON."""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path
from typing import TYPE_CHECKING, Final

import msgspec
from rich.table import Table
from rich.text import Text

from didymium.cli.terminal import PERMISSION_STYLE, clean
from didymium.units import figure

if TYPE_CHECKING:
    from rich.console import Console

    from didymium.screening.views import Finding, Screening

#: From this width on every fact has its own column; below, the facts of a finding stand above its sentence.
WIDE: Final = 140


def as_json(screening: Screening, files: Mapping[str, Path], top: int) -> str:
    """Summary, files written and the first `top` findings as one JSON object; keys as in `screening.views`."""
    content = msgspec.to_builtins(screening, str_keys=True)
    del content["listed"]  # every listed line stands in the findings files
    content["findings"] = content["findings"][:top]
    content["files"] = {key: str(path) for key, path in files.items()}
    return msgspec.json.encode(content).decode()


def as_table(console: Console, screening: Screening, files: Mapping[str, Path], top: int) -> None:
    """Print the ranked findings, then what was read, the reference base and where the report lies."""
    findings = screening.findings[:top]
    if findings:
        console.print(_wide(findings) if console.width >= WIDE else _narrow(findings))
    else:
        console.print("No finding to show: no line was listed.")
    lines_in = sum(intake.rows_in for intake in screening.intake)
    accepted = sum(intake.accepted for intake in screening.intake)
    rejected = sum(intake.rejected for intake in screening.intake)
    console.print(f"Lines: {whole(lines_in)} read, {whole(accepted)} accepted, {whole(rejected)} rejected.")
    if rejected and "rejects_csv" in files:
        _path(console, "Rejected lines", files["rejects_csv"])
    console.print(f"Expected number of false labels among them: {figure(screening.expected_false)}.")
    console.print(f"Reference: {screening.reference_hash}", soft_wrap=True)
    if "report_html" in files:
        _path(console, "Report", files["report_html"])


def percent(probability: float) -> str:
    """Probability in percent without false certainty: never 0 % or 100 %."""
    if probability < 0.001:
        return "<0.1 %"
    if probability > 0.999:
        return ">99.9 %"
    return f"{probability * 100:.1f} %" if probability < 0.1 or probability > 0.99 else f"{probability * 100:.0f} %"


def mass(kg: float) -> str:
    """Mass in kg below ten tonnes, in t from there on."""
    return f"{figure(kg / 1000)} t" if kg >= 10_000 else f"{figure(kg)} kg"


def whole(number: int) -> str:
    """Whole number with thin spaces between thousands."""
    return f"{number:,}".replace(",", "\u2009")


def route(finding: Finding) -> str:
    """Countries on the way, in order, each once where it repeats itself; empty where none is known."""
    countries: list[str] = []
    for place in finding.route:
        if place.country and countries[-1:] != [place.country]:
            countries.append(place.country)
    return " → ".join(countries)


def value(finding: Finding) -> str:
    """Value with its price per kg; what is not known is said."""
    if finding.value_usd is None:
        return "not stated in USD"
    each = "" if finding.usd_per_kg is None else f" ({figure(finding.usd_per_kg)} USD/kg)"
    return f"{figure(finding.value_usd)} USD{each}"


def permission(finding: Finding) -> Text:
    """The permission in words, styled as everywhere."""
    return Text(clean(finding.permission), style=PERMISSION_STYLE.get(finding.permission, ""))


def short(text: str, limit: int = 160) -> str:
    """Text of a file made safe, on one line, at most `limit` characters."""
    line = " ".join(clean(text).split())
    return line if len(line) <= limit else f"{line[: limit - 1]}…"


def name(finding: Finding) -> str:
    """Identity of a line as `didymium explain` takes it."""
    item = f" item {finding.item_no}" if finding.item_no != 1 else ""
    return clean(f"{finding.declaration_id}{item}")


def _wide(findings: list[Finding]) -> Table:
    table = Table(box=None, padding=(0, 1), header_style="bold", pad_edge=False, row_styles=["", ""])
    table.add_column("#", justify="right")
    table.add_column("false", justify="right", no_wrap=True)
    table.add_column("permission", max_width=16)
    table.add_column("goods", ratio=2, min_width=18)
    table.add_column("mass", justify="right", no_wrap=True)
    table.add_column("value", justify="right", max_width=20)
    table.add_column("route", max_width=16)
    table.add_column("what decides", ratio=5, min_width=40)
    for finding in findings:
        goods = Text(short(finding.goods)) + Text(f"\n{name(finding)} · {finding.date}", style="dim")
        table.add_row(
            str(finding.rank), percent(finding.probability), permission(finding), goods, mass(finding.net_kg),
            value(finding), route(finding), Text(clean(finding.decision)),
        )  # fmt: skip
        table.add_section()
    return table


def _narrow(findings: list[Finding]) -> Table:
    table = Table(box=None, padding=(0, 1), show_header=True, header_style="bold", pad_edge=False, expand=True)
    table.add_column("#", justify="right")
    table.add_column("false", justify="right", no_wrap=True)
    table.add_column("consignment and what decides", ratio=1)
    for finding in findings:
        facts = " · ".join(part for part in (mass(finding.net_kg), value(finding), route(finding)) if part)
        block = Text(short(finding.goods), style="bold")
        block += Text(f"\n{name(finding)} · {finding.date} · {facts}\n", style="dim")
        block += Text(f"{clean(finding.decision)}\n", style="not bold")
        block += Text("permission: ") + permission(finding) + Text("\n")
        table.add_row(str(finding.rank), percent(finding.probability), block)
    return table


def _path(console: Console, label: str, path: Path) -> None:
    console.print(f"{label}: {path}", soft_wrap=True)
