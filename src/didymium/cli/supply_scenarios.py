"""`didymium supply scenarios`: what is shipped, and drafts from the law in force or from reports. Registered in cli/supply.py."""

from __future__ import annotations

import datetime as dt
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import cyclopts
from cyclopts import Parameter

from didymium.cli.supply_options import Flag, overrides
from didymium.cli.terminal import clean, console, existing
from didymium.errors import UsageError

if TYPE_CHECKING:
    from didymium.supply.drafts import Draft

_MONTH = "Write it as 2025-04."


def register(app: cyclopts.App) -> None:
    """Put the command on `didymium supply`."""
    app.command(scenarios)


def scenarios(
    *,
    from_regime: str | None = None,
    from_news: Annotated[list[Path] | None, Parameter(consume_multiple=True, negative="")] = None,
    start: Annotated[str | None, Parameter(name="--from")] = None,
    end: Annotated[str | None, Parameter(name="--to")] = None,
    known: str | None = None,
    unconfirmed: Flag = False,
    set_: Annotated[list[str] | None, Parameter(name="--set", negative="")] = None,
    out: Path | None = None,
) -> None:
    """List the shipped scenarios with what they assume, or draw one up from the law in force or from reports.

    A draft is a TOML file that runs. Comments in it say what every shock rests on, what is assumed with which range, what
    waits for your decision, and what was left out and why.

    Parameters
    ----------
    from_regime
        Issuer whose acts become shocks, ISO 3166-1 alpha-2, such as CN; needs --from and --to.
    from_news
        Annotated reports (JSON, schema didymium-news-gold/1), one or more, whose events become shocks.
    start
        First month, such as 2025-04; for reports without it the month of the first shock.
    end
        Last month, such as 2027-01; for reports without it 24 months are run.
    known
        Only acts public on this day count, such as 2025-10-15.
    unconfirmed
        Take acts of which it is not known whether they are in force as in force.
    set_
        A parameter of the draft held at a value, such as "licence_materials=0.3"; may be repeated.
    out
        File for the draft; beside it the ranges of what is assumed, for `didymium supply sweep --ranges`. Without it the
        draft is printed.
    """
    if from_regime is None and not from_news:
        if (start, end, known, set_, out, unconfirmed) != (None, None, None, None, None, False):
            raise UsageError("these options are for drafts.", fix="Add --from-regime ISSUER or --from-news FILE.")
        _list()
        return
    if from_regime is not None and from_news:
        raise UsageError("law and reports are drawn up one by one.", fix="Leave one of them out.")
    if from_regime is not None:
        draft = _of_regime(from_regime, start, end, known, set_, unconfirmed=unconfirmed)
    else:
        if known is not None or unconfirmed:
            raise UsageError("--known and --unconfirmed are for acts.", fix="Leave them out.")
        draft = _of_news(from_news or [], start, end, set_)
    _give(draft, out)


def _of_regime(
    issuer: str, start: str | None, end: str | None, known: str | None, set_: list[str] | None, *, unconfirmed: bool
) -> Draft:
    from didymium.supply.drafts import from_regime

    first, last = _month(start, "--from"), _month(end, "--to")
    if first is None or last is None:
        raise UsageError("--from-regime needs --from and --to.", fix="For instance --from 2025-04 --to 2027-01.")
    held, day = overrides(set_), _day(known)
    return from_regime(issuer.upper(), first, last, known_on=day, held=held, unconfirmed=unconfirmed)


def _of_news(files: list[Path], start: str | None, end: str | None, set_: list[str] | None) -> Draft:
    from didymium.supply.drafts import from_news, read_report

    reports = [read_report(existing(path, "file")) for path in files]
    return from_news(reports, start=_month(start, "--from"), end=_month(end, "--to"), held=overrides(set_))


def _month(text: str | None, option: str) -> dt.date | None:
    try:
        return None if text is None else dt.date.fromisoformat(f"{text}-01")
    except ValueError as error:
        raise UsageError(f"{option} {text!r} is no month.", fix=_MONTH) from error


def _day(text: str | None) -> dt.date | None:
    try:
        return None if text is None else dt.date.fromisoformat(text)
    except ValueError as error:
        raise UsageError(f"--known {text!r} is no day.", fix="Write it as 2025-10-15.") from error


def _give(draft: Draft, out: Path | None) -> None:
    from didymium.supply.drafts import as_ranges, as_toml

    text = as_toml(draft)
    if out is None:
        print(clean(text), end="")
        return
    out.parent.mkdir(parents=True, exist_ok=True)
    out.write_text(text, "utf-8")
    ranges, beside = as_ranges(draft), out.with_suffix(".ranges.toml")
    if ranges:
        beside.write_text(ranges, "utf-8")
    waiting = sum(bool(one.waits) for one in draft.shocks)
    show = console()
    show.print(
        f"{clean(draft.title)}: {len(draft.shocks) - waiting} shocks, {waiting} that wait, {len(draft.left_out)} left out."
    )
    show.print(f"{out}" + (f", and the ranges of what is assumed: {beside}" if ranges else ""))
    show.print("Read it before you run it: `didymium supply run FILE`.")


def _list() -> None:
    from didymium.supply import scenarios as names
    from didymium.supply.scenario import load

    show = console()
    for name in names():
        story = load(name)
        show.print(f"{name}: {clean(story.title)} (from {story.start:%Y-%m}, {story.months} months)")
        show.print(f"  {clean(story.summary)} Source: {clean(story.source)}; confidence {story.confidence}.")
