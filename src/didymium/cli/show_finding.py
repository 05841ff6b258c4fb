"""One finding in the terminal, in the order of the report: decision, permission, waterfall, law, papers, sources."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from rich.padding import Padding
from rich.table import Table
from rich.text import Text

from didymium.cli.show_screening import mass, name, percent, permission, route, short, value
from didymium.cli.terminal import AGAINST, FOR, SILENT, clean

if TYPE_CHECKING:
    from rich.console import Console

    from didymium.screening.report.measures import Group
    from didymium.screening.views import Finding, Law

LABEL: Final = 24
NUMBER: Final = 8
#: Groups of measures printed; the report has them all.
MEASURES: Final = 8


def show(console: Console, finding: Finding) -> None:
    """Print one finding; bars are scaled to the width of the console."""
    console.print(Text(clean(finding.decision), style="bold"))
    console.print()
    because = clean(finding.permission_because)
    console.print(Text("Permission: ") + permission(finding) + Text(f". {because}" if because else "."))
    facts = " · ".join(part for part in (mass(finding.net_kg), value(finding), route(finding)) if part)
    console.print(f"{name(finding)}, rank {finding.rank}, {finding.date}: {short(finding.goods, 400)} · {facts}")
    _heading(console, "Evidence in bans (+1 = ten times more likely if the label is false)")
    for line in waterfall(finding, max(10, min(60, console.width - LABEL - NUMBER - 2))):
        console.print(line, overflow="crop", no_wrap=True)
    _sentences(console, finding)
    if finding.law:
        _law(console, finding.law)
    _papers(console, finding)
    if finding.sources:
        _heading(console, "Sources")
        for source in finding.sources:
            console.print(Padding(Text(clean(source)), (0, 0, 0, 2)))


def waterfall(finding: Finding, width: int) -> list[Text]:
    """Prior, each check and posterior as lines of text: label, bans, bar of at most `width` characters.

    Every bar starts where the one before it ended; █ speaks against the label, ░ for it.
    """
    steps = [(clean(one.check), one.counted_bans) for one in finding.evidence]
    ends = [finding.prior_bans]
    for _, bans in steps:
        ends.append(ends[-1] + bans)
    low, high = min(0.0, finding.posterior_bans, *ends), max(0.0, finding.posterior_bans, *ends)
    scale = (width - 1) / (high - low) if high > low else 0.0

    def bar(start: float, end: float) -> Text:
        left, right = sorted((round((start - low) * scale), round((end - low) * scale)))
        mark, style = ("█", AGAINST) if end >= start else ("░", FOR)
        return Text(" " * left) + Text(mark * max(1, right - left), style=style if start != end else SILENT)

    lines = [_line("prior", finding.prior_bans, bar(0.0, finding.prior_bans))]
    for (label, bans), start in zip(steps, ends, strict=False):
        lines.append(_line(label, bans, bar(start, start + bans)))
    last = _line("posterior", finding.posterior_bans, bar(0.0, finding.posterior_bans))
    return [
        *lines,
        last,
        Text(f"{'probability false':<{LABEL}}{percent(finding.probability):>{NUMBER}}", style="bold"),
    ]


def _line(label: str, bans: float, bar: Text) -> Text:
    short = label if len(label) < LABEL else f"{label[: LABEL - 2]}…"
    return Text(f"{short:<{LABEL}}{signed(bans):>{NUMBER}}  ") + bar


def signed(bans: float) -> str:
    """Bans with their sign, two decimals, a real minus."""
    return f"{bans:+.2f}".replace("-", "\u2212")


def _heading(console: Console, text: str) -> None:
    console.print()
    console.print(Text(text, style="underline"))


def _sentences(console: Console, finding: Finding) -> None:
    console.print()
    if not finding.evidence:
        console.print("No check had anything to say about this consignment.")
    for one in finding.evidence:
        damped = "" if abs(one.counted_bans - one.weight_bans) < 0.005 else f" (found {signed(one.weight_bans)})"
        head = Text(f"{clean(one.check)} · {clean(one.question)} {signed(one.counted_bans)}{damped}", style="bold")
        body = Text(f"\n{clean(one.because)}") + Text(f"\n{clean(one.source)}", style="dim")
        console.print(Padding(head + Text("").append_text(body), (0, 0, 0, 2)))


def _law(console: Console, law: Law) -> None:
    """The measures by standing, with reasons and days, then what is missing, needed, and would change the answer."""
    from didymium.screening.report.measures import count, groups

    found = groups(law)
    stand = clean(count(law)) or "no measure reaches the goods as declared"
    _heading(console, f"What the law asks on {law.day}: {stand}")
    table = Table(box=None, padding=(0, 1), show_header=False)
    table.add_column(no_wrap=True)
    table.add_column(ratio=1)
    for group in found[:MEASURES]:
        decides = group.first.standing == "applies"
        table.add_row(Text(clean(group.first.standing), style="bold" if decides else ""), _measure(group))
    if len(found) > MEASURES:
        table.add_row("", Text(f"and {len(found) - MEASURES} more: see the report"))
    for title, lines in (
        ("missing", law.missing),
        ("needed", law.needs),
        ("would change", law.changes),
        ("remarks", law.remarks),
    ):
        if lines:
            table.add_row(title, Text(clean("; ".join(lines))))
    table.add_row("ruleset", Text(clean(law.ruleset), style="dim"))
    console.print(table)


def _measure(group: Group) -> Text:
    from didymium.screening.report.measures import windows

    one = group.first
    head = Text(clean(f"{group.name} {one.outcome}"), style="bold")
    by_item = [f"by item {group.by_item}"] if group.by_item else []
    missing = [f"missing: {', '.join(group.unsaid)}"] if group.unsaid else []
    why = "; ".join([*group.reasons, *by_item, *missing]) or "no reason on record"
    items = f" (items {', '.join(group.items)})" if len(group.measures) > 1 else ""
    days = Text(clean(f" [{windows(one.spans)}]"), style="dim")
    return head + Text(clean(f": {why}{items}."), style="not bold") + days


def _papers(console: Console, finding: Finding) -> None:
    if not finding.fields:
        return
    _heading(console, "What the papers say")
    table = Table(box=None, padding=(0, 1), header_style="bold")
    table.add_column("field")
    table.add_column("declared", ratio=1)
    table.add_column("compared with", ratio=1)
    for field in finding.fields:
        table.add_row(Text(clean(field.label)), Text(clean(field.declared)), Text(clean(field.compared)))
    console.print(table)
