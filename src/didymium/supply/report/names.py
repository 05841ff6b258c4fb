"""Zones, goods and sectors as a reader calls them."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Final

from didymium.reference import table

_GRADES: Final = {"N": "N magnets", "H": "H magnets (heat-proof)", "S": "SmCo magnets"}
_LONGEST: Final = 3  # areas named in the title of a zone


def zones(members: Mapping[str, tuple[str, ...]]) -> dict[str, str]:
    """Zone -> short title: `China`, `Malaysia`, `Japan, South Korea + 4`, `all others` for the zone called rest."""
    known = area_names()
    titles = {}
    for zone, areas in members.items():
        if zone == "rest":
            titles[zone] = "all others"
            continue
        said = [short(known.get(area, area)) for area in areas]
        more = len(said) - _LONGEST
        titles[zone] = ", ".join(said) if more <= 0 else f"{', '.join(said[: _LONGEST - 1])} + {more + 1}"
    return titles


def area_names() -> dict[str, str]:
    """Area of the model -> its name in table supply_areas."""
    return dict(table("supply_areas").select("area", "name").rows())


def short(name: str) -> str:
    """A name up to its first comma: `United States, other than defence buyers` -> `United States`."""
    return name.partition(",")[0]


def good(stage: str, item: str) -> str:
    """`Dy oxide`, `NdPr metal`, `H magnets (heat-proof)`, `swarf of H magnets`."""
    if stage == "magnet":
        return _GRADES.get(item, f"{item} magnets")
    return f"swarf of {item} magnets" if stage == "swarf" else f"{item} {stage}"


def sectors() -> dict[str, str]:
    """Sector -> title of table supply_sectors; those of direct uses are their own title."""
    return {
        sector: f"{title[:1].upper()}{title[1:]}" for sector, title in table("supply_sectors")["sector", "title"].rows()
    }


def sector(name: str, titles: Mapping[str, str]) -> str:
    """The title of a sector; a name without one is read as words."""
    return titles.get(name) or name.replace("_", " ").capitalize()
