"""`didymium supply`: who supplies what, how concentrated that is, and what follows for importers."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any

import cyclopts
from cyclopts import Parameter
from cyclopts.validators import Number

from didymium.cli import supply_decide, supply_run, supply_scenarios, supply_sweep
from didymium.cli.terminal import console, existing
from didymium.errors import UsageError

if TYPE_CHECKING:
    import polars as pl

app = cyclopts.App(
    name="supply", help="Concentration of supply, supply risk of importers, and what press figures can mean."
)

Flag = Annotated[bool, Parameter(negative="")]


@app.command
def concentration(
    *,
    stage: str | None = None,
    year: int | None = None,
    element: str | None = None,
    basket: str | None = None,
    vintage: str | None = None,
    mine_production: Path | None = None,
    own_demand_share: Annotated[float | None, Parameter(validator=Number(gte=0, lt=1))] = None,
    json: Flag = False,
    csv: Flag = False,
) -> None:
    """Show shares, HHI, N-1, and what ">80 %" and ">60 %" in the news can mean, with sources, vintages and ranges.

    Parameters
    ----------
    stage
        mining (also mine), refining (also separation, processing) or magnet; without it all.
    year
        Year of supply; without it all years that any source states.
    element
        One element, such as Nd: sums from deposits, their patterns and recovery.
    basket
        A basket as the tables name it, such as "all REO".
    vintage
        One edition only, such as MCS2025; without it all are kept apart and shown as a range.
    mine_production
        CSV with country, year, t_reo (and vintage) in place of the shipped mine production.
    own_demand_share
        Share of demand in the largest supplier's own country (0 to below 1), for N-1 against what all others ask for.
    json
        Print everything as one JSON object on stdout and nothing else.
    csv
        Print shares as CSV on stdout and nothing else.
    """
    from didymium.supply import concentration as supply

    if element and basket:
        raise UsageError("--element and --basket exclude each other.", fix="Give one of them.")
    known = supply.statements(_production(mine_production))
    rows = supply.chosen(known, stage=stage, year=year, basket=_element(element) or basket, vintage=vintage)
    if element is None and basket is None:
        rows = supply.without_elements(rows)
    table, shares = supply.concentration(rows), supply.shares(rows)
    if csv:
        print(shares.write_csv(), end="")
        return
    claims = [(claim, supply.readings(claim, known)) for claim in supply.press_claims()]
    without = supply.n_minus_1(rows, own_demand_share)
    if json:
        _print_json(
            {
                "ranges": supply.over_vintages(table).to_dicts(),
                "markets": table.to_dicts(),
                "shares": shares.to_dicts(),
                "n_minus_1": without.to_dicts(),
                "claims": [
                    {"claim": claim.text, "verdict": supply.verdict(claim, found), "readings": found.to_dicts()}
                    for claim, found in claims
                ],
            }
        )
        return
    from didymium.cli import show_supply

    out = console()
    show_supply.markets(out, table)
    show_supply.suppliers(out, shares)
    show_supply.without_largest(out, without)
    show_supply.claims(out, claims)
    show_supply.sources(out, table)


@app.command
def geopolrisk(
    *,
    country: str | None = None,
    year: int | None = None,
    vintage: str | None = None,
    mine_production: Path | None = None,
    as_published: Flag = False,
    json: Flag = False,
    csv: Flag = False,
) -> None:
    """Show the GeoPolRisk score and characterisation factor of importing countries.

    Parameters
    ----------
    country
        Alpha-2, alpha-3 or English name, or EU for the Union as one importer; without it all.
    year
        Year of trade and mine production; without it all.
    vintage
        Edition of mine production; without it the newest of each year, with the range over all.
    mine_production
        CSV with country, year, t_reo (and vintage) in place of the shipped mine production.
    as_published
        As the published package computes: Taiwan counts as not rated.
    json
        Print the rows as JSON on stdout and nothing else.
    csv
        Print the rows as CSV on stdout and nothing else.
    """
    import polars as pl

    from didymium.supply import concentration as supply

    unrated = supply.UNRATED_AS_PUBLISHED if as_published else ()
    table = supply.geopolrisk(_production(mine_production), unrated=unrated, groups={"EU": supply.eu_members()})
    if vintage is not None:
        table = _kept(table, "vintage", vintage)
    if country is not None:
        table = _kept(table, "country", _country(country))
    if year is not None:
        table = _kept(table, "year", year)
    table = supply.newest(table) if vintage is None else table
    if country is None:
        table = table.filter(pl.col("country") != "EU")
    if csv:
        print(table.write_csv(), end="")
    elif json:
        _print_json({"geopolrisk": table.to_dicts()})
    else:
        from didymium.cli import show_supply

        show_supply.geopolrisk(console(), table)


@app.command
def imports(*, country: str, year: int | None = None, mine_production: Path | None = None, json: Flag = False) -> None:
    """Show how far a country relies on imports: net imports over apparent consumption, as a range of what is known.

    Parameters
    ----------
    country
        Alpha-2, alpha-3 or English name, or EU for the Union as one.
    year
        Year; without it all.
    mine_production
        CSV with country, year, t_reo (and vintage) in place of the shipped mine production.
    json
        Print the rows as JSON on stdout and nothing else.
    """
    from didymium.supply import concentration as supply

    code, mined = _country(country), _production(mine_production)
    members = supply.eu_members() if code == "EU" else ()
    table = _kept(supply.import_reliance(mined, members=members, name=code), "country", code)
    if year is not None:
        table = _kept(table, "year", year)
    stated = supply.stated_reliance(code)
    if json:
        _print_json({"import_reliance": table.to_dicts(), "stated": stated.to_dicts()})
        return
    from didymium.cli import show_supply

    show_supply.reliance(console(), table, stated)


@app.command
def criticality(
    *,
    stage: str = "refining",
    year: int = 2024,
    element: str | None = None,
    inputs: Path | None = None,
    json: Flag = False,
) -> None:
    """Compute the EU's supply risk and economic importance, with every input and its source, or say what is missing.

    Parameters
    ----------
    stage
        mining or refining.
    year
        Year of supply and trade.
    element
        One element, such as Nd; without it the magnet rare earths (refining) or all rare earths (mining).
    inputs
        CSV with input, value, source (and low, high) for what the reference base does not know: si_sr, si_ei, eol_rir,
        A:SECTOR and Q:SECTOR with Q:max, t:COUNTRY. They stand before what is computed.
    json
        Print inputs and results as JSON on stdout and nothing else.
    """
    from didymium.supply import concentration as supply

    given, t = supply.read_inputs(existing(inputs, "file")) if inputs else ([], {})
    rows = supply.chosen(supply.statements(), stage=stage, year=year, basket=_element(element))
    known = supply.known_inputs(rows if element else supply.without_elements(rows), year, given, t)
    results = [supply.supply_risk(known), supply.economic_importance(known)]
    if json:
        import msgspec

        _print_json({"results": msgspec.to_builtins(results), "inputs": msgspec.to_builtins(known)})
        return
    from didymium.cli import show_supply

    out = console()
    out.print(f"EU criticality of {_element(element) or 'the rare earths of the stage'}, {stage}, {year}")
    show_supply.criticality(out, results, known, t)
    if any(result.needs for result in results):
        out.print(
            "What is needed is given with --inputs (CSV with input, value, source); docs/concentration.md names each."
        )


def _production(path: Path | None) -> pl.DataFrame | None:
    from didymium.supply.concentration import read_production

    return None if path is None else read_production(existing(path, "file"))


def _country(text: str) -> str:
    """Alpha-2 of a country, or EU; UsageError where it is none."""
    if text.upper() == "EU":
        return "EU"
    from didymium.reference.importers.common import alpha2

    found = alpha2([text])
    if not found:
        raise UsageError(f"{text!r} is no country.", fix="Give an ISO 3166-1 code or English name, or EU.")
    return found[text]


def _element(text: str | None) -> str | None:
    """The symbol in its usual writing; UsageError where it is no element of the patterns."""
    from didymium.supply.concentration import ELEMENTS

    if text is None:
        return None
    if text.capitalize() not in ELEMENTS:
        raise UsageError(f"{text!r} is no rare earth of the deposit patterns.", fix=f"Elements: {', '.join(ELEMENTS)}.")
    return text.capitalize()


def _kept(table: pl.DataFrame, column: str, value: object) -> pl.DataFrame:
    """Rows with that value; UsageError naming what there is."""
    import polars as pl

    found = table.filter(pl.col(column) == value)
    if found.is_empty():
        known = table[column].unique().sort().to_list()
        shown = ", ".join(map(str, known[:30])) + (f" and {len(known) - 30} more" if len(known) > 30 else "")
        raise UsageError(f"nothing is known of {column} {value!r} here.", fix=f"Known: {shown or 'nothing'}.")
    return found


def _print_json(content: dict[str, Any]) -> None:
    import msgspec

    print(msgspec.json.encode(content).decode())


supply_run.register(app)
supply_scenarios.register(app)
supply_decide.register(app)
supply_sweep.register(app)
