"""The words a scenario may use: areas, elements, sectors."""

from __future__ import annotations

from didymium.reference import table
from didymium.supply.network.tables import ELEMENTS, kept


@kept
def areas() -> dict[str, str]:
    """Area -> its name."""
    return dict(table("supply_areas").select("area", "name").rows())


def elements() -> dict[str, str]:
    """Element of the model -> itself."""
    return {element: element for element in ELEMENTS}


@kept
def sectors() -> dict[str, str]:
    """Sectors that use magnets, and `direct` for all direct uses of oxides."""
    return {**dict(table("supply_sectors").select("sector", "title").rows()), "direct": "direct uses of oxides"}
