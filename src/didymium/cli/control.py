"""`didymium control`: may it move, and how the law changes."""

from __future__ import annotations

import datetime as dt
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

from cyclopts import App, Parameter

from didymium.cli.control_options import code, country, element_of, rules_of, share_of
from didymium.cli.terminal import PERMISSION_STYLE, clean, console

if TYPE_CHECKING:
    from rich.tree import Tree

    from didymium.controls.explain import Branch

app = App(name="control", help="May it move? Controls as they stood on a day: check goods, timeline, differences.")
Flag = Annotated[bool, Parameter(negative="")]

#: Columns of a terminal from which the timeline also says what each measure is about.
_WIDE = 120


@app.command
def check(
    material: str,
    *,
    hs_code: str | None = None,
    date: dt.date | None = None,
    known_on: dt.date | None = None,
    origin: str | None = None,
    export_country: str | None = None,
    import_country: str | None = None,
    end_use: str | None = None,
    end_user: str | None = None,
    importer: str | None = None,
    owned_share: float | None = None,
    cn_value_share: float | None = None,
    acts: Path | None = None,
    json: Flag = False,
) -> None:
    """Say what the law asks of goods on a day: free, licence required, prohibited, or unknown with what is missing.

    What is not stated counts as not stated, never as free. Every measure that is met is shown with its window, and last
    how the words were understood: look at it before relying on `free`.

    Parameters
    ----------
    material
        The goods in words: "NdFeB N42SH, Dy 1.8%", "Dy2O3 99.9%", "P507 extractant". Any language.
    hs_code
        Customs code, 4 to 10 digits, dots allowed.
    date
        Day of export, YYYY-MM-DD. Default: today.
    known_on
        Use only acts published by this day. Default: the day of export.
    origin
        Country of origin: ISO 3166-1 alpha-2, or its English name.
    export_country
        Country of dispatch. Default: the origin.
    import_country
        Country of destination.
    end_use
        End use as stated ("civil", "military", "US defence procurement", ...).
    end_user
        Name of the end user; compared with the lists of the acts.
    importer
        Name of the importer; compared likewise.
    owned_share
        Share of the receiver held by listed parties, 0 to 1.
    cn_value_share
        Share of the value that originates in China, 0 to 1.
    acts
        Folder of your own instrument files (YAML, see docs/controls.md), added to those that are shipped.
    json
        Print the answer as JSON on stdout.
    """
    from didymium.cli.show_goods import NOTHING_READ, read_as
    from didymium.controls import determine, facts_of
    from didymium.controls.explain import tree

    named = {
        "end_user": end_user,
        "importer": importer,
        "owned_share_by_listed": share_of(owned_share, "--owned-share"),
    }
    share = share_of(cn_value_share, "--cn-value-share")
    facts = facts_of(
        date=date or dt.date.today(),  # noqa: DTZ011 the officer's day
        material=material, hs_code=code(hs_code), known_on=known_on, origin=country(origin, "--origin"),
        export_country=country(export_country or origin, "--export-country"),
        import_country=country(import_country, "--import-country"), end_use=end_use,
        parties={role: name for role, name in named.items() if name is not None},
        value_shares=None if share is None else {"CN": share},
    )  # fmt: skip
    rules = rules_of(acts)
    answer = determine(facts, rules)
    goods = read_as(facts.goods)
    if json:
        import msgspec

        from didymium.controls.explain import changes

        said = msgspec.to_builtins(answer)
        print(msgspec.json.encode({**said, "changes": changes(answer, facts, rules), "read_as": goods}).decode())
        return
    out = console()
    out.print(_tree(tree(answer, facts, rules), PERMISSION_STYLE.get(answer.permission, "bold")))
    out.print(clean(f"Read as: {goods}" if goods else NOTHING_READ))


@app.command
def timeline(
    *,
    element: str | None = None,
    origin: str | None = None,
    known_on: dt.date | None = None,
    acts: Path | None = None,
    json: Flag = False,
) -> None:
    """Show every measure in time: when it was in force, suspended, or not confirmed.

    Parameters
    ----------
    element
        Only measures that can reach goods of this element, such as Dy.
    origin
        Only measures that can reach goods dispatched from and originating in this country, ISO alpha-2.
    known_on
        As the law was known on this day. Default: everything loaded.
    acts
        Folder of your own instrument files (YAML, see docs/controls.md), added to those that are shipped.
    json
        Print the lines as JSON on stdout.
    """
    from didymium.controls.changes import timeline as lines_of

    lines = lines_of(rules_of(acts), element=element_of(element), origin=country(origin, "--origin"), known_on=known_on)
    if json:
        import msgspec

        print(msgspec.json.encode(lines).decode())
        return
    from rich.table import Table
    from rich.text import Text

    from didymium.controls.explain import span

    table = Table(box=None, pad_edge=False, padding=(0, 2, 0, 0))
    for heading in ("measure", "asks", "state", "days"):
        table.add_column(heading, overflow="fold")
    out = console()
    wide = out.width >= _WIDE
    if wide:
        table.add_column("about", overflow="ellipsis", no_wrap=True, max_width=out.width - 88)
    for line in lines:
        shown = [w for w in line.windows if w.state not in ("not yet in force", "ended")] or list(line.windows[-1:])
        for number, window in enumerate(shown):
            by = f" (by {window.by})" if window.by not in ("", line.act) else ""
            style = {"in force": "bold", "unverified": "bright_black"}.get(window.state, "")
            first = (clean(line.id), line.outcome) if number == 0 else ("", "")
            about = (clean(line.text) if number == 0 else "",) if wide else ()
            table.add_row(*first, Text(window.state, style=style), span(window.first, window.last) + by, *about)
    out.print(table)
    out.print(f"{len(lines)} measures. unverified: no text read says whether it is in force.")


@app.command
def diff(
    before: dt.date,
    after: dt.date,
    *,
    origin: str = "CN",
    import_country: str = "DE",
    known_on: dt.date | None = None,
    acts: Path | None = None,
    json: Flag = False,
) -> None:
    """Show what became controlled or free between two days: measures, then typical goods of every rare earth.

    Parameters
    ----------
    before
        First day, YYYY-MM-DD.
    after
        Second day.
    origin
        Country of dispatch and origin of the typical goods.
    import_country
        Their destination; the use is civil.
    known_on
        Day of knowledge for both days. Default: each day as it was known on that day itself.
    acts
        Folder of your own instrument files (YAML, see docs/controls.md), added to those that are shipped.
    json
        Print the changes as JSON on stdout.
    """
    from didymium.controls.changes import difference, goods_difference

    rules, way = (
        rules_of(acts),
        (country(origin, "--origin") or "CN", country(import_country, "--import-country") or "DE"),
    )
    measures = difference(rules, before, after, known_on=known_on)
    goods = list(goods_difference(rules, before, after, origin=way[0], destination=way[1], known_on=known_on))
    if json:
        import msgspec

        said = [{"goods": text, "before": a.permission, "after": b.permission, "by": b.applies} for text, a, b in goods]
        print(msgspec.json.encode({"measures": measures, "goods": said}).decode())
        return
    from rich.table import Table

    out = console()
    table = Table(box=None, pad_edge=False, padding=(0, 2, 0, 0))
    for heading in ("measure", "asks", str(before), str(after), "by"):
        table.add_column(heading, overflow="fold")
    for change in measures:
        table.add_row(change.id, change.outcome, change.before, change.after, change.because)
    out.print(table if measures else "No measure changed.")
    out.print()
    table = Table(box=None, pad_edge=False, padding=(0, 2, 0, 0))
    for heading in (f"{way[0]} to {way[1]}, civil use", str(before), str(after), "by"):
        table.add_column(heading, overflow="fold")
    for text, a, b in goods:
        table.add_row(
            text, a.permission, b.permission, ", ".join(b.applies or b.unverified or b.suspended or b.not_in_force)
        )
    out.print(table if goods else "No typical goods changed.")


@app.command
def rescreen(
    *,
    acts: Path | None = None,
    known_on: dt.date | None = None,
    store: str | None = None,
    actor: str | None = None,
    json: Flag = False,
) -> None:
    """Ask the law anew about kept lines and licences, and list those whose answer changed since they were last asked.

    Lines are kept by `didymium screen FILE --keep`. What was asked under the same ruleset is not asked again.

    Parameters
    ----------
    acts
        Folder of your own instrument files (YAML, see docs/controls.md), added to those that are shipped.
    known_on
        Day of knowledge. Default: today.
    store
        Database: a path, or postgresql://...; default: as `didymium store where` says.
    actor
        Who does it, for the audit trail; default: the user of this system.
    json
        Print what changed as JSON on stdout.
    """
    from didymium.cli.licence_common import opened, who
    from didymium.controls.rescreening import rescreen as ask_anew

    day = known_on or dt.date.today()  # noqa: DTZ011 the officer's day
    done = ask_anew(opened(store), rules_of(acts), day, who(actor))
    if json:
        import msgspec

        print(msgspec.json.encode(done).decode())
        return
    from rich.table import Table

    out = console()
    out.print(
        f"{done.asked} asked anew under ruleset {done.ruleset}, {done.first} for the first time; {len(done.changed)} changed."
    )
    if not done.changed:
        return
    table = Table(box=None, pad_edge=False, padding=(0, 2, 0, 0))
    for heading in ("", "before", "after", "by"):
        table.add_column(heading, overflow="fold")
    for one in done.changed:
        ids = ", ".join(one.after_ids or one.before_ids) or "; ".join(one.missing)
        table.add_row(clean(f"{one.kind} {one.subject}"), one.before, one.after, clean(ids))
    out.print(table)


@app.command
def close(
    declaration_id: str,
    item_no: int = 1,
    *,
    why: str,
    store: str | None = None,
    actor: str | None = None,
) -> None:
    """Close a kept line that has moved or was given up: it is not asked about again.

    Parameters
    ----------
    declaration_id
        Id of the declaration.
    item_no
        Number of its item.
    why
        What became of it, in a few words.
    store
        Database: a path, or postgresql://...; default: as `didymium store where` says.
    actor
        Who does it, for the audit trail; default: the user of this system.
    """
    from didymium.cli.licence_common import opened, who
    from didymium.controls.rescreening import close as close_line

    close_line(opened(store), declaration_id, item_no, why, who(actor))
    console().print(f"Closed {clean(declaration_id)}, item {item_no}.")


def _tree(branch: Branch, style: str = "") -> Tree:
    from rich.text import Text
    from rich.tree import Tree

    out = Tree(Text(clean(branch.text), style=style), guide_style="bright_black")
    for under in branch.under:
        out.add(_tree(under, "bold" if under.under and style else ""))
    return out
