"""May it move? Instruments of control as dated data, compiled to windows, and what they ask of a consignment.

facts_of: facts from words; determine: the answer for one consignment; determine_frame: for many; ruleset: the shipped acts.
"""

from didymium.controls.decide import Determination, Hit, determine
from didymium.controls.facts import Facts, facts_of
from didymium.controls.frame import PERMISSIONS, determine_frame, reached
from didymium.controls.goods import Goods, read_goods
from didymium.controls.load import InstrumentError, instruments, linked, read_folder
from didymium.controls.ruleset import Ruleset, ruleset

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
