"""Options that several commands of `didymium supply` share, with their help."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated, TypeAlias

from cyclopts import Parameter
from cyclopts.validators import Number

from didymium.errors import UsageError

Flag: TypeAlias = Annotated[bool, Parameter(negative="")]
ScenarioName: TypeAlias = Annotated[
    str, Parameter(help="Name of a shipped scenario (`didymium supply scenarios`) or a TOML file.")
]
Months: TypeAlias = Annotated[
    int | None,
    Parameter(validator=Number(gte=1, lte=240), help="Months to run; without it as the scenario says."),
]
Set: TypeAlias = Annotated[
    list[str] | None,
    Parameter(
        name="--set",
        negative="",
        help='A parameter of table supply_parameters held at a value, such as "precaution=1.4" or '
        '"stock_months CN oxide=6"; may be repeated.',
    ),
]
TablesFolder: TypeAlias = Annotated[
    Path | None, Parameter(help="Folder for all tables as Parquet, with units in the names of columns.")
]
Json: TypeAlias = Annotated[
    bool, Parameter(negative="", help="Print the tables as one JSON object on stdout and nothing else.")
]
Quiet: TypeAlias = Annotated[bool, Parameter(negative="", help="No progress bar.")]


def overrides(texts: list[str] | None) -> dict[str, float]:
    """Parameter -> value of `name=value`; UsageError where it reads otherwise."""
    found = {}
    for text in texts or []:
        name, equals, value = text.rpartition("=")
        try:
            found[name.strip()] = float(value)
        except ValueError:
            equals = ""
        if not equals:
            raise UsageError(f"--set {text!r} is not NAME=NUMBER.", fix='For instance --set "precaution=1.4".')
    return found
