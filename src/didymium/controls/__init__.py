"""May it move? Instruments of control as dated data, compiled to windows, and what they ask of a consignment.

facts_of: facts from words; determine: the answer for one consignment; determine_frame: for many; ruleset: the shipped acts.
What is named here is loaded when it is first used: licences need none of it.
"""

from importlib import import_module
from typing import TYPE_CHECKING, Any, Final

if TYPE_CHECKING:
    from didymium.controls.decide import Determination, Hit, determine
    from didymium.controls.facts import Facts, facts_of
    from didymium.controls.frame import PERMISSIONS, determine_frame, reached
    from didymium.controls.goods import Goods, read_goods
    from didymium.controls.load import InstrumentError, instruments, linked, read_folder
    from didymium.controls.rules import Ruleset, ruleset

_HOMES: Final = {
    "decide": ("Determination", "Hit", "determine"),
    "facts": ("Facts", "facts_of"),
    "frame": ("PERMISSIONS", "determine_frame", "reached"),
    "goods": ("Goods", "read_goods"),
    "load": ("InstrumentError", "instruments", "linked", "read_folder"),
    "rules": ("Ruleset", "ruleset"),
}

__all__ = [
    "PERMISSIONS",
    "Determination",
    "Facts",
    "Goods",
    "Hit",
    "InstrumentError",
    "Ruleset",
    "determine",
    "determine_frame",
    "facts_of",
    "instruments",
    "linked",
    "reached",
    "read_folder",
    "read_goods",
    "ruleset",
]


def __getattr__(name: str) -> Any:
    """Load what is asked for from the module it lives in."""
    for module, names in _HOMES.items():
        if name in names:
            return getattr(import_module(f"didymium.controls.{module}"), name)
    raise AttributeError(f"module {__name__!r} has no attribute {name!r}")
